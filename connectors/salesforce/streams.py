"""Reading what changed, several queries in one API call, from a cursor that never skips.

Each stream is a query in the order of a stamp and the id. Its place in the cursor is the stamp and id of the
last row taken, so that equal stamps neither repeat nor lose a row; at its end it goes back by an overlap,
because Salesforce stamps a row when a statement runs and shows it when the transaction commits. Where more rows
lie in the overlap than a page holds, as after a mass update, they are read once more and not by every run: the
place stays behind the last row, and the overlap is looked through when it has passed on Salesforce's own clock.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from connectors.salesforce.calls import Found, Query
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.cursors import FIRST, Place, read_cursor, write_cursor
from connectors.salesforce.soql import literal, select, stamp
from mapping.records import Instant, instant_of

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """A query that is read as it grows, by `stamp`; `also` are stamps of what moves a row without changing it."""

    name: str
    fields: tuple[str, ...]
    entity: str
    where: str
    stamp: str = "SystemModstamp"
    also: tuple[str, ...] = ()
    optional: bool = False  # without the object, or the right to it, there are no rows

    def query(self, place: Place) -> Query:
        """The query from `place` on, deleted and archived rows too."""
        later = ">" if place.again else ">="
        since = " OR ".join([*self._since(place), *(f"{one} {later} {stamp(place.at)}" for one in self.also)])
        where = f"{self.where} AND ({since})" if place.at else self.where
        fields = ("Id", self.stamp, *self.fields, *self.also)
        soql = select(fields, self.entity, where, f"{self.stamp}, Id")
        return Query(soql, everything=True, optional=self.optional)

    def _since(self, place: Place) -> list[str]:
        at = stamp(place.at)
        if not place.id:
            return [f"{self.stamp} >= {at}"]
        return [f"{self.stamp} > {at}", f"({self.stamp} = {at} AND Id > {literal(place.id)})"]

    def stamp_of(self, row: Mapping[str, Any]) -> Instant:
        """When a row changed."""
        return _stamp_at(row, self.stamp)

    def newest_of(self, rows: Rows) -> Instant:
        """The newest of all stamps of these rows."""
        return max((self._newest(row) for row in rows), default=0)

    def since(self, rows: Rows, at: Instant) -> Rows:
        """Those of the rows that the query from `at` on answers too."""
        return [row for row in rows if self._newest(row) >= at]

    def _newest(self, row: Mapping[str, Any]) -> Instant:
        return max(_stamp_at(row, one) for one in (self.stamp, *self.also))


def _stamp_at(row: Mapping[str, Any], path: str) -> Instant:
    value: Any = row
    for name in path.split("."):
        value = value[name] if value is not None else None
    return read_instant(str(value)) if value else 0


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one stream and the cursor once they are stored."""

    stream: str
    rows: Rows
    cursor: str


First = Callable[[Sequence[Query]], list[Found]]


class Reader:
    """Reads streams page by page; `overlap` in seconds, `first` answers the first pages of queries.

    `now` is Salesforce's clock before the first of them is asked.
    """

    def __init__(
        self,
        client: SalesforceClient,
        streams: Sequence[Stream],
        overlap: int,
        *,
        now: Instant,
        first: First | None = None,
    ) -> None:
        self._client, self._streams, self._overlap, self._now = client, streams, overlap, now
        self._first = first or client.queries

    def queries(self, cursor: str | None) -> list[Query]:
        """What `read` asks first."""
        places = self._places(cursor)
        return [one.query(places[one.name]) for one in self._streams]

    def read(self, cursor: str | None) -> Iterator[Batch]:
        """Every stream's rows since `cursor`; the cursor of a batch covers all batches before it.

        A stream that was left amid its pages is read to its end, and then once more from an overlap before
        the place where it was left: what was committed late there lies behind its pages. Rows of the overlap
        that are as they were are not told again.
        """
        places = self._places(cursor)
        left = [one for one in self._streams if places[one.name].amid]
        yield from self._read_all(self._streams, places)
        if left:
            for one in left:
                place = places[one.name]
                places[one.name] = place.at_end(self._overlap) if place.id else replace(place, seen="")
            yield from self._read_all(left, places)

    def _places(self, cursor: str | None) -> dict[str, Place]:
        kept = {one.name: Place() for one in self._streams} | read_cursor(cursor)
        return {name: place.due(self._overlap, self._now) for name, place in kept.items()}

    def _read_all(self, streams: Sequence[Stream], places: dict[str, Place]) -> Iterator[Batch]:
        first = self._first([one.query(places[one.name]) for one in streams])
        for stream, found in zip(streams, first, strict=True):
            yield from self._read_stream(stream, found, places)

    def _read_stream(self, stream: Stream, found: Found, places: dict[str, Place]) -> Iterator[Batch]:
        page: Found | None = found
        start = places[stream.name]
        if start.seen and not found.following and _digest(found.rows) == start.seen:
            return
        low = start.low if start.id or start.low else start.at
        here = replace(start, low=low, left=(start.left or start.at) if start.id else 0, seen="")
        window = _Window(stream, self._overlap, most=len(found.rows))
        while page is not None and page.rows:
            following = self._client.more(page.following) if page.following else None
            here = _behind(here, stream.stamp_of(page.rows[-1]), page.rows[-1]["Id"])
            window.add(page.rows, here)
            places[stream.name] = here if following else self._end(here, window)
            yield Batch(stream.name, page.rows, write_cursor(places))
            page = following

    def _end(self, here: Place, window: "_Window") -> Place:
        """Where to go on once everything was read."""
        if here.left and not here.again:
            return here.at_end(self._overlap)
        if not here.again and not window.large:
            return replace(window.end, seen=_digest(window.rows))
        behind = replace(here, at=window.newest, id=here.id if here.at == window.newest else FIRST)
        if here.again:  # the overlap is owed another look already
            return behind
        again = max(self._now, self._client.vendor_time or 0) + self._overlap
        return replace(behind, left=window.newest, again=again)


class _Window:
    """The rows of a reading that the next one would find in the overlap; of a large one only the last are held."""

    def __init__(self, stream: Stream, overlap: int, *, most: int) -> None:
        self._stream, self._overlap, self._most = stream, overlap, most
        self.rows: Rows = []
        self.end = Place()
        self.newest: Instant = 0
        self._dropped: Instant = 0

    @property
    def large(self) -> bool:
        """Whether it is more than a page holds."""
        return self._dropped >= self.end.at

    def add(self, rows: Rows, here: Place) -> None:
        """Adds a page; `here` is the place of its last row."""
        self.newest = max(self.newest, here.at, self._stream.newest_of(rows))
        self.end = replace(here, at=self.newest).at_end(self._overlap)
        held = self._stream.since([*self.rows, *rows], self.end.at)
        over = max(0, len(held) - self._most)
        self._dropped = max(self._dropped, self._stream.newest_of(held[:over]))
        self.rows = held[over:]


def _behind(here: Place, at: Instant, row: str) -> Place:
    """The place behind a row; one that is told for another stamp, its own being older, moves nothing."""
    return replace(here, at=at, id=row) if at >= here.at else replace(here, id=here.id or FIRST)


def _digest(rows: Rows) -> str:
    """What tells rows apart from others, or from themselves changed."""
    told = [{name: value for name, value in row.items() if name != "attributes"} for row in rows]
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16] if rows else ""


def read_instant(text: str) -> Instant:
    """UTC seconds of Salesforce's `2026-05-13T12:00:00.000+0000`."""
    return instant_of(datetime.fromisoformat(text))
