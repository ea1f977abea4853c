"""Which contacts changed, page by page, from a cursor that never skips.

RD Station has no query by change. Two things are looked at: the last to convert, newest first, down to what was
seen before (`recent`), and from time to time the whole segmentation for who is new in it without a form fill
(`sweep`), some pages a run. Whoever is known is read again by the engine in its turn. A contact that could not be
read now waits in the cursor.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

from connectors.base import Page
from connectors.errors import ContractBroken
from connectors.rdstation.answers import SYSTEM
from connectors.rdstation.records import read_stamp
from mapping.records import Instant, Record

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where reading goes on. `high` is the newest form fill seen, `seen` those inside the overlap (uuid, time).

    `page` is the next one of a sweep (0: none is under way), of `total` contacts; `since` is who is new to it.
    `begun` is when the last sweep began, `waiting` who is still to be read.
    """

    segmentation: int
    high: Instant = 0
    seen: tuple[tuple[str, Instant], ...] = ()
    page: int = 0
    total: int = 0
    since: Instant = 0
    begun: Instant = 0
    waiting: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """The cursor as the engine keeps it."""
        return json.dumps(asdict(self), separators=(",", ":"))


def read_cursor(text: str) -> Cursor:
    """A cursor that we made; raises ContractBroken for another text."""
    try:
        raw = json.loads(text)
        seen = tuple((str(uuid), int(at)) for uuid, at in raw.pop("seen"))
        waiting = tuple((str(uuid), str(made)) for uuid, made in raw.pop("waiting"))
        return Cursor(**raw, seen=seen, waiting=waiting)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise ContractBroken(
            "the stored RD Station cursor is not one of ours: reset it", system=SYSTEM
        ) from None


class Source(Protocol):
    """A segmentation's contacts, the last to convert first."""

    def page(self, number: int) -> tuple[list[Row], int]:
        """A page, counted from 1, and how many contacts there are in all."""


Step = tuple[list[Row], Cursor]


class Changes:
    """Reads rows of `source` from a cursor on; times in seconds. A sweep reads at most `most` contacts a run."""

    def __init__(
        self, source: Source, *, size: int, overlap: int, sweep: int, most: int, now: Instant
    ) -> None:
        self._source, self._size, self._overlap = source, size, overlap
        self._sweep, self._most, self._now = sweep, most, now

    def steps(self, cursor: Cursor) -> Iterator[Step]:
        """Rows and the cursor after them; rows may be none."""
        for read in (self._waiting, self._recent, self._swept):
            for rows, following in read(cursor):
                yield rows, following
                cursor = following

    def _waiting(self, cursor: Cursor) -> Iterator[Step]:
        if cursor.waiting:
            rows: list[Row] = [{"uuid": uuid, "created_at": made} for uuid, made in cursor.waiting]
            yield rows, replace(cursor, waiting=())

    def _recent(self, cursor: Cursor) -> Iterator[Step]:
        """Form fills since `high`: it moves at the end alone, so that an interrupted read begins anew."""
        if cursor.begun == 0:  # the first sweep reads everyone
            rows, _ = self._source.page(1)
            yield [], replace(cursor, high=max([0, *map(converted_at, rows)]), page=1, begun=self._now)
            return
        floor, high = max(1, cursor.high - self._overlap), cursor.high
        found: dict[tuple[str, Instant], None] = {}
        known, number, before, more = {*cursor.seen}, 1, 0, True
        while more:
            rows, total = self._source.page(number)
            if total < before:  # who follows a deleted contact moves up into pages read
                number, before = 1, total
                continue
            recent = [(str(row["uuid"]), at) for row in rows if (at := converted_at(row)) >= floor]
            found |= dict.fromkeys(recent)
            fresh = [row for row in rows if (str(row["uuid"]), converted_at(row)) in {*recent} - known]
            high = max([high, *(at for _, at in recent)])
            ended = not rows or number * self._size >= total or (found and not converted_at(rows[-1]))
            more = not ended and self._goes_on(rows, floor, total, begins=number == 1)
            number, before = number + 1, total
            seen = tuple(each for each in found if each[1] >= high - self._overlap)
            yield fresh, cursor if more else replace(cursor, high=high, seen=seen)

    def _goes_on(self, rows: Sequence[Row], floor: Instant, total: int, *, begins: bool) -> bool:
        """Whether form fills that are new may follow a page. Where those without one stand is documented nowhere.

        At the end, they end the search; at the beginning, it goes on, unless the last of all has none either.
        """
        if last := converted_at(rows[-1]):
            return last >= floor
        if any(map(converted_at, rows)):
            return False
        final = self._source.page(-(-total // self._size))[0] if begins else rows
        return not begins or any(map(converted_at, final))

    def _swept(self, cursor: Cursor) -> Iterator[Step]:
        """Everyone who was created since the last sweep began; each in the first one."""
        if cursor.page == 0 and self._now >= cursor.begun + self._sweep:
            since = max(0, cursor.begun - self._overlap)
            cursor = replace(cursor, page=1, total=0, since=since, begun=self._now)
        told = 0
        while cursor.page and told < self._most:
            rows, total = self._source.page(cursor.page)
            if lost := max(0, cursor.total - total):  # who follows a deleted contact moves up into pages read
                back = max(1, cursor.page - -(-lost // self._size))
                cursor = replace(cursor, page=back, total=total)
                continue
            new = [row for row in rows if read_stamp(row["created_at"]) >= cursor.since]
            told += len(new)
            following = cursor.page + 1 if len(rows) == self._size else 0
            cursor = replace(cursor, page=following, total=total if following else 0)
            yield new, cursor


def pages(
    steps: Iterable[Step], read: Callable[[Sequence[Row]], tuple[list[Record], list[Row]]]
) -> Iterator[Page[Record]]:
    """Pages with records only; a page's cursor also covers the empty steps after it, and keeps who must wait."""
    kept: Page[Record] | None = None
    late: list[tuple[str, str]] = []
    for rows, cursor in steps:
        records, busy = read(rows) if rows else ([], [])
        late += [(str(row["uuid"]), str(row["created_at"])) for row in busy]
        following = replace(cursor, waiting=(*cursor.waiting, *late))
        if records and kept is not None:
            yield kept
        if records:
            kept = Page(rows=tuple(records), cursor=str(following))
        elif kept is not None:
            kept = replace(kept, cursor=str(following))
    if kept is not None:
        yield kept


def converted_at(row: Row) -> Instant:
    """When a contact filled a form last; 0 where it never did."""
    stamp = row.get("last_conversion_date")
    return read_stamp(stamp) if stamp else 0
