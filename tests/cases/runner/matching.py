"""Expected fields against what the product answered: every difference, none hidden by the first."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from mapping.problems import nearest
from tests.cases.runner.times import At, CaseFault, read_at

ABSENT = "not there"
NONE = "none"


class Names(dict[str, Any]):
    """Things found under their names (clocks, flags): one that is not there is a difference, not a mistake.

    `known` are the names that may be asked for; None allows any.
    """

    def __init__(self, found: Mapping[str, Any], known: frozenset[str] | None = None) -> None:
        super().__init__(found)
        self.known = known


class Said(str):
    """A text of which only parts are expected: a list of them, in any order, whatever their capitals."""

    __slots__ = ()


def differences(expected: Any, found: Any, where: str) -> list[str]:
    """Every place where `found` is not what was expected; raises CaseFault for an expectation of nothing known."""
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        return [
            each
            for key, value in expected.items()
            for each in _differences_of_key(key, value, found, f"{where}.{key}" if where else key)
        ]
    if isinstance(expected, list) and isinstance(found, Said):
        text = " ".join(found.lower().split())
        return [f"{where}: does not say {part!r}" for part in expected if part.lower() not in text]
    if isinstance(expected, list) and isinstance(found, list | tuple):
        if len(expected) != len(found):
            return [f"{where}: expected {len(expected)}, got {len(found)}: {_shown(found)}"]
        pairs = enumerate(zip(expected, found, strict=True))
        return [each for n, (one, other) in pairs for each in differences(one, other, f"{where}[{n}]")]
    return [] if _equal(expected, found) else [f"{where}: expected {_shown(expected)}, got {_shown(found)}"]


def _differences_of_key(key: str, expected: Any, found: Mapping[str, Any], where: str) -> list[str]:
    if isinstance(found, Names):
        if found.known is not None and key not in found.known:
            raise CaseFault(f"{where}: there is no such name: {nearest(key, found.known)}")
        if expected == ABSENT:
            return [f"{where}: expected not to be there, got {_shown(found[key])}"] if key in found else []
        if key not in found:
            return [f"{where}: not there; there are: {', '.join(found) or 'none'}"]
    elif key not in found:
        raise CaseFault(f"{where}: no such expected field: {nearest(key, found)}")
    return differences(expected, found[key], where)


def _equal(expected: Any, found: Any) -> bool:
    if found is None or expected is None:
        return found is None and expected in (NONE, None)
    if isinstance(expected, bool) or isinstance(found, bool):
        return expected is found
    if isinstance(found, At):
        return expected != NONE and read_at(expected) == found
    if isinstance(expected, Decimal) and isinstance(found, int | float | Fraction):
        return _near(expected, found)
    if isinstance(expected, str):
        return expected == str(found)
    return type(expected) is int and isinstance(found, int | Fraction | float) and expected == found


def _near(expected: Decimal, found: float | Fraction) -> bool:
    """Whether it rounds to what is written: a decimal is met to its last written place."""
    places = expected.as_tuple().exponent
    assert isinstance(places, int)
    return abs(Fraction(expected) - Fraction(found)) <= Fraction(10) ** places / 2


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_shown(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_shown(each) for each in value) + "]"
    return NONE if value is None else str(value)
