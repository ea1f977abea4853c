"""The account's owners: users and a queue that records can be assigned to."""

from typing import Any

from sandbox.hubspot.call import Call
from sandbox.hubspot.errors import invalid, not_found
from sandbox.hubspot.stamps import iso
from sandbox.state import State

PAGE_LIMIT = 500
_SEEDED = (
    ("64492917", "Lucia", "Ferrer", "PERSON", False),
    ("64492918", "Mateo", "Rivas", "PERSON", False),
    ("64492919", "Camila", "Duarte", "PERSON", False),
    ("64492920", "Bruno", "Salas", "PERSON", False),
    ("64492921", "", "Inbound", "QUEUE", False),
    ("64492922", "Irene", "Campos", "PERSON", True),
)


class Owners:
    """Seeded owners, one of them a queue, one deactivated: that one shows only with `archived=true`."""

    def __init__(self, state: State) -> None:
        self._state = state
        with state.lock:
            state.database.execute(
                "CREATE TABLE IF NOT EXISTS hubspot_owner "
                "(id TEXT PRIMARY KEY, first TEXT, last TEXT, type TEXT, archived INTEGER, created TEXT)"
            )
            if not state.database.execute("SELECT 1 FROM hubspot_owner").fetchone():
                created = iso(state.clock.now())
                state.database.executemany(
                    "INSERT INTO hubspot_owner VALUES (?, ?, ?, ?, ?, ?)",
                    [(*owner, created) for owner in _SEEDED],
                )
            rows = state.database.execute("SELECT * FROM hubspot_owner ORDER BY id").fetchall()
        self._owners = [_owner(dict(row)) for row in rows]

    def ids(self) -> set[str]:
        """The ids that `hubspot_owner_id` may hold."""
        return {str(owner["id"]) for owner in self._owners}

    def page(self, call: Call) -> dict[str, Any]:
        """Owners by id, filtered by `email`, active ones unless `archived=true`."""
        limit = call.number("limit", 100)
        if not 1 <= limit <= PAGE_LIMIT:
            raise invalid(f"limit must be between 1 and {PAGE_LIMIT}")
        archived, after = call.flag("archived"), call.query.get("after", "")
        email = call.query.get("email", "").lower()
        found = [
            owner
            for owner in self._owners
            if owner["archived"] is archived
            and (not email or owner.get("email") == email)
            and (not after or str(owner["id"]) > after)
        ]
        page = {"results": found[:limit]}
        if len(found) > limit:
            return page | {"paging": {"next": {"after": str(found[limit - 1]["id"])}}}
        return page

    def one(self, call: Call) -> dict[str, Any]:
        """The owner with this `id`, or `userId` where `idProperty` says so; 404 without one."""
        key = call.query.get("idProperty", "id")
        for owner in self._owners:
            if str(owner.get(key)) == call.path["ownerId"] and owner["archived"] is call.flag("archived"):
                return owner
        raise not_found()


def _owner(row: dict[str, Any]) -> dict[str, Any]:
    owner = {
        "id": row["id"],
        "type": row["type"],
        "firstName": row["first"],
        "lastName": row["last"],
        "createdAt": row["created"],
        "updatedAt": row["created"],
        "archived": bool(row["archived"]),
        "teams": [],
    }
    if row["type"] == "PERSON":
        user = int(row["id"]) - 23_000_000
        owner["email"] = f"{row['first']}.{row['last']}@example.com".lower()
        owner |= {"userIdIncludingInactive": user} | ({} if row["archived"] else {"userId": user})
    return owner
