"""The configuration's JSON Schema, made of the tables and models that read it: what an editor completes by."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from connectors.registration import Side, names, registration_of
from connectors.settings import SECRET_SCHEMA, TEXT_SCHEMA
from mapping import fields as lead_fields
from mapping import rules
from mapping.catalogue import CATALOGUE
from mapping.language import LANGUAGES
from mapping.operators import Operator
from mapping.package import KEYS as PACKAGE_KEYS
from mapping.records import ValueType
from mapping.transforms import TRANSFORMS
from policies import agreement, calendar, goal_table, holiday_source, quiet_hours, segments
from policies.dispositions import Disposition
from policies.forms import TARGETS, shape_of
from policies.states import Stage
from policies.terms import (
    CLOCKS,
    AttemptTerms,
    ClockTerms,
    RecyclingTerms,
    RetentionTerms,
    RoutingTerms,
    Switches,
)
from sync.company import PARTS, SLUG, LimitsTable
from sync.configuration import Settings
from sync.speech import STATUS_MEANINGS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Shape = Mapping[str, Any]
ANY: Shape = {}
TEXT: Shape = {"type": "string"}
SWITCH: Shape = {"type": "boolean"}
FALSE: Shape = {"const": False}


def configuration_schema(*, company_file: bool = False) -> dict[str, Any]:
    """The schema of `config.toml` or, with `company_file`, of one company's file in `companies/`."""
    company = {"company": _company(), "condition": _condition()}
    if company_file:
        return {
            "$schema": DIALECT,
            "title": "Acuerdo: one company",
            "$defs": company,
            "$ref": "#/$defs/company",
        }
    table = _closed(
        {
            "ledger": TEXT_SCHEMA,
            "log": Settings.model_json_schema()["properties"]["log"],
            "erasure_key": SECRET_SCHEMA,
            "companies": {
                "type": "object",
                "propertyNames": {"pattern": f"^{SLUG.pattern}$"},
                "additionalProperties": {"$ref": "#/$defs/company"},
            },
        },
        Settings.model_fields,
    )
    return {"$schema": DIALECT, "title": "Acuerdo: the configuration", "$defs": company, **table}


def _company() -> Shape:
    known = {
        "language": {"enum": sorted(LANGUAGES)},
        "timezone": TEXT,
        "country": {"type": "string", "pattern": "^[A-Z]{2}$"},
        "marketing": _connector(Side.marketing, "platform"),
        "crm": _connector(Side.crm, "system"),
        "agreement": _agreement(),
        "lead_fields": _tables(_lead_field()),
        "form_kinds": _tables({"type": "array", "items": TEXT, "minItems": 1}),
        "mapping": _tables(_rule()),
        "sales_says": _closed(
            {"statuses": _tables({"enum": list(STATUS_MEANINGS)}), "lost_reasons": _tables(TEXT)}
        ),
        "stages": _closed({name: {"anyOf": [FALSE, TEXT]} for name in map(str, Stage)}),
        "limits": _model(LimitsTable),
        "follow_up_task": SWITCH,
        "absences": _tables({"type": "array", "items": TEXT}),
    }
    return _closed(known, PARTS)


def _connector(side: Side, name: str) -> Shape:
    """One table for each connector, told apart by its name."""
    tables = []
    for system in names(side):
        registration = registration_of(system)
        if registration.side is side:
            model = _model(registration.settings)
            chosen = {name: {"const": system}, **model["properties"]}
            tables.append({**model, "properties": chosen, "required": [name, *model.get("required", ())]})
    return {"oneOf": tables}


def _model(model: type[BaseModel]) -> dict[str, Any]:
    """A model's schema with the models it names written out in their places."""
    whole = model.model_json_schema()
    named = whole.pop("$defs", {})

    def inline(value: Any) -> Any:
        if isinstance(value, dict):
            if "$ref" in value:
                return inline(named[value["$ref"].rpartition("/")[2]])
            return {key: inline(each) for key, each in value.items() if key not in ("title", "description")}
        return [inline(each) for each in value] if isinstance(value, list) else value

    found: dict[str, Any] = inline(whole)
    return found


