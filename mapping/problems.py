"""What is wrong with a configuration, told so that a person can mend it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One fault: the key it stands at, what is wrong, and what to write instead.

    `where` is the file, with its line where that is known (`companies/acme.toml:12`).
    """

    key: str
    what: str
    write: str
    where: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.what}; {self.write}"

    @property
    def place(self) -> str:
        """Where a person finds it: the file and the line, then the key."""
        return f"{self.where}: {self.key}" if self.where else self.key

    def under(self, prefix: str) -> "Problem":
        """The same fault seen from a table that holds this one."""
        return replace(self, key=f"{prefix}.{self.key}" if self.key else prefix)


class ConfigurationError(Exception):
    """A configuration that cannot be used; `problems` lists every fault found, not only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def nearest(name: str, names: Iterable[str]) -> str:
    """What to write instead of an unknown name: the nearest known one, or the list of them."""
    known = sorted(names)
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    return f"write {close[0]!r}" if close else f"write one of {', '.join(known)}"
