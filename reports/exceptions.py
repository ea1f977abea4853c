"""The list both teams go through: leads that need somebody, by id, never by name."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace

from policies.business_time import BusinessDays, BusinessTimeError, Hours
from reports.digest import group
from reports.rows import Handoff, Rows
from reports.stages import Ways

KINDS = (
    "breached",
    "never_touched",
    "expiring",
    "unspecified",
    "parked",
    "refused",
    "configuration",
    "no_place",
)
SOON = BusinessDays(2)
SOON_WALL = 2 * 86_400  # where no calendar is given, or it cannot tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One lead that needs somebody: why, since when or until when (UTC seconds), and where to open it.

    `account` is a hash that contacts of one account share; None where the account is not known.
    """

    kind: str
    lead: str
    cycle: int | None
    code: str
    side: str
    owner: str
    at: int | None
    link: str | None = None
    account: str | None = None


def exceptions(rows: Rows, ways: Ways, *, now: int, hours: Hours | None) -> tuple[Item, ...]:
    """Everything that is open at `now`, kind by kind, the oldest first, contacts of one account side by side.

    `breached`: an open clock past due. `never_touched`: no attempt though it is past due. `expiring`: retention
    ends within two business days. `unspecified`: returned without a reason. `refused`: a system would not take
    it. `configuration`: a clock that cannot be computed, with the reason as its code. `no_place`: a lead that
    nothing accounts for.
    """
    found = [
        *_clocks(rows, ways, now, hours),
        *_standing(ways),
        *_refused(rows),
        *_configuration(rows, ways),
        *_lost(rows, ways),
    ]
    accounts = rows.accounts
    items = [replace(each, link=rows.links.get(each.lead), account=accounts.get(each.lead)) for each in found]
    items.sort(key=lambda each: (KINDS.index(each.kind), each.at or 0, each.lead, each.code))
    return tuple(each for together in group(items, _kind_and_account) for each in together)


def _kind_and_account(item: Item) -> tuple[str, str] | None:
    return None if item.account is None else (item.kind, item.account)


def _clocks(rows: Rows, ways: Ways, now: int, hours: Hours | None) -> Iterable[Item]:
    by_key = {each.key: each for each in ways.handoffs}
    soon = _soon(now, hours)
    for clock in rows.clock:
        handoff, due = by_key.get(clock.key), clock.due_at
        if handoff is None:
            continue
        late = clock.state == "breached_open" or (clock.state == "running" and due is not None and due < now)
        if late:
            yield _item("breached", handoff, clock.name, clock.side, clock.breached_at or due)
            if clock.name == "first_attempt" and not handoff.attempts:
                yield _item("never_touched", handoff, clock.name, clock.side, clock.breached_at or due)
        elif clock.name == "retention" and clock.state == "running" and due is not None and due <= soon:
            yield _item("expiring", handoff, clock.name, clock.side, due)


def _soon(now: int, hours: Hours | None) -> int:
    if hours is not None:
        with suppress(BusinessTimeError):  # the clocks that meet the same fault are listed for it
            return hours.add(now, SOON)
    return now + SOON_WALL


def _standing(ways: Ways) -> Iterable[Item]:
    newest = {each.lead: each for each in sorted(ways.handoffs, key=lambda each: each.cycle)}
    for each in newest.values():
        if each.state == "parked":
            yield _item("parked", each, each.reason or "", "both", each.since)
        elif each.state == "returned" and each.reason == "unspecified":
            yield _item("unspecified", each, "unspecified", "sales", each.since)


def _refused(rows: Rows) -> Iterable[Item]:
    for each in rows.refused:
        if each.dropped_at is not None:  # a person has seen to it
            continue
        code = f"{each.system} {each.operation}: {each.code}"
        yield Item(
            kind="refused", lead=each.lead, cycle=None, code=code, side="system", owner="", at=each.since
        )


def _configuration(rows: Rows, ways: Ways) -> Iterable[Item]:
    """A line for each handoff and reason, however many of its clocks meet it (case A35)."""
    by_key = {each.key: each for each in ways.handoffs}
    faults: dict[tuple[tuple[str, int], str], int | None] = {}
    for each in sorted(rows.clock, key=lambda each: each.start_at or 0):
        if each.state == "invalid" and each.key in by_key:
            faults.setdefault((each.key, each.reason or ""), each.start_at)
    for (key, reason), since in faults.items():
        yield _item("configuration", by_key[key], reason, "system", since)


def _lost(rows: Rows, ways: Ways) -> Iterable[Item]:
    known = {each.id for each in rows.lead if each.place}
    for lead in {each.lead for each in ways.handoffs} - known:
        yield Item(kind="no_place", lead=lead, cycle=None, code="", side="system", owner="", at=None)


def _item(kind: str, handoff: Handoff, code: str, side: str, at: int | None) -> Item:
    return Item(
        kind=kind,
        lead=handoff.lead,
        cycle=handoff.cycle,
        code=code,
        side=side,
        owner=handoff.owner or "",
        at=at,
    )
