"""How sales speaks: what a company's CRM values mean under the agreement (design, section 3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mapping.problems import Problem, nearest

STATUS_MEANINGS = ("nothing", "accepted", "returned", "rejected", "qualified")
DEFAULT_STATUSES = {
    "New": "nothing",
    "Open - Not Contacted": "nothing",
    "Working": "accepted",
    "Working - Contacted": "accepted",
    "Nurturing": "returned",
    "Unqualified": "returned",
    "Closed - Not Converted": "returned",
}
DEFAULT_LOST_REASONS = {
    "Timing": "not_now",
    "Budget": "no_budget",
    "No fit": "no_fit",
    "Competitor": "competitor",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """A company's tables: Lead.Status values and lost reasons of deals to what they mean."""

    statuses: Mapping[str, str] = field(default_factory=lambda: DEFAULT_STATUSES)
    lost_reasons: Mapping[str, str] = field(default_factory=lambda: DEFAULT_LOST_REASONS)


def read_speech(table: Mapping[str, object], key: str) -> tuple[Speech, list[Problem]]:
    """The tables under `key`, the defaults where they are silent, and every fault."""
    names = ("statuses", "lost_reasons")
    problems = [
        Problem(key=f"{key}.{name}", what="an unknown key", write=nearest(name, names))
        for name in sorted(set(table) - set(names))
    ]
    statuses = _texts(table.get("statuses", {}), f"{key}.statuses", problems)
    for value, meaning in statuses.items():
        if meaning not in STATUS_MEANINGS:
            problems.append(
                Problem(
                    key=f"{key}.statuses.{value}",
                    what=f"{meaning!r} is not a meaning",
                    write=nearest(meaning, STATUS_MEANINGS),
                )
            )
    reasons = _texts(table.get("lost_reasons", {}), f"{key}.lost_reasons", problems)
    speech = Speech(statuses=DEFAULT_STATUSES | statuses, lost_reasons=DEFAULT_LOST_REASONS | reasons)
    return speech, problems


def _texts(value: object, key: str, problems: list[Problem]) -> dict[str, str]:
    if isinstance(value, Mapping) and all(isinstance(each, str) for each in value.values()):
        return {str(name): each for name, each in value.items()}
    problems.append(Problem(key=key, what="not a table of texts", write='write { "Working" = "accepted" }'))
    return {}
