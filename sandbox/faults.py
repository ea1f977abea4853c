"""Faults to order: what goes wrong, at which calls, how often. The vendors know nothing of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from itertools import count
from typing import Any

KINDS = {
    "status": "answers with `status` (503) and `body`, or the vendor's typical body",
    "unauthorized": "answers 401 as the vendor does",
    "retry_after": "answers 429 with Retry-After `seconds` (1)",
    "timeout": "hangs for `seconds` (30), then closes the connection",
    "disconnect": "closes the connection without an answer",
    "truncated": "closes the connection in the middle of the answer",
    "malformed": "answers with the first half of the body as if it were all",
    "html": "answers 200 with a page of HTML",
}
ALWAYS_APPLIED = {"truncated", "malformed"}


@dataclass
class Fault:
    """One kind of trouble at the calls of one vendor that match `endpoint`.

    `endpoint` is a glob over "METHOD path" or, without a space, over the path alone; both the path as called
    and its template ("/crm/v3/objects/contacts/{contactId}") are tried. Of the matching calls the first `skip`
    pass, then each `every`-th is struck, until `times` were (None: for ever). With `applied` the vendor does
    its work first and only the answer is lost.
    """

    vendor: str = "*"
    endpoint: str = "*"
    kind: str = "status"
    times: int | None = 1
    every: int = 1
    skip: int = 0
    status: int = 503
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float | None = None
    applied: bool = False
    id: int = 0
    seen: int = 0
    struck: int = 0

    def __post_init__(self) -> None:
        self.times = None if self.times is None else int(self.times)
        self.every, self.skip, self.status = int(self.every), int(self.skip), int(self.status)
        self.seconds = None if self.seconds is None else float(self.seconds)
        self.applied = self.applied or self.kind in ALWAYS_APPLIED
        if self.kind not in KINDS:
            raise ValueError(f"kind is one of {', '.join(KINDS)}")
        if self.every < 1 or self.skip < 0:
            raise ValueError("every is at least 1, skip at least 0")

    def strikes(self, vendor: str, names: tuple[str, ...]) -> bool:
        """Whether this call, known by `names`, is struck; counts it when it matches."""
        if self.vendor not in ("*", vendor) or not self._matches(names):
            return False
        self.seen += 1
        due = self.seen > self.skip and (self.seen - self.skip) % self.every == 0
        if not due or (self.times is not None and self.struck >= self.times):
            return False
        self.struck += 1
        return True

    def _matches(self, names: tuple[str, ...]) -> bool:
        with_method = " " in self.endpoint
        tried = names if with_method else tuple(name.partition(" ")[2] for name in names)
        return any(fnmatchcase(name, self.endpoint) for name in tried)


class Faults:
    """The faults that are ordered, in their order; the first that strikes a call wins."""

    def __init__(self) -> None:
        self._ids = count(1)
        self._ordered: list[Fault] = []

    def order(self, wish: Mapping[str, Any]) -> Fault:
        """Add a fault; raises ValueError naming what is wrong with the wish."""
        known = {each.name for each in fields(Fault)} - {"id", "seen", "struck"}
        if unknown := set(wish) - known:
            raise ValueError(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(sorted(known))}")
        fault = Fault(**wish, id=next(self._ids))
        self._ordered.append(fault)
        return fault

    def striking(self, vendor: str, names: tuple[str, ...]) -> Fault | None:
        """The fault that strikes this call, if any."""
        return next((fault for fault in self._ordered if fault.strikes(vendor, names)), None)

    def ordered(self) -> list[Fault]:
        """Each fault, with how often it matched and struck."""
        return list(self._ordered)

    def cancel(self, fault_id: int | None = None) -> None:
        """Forget one fault, or all of them."""
        self._ordered = [fault for fault in self._ordered if fault_id is not None and fault.id != fault_id]
