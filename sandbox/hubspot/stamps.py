"""HubSpot's ways to write an instant and a day."""

import re
from datetime import UTC, date, datetime, timedelta

_DIGITS = re.compile(r"-?\d{1,15}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def iso(instant: datetime) -> str:
    """ISO 8601 in UTC with milliseconds: of fixed width, so that text order is time order."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def epoch_milliseconds(stamp: str) -> int:
    """The milliseconds since 1970 of a text that `iso` wrote."""
    return (datetime.fromisoformat(stamp) - _EPOCH) // timedelta(milliseconds=1)


def parse_instant(text: str) -> str:
    """Epoch milliseconds or ISO 8601 as `iso` writes it; a naive text is UTC. Raises ValueError."""
    try:
        if _DIGITS.fullmatch(text):
            return iso(_EPOCH + timedelta(milliseconds=int(text)))
        instant = datetime.fromisoformat(text)
        return iso(instant if instant.tzinfo else instant.replace(tzinfo=UTC))
    except OverflowError as error:
        raise ValueError(text) from error


def parse_day(text: str) -> str:
    """YYYY-MM-DD, or epoch milliseconds at midnight UTC; raises ValueError for anything else."""
    if not _DIGITS.fullmatch(text):
        return date.fromisoformat(text).isoformat()
    stamp = parse_instant(text)
    if not stamp.endswith("T00:00:00.000Z"):
        raise ValueError(text)
    return stamp[:10]
