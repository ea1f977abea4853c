"""One request as HubSpot's endpoints see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.hubspot.errors import invalid

RULED_SINCE = "2026-09"


@dataclass(frozen=True)
class Call:
    """Path parameters, query (repeated and comma-separated values joined in `names`), decoded JSON body."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    pairs: Sequence[tuple[str, str]]
    body: Any
    size: int
    url: str

    def names(self, key: str) -> list[str]:
        """A list parameter, sent repeated or with commas."""
        return [name for found, value in self.pairs if found == key for name in value.split(",") if name]

    @property
    def ruled(self) -> bool:
        """Whether the path is of a version that enforces the administrator's validation rules on writes."""
        return f"/{RULED_SINCE}/" in self.url

    def flag(self, key: str) -> bool:
        """A true or false parameter; false without it."""
        return self.query.get(key, "false").lower() == "true"

    def number(self, key: str, default: int) -> int:
        """A whole number parameter; 400 for anything else."""
        try:
            return int(self.query.get(key, default))
        except ValueError:
            raise invalid(f"{key} must be a whole number") from None

    def object(self) -> dict[str, Any]:
        """The body as a JSON object; 400 for anything else."""
        if not isinstance(self.body, dict):
            raise invalid("Invalid input JSON: an object was expected")
        return self.body
