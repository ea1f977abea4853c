"""What a test can make a double do wrong, and the record of what was written through it."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from connectors.base import CallCount, Outcome, RowResult

R = TypeVar("R")


@dataclass
class Fault:
    """A verb that raises `error`, `times` times, once `after` rows of the call have been carried out.

    The first `skip` calls pass.
    """

    error: BaseException
    times: int
    after: int
    skip: int = 0
    passing: bool = False


@dataclass
class Faults:
    """Faults to come, rows to refuse, calls made and rows written; each double carries one."""

    pending: dict[str, Fault] = field(default_factory=dict)
    answers: dict[tuple[str, str], RowResult] = field(default_factory=dict)
    count: Counter[str] = field(default_factory=Counter)
    written: list[tuple[str, str]] = field(default_factory=list)

    def fail(self, verb: str, error: BaseException, *, times: int = 1, after: int = 0, skip: int = 0) -> None:
        """`times` calls of `verb` raise `error`, having carried out the first `after` rows (or pages).

        `skip` calls pass before.
        """
        self.pending[verb] = Fault(error, times, after, skip)

    def answer(
        self, verb: str, key: str, outcome: Outcome, code: str = "TEST", message: str = "a test"
    ) -> None:
        """Rows of `verb` with this key get this outcome, and are not carried out, until `mend`."""
        self.answers[verb, key] = RowResult(key=key, outcome=outcome, code=code, message=message)

    def mend(self, verb: str, key: str) -> None:
        """Rows of `verb` with this key are carried out again."""
        del self.answers[verb, key]

    def calls(self) -> CallCount:
        """Calls made so far, one for each call of a port's verb."""
        return CallCount(total=self.count.total(), by_verb=dict(self.count))

    def call(self, verb: str) -> None:
        """Counts a call of `verb` and raises what is due at once."""
        self.count[verb] += 1
        if fault := self.pending.get(verb):
            fault.passing = fault.skip > 0
            fault.skip -= fault.passing
        self.reach(verb, 0)

    def reach(self, verb: str, done: int) -> None:
        """Raises what is due once `done` rows of the call have been carried out."""
        fault = self.pending.get(verb)
        if fault is None or fault.passing or done < fault.after:
            return
        fault.times -= 1
        if fault.times <= 0:
            del self.pending[verb]
        raise fault.error

    def each(self, verb: str, rows: Sequence[R], carry_out: Callable[[R], RowResult]) -> Iterator[RowResult]:
        """Carries rows out one by one, with the answers and faults that were asked for."""
        self.call(verb)
        for done, row in enumerate(rows, start=1):
            key = str(getattr(row, "key", row))
            result = self.answers.get((verb, key)) or carry_out(row)
            if result.outcome is Outcome.written:
                self.written.append((verb, key))
            yield result
            self.reach(verb, done)
