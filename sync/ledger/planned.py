"""What the ledger owes the vendors, counted as the records that it would make or change."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union

from sync.ledger import links, schema
from sync.ledger.drops import is_dropped
from sync.ledger.intents import FIELDS, FIELDS_BACK, PUSH
from sync.ledger.statuses import STATUS
from sync.ledger.store import Tx
from sync.limits import Planned

intent, status, compared, link = schema.intent, schema.status, schema.compared, schema.link


def count_planned(tx: Tx, crm: str) -> Planned:
    """What the read phase ended with, for the limits."""
    return Planned(
        creations=count_creations(tx), changes=count_changes(tx), linked=links.count_links(tx, crm)
    )


def count_creations(tx: Tx) -> int:
    """How many of the owed pushes would make a new record."""
    return int(tx.connection.execute(select(func.count()).where(_creates(tx))).scalar_one())


def count_changes(tx: Tx) -> int:
    """How many leads have records that would change, each once whatever is written to them.

    A status that differs from the one shown, fields, a push into a record that is there, a return, track, stage,
    owner, task or opt-out. What comes with a new record is no change, nor is the first status that a lead is shown.
    """
    owed = and_(intent.c.company == tx.company, intent.c.state == "owed")
    touched = union(
        _differing(tx),
        _fields(tx),
        select(intent.c.lead).where(owed, or_(intent.c.operation != PUSH, _known())),
    ).subquery()
    new = select(intent.c.lead).where(_creates(tx))
    query = select(func.count()).select_from(touched).where(touched.c.lead.not_in(new))
    return int(tx.connection.execute(query).scalar_one())


def _differing(tx: Tx) -> Select[Any]:
    return _on_target(tx, status).where(
        status.c.written_hash.is_not(None),
        status.c.written_hash != status.c.wanted_hash,
        ~is_dropped(status.c.company, status.c.lead, status.c.system, STATUS),
    )


def _fields(tx: Tx) -> Select[Any]:
    return _on_target(tx, compared).where(
        compared.c.owed.is_(True),
        ~is_dropped(compared.c.company, compared.c.lead, compared.c.system, FIELDS, FIELDS_BACK),
    )


def _on_target(tx: Tx, table: Any) -> Select[Any]:
    """The rows of the leads that the system has a record of; the others are written nowhere."""
    same = and_(
        link.c.company == table.c.company,
        link.c.lead == table.c.lead,
        link.c.system == table.c.system,
        link.c.target.is_(True),
    )
    return select(table.c.lead).join(link, same).where(table.c.company == tx.company)


def _creates(tx: Tx) -> ColumnElement[bool]:
    return and_(
        intent.c.company == tx.company, intent.c.state == "owed", intent.c.operation == PUSH, ~_known()
    )


def _known() -> ColumnElement[bool]:
    """Whether a push names the record that it goes into."""
    known: ColumnElement[bool] = intent.c.payload["id"].as_string().is_not(None)
    return known
