"""Named transforms of field rules: small, pure, and clear about what they cannot take (Unfit).

In a rule: `transform = "trim"`, `transform = ["trim", "title"]`, or with an argument
`transform = [{ date = "dd/MM/yyyy" }]`. A blank passes through every transform untouched.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from mapping.places import country_code, country_name
from mapping.records import Value, ValueType
from mapping.setting import Setting
from mapping.values import Context, Unfit, convert, is_blank, without_unprintable

Step: TypeAlias = Callable[[Value, Context], Value]
Transform: TypeAlias = Callable[[str | None, Setting], Step]
"""Makes the step for a rule from its argument, if it has one, and the company's language and zone; raises
ValueError saying what to write where the argument will not do."""


def _of_text(change: Callable[[str], str]) -> Transform:
    """A transform of text without argument; several values are each changed, other types pass."""

    def step(value: Value, _context: Context) -> Value:
        if isinstance(value, str):
            return change(value)
        return tuple(change(each) for each in value) if isinstance(value, tuple) else value

    return lambda argument, _setting: _without_argument(argument, step)


def _without_argument(argument: str | None, step: Step) -> Step:
    if argument is not None:
        raise ValueError("write it without an argument")
    return step


def _title(text: str) -> str:
    """Each word begins with a capital; the rest of a word that has capitals already stays (McCoy, ACME)."""
    return " ".join(
        word if any(each.isupper() for each in word[1:]) else word[:1].upper() + word[1:]
        for word in text.split(" ")
    )


def _domain(text: str) -> str:
    """What stands behind the @ of an address."""
    _, at, domain = text.rpartition("@")
    if not at or not domain:
        raise Unfit("not_an_email")
    return domain.lower()


def _e164(argument: str | None, _setting: Setting) -> Step:
    return _without_argument(argument, lambda value, context: convert(value, ValueType.phone, context))


def _country_name(argument: str | None, setting: Setting) -> Step:
    language = argument or setting.language
    _ = Setting(language=language).locale
    return lambda value, _context: country_name(value, language) if isinstance(value, str) else value


def _join(argument: str | None, _setting: Setting) -> Step:
    between = ", " if argument is None else argument
    return lambda value, _context: between.join(value) if isinstance(value, tuple) else value


def _split(argument: str | None, _setting: Setting) -> Step:
    between = argument or ";"

    def step(value: Value, _context: Context) -> Value:
        if not isinstance(value, str):
            return value
        return tuple(part.strip() for part in value.split(between) if part.strip())

    return step


def _first(value: Value, _context: Context) -> Value:
    return value[0] if isinstance(value, tuple) and value else value


def _only_true(value: Value, _context: Context) -> Value:
    """True alone: a no says nothing, so that what the other side was told is not taken back."""
    return True if value is True or (isinstance(value, str) and value.strip().lower() == "true") else None


def _date(argument: str | None, setting: Setting) -> Step:
    """A date or an instant by a Babel pattern (`dd/MM/yyyy`), in the company's zone and language."""
    pattern = argument or "medium"
    try:
        setting.date(0, pattern)
    except Unfit as error:
        raise ValueError("write a pattern of dates, like 'dd/MM/yyyy'") from error
    return lambda value, _context: setting.date(value, pattern)


def _decimal(argument: str | None, setting: Setting) -> Step:
    """A number as the company's language writes it (`1.234,5`)."""

    def step(value: Value, context: Context) -> Value:
        number = convert(value, ValueType.number, context)
        assert isinstance(number, int | float)
        return setting.number(number)

    return _without_argument(argument, step)


TRANSFORMS: Mapping[str, Transform] = {
    "trim": _of_text(str.strip),
    "single_line": _of_text(lambda text: " ".join(text.split())),
    "printable": _of_text(without_unprintable),
    "lower": _of_text(str.lower),
    "upper": _of_text(str.upper),
    "title": _of_text(_title),
    "digits": _of_text(lambda text: "".join(each for each in text if each.isdigit())),
    "domain": _of_text(_domain),
    "country_code": _of_text(country_code),
    "country_name": _country_name,
    "e164": _e164,
    "join": _join,
    "split": _split,
    "first": lambda argument, _setting: _without_argument(argument, _first),
    "only_true": lambda argument, _setting: _without_argument(argument, _only_true),
    "date": _date,
    "decimal": _decimal,
}
"""The transforms that every company has; others come by the entry point `acuerdo.transforms`."""


def guard(name: str, step: Step) -> Step:
    """A step of somebody else's making: whatever it raises but Unfit is `transform_failed`, with its name.

    What it makes must be a value: a text, a number, true or false, a tuple of texts, or None.
    """

    def run(value: Value, context: Context) -> Value:
        try:
            made = step(value, context)
        except Unfit:
            raise
        except Exception as error:
            raise Unfit("transform_failed", transform=name) from error
        if _is_value(made):
            return made
        raise Unfit("transform_failed", transform=name)

    return run


def _is_value(made: object) -> bool:
    if isinstance(made, tuple):
        return all(isinstance(each, str) for each in made)
    return made is None or isinstance(made, str | int | float | bool)


def chain(steps: tuple[Step, ...]) -> Step:
    """One step that runs these in order and stops at a blank."""
    if len(steps) == 1:
        only = steps[0]
        return lambda value, context: None if is_blank(value) else only(value, context)

    def run(value: Value, context: Context) -> Value:
        for step in steps:
            if is_blank(value):
                return None
            value = step(value, context)
        return value

    return run
