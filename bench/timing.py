"""How fast something is on one core, and how it is told."""

import sys
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from time import process_time
from typing import TypeVar

import pyperf

Item = TypeVar("Item")


class Timing:
    """The rows of one script, measured by pyperf, which runs `python -m bench.NAME` again in its own workers.

    `broken` says afterwards whether a row fell below its promise.
    """

    def __init__(self, name: str) -> None:
        self._runner = pyperf.Runner(processes=3, values=3, warmups=1, program_args=("-m", f"bench.{name}"))
        self._runner.parse_args(["--quiet", *sys.argv[1:]])
        self.broken = False

    def rate(self, name: str, operation: Callable[[Item], object], items: Sequence[Item]) -> float:
        """Operations per second of processor time over `items` in turn, the best value: others only slow one."""
        turn = cycle(items)

        def spend(loops: int) -> float:
            part = list(islice(turn, loops))
            begin = process_time()
            for item in part:
                operation(item)
            return process_time() - begin

        measured = self._runner.bench_time_func(name, spend)
        return 0.0 if self._runner.args.worker else 1 / min(measured.get_values())

    def tell(self, what: str, ours: float, beside: str, theirs: float, promised: float = 0) -> None:
        """Print a row with its ratio; in a worker, which measures only one row, nothing."""
        if self._runner.args.worker:
            return
        kept = ours >= promised
        self.broken |= not kept
        promise = f"promised {promised:,.0f}: {'kept' if kept else 'BROKEN'}" if promised else ""
        ratio = ours / theirs
        times = f"{ratio:,.0f} times" if ratio >= 10 else f"{ratio:.2g} times"  # noqa: PLR2004 - two digits do
        print(f"{what:42} {ours:10,.0f}/s   {beside} {theirs:10,.0f}/s   {times:>12}   {promise}".rstrip())
