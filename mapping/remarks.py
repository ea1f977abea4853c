"""Remarks: what the package says, as codes and parameters; words only when a person reads them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from mapping.fitting import shorten
from mapping.language import name_of, say
from mapping.records import Instant, Value
from mapping.setting import Setting
from mapping.values import without_unprintable

LONGEST_VALUE = 200
"""A value inside a sentence is cut to this length, with an ellipsis; the profile has the whole."""

_NO_PARAMS: Mapping[str, Value] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One sentence: its code, what it is filled with, and the lead's fields that it rests on."""

    code: str
    params: Mapping[str, Value] = field(default_factory=lambda: _NO_PARAMS)
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One thing that happened between the lead and the company; `at` is None where nothing dates it."""

    code: str
    at: Instant | None
    params: Mapping[str, Value] = field(default_factory=lambda: _NO_PARAMS)


def word(code: str, params: Mapping[str, Value], setting: Setting) -> str:
    """The sentence of a code in the setting's language, its values safe to stand in one line."""
    return say(code, setting.language, **{name: _shown(name, each, setting) for name, each in params.items()})


def word_remark(remark: Remark, setting: Setting) -> str:
    """The sentence of a remark."""
    return word(remark.code, remark.params, setting)


def word_interaction(interaction: Interaction, setting: Setting) -> str:
    """The date and what happened, in one line."""
    at = say("history.undated", setting.language) if interaction.at is None else setting.date(interaction.at)
    return f"{at} - {word(interaction.code, interaction.params, setting)}"


def one_line(text: str) -> str:
    """The text as it may stand in a sentence: one line, no control characters, not too long."""
    return shorten(" ".join(without_unprintable(text).split()), LONGEST_VALUE)


_NAMED: Mapping[str, str] = {"source": "source", "kind": "kind", "stage": "lifecycle", "reason": "trigger"}
"""Parameters that are codes, and the group of texts that names them."""


def _shown(name: str, value: Value, setting: Setting) -> str | float:
    if name in _NAMED and isinstance(value, str):
        return one_line(name_of(_NAMED[name], value, setting.language))
    if name == "count" and isinstance(value, int | float):
        return int(value) if value == int(value) else value  # the plural form follows it
    if name == "date" and isinstance(value, int):
        return setting.date(value)
    return one_line(_plain(value, setting))


def _plain(value: Value, setting: Setting) -> str:
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return setting.number(value)
    return "" if value is None else str(value)


Rule = Callable[[Mapping[str, Value]], Remark | None]
"""A written rule: looks at a lead's values and says something, or nothing."""


def sentence(code: str, **fields: str) -> Rule:
    """The rule that says a sentence where every field it is filled with is known."""

    def rule(values: Mapping[str, Value]) -> Remark | None:
        found = {name: values.get(each) for name, each in fields.items()}
        if any(value is None for value in found.values()):
            return None
        return Remark(code=code, params=found, evidence=tuple(fields.values()))

    return rule


def first_of(*rules: Rule) -> Rule:
    """The rule that says what the first of these has to say."""

    def rule(values: Mapping[str, Value]) -> Remark | None:
        return next((found for each in rules if (found := each(values)) is not None), None)

    return rule
