"""Events of one lead told in local time, and the verdict on them: what tests of the judgement are written in."""

from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from policies.agreement import Agreement, parse_agreement
from policies.calendar import read_calendar, timeline
from policies.events import Event, Kind
from policies.verdict import HandoffVerdict, LeadVerdict, Terms, judge

MADRID = ZoneInfo("Europe/Madrid")
MAD = {"timezone": "Europe/Madrid", "holidays": {"country": "ES", "subdivision": "MD"}}


def at(text: str) -> int:
    """UTC seconds of `10:00` (on Wednesday 2026-05-13), `05-14 10:00` or an ISO text, Madrid unless it says."""
    if len(text) <= 8:
        text = f"2026-05-13T{text}"
    elif len(text) <= 14 and text[2] == "-":
        text = f"2026-{text.replace(' ', 'T')}"
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=MADRID)).timestamp())


def agree(**parts: Any) -> Agreement:
    """An agreement under the Madrid calendar with every default but what is given."""
    table = {"definitions": {"mql": True}, "calendar": MAD, **parts}
    return parse_agreement(table, catalogue={})


@cache
def hours() -> Any:
    """Business time of the Madrid calendar, 2016 to 2029."""
    spec = read_calendar(MAD).spec
    assert spec is not None
    return spec.resolve(date(2026, 5, 13)).hours


def calendar_from(*versions: tuple[str | None, dict[str, Any]]) -> Any:
    """Business time over versions of a calendar table, each from its instant."""
    found = []
    for since, table in versions:
        spec = read_calendar(table).spec
        assert spec is not None
        found.append((0 if since is None else at(since), spec.resolve(date(2026, 5, 13))))
    return timeline(found)


class Story:
    """The events of one lead, added in any order."""

    def __init__(self, agreement: Agreement | None = None, **terms: Any) -> None:
        self.events: list[Event] = []
        self.agreement = agreement or agree()
        self.terms = Terms(agreements={self.agreement.number: self.agreement}, **{"hours": hours(), **terms})

    def tell(self, kind: str, when: str | int, object_id: str | None = None, /, **data: Any) -> "Story":
        """One more event; `recorded`, `version`, `cycle` and `source` are not payload."""
        moment = at(when) if isinstance(when, str) else when
        recorded = data.pop("recorded", None)
        self.events.append(
            Event(
                kind=Kind(kind),
                lead="hubspot-1-1",
                occurred_at=moment,
                recorded_at=moment if recorded is None else at(recorded),
                source=data.pop("source", "salesforce"),
                object_id=object_id or f"{kind}-{len(self.events)}",
                version=data.pop("version", ""),
                cycle=data.pop("cycle", None),
                data=data,
            )
        )
        return self

    def mql(self, when: str | int, cycle: int = 1, **data: Any) -> "Story":
        """The lead meets the definition."""
        return self.tell("mql_met", when, f"h{cycle}", source="acuerdo", cycle=cycle, **data)

    def passed(self, when: str | int, owner: str | None = "A", **data: Any) -> "Story":
        """The lead is MQL, complete and delivered at one instant, with an owner unless None."""
        cycle = data.pop("cycle", 1)
        self.mql(when, cycle, **data)
        self.tell("package_complete", when, source="acuerdo", cycle=cycle)
        self.tell("delivered", when, source="acuerdo", cycle=cycle)
        if owner is not None:
            self.tell("owner_changed", when, owner=owner, owner_kind="user")
        return self

    def call(self, when: str | int, **data: Any) -> "Story":
        """A call by the owner that nobody answers."""
        return self.tell("touch", when, **{"channel": "phone", "by": "A", "answered": False, **data})

    def mail(self, when: str | int, **data: Any) -> "Story":
        """An e-mail by the owner."""
        return self.tell("touch", when, **{"channel": "email", "by": "A", **data})

    def lead(self, now: str | int) -> LeadVerdict:
        """The verdict on the lead."""
        return judge("hubspot-1-1", self.events, self.terms, at(now) if isinstance(now, str) else now)

    def handoff(self, now: str | int) -> HandoffVerdict:
        """The verdict on the newest handoff."""
        newest = self.lead(now).newest
        assert newest is not None
        return newest
