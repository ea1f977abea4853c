"""The verdict is a function of the set of events, a total one, and changes by time only when it says so."""

from dataclasses import replace
from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies.events import Event, Kind
from policies.states import Credit, Place, State
from policies.verdict import Terms, judge
from tests.doubles.story import agree, at, hours

BEGIN = at("05-11 08:00")
HOUR = 3_600
CODES = (
    "not_now",
    "no_fit",
    "no_response",
    "bad_fit",
    "missing_package",
    "wrong_territory",
    "unspecified",
    "duplicate",
)
DATA = {
    Kind.touch: {
        "channel": ("phone", "email", "whatsapp", "meeting"),
        "by": ("A", "B"),
        "answered": (True, False),
        "automated": (True, False),
    },
    Kind.inbound: {"channel": ("email", "form", "whatsapp")},
    Kind.owner_changed: {"owner": ("A", "B"), "owner_kind": ("user", "queue")},
    Kind.rejected: {"code": CODES, "by": ("A",)},
    Kind.returned: {"code": CODES, "by": ("A",), "until": (None, "2026-06-01")},
    Kind.paused: {"reason": ("legal_hold", "busy", "lead_asked_date")},
    Kind.resumed: {},
    Kind.accepted: {},
    Kind.sql_met: {},
    Kind.crm_converted: {},
    Kind.deal_linked: {"deal": ("d1", "d2")},
    Kind.deal_won: {"deal": ("d1", "d2")},
    Kind.deal_lost: {"deal": ("d1", "d2"), "code": ("no_budget", "no_fit")},
    Kind.opted_out: {"channel": (None, "phone", "email")},
    Kind.meeting_booked: {"starts_at": (BEGIN + 90 * HOUR, BEGIN + 900 * HOUR)},
    Kind.lead_changed: {"priority": ("hot", "standard"), "mql": (True, False)},
    Kind.on_track: {"track": ("nurture", "education")},
    Kind.off_track: {"track": ("nurture", "education")},
    Kind.deleted: {},
    Kind.restored: {},
    Kind.merged: {"survivor": ("x",)},
    Kind.refused: {"code": ("bad_email",)},
    Kind.disputed: {"by": ("M",)},
    Kind.dispute_decided: {"decision": ("upheld", "final"), "by": ("H", "A")},
    Kind.undone: {"kind": ("rejected",), "by": ("A",)},
    Kind.reassigned: {"owner": ("A", "B"), "cause": ("breach", "absence")},
    Kind.bounced: {"touch": ("touch-3", "touch-5")},
    Kind.approved: {"role": ("marketing", "sales"), "by": ("Ana", "Luis")},
    Kind.notice_sent: {"clock": ("first_attempt",), "level": ("L1", "warn50")},
    Kind.acknowledged: {"clock": ("first_attempt",)},
    Kind.package_complete: {},
    Kind.delivered: {},
    Kind.erased: {},
}


@st.composite
def happenings(draw, cycle, start):
    kind = draw(st.sampled_from(sorted(DATA)))
    data = {key: draw(st.sampled_from(values)) for key, values in DATA[Kind(kind)].items()}
    moment = start + draw(st.integers(0, 700)) * HOUR // 2
    ours = draw(st.booleans()) and kind in (Kind.returned, Kind.on_track)
    return Event(
        kind=Kind(kind),
        lead="l",
        occurred_at=moment,
        recorded_at=moment + draw(st.sampled_from((0, 0, 60, 30 * HOUR))),
        source="acuerdo" if ours else "crm",
        object_id=f"{kind}-{draw(st.integers(0, 6))}",
        version=draw(st.sampled_from(("", "1", "2"))),
        cycle=cycle if ours else None,
        data={"code": "expired", "by": "acuerdo"} if ours and kind is Kind.returned else data,
    )


