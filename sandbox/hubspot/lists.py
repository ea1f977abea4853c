"""Lists v3 ("segments") and their memberships."""

from typing import Any

from sandbox.hubspot.call import Call
from sandbox.hubspot.contacts import Contacts
from sandbox.hubspot.errors import invalid, not_found
from sandbox.hubspot.stamps import iso
from sandbox.state import State

PROCESSING_TYPES = ("MANUAL", "SNAPSHOT", "DYNAMIC")
CONTACT_TYPE = "0-1"
PAGE_LIMIT = 250
Row = dict[str, Any]


class Lists:
    """Lists of contacts; only MANUAL and SNAPSHOT ones take members from clients."""

    def __init__(self, state: State, contacts: Contacts) -> None:
        self._state = state
        self._database = state.database
        self._contacts = contacts
        with state.lock:
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS hubspot_list (id INTEGER PRIMARY KEY AUTOINCREMENT, "
                "name TEXT, processing TEXT, created TEXT, updated TEXT, deleted TEXT)"
            )
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS hubspot_member (list INTEGER, contact INTEGER, at TEXT, "
                "UNIQUE (list, contact))"
            )

    def create(self, call: Call) -> Row:
        """Make a list; 400 where its name is taken."""
        wish = call.object()
        name, processing = str(wish.get("name") or ""), wish.get("processingType")
        if not name or processing not in PROCESSING_TYPES or wish.get("objectTypeId") != CONTACT_TYPE:
            raise invalid("Invalid input JSON: name, objectTypeId 0-1 and a processingType are required")
        if self._live("name = ?", name):
            raise invalid(f"The list name {name} is already in use")
        now = iso(self._state.clock.now())
        made = self._database.execute(
            "INSERT INTO hubspot_list (name, processing, created, updated) VALUES (?, ?, ?, ?)",
            (name, processing, now, now),
        )
        return {"list": self._shown(self._row(str(made.lastrowid)))}

    def one(self, call: Call) -> Row:
        """A list by id, or 404."""
        return {"list": self._shown(self._row(call.path["listId"]))}

    def several(self, call: Call) -> Row:
        """The lists of the given `listIds` that exist."""
        ids = call.names("listIds")
        return {"lists": [self._shown(row) for row in self._live("TRUE") if str(row["id"]) in ids]}

    def named(self, call: Call) -> Row:
        """A list by name, or 404."""
        found = self._live("name = ?", call.path["listName"])
        if not found or call.path["objectTypeId"] != CONTACT_TYPE:
            raise not_found(f"No list is named {call.path['listName']}")
        return {"list": self._shown(found[0])}

    def search(self, call: Call) -> Row:
        """Lists whose name contains `query`, `count` from `offset` on."""
        wish = call.object()
        query, offset, count = (
            str(wish.get("query") or ""),
            int(wish.get("offset") or 0),
            wish.get("count") or 20,
        )
        types = wish.get("processingTypes") or PROCESSING_TYPES
        found = [
            self._shown(row) | {"additionalProperties": {}}
            for row in self._live("TRUE")
            if query.lower() in row["name"].lower() and row["processing"] in types
        ]
        end = offset + int(count)
        return {
            "offset": min(end, len(found)),
            "hasMore": end < len(found),
            "lists": found[offset:end],
            "total": len(found),
        }

    def delete(self, call: Call) -> None:
        """Delete a list; 404 without it."""
        row = self._row(call.path["listId"])
        now = iso(self._state.clock.now())
        self._database.execute("UPDATE hubspot_list SET deleted = ? WHERE id = ?", (now, row["id"]))

    def add(self, call: Call) -> Row:
        """Add the ids of the body, a bare array."""
        return self._change(call, _ids(call.body), [])

    def remove(self, call: Call) -> Row:
        """Remove the ids of the body, a bare array."""
        return self._change(call, [], _ids(call.body))

    def add_and_remove(self, call: Call) -> Row:
        """Add `recordIdsToAdd`, remove `recordIdsToRemove`."""
        body = call.object()
        return self._change(
            call, _ids(body.get("recordIdsToAdd") or []), _ids(body.get("recordIdsToRemove") or [])
        )

    def clear(self, call: Call) -> None:
        """Remove every member."""
        self._database.execute("DELETE FROM hubspot_member WHERE list = ?", (self._open(call)["id"],))

    def members(self, call: Call) -> Row:
        """Members by record id; `after` is the last id of the page before."""
        return self._page(call, "contact")

    def members_in_order(self, call: Call) -> Row:
        """Members in the order in which they joined."""
        return self._page(call, "rowid")

    def of_record(self, call: Call) -> Row:
        """The lists that a record is on."""
        rows = self._database.execute(
            "SELECT hubspot_list.id, at FROM hubspot_member JOIN hubspot_list ON id = list "
            "WHERE contact = ? AND deleted IS NULL ORDER BY id",
            (call.path["recordId"],),
        ).fetchall()
        results = [
            {
                "listId": str(row["id"]),
                "listVersion": 1,
                "firstAddedTimestamp": row["at"],
                "lastAddedTimestamp": row["at"],
            }
            for row in rows
        ]
        return {"total": len(results), "results": results}

    def _change(self, call: Call, added: list[str], removed: list[str]) -> Row:
        list_id = self._open(call)["id"]
        now = iso(self._state.clock.now())
        answer: Row = {"recordsIdsAdded": [], "recordIdsRemoved": [], "recordIdsMissing": []}
        for wanted in added:
            contact = self._contacts.find(wanted, None)
            if contact is None or str(contact.id) != wanted:
                answer["recordIdsMissing"].append(wanted)
            elif self._database.execute(
                "INSERT OR IGNORE INTO hubspot_member VALUES (?, ?, ?)", (list_id, contact.id, now)
            ).rowcount:
                answer["recordsIdsAdded"].append(wanted)
        for wanted in removed:
            gone = self._database.execute(
                "DELETE FROM hubspot_member WHERE list = ? AND contact = ?", (list_id, wanted)
            )
            if gone.rowcount:
                answer["recordIdsRemoved"].append(wanted)
        return answer

    def _page(self, call: Call, order: str) -> Row:
        list_id, limit = self._row(call.path["listId"])["id"], call.number("limit", 100)
        if not 1 <= limit <= PAGE_LIMIT:
            raise invalid(f"Invalid limit {limit}: it must be between 1 and {PAGE_LIMIT}")
        rows = self._database.execute(
            f"SELECT contact, at, {order} AS place FROM hubspot_member "  # noqa: S608 - one of two constants
            f"WHERE list = ? AND {order} > ? ORDER BY {order}",
            (list_id, call.number("after", 0)),
        ).fetchall()
        live = [row for row in rows if self._is_live(row["contact"])]
        page: Row = {
            "total": self._size(list_id),
            "results": [
                {"recordId": str(row["contact"]), "membershipTimestamp": row["at"]} for row in live[:limit]
            ],
        }
        if len(live) > limit:
            page["paging"] = {"next": {"after": str(live[limit - 1]["place"])}}
        return page

    def _is_live(self, contact_id: int) -> bool:
        contact = self._contacts.find(str(contact_id), None)
        return contact is not None and contact.id == contact_id

    def _size(self, list_id: int) -> int:
        rows = self._database.execute("SELECT contact FROM hubspot_member WHERE list = ?", (list_id,))
        return sum(self._is_live(row["contact"]) for row in rows.fetchall())

    def _open(self, call: Call) -> Row:
        row = self._row(call.path["listId"])
        if row["processing"] == "DYNAMIC":
            raise invalid(f"List {row['id']} is DYNAMIC: its members follow from its filters")
        return row

    def _row(self, list_id: str) -> Row:
        found = self._live("id = ?", list_id)
        if not found:
            raise not_found(f"List {list_id} does not exist")
        return found[0]

    def _live(self, condition: str, *values: str) -> list[Row]:
        rows = self._database.execute(
            f"SELECT * FROM hubspot_list WHERE deleted IS NULL AND {condition} ORDER BY id",  # noqa: S608 - constants
            values,
        )
        return [dict(row) for row in rows.fetchall()]

    def _shown(self, row: Row) -> Row:
        return {
            "listId": str(row["id"]),
            "listVersion": 1,
            "name": row["name"],
            "objectTypeId": CONTACT_TYPE,
            "processingType": row["processing"],
            "processingStatus": "COMPLETE",
            "createdAt": row["created"],
            "updatedAt": row["updated"],
            "size": self._size(row["id"]),
        }


def _ids(body: object) -> list[str]:
    if not isinstance(body, list):
        raise invalid("Invalid input JSON: a list of record ids was expected")
    return list(dict.fromkeys(map(str, body)))
