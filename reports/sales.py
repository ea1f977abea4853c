"""Sales' side of the agreement: deadlines kept, speed, attempts enough and not too many, owner by owner."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from policies.agreement import Agreement
from policies.forms import Targets
from reports.effort import Attempts, attempts
from reports.figures.rates import ClockRow, Compliance, Share, compliance, quantile, speed_bands
from reports.rows import Clock, Handoff, Rows
from reports.span import Span
from reports.stages import Ways, people

CLOCKS = (
    "package",
    "assign",
    "accept",
    "first_attempt",
    "owner_first_attempt",
    "next_attempt",
    "reply",
    "retention",
    "return_ack",
    "dispute",
)
COMPLIANCE_TARGET = 90  # per cent (policy 4.5)
_ANSWERED = ("met", "breached_done")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """How well one clock was kept among those due in the span, and whom it binds."""

    clock: str
    side: str
    compliance: Compliance


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """From delivery to the first attempt, of handoffs delivered in the span; seconds, never a mean.

    `business` counts open time, `wall` every second. `bands` are by business time; `never` in them are those
    past due without an attempt. `waiting` are not due yet, `ended` closed before either. `stretch` are those within
    the shorter target that nobody is judged by, of those attempted or past due; None where none is agreed.
    """

    attempted: int
    business_median: int | None
    business_p90: int | None
    wall_median: int | None
    wall_p90: int | None
    bands: tuple[tuple[str, int], ...]
    waiting: int
    ended: int
    stretch: Share | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """One salesperson's part, by the CRM's user id; blank for handoffs that nobody was given.

    In `first_attempt` a deadline counts for as much of its time as the owner held the lead (policy 5.3).
    """

    owner: str
    delivered: int
    first_attempt: Share
    attempts: int
    qualified: int
    won: int
    open_breaches: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sales:
    """What sales owes and did in the span; `untouched` are the leads nobody tried though they are past due.

    `won` are distinct people, `target` the customers that the span must bring where a goal says so.
    """

    won: int
    target: int | None
    attainment: float | None
    clocks: tuple[Kept, ...]
    speed: Speed
    attempts: Attempts
    untouched: tuple[str, ...]
    owners: tuple[Owner, ...]


def sales_side(
    rows: Rows,
    ways: Ways,
    span: Span,
    *,
    goal: int | None = None,
    agreed: Agreement | None = None,
) -> Sales:
    """Sales' numbers of the span; `goal` is the number of customers it must bring.

    `agreed` is the version in force, for what is shown and judges nobody: the shorter target of the first attempt,
    and how many attempts a day are enough for all contacts of one account.
    """
    stretch = None if agreed is None else agreed.clocks["first_attempt"].stretch
    cap = None if agreed is None else agreed.attempts.account_max_per_day
    won = people(ways.those("won", span))
    return Sales(
        won=won,
        target=goal,
        attainment=won / goal if goal else None,
        clocks=kept(rows.clock, span),
        speed=speed(ways.those("passed", span), rows.clock, stretch),
        attempts=attempts(rows, ways, span, cap),
        untouched=untouched(rows, ways),
        owners=_owners(rows, ways, span),
    )


def kept(clocks: Iterable[Clock], span: Span) -> tuple[Kept, ...]:
    """Compliance of every clock that was due or is open, in the agreement's order, unknown names last."""
    found: defaultdict[tuple[str, str], list[ClockRow]] = defaultdict(list)
    for each in clocks:
        found[each.name, each.side].append(ClockRow(each.due_at, each.state))
    measured = (
        Kept(clock=name, side=side, compliance=compliance(found[name, side], span.start, span.end))
        for name, side in sorted(found, key=_agreed_order)
    )
    return tuple(each for each in measured if each.compliance.share.total or each.compliance.others)