def begun(cycle, start, parked=False):
    mql = Event(
        kind=Kind.mql_met, lead="l", occurred_at=start, recorded_at=start, source="acuerdo",
        object_id=f"h{cycle}", cycle=cycle, data={"parked": parked} if parked else {},
    )  # fmt: skip
    kinds = (Kind.package_complete, Kind.delivered)
    return [
        mql,
        *(
            replace(mql, kind=kind, occurred_at=start + HOUR, recorded_at=start + HOUR, data={})
            for kind in kinds
        ),
    ]


@st.composite
def histories(draw):
    events = []
    for cycle in range(1, draw(st.integers(1, 3)) + 1):
        start = BEGIN + (cycle - 1) * 400 * HOUR
        events += begun(cycle, start, parked=cycle == 3)
        events += draw(st.lists(happenings(cycle, start), max_size=12))
    return events


@cache
def terms():
    routed = {"enabled": True, "auto_reassign": True, "owners": ["A", "B"]}
    return Terms(agreements={1: agree(routing=routed, clocks={"accept": "4h"})}, hours=hours())


NOWS = st.integers(0, 1500).map(lambda half: BEGIN + half * HOUR // 2)
THOROUGH = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@THOROUGH
@given(histories(), NOWS, st.randoms())
def test_the_order_of_arrival_and_second_arrivals_change_nothing(events, now, random):
    shuffled = [*events, *random.sample(events, len(events) // 2)]
    random.shuffle(shuffled)
    assert judge("l", shuffled, terms(), now) == judge("l", events, terms(), now)


@THOROUGH
@given(histories(), NOWS)
def test_every_lead_is_in_one_place_and_every_handoff_of_the_log_is_judged(events, now):
    verdict = judge("l", events, terms(), now)
    met = {event.cycle for event in events if event.kind is Kind.mql_met and event.occurred_at <= now}
    assert {each.cycle for each in verdict.handoffs} == met
    assert verdict.place in Place
    for each in verdict.handoffs:
        names = [clock.name for clock in each.clocks if clock.open]
        assert len(names) == len(set(names))
        assert each.counted == sum(attempt.counted for attempt in each.attempts)
        assert each.delivered_at is not None or each.credit in (Credit.none, Credit.reversed)
        assert each.state is not State.rejected or each.credit is Credit.reversed
        assert each.state is not State.won or verdict.customer
        assert all(
            clock.stop_at is not None or each.open or clock.name in ("return_ack", "dispute")
            for clock in each.clocks
        )


@THOROUGH
@given(histories(), NOWS)
def test_time_alone_changes_the_verdict_only_when_it_said_it_would(events, now):
    verdict = judge("l", events, terms(), now)
    later = BEGIN + 5_000 * HOUR if verdict.next_due_at is None else verdict.next_due_at - 1
    known = [event for event in events if event.occurred_at <= now]
    assert _still(judge("l", known, terms(), later)) == _still(judge("l", known, terms(), now))


def _still(verdict):
    """A verdict without what runs with every second."""
    handoffs = tuple(
        replace(each, clocks=tuple(_at_rest(clock) for clock in each.clocks)) for each in verdict.handoffs
    )
    return replace(verdict, now=0, handoffs=handoffs)


def _at_rest(clock):
    return (
        replace(clock, elapsed_s=0, wall_elapsed_s=0, overrun_s=0, paused_s=0, shares={})
        if clock.open
        else clock
    )


@THOROUGH
@given(histories(), NOWS)
def test_what_is_judged_once_is_judged_again_the_same_after_more_time_has_only_passed(events, now):
    """Closed clocks and closed handoffs stay as they are; time reopens nothing."""
    known = [event for event in events if event.occurred_at <= now and event.recorded_at <= now]
    before, after = judge("l", known, terms(), now), judge("l", known, terms(), now + 10_000 * HOUR)
    for old, new in zip(before.handoffs, after.handoffs, strict=True):
        assert old.open or old.outcome == new.outcome
        for one, other in zip(old.clocks, new.clocks, strict=False):
            assert one.open or one == other
