"""The parts of an agreement, each with the defaults of policy 2.3 and 4."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from mapping.problems import Problem
from policies.business_time import BusinessDays
from policies.forms import (
    SECONDS,
    SPAN,
    SWITCH,
    TARGETS,
    Form,
    Misfit,
    Span,
    Table,
    Targets,
    as_table,
    by,
    code,
    codes,
    count,
    optional,
    read_span,
    read_terms,
    refuse_unknown,
    targets,
    write_span,
    write_terms,
)
from policies.states import Side

CHANNELS = ("phone", "email", "whatsapp", "sms", "linkedin", "meeting", "other")
PAUSE_REASONS = ("lead_asked_date", "lead_asked_callback", "waiting_document", "legal_hold")
ROLES = ("owner", "manager", "head", "operations", "marketing")


@dataclass(frozen=True, slots=True)
class Warn:
    """When a running clock warns: at a percentage of its target, or a span before its due instant.

    `level` is the name of the notice: `warn50`, `warn2bd`.
    """

    percent: int = 0
    before: Span = 0
    level: str = field(init=False)

    def __post_init__(self) -> None:
        level = f"warn{self.percent}" if self.percent else f"warn{write_span(self.before)}"
        object.__setattr__(self, "level", level)


def _read_warning(value: object) -> Warn:
    match = re.fullmatch(r"(\d{1,2})%", value) if isinstance(value, str) else None
    if match and int(match[1]):
        return Warn(percent=int(match[1]))
    try:
        return Warn(before=read_span(value))
    except Misfit:
        raise Misfit(
            f"{value!r} is not a warning", "write '80%' of the target or '2bd' before it is due"
        ) from None


def _read_warnings(value: object) -> tuple[Warn, ...]:
    if not isinstance(value, list | tuple):
        raise Misfit(f"{value!r} is not a list", "write ['50%', '80%']")
    return tuple(_read_warning(each) for each in value)


def _write_warning(warning: Warn) -> str:
    return f"{warning.percent}%" if warning.percent else write_span(warning.before)


WARNINGS: Form[tuple[Warn, ...]] = Form(
    _read_warnings,
    lambda value: [_write_warning(w) for w in value],
    {"type": "array", "items": {"type": "string", "pattern": r"^\d+\s*(%|s|m|h|bd|d)$"}},
)
HALF_AND_EIGHTY = (Warn(percent=50), Warn(percent=80))
TWO_DAYS_BEFORE = (Warn(before=BusinessDays(2)),)
NONE: tuple[Warn, ...] = ()


@dataclass(frozen=True, slots=True)
class ClockTerms:
    """One clock: whom it binds, its targets, what pauses it, when it warns, how far a breach climbs.

    `stretch` is a shorter target that reports show and nobody is judged by.
    """

    side: Side
    target: Targets = field(default=targets(0), metadata=by(TARGETS))
    enabled: bool = field(default=True, metadata=by(SWITCH))
    pause: tuple[str, ...] = field(default=(), metadata=by(codes()))
    warn: tuple[Warn, ...] = field(default=HALF_AND_EIGHTY, metadata=by(WARNINGS))
    ladder: tuple[str, ...] = field(default=(), metadata=by(codes(ROLES)))
    stretch: Targets | None = field(default=None, metadata=by(optional(TARGETS)))


def _clock(side: Side, target: Span, **more: object) -> ClockTerms:
    return replace(ClockTerms(side=side, target=targets(target)), **more)  # type: ignore[arg-type]  # keywords of ClockTerms


_LADDER = ("owner", "manager", "head")
DAY = BusinessDays(1)
HOUR = 3600
CLOCKS: Mapping[str, ClockTerms] = MappingProxyType(
    {
        "package": _clock(Side.marketing, 4 * HOUR, ladder=("marketing",)),
        "assign": _clock(Side.routing, 15 * 60, ladder=("operations",)),
        "accept": _clock(
            Side.sales, DAY, pause=("lead_asked_date", "lead_asked_callback"), ladder=("owner",)
        ),
        "first_attempt": ClockTerms(
            side=Side.sales,
            target=targets(4 * HOUR, hot=HOUR),
            pause=PAUSE_REASONS,
            ladder=_LADDER,
            stretch=targets(4 * HOUR, hot=5 * 60),
        ),
        "owner_first_attempt": _clock(Side.sales, HOUR, pause=PAUSE_REASONS, ladder=_LADDER),
        "next_attempt": _clock(Side.sales, BusinessDays(2), pause=PAUSE_REASONS, ladder=("owner", "manager")),
        "reply": _clock(Side.sales, 4 * HOUR, ladder=("owner", "manager")),
        "retention": _clock(Side.sales, BusinessDays(10), warn=TWO_DAYS_BEFORE, ladder=("owner", "manager")),
        "return_ack": _clock(Side.marketing, DAY, ladder=("marketing",)),
        "dispute": _clock(Side.both, BusinessDays(2), warn=NONE),
    }
)


@dataclass(frozen=True, slots=True)
class AttemptTerms:
    """What counts as an attempt, how many a day are too few or too many, and when sales must desist.

    `first_channel` is the agreed way to begin. A company that writes it holds sales to it (an attempt by
    another channel does not count before it); the default only notes a different beginning.
    """

    enabled: bool = field(default=True, metadata=by(SWITCH))
    channels: tuple[str, ...] = field(default=("phone", "email"), metadata=by(codes(CHANNELS)))
    first_channel: str | None = field(default="phone", metadata=by(optional(code(CHANNELS))))
    first_channel_binding: bool = field(default=False, metadata=by(SWITCH))
    minimum: int = field(default=6, metadata=by(count(1)))
    min_channels: int = field(default=2, metadata=by(count(1)))
    min_dates: int = field(default=4, metadata=by(count(1)))
    max_span: Span = field(default=BusinessDays(10), metadata=by(SPAN))
    max_per_day: int | None = field(default=2, metadata=by(optional(count(1))))
    min_per_day: int = field(default=0, metadata=by(count()))
    min_gap: int = field(default=2 * HOUR, metadata=by(SECONDS))
    dedupe: int = field(default=10 * 60, metadata=by(SECONDS))
    conversation: int = field(default=30, metadata=by(count(1)))
    whatsapp_window: int = field(default=24 * HOUR, metadata=by(SECONDS))
    account_max_per_day: int | None = field(default=2, metadata=by(optional(count(1))))
    reopen: Span = field(default=BusinessDays(5), metadata=by(SPAN))


@dataclass(frozen=True, slots=True)
class RetentionTerms:
    """How long sales may hold a lead: from the first assignment, longer with each counted activity."""

    extend: Span = field(default=BusinessDays(5), metadata=by(SPAN))
    cap: Span = field(default=BusinessDays(20), metadata=by(SPAN))
    meeting: Span = field(default=BusinessDays(2), metadata=by(SPAN))


@dataclass(frozen=True, slots=True)
class RecyclingTerms:
    """How leads come back, and when a lead that goes to and fro is parked."""

    max_returns: int = field(default=3, metadata=by(count(1)))
    window_days: int = field(default=180, metadata=by(count(1)))
    previous_owner_days: int = field(default=90, metadata=by(count()))


@dataclass(frozen=True, slots=True)
class RoutingTerms:
    """Who gets a lead; off by default: the CRM's own rules assign (design, section 3)."""

    enabled: bool = field(default=False, metadata=by(SWITCH))
    owners: tuple[str, ...] = field(default=(), metadata=by(codes()))
    capacity: int | None = field(default=None, metadata=by(optional(count(1))))
    auto_reassign: bool = field(default=False, metadata=by(SWITCH))
    max_reassignments: int = field(default=2, metadata=by(count()))
    same_owner_per_account: bool = field(default=True, metadata=by(SWITCH))


