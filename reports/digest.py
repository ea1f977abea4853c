"""A digest for people: what belongs to one account stands together (case H14)."""

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

Entry = TypeVar("Entry")


def group(
    entries: Iterable[Entry], account_of: Callable[[Entry], Hashable | None]
) -> tuple[tuple[Entry, ...], ...]:
    """The entries of one account together, in the place of the first; one without an account stands alone.

    Within an account, and among the groups, the order is that of `entries`.
    """
    groups: dict[Hashable, list[Entry]] = {}
    for number, each in enumerate(entries):
        account = account_of(each)
        key = (number, None) if account is None else (None, account)
        groups.setdefault(key, []).append(each)
    return tuple(tuple(each) for each in groups.values())
