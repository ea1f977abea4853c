"""Sales' side of the agreement: deadlines kept, speed, attempts enough and not too many, owner by owner."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

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
TOO_MUCH = ("over_cap", "quiet_hours", "after_give_up")  # policy 5.3: what burns leads
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
    past due without an attempt. `waiting` are not due yet, `ended` closed before either.
    """

    attempted: int
    business_median: int | None
    business_p90: int | None
    wall_median: int | None
    wall_p90: int | None
    bands: tuple[tuple[str, int], ...]
    waiting: int
    ended: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """Enough and not too much.

    `given_up` as agreed among leads returned as unreachable in the span; `missing` are the attempts that early
    ones lacked; `too_much` touches by reason among `in_hand` handoffs, `per_hundred` of them.
    """

    counted: int
    given_up: Share
    early: int
    missing: int
    too_much: tuple[tuple[str, int], ...]
    in_hand: int
    expired: int

    @property
    def per_hundred(self) -> float | None:
        """Touches too many for each hundred handoffs in hand; None without any."""
        return 100 * sum(count for _, count in self.too_much) / self.in_hand if self.in_hand else None


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


def sales_side(rows: Rows, ways: Ways, span: Span, *, goal: int | None = None) -> Sales:
    """Sales' numbers of the span; `goal` is the number of customers it must bring."""
    won = people(ways.those("won", span))
    return Sales(
        won=won,
        target=goal,
        attainment=won / goal if goal else None,
        clocks=kept(rows.clock, span),
        speed=speed(ways.those("passed", span), rows.clock),
        attempts=attempts(rows, ways, span),
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


def speed(handoffs: Iterable[Handoff], clocks: Iterable[Clock]) -> Speed:
    """How fast the first attempt came, by the `first_attempt` clock that began at delivery."""
    keys = {each.key for each in handoffs}
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
    )


def attempts(rows: Rows, ways: Ways, span: Span) -> Attempts:
    """Attempts of the span: the floor (given up as agreed) and the ceiling (nobody pestered)."""
    closed = [each for each in ways.handoffs if each.state == "returned" and span.holds(each.since)]
    silent = [each for each in closed if each.reason == "no_response"]
    early = [each for each in silent if each.flagged("early_give_up")]
    return Attempts(
        counted=sum(each.counted and span.holds(each.occurred_at) for each in rows.touch),
        given_up=Share(len(silent) - len(early), len(silent)),
        early=len(early),
        missing=sum(int(each.flags["early_give_up"] or 0) for each in early),
        too_much=_too_much(rows, span),
        in_hand=sum(
            each.delivered_at is not None and each.delivered_at < span.end for each in ways.open_in(span)
        ),
        expired=sum(each.reason == "expired" for each in closed),
    )


def untouched(rows: Rows, ways: Ways) -> tuple[str, ...]:
    """The leads delivered, past the agreed first attempt, and never tried; as of the newest run."""
    late = {each.key for each in rows.clock if each.name == "first_attempt" and each.state == "breached_open"}
    return tuple(sorted({each.lead for each in ways.handoffs if each.key in late and not each.attempts}))


def _too_much(rows: Rows, span: Span) -> tuple[tuple[str, int], ...]:
    found = Counter(each.reason for each in rows.touch if span.holds(each.occurred_at))
    return tuple((reason, found[reason]) for reason in TOO_MUCH)


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
