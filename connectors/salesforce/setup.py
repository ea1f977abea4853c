"""Creating our fields in Salesforce and granting them to ourselves, and nothing else."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from connectors.base import FieldInfo, FieldWanted, SetupStep
from connectors.salesforce.calls import Query
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.conversion import Conversion
from connectors.salesforce.schema import KINDS, metadata_of, require_same
from connectors.salesforce.soql import among, literal, select

Action = Callable[[], object]
Described = Mapping[str, Mapping[str, FieldInfo]]


class Setup:
    """What is missing of `wanted`, and how to make it; `name` is that of our permission set."""

    def __init__(self, client: SalesforceClient, name: str, described: Described) -> None:
        self._client, self._name, self._described = client, name, described
        self._set: str | None = None

    def missing(self, wanted: Sequence[FieldWanted]) -> list[SetupStep]:
        """The steps, in order; raises Misconfigured for a field of another type."""
        return [step for step, _ in self._plan(wanted)]

    def ensure(self, wanted: Sequence[FieldWanted]) -> list[SetupStep]:
        """Carries the steps out."""
        done = []
        for step, act in self._plan(wanted):
            act()
            done.append(replace(step, done=True))
        return done

    def _plan(self, wanted: Sequence[FieldWanted]) -> list[tuple[SetupStep, Action]]:
        fields = [(kind, one) for one in wanted for kind in one.kinds]
        for kind, one in fields:
            if one.name in self._described[kind]:
                require_same(one, kind, self._described[kind][one.name])
        return [*self._fields(fields), *self._grants(fields), *self._mapping(wanted)]

    def _fields(self, fields: Sequence[tuple[str, FieldWanted]]) -> Iterator[tuple[SetupStep, Action]]:
        """Fields that are not there: one that we cannot see may be."""
        hidden = [(kind, one) for kind, one in fields if one.name not in self._described[kind]]
        there = self._existing() if hidden else set()
        for kind, one in hidden:
            full = f"{kind}.{one.name}"
            if full not in there:
                text = f"create the field {one.name} on {kind} ({one.label}, {one.type})"
                create = partial(self._client.create_field, full, metadata_of(one))
                yield SetupStep(id=f"field:{full}", text=text), create

    def _mapping(self, wanted: Sequence[FieldWanted]) -> Iterator[tuple[SetupStep, Action]]:
        """What a conversion should copy; a user who may not see that is told by `inspect`."""
        names = [one.name for one in wanted if set(KINDS) <= set(one.kinds)]
        conversion = Conversion(self._client)
        lacking = conversion.lacking(names) if names else []
        if lacking:
            text = f"let a CRM conversion copy {len(lacking)} of our fields from Lead to Contact"
            yield SetupStep(id="conversion:Contact", text=text), partial(conversion.copy, names)

    def _existing(self) -> set[str]:
        where = among("TableEnumOrId", KINDS)
        rows = self._client.tooling_rows(select(("TableEnumOrId", "DeveloperName"), "CustomField", where))
        return {f"{row['TableEnumOrId']}.{row['DeveloperName']}__c" for row in rows}

    def _grants(self, fields: Sequence[tuple[str, FieldWanted]]) -> Iterator[tuple[SetupStep, Action]]:
        user = str(self._client.who()["user_id"])
        found = self._client.rows([Query(select(("Id",), "PermissionSet", f"Name = {literal(self._name)}"))])
        self._set = found[0]["Id"] if found else None
        granted, assigned = self._granted(user)
        if self._set is None:
            text = f"create the permission set {self._name}, for our fields only"
            yield SetupStep(id=f"permission_set:{self._name}", text=text), self._create_set
        for kind, one in fields:
            if f"{kind}.{one.name}" not in granted:
                text = f"let {self._name} read and edit {kind}.{one.name}"
                yield (
                    SetupStep(id=f"grant:{kind}.{one.name}", text=text),
                    partial(self._grant, kind, one.name),
                )
        if not assigned:
            text = f"assign {self._name} to the user that Acuerdo signs in as"
            yield SetupStep(id=f"assign:{self._name}", text=text), partial(self._assign, user)

    def _granted(self, user: str) -> tuple[set[str], bool]:
        if self._set is None:
            return set(), False
        parent = literal(self._set)
        mine = f"PermissionSetId = {parent} AND AssigneeId = {literal(user)}"
        fields, assignments = self._client.queries(
            [
                Query(select(("Field", "PermissionsEdit"), "FieldPermissions", f"ParentId = {parent}")),
                Query(select(("Id",), "PermissionSetAssignment", mine)),
            ]
        )
        return {row["Field"] for row in fields.rows if row["PermissionsEdit"]}, bool(assignments.rows)

    def _create_set(self) -> None:
        values = {
            "Name": self._name,
            "Label": self._name,
            "Description": "Fields of Acuerdo, made by its set-up",
        }
        self._set = self._client.create("PermissionSet", values)

    def _grant(self, kind: str, name: str) -> None:
        values = {
            "ParentId": self._set,
            "SobjectType": kind,
            "Field": f"{kind}.{name}",
            "PermissionsRead": True,
            "PermissionsEdit": True,
        }
        self._client.create("FieldPermissions", values)

    def _assign(self, user: str) -> None:
        self._client.create("PermissionSetAssignment", {"AssigneeId": user, "PermissionSetId": self._set})
