"""The sheet: the package as the salesperson reads it, in the company's language (O11, O18)."""

from collections.abc import Iterator, Mapping
from html import escape

from mapping.language import name_of, say
from mapping.package import Earlier, Package
from mapping.places import country_name
from mapping.records import Value
from mapping.remarks import one_line, word_interaction, word_remark
from mapping.setting import Setting
from mapping.values import Unfit

LIMIT = 32_000
"""The length of `Acuerdo_Brief__c` (design, section 11)."""


def render_brief(package: Package, setting: Setting, *, limit: int = LIMIT, html: bool = False) -> str:
    """The package in plain text, or in HTML with every value escaped, no longer than `limit` characters.

    Where it does not fit, whole lines are left out at the end and a last line says how many. A value never
    breaks out of its line, whatever it holds.
    """
    lines = list(_lines(package, setting))
    if html:
        lines = [escape(line) for line in lines]
    return _within(lines, "<br>\n" if html else "\n", limit, setting)


def _lines(package: Package, setting: Setting) -> Iterator[str]:
    language = setting.language
    if package.missing:
        parts = ", ".join(name_of("part", part, language) for part in package.missing)
        yield f"{say('heading.missing', language)}: {parts}"
    yield say("heading.contact", language)
    yield from _contact(package, setting)
    yield say("heading.brief", language)
    yield from (f"- {word_remark(remark, setting)}" for remark in package.brief)
    yield from _earlier(package.earlier, language)
    yield say("heading.approach", language)
    yield from (f"- {word_remark(remark, setting)}" for remark in package.approach)
    if package.profile_link:
        yield f"{say('heading.profile_link', language)}: {one_line(package.profile_link)}"
    yield say("heading.history", language)
    yield from (f"- {word_interaction(each, setting)}" for each in package.history)
    if package.older:
        yield say("heading.left_out", language, count=package.older)


def _contact(package: Package, setting: Setting) -> Iterator[str]:
    known = package.contact
    rows: dict[str, str] = {
        "name": _joined(known, ("first_name", "last_name"), " "),
        "title": _joined(known, ("job_title",)),
        "account": _joined(known, ("account",)),
        "email": _joined(known, ("email",)),
        "phone": _joined(known, ("phone",)),
        "mobile": _joined(known, ("mobile",)),
        "website": _joined(known, ("website",)),
        "place": ", ".join(
            each for each in (_joined(known, ("city", "region")), _country(known, setting)) if each
        ),
        "timezone": _joined(known, ("timezone",)),
        "language": _joined(known, ("language",)),
    }
    for name, text in rows.items():
        if text:
            yield f"{say(f'contact.{name}', setting.language)}: {text}"


def _joined(known: Mapping[str, Value], names: tuple[str, ...], between: str = ", ") -> str:
    return between.join(one_line(str(known[name])) for name in names if known.get(name) is not None)


def _country(known: Mapping[str, Value], setting: Setting) -> str:
    code = known.get("country")
    try:
        return country_name(code, setting.language) if isinstance(code, str) else ""
    except Unfit:
        return one_line(str(code))


def _earlier(earlier: tuple[Earlier, ...], language: str) -> Iterator[str]:
    if earlier:
        cycles = "; ".join(_cycle(each, language) for each in earlier)
        yield f"- {say('brief.earlier', language, cycles=cycles)}"


def _cycle(each: Earlier, language: str) -> str:
    outcome = name_of("status", each.outcome, language)
    reason = f" ({name_of('disposition', each.reason, language)})" if each.reason else ""
    return f"{each.cycle}. {outcome}{reason}"


def _within(lines: list[str], between: str, limit: int, setting: Setting) -> str:
    whole = between.join(lines)
    if len(whole) <= limit:
        return whole
    kept = len(lines)
    while kept > 0:
        kept -= 1
        note = say("heading.left_out", setting.language, count=len(lines) - kept)
        text = between.join([*lines[:kept], note])
        if len(text) <= limit:
            return text
    return ""
