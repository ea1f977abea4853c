"""Record ids: 15 characters that tell case apart, and 3 that check them."""

BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SHORT = 15
LONG = 18
_CHECK = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_INSTANCE = "Sb0"
_DIGITS = 9
_ALPHABET = frozenset(BASE62)


def make(prefix: str, number: int) -> str:
    """The 18-character id of the `number`-th record under a three-character key prefix."""
    digits = ""
    while number:
        number, rest = divmod(number, len(BASE62))
        digits = BASE62[rest] + digits
    return lengthen(prefix + _INSTANCE + digits.rjust(_DIGITS, "0"))


def lengthen(short: str) -> str:
    """A 15-character id with its three check characters (one per five characters: which are capitals)."""
    checks = ""
    for start in range(0, SHORT, 5):
        capitals = sum(1 << place for place, sign in enumerate(short[start : start + 5]) if sign.isupper())
        checks += _CHECK[capitals]
    return short + checks


def normalise(value: str) -> str | None:
    """The 18-character form of an id, or None for text that is no id."""
    if len(value) not in (SHORT, LONG) or not _ALPHABET.issuperset(value):
        return None
    full = lengthen(value[:SHORT])
    return full if full.startswith(value) else None
