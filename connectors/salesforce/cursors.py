"""Where each stream of Salesforce goes on, and the cursor as text that holds the places of several."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from connectors.errors import ContractBroken
from mapping.records import Instant

SYSTEM = "salesforce"
FIRST = "000000000000000"  # an id before all others


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a stream goes on: after row `id` of instant `at`, or from `at` on without an id.

    `low` is where the pages of this reading began: the overlap at their end goes back no further. `left` is
    where they were first left by a run that ended amid them: what was committed late there lies behind them.
    `seen` tells by a digest the rows from `at` on that were read already. `again` is when the overlap before
    `left` is to be read once more, by Salesforce's clock, of a stream that was read to its end.
    """

    at: Instant = 0
    id: str = ""
    low: Instant = 0
    left: Instant = 0
    seen: str = ""
    again: Instant = 0

    @property
    def amid(self) -> bool:
        """Whether a run ended amid the pages."""
        return bool(self.id) and not self.again

    def at_end(self, overlap: int) -> "Place":
        """Where the next reading begins, once every row up to `at` was read."""
        return Place(at=max(1, self.low, (self.left or self.at) - overlap))

    def due(self, overlap: int, now: Instant) -> "Place":
        """The place to read from now: once the overlap has passed, before it; all up to `left` is there then."""
        if not self.again or now < self.again:
            return self
        return replace(self.at_end(overlap), low=self.left + 1)


def read_cursor(cursor: str | None) -> dict[str, Place]:
    """The places that a cursor holds, by stream; raises ContractBroken for a text that is none of ours."""
    try:
        kept = json.loads(cursor) if cursor else {}
        return {name: _place(*place) for name, place in kept.items()}
    except (ValueError, TypeError, AttributeError):
        text = "the stored Salesforce cursor is not one of ours: reset it"
        raise ContractBroken(text, system=SYSTEM) from None


def _place(at: object, row: object, low: object, *more: object) -> Place:
    left, seen, again = (dict(enumerate(more)).get(place, "") for place in range(3))
    return Place(
        at=_instant(at),
        id=str(row),
        low=_instant(low),
        left=_instant(left),
        seen=str(seen),
        again=_instant(again),
    )


def _instant(value: object) -> Instant:
    return int(str(value) or 0)


def write_cursor(places: Mapping[str, Place]) -> str:
    """The cursor that holds these places."""
    kept = {name: [one.at, one.id, one.low, one.left, one.seen, one.again] for name, one in places.items()}
    return json.dumps(kept, separators=(",", ":"))
