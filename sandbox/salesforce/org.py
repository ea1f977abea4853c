"""One Salesforce organisation: its objects, its settings and its rows, kept in the sandbox's state."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakValueDictionary

from sandbox.salesforce.access import EVERYTHING, Access, Actor, stamps
from sandbox.salesforce.customfield import read_metadata
from sandbox.salesforce.editions import with_people, without_people
from sandbox.salesforce.errors import Fault
from sandbox.salesforce.objects import STANDARD
from sandbox.salesforce.schema import Field, SObject
from sandbox.salesforce.seed import seed
from sandbox.salesforce.settings import Settings
from sandbox.salesforce.store import Row, Store
from sandbox.salesforce.values import add_days, stamp
from sandbox.state import State

_ARCHIVED_DAYS = 365
_ARCHIVED = {
    "Task": '"IsClosed" = 1 AND COALESCE("ActivityDate", substr("CreatedDate", 1, 10))',
    "Event": '"ActivityDate"',
}
# An organisation holds its state, so that the id of a listed one is never that of another.
_ORGS: "WeakValueDictionary[int, Org]" = WeakValueDictionary()


class Org:
    """The organisation of a state; `Org.of(state)` is the same one for the wire and for people."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.store = Store(state.database)
        self.settings = Settings(state, self.store)
        self._with = {kind.name.lower(): with_people(kind) for kind in STANDARD}
        self._without = {kind.name.lower(): without_people(kind) for kind in STANDARD}
        self._archived = ""
        self._open()

    @classmethod
    def of(cls, state: State) -> "Org":
        """The organisation that lives in this state, opened when nobody has yet."""
        with state.lock:
            return _ORGS.get(id(state)) or cls.open(state)

    @classmethod
    def open(cls, state: State) -> "Org":
        """Read the organisation anew from the state; an empty state gets the first one."""
        with state.lock:
            org = _ORGS[id(state)] = cls(state)
            return org

    def _open(self) -> None:
        with self.use():
            for kind in STANDARD:
                self.store.create(kind)
            for row in self.store.find("CustomField"):
                name = row["DeveloperName"] + "__c"
                self._show(row["TableEnumOrId"], read_metadata(name, json.loads(row["Metadata"])))
            if not self.store.exists("User", "1", ()):
                seed(self.store, self.now())

    @property
    def kinds(self) -> dict[str, SObject]:
        """The objects by lower-case name, with person accounts or without."""
        return self._with if self.settings.flag("person_accounts") else self._without

    @contextmanager
    def use(self) -> Iterator[None]:
        """Hold the state's lock; all writes inside are undone when the block raises."""
        with self.state.lock, self.store.transaction():
            yield

    def now(self) -> str:
        """Business time as Salesforce writes it."""
        return stamp(self.state.clock.now())

    def kind(self, name: str) -> SObject | None:
        """The object of that name, in any case."""
        return self.kinds.get(name.lower())

    def kind_of(self, record: str) -> SObject | None:
        """The object that an id's key prefix names."""
        return next((kind for kind in self.kinds.values() if kind.prefix == record[:3]), None)

    def add_field(self, name: str, field: Field) -> None:
        """Give an object one more field, which nobody sees until a permission set grants it."""
        self.store.add_column(name, field)
        self._show(name, field)

    def _show(self, name: str, field: Field) -> None:
        for kinds in (self._with, self._without):
            kinds[name.lower()] = kinds[name.lower()].having(field)

    def change_field(self, name: str, field: Field) -> None:
        """Put a changed definition in the place of an old one."""
        self._show(name, field)

    def drop_field(self, name: str, field: str) -> None:
        """Remove a custom field, its values and the permissions on it."""
        for kinds in (self._with, self._without):
            kinds[name.lower()] = kinds[name.lower()].without(field)
        self.store.drop_column(name, field)
        for row in self.store.find("FieldPermissions", '"Field" = ?', (f"{name}.{field}",)):
            self.store.erase("FieldPermissions", row["Id"])

    def access(self, user: str) -> Access:
        """What the permission sets that are assigned to the user let them see and set."""
        sql = (
            'SELECT "Field", MAX("PermissionsRead"), MAX("PermissionsEdit") FROM "sf_FieldPermissions" WHERE '
            '"ParentId" IN (SELECT "PermissionSetId" FROM "sf_PermissionSetAssignment" WHERE "AssigneeId" = ?) '
            'GROUP BY "Field"'
        )
        rows = self.store.database.execute(sql, (user,)).fetchall()
        return Access(
            read=frozenset(row[0] for row in rows if row[1] or row[2]),
            edit=frozenset(row[0] for row in rows if row[2]),
        )

    def person(self, user: str, at: str | None = None) -> Actor:
        """A person at the screen: sees every field, and is not subject to the API's assignment rules."""
        return Actor(
            user=user,
            at=at or self.now(),
            access=EVERYTHING,
            auto_assign=False,
            allow_duplicates=True,
        )

    def put(self, actor: Actor, name: str, row: Row) -> str:
        """Store a row that Salesforce itself writes, with defaults and stamps; the new record's id."""
        kind = self.kinds[name.lower()]
        defaults = {field.name: field.default for field in kind.fields if field.default is not None}
        record = self.store.new_id(kind.prefix)
        self.store.insert(name, {**defaults, **stamps(kind, actor, creating=True), **row, "Id": record})
        return record

    def archive_activities(self) -> None:
        """Once a business day: closed tasks and events of more than 365 days ago leave ordinary queries."""
        today = self.now()[:10]
        if today != self._archived:
            self._archived = today
            oldest = add_days(today, -_ARCHIVED_DAYS)
            for name, closed in _ARCHIVED.items():
                self.store.change(name, {"IsArchived": 1}, f'"IsArchived" = 0 AND {closed} < ?', (oldest,))

    def take_lock(self) -> None:
        """Raise UNABLE_TO_LOCK_ROW while the switch `locked_rows` asks for it."""
        left = self.settings.number("locked_rows")
        if left > 0:
            self.settings.put("locked_rows", left - 1)
            text = "unable to obtain exclusive access to this record"
            raise Fault("UNABLE_TO_LOCK_ROW", text)
