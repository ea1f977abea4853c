"""Everything that people read, in their language: texts by code, with parameters.

The texts stand in `mapping/locales/<language>.toml`; all have the same codes and placeholders. A text with
`one` and `other` follows the number `count`.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TypeAlias

from babel import Locale

LANGUAGES = ("es", "pt", "en")
"""The languages that every text exists in; a company names one of them."""

Text: TypeAlias = str | Mapping[str, str]


class UnknownText(KeyError):
    """A code that no language has a text for: a fault of ours, found by the tests."""


def base_language(language: str) -> str:
    """The language of ours behind a tag (`pt-br` is `pt`); raises ValueError for one we do not have."""
    base = language.replace("_", "-").partition("-")[0].lower()
    if base not in LANGUAGES:
        raise ValueError(f"write one of {', '.join(LANGUAGES)}")
    return base


@cache
def texts(language: str) -> Mapping[str, Text]:
    """Every text of a language by its code, such as `status.won`."""
    source = files("mapping").joinpath("locales", f"{base_language(language)}.toml")
    found: dict[str, Text] = {}
    for group, rows in tomllib.loads(source.read_text("utf-8")).items():
        found |= {f"{group}.{name}": text for name, text in rows.items()}
    return MappingProxyType(found)


@cache
def _locale(language: str) -> Locale:
    return Locale(base_language(language))


def say(code: str, language: str, **params: str | float) -> str:
    """The text of a code in a language with its parameters filled in.

    Raises UnknownText for a code without a text and KeyError for a parameter that is not given.
    """
    text = texts(language).get(code)
    if text is None:
        raise UnknownText(code)
    if not isinstance(text, str):
        count = params["count"]
        form = _locale(language).plural_form(count) if isinstance(count, int | float) else "other"
        text = text.get(form, text["other"])
    return text.format_map(params)


def name_of(group: str, code: str, language: str) -> str:
    """The name of a code of a group (`disposition`, `source`), or the code itself where it is a company's own."""
    text = texts(language).get(f"{group}.{code}")
    return text if isinstance(text, str) else code
