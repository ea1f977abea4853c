"""Hints: contacts that webhooks ask to read at the next run. Losing one costs time, never a change."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from secrets import token_hex

from sqlalchemy import delete, exists, func, select

from sync.ledger import schema
from sync.ledger.store import Ledger, Tx, chunks

table = schema.hint
MOST = 10_000  # that wait for one company: beyond it the next read of all that changed is no slower


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of one webhook's hints: how many wait now because of it, how many were dropped."""

    kept: int
    dropped: int = 0


def add_hints(tx: Tx, system: str, ids: Iterable[str], *, most: int = MOST) -> Kept:
    """Notes contacts to read, each once however often it is told; beyond `most` of a company new ones are dropped."""
    told = sorted(set(ids))  # in one order: two calls at once then wait for each other, not both for ever
    known = {
        row.id
        for part in chunks(told)
        for row in tx.connection.execute(
            select(table.c.id).where(
                table.c.company == tx.company, table.c.system == system, table.c.id.in_(part)
            )
        )
    }
    room = max(0, most - count_hints(tx))
    fresh = {*[each for each in told if each not in known][:room]}
    kept = [each for each in told if each in known or each in fresh]
    row = {"system": system, "received_at": int(time.time()), "call": token_hex(16)}
    tx.put(table, [{**row, "id": each} for each in kept])
    return Kept(kept=len(kept), dropped=len(told) - len(kept))


def hints_of(tx: Tx, system: str, most: int | None = None) -> dict[str, str]:
    """The contacts that are asked for, by id, the longest waiting first, each with the call that told it last."""
    query = select(table.c.id, table.c.call).where(table.c.company == tx.company, table.c.system == system)
    rows = tx.connection.execute(query.order_by(table.c.received_at, table.c.id).limit(most))
    return {row.id: row.call for row in rows}


def drop_hints(tx: Tx, system: str, read: Mapping[str, str]) -> None:
    """Forgets these hints; one that another call has told again since then stays."""
    for part in chunks(read):
        tx.connection.execute(
            delete(table).where(
                table.c.company == tx.company,
                table.c.system == system,
                table.c.id.in_(part),
                table.c.call.in_({read[each] for each in part}),
            )
        )


def drop_others(tx: Tx, system: str) -> None:
    """Forgets the hints of any other system: of a platform that the company has left nobody reads them."""
    tx.connection.execute(delete(table).where(table.c.company == tx.company, table.c.system != system))


def count_hints(tx: Tx) -> int:
    """How many contacts the company's webhooks have asked for."""
    query = select(func.count()).select_from(table).where(table.c.company == tx.company)
    return int(tx.connection.execute(query).scalar_one())


def is_hinted(ledger: Ledger, company: str) -> bool:
    """Whether a webhook of this company asks for a run."""
    with ledger.read(company) as tx:
        return bool(tx.connection.execute(select(exists().where(table.c.company == company))).scalar_one())
