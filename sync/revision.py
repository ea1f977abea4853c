"""Revisions of the mapping: which rules differ from those of the last run, and whom that touches."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mapping.fields import LeadFields
from mapping.identity import fingerprint
from mapping.privacy import reads_of
from mapping.rules import FieldRule
from sync.ledger import links, runs
from sync.ledger.store import Tx
from sync.settings import Company

OURS, MAPPING = "acuerdo", "mapping"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """The targets whose rules were added, changed or taken away, and how many leads sales has by the old ones.

    Those leads keep what they hold until something about them changes, or until a run is asked to resend.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    leads: int = 0

    def __str__(self) -> str:
        parts = [
            f"{', '.join(names)} {what}"
            for what, names in (
                ("added", self.added),
                ("changed", self.changed),
                ("taken away", self.removed),
            )
            if names
        ]
        return f"the mapping differs from the last run's ({'; '.join(parts)})"

    def as_row(self) -> dict[str, Any]:
        """The revision as plain data."""
        return {
            "added": list(self.added),
            "changed": list(self.changed),
            "removed": list(self.removed),
            "leads": self.leads,
        }


def revision_of(tx: Tx, company: Company) -> Revision | None:
    """What is configured beside what the last whole run mapped by; None where it is the same, or there was none."""
    text = runs.cursor(tx, OURS, MAPPING)
    if text is None:
        return None
    before, now = json.loads(text), _marks(company)
    if before == now:
        return None
    return Revision(
        added=tuple(sorted(now.keys() - before.keys())),
        changed=tuple(sorted(each for each in now.keys() & before.keys() if now[each] != before[each])),
        removed=tuple(sorted(before.keys() - now.keys())),
        leads=links.count_links(tx, company.crm_system),
    )


def note_rules(tx: Tx, company: Company) -> None:
    """Notes that a whole run mapped by the configured rules."""
    marks = json.dumps(_marks(company), sort_keys=True)
    if runs.cursor(tx, OURS, MAPPING) != marks:
        runs.put_cursor(tx, OURS, MAPPING, marks)


def _marks(company: Company) -> Mapping[str, str]:
    """What tells each rule from another one: what it says, and where the fields that it reads come from."""
    return {rule.target: _mark(rule, company.fields) for rule in company.rules}


def _mark(rule: FieldRule, fields: LeadFields) -> str:
    sources = {name: fields.sources.get(name) for name in sorted(reads_of(rule))}
    told = (
        rule.sources,
        rule.template,
        rule.value,
        rule.transforms,
        sorted(rule.table.items()),
        rule.table_else,
    )
    ways = (rule.default, rule.required, rule.too_long, rule.direction, rule.wins, rule.blank, rule.no_user)
    return fingerprint({"rule": repr((told, ways)), "sources": repr(sources)})