@dataclass(frozen=True, slots=True)
class Switches:
    """What holds for the whole agreement: silence, undo, pauses, grace, escalation."""

    accept_by_silence: bool = field(default=True, metadata=by(SWITCH))
    silence_is_final: bool = field(default=True, metadata=by(SWITCH))
    undo: int = field(default=15 * 60, metadata=by(SECONDS))
    pause_reasons: tuple[str, ...] = field(default=PAUSE_REASONS, metadata=by(codes()))
    pause_limit: Span = field(default=BusinessDays(10), metadata=by(SPAN))
    draft_grace: Span = field(default=BusinessDays(5), metadata=by(SPAN))
    draft_lapse: int = field(default=24 * HOUR, metadata=by(SECONDS))
    reason_within: Span = field(default=DAY, metadata=by(SPAN))
    change_grace: Span = field(default=30 * 60, metadata=by(SPAN))
    warn_lead: int = field(default=5 * 60, metadata=by(SECONDS))
    manager_after: Span = field(default=2 * HOUR, metadata=by(SPAN))
    head_after: Span = field(default=DAY, metadata=by(SPAN))
    digest_over: int = field(default=20, metadata=by(count(1)))


def read_clocks(value: object, key: str, problems: list[Problem]) -> Mapping[str, ClockTerms]:
    """The clocks with a company's edits: `false` switches one off, a span alone is its target."""
    table = as_table(value, key, problems)
    refuse_unknown(table, CLOCKS, key, problems)
    found = dict(CLOCKS)
    for name in set(table) & set(CLOCKS):
        found[name] = _read_clock(CLOCKS[name], table[name], f"{key}.{name}", problems)
    return MappingProxyType({name: found[name] for name in CLOCKS})


def _read_clock(base: ClockTerms, value: object, key: str, problems: list[Problem]) -> ClockTerms:
    table: Table
    if isinstance(value, bool):
        table = {"enabled": value}
    elif isinstance(value, str):
        table = {"target": value}
    else:
        table = as_table(value, key, problems)
    return read_terms(base, table, key, problems)


def write_clocks(clocks: Mapping[str, ClockTerms]) -> dict[str, object]:
    """The table that `read_clocks` reads."""
    return {name: write_terms(each) for name, each in clocks.items()}
