"""Reading what changed, several queries in one API call, from a cursor that never skips.

Each stream is a query in the order of a stamp and the id. Its place in the cursor is the stamp and id of the
last row taken, so that equal stamps neither repeat nor lose a row; at its end it goes back by an overlap,
because Salesforce stamps a row when a statement runs and shows it when the transaction commits.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from connectors.errors import ContractBroken
from connectors.salesforce.calls import Found, Query
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.soql import literal, select, stamp
from mapping.records import Instant, instant_of

SYSTEM = "salesforce"
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a stream goes on: after row `id` of instant `at`, or from `at` on without an id.

    `low` is where the pages of this reading began: the overlap at their end goes back no further. `left` is
    where they were first left by a run that ended amid them: what was committed late there lies behind them.
    `seen` tells by a digest the rows from `at` on that were read already.
    """

    at: Instant = 0
    id: str = ""
    low: Instant = 0
    left: Instant = 0
    seen: str = ""

    def at_end(self, overlap: int) -> "Place":
        """Where the next reading begins, once every row up to `at` was read."""
        return Place(at=max(1, self.low, (self.left or self.at) - overlap))


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
        since = " OR ".join([*self._since(place), *(f"{one} >= {stamp(place.at)}" for one in self.also)])
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

    def since(self, rows: Rows, at: Instant) -> Rows:
        """Those of the rows that the query from `at` on answers too."""
        return [row for row in rows if any(_stamp_at(row, one) >= at for one in (self.stamp, *self.also))]


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
    """Reads streams page by page; `overlap` in seconds, `first` answers the first pages of queries."""

    def __init__(
        self, client: SalesforceClient, streams: Sequence[Stream], overlap: int, first: First | None = None
    ) -> None:
        self._client, self._streams, self._overlap = client, streams, overlap
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
        left = [one for one in self._streams if places[one.name].id]
        yield from self._read_all(self._streams, places)
        if left:
            for one in left:
                place = places[one.name]
                places[one.name] = place.at_end(self._overlap) if place.id else replace(place, seen="")
            yield from self._read_all(left, places)

    def _places(self, cursor: str | None) -> dict[str, Place]:
        return {one.name: Place() for one in self._streams} | _read(cursor)

    def _read_all(self, streams: Sequence[Stream], places: dict[str, Place]) -> Iterator[Batch]:
        first = self._first([one.query(places[one.name]) for one in streams])
        for stream, found in zip(streams, first, strict=True):
            yield from self._read_stream(stream, found, places)

    def _read_stream(self, stream: Stream, found: Found, places: dict[str, Place]) -> Iterator[Batch]:
        page: Found | None = found
        start = places[stream.name]
        low = start.low if start.id else start.at
        left = (start.left or start.at) if start.id else 0
        if start.seen and not found.following and _digest(found.rows) == start.seen:
            return
        tail: Rows = []
        while page is not None and page.rows:
            newest = max(places[stream.name].at, stream.stamp_of(page.rows[-1]))
            following = self._client.more(page.following) if page.following else None
            here = Place(at=newest, id=page.rows[-1]["Id"], low=low, left=left)
            end = here.at_end(self._overlap)
            tail = stream.since([*tail, *page.rows], end.at)
            places[stream.name] = here if following else replace(end, seen="" if left else _digest(tail))
            yield Batch(stream.name, page.rows, _write(places))
            page = following


def _digest(rows: Rows) -> str:
    """What tells rows apart from others, or from themselves changed."""
    told = [{name: value for name, value in row.items() if name != "attributes"} for row in rows]
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16] if rows else ""


def _read(cursor: str | None) -> dict[str, Place]:
    try:
        kept = json.loads(cursor) if cursor else {}
        return {name: _place(*place) for name, place in kept.items()}
    except (ValueError, TypeError, AttributeError):
        text = "the stored Salesforce cursor is not one of ours: reset it"
        raise ContractBroken(text, system=SYSTEM) from None


def _place(at: object, row: object, low: object, left: object = 0, seen: object = "") -> Place:
    return Place(at=int(str(at)), id=str(row), low=int(str(low)), left=int(str(left)), seen=str(seen))


def _write(places: Mapping[str, Place]) -> str:
    kept = {name: [one.at, one.id, one.low, one.left, one.seen] for name, one in places.items()}
    return json.dumps(kept, separators=(",", ":"))


def read_instant(text: str) -> Instant:
    """UTC seconds of Salesforce's `2026-05-13T12:00:00.000+0000`."""
    return instant_of(datetime.fromisoformat(text))
