"""Which fields of both systems hold what is sensitive: their values never reach a plan, a list or a report."""

from collections.abc import Iterable

from mapping.catalogue import sensitive_of
from mapping.fields import LeadFields
from mapping.rules import SALESFORCE_LEAD, Direction, FieldRule, parse_rules
from mapping.templates import read_by

HIDDEN = "(hidden)"
_USUAL = parse_rules(SALESFORCE_LEAD)


def sensitive_targets(rules: Iterable[FieldRule], fields: LeadFields) -> frozenset[str]:
    """The CRM's fields that a sensitive rule fills, or one that reads a sensitive field of the lead.

    A field that no rule fills is as sensitive as what usually stands in it: sales may fill it, and a rule bring it back.
    """
    secret = sensitive_of(fields.catalogue.values())
    ours = [rule for rule in rules if rule.direction is Direction.to_crm]
    filled = {rule.target for rule in ours}
    usual = [rule for rule in _USUAL if rule.target not in filled]
    return frozenset(rule.target for rule in (*ours, *usual) if rule.sensitive or secret & reads_of(rule))


def sensitive_properties(rules: Iterable[FieldRule], fields: LeadFields) -> frozenset[str]:
    """The platform's properties behind sensitive fields, and those filled by a sensitive rule or from such a field."""
    rules = tuple(rules)
    behind = {
        name for field in sensitive_of(fields.catalogue.values()) for name in fields.sources.get(field, ())
    }
    secret = sensitive_targets(rules, fields)
    filled = {
        rule.target
        for rule in rules
        if rule.direction is Direction.to_marketing and (rule.sensitive or secret & reads_of(rule))
    }
    return frozenset(behind | filled)


def reads_of(rule: FieldRule) -> frozenset[str]:
    """The names that a rule takes its value from: of the lead's fields, or of the CRM's where it goes back."""
    return frozenset(rule.sources) | frozenset(read_by(rule.template or ""))
