"""What is owed to the vendors: intents, statuses, and what they would not take."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, and_, bindparam, delete, func, or_, select, update

from mapping.records import Instant
from sync.ledger import schema
from sync.ledger.store import Tx, chunks

PUSH, RETURN, TRACK, STAGE, TASK, ASSIGN = "push", "return", "track", "stage", "task", "assign"
FIELDS, FIELDS_BACK = "fields", "fields_back"  # to the CRM, and back to marketing: owed by `compared`


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A write that is owed: its key is (operation, lead, cycle, n), so that it is owed once."""

    operation: str
    lead: str
    cycle: int
    n: int
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRow:
    """The status one system should show of a lead, and the one it was last given."""

    lead: str
    system: str
    wanted: Mapping[str, Any]
    written: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A record that a system or a mapping would not take, with the reason."""

    lead: str
    system: str
    operation: str
    code: str
    message: str
    fingerprint: str
    since: Instant | None = None


def owe(tx: Tx, intents: Sequence[Intent]) -> None:
    """Notes writes that are owed; one with a known key that is still owed takes the new payload."""
    table = schema.intent
    tx.add_new(
        table,
        [
            {
                "operation": each.operation,
                "lead": each.lead,
                "cycle": each.cycle,
                "n": each.n,
                "payload": dict(each.payload),
                "state": "owed",
                "created_at": tx.now,
                "tries": 0,
            }
            for each in intents
        ],
    )
    if intents:
        tx.connection.execute(
            _NEW_PAYLOAD, [_of(tx, each, new_payload=dict(each.payload)) for each in intents]
        )


def next_push(tx: Tx, lead: str, cycle: int, fingerprint: str) -> int | None:
    """The number of the push that a package with this fingerprint needs; None when it was passed already.

    A handoff that sales sent back for its package (T40) is passed again when the package is another one.
    """
    table = schema.intent
    rows = tx.connection.execute(
        select(table)
        .where(
            table.c.company == tx.company,
            table.c.operation == PUSH,
            table.c.lead == lead,
            table.c.cycle == cycle,
        )
        .order_by(table.c.n)
    ).all()
    if not rows:
        return 0
    last = rows[-1]
    if last.state != "done":
        return int(last.n)
    return None if last.payload.get("fingerprint") == fingerprint else int(last.n) + 1


def reopen(tx: Tx, intent: Intent) -> None:
    """Owes a refused or dropped write again, with a new payload."""
    tx.connection.execute(_REOPEN, _of(tx, intent, new_payload=dict(intent.payload)))


def retry_changed(tx: Tx, intents: Sequence[Intent]) -> None:
    """Owes refused writes again whose content is another one by now, such as the name of a list."""
    table = schema.intent
    wanted = {(each.operation, each.lead, each.cycle, each.n): each for each in intents}
    for part in chunks({each.lead for each in intents}):
        refused = tx.connection.execute(
            select(table).where(
                table.c.company == tx.company, table.c.lead.in_(part), table.c.state == "refused"
            )
        ).all()
        for row in refused:
            intent = wanted.get((row.operation, row.lead, row.cycle, row.n))
            if intent is not None and dict(intent.payload) != row.payload:
                reopen(tx, intent)


def forget_payloads(tx: Tx, leads: Iterable[str]) -> None:
    """Forgets what these leads were passed with; that they were passed stays."""
    table = schema.intent
    for part in chunks(leads):
        tx.connection.execute(
            update(table)
            .where(table.c.company == tx.company, table.c.operation == PUSH, table.c.lead.in_(part))
            .values(payload={})
        )


def slim(tx: Tx, intent: Intent) -> None:
    """Keeps of a push that was done only what tells whether another one differs."""
    kept = {name: intent.payload[name] for name in ("id", "kind", "fingerprint")}
    tx.connection.execute(
        update(schema.intent)
        .where(
            schema.intent.c.company == tx.company,
            schema.intent.c.operation == PUSH,
            schema.intent.c.lead == intent.lead,
            schema.intent.c.cycle == intent.cycle,
            schema.intent.c.n == intent.n,
        )
        .values(payload=kept)
    )


def renew(tx: Tx, intents: Sequence[Intent]) -> None:
    """Owes writes again that were done, and whose effect later facts have undone."""
    if intents:
        tx.connection.execute(_RENEW, [_of(tx, each, new_payload=dict(each.payload)) for each in intents])


def owed(tx: Tx, operation: str, after: int, size: int) -> list[tuple[int, Intent]]:
    """The next writes of one kind that are owed, in order, each with its number."""
    table = schema.intent
    rows = tx.connection.execute(
        select(table)
        .where(
            table.c.company == tx.company,
            table.c.state == "owed",
            table.c.operation == operation,
            table.c.seq > after,
        )
        .order_by(table.c.seq)
        .limit(size)
    )
    return [(row.seq, _intent(row)) for row in rows]


def owed_of(tx: Tx, leads: Iterable[str], operation: str) -> dict[str, Intent]:
    """The owed write of one kind of each lead."""
    table = schema.intent
    found: dict[str, Intent] = {}
    for part in chunks(leads):
        rows = tx.connection.execute(
            select(table).where(
                table.c.company == tx.company,
                table.c.operation == operation,
                table.c.lead.in_(part),
                table.c.state == "owed",
            )
        )
        found |= {row.lead: _intent(row) for row in rows}
    return found


def owed_records(tx: Tx, ids: Iterable[str]) -> dict[str, list[str]]:
    """The leads that each of these CRM records is to be given to by a push that is owed."""
    table = schema.intent
    record = table.c.payload["id"].as_string()
    found: dict[str, list[str]] = {}
    for part in chunks(ids):
        rows = tx.connection.execute(
            select(record.label("record"), table.c.lead).where(
                table.c.company == tx.company,
                table.c.state == "owed",
                table.c.operation == PUSH,
                record.in_(part),
            )
        )
        for row in rows:
            found.setdefault(row.record, []).append(row.lead)
    return found


def drop_others(tx: Tx, leads: Iterable[str], wanted: Sequence[Intent], operations: Sequence[str]) -> None:
    """Drops what these leads are owed of these kinds and no longer holds: evidence has taken it back."""
    table = schema.intent
    keys = {(each.operation, each.lead, each.cycle, each.n) for each in wanted}
    for part in chunks(leads):
        rows = tx.connection.execute(
            select(table).where(
                table.c.company == tx.company,
                table.c.lead.in_(part),
                table.c.operation.in_(operations),
                table.c.state == "owed",
            )
        ).all()
        for row in rows:
            if (row.operation, row.lead, row.cycle, row.n) not in keys:
                settle(tx, _intent(row), "dropped", "taken_back")


def settle(tx: Tx, intent: Intent, state: str, code: str | None = None) -> None:
    """Notes what became of a write: done, refused, dropped, or still owed (a passing fault)."""
    tx.connection.execute(_SETTLE, _of(tx, intent, new_state=state, new_code=code, new_tried_at=tx.now))


def note_tries(tx: Tx, operation: str, intents: Sequence[Intent]) -> list[Intent]:
    """Notes that these writes of one kind are about to be sent; answers those that may have been sent before."""
    table = schema.intent
    tried = {
        (row.lead, row.cycle, row.n)
        for part in chunks({each.lead for each in intents})
        for row in tx.connection.execute(
            select(table.c.lead, table.c.cycle, table.c.n).where(
                table.c.company == tx.company,
                table.c.operation == operation,
                table.c.lead.in_(part),
                table.c.tries > 0,
            )
        )
    }
    if intents:
        tx.connection.execute(_TRY, [_of(tx, each) for each in intents])
    return [each for each in intents if (each.lead, each.cycle, each.n) in tried]


def want_status(tx: Tx, rows: Sequence[tuple[str, str, Mapping[str, Any], str]]) -> None:
    """Notes the status each (lead, system) should show, with its hash; what was written stays noted."""
    table = schema.status
    known = [{"lead": lead, "system": system} for lead, system, _, _ in rows]
    tx.add_new(table, [{**each, "wanted": {}, "wanted_hash": "", "written_hash": None} for each in known])
    if rows:
        values = [
            {**_of_status(tx, lead, system), "new_wanted": dict(wanted), "new_hash": fingerprint}
            for lead, system, wanted, fingerprint in rows
        ]
        tx.connection.execute(_WANT, values)


def unwritten(tx: Tx, system: str, after: str, size: int) -> list[StatusRow]:
    """The next statuses, by lead, that a linked record of the system does not show yet."""
    table, link = schema.status, schema.link
    rows = tx.connection.execute(
        select(table)
        .join(
            link,
            and_(
                link.c.company == table.c.company,
                link.c.lead == table.c.lead,
                link.c.system == table.c.system,
                link.c.target.is_(True),
            ),
        )
        .where(_differs(tx, system), table.c.lead > after)
        .order_by(table.c.lead)
        .limit(size)
    )
    return [
        StatusRow(lead=row.lead, system=row.system, wanted=row.wanted, written=row.written) for row in rows
    ]


def shown(tx: Tx) -> dict[str, dict[str, StatusRow]]:
    """Every lead that has a status, by id, with what each system should show and was last given."""
    table = schema.status
    found: dict[str, dict[str, StatusRow]] = {}
    query = select(table).where(table.c.company == tx.company).order_by(table.c.lead, table.c.system)
    for row in tx.connection.execute(query):
        found.setdefault(row.lead, {})[row.system] = StatusRow(
            lead=row.lead, system=row.system, wanted=row.wanted, written=row.written
        )
    return found


def written_of(tx: Tx, lead: str, system: str) -> Mapping[str, Any] | None:
    """The status that a system was last given of a lead; None where it shows none."""
    table = schema.status
    query = select(table.c.written).where(
        table.c.company == tx.company, table.c.lead == lead, table.c.system == system
    )
    found: Mapping[str, Any] | None = tx.connection.execute(query).scalar_one_or_none()
    return found


def mark_written(tx: Tx, lead: str, system: str, wanted: Mapping[str, Any], fingerprint: str) -> None:
    """Notes that a system shows this status now."""
    values = {"new_written": dict(wanted), "new_hash": fingerprint}
    tx.connection.execute(_WRITTEN, _of_status(tx, lead, system) | values)


def forget_written(tx: Tx, lead: str, system: str) -> None:
    """Notes that the system's record of a lead is a new one that shows nothing yet."""
    table = schema.status
    tx.connection.execute(
        update(table)
        .where(table.c.company == tx.company, table.c.lead == lead, table.c.system == system)
        .values(written=None, written_hash=None)
    )


