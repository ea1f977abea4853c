"""Who calls, and what field-level security lets them see and set."""

from dataclasses import dataclass

from sandbox.salesforce.schema import Field, SObject


@dataclass(frozen=True, kw_only=True)
class Access:
    """Custom fields that a user may read and edit, as `Lead.Name__c`; standard fields are open to all."""

    read: frozenset[str] = frozenset()
    edit: frozenset[str] = frozenset()
    all: bool = False

    def sees(self, kind: SObject, field: Field) -> bool:
        """Whether the field exists for this user."""
        return self.all or not field.custom or f"{kind.name}.{field.name}" in self.read

    def sets(self, kind: SObject, field: Field) -> bool:
        """Whether the user may write the field, as far as permissions go."""
        return self.all or not field.custom or f"{kind.name}.{field.name}" in self.edit

    def find(self, kind: SObject, name: str) -> Field | None:
        """The field of that name, if this user sees one."""
        field = kind.find(name)
        return field if field is not None and self.sees(kind, field) else None


@dataclass(frozen=True, kw_only=True)
class Actor:
    """The user whom a write is made by, the business time it carries (as Salesforce writes it), and its headers."""

    user: str
    at: str
    access: Access
    auto_assign: bool = True
    allow_duplicates: bool = False


EVERYTHING = Access(all=True)


def stamps(kind: SObject, actor: Actor, *, creating: bool) -> dict[str, str]:
    """Who wrote and when, as far as the object has fields for it."""
    written = {"LastModifiedDate": actor.at, "LastModifiedById": actor.user, "SystemModstamp": actor.at}
    if creating:
        written |= {"CreatedDate": actor.at, "CreatedById": actor.user}
    return {name: value for name, value in written.items() if name.lower() in kind.by_name}
