"""The brief analysis of a lead by written rules, each with its evidence (O11, O31, O32, O37)."""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

from mapping.places import fold
from mapping.records import Value
from mapping.remarks import Remark, Rule, first_of, sentence

_LONGEST = 500
_SEEN = ("first_form.name", "last_form.name", "first_page", "last_page", "last_email_name")


def _forms(values: Mapping[str, Value]) -> Remark | None:
    count, name = values.get("forms_count"), values.get("last_form.name")
    several = isinstance(count, int | float) and count > 1
    if name is None or not several or values.get("last_form.at") is None:
        return None
    return sentence(
        "brief.forms", count="forms_count", form="last_form.name", kind="last_form.kind", date="last_form.at"
    )(values)


def _no_forms(values: Mapping[str, Value]) -> Remark | None:
    if values.get("forms_count") == 0:
        return Remark(code="brief.no_forms", evidence=("forms_count",))
    return None


def _no_clicks(values: Mapping[str, Value]) -> Remark | None:
    delivered = values.get("emails_delivered")
    if isinstance(delivered, int | float) and delivered > 0 and values.get("emails_clicked") == 0:
        return Remark(code="brief.no_clicks", evidence=("emails_delivered", "emails_clicked"))
    return None


def _opted_out(values: Mapping[str, Value]) -> Remark | None:
    return (
        Remark(code="brief.opted_out", evidence=("opted_out",)) if values.get("opted_out") is True else None
    )


def _bounced(values: Mapping[str, Value]) -> Remark | None:
    if values.get("email_bounced") is None:
        return None
    return Remark(code="brief.email_bounced", evidence=("email_bounced",))


_RULES: tuple[Rule, ...] = (
    first_of(
        sentence("brief.account_title", title="job_title", account="account"),
        sentence("brief.account", account="account"),
        sentence("brief.title", title="job_title"),
    ),
    sentence("brief.industry", industry="industry"),
    sentence("brief.account_size", count="account_size"),
    sentence("brief.persona", persona="persona"),
    sentence("brief.stage", stage="lifecycle_stage"),
    first_of(
        sentence("brief.from_detail", source="source", detail="source_detail"),
        sentence("brief.from", source="source"),
    ),
    sentence("brief.campaign", campaign="campaign"),
    sentence("brief.known_since", date="created_at"),
    first_of(
        _forms,
        sentence("brief.form", form="last_form.name", kind="last_form.kind", date="last_form.at"),
        sentence("brief.form_undated", form="last_form.name", kind="last_form.kind"),
        _no_forms,
    ),
    first_of(
        sentence("brief.pages", pages="page_views", visits="visits", page="last_page"),
        sentence("brief.page", page="last_page"),
    ),
    sentence("brief.emails", delivered="emails_delivered", opened="emails_opened", clicked="emails_clicked"),
    _no_clicks,
    sentence("brief.products", products="products"),
    first_of(
        sentence("brief.scores", fit="fit_score", interest="engagement_score"),
        sentence("brief.fit", fit="fit_score"),
        sentence("brief.interest", interest="engagement_score"),
    ),
    sentence("brief.budget", budget="budget"),
    _opted_out,
    _bounced,
)


def analyse(
    values: Mapping[str, Value], *, unseen: Sequence[str] = (), triggers: Sequence[str] = ()
) -> tuple[Remark, ...]:
    """What the rules find in a lead's values, in the order in which a salesperson asks.

    `unseen` are the contents that the lead has not seen (`unseen_contents`), `triggers` why it comes back.
    """
    found = [remark for rule in _RULES if (remark := rule(values)) is not None]
    if unseen:
        found.append(Remark(code="brief.not_seen", params={"contents": tuple(unseen)}, evidence=_SEEN))
    found += [Remark(code="brief.trigger", params={"reason": trigger}) for trigger in triggers]
    return tuple(found)


def unseen_contents(
    values: Mapping[str, Value], contents: Mapping[str, Sequence[str]], seen: Sequence[str] = ()
) -> tuple[str, ...]:
    """The company's contents that nothing in the lead's forms, pages and e-mails shows it to have seen.

    `contents` names each with the patterns (`*` for any text) of its forms, pages and e-mails; `seen` adds
    what other evidence tells.
    """
    texts = [value for name in _SEEN if isinstance(value := values.get(name), str)]
    folded = [fold(text) for text in (*texts, *seen) if len(text) <= _LONGEST]
    return tuple(
        name
        for name, patterns in contents.items()
        if not any(fnmatchcase(text, fold(pattern)) for text in folded for pattern in (name, *patterns))
    )
