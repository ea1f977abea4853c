"""the tables of version 0.1"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agreement",
        sa.Column("company", sa.String(length=63), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("effective_from", sa.BigInteger(), nullable=False),
        sa.Column("enforce_from", sa.BigInteger(), nullable=False),
        sa.Column("signed_by_marketing", sa.Text(), nullable=True),
        sa.Column("signed_by_sales", sa.Text(), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column(
            "text",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "message", sa.Text(), nullable=True, comment="Why it was published, in the words of who did"
        ),
        sa.PrimaryKeyConstraint("company", "number", name=op.f("pk_agreement")),
        comment="Published versions; never changed",
    )
    op.create_table(
        "answer",
        sa.Column("company", sa.String(length=63), nullable=False),
        sa.Column("system", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="Machine time"),
        sa.Column(
            "value",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("company", "system", "name", name=op.f("pk_answer")),
        comment="Account and schema answers, kept a day",
    )
    op.create_table(
        "budget",
        sa.Column("company", sa.String(length=63), nullable=False),
        sa.Column("system", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column(
            "subject",
            sa.String(length=120),
            nullable=False,
            comment="A record's id there; empty for the account",
        ),
        sa.Column("until", sa.BigInteger(), nullable=False, comment="Machine time"),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False, comment="Records that a call can carry"),
        sa.PrimaryKeyConstraint("company", "system", "name", "subject", name=op.f("pk_budget")),
        comment="Calls that a vendor allows in a span, and how many are used",
    )
    op.create_table(
        "calendar",
        sa.Column("company", sa.String(length=63), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column(
            "text",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("company", "number", name=op.f("pk_calendar")),
        comment="Published calendars, holidays resolved to dates; never changed",
    )
    op.create_table(
        "clock",
        sa.Column("company", sa.String(length=63), nullable=False),
        sa.Column("lead", sa.String(length=120), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("instance", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("start_at", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("stop_at", sa.BigInteger(), nullable=True),
        sa.Column("breached_at", sa.BigInteger(), nullable=True),
        sa.Column("elapsed_s", sa.BigInteger(), nullable=True),
        sa.Column("wall_elapsed_s", sa.BigInteger(), nullable=True),
        sa.Column(
            "reason", sa.String(length=40), nullable=True, comment="Why it was cancelled or is invalid"
        ),
        sa.Column(
            "shares",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=True,
            comment="Elapsed seconds by owner, of a clock that binds sales",
        ),
        sa.PrimaryKeyConstraint("company", "lead", "cycle", "name", "instance", name=op.f("pk_clock")),
        comment="Deadlines of handoffs; a projection",
    )
    with op.batch_alter_table("clock", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clock_company_due_at"), ["company", "due_at"], unique=False)

    op.create_table(
        "compared",
        sa.Column("company", sa.String(length=63), nullable=False),
        sa.Column("lead", sa.String(length=120), nullable=False),
        sa.Column("system", sa.String(length=40), nullable=False, comment="The one that is written"),
        sa.Column(
            "bases",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
            comment="Marks of what both sides held of each field",
        ),
        sa.Column(
            "wanted",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
            comment="The fields that are to be written, with their values",
        ),
        sa.Column("owed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("company", "lead", "system", name=op.f("pk_compared")),
        comment="What both sides held of the mapped fields when they were last compared",
    )
    with op.batch_alter_table("compared", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_compared_company_system_owed"), ["company", "system", "owed"], unique=False
        )

    op.create_table(
        "cursor",
        sa.Column("company", sa.String(length=63), nullable=False),
        sa.Column("system", sa.String(length=40), nullable=False),
        sa.Column("stream", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("company", "system", "stream", name=op.f("pk_cursor")),
        comment="Where each read goes on, in the vendor's own units",
    )
    op.create_table(
        "erasure",
        sa.Column("company", sa.String(length=63), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("company", "hash", name=op.f("pk_erasure")),
        comment="Keyed hashes of erased people, so that they are not passed again",
    )
    op.create_table(
        "event",
        sa.Column(
            "seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("company", sa.String(length=63), nullable=False),
        sa.Column("lead", sa.String(length=120), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.String(length=200), nullable=False),
        sa.Column("version", sa.String(length=120), nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "data",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event")),
        sa.UniqueConstraint("company", "source", "kind", "object_id", "version", name="uq_event_fact"),
        comment="Append-only facts, by which everything is judged",
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_event_company_lead"), ["company", "lead"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_event_company_recorded_at"), ["company", "recorded_at"], unique=False
        )

    op.create_table(
        "handoff",
        sa.Column("company", sa.String(length=63), nullable=False),
        sa.Column("lead", sa.String(length=120), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("agreement", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.String(length=60), nullable=True),
        sa.Column("track", sa.String(length=40), nullable=True),
        sa.Column("priority", sa.String(length=40), nullable=True),
        sa.Column("segment", sa.String(length=40), nullable=True),
        sa.Column("credit", sa.String(length=20), nullable=False),
        sa.Column(
            "against_marketing",
            sa.Boolean(),
            nullable=False,
            comment="Its code speaks against the lead's quality",
        ),
        sa.Column("owner", sa.String(length=60), nullable=True),
        sa.Column("mql_at", sa.BigInteger(), nullable=False),
        sa.Column("package_complete_at", sa.BigInteger(), nullable=True),
        sa.Column("delivered_at", sa.BigInteger(), nullable=True),
        sa.Column("accepted_at", sa.BigInteger(), nullable=True),
        sa.Column("first_contact_at", sa.BigInteger(), nullable=True),
        sa.Column("connected_at", sa.BigInteger(), nullable=True),
        sa.Column("qualified_at", sa.BigInteger(), nullable=True),
        sa.Column("opportunity_at", sa.BigInteger(), nullable=True),
        sa.Column("won_at", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("breaches", sa.Integer(), nullable=False),
        sa.Column(
            "dimensions",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
            comment="source, content, score, owner as of delivery",
        ),
        sa.Column(
            "flags",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("company", "lead", "cycle", name=op.f("pk_handoff")),
        comment="One passing of one lead to sales; a projection of its events",
    )
    with op.batch_alter_table("handoff", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_handoff_company_delivered_at"), ["company", "delivered_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_handoff_company_mql_at"), ["company", "mql_at"], unique=False)

    op.create_table(
        "hint",
        sa.Column("company", sa.String(length=63), nullable=False),
        sa.Column("system", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False, comment="Machine time"),
        sa.Column(
            "call",
            sa.String(length=32),
            nullable=False,
            comment="The webhook that told it last: a later one is new",
        ),
        sa.PrimaryKeyConstraint("company", "system", "id", name=op.f("pk_hint")),
        comment="Contacts that webhooks ask to read at the next run",
    )
    op.create_table(
        "intent",
        sa.Column(
            "seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("company", sa.String(length=63), nullable=False),
        sa.Column("operation", sa.String(length=20), nullable=False),
        sa.Column("lead", sa.String(length=120), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False, comment="owed, done, refused or dropped"),
        sa.Column(
            "payload",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("tried_at", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_intent")),
        sa.UniqueConstraint("company", "operation", "lead", "cycle", "n", name="uq_intent_key"),
        comment="Writes that are owed to a vendor: creations and transitions",
    )
    with op.batch_alter_table("intent", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_intent_company_state_operation"), ["company", "state", "operation"], unique=False
        )

    op.create_table(
        "job",
        sa.Column("company", sa.String(length=63), nullable=False),
        sa.Column("system", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="Machine time"),
        sa.PrimaryKeyConstraint("company", "system", "id", name=op.f("pk_job")),
        comment="Jobs that a vendor works off by itself and that no run has seen end",
    )
    op.create_table(
        "lead",
        sa.Column("company", sa.String(length=63), nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("qualify", sa.Boolean(), nullable=False, comment="Changed since it was last qualified"),
        sa.Column(
            "valid_until",
            sa.BigInteger(),
            nullable=True,
            comment="When time alone may change the qualification",
        ),
        sa.Column("mql", sa.Boolean(), nullable=True, comment="The last outcome; null is unknown"),
        sa.Column(
            "evaluation",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
            comment="Inputs and trace of the last qualification",
        ),
        sa.Column(
            "passing", sa.String(length=40), nullable=True, comment="passed, history, or held with its reason"
        ),
        sa.Column("judge", sa.Boolean(), nullable=False, comment="Has facts that were not judged yet"),
        sa.Column(
            "to_compare",
            sa.Boolean(),
            nullable=False,
            comment="A system's record of it changed since fields were compared",
        ),
        sa.Column(
            "next_due_at", sa.BigInteger(), nullable=True, comment="When time alone changes the verdict"
        ),
        sa.Column("place", sa.String(length=40), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=True),
        sa.Column(
            "dimensions",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
            comment="source, content, score: for reports",
        ),
        sa.PrimaryKeyConstraint("company", "id", name=op.f("pk_lead")),
        comment="A person of a company; a projection but for the id",
    )
    with op.batch_alter_table("lead", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lead_company_to_compare"), ["company", "to_compare"], unique=False)
        batch_op.create_index(batch_op.f("ix_lead_company_judge"), ["company", "judge"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_lead_company_next_due_at"), ["company", "next_due_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_lead_company_qualify"), ["company", "qualify"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_lead_company_valid_until"), ["company", "valid_until"], unique=False
        )

    op.create_table(
        "lease",
        sa.Column("company", sa.String(length=63), nullable=False),
        sa.Column("holder", sa.String(length=200), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False, comment="Machine time"),
        sa.PrimaryKeyConstraint("company", name=op.f("pk_lease")),
        comment="Which run holds a company; checked at each commit",
    )
    op.create_table(
        "link",
        sa.Column("company", sa.String(length=63), nullable=False),
        sa.Column("system", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("lead", sa.String(length=120), nullable=False),
        sa.Column("target", sa.Boolean(), nullable=False, comment="True: write-backs of this system go here"),
        sa.PrimaryKeyConstraint("company", "system", "id", "kind", name=op.f("pk_link")),
        comment="Whose id is whose",
    )
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_link_company_lead_system"), ["company", "lead", "system"], unique=False
        )

    op.create_table(
        "match",
        sa.Column("company", sa.String(length=63), nullable=False),
        sa.Column("lead", sa.String(length=120), nullable=False),
        sa.Column(
            "system", sa.String(length=40), nullable=False, comment="The one that is not written meanwhile"
        ),
        sa.Column(
            "field", sa.String(length=120), nullable=False, comment="Empty: which record is the lead's"
        ),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "detail",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("choice", sa.String(length=200), nullable=True, comment="What a person has decided"),
        sa.PrimaryKeyConstraint("company", "lead", "system", "field", name=op.f("pk_match")),
        comment="What evidence does not decide, until a person does",
    )
    op.create_table(
        "notice",
        sa.Column("company", sa.String(length=63), nullable=False),
        sa.Column("lead", sa.String(length=120), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("clock", sa.String(length=40), nullable=False),
        sa.Column("instance", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column(
            "recipient",
            sa.String(length=60),
            nullable=False,
            comment="A person's id where one is known, else the role",
        ),
        sa.Column("withdrawn_at", sa.BigInteger(), nullable=True),
        sa.Column(
            "digest",
            sa.String(length=80),
            nullable=True,
            comment="The message in which it is told together with others",
        ),
        sa.PrimaryKeyConstraint(
            "company", "lead", "cycle", "clock", "instance", "level", name=op.f("pk_notice")
        ),
        comment="What people are told, each once",
    )
    op.create_table(
        "package",
        sa.Column("company", sa.String(length=63), nullable=False),
        sa.Column("lead", sa.String(length=120), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column(
            "missing",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "snapshot",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("company", "lead", "cycle", name=op.f("pk_package")),
        comment="What travelled, as it was",
    )
    op.create_table(
        "put_off",
        sa.Column("company", sa.String(length=63), nullable=False),
        sa.Column("lead", sa.String(length=120), nullable=False),
        sa.Column("system", sa.String(length=40), nullable=False),
        sa.Column("operation", sa.String(length=20), nullable=False),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("company", "system", "operation", "lead", name=op.f("pk_put_off")),
        comment="Rows that a system would not take in passing, and in how many runs",
    )
    op.create_table(
        "record",
        sa.Column("company", sa.String(length=63), nullable=False),
        sa.Column("system", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("lead", sa.String(length=120), nullable=True),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.String(length=120), nullable=False),
        sa.Column(
            "values",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "dated",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("whole", sa.Boolean(), nullable=False, comment="False: only what definitions use is kept"),
        sa.PrimaryKeyConstraint("company", "system", "id", "kind", name=op.f("pk_record")),
        comment="What a system held of a person when it was last read",
    )
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_record_company_lead_system"), ["company", "lead", "system"], unique=False
        )

    op.create_table(
        "refused",
        sa.Column("company", sa.String(length=63), nullable=False),
        sa.Column("lead", sa.String(length=120), nullable=False),
        sa.Column("system", sa.String(length=40), nullable=False),
        sa.Column("operation", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "fingerprint",
            sa.String(length=64),
            nullable=False,
            comment="Of what was refused: another one is tried",
        ),
        sa.Column(
            "dropped_at",
            sa.BigInteger(),
            nullable=True,
            comment="Since when it is not tried again, whatever changes",
        ),
        sa.Column(
            "dropped_by",
            sa.String(length=80),
            nullable=True,
            comment="Who said so: an id, or a name's hash",
        ),
        sa.PrimaryKeyConstraint("company", "lead", "system", "operation", name=op.f("pk_refused")),
        comment="Records that a system or a mapping would not take",
    )
    op.create_table(
        "run",
        sa.Column(
            "seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("company", sa.String(length=63), nullable=False),
        sa.Column("now", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False, comment="Machine time"),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column(
            "summary",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_run")),
        comment="One pass over one company",
    )
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_run_company_now"), ["company", "now"], unique=False)

    op.create_table(
        "status",
        sa.Column("company", sa.String(length=63), nullable=False),
        sa.Column("lead", sa.String(length=120), nullable=False),
        sa.Column("system", sa.String(length=40), nullable=False),
        sa.Column(
            "wanted",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("wanted_hash", sa.String(length=64), nullable=False),
        sa.Column("written_hash", sa.String(length=64), nullable=True),
        sa.Column(
            "written",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("company", "lead", "system", name=op.f("pk_status")),
        comment="The SLA status each system should show and the one it was last given",
    )
    op.create_table(
        "touch",
        sa.Column("company", sa.String(length=63), nullable=False),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("lead", sa.String(length=120), nullable=False),
        sa.Column("cycle", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "date", sa.Integer(), nullable=False, comment="Ordinal of the date where the lead lives"
        ),
        sa.Column("user", sa.String(length=60), nullable=True),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=True, comment="Why it did not count"),
        sa.PrimaryKeyConstraint("company", "lead", "cycle", "id", name=op.f("pk_touch")),
        comment="Activities of sales, judged; a projection",
    )
    with op.batch_alter_table("touch", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_touch_company_occurred_at"), ["company", "occurred_at"], unique=False
        )

    op.create_table(
        "unlinked",
        sa.Column("company", sa.String(length=63), nullable=False),
        sa.Column("system", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False, comment="touch or deal"),
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("record_id", sa.String(length=120), nullable=False),
        sa.Column(
            "data",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("company", "system", "kind", "id", "record_id", name=op.f("pk_unlinked")),
        comment="Activities read before the record they are with was linked to a lead",
    )
    with op.batch_alter_table("unlinked", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_unlinked_company_record_id"), ["company", "record_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("unlinked", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unlinked_company_record_id"))

    op.drop_table("unlinked")
    with op.batch_alter_table("touch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_touch_company_occurred_at"))

    op.drop_table("touch")
    op.drop_table("status")
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_run_company_now"))

    op.drop_table("run")
    op.drop_table("refused")
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_record_company_lead_system"))

    op.drop_table("record")
    op.drop_table("put_off")
    op.drop_table("package")
    op.drop_table("notice")
    op.drop_table("match")
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_link_company_lead_system"))

    op.drop_table("link")
    op.drop_table("lease")
    with op.batch_alter_table("lead", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lead_company_valid_until"))
        batch_op.drop_index(batch_op.f("ix_lead_company_qualify"))
        batch_op.drop_index(batch_op.f("ix_lead_company_next_due_at"))
        batch_op.drop_index(batch_op.f("ix_lead_company_judge"))
        batch_op.drop_index(batch_op.f("ix_lead_company_to_compare"))

    op.drop_table("lead")
    op.drop_table("job")
    with op.batch_alter_table("intent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_intent_company_state_operation"))

    op.drop_table("intent")
    op.drop_table("hint")
    with op.batch_alter_table("handoff", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handoff_company_mql_at"))
        batch_op.drop_index(batch_op.f("ix_handoff_company_delivered_at"))

    op.drop_table("handoff")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_event_company_recorded_at"))
        batch_op.drop_index(batch_op.f("ix_event_company_lead"))

    op.drop_table("event")
    op.drop_table("erasure")
    op.drop_table("cursor")
    with op.batch_alter_table("compared", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_compared_company_system_owed"))

    op.drop_table("compared")
    with op.batch_alter_table("clock", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_clock_company_due_at"))

    op.drop_table("clock")
    op.drop_table("calendar")
    op.drop_table("budget")
    op.drop_table("answer")
    op.drop_table("agreement")