def speed(handoffs: Iterable[Handoff], clocks: Iterable[Clock], stretch: Targets | None = None) -> Speed:
    """How fast the first attempt came, by the `first_attempt` clock that began at delivery."""
    keys = {each.key: each for each in handoffs}
    began = [
        each for each in clocks if each.name == "first_attempt" and each.instance == 1 and each.key in keys
    ]
    done = [each for each in began if each.state in _ANSWERED]
    never = [each for each in began if each.state == "breached_open"]
    business = [each.elapsed_s for each in done if each.elapsed_s is not None]
    wall = [each.wall_elapsed_s for each in done if each.wall_elapsed_s is not None]
    waiting = sum(each.state in ("pending", "running", "paused") for each in began)
    return Speed(
        attempted=len(done),
        business_median=quantile(business, 0.5),
        business_p90=quantile(business, 0.9),
        wall_median=quantile(wall, 0.5),
        wall_p90=quantile(wall, 0.9),
        bands=speed_bands([*business, *(None for _ in never)]),
        waiting=waiting,
        ended=len(began) - len(done) - len(never) - waiting,
        stretch=None if stretch is None else _within(stretch, [*done, *never], keys),
    )


def _within(stretch: Targets, clocks: Sequence[Clock], handoffs: Mapping[tuple[str, int], Handoff]) -> Share:
    quick = 0
    for each in clocks:
        handoff = handoffs[each.key]
        span = stretch.of(handoff.priority, handoff.segment)
        open_time = each.elapsed_s if each.state in _ANSWERED else None
        quick += open_time is not None and isinstance(span, int) and open_time <= span
    return Share(quick, len(clocks))


def untouched(rows: Rows, ways: Ways) -> tuple[str, ...]:
    """The leads delivered, past the agreed first attempt, and never tried; as of the newest run."""
    late = {each.key for each in rows.clock if each.name == "first_attempt" and each.state == "breached_open"}
    return tuple(sorted({each.lead for each in ways.handoffs if each.key in late and not each.attempts}))


def _owners(rows: Rows, ways: Ways, span: Span) -> tuple[Owner, ...]:
    owner_of = {each.key: each.owner or "" for each in ways.handoffs}
    delivered, qualified, won = (_by_owner(ways.those(s, span)) for s in ("passed", "qualified", "won"))
    tried: defaultdict[str, int] = defaultdict(int)
    for touch in rows.touch:
        if touch.counted and span.holds(touch.occurred_at):
            tried[touch.user or ""] += 1
    on_time = _on_time(rows.clock, owner_of, span)
    late: defaultdict[str, int] = defaultdict(int)
    for clock in rows.clock:
        late[owner_of.get(clock.key, "")] += clock.side == "sales" and clock.state == "breached_open"
    found = (
        Owner(
            owner=name,
            delivered=delivered.get(name, 0),
            first_attempt=on_time.get(name, Share(0, 0)),
            attempts=tried[name],
            qualified=qualified.get(name, 0),
            won=won.get(name, 0),
            open_breaches=late[name],
        )
        for name in sorted({*owner_of.values(), *tried, *on_time})
    )
    return tuple(each for each in found if _has_part(each))


def _on_time(
    clocks: Iterable[Clock], owner_of: Mapping[tuple[str, int], str], span: Span
) -> dict[str, Share]:
    """First contacts in time by owner, of those due in the span, each shared out by who held its time."""
    met, due = defaultdict[str, Fraction](Fraction), defaultdict[str, Fraction](Fraction)
    for each in clocks:
        if each.name != "first_attempt" or not (each.state in _ANSWERED or each.state == "breached_open"):
            continue
        if not span.holds(each.due_at):
            continue
        held = each.shares or {owner_of.get(each.key, ""): 1}
        for owner, seconds in held.items():
            part = Fraction(seconds, sum(held.values()))
            due[owner] += part
            met[owner] += part * (each.state == "met")
    return {owner: Share(_plain(met[owner]), _plain(total)) for owner, total in due.items()}


def _plain(value: Fraction) -> float:
    return value.numerator if value.denominator == 1 else float(value)


def _has_part(owner: Owner) -> bool:
    numbers = (owner.delivered, owner.attempts, owner.qualified, owner.won, owner.open_breaches)
    return any(numbers) or owner.first_attempt.total > 0


def _by_owner(handoffs: Iterable[Handoff]) -> dict[str, int]:
    found: defaultdict[str, int] = defaultdict(int)
    for each in handoffs:
        found[each.owner or ""] += 1
    return dict(found)


def _agreed_order(key: tuple[str, str]) -> tuple[int, str, str]:
    name, side = key
    return (CLOCKS.index(name) if name in CLOCKS else len(CLOCKS), name, side)
