"""What an object looks like to a user: describe calls."""

from typing import Any

from sandbox.salesforce.access import Access
from sandbox.salesforce.call import Answer, Call
from sandbox.salesforce.errors import not_found
from sandbox.salesforce.schema import ID_TYPES, Field, SObject

_SOAP = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    "double": "xsd:double",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "anyType": "xsd:anyType",
}


def describe_field(field: Field, kind: SObject, access: Access) -> dict[str, Any]:
    """One field as describe tells it to a user."""
    may_set = access.sets(kind, field)
    return {
        "name": field.name,
        "label": field.label,
        "type": field.type,
        "soapType": _SOAP.get(field.type, "xsd:string"),
        "length": field.length,
        "byteLength": field.length * 3,
        "precision": field.precision,
        "scale": field.scale,
        "digits": 0,
        "createable": field.createable and may_set,
        "updateable": field.updateable and may_set,
        "nillable": field.nillable,
        "defaultedOnCreate": field.default is not None or field.name == "OwnerId" or not field.createable,
        "defaultValue": bool(field.default) if field.type == "boolean" else None,
        "externalId": field.external_id,
        "unique": field.unique,
        "caseSensitive": field.case_sensitive,
        "idLookup": field.type == "id" or field.external_id or (field.type == "email" and field.indexed),
        "nameField": field.name == "Name",
        "custom": field.custom,
        "calculated": False,
        "autoNumber": False,
        "filterable": field.filterable,
        "sortable": field.filterable,
        "groupable": field.filterable and field.type != "datetime",
        "permissionable": field.custom and field.nillable,
        "picklistValues": [
            {
                "active": choice.active,
                "defaultValue": choice.default or choice.value == field.default,
                "label": choice.label,
                "validFor": None,
                "value": choice.value,
            }
            for choice in field.choices
        ],
        "restrictedPicklist": field.restricted,
        "referenceTo": list(field.refers),
        "relationshipName": field.relationship,
        "polymorphicForeignKey": len(field.refers) > 1,
        "deprecatedAndHidden": False,
        "inlineHelpText": None,
        "dependentPicklist": False,
        "controllerName": None,
        "extraTypeInfo": "richtextarea" if field.rich else None,
        "htmlFormatted": field.rich or field.type == "url",
    }


def summarise(kind: SObject, base: str) -> dict[str, Any]:
    """What describe says of an object as a whole."""
    address = f"{base}/sobjects/{kind.name}"
    return {
        "name": kind.name,
        "label": kind.label,
        "labelPlural": kind.plural,
        "keyPrefix": kind.prefix,
        "custom": False,
        "customSetting": False,
        "createable": kind.createable,
        "updateable": kind.updateable,
        "deletable": kind.deletable,
        "undeletable": kind.soft,
        "mergeable": kind.name in ("Lead", "Contact", "Account"),
        "queryable": True,
        "retrieveable": True,
        "replicateable": "systemmodstamp" in kind.by_name,
        "searchable": any(field.name == "Name" for field in kind.fields),
        "layoutable": kind.soft,
        "triggerable": kind.soft,
        "feedEnabled": False,
        "deprecatedAndHidden": False,
        "urls": {
            "sobject": address,
            "describe": f"{address}/describe",
            "rowTemplate": f"{address}/{{ID}}",
        },
    }


def describe_object(call: Call) -> Answer:
    """GET sobjects/<name>/describe: only the fields that the user may see."""
    kind = find_kind(call)
    access = call.actor.access
    fields = [describe_field(field, kind, access) for field in kind.fields if access.sees(kind, field)]
    children = [
        {"childSObject": other.name, "field": field.name, "relationshipName": None, "cascadeDelete": False}
        for other in call.org.kinds.values()
        for field in other.fields
        if kind.name in field.refers and not other.tooling
    ]
    more = {"fields": fields, "childRelationships": children, "recordTypeInfos": []}
    return Answer(summarise(kind, call.base) | more)


def describe_all(call: Call) -> Answer:
    """GET sobjects."""
    hidden = call.org.settings.names("hidden_objects")
    seen = [kind for kind in call.org.kinds.values() if not kind.tooling and kind.name not in hidden]
    kinds = [summarise(kind, call.base) for kind in seen]
    return Answer({"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": kinds})


def describe_basic(call: Call) -> Answer:
    """GET sobjects/<name>."""
    return Answer({"objectDescribe": summarise(find_kind(call), call.base), "recentItems": []})


def find_kind(call: Call) -> SObject:
    """The object that the address names; raises NOT_FOUND."""
    kind = call.org.kind(call.params["name"])
    if kind is None or kind.tooling:
        raise not_found()
    return kind


def is_lookup(field: Field) -> bool:
    """Whether records can be addressed by this field's value."""
    return field.type in ID_TYPES - {"reference"} or field.external_id