def _agreement() -> Shape:
    span_or_table = {"anyOf": [SWITCH, *TARGETS.shape["anyOf"][:1], shape_of(ClockTerms), TARGETS.shape]}  # type: ignore[index]  # a shape of ours
    known: dict[str, Shape] = {
        **dict(shape_of(agreement.Agreement)["properties"]),  # type: ignore[call-overload]  # a shape of ours
        **dict.fromkeys(("effective_from", "effective_to", "enforce_from"), TEXT),
        "signed_by": shape_of(agreement.Signatures),
        "segments": {"type": "array", "items": _segment()},
        "definitions": _closed({name: {"$ref": "#/$defs/condition"} for name in map(str, Stage)}),
        "calendar": _calendar(),
        "clocks": _closed(dict.fromkeys(CLOCKS, span_or_table)),
        "attempts": _switched(shape_of(AttemptTerms)),
        "retention": _switched(shape_of(RetentionTerms)),
        "recycling": shape_of(RecyclingTerms),
        "routing": _switched(shape_of(RoutingTerms)),
        "terms": shape_of(Switches),
        "dispositions": _tables({"anyOf": [FALSE, shape_of(Disposition)]}),
        "quiet_hours": {"anyOf": [SWITCH, _tables({"anyOf": [SWITCH, _closed({}, quiet_hours.KEYS)]})]},
        "goals": _closed({}, goal_table.KEYS),
        "package": _closed({}, PACKAGE_KEYS),
    }
    return _closed(known, agreement.KEYS)


def _calendar() -> Shape:
    holidays = {"anyOf": [FALSE, _closed({}, holiday_source.KEYS)]}
    return _closed({"timezone": TEXT, "holidays": holidays}, calendar.KEYS)


def _condition() -> Shape:
    """A tree: all, any, not, or one operator on one field."""
    again = {"$ref": "#/$defs/condition"}
    several = {"type": "array", "items": again, "minItems": 1}
    clause = _closed({"field": TEXT}, ("field", *map(str, Operator)))
    return {
        "anyOf": [
            SWITCH,
            *({**_closed({each: several}), "required": [each]} for each in ("all", "any")),
            {**_closed({"not": again}), "required": ["not"]},
            {**clause, "required": ["field"], "minProperties": 2, "maxProperties": 2},
        ]
    }


def _segment() -> Shape:
    table = {"name": TEXT, "when": {"$ref": "#/$defs/condition"}}
    return {**_closed(table, segments.KEYS), "required": list(segments.KEYS)}


def _lead_field() -> Shape:
    texts = {"anyOf": [TEXT, {"type": "array", "items": TEXT, "minItems": 1}]}
    table: dict[str, Shape] = {
        "from": texts,
        "type": {"enum": list(map(str, ValueType))},
        "sentence": TEXT,
        "sensitive": SWITCH,
    }
    return {"anyOf": [*texts["anyOf"], {**_closed(table, lead_fields.KEYS), "required": ["from"]}]}


def _rule() -> Shape:
    field = {"anyOf": [{"enum": sorted({*CATALOGUE, *rules.BESIDES})}, TEXT]}
    sources = [field, {"type": "array", "items": field, "minItems": 1}]
    transform = {"anyOf": [{"enum": sorted(TRANSFORMS)}, {"type": "object", "maxProperties": 1}]}
    table: dict[str, Shape] = {
        "from": {"anyOf": sources},
        "template": TEXT,
        "value": {"type": ["string", "number", "boolean"]},
        "transform": {"anyOf": [transform, {"type": "array", "items": transform}]},
        "table": _tables(TEXT),
        "table_else": TEXT,
        "default": {"type": ["string", "number", "boolean"]},
        "required": SWITCH,
        "sensitive": SWITCH,
        "optional": SWITCH,
        **{
            name: {"enum": list(map(str, kind))}
            for name, kind in {
                "too_long": rules.TooLong,
                "direction": rules.Direction,
                "wins": rules.Wins,
                "blank": rules.Blank,
                "no_user": rules.NoUser,
            }.items()
        },
    }
    origin = {"oneOf": [{"required": [each]} for each in ("from", "template", "value")]}
    return {"anyOf": [FALSE, *sources, {**_closed(table, rules.KEYS), **origin}]}


def _tables(each: Shape) -> Shape:
    return {"type": "object", "additionalProperties": each}


def _switched(table: Shape) -> Shape:
    return {"anyOf": [SWITCH, table]}


def _closed(known: Mapping[str, Shape], keys: Iterable[str] = ()) -> dict[str, Any]:
    """A table of these keys alone, in the same order each time; one whose values are not described takes any."""
    return {
        "type": "object",
        "properties": {**known, **dict.fromkeys(sorted({*keys} - {*known}), ANY)},
        "additionalProperties": False,
    }
