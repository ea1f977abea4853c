"""What a case is about: the agreement and its versions, the hours, the lead, and what happened to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from mapping.problems import ConfigurationError
from mapping.records import ValueType
from policies.agreement import Agreement, parse_agreement
from policies.business_time import BusinessTime
from policies.events import Event
from policies.verdict import Terms
from policies.whereabouts import Whereabouts, locate
from tests.cases.runner.calendars import calendar_table, hours_of
from tests.cases.runner.deeds import Deed, read_deed
from tests.cases.runner.reading import Case, plain, refuse_unknown
from tests.cases.runner.telling import handoff_events, read_event
from tests.cases.runner.times import DAY, At, CaseFault, read_at

FIELDS = {
    "fit_score": "number", "engagement_score": "number", "country": "choice", "region": "text", "account": "text",
    "budget": "number", "plan": "choice", "segment": "choice", "opted_out": "bool", "lifecycle": "choice",
    "source": "choice", "company_size": "number", "forms_count": "number", "last_form.kind": "choice",
    "last_form.at": "instant",
}  # fmt: skip
LEAD = ("id", "country", "region", "city", "phone", "zone")


@dataclass(frozen=True)
class Setting:
    """A case's setting as the product's own types, each made when a question needs it."""

    case: Case

    @property
    def table(self) -> Mapping[str, Any]:
        """The keys of the file beside its questions."""
        return self.case.setting

    @property
    def lead(self) -> str:
        """The lead's id."""
        return str(self.table.get("lead", {}).get("id", "hubspot-1-1"))

    @property
    def published(self) -> date:
        """The date on which calendars are published, holidays written out from 10 years before to 3 after."""
        found = self.table.get("published", DAY)
        assert isinstance(found, date)
        return found

    @property
    def written_calendar(self) -> object:
        """The calendar as the case writes it; MAD by default."""
        return self.table.get("calendar", "MAD")

    @cached_property
    def hours(self) -> BusinessTime:
        """Business time of the company, over the versions of its calendar."""
        return hours_of(self.table.get("calendars", self.written_calendar), self.published)

    def hours_named(self, written: object) -> BusinessTime:
        """Business time of another calendar that a question names."""
        return self.hours if written is None else hours_of(written, self.published)

    @cached_property
    def catalogue(self) -> Mapping[str, ValueType]:
        """The fields that definitions may use."""
        return {name: ValueType(kind) for name, kind in {**FIELDS, **self.table.get("fields", {})}.items()}

    def agreement(self, edits: Mapping[str, Any]) -> Agreement:
        """The agreement with every default but these; raises ConfigurationError as the product does.

        A part that is edited to "none" is left out of the table.
        """
        table = {"definitions": {"mql": True}, "calendar": calendar_table(self.written_calendar), **edits}
        written = {key: value for key, value in table.items() if value != "none"}
        return parse_agreement(written, catalogue=self.catalogue)

    @property
    def written_agreements(self) -> list[dict[str, Any]]:
        """The versions as the case writes them, the oldest first, with their instants in full."""
        written = self.table.get("agreements") or [self.table.get("agreement", {})]
        return [_dated(each) for each in written]

    @cached_property
    def agreements(self) -> dict[int, Agreement]:
        """The versions by number; raises CaseFault where the product refuses one."""
        written = self.written_agreements
        try:
            found = [self.agreement({"number": n + 1, **each}) for n, each in enumerate(written)]
        except ConfigurationError as error:
            raise CaseFault(f"agreement: the product refuses it: {error}") from None
        return {each.number: each for each in found}

    @cached_property
    def terms(self) -> Terms:
        """What judges."""
        people = {name: hours_of(each, self.published) for name, each in self.table.get("people", {}).items()}
        return Terms(
            agreements=self.agreements, hours=self.hours, calendars=people, absences=self.absences_by_owner
        )

    @property
    def absences_by_owner(self) -> dict[str, list[tuple[int, int]]]:
        """When each salesperson is away, `[from, to)`."""
        found: dict[str, list[tuple[int, int]]] = {}
        for number, each in enumerate(self.table.get("absences", [])):
            refuse_unknown(each, ("owner", "from", "to"), f"absences[{number}]")
            span = (int(read_at(each["from"])), int(read_at(each["to"])))
            found.setdefault(each["owner"], []).append(span)
        return found

    @cached_property
    def whereabouts(self) -> Whereabouts:
        """Where the product finds that the lead lives."""
        return self.whereabouts_of(self.table.get("lead", {}))

    def whereabouts_of(self, about: Mapping[str, Any]) -> Whereabouts:
        """Where the product finds that somebody lives, from what `about` tells."""
        refuse_unknown(about, LEAD, "lead")
        told = {key: value for key, value in about.items() if key != "id"}
        return locate(team_zone=self.terms.at(0).zone, explicit=told.pop("zone", None), **told)

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """Every event of the case, in the order of the file; those of `[handoff]` first."""
        about = self._about_the_lead()
        found = handoff_events(self.table["handoff"], self.lead) if "handoff" in self.table else []
        found += [read_event(each, self.lead, n) for n, each in enumerate(self.table.get("events", []))]
        return tuple(_with(event, about) if event.kind == "mql_met" else event for event in found)

    def _about_the_lead(self) -> dict[str, Any]:
        """What the qualification tells of the lead in its event."""
        if not set(self.table.get("lead", {})) - {"id"}:
            return {}
        where = self.whereabouts
        told = {"country": where.country, "region": where.region}
        if where.source != "team":
            told |= {"zone": where.zone}
        return {**told, "zone_guess": where.guessed}

    @cached_property
    def deeds(self) -> tuple[Deed, ...]:
        """What people did in the CRM, in the order of time."""
        found = [read_deed(each, self.lead, n) for n, each in enumerate(self.table.get("deeds", []))]
        return tuple(sorted(found, key=lambda each: each.at))

    def known(self, now: int, arrivals: Sequence[Event] | None = None) -> tuple[Event, ...]:
        """The events that are recorded by `now`."""
        return tuple(event for event in arrivals or self.events if event.recorded_at <= now)

    def now(self, given: Mapping[str, Any]) -> At:
        """The instant of a question; raises CaseFault where neither it nor the case has one."""
        written = given.get("now", self.table.get("now"))
        if written is None:
            raise CaseFault("now: write the instant at which it is judged")
        return read_at(written)


def _with(event: Event, about: Mapping[str, Any]) -> Event:
    return replace(event, data={**about, **event.data}) if about else event


def _dated(table: Mapping[str, Any]) -> dict[str, Any]:
    """The agreement's table with its instants in UTC, so that a bare time is Madrid's."""
    found = dict(plain(table))
    for key in ("effective_from", "effective_to", "enforce_from"):
        if key in found:
            found[key] = str(read_at(found[key]))
    return found