def refuse(tx: Tx, refusals: Sequence[Refusal]) -> None:
    """Puts records on the refused list; one that is on it keeps its `since`."""
    table = schema.refused
    known = {
        (row.lead, row.system, row.operation): row.since
        for row in _refused_rows(tx, {r.lead for r in refusals})
    }
    tx.put(
        table,
        [
            {
                "lead": each.lead,
                "system": each.system,
                "operation": each.operation,
                "code": each.code,
                "message": each.message,
                "since": known.get((each.lead, each.system, each.operation), tx.now),
                "last_at": tx.now,
                "fingerprint": each.fingerprint,
            }
            for each in refusals
        ],
    )


def forgive(tx: Tx, lead: str, system: str, operation: str) -> None:
    """Takes a record off the refused list."""
    tx.connection.execute(_FORGIVE, _of_status(tx, lead, system) | {"of_operation": operation})


def refusals(tx: Tx, leads: Iterable[str] | None = None) -> list[Refusal]:
    """The refused list, oldest first, of these leads or of all."""
    table = schema.refused
    if leads is not None:
        rows = _refused_rows(tx, leads)
    else:
        query = select(table).where(table.c.company == tx.company).order_by(table.c.since, table.c.lead)
        rows = list(tx.connection.execute(query))
    return [
        Refusal(
            lead=row.lead,
            system=row.system,
            operation=row.operation,
            code=row.code,
            message=row.message,
            fingerprint=row.fingerprint,
            since=row.since,
        )
        for row in rows
    ]


