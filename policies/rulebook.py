"""What judges: the versions of the agreement, and the hours they are reckoned in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mapping.records import Instant
from policies.agreement import Agreement
from policies.business_time import Hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What judges: the versions of the agreement by number, and the hours its clocks count in.

    `hours` is the company's calendar over its versions; `calendars` those of people (by owner id or by role),
    for when a notice reaches them. `absences` are spans by owner, `[from, to)` in UTC seconds.
    """

    agreements: Mapping[int, Agreement]
    hours: Hours
    calendars: Mapping[str, Hours] = field(default_factory=dict)
    absences: Mapping[str, Sequence[tuple[Instant, Instant]]] = field(default_factory=dict)

    def at(self, instant: Instant) -> Agreement:
        """The version in force at an instant: the newest one effective by then, else the first."""
        newest_first = sorted(self.agreements, reverse=True)
        for number in newest_first:
            if (self.agreements[number].effective_from or 0) <= instant:
                return self.agreements[number]
        return self.agreements[newest_first[-1]]

    def pinned(self, number: object, instant: Instant) -> Agreement:
        """The version an event names, else the one in force at its instant."""
        if number is None:
            return self.at(instant)
        try:
            return self.agreements[int(str(number))]
        except (KeyError, ValueError):
            return self.at(instant)

    @property
    def ends_at(self) -> Instant | None:
        """When the agreement ends with no successor (T26)."""
        return self.agreements[max(self.agreements)].effective_to

    def hours_of(self, person: str | None) -> Hours:
        """The calendar of a person or role, else the company's."""
        return self.calendars.get(person or "", self.hours)
