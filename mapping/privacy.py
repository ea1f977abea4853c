"""Which fields of the other system hold what is sensitive: their values never reach a plan or a report."""

from collections.abc import Iterable

from mapping.catalogue import sensitive_of
from mapping.fields import LeadFields
from mapping.rules import BESIDES, Direction, FieldRule
from mapping.setting import Setting
from mapping.templates import Templates

HIDDEN = "(hidden)"


def sensitive_targets(rules: Iterable[FieldRule], fields: LeadFields) -> frozenset[str]:
    """The CRM's fields that a sensitive rule fills, or one that reads a sensitive field of the lead."""
    secret, templates = (
        sensitive_of(fields.catalogue.values()),
        Templates({*fields.types, *BESIDES}, Setting()),
    )
    return frozenset(
        rule.target
        for rule in rules
        if rule.direction is Direction.to_crm
        and (rule.sensitive or secret.intersection(_reads(rule, templates)))
    )


def sensitive_properties(rules: Iterable[FieldRule], fields: LeadFields) -> frozenset[str]:
    """The platform's properties behind sensitive fields of the lead, or filled by a sensitive rule."""
    secret = sensitive_of(fields.catalogue.values())
    behind = {name for field in secret for name in fields.sources.get(field, ())}
    return frozenset(
        behind
        | {rule.target for rule in rules if rule.direction is Direction.to_marketing and rule.sensitive}
    )


def _reads(rule: FieldRule, templates: Templates) -> Iterable[str]:
    if rule.template is None:
        return rule.sources
    return templates.compile(rule.template).fields
