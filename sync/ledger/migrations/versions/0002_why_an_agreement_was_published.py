"""why an agreement was published"""

from alembic import op
import sqlalchemy as sa

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "agreement",
        sa.Column(
            "message", sa.Text(), nullable=True, comment="Why it was published, in the words of who did"
        ),
    )


def downgrade() -> None:
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_column("message")
