"""What an object and a field are, standard or custom."""

import re
from dataclasses import dataclass, replace
from functools import cached_property

TEXT_TYPES = frozenset({"string", "textarea", "picklist", "email", "phone", "url", "anyType"})
ID_TYPES = frozenset({"id", "reference"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value of a picklist."""

    value: str
    label: str
    default: bool = False
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: its type in Salesforce's words, its limits and what a call may do with it."""

    name: str
    type: str
    label: str
    length: int = 0
    precision: int = 0
    scale: int = 0
    createable: bool = True
    updateable: bool = True
    nillable: bool = True
    filterable: bool = True
    external_id: bool = False
    unique: bool = False
    case_sensitive: bool = False
    choices: tuple[Choice, ...] = ()
    restricted: bool = False
    refers: tuple[str, ...] = ()
    relationship: str | None = None
    default: object = None
    custom: bool = False
    tracked: bool = False
    rich: bool = False  # a text area whose value is HTML
    indexed: bool = False

    @property
    def required(self) -> bool:
        """Whether a record without it is refused."""
        return not self.nillable and self.createable and self.default is None and self.type != "boolean"


@dataclass(frozen=True, kw_only=True)
class SObject:
    """One object: its key prefix and fields; `tooling` ones are served by the Tooling API only."""

    name: str
    label: str
    plural: str
    prefix: str
    fields: tuple[Field, ...]
    createable: bool = True
    updateable: bool = True
    deletable: bool = True
    tooling: bool = False

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """Fields by lower-case name: Salesforce reads names in any case."""
        return {field.name.lower(): field for field in self.fields}

    @cached_property
    def by_relationship(self) -> dict[str, Field]:
        """Reference fields by lower-case name of the relationship to the parent."""
        return {field.relationship.lower(): field for field in self.fields if field.relationship}

    @cached_property
    def soft(self) -> bool:
        """Whether deleted rows go to the recycle bin."""
        return "isdeleted" in self.by_name

    def find(self, name: str) -> Field | None:
        """The field of that name, in any case."""
        return self.by_name.get(name.lower())

    def having(self, *fields: Field) -> "SObject":
        """The same object with these fields added, or put in the place of those of the same name."""
        names = {field.name for field in fields}
        kept = tuple(field for field in self.fields if field.name not in names)
        return replace(self, fields=kept + fields)

    def without(self, name: str) -> "SObject":
        """The same object without one field."""
        return replace(self, fields=tuple(field for field in self.fields if field.name != name))


def spaced(name: str) -> str:
    """The label that Salesforce gives a standard field: LastName is Last Name, OwnerId is Owner ID."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return re.sub(r"\bId\b", "ID", words)
