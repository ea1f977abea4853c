"""Reading every changed contact of HubSpot, page by page, from a cursor that never skips.

A cursor stands in one of three phases, which follow each other: `contacts` (the full list, by id), `window`
(search by id inside a frozen window of `lastmodifieddate`, so that neither the 10,000-result ceiling nor changes
made meanwhile lose a row), and `archived` (the recycle bin, which search does not show, and after search, which
still shows for some moments what was deleted). After it the next run goes on with a window. The bin has no order
but that of ids: a run walks some pages of it and the next goes on there, so that a full one costs no more. Times are HubSpot's
own milliseconds; the overlap makes up for search seeing a change some moments after it was made.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

from connectors.base import Page
from connectors.errors import ContractBroken
from connectors.hubspot.records import CHANGED, read_stamp
from mapping.records import Record

SYSTEM = "hubspot"
ID = "hs_object_id"
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where reading goes on. `high` is the newest change seen, or frozen; `seen` counts the rows of the overlap.

    Of the recycle bin: `bin` is where the walk goes on; `archived` is when what is told was archived at the
    earliest; `walk` is the newest time known when the walk began, from which the next one tells; `gone` is the
    newest archival seen, and `told` how many the last walk told, where it was of one page and the next tells from
    the same time.
    """

    phase: str
    after: str = ""
    since: int = 0
    high: int = 0
    frozen: bool = False
    seen: int = -1
    bin: str = ""
    archived: int = 0
    walk: int = 0
    gone: int = 0
    told: int = -1

    def __str__(self) -> str:
        """The cursor as the engine keeps it."""
        return json.dumps(asdict(self), separators=(",", ":"))


def read_cursor(text: str) -> Cursor:
    """A cursor that we made; raises ContractBroken for another text."""
    try:
        return Cursor(**json.loads(text))
    except (ValueError, TypeError):
        raise ContractBroken(
            "the stored HubSpot cursor is not one of ours: reset it", system=SYSTEM
        ) from None


class Source(Protocol):
    """The two ways of reading contacts; each answers raw rows and where it goes on (no text at the end)."""

    def list_contacts(self, after: str, *, archived: bool) -> tuple[list[Row], str]:
        """A page of the full list, or of the recycle bin."""

    def search(self, filters: list[dict[str, str]]) -> tuple[list[Row], str]:
        """The next contacts by id that pass the filters."""

    def newest(self, since: int) -> tuple[int, int]:
        """The newest change since then, and how many contacts changed."""


Step = tuple[list[Row], Cursor]


class Changes:
    """Reads rows of `source` from a cursor on; `overlap` in milliseconds.

    A first read walks the whole recycle bin, a later one `archived_pages` of it (None: all).
    """

    def __init__(self, source: Source, *, overlap: int, archived_pages: int | None = None) -> None:
        self._source, self._overlap, self._most = source, overlap, archived_pages

    def steps(self, cursor: Cursor | None) -> Iterator[Step]:
        """Rows and the cursor after them; rows may be none.

        A cursor from amid a phase is read to its end and then once more from the start: with nothing left
        to tell it would not move, and hide what comes after it.
        """
        if cursor is None:
            high, _ = self._source.newest(0)
            cursor, self._most = Cursor(phase="contacts", high=high), None
        amid = cursor.phase == "archived" or cursor.frozen
        for _ in range(2 if amid else 1):
            for rows, following in self._cycle(cursor):
                yield rows, following
                cursor = following

    def _cycle(self, cursor: Cursor) -> Iterator[Step]:
        """The phases from that of the cursor to the end of the recycle bin."""
        for phase, read in (
            ("contacts", self._contacts),
            ("window", self._window),
            ("archived", self._archived),
        ):
            if cursor.phase == phase:
                for rows, following in read(cursor):
                    yield rows, following
                    cursor = following

    def _contacts(self, cursor: Cursor) -> Iterator[Step]:
        while cursor.phase == "contacts":
            rows, after = self._source.list_contacts(cursor.after, archived=False)
            if after and after == cursor.after:
                raise ContractBroken("HubSpot answers the same page again and again", system="hubspot")
            since = max(0, cursor.high - self._overlap)
            cursor = (
                replace(cursor, after=after)
                if after
                else replace(cursor, phase="window", after="", since=since)
            )
            yield rows, cursor

    def _window(self, cursor: Cursor) -> Iterator[Step]:
        if not cursor.frozen:
            newest, total = self._source.newest(cursor.since)
            if total == 0 or (newest == cursor.high and total == cursor.seen):
                yield [], replace(cursor, phase="archived")
                return
            cursor = replace(cursor, high=newest, frozen=True, seen=0)
        while cursor.frozen:
            rows, after = self._source.search(self._filters(cursor))
            cursor = self._next(cursor, rows, after)
            yield rows, cursor

    def _archived(self, cursor: Cursor) -> Iterator[Step]:
        pages = 0
        while cursor.phase == "archived":
            first = not cursor.bin
            if first:
                cursor = replace(cursor, walk=max(cursor.high, cursor.gone))
            rows, after = self._source.list_contacts(cursor.bin, archived=True)
            fresh = [row for row in rows if _archived_at(row) >= cursor.archived - self._overlap]
            newest = max([cursor.gone, *map(_archived_at, fresh)])
            alike = first and not after and cursor.walk == cursor.archived
            as_before = alike and newest == cursor.gone and len(fresh) == cursor.told
            pages += 1
            cursor = replace(cursor, bin=after, gone=newest, told=len(fresh) if alike else -1)
            if not after:
                cursor = replace(cursor, phase="window", archived=cursor.walk)
            elif pages == self._most:
                cursor = replace(cursor, phase="window")
            yield [] if as_before else fresh, cursor

    def _filters(self, cursor: Cursor) -> list[dict[str, str]]:
        """The next ids of the frozen window, as HubSpot's search guide writes it."""
        window = {"value": str(cursor.since), "highValue": str(cursor.high)}
        return [
            {"propertyName": ID, "operator": "GT", "value": cursor.after or "0"},
            {"propertyName": CHANGED, "operator": "BETWEEN", **window},
        ]

    def _next(self, cursor: Cursor, rows: list[Row], after: str) -> Cursor:
        since = max(cursor.since, cursor.high - self._overlap)
        seen = cursor.seen + sum(changed_at(row) >= since for row in rows)
        if after:
            return replace(cursor, after=after, seen=seen)
        return replace(cursor, phase="archived", after="", since=since, frozen=False, seen=seen)


def pages(
    steps: Iterable[Step], start: str | None, read: Callable[[list[Row]], list[Record]]
) -> Iterator[Page[Record]]:
    """Pages with rows; the cursor of the last one also covers the empty steps after it.

    Where no step has rows, one page without any carries the cursor, if that has moved from `start`.
    """
    waiting: Step | None = None
    for rows, cursor in steps:
        if waiting and rows and waiting[0]:
            yield Page(rows=tuple(read(waiting[0])), cursor=str(waiting[1]))
        waiting = (rows or (waiting[0] if waiting else []), cursor)
    if waiting and (waiting[0] or str(waiting[1]) != start):
        yield Page(rows=tuple(read(waiting[0])), cursor=str(waiting[1]))


def changed_at(row: Row) -> int:
    """When a contact changed last, in milliseconds."""
    return read_stamp(row["properties"].get(CHANGED) or row["updatedAt"])


def _archived_at(row: Row) -> int:
    return read_stamp(row.get("archivedAt") or row["updatedAt"])
