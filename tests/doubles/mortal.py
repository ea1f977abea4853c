"""A ledger that dies with its run: what `kill -9` between two commits leaves behind."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from mapping.records import Instant
from sync.ledger.store import Ledger, Tx


class Killed(BaseException):
    """The process is gone: no handler of the product's may make anything of it."""


@dataclass
class Death:
    """Dies at the `at`-th transaction from now, its work undone, or done where `committed`."""

    at: int
    committed: bool = False


class MortalLedger(Ledger):
    """A ledger in whose transactions a run can die; once dead nothing is written until `revive`."""

    death: Death | None = None
    dead = False
    count = 0

    def expect(self, death: Death | None = None) -> None:
        """Counts transactions from now, and dies at the one that is asked for."""
        self.death, self.dead, self.count = death, False, 0

    def revive(self) -> None:
        """A new process opens the ledger."""
        self.expect(None)

    @contextmanager
    def write(self, company: str, now: Instant) -> Iterator[Tx]:
        if self.dead:
            raise Killed
        self.count += 1
        last = self.death is not None and self.death.at == self.count
        with super().write(company, now) as tx:
            yield tx
            if last and self.death and not self.death.committed:
                self.dead = True
                raise Killed
        if last:
            self.dead = True
            raise Killed
