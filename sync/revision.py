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

OURS, MAPPING, BEGUN = "acuerdo", "mapping", "mapping_begun"


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
    """What is configured beside the last whole run's rules and those that runs have begun with since.

    None where all are the same, or no run has begun yet.
    """
    former, now = _former(tx), _marks(company)
    if all(each == now for each in former):
        return None
    known = [name for each in former for name in each]
    added = {name for name in now if any(name not in each for each in former)}
    changed = {name for name in now if any(each.get(name, now[name]) != now[name] for each in former)}
    return Revision(
        added=tuple(sorted(added - changed)),
        changed=tuple(sorted(changed)),
        removed=tuple(sorted({*known} - {*now})),
        leads=links.count_links(tx, company.crm_system),
    )


def note_begun(tx: Tx, company: Company) -> bool:
    """Notes that a run begins with the configured rules; tells whether the run before it had others.

    A run that is stopped or killed may have written by them: they are told until a run has come to its end.
    """
    former, now = _former(tx), _marks(company)
    if former and former[-1] == now:
        return False
    begun = [*_read(tx, BEGUN, []), now]
    runs.put_cursor(tx, OURS, BEGUN, json.dumps(begun, sort_keys=True))
    return bool(former)


def note_rules(tx: Tx, company: Company) -> None:
    """Notes that a whole run mapped by the configured rules."""
    marks = json.dumps(_marks(company), sort_keys=True)
    if runs.cursor(tx, OURS, MAPPING) != marks:
        runs.put_cursor(tx, OURS, MAPPING, marks)
    if _read(tx, BEGUN, []):
        runs.put_cursor(tx, OURS, BEGUN, "[]")


def _former(tx: Tx) -> list[Mapping[str, str]]:
    """The rules of the last whole run, then those that runs have begun with since, each as its marks."""
    whole = _read(tx, MAPPING, None)
    return [*([] if whole is None else [whole]), *_read(tx, BEGUN, [])]


def _read(tx: Tx, name: str, otherwise: Any) -> Any:
    text = runs.cursor(tx, OURS, name)
    return otherwise if text is None else json.loads(text)


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
