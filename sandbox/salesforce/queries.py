"""Queries: from SOQL to the records of the answer, and pages of them."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.salesforce import ids
from sandbox.salesforce.access import Access
from sandbox.salesforce.errors import Fault
from sandbox.salesforce.org import Org
from sandbox.salesforce.schema import SObject
from sandbox.salesforce.soql.compile import Compiled, compile_select
from sandbox.salesforce.soql.parse import parse

Record = dict[str, Any]
_SMALLEST, _LARGEST = 200, 2000
_CURSORS = 10


@dataclass(frozen=True, slots=True)
class Found:
    """What a query found; `records` is empty for COUNT()."""

    total: int
    records: list[Record]


def run(
    org: Org, access: Access, query: str, base: str, *, everything: bool = False, tooling: bool = False
) -> Found:
    """The records that a query selects, as the API answers them; `base` begins their addresses.

    `everything` is queryAll: deleted and archived rows too. Raises the Fault of a query that is not understood.
    """
    hidden = () if access.all else org.settings.names("hidden_objects")

    def known(name: str) -> SObject | None:
        kind = org.kind(name)
        return kind if kind is not None and kind.tooling is tooling and kind.name not in hidden else None

    org.archive_activities()
    compiled = compile_select(query, parse(query), known, access, everything=everything)
    rows = org.store.database.execute(compiled.sql, compiled.values).fetchall()
    if compiled.counting:
        return Found(rows[0][0], [])
    shape = _shaper(org, compiled, base)
    return Found(len(rows), [shape(tuple(row)) for row in rows])


def _shaper(org: Org, compiled: Compiled, base: str) -> Callable[[tuple[Any, ...]], Record]:
    """A function from one SQL row to one record, parents nested."""
    kind, parents = compiled.kind, compiled.parents
    first = 1 + len(parents)
    columns = [(names[:-1], names[-1], field.type == "boolean") for names, field in compiled.columns]

    def shape(row: tuple[Any, ...]) -> Record:
        record: Record = {"attributes": attributes(kind.name, row[0], base)}
        holders: dict[tuple[str, ...], Record | None] = {(): record}
        for names, key in zip(parents, row[1:first], strict=True):
            holders[names] = _nest(org, holders[names[:-1]], names[-1], key, base)
        for (path, name, boolean), value in zip(columns, row[first:], strict=True):
            holder = holders[path]
            if holder is not None:
                holder[name] = bool(value) if boolean else value
        return record

    return shape


def _nest(org: Org, holder: Record | None, name: str, key: str | None, base: str) -> Record | None:
    if holder is None:
        return None
    if name in holder:
        inner: Record | None = holder[name]
        return inner
    kind = org.kind_of(key) if key else None
    nested = None if kind is None or key is None else {"attributes": attributes(kind.name, key, base)}
    holder[name] = nested
    return nested


def attributes(name: str, record: str, base: str) -> Record:
    """Type and address that stand at the head of each record."""
    return {"type": name, "url": f"{base}/sobjects/{name}/{record}"}


class Cursors:
    """What is left of queries longer than a page; each user keeps ten, the oldest go first."""

    def __init__(self) -> None:
        self._left: OrderedDict[str, tuple[str, list[Record]]] = OrderedDict()
        self._made = 0

    def first(self, user: str, found: Found, size: int, path: str) -> Record:
        """The first page; `path` begins the address of the next."""
        if len(found.records) <= size:
            return {"totalSize": found.total, "done": True, "records": found.records}
        self._made += 1
        cursor = ids.make("01g", self._made)
        self._left[cursor] = (user, found.records)
        mine = [key for key, (owner, _) in self._left.items() if owner == user]
        for key in mine[:-_CURSORS]:
            del self._left[key]
        return self._page(cursor, 0, size, path)

    def next(self, user: str, locator: str, size: int, path: str) -> Record:
        """The page that an address asks for; raises INVALID_QUERY_LOCATOR."""
        cursor, _, offset = locator.rpartition("-")
        owner, records = self._left.get(cursor, ("", []))
        if owner != user or not offset.isdigit() or int(offset) >= len(records):
            raise Fault("INVALID_QUERY_LOCATOR", "invalid query locator")
        return self._page(cursor, int(offset), size, path)

    def _page(self, cursor: str, start: int, size: int, path: str) -> Record:
        records = self._left[cursor][1]
        end = min(start + size, len(records))
        page: Record = {"totalSize": len(records), "done": end == len(records)}
        if end < len(records):
            page["nextRecordsUrl"] = f"{path}/{cursor}-{end}"
        return page | {"records": records[start:end]}


def page_size(options: str) -> int:
    """Records a page, from the header Sforce-Query-Options; Salesforce keeps it from 200 to 2,000."""
    for option in options.split(","):
        name, _, value = option.strip().partition("=")
        if name.lower() == "batchsize" and value.strip().isdigit():
            return min(max(int(value), _SMALLEST), _LARGEST)
    return _LARGEST
