"""How to approach a lead: suggestions by written rules, the most pressing first (O10, O31)."""

from collections.abc import Collection, Mapping, Sequence

from mapping.records import Value
from mapping.remarks import Remark, Rule, first_of, sentence

HAND_RAISES = frozenset({"demo", "contact", "price"})
"""Kinds of forms by which a lead asks for sales (policy T30); a company may name its own."""

GOOD_FIT, MUCH_INTEREST = 50, 60
"""From these scores on a lead fits well, and is interested (policy 4.1's illustrative thresholds)."""

_CONTENT = frozenset({"content", "event", "newsletter"})
_TOLD = frozenset({"company_changed", "investment_increased"})


def _at_least(values: Mapping[str, Value], name: str, threshold: float) -> bool | None:
    value = values.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return value >= threshold


def _scores(values: Mapping[str, Value]) -> Remark | None:
    fits = _at_least(values, "fit_score", GOOD_FIT)
    wants = _at_least(values, "engagement_score", MUCH_INTEREST)
    evidence = ("fit_score", "engagement_score")
    if fits is True and wants is False:
        return Remark(code="approach.fit_low_interest", evidence=evidence)
    if fits is False and wants is True:
        return Remark(code="approach.interest_low_fit", evidence=evidence)
    return None


def _content(values: Mapping[str, Value]) -> Remark | None:
    if values.get("last_form.kind") not in _CONTENT:
        return None
    return sentence("approach.content", form="last_form.name")(values)


def _budget(values: Mapping[str, Value]) -> Remark | None:
    budget = values.get("budget")
    if isinstance(budget, int | float) and budget > 0:
        return Remark(code="approach.budget", evidence=("budget",))
    return None


def _by_phone(code: str) -> Rule:
    return first_of(sentence(code, phone="mobile"), sentence(code, phone="phone"))


_RULES: tuple[Rule, ...] = (
    _content,
    sentence("approach.product", products="products"),
    sentence("approach.page", page="last_page"),
    _scores,
    _budget,
)


def suggest(
    values: Mapping[str, Value],
    *,
    unseen: Sequence[str] = (),
    triggers: Sequence[str] = (),
    again: bool = False,
    hand_raises: Collection[str] = HAND_RAISES,
) -> tuple[Remark, ...]:
    """What to do first and what to talk about; empty for a lead that cannot be reached and tells nothing.

    `triggers` are why it comes back, `again` says that it was passed before.
    """
    found: list[Remark] = []
    kind = values.get("last_form.kind")
    if isinstance(kind, str) and kind in hand_raises:
        found.append(Remark(code="approach.hand_raise", params={"kind": kind}, evidence=("last_form.kind",)))
    found += [Remark(code=f"approach.{trigger}") for trigger in triggers if trigger in _TOLD]
    if again:
        found.append(Remark(code="approach.again"))
    found += [remark for rule in _RULES if (remark := rule(values)) is not None]
    if unseen:
        found.append(Remark(code="approach.not_seen", params={"contents": tuple(unseen)}))
    reach = _reach(values)
    if not found and reach is not None:
        found.append(Remark(code="approach.introduce"))
    return (*found, reach) if reach is not None else tuple(found)


def _reach(values: Mapping[str, Value]) -> Remark | None:
    """By which way to reach them: an e-mail to someone who opted out, or whom none reaches, is never suggested."""
    if values.get("opted_out") is True or values.get("email_bounced") is not None:
        return _by_phone("approach.only_call")(values)
    return first_of(_by_phone("approach.call"), sentence("approach.write", email="email"))(values)
