"""The tests run against one mutant after another, each in a process of its own forked from one collection.

mutmut writes the mutants of a function beside it and asks at each call which one is meant. Here a mutant takes its
function's code over before the tests start, so that no call pays for the question.
"""

import gc
import mmap
import os
import pickle
import resource
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from time import process_time
from types import CodeType, FrameType, FunctionType
from typing import Any, NoReturn

import pytest
from mutmut.mutation import trampoline

SURVIVED, KILLED, TIMED_OUT, UNREACHED = "survived", "killed", "timed out", "not reached"
PATIENCE, TIMES = 2.0, 10  # processor seconds, and times its own duration, until a test counts as endless
MEMORY = 4 << 30
FAMILY: dict[str, tuple[FunctionType, Mapping[str, Any]]] = {}  # by function: it and its mutants


def register(
    mutants: Mapping[str, Any],
    *,
    is_classmethod: bool = False,  # noqa: ARG001 - mutmut's name for it
) -> Callable[[FunctionType], FunctionType]:
    """Take mutmut's decorator's place: remembers the function with its mutants and leaves it as it is."""

    def remember(function: FunctionType) -> FunctionType:
        FAMILY[f"{function.__module__}.{function.__qualname__}"] = function, mutants
        return function

    return remember


trampoline.wrap_in_trampoline = register


def function_of(mutant: str) -> str:
    """The function that a mutant is one of, as `module.Class.function`."""
    module, _, name = mutant.rpartition(".")
    name = name.rpartition("__mutmut_")[0]
    return f"{module}.{name.removeprefix('x').strip('ǁ').replace('ǁ', '.') if name[1] == 'ǁ' else name[2:]}"


@dataclass(eq=False)
class Trial:
    """A pytest plugin: in place of one run of the tests, one for each mutant, the likeliest to notice first.

    `record(mutant, outcome, test)` is called with each outcome and the test that decided it ("" for none).
    """

    mutants: list[str]
    record: Callable[[str, str, str], None]
    jobs: int = 1
    _trying: bool = False
    _reach: dict[str, set[int]] = field(default_factory=dict)
    _durations: list[float] = field(default_factory=list)
    _kills: dict[str, Counter[int]] = field(default_factory=dict)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run what was collected against each mutant."""
        for name in {mutant.rpartition(".")[0] for mutant in self.mutants}:
            import_module(name)
        self._reach, self._durations = self._survey(session.items)
        _forget()
        gc.freeze()
        running: dict[int, tuple[str, mmap.mmap]] = {}
        for mutant in self.mutants:
            order = self._order(function_of(mutant))
            if not order:
                self.record(mutant, UNREACHED, "")
                continue
            place = mmap.mmap(-1, 4)
            pid = os.fork()
            if not pid:
                self._try(mutant, session.items, order, place)
            running[pid] = mutant, place
            if len(running) == self.jobs:
                self._await(running, session.items)
        while running:
            self._await(running, session.items)
        return True

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self) -> Iterator[None]:
        """Stop at the first failure: one is enough, and nobody reads its story."""
        try:
            return (yield)
        except pytest.skip.Exception:
            raise
        except BaseException:
            if self._trying:
                os._exit(1)
            raise

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Likewise for what fails around a test; without a mutant nothing may fail."""
        if report.failed:
            print(report.nodeid, report.longreprtext, sep="\n", file=sys.stderr)
            os._exit(1)

    def _order(self, function: str) -> list[int]:
        """The tests that reach a function: cheap ones and those that killed its mutants, or its module's, first."""
        own, near = (self._kills.setdefault(name, Counter()) for name in (function, function.split(".")[1]))
        return sorted(
            self._reach.get(function, ()),
            key=lambda i: (self._durations[i] / (10 * own[i] + near[i] + 0.1), i),
        )

    def _try(self, mutant: str, items: list[pytest.Item], order: list[int], place: mmap.mmap) -> NoReturn:
        self._trying = True
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        try:
            _become(mutant)
            for number, following in zip(order, (*order[1:], None), strict=True):
                place[:] = number.to_bytes(4)
                signal.setitimer(signal.ITIMER_PROF, PATIENCE + TIMES * self._durations[number])
                _run(items[number], None if following is None else items[following])
        except BaseException:  # noqa: BLE001 - whatever a fault breaks, it was noticed
            os._exit(1)
        os._exit(0)

    def _await(self, running: dict[int, tuple[str, mmap.mmap]], items: list[pytest.Item]) -> None:
        pid, status = os.wait()
        mutant, place = running.pop(pid)
        code = os.waitstatus_to_exitcode(status)
        if code == 0:
            self.record(mutant, SURVIVED, "")
            return
        decided = int.from_bytes(place[:])
        function = function_of(mutant)
        for name in (function, function.split(".")[1]):
            self._kills[name][decided] += 1
        self.record(mutant, TIMED_OUT if code == -signal.SIGPROF else KILLED, items[decided].nodeid)

    def _survey(self, items: list[pytest.Item]) -> tuple[dict[str, set[int]], list[float]]:
        """Which tests reach which function and how long they take; exits where one fails without any mutant."""
        receiving, sending = os.pipe()
        pid = os.fork()
        if not pid:
            os.close(receiving)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            with os.fdopen(sending, "wb") as answer:
                pickle.dump((*_watch(items), list(sys.modules)), answer)
            os._exit(0)
        os.close(sending)
        with os.fdopen(receiving, "rb") as answer:
            found = answer.read()
        if os.waitpid(pid, 0)[1]:
            sys.exit("a test fails without any mutant")
        reach, durations, modules = pickle.loads(found)  # noqa: S301 - our own child's
        for name in modules:  # what tests import while they run is imported once for all mutants
            with suppress(ImportError):
                import_module(name)
        return reach, durations


def _watch(items: list[pytest.Item]) -> tuple[dict[str, set[int]], list[float]]:
    names: dict[CodeType, str] = {function.__code__: name for name, (function, _) in FAMILY.items()}
    met: set[CodeType] = set()

    def meet(frame: FrameType, _: str, __: object) -> None:
        met.add(frame.f_code)

    reach: dict[str, set[int]] = {}
    durations = []
    for number, item in enumerate(items):
        if number == 0 or item.path != items[number - 1].path:
            _forget()
        met.clear()
        start = process_time()
        sys.settrace(meet)
        _run(item, items[number + 1] if number + 1 < len(items) else None)
        sys.settrace(None)
        durations.append(process_time() - start)
        for name in (names[code] for code in met & names.keys()):
            reach.setdefault(name, set()).add(number)
    return reach, durations


def _run(item: pytest.Item, following: pytest.Item | None) -> None:
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


def _become(mutant: str) -> None:
    function, mutants = FAMILY[function_of(mutant)]
    changed = mutants[mutant.rpartition(".")[2]]
    changed = getattr(changed, "__func__", changed)
    function.__code__ = changed.__code__
    function.__defaults__, function.__kwdefaults__ = changed.__defaults__, changed.__kwdefaults__


def _forget() -> None:
    """Empty the caches of policies: a test that finds an answer there does not reach the code that would give it."""
    for name in [each for each in sys.modules if each.startswith("policies.")]:
        for value in vars(sys.modules[name]).values():
            if hasattr(value, "cache_clear"):
                value.cache_clear()
