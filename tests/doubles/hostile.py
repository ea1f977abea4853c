"""Connectors that keep no promise about what they carry: nasty names, nulls, huge values, repeated pages, wrong types.

What a vendor holds is not ours to choose, and a connector from outside may be badly made. The engine has to pass
what is sound, tell what is not, and never fall over.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from connectors.base import CrmChanges, Deal, Identity, Match, Page, RowResult, Touch, Write
from mapping.records import Record
from tests.doubles.crm import MemoryCrm
from tests.doubles.marketing import MemoryMarketing

MEGABYTE = 1_000_000
NASTY_TEXTS: tuple[Any, ...] = (
    None,
    "",
    "   ",
    "\x00",
    "a\x00b\x1b[31m",
    "\ud800",
    "\u202egnp.exe",
    "=1+1",
    "{{ lead.email }}{% for x in y %}",
    "' OR Name != '",
    "<script>alert(1)</script>",
    "Z\u0351\u034e" * 200,
    "x" * MEGABYTE,
)
WRONG_TYPES: tuple[Any, ...] = (
    True,
    -1,
    10**30,
    float("nan"),
    float("inf"),
    (),
    ("a", None),
    (1, 2),
    {"nested": "object"},
    ["list"],
    b"bytes",
)
NASTY_IDS = ("1 2", "ü/../x", "'; --", "0", "-1", "x" * 500, "1\n2", "<b>")
EDGES_OF_TIME = (-(10**12), -1, 0, 10**12, 10**18)


@dataclass
class HostileMarketing(MemoryMarketing):
    """Every page comes twice, in pieces, with an empty one between; results are said in no order of ours."""

    def changed(self, cursor: str | None, properties: Sequence[str]) -> Iterator[Page[Record]]:
        for page in super().changed(cursor, properties):
            yield page
            yield Page(rows=(), cursor=page.cursor)
            yield replace(page, rows=tuple(reversed(page.rows)) * 2)


@dataclass
class HostileCrm(MemoryCrm):
    """Every page comes twice; matches, touches and deals that nobody asked for come along."""

    def find(self, identities: Sequence[Identity]) -> list[Match]:
        found = super().find(identities)
        return [*found, *found, Match(key="nobody asked", id="00Q9", kind="Lead", by="email")]

    def changes(self, cursor: str | None) -> Iterator[Page[CrmChanges]]:
        for page in super().changes(cursor):
            strangers = tuple(_stranger(row) for row in page.rows)
            yield Page(rows=page.rows + strangers + page.rows, cursor=page.cursor)

    def touches(self, cursor: str | None) -> Iterator[Page[Touch]]:
        for page in super().touches(cursor):
            strangers = tuple(
                replace(one, id=f"x{place}", record_id="00Q9", channel="carrier pigeon", by=None)
                for place, one in enumerate(page.rows)
            )
            yield Page(rows=page.rows + strangers + page.rows, cursor=page.cursor)

    def deals(self, cursor: str | None) -> Iterator[Page[Deal]]:
        for page in super().deals(cursor):
            odd = tuple(
                replace(one, id=f"x{place}", contacts=(), amount=-1.0, currency="???", closed_on="never")
                for place, one in enumerate(page.rows)
            )
            yield Page(rows=page.rows + odd + page.rows, cursor=page.cursor)


@dataclass
class ForgetfulCrm(MemoryCrm):
    """Answers a push with no result at all, as a badly made connector would."""

    def push(self, rows: Sequence[Write], *, unassigned: bool = False) -> list[RowResult]:
        return super().push(rows, unassigned=unassigned)[:-1]


@dataclass
class ConfusedMarketing(MemoryMarketing):
    """Answers a status write with results for other rows."""

    def write_status(self, rows: Sequence[Write]) -> list[RowResult]:
        return [replace(one, key=f"not {one.key}") for one in super().write_status(rows)]


def _stranger(row: CrmChanges) -> CrmChanges:
    values = {**row.record.values, "lead_id": "hubspot-4242-999999", "owner": None, "status": 7}
    return replace(row, record=replace(row.record, id="00Q9", values=values))