def ask_again(tx: Tx, leads: Iterable[str] | None = None) -> int:
    """Takes these leads, or all, off the refused list, so that the next run tries them; tells how many."""
    table = schema.refused
    where = [table.c.company == tx.company]
    if leads is not None:
        where.append(table.c.lead.in_(list(leads)))
    tried = {row.lead for row in tx.connection.execute(select(table.c.lead).where(*where))}
    tx.connection.execute(delete(table).where(*where))
    for part in chunks(tried):
        tx.connection.execute(
            update(schema.intent)
            .where(
                schema.intent.c.company == tx.company,
                schema.intent.c.lead.in_(part),
                schema.intent.c.state == "refused",
                schema.intent.c.payload != {},  # of who was deleted since, nothing is left to send
            )
            .values(state="owed", code=None)
        )
        tx.connection.execute(
            update(schema.status)
            .where(schema.status.c.company == tx.company, schema.status.c.lead.in_(part))
            .values(written_hash=None)
        )
        tx.connection.execute(
            update(schema.lead)
            .where(schema.lead.c.company == tx.company, schema.lead.c.id.in_(part))
            .values(to_compare=True)
        )
    return len(tried)


def count_refused(tx: Tx) -> int:
    """How many records are on the refused list."""
    table = schema.refused
    query = select(func.count()).where(table.c.company == tx.company)
    return int(tx.connection.execute(query).scalar_one())


