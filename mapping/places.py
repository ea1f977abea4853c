"""Countries, time zones and languages as people and platforms write them, brought to their codes."""

import unicodedata
from collections.abc import Mapping
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from mapping.values import Unfit

_LANGUAGES = ("en", "es", "pt", "fr", "de", "it")
_ALIASES = {
    "usa": "US",
    "u.s.a.": "US",
    "u.s.": "US",
    "eeuu": "US",
    "ee. uu.": "US",
    "eua": "US",
    "uk": "GB",
    "u.k.": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "inglaterra": "GB",
    "great britain": "GB",
    "holland": "NL",
    "holanda": "NL",
    "czech republic": "CZ",
    "south korea": "KR",
    "corea del sur": "KR",
    "russia": "RU",
}
_LONGEST = 100


def fold(text: str) -> str:
    """The text in lower case, without accents and extra white space, for comparing words."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(each for each in plain if not unicodedata.combining(each)).split())


@cache
def _countries() -> dict[str, str]:
    """ISO codes by folded name in six languages (CLDR by Babel), by alpha-2 and by alpha-3."""
    known: dict[str, str] = {}
    for language in _LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in {"EU", "EZ", "UN", "ZZ"}:  # noqa: PLR2004
                known.setdefault(fold(name), code)
                known[code.lower()] = code
    for alias, codes in get_global("territory_aliases").items():
        if len(alias) == 3 and alias.isalpha() and len(codes) == 1 and len(codes[0]) == 2:  # noqa: PLR2004
            known.setdefault(alias.lower(), codes[0])
    return known | _ALIASES


def country_code(text: str) -> str:
    """The ISO 3166 alpha-2 code of a country written by name (in six languages) or code; raises Unfit."""
    found = _countries().get(fold(text)) if len(text) <= _LONGEST else None
    if found is None:
        raise Unfit("not_a_country")
    return found


@cache
def _territories(language: str) -> Mapping[str, str]:
    return dict(Locale.parse(language.replace("-", "_")).territories)


def country_name(code: str, language: str) -> str:
    """The name of a country in a language; raises Unfit for no country code."""
    name = _territories(language).get(country_code(code))
    if name is None:
        raise Unfit("not_a_country")
    return str(name)


@cache
def _zones() -> dict[str, str]:
    known = {*get_global("zone_territories"), *get_global("zone_aliases"), "UTC"}
    return {name.casefold(): name for name in known}


def zone_name(text: str) -> str:
    """The IANA name of a zone, also as HubSpot writes it (`europe_slash_madrid`); raises Unfit."""
    found = _zones().get(text.strip().casefold().replace("_slash_", "/").replace(" ", "_"))
    if found is None:
        raise Unfit("not_a_timezone")
    return found


def language_tag(text: str) -> str:
    """The tag of a language in lower case (`es`, `pt-br`); raises Unfit."""
    tag = text.strip().replace("_", "-")
    try:
        Locale.parse(tag.split("-", maxsplit=1)[0].lower()) if len(tag) <= _LONGEST else _unfit()
    except (UnknownLocaleError, ValueError) as error:
        raise Unfit("not_a_language") from error
    return tag.lower()


def _unfit() -> None:
    raise Unfit("not_a_language")
