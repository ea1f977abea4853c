"""The few texts that a run writes into the systems, in the company's language."""

from collections.abc import Sequence

from mapping.language import name_of, say
from mapping.records import Instant
from mapping.setting import Setting
from mapping.values import ValueProblem
from policies.verdict import HandoffVerdict

WHEN = "d MMM y HH:mm"


def word_next(handoff: HandoffVerdict, setting: Setting, missing: Sequence[str] = ()) -> str:
    """The next step, for the salesperson: what, by which channel, until when."""
    action = handoff.next_action
    params = {
        "due": word_instant(_instant(action.data.get("due_at")), setting),
        "channel": _name("channel", action.data.get("channel") or "other", setting),
        "track": _name("track", action.data.get("track") or "nurture", setting),
        "left": str(action.data.get("left") or 0),
        "missing": ", ".join(_name("part", each, setting) for each in missing),
    }
    code = action.code
    if code == "complete_package" and missing:
        code = "complete_parts"
    if code == "first_attempt" and action.data.get("channel") is None:
        code = "first_attempt_any"
    return say(f"next.{code}", setting.language, **params)


def word_task(setting: Setting) -> str:
    """The subject of the seller's task."""
    return say("task.first_contact", setting.language)


def word_instant(instant: Instant | None, setting: Setting) -> str:
    """A moment in the company's zone and language; a dash where there is none."""
    return "-" if instant is None else setting.date(instant, WHEN)


def _name(group: str, code: object, setting: Setting) -> str:
    return name_of(group, str(code), setting.language)


def _instant(value: object) -> Instant | None:
    return value if isinstance(value, int) else None


def word_problems(problems: Sequence[ValueProblem], language: str) -> tuple[str, str]:
    """The first problem's code and all of them in words; fields are named, values are not."""
    texts = [say(f"problem.{each.code}", language, field=each.field, **each.params) for each in problems]
    return problems[0].code, "; ".join(texts)
