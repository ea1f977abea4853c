"""Jobs that a vendor works off by itself: noted before they begin, so that a later run finds what a killed one left.

A connector that needs it takes the keyword `jobs`.
"""

from dataclasses import dataclass, field
from typing import Protocol


class Jobs(Protocol):
    """The vendor's ids of the jobs that nobody saw end."""

    def unfinished(self) -> list[str]:
        """The jobs that were noted and not forgotten, oldest first."""

    def note(self, job: str) -> None:
        """Keeps a job that is about to begin."""

    def wait_for(self, job: str) -> None:
        """Tells that a job is still waited for, so that nobody takes the run for dead meanwhile."""

    def forget(self, job: str) -> None:
        """Drops a job that has ended."""


@dataclass
class NotedHere:
    """Jobs of one process, which forgets them at its end."""

    _noted: dict[str, None] = field(default_factory=dict)

    def unfinished(self) -> list[str]:
        """The jobs that were noted and not forgotten, oldest first."""
        return list(self._noted)

    def note(self, job: str) -> None:
        """Keeps a job that is about to begin."""
        self._noted[job] = None

    def wait_for(self, job: str) -> None:
        """Nothing: nobody else knows of this process's jobs."""

    def forget(self, job: str) -> None:
        """Drops a job that has ended."""
        self._noted.pop(job, None)
