"""A company's rules, ready for both ways: to the CRM's leads and contacts, and back to marketing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mapping.fields import LeadFields, properties_to_read
from mapping.fitting import Target
from mapping.mapper import Mapper, prepare_rules
from mapping.owners import Owners, References
from mapping.problems import ConfigurationError, Problem
from mapping.records import ValueType
from mapping.rules import Direction, FieldRule
from mapping.setting import Setting
from mapping.transforms import TRANSFORMS, Transform

Targets = Mapping[str, Target]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mappers:
    """What writes to a CRM's leads, to its contacts, and back to marketing.

    `twins` names the property that each CRM field has its value from and is brought back to, so that our own
    write in one system is not taken for news from the other.
    """

    lead: Mapper
    contact: Mapper
    marketing: Mapper
    twins: Mapping[str, str]

    def of(self, kind: str) -> Mapper:
        """The mapper for a CRM record of this kind; a contact takes the fields that it has."""
        return self.contact if kind == "Contact" else self.lead

    @property
    def crm_fields(self) -> tuple[str, ...]:
        """The CRM fields that rules write or read, whose values are compared."""
        return tuple(sorted({*self.lead.types, *self.marketing.reads}))

    @property
    def properties(self) -> tuple[str, ...]:
        """The platform's properties that rules write to."""
        return tuple(sorted(self.marketing.types))


def prepare_mappers(
    rules: Iterable[FieldRule],
    fields: LeadFields,
    *,
    lead: Targets,
    contact: Targets,
    marketing: Targets,
    setting: Setting,
    transforms: Mapping[str, Transform] = TRANSFORMS,
    owners: tuple[Owners, Owners] | None = None,
    key: str = "mapping",
) -> Mappers:
    """Makes the rules of both directions ready against the fields of both systems.

    `owners` are those of marketing and of the CRM, needed where `refers_to_owners` says so.

    Raises ConfigurationError with every rule that does not fit (`mapping.mapper.prepare_rules`), and with every
    field that is brought both ways by rules that disagree about whose value stays.
    """
    rules = tuple(rules)
    problems: list[Problem] = []

    def prepared(some: Iterable[FieldRule], targets: Targets, **more: object) -> Mapper | None:
        try:
            return prepare_rules(
                some,
                targets,
                setting=setting,
                transforms=transforms,
                country=fields.country,
                key=key,
                **more,  # type: ignore[arg-type]  # the rest of its keywords
            )
        except ConfigurationError as error:
            problems.extend(error.problems)
            return None

    there, here = _references(owners)
    to_lead = prepared(rules, lead, types=fields.types, references=there)
    shared = [rule for rule in rules if rule.target in contact and contact[rule.target].writable]
    to_contact = (
        None
        if to_lead is None
        else prepared(shared, contact, types=fields.types, creates=False, references=there)
    )
    types: dict[str, ValueType] = {name: each.type for name, each in {**contact, **lead}.items()}
    back = prepared(rules, marketing, types=types, direction=Direction.to_marketing, references=here)
    pairs = list(_pairs(rules, fields))
    problems += [_disagreement(there, here, key) for there, here in pairs if there.wins is not here.wins]
    if problems or to_lead is None or to_contact is None or back is None:
        raise ConfigurationError(problems)
    twins = {there.target: here.target for there, here in pairs}
    return Mappers(lead=to_lead, contact=to_contact, marketing=back, twins=twins)


def _references(owners: tuple[Owners, Owners] | None) -> tuple[References | None, References | None]:
    """Who is who on the way to the CRM, and on the way back."""
    if owners is None:
        return None, None
    marketing, sales = owners
    return References(here=marketing, there=sales), References(here=sales, there=marketing)


def refers_to_owners(rules: Iterable[FieldRule], crm: Targets, marketing: Targets) -> bool:
    """Whether a rule writes a field that holds an owner, so that both systems' owners have to be known."""
    targets = {Direction.to_crm: crm, Direction.to_marketing: marketing}
    found = (targets[rule.direction].get(rule.target) for rule in rules)
    return any(target is not None and target.type is ValueType.owner for target in found)


def _pairs(rules: Iterable[FieldRule], fields: LeadFields) -> Iterable[tuple[FieldRule, FieldRule]]:
    """The rules that bring one field there, each with the one that brings it back."""
    rules = tuple(rules)
    for there in rules:
        if there.direction is not Direction.to_crm or len(there.sources) != 1:
            continue
        read = set(properties_to_read(fields, there.sources))
        for here in rules:
            if (
                here.direction is Direction.to_marketing
                and here.target in read
                and there.target in here.sources
            ):
                yield there, here


def _disagreement(there: FieldRule, here: FieldRule, key: str) -> Problem:
    what = f"{there.target} and {here.target} go both ways: {there.wins} wins there, {here.wins} here"
    return Problem(
        key=f"{key}.{here.target}.wins", what=what, write=f'write wins = "newest" in both, or "{there.wins}"'
    )
