"""Owners across systems: the user over there who has the same e-mail address as the owner over here.

Nobody is guessed: an address that no active user has, or two of them, is Unfit, and the rule says what then.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from mapping.identity import normalise_email
from mapping.records import Value, ValueType
from mapping.values import Unfit, convert, is_blank

UNMATCHED = frozenset({"owner_unknown", "owner_missing", "owner_inactive", "owner_ambiguous"})
"""The codes that say that a reference leads to nobody; a rule's `no_user` says what becomes of them."""


class Known(Protocol):
    """Whom a record may belong to; a connector's Owner fits."""

    @property
    def id(self) -> str: ...  # noqa: D102
    @property
    def email(self) -> str | None: ...  # noqa: D102
    @property
    def active(self) -> bool: ...  # noqa: D102


class Owners:
    """The owners of one system by id and by address; one without an address (a queue) is no user."""

    def __init__(self, system: str, rows: Iterable[Known]) -> None:
        self.system = system
        self._addresses: dict[str, str | None] = {}
        self._ids: dict[str, dict[bool, list[str]]] = {}
        for row in rows:
            address = normalise_email(row.email) if row.email else None
            self._addresses[row.id] = address
            if address is not None:
                self._ids.setdefault(address, {True: [], False: []})[row.active].append(row.id)

    def __contains__(self, owner: str) -> bool:
        return owner in self._addresses

    def strangers_to(self, other: "Owners") -> list[str]:
        """The active users here whose address is not that of one active user there."""
        found = {owner: address for owner, address in self._addresses.items() if address is not None}
        return [
            owner
            for owner, address in found.items()
            if owner in self._ids[address][True] and len(other.active_with(address)) != 1
        ]

    def active_with(self, address: str) -> list[str]:
        """The active users with this address."""
        return self._ids.get(normalise_email(address), {True: []})[True]

    def address_of(self, owner: str) -> str | None:
        """The address of an owner that is there; None for a queue."""
        return self._addresses[owner]

    def user_of(self, address: str, told: str) -> str:
        """The one active user with this address; raises Unfit, naming the owner as `told`, never the address."""
        found = self._ids.get(normalise_email(address), {True: [], False: []})
        if len(found[True]) == 1:
            return found[True][0]
        code = "owner_ambiguous" if found[True] else "owner_inactive" if found[False] else "owner_missing"
        raise Unfit(code, owner=told, system=self.system)


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """The owners of the system that rules read (`here`), and of the one that they write to (`there`)."""

    here: Owners
    there: Owners

    def refer(self, value: Value, raw: Value, source: str | None) -> Value:
        """The id over there of what a rule made (`value`) of its source (`raw`); raises Unfit where there is none.

        An address is looked up; an owner from over here goes by their address, one that is a queue is a blank;
        any other text is an id over there, unless it is just what a `source` that holds owners said.
        """
        if is_blank(value):
            return None
        text = str(convert(value, ValueType.text)).strip()
        if "@" in text:
            return self.there.user_of(text, source or "-")
        if text in self.here:
            address = self.here.address_of(text)
            return None if address is None else self.there.user_of(address, text)
        if source is not None and value == raw:
            raise Unfit("owner_unknown", owner=text, system=self.here.system)
        return text
