"""How standard objects are written down: one line per field, such as `LastName string(80) required`.

After name and type come flags, `>User,Group:Owner` (what a reference points to, and the relationship's name),
`|New|Working` (a picklist's values) and `=New` (a default); `_` in a value stands for a space.
"""

from typing import Any

from sandbox.salesforce.schema import Choice, Field, SObject, spaced

_FLAGS: dict[str, dict[str, Any]] = {
    "required": {"nillable": False},
    "fixed": {"createable": False, "updateable": False},
    "initial": {"updateable": False},
    "indexed": {"indexed": True},
    "unique": {"unique": True, "indexed": True},
    "restricted": {"restricted": True},
    "long": {"filterable": False},
    "tracked": {"tracked": True},
}
_LENGTHS = {"picklist": 255, "id": 18, "reference": 18}
_TYPES: dict[str, dict[str, Any]] = {
    "boolean": {"nillable": False, "default": 0},
    "double": {"precision": 18, "scale": 2},
    "id": {"nillable": False},
}

SYSTEM = """
Id id fixed
IsDeleted boolean fixed
CreatedDate datetime fixed
CreatedById reference fixed >User:CreatedBy
LastModifiedDate datetime fixed
LastModifiedById reference fixed >User:LastModifiedBy
SystemModstamp datetime fixed indexed
"""
"""Fields that every object of records carries."""


def read_field(line: str) -> Field:
    """The field that one line describes; raises KeyError for an unknown flag."""
    name, typed, *parts = line.split()
    kind, _, size = typed.rstrip(")").partition("(")
    more: dict[str, Any] = {"length": int(size or _LENGTHS.get(kind, 0)), **_TYPES.get(kind, {})}
    for part in parts:
        more |= _read_part(kind, part)
    return Field(name=name, type=kind, label=spaced(name), **more)


def _read_part(kind: str, part: str) -> dict[str, Any]:
    text = part[1:].replace("_", " ")
    if part.startswith(">"):
        targets, _, relationship = part[1:].partition(":")
        return {"refers": tuple(targets.split(",")), "relationship": relationship or None}
    if part.startswith("|"):
        return {"choices": tuple(Choice(value=value, label=value) for value in text.split("|"))}
    if part.startswith("="):
        return {"default": int(text == "true") if kind == "boolean" else text, "nillable": False}
    return _FLAGS[part]


def sobject(
    name: str,
    prefix: str,
    lines: str,
    *,
    system: str = SYSTEM,
    createable: bool = True,
    updateable: bool = True,
    deletable: bool = True,
    tooling: bool = False,
) -> SObject:
    """An object from its lines of fields, system fields first."""
    fields = tuple(read_field(line) for line in f"{system}\n{lines}".splitlines() if line.strip())
    return SObject(
        name=name,
        label=spaced(name),
        plural=f"{spaced(name)}s",
        prefix=prefix,
        fields=fields,
        createable=createable,
        updateable=updateable,
        deletable=deletable,
        tooling=tooling,
    )
