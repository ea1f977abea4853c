"""The contacts API in batches of a hundred: read, create, update, upsert, archive."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.hubspot.batches import BATCH_LIMIT, Batch
from sandbox.hubspot.call import Call
from sandbox.hubspot.checks import Checks
from sandbox.hubspot.contact_calls import PAGE_LIMIT_WITH_HISTORY, refuse_associations
from sandbox.hubspot.contacts import Contact, Contacts
from sandbox.hubspot.errors import Refusal, conflict, invalid, not_found
from sandbox.hubspot.view import View
from sandbox.state import State

_MISSING = "Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid."
Row = Mapping[str, Any]


class ContactBatches:
    """Batch endpoints. Results come in the order in which HubSpot pleases: here, backwards."""

    def __init__(self, state: State, contacts: Contacts, checks: Checks, view: View) -> None:
        self._state = state
        self._contacts = contacts
        self._checks = checks
        self._view = view

    def read(self, call: Call) -> tuple[int, dict[str, Any]]:
        """Contacts by id or by the top-level `idProperty`; what is not there is told in one error."""
        body = call.object()
        histories = body.get("propertiesWithHistory") or []
        batch = Batch(self._state, call, PAGE_LIMIT_WITH_HISTORY if histories else BATCH_LIMIT)
        found: dict[int, Contact] = {}
        missing = []
        for row in batch.inputs:
            contact = self._wanted(
                str(row.get("id", "")), body.get("idProperty"), archived=call.flag("archived")
            )
            if contact is None:
                missing.append(str(row.get("id", "")))
            else:
                found[contact.id] = contact
        batch.results += [
            self._view.asked(contact, body.get("properties") or [], histories) for contact in found.values()
        ]
        if missing:
            batch.errors.append(_absent(missing))
        return _shuffled(batch).answer()

    def _wanted(self, value: str, id_property: str | None, *, archived: bool) -> Contact | None:
        if not archived:
            return self._contacts.find(value, id_property)
        contact = None if id_property else self._contacts.get(value)
        return contact if contact is not None and contact.archived_at is not None else None

    def create(self, call: Call) -> tuple[int, dict[str, Any]]:
        """Make contacts: each row for itself if every row has its own `objectWriteTraceId`, else all or none."""
        batch = Batch(self._state, call)
        for row in batch.inputs:
            refuse_associations(row)
        traces = [row.get("objectWriteTraceId") for row in batch.inputs]
        if all(traces) and len(set(traces)) == len(traces):
            self._each(batch, self._create_row, lambda _: {})
        else:
            planned = [self._plan(batch, None, row.get("properties")) for row in batch.inputs]
            _refuse_twins(planned)
            batch.results += [self._view.whole(self._contacts.create(values)) for values in planned]
        return _shuffled(batch).created()

    def update(self, call: Call) -> tuple[int, dict[str, Any]]:
        """Write contacts by id or each row's `idProperty`; each row for itself, no id twice."""
        batch = Batch(self._state, call)
        _refuse_repeats(batch)
        self._each(batch, self._update_row, lambda row: {"ids": [str(row.get("id", ""))]})
        return _shuffled(batch).answer()

    def upsert(self, call: Call) -> tuple[int, dict[str, Any]]:
        """Write or make contacts by each row's `idProperty`: by e-mail all or none, else each row for itself."""
        batch = Batch(self._state, call)
        _refuse_repeats(batch)
        if any(row.get("idProperty") in (None, "email") for row in batch.inputs):
            for row in batch.inputs:
                self._plan(batch, self._named(row), _with_identity(row))
        self._each(batch, self._upsert_row, lambda row: {"ids": [str(row.get("id", ""))]})
        return _shuffled(batch).answer()

    def archive(self, call: Call) -> None:
        """Put contacts into the recycle bin; unknown ids are taken without a word."""
        for row in Batch(self._state, call).inputs:
            contact = self._contacts.find(str(row.get("id", "")), None)
            if contact is not None:
                self._contacts.archive(contact)

    def _each(
        self,
        batch: Batch,
        write: Callable[[Batch, Row], dict[str, Any]],
        context_of: Callable[[Row], dict[str, list[str]]],
    ) -> None:
        absent: list[str] = []
        for row in batch.inputs:
            trace = row.get("objectWriteTraceId")
            traced = {"objectWriteTraceId": trace} if trace else {}
            try:
                batch.results.append(write(batch, row) | traced)
            except Refusal as refusal:
                if refusal.status == not_found().status and not trace:
                    absent.append(str(row.get("id", "")))
                    continue
                context = {name: [value] for name, value in traced.items()} | context_of(row)
                batch.errors.append(refusal.as_row(context))
        if absent:
            batch.errors.append(_absent(absent))

    def _create_row(self, batch: Batch, row: Row) -> dict[str, Any]:
        values = self._plan(batch, None, row.get("properties"))
        return self._view.whole(self._contacts.create(values))

    def _update_row(self, batch: Batch, row: Row) -> dict[str, Any]:
        contact = self._named(row)
        if contact is None:
            raise not_found(_MISSING)
        wish = row.get("properties")
        kept = self._contacts.update(contact, self._plan(batch, contact, wish))
        return self._view.after_write(kept, list(wish or ()))

    def _upsert_row(self, batch: Batch, row: Row) -> dict[str, Any]:
        contact, wish = self._named(row), _with_identity(row)
        values = self._plan(batch, contact, wish)
        if contact is None:
            return self._view.whole(self._contacts.create(values)) | {"new": True}
        kept = self._contacts.update(contact, values)
        return self._view.after_write(kept, list(wish)) | {"new": False}

    def _plan(self, batch: Batch, contact: Contact | None, wish: object) -> dict[str, str]:
        return self._checks.plan(contact, wish, ruled=batch.ruled)

    def _named(self, row: Row) -> Contact | None:
        return self._contacts.find(str(row.get("id", "")), row.get("idProperty"))


def _with_identity(row: Row) -> dict[str, Any]:
    wish = row.get("properties")
    if not isinstance(wish, dict):
        raise invalid("Invalid input JSON: properties must be an object")
    id_property = row.get("idProperty")
    if not id_property:
        raise invalid("Invalid input JSON: idProperty is required to upsert")
    return {id_property: row.get("id", ""), **wish}


def _absent(ids: list[str]) -> dict[str, Any]:
    return not_found(_MISSING).as_row({"ids": ids})


def _refuse_repeats(batch: Batch) -> None:
    ids = [str(row.get("id", "")).lower() for row in batch.inputs]
    if repeated := sorted({each for each in ids if ids.count(each) > 1}):
        raise invalid(f"Duplicate IDs found in batch input: {repeated}. IDs must be unique")


def _refuse_twins(planned: list[dict[str, str]]) -> None:
    emails = [values["email"] for values in planned if values.get("email")]
    if len(set(emails)) < len(emails):
        raise conflict("Two contacts of the batch have the same email")


def _shuffled(batch: Batch) -> Batch:
    batch.results.reverse()
    return batch
