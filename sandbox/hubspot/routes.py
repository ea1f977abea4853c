"""Which path leads where: under the v3 paths and under the dated ones, with the scopes that a call needs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.hubspot.account import Account
from sandbox.hubspot.call import Call
from sandbox.hubspot.contact_batches import ContactBatches
from sandbox.hubspot.contact_calls import ContactCalls
from sandbox.hubspot.lists import Lists
from sandbox.hubspot.owners import Owners
from sandbox.hubspot.property_calls import PropertyCalls
from sandbox.hubspot.search import Search
from sandbox.hubspot.subscriptions import Subscriptions

DATES = ("2026-03", "2026-09")
READ = ("crm.objects.contacts.read",)
WRITE = ("crm.objects.contacts.write",)
SCHEMA_READ = ("crm.schemas.contacts.read",)
SCHEMA_WRITE = ("crm.schemas.contacts.write",)
LISTS_READ = ("crm.lists.read",)
LISTS_WRITE = ("crm.lists.read", "crm.lists.write")
OWNERS_READ = ("crm.objects.owners.read",)
OAUTH = ("oauth",)
PREFERENCES = ("communication_preferences.read_write",)
Verb = Callable[[Call], Any]


@dataclass(frozen=True)
class Endpoint:
    """One endpoint. `verb` gives a body, or a status and a body, or nothing (204); `status` is of a bare body."""

    method: str
    path: str
    verb: Verb
    scopes: tuple[str, ...]
    status: int = 200
    search: bool = False


@dataclass(frozen=True)
class Verbs:
    """Everything that endpoints lead to."""

    account: Account
    owners: Owners
    contacts: ContactCalls
    batches: ContactBatches
    search: Search
    properties: PropertyCalls
    lists: Lists
    subscriptions: Subscriptions


def endpoints(verbs: Verbs) -> Iterator[Endpoint]:
    """Every endpoint; of two that match a path the first is meant."""
    for base in ("/account-info/v3", *(f"/account-info/{date}" for date in DATES)):
        yield Endpoint("GET", f"{base}/details", verbs.account.details, OAUTH)
        yield Endpoint("GET", f"{base}/api-usage/daily", verbs.account.daily_usage, OAUTH)
        yield Endpoint("GET", f"{base}/api-usage/daily/private-apps", verbs.account.daily_usage, OAUTH)
    for object_type in ("contacts", "0-1"):
        for base in _bases("objects"):
            yield from _contacts(f"{base}/{object_type}", verbs)
    for base in _bases("properties"):
        yield from _properties(f"{base}/{{objectType}}", verbs.properties)
    for base in _bases("lists"):
        yield from _lists(base, verbs.lists)
    for date in ("v4", *DATES):
        yield from _subscriptions(f"/communication-preferences/{date}", verbs.subscriptions)
    for base in _bases("owners"):
        yield Endpoint("GET", base, verbs.owners.page, OWNERS_READ)
        yield Endpoint("GET", f"{base}/{{ownerId}}", verbs.owners.one, OWNERS_READ)


def _subscriptions(base: str, verbs: Subscriptions) -> Iterator[Endpoint]:
    one = f"{base}/statuses/{{subscriberIdString}}/unsubscribe-all"
    yield Endpoint("GET", f"{base}/definitions", verbs.definitions, PREFERENCES)
    yield Endpoint("GET", one, verbs.unsubscribed, PREFERENCES)
    yield Endpoint("POST", one, verbs.unsubscribe, PREFERENCES)


def _bases(area: str) -> list[str]:
    return [f"/crm/v3/{area}", *(f"/crm/{area}/{date}" for date in DATES)]


def _contacts(base: str, verbs: Verbs) -> Iterator[Endpoint]:
    one, many = verbs.contacts, verbs.batches
    yield Endpoint("POST", f"{base}/search", verbs.search.page, READ, search=True)
    yield Endpoint("POST", f"{base}/batch/read", many.read, READ)
    yield Endpoint("POST", f"{base}/batch/create", many.create, WRITE)
    yield Endpoint("POST", f"{base}/batch/update", many.update, WRITE)
    yield Endpoint("POST", f"{base}/batch/upsert", many.upsert, WRITE)
    yield Endpoint("POST", f"{base}/batch/archive", many.archive, WRITE)
    yield Endpoint("POST", f"{base}/merge", one.merge, WRITE)
    yield Endpoint("POST", f"{base}/gdpr-delete", one.erase, WRITE)
    yield Endpoint("GET", base, one.page, READ)
    yield Endpoint("POST", base, one.create, WRITE, status=201)
    yield Endpoint("GET", f"{base}/{{contactId}}", one.one, READ)
    yield Endpoint("PATCH", f"{base}/{{contactId}}", one.update, WRITE)
    yield Endpoint("DELETE", f"{base}/{{contactId}}", one.archive, WRITE)


def _properties(base: str, verbs: PropertyCalls) -> Iterator[Endpoint]:
    yield Endpoint("POST", f"{base}/batch/create", verbs.batch_create, SCHEMA_WRITE)
    yield Endpoint("POST", f"{base}/batch/read", verbs.batch_read, SCHEMA_READ)
    yield Endpoint("POST", f"{base}/batch/archive", verbs.batch_archive, SCHEMA_WRITE)
    yield Endpoint("GET", f"{base}/groups", verbs.groups, SCHEMA_READ)
    yield Endpoint("POST", f"{base}/groups", verbs.create_group, SCHEMA_WRITE, status=201)
    yield Endpoint("GET", f"{base}/groups/{{groupName}}", verbs.group, SCHEMA_READ)
    yield Endpoint("PATCH", f"{base}/groups/{{groupName}}", verbs.update_group, SCHEMA_WRITE)
    yield Endpoint("DELETE", f"{base}/groups/{{groupName}}", verbs.archive_group, SCHEMA_WRITE)
    yield Endpoint("GET", base, verbs.page, SCHEMA_READ)
    yield Endpoint("POST", base, verbs.create, SCHEMA_WRITE, status=201)
    yield Endpoint("GET", f"{base}/{{propertyName}}", verbs.one, SCHEMA_READ)
    yield Endpoint("PATCH", f"{base}/{{propertyName}}", verbs.update, SCHEMA_WRITE)
    yield Endpoint("DELETE", f"{base}/{{propertyName}}", verbs.archive, SCHEMA_WRITE)


def _lists(base: str, verbs: Lists) -> Iterator[Endpoint]:
    one = f"{base}/{{listId}}"
    yield Endpoint("POST", f"{base}/search", verbs.search, LISTS_READ)
    yield Endpoint(
        "GET", f"{base}/object-type-id/{{objectTypeId}}/name/{{listName}}", verbs.named, LISTS_READ
    )
    yield Endpoint(
        "GET", f"{base}/records/{{objectTypeId}}/{{recordId}}/memberships", verbs.of_record, LISTS_READ
    )
    yield Endpoint("PUT", f"{one}/memberships/add", verbs.add, LISTS_WRITE)
    yield Endpoint("PUT", f"{one}/memberships/remove", verbs.remove, LISTS_WRITE)
    yield Endpoint("PUT", f"{one}/memberships/add-and-remove", verbs.add_and_remove, LISTS_WRITE)
    yield Endpoint("GET", f"{one}/memberships/join-order", verbs.members_in_order, LISTS_READ)
    yield Endpoint("GET", f"{one}/memberships", verbs.members, LISTS_READ)
    yield Endpoint("DELETE", f"{one}/memberships", verbs.clear, LISTS_WRITE)
    yield Endpoint("GET", base, verbs.several, LISTS_READ)
    yield Endpoint("POST", base, verbs.create, LISTS_WRITE)
    yield Endpoint("GET", one, verbs.one, LISTS_READ)
    yield Endpoint("DELETE", one, verbs.delete, LISTS_WRITE)
