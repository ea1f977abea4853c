"""On which line of a TOML text each key stands, for messages: tomllib itself does not tell."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from mapping.problems import Problem


@dataclass(frozen=True)
class Written:
    """A file of the configuration: its name, its sound TOML text, and what its keys stand under (`prefix`)."""

    name: str
    text: str
    prefix: str = ""

    @cached_property
    def lines(self) -> Mapping[str, int]:
        """The line of each key."""
        return lines_of(self.text)

    def placed(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """The problems with this file's name and, where the key stands in it, its line."""
        return tuple(each if each.where else replace(each, where=self._where(each.key)) for each in problems)

    def _where(self, key: str) -> str:
        line = find_line(self.lines, key.removeprefix(self.prefix))
        return f"{self.name}:{line}" if line else self.name


def lines_of(text: str) -> dict[str, int]:
    """The line (from 1) of each key and table header of a sound TOML text, by dotted key.

    Statement after statement is parsed on its own, so a text of several lines is never mistaken for keys.
    """
    found: dict[str, int] = {}
    header: tuple[str, ...] = ()
    for number, statement in _statements(text):
        keys = tuple(_keys(tomllib.loads(statement)))
        if statement.lstrip().startswith("["):
            header, keys = max(keys, key=len), ()
            found.setdefault(".".join(header), number)
        for key in keys:
            found.setdefault(".".join((*header, *key)), number)
    return found


def find_line(lines: Mapping[str, int], key: str) -> int | None:
    """The line of the key, else of the nearest table around it; None where nothing of it is written."""
    while key:
        if key in lines:
            return lines[key]
        key = key.rpartition(".")[0]
    return None


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each key with its value, and each header, with the line it begins on."""
    pending, begins = "", 1
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        begins = begins if pending else number
        pending += line
        try:
            tomllib.loads(pending)
        except tomllib.TOMLDecodeError:
            continue  # a value that goes on in the next line
        yield begins, pending
        pending = ""


def _keys(table: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Every path into the tables of one statement, the tables' own ones too."""
    for name, value in table.items():
        yield (name,)
        inner = value[0] if isinstance(value, list) and value and isinstance(value[0], Mapping) else value
        if isinstance(inner, Mapping):
            yield from ((name, *rest) for rest in _keys(inner))