def _refused_rows(tx: Tx, leads: Iterable[str]) -> list[Row[Any]]:
    table = schema.refused
    return [
        row
        for part in chunks(leads)
        for row in tx.connection.execute(
            select(table).where(table.c.company == tx.company, table.c.lead.in_(part))
        )
    ]


def _differs(tx: Tx, system: str) -> Any:
    table = schema.status
    return and_(
        table.c.company == tx.company,
        table.c.system == system,
        or_(table.c.written_hash.is_(None), table.c.written_hash != table.c.wanted_hash),
    )


def _of(tx: Tx, intent: Intent, **values: object) -> dict[str, object]:
    """What names one write to the statements below."""
    return {
        "of_company": tx.company,
        "of_operation": intent.operation,
        "of_lead": intent.lead,
        "of_cycle": intent.cycle,
        "of_n": intent.n,
        **values,
    }


def _of_status(tx: Tx, lead: str, system: str) -> dict[str, object]:
    return {"of_company": tx.company, "of_lead": lead, "of_system": system}


def _intent(row: Row[Any]) -> Intent:
    return Intent(operation=row.operation, lead=row.lead, cycle=row.cycle, n=row.n, payload=row.payload)


def _matches(table: Table, *names: str) -> list[ColumnElement[bool]]:
    return [table.c[name] == bindparam(f"of_{name}") for name in names]


# Statements of single rows, built once: a run executes them for every lead, and building takes longer than that.
_INTENT = _matches(schema.intent, "company", "operation", "lead", "cycle", "n")
_STATUS = _matches(schema.status, "company", "lead", "system")
_PAYLOAD: dict[str, Any] = {"payload": bindparam("new_payload")}
_OWED: dict[str, Any] = {"state": "owed", "code": None, **_PAYLOAD}
_NEW_PAYLOAD = update(schema.intent).where(*_INTENT, schema.intent.c.state == "owed").values(_PAYLOAD)
_REOPEN = update(schema.intent).where(*_INTENT, schema.intent.c.state != "done").values(_OWED)
_RENEW = update(schema.intent).where(*_INTENT, schema.intent.c.state == "done").values(_OWED)
_TRY = update(schema.intent).where(*_INTENT).values(tries=schema.intent.c.tries + 1)
_SETTLE = (
    update(schema.intent)
    .where(*_INTENT)
    .values(
        state=bindparam("new_state"),
        code=bindparam("new_code"),
        tried_at=bindparam("new_tried_at"),
        tries=schema.intent.c.tries + 1,
    )
)
_WANT = (
    update(schema.status)
    .where(*_STATUS, schema.status.c.wanted_hash != bindparam("new_hash"))
    .values(wanted=bindparam("new_wanted"), wanted_hash=bindparam("new_hash"))
)
_WRITTEN = (
    update(schema.status)
    .where(*_STATUS)
    .values(written=bindparam("new_written"), written_hash=bindparam("new_hash"))
)
_FORGIVE = delete(schema.refused).where(*_matches(schema.refused, "company", "lead", "system", "operation"))
