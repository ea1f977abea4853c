"""From SOQL text to tokens."""

import re
from dataclasses import dataclass
from typing import Literal

from sandbox.salesforce.errors import Fault

Kind = Literal["word", "string", "number", "date", "datetime", "sign", "end"]

_TOKEN = re.compile(
    r"""\s*(?:
    (?P<string>'(?:[^'\\]|\\.)*')
  | (?P<datetime>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))
  | (?P<date>\d{4}-\d\d-\d\d)
  | (?P<number>[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<word>[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)*)
  | (?P<sign><=|>=|!=|<>|[=<>(),])
  | (?P<end>$)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "'": "'", '"': '"', "\\": "\\"}
_LIKE_SIGNS = "%_"


@dataclass(frozen=True, slots=True)
class Token:
    """One word, literal or sign, and where it starts."""

    kind: Kind
    text: str
    place: int

    def is_word(self, *words: str) -> bool:
        """Whether this is one of these keywords, in any case."""
        return self.kind == "word" and self.text.upper() in words


def malformed(query: str, place: int, what: str) -> Fault:
    """MALFORMED_QUERY with the place pointed at."""
    return Fault("MALFORMED_QUERY", point(query, place, what))


def point(query: str, place: int, what: str) -> str:
    """The text of an error that has a place: the line, a caret under the column, the reason."""
    row = query.count("\n", 0, place) + 1
    start = query.rfind("\n", 0, place) + 1
    line = query[start:].split("\n", 1)[0]
    column = place - start + 1
    return f"\n{line}\n{' ' * (column - 1)}^\nERROR at Row:{row}:Column:{column}\n{what}"


def read_tokens(query: str) -> list[Token]:
    """The query's tokens, an end token last; raises MALFORMED_QUERY at the first sign that is none."""
    tokens: list[Token] = []
    place = 0
    while not tokens or tokens[-1].kind != "end":
        match = _TOKEN.match(query, place)
        if match is None or match.lastgroup is None:
            start = place + len(query[place:]) - len(query[place:].lstrip())
            raise malformed(query, start, f"unexpected token: '{query[start : start + 1]}'")
        text = match[match.lastgroup]
        kind: Kind = match.lastgroup  # type: ignore[assignment]  # the groups are named after the kinds
        tokens.append(Token(kind, text, match.start(match.lastgroup)))
        place = match.end()
    return tokens


def unquote(query: str, token: Token, *, like: bool = False) -> str:
    """The text of a string literal; for LIKE an escaped % or _ keeps its backslash, as SQL's ESCAPE wants."""
    parts: list[str] = []
    signs = iter(token.text[1:-1])
    for sign in signs:
        if sign != "\\":
            parts.append(sign)
            continue
        escaped = next(signs)
        if escaped in _LIKE_SIGNS:
            parts.append(f"\\{escaped}" if like else escaped)
        elif escaped in _ESCAPES:
            parts.append("\\\\" if like and escaped == "\\" else _ESCAPES[escaped])
        else:
            raise malformed(query, token.place, f"Illegal string literal: invalid escape '\\{escaped}'")
    return "".join(parts)
