"""What each property of a contact was, since when, and who wrote it."""

from collections.abc import Mapping
from typing import Any

from sandbox.state import State

VERSIONS = 45  # as many as HubSpot keeps of a contact's property
SOURCE_ID = "25217"


class History:
    """Versions of property values, newest first when read."""

    def __init__(self, state: State) -> None:
        self._database = state.database
        with state.lock:
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS hubspot_history "
                "(contact INTEGER, name TEXT, value TEXT, at TEXT, source TEXT)"
            )
            self._database.execute(
                "CREATE INDEX IF NOT EXISTS hubspot_history_of ON hubspot_history (contact, name)"
            )

    def note(self, contact_id: int, changed: Mapping[str, str], at: str, source: str) -> None:
        """Keep a version of each changed value."""
        self._database.executemany(
            "INSERT INTO hubspot_history VALUES (?, ?, ?, ?, ?)",
            [(contact_id, name, value, at, source) for name, value in changed.items()],
        )

    def of(self, contact_id: int, name: str) -> list[dict[str, Any]]:
        """The versions of one property as the API shows them."""
        rows = self._database.execute(
            "SELECT value, at, source FROM hubspot_history WHERE contact = ? AND name = ? "
            "ORDER BY rowid DESC LIMIT ?",
            (contact_id, name, VERSIONS),
        )
        return [
            {
                "value": row["value"],
                "timestamp": row["at"],
                "sourceType": row["source"],
                "sourceId": SOURCE_ID,
                "sourceLabel": None,
                "updatedByUserId": None,
            }
            for row in rows
        ]

    def move(self, contact_id: int, survivor_id: int) -> None:
        """Hand the versions on to the record that a merge made."""
        self._database.execute(
            "UPDATE hubspot_history SET contact = ? WHERE contact = ?", (survivor_id, contact_id)
        )

    def erase(self, contact_id: int) -> None:
        """Forget a contact's versions."""
        self._database.execute("DELETE FROM hubspot_history WHERE contact = ?", (contact_id,))
