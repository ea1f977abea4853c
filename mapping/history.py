"""The history of a lead with the company, as far as the platform dates it (O12, O44)."""

from collections.abc import Iterable, Mapping

from mapping.records import Instant, Value
from mapping.remarks import Interaction

MILESTONES = frozenset({"history.created", "history.became_mql", "history.became_customer"})
"""Things that happened to the record, not between the lead and the company: listed, not counted."""


def history_of(values: Mapping[str, Value], others: Iterable[Interaction] = ()) -> tuple[Interaction, ...]:
    """Every interaction that the values tell of, and the others given, newest first, undated ones last."""
    found = [*_forms(values), *_pages(values), *_emails(values), *_milestones(values), *others]
    unique = {(each.code, each.at, tuple(sorted(each.params.items(), key=_by_name))): each for each in found}
    return tuple(sorted(unique.values(), key=_newest_first))


def interactions(history: Iterable[Interaction]) -> tuple[Interaction, ...]:
    """Those that happened between the lead and the company."""
    return tuple(each for each in history if each.code not in MILESTONES)


def _by_name(item: tuple[str, Value]) -> str:
    return item[0]


def _newest_first(each: Interaction) -> tuple[bool, int, str]:
    return (each.at is None, -(each.at or 0), each.code)


def _at(values: Mapping[str, Value], name: str) -> Instant | None:
    at = values.get(name)
    return at if isinstance(at, int) and not isinstance(at, bool) else None


def _forms(values: Mapping[str, Value]) -> Iterable[Interaction]:
    last, first = values.get("last_form.name"), values.get("first_form.name")
    same = last == first and _at(values, "last_form.at") == _at(values, "first_form.at")
    for which, code, name in (
        ("last_form", "history.form_filled", last),
        ("first_form", "history.first_form", None if same else first),
    ):
        if isinstance(name, str):
            kind = values.get(f"{which}.kind") or "other"
            yield Interaction(code=code, at=_at(values, f"{which}.at"), params={"form": name, "kind": kind})


def _pages(values: Mapping[str, Value]) -> Iterable[Interaction]:
    last, first = values.get("last_page"), values.get("first_page")
    last_at, first_at = _at(values, "last_visit_at"), _at(values, "first_visit_at")
    if isinstance(last, str):
        yield Interaction(code="history.page_seen", at=last_at, params={"page": last})
    elif last_at is not None:
        yield Interaction(code="history.visited", at=last_at)
    if isinstance(first, str) and (first, first_at) != (last, last_at):
        yield Interaction(code="history.first_page", at=first_at, params={"page": first})


def _emails(values: Mapping[str, Value]) -> Iterable[Interaction]:
    sent, name = _at(values, "last_email_at"), values.get("last_email_name")
    if isinstance(name, str):
        yield Interaction(code="history.email_received", at=sent, params={"email": name})
    elif sent is not None:
        yield Interaction(code="history.email_received_unnamed", at=sent)
    for field, code in (
        ("last_email_opened_at", "history.email_opened"),
        ("last_email_clicked_at", "history.email_clicked"),
    ):
        if (at := _at(values, field)) is not None:
            yield Interaction(code=code, at=at)


def _milestones(values: Mapping[str, Value]) -> Iterable[Interaction]:
    for field, code in (
        ("created_at", "history.created"),
        ("became_mql_at", "history.became_mql"),
        ("became_customer_at", "history.became_customer"),
    ):
        if (at := _at(values, field)) is not None:
            yield Interaction(code=code, at=at)
