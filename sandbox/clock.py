"""The sandbox's business clock: what time records carry."""

from datetime import UTC, datetime, timedelta
from threading import Lock


class BusinessClock:
    """Runs from real time plus an offset, may be frozen, and never goes back (design, section 10)."""

    def __init__(self, start: datetime | None = None) -> None:
        self._lock = Lock()
        self._frozen: datetime | None = None
        self._offset = timedelta(0) if start is None else start.astimezone(UTC) - datetime.now(UTC)

    def now(self) -> datetime:
        """The instant that a record written now carries, in UTC."""
        with self._lock:
            return self._read()

    @property
    def frozen(self) -> bool:
        """Whether time stands still until the clock is moved or restarted."""
        with self._lock:
            return self._frozen is not None

    def set(self, instant: datetime) -> datetime:
        """Move to `instant`; raises ValueError when that lies in the past."""
        with self._lock:
            current = self._read()
            if instant < current:
                raise ValueError(f"the clock stands at {current.isoformat()} and only moves forward")
            self._move(instant.astimezone(UTC))
            return self._read()

    def advance(self, seconds: float) -> datetime:
        """Move forward by `seconds` (not negative)."""
        if seconds < 0:
            raise ValueError("the clock only moves forward")
        with self._lock:
            self._move(self._read() + timedelta(seconds=seconds))
            return self._read()

    def freeze(self, *, frozen: bool) -> datetime:
        """Stop or restart the clock where it stands."""
        with self._lock:
            current = self._read()
            self._frozen = current if frozen else None
            self._offset = current - datetime.now(UTC)
            return current

    def _read(self) -> datetime:
        return self._frozen if self._frozen is not None else datetime.now(UTC) + self._offset

    def _move(self, instant: datetime) -> None:
        if self._frozen is not None:
            self._frozen = instant
        self._offset = instant - datetime.now(UTC)
