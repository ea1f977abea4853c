"""How a platform's record is read into a lead: our names, our types, nothing dropped without a line."""

from dataclasses import dataclass
from types import MappingProxyType

from mapping.catalogue import Field, Form
from mapping.fields import LeadFields
from mapping.places import country_code, language_tag, zone_name
from mapping.records import Instant, Lead, Record, Value, ValueType
from mapping.values import Context, Unfit, ValueProblem, convert, is_blank

_FORMS = {Form.country: country_code, Form.timezone: zone_name, Form.language: language_tag}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A lead as it was read, and what in the record could not be: a line for a person, never silent."""

    lead: Lead
    problems: tuple[ValueProblem, ...] = ()


def read_lead(record: Record, fields: LeadFields, *, lead: str, profile_link: str | None = None) -> Reading:
    """The lead that a platform's record tells of, under our id, with our field names and types.

    A value that does not fit its field's type is left out and told as a problem; a blank is absent.
    """
    reader = _Reader(record, fields)
    reader.read()
    return Reading(
        lead=Lead(
            id=lead,
            platform=record.system,
            record_id=record.id,
            values=MappingProxyType(reader.values),
            changed_at=record.changed_at,
            dated=MappingProxyType(reader.dated),
            profile_link=profile_link,
        ),
        problems=tuple(reader.problems),
    )


class _Reader:
    """Reads one record and keeps what it found."""

    def __init__(self, record: Record, fields: LeadFields) -> None:
        self.record = record
        self.fields = fields
        self.values: dict[str, Value] = {}
        self.dated: dict[str, Instant] = {}
        self.problems: list[ValueProblem] = []

    def read(self) -> None:
        for each, properties in self.fields.ordered:
            if each.name == "emails":
                self._read_emails(properties)
            else:
                self._read_field(each, properties)
        for each in self.fields.catalogue.values():
            self._derive(each)

    def _read_field(self, each: Field, properties: tuple[str, ...]) -> None:
        """Takes the first property that holds a value that fits."""
        for name in properties:
            raw = self.record.values.get(name)
            if is_blank(raw):
                continue
            try:
                self.values[each.name] = self._convert(each, raw)
            except Unfit as error:
                self.problems.append(error.at(each.name))
                continue
            if name in self.record.dated:
                self.dated[each.name] = self.record.dated[name]
            return

    def _convert(self, each: Field, raw: Value) -> Value:
        country = self.values.get("country") or self.fields.country
        context = Context(country=country if isinstance(country, str) else None, zone=self.fields.zone)
        value = convert(raw, each.type, context)
        if each.form in _FORMS and isinstance(value, str):
            return _FORMS[each.form](value)
        return value

    def _read_emails(self, properties: tuple[str, ...]) -> None:
        """Joins every address, the main one first; a broken main one is already told at `email`."""
        found: list[str] = []
        for place, name in enumerate(properties):
            for part in _parts(self.record.values.get(name)):
                try:
                    address = convert(part, ValueType.email)
                except Unfit as error:
                    if place:
                        self.problems.append(error.at("emails"))
                    continue
                if isinstance(address, str):
                    found.append(address)
        if found:
            self.values["emails"] = tuple(dict.fromkeys(found))

    def _derive(self, each: Field) -> None:
        """The kind of a form from its name, and a date that another field tells."""
        if each.form is Form.kind and each.name not in self.values:
            name = self.values.get(f"{each.name.rpartition('.')[0]}.name")
            if isinstance(name, str):
                self.values[each.name] = self.fields.form_kinds.kind_of(name)
        if each.dated_by is not None and each.name in self.values and each.name not in self.dated:
            at = self.values.get(each.dated_by)
            if isinstance(at, int):
                self.dated[each.name] = at


def _parts(raw: Value) -> tuple[Value, ...]:
    """The addresses of a property that holds several, as HubSpot joins them by semicolons."""
    if isinstance(raw, str):
        return tuple(part for part in raw.split(";") if part.strip()) or (raw,)
    return raw if isinstance(raw, tuple) else (raw,)
