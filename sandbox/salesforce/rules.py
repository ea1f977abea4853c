"""What Salesforce does by itself around a write, by object."""

from collections.abc import Callable

from sandbox.salesforce import activities, deals, leads, permissions, personaccounts
from sandbox.salesforce.access import Actor
from sandbox.salesforce.org import Org
from sandbox.salesforce.schema import SObject
from sandbox.salesforce.store import Row

Insert = Callable[[Org, Actor, Row], None]
Update = Callable[[Org, Actor, Row, Row], None]


def _prepare_contact_update(org: Org, actor: Actor, before: Row, changes: Row) -> None:
    personaccounts.prepare_contact_update(org, actor, before, changes)
    leads.prepare_person_update(org, actor, before, changes)


_PREPARE_INSERT: dict[str, Insert] = {
    "Lead": leads.prepare_insert,
    "Account": personaccounts.prepare_account,
    "Contact": leads.prepare_person,
    "User": leads.prepare_person,
    "Task": activities.prepare_task,
    "Event": activities.prepare_event,
    "EmailMessage": activities.prepare_email,
    "EmailMessageRelation": activities.prepare_relation,
    "Opportunity": deals.prepare_insert,
    "PermissionSet": permissions.prepare_set,
    "PermissionSetAssignment": permissions.prepare_assignment,
    "FieldPermissions": permissions.prepare_field,
    "ObjectPermissions": permissions.prepare_object,
}
_FOLLOW_INSERT: dict[str, Insert] = {
    "Account": personaccounts.follow_account_insert,
    "Lead": leads.follow_insert,
    "Task": activities.follow_activity,
    "Event": activities.follow_activity,
    "EmailMessage": activities.follow_email,
    "Opportunity": deals.follow_insert,
}
_PREPARE_UPDATE: dict[str, Update] = {
    "Lead": leads.prepare_update,
    "Account": personaccounts.prepare_account_update,
    "Contact": _prepare_contact_update,
    "User": leads.prepare_person_update,
    "Task": activities.prepare_task_update,
    "Event": activities.prepare_event_update,
    "Opportunity": deals.prepare_update,
}
_FOLLOW_UPDATE: dict[str, Update] = {
    "Account": personaccounts.follow_account_update,
    "Contact": personaccounts.follow_contact_update,
    "Lead": leads.follow_update,
    "Opportunity": deals.follow_update,
}


def prepare_insert(org: Org, actor: Actor, kind: SObject, row: Row) -> None:
    """Fill what is computed or defaulted, and refuse what the object does not allow."""
    if "ownerid" in kind.by_name and row.get("OwnerId") is None:
        row["OwnerId"] = actor.user
    if kind.name in _PREPARE_INSERT:
        _PREPARE_INSERT[kind.name](org, actor, row)


def follow_insert(org: Org, actor: Actor, kind: SObject, row: Row) -> None:
    """Write what a new record brings with it: history, relations."""
    if kind.name in _FOLLOW_INSERT:
        _FOLLOW_INSERT[kind.name](org, actor, row)


def prepare_update(org: Org, actor: Actor, kind: SObject, before: Row, changes: Row) -> None:
    """Fill what is computed from the changes, and refuse what the object does not allow."""
    if kind.name in _PREPARE_UPDATE:
        _PREPARE_UPDATE[kind.name](org, actor, before, changes)


def follow_update(org: Org, actor: Actor, kind: SObject, before: Row, after: Row) -> None:
    """Write what a change brings with it: history."""
    if kind.name in _FOLLOW_UPDATE:
        _FOLLOW_UPDATE[kind.name](org, actor, before, after)
