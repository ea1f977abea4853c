"""What is wrong with a configuration, told so that a person can mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One fault: the key it stands at, what is wrong, and what to write instead."""

    key: str
    what: str
    write: str

    def __str__(self) -> str:
        return f"{self.key}: {self.what}; {self.write}"

    def under(self, prefix: str) -> "Problem":
        """The same fault seen from a table that holds this one."""
        return Problem(key=f"{prefix}.{self.key}" if self.key else prefix, what=self.what, write=self.write)


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
