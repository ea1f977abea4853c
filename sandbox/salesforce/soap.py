"""The Metadata API's SOAP calls readMetadata and updateMetadata, for LeadConvertSettings alone.

From the Metadata API Developer Guide: the component's full name is its type's; an update replaces it whole.
"""

from typing import Any
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from sandbox.salesforce import limits, oauth
from sandbox.salesforce.call import Answer
from sandbox.salesforce.errors import Fault
from sandbox.salesforce.org import Org

_SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_METADATA = "http://soap.sforce.com/2006/04/metadata"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_NAME = "LeadConvertSettings"
_SERVER_ERROR = 500
_MEDIA = "text/xml;charset=UTF-8"


def answer(org: Org, raw: bytes) -> Answer:
    """The answer to a POST on /services/Soap/m/<version>; a fault is HTTP 500."""
    try:
        return Answer(_wrap(_carry_out(org, _parse(raw))), media=_MEDIA)
    except Fault as fault:
        text = (
            f"<soapenv:Fault><faultcode>sf:{fault.code}</faultcode>"
            f"<faultstring>{fault.code}: {escape(fault.message)}</faultstring></soapenv:Fault>"
        )
        return Answer(_wrap(text), _SERVER_ERROR, media=_MEDIA)


def _carry_out(org: Org, envelope: ET.Element) -> str:
    session = envelope.findtext(f".//{{{_METADATA}}}sessionId") or ""
    oauth.authenticate(org, {"authorization": f"Bearer {session}"})
    limits.count_call(org)
    body = envelope.find(f"{{{_SOAP}}}Body")
    if body is None or not len(body):
        raise Fault("INVALID_REQUEST", "The body holds no call")
    if not org.settings.flag("customize_application"):
        text = "insufficient access: Modify Metadata Through Metadata API Functions"
        raise Fault("INSUFFICIENT_ACCESS", text)
    return _do(org, body[0])


def _parse(raw: bytes) -> ET.Element:
    try:
        return ET.fromstring(raw)  # noqa: S314 - a caller on this machine; expat refuses entity bombs
    except ET.ParseError as error:
        raise Fault("INVALID_REQUEST", str(error)) from error


def _wrap(body: str) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="{_SOAP}" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>'
    )


def _do(org: Org, call: ET.Element) -> str:
    name = call.tag.rpartition("}")[2]
    if name == "readMetadata" and call.findtext(f"{{{_METADATA}}}type") == _NAME:
        return _response(
            name, f'<records xsi:type="{_NAME}">{_written(org.settings.lead_conversion)}</records>'
        )
    component = call.find(f"{{{_METADATA}}}metadata")
    if name != "updateMetadata" or component is None or str(component.get(_TYPE)).rpartition(":")[2] != _NAME:
        raise Fault("INVALID_TYPE", f"{name} is served for {_NAME} only")
    told = _read(component)
    unknown = _unknown(org, told)
    if unknown:
        error = f"<errors><message>{escape(unknown)}</message><statusCode>FIELD_INTEGRITY_EXCEPTION</statusCode></errors>"
        return _response(name, f"{error}<fullName>{_NAME}</fullName><success>false</success>")
    org.settings.map_lead(told)
    return _response(name, f"<fullName>{_NAME}</fullName><success>true</success>")


def _response(name: str, result: str) -> str:
    return f'<{name}Response xmlns="{_METADATA}"><result>{result}</result></{name}Response>'


def _written(settings: dict[str, Any]) -> str:
    mappings = "".join(
        "<objectMapping><inputObject>Lead</inputObject>"
        + "".join(
            f"<mappingFields><inputField>{escape(pair['inputField'])}</inputField>"
            f"<outputField>{escape(pair['outputField'])}</outputField></mappingFields>"
            for pair in mapping["mappingFields"]
        )
        + f"<outputObject>{escape(mapping['outputObject'])}</outputObject></objectMapping>"
        for mapping in settings.get("objectMapping", [])
    )
    owner = str(settings.get("allowOwnerChange", "true"))
    options = settings.get("opportunityCreationOptions", "VisibleOptional")
    return (
        f"<fullName>{_NAME}</fullName><allowOwnerChange>{owner}</allowOwnerChange>{mappings}"
        f"<opportunityCreationOptions>{options}</opportunityCreationOptions>"
    )


def _read(component: ET.Element) -> dict[str, Any]:
    def text(element: ET.Element, name: str) -> str:
        return element.findtext(f"{{{_METADATA}}}{name}") or ""

    mappings = [
        {
            "inputObject": text(mapping, "inputObject"),
            "outputObject": text(mapping, "outputObject"),
            "mappingFields": [
                {"inputField": text(pair, "inputField"), "outputField": text(pair, "outputField")}
                for pair in mapping.findall(f"{{{_METADATA}}}mappingFields")
            ],
        }
        for mapping in component.findall(f"{{{_METADATA}}}objectMapping")
    ]
    plain = {name: text(component, name) for name in ("allowOwnerChange", "opportunityCreationOptions")}
    return {"objectMapping": mappings} | {name: value for name, value in plain.items() if value}


def _unknown(org: Org, told: dict[str, Any]) -> str:
    """What names a field that is not there."""
    for mapping in told["objectMapping"]:
        target = org.kind(mapping["outputObject"])
        if target is None or mapping["inputObject"] != "Lead":
            return f"no mapping from {mapping['inputObject']} to {mapping['outputObject']}"
        for pair in mapping["mappingFields"]:
            if org.kinds["lead"].find(pair["inputField"]) is None or target.find(pair["outputField"]) is None:
                return f"no fields {pair['inputField']} and {pair['outputField']}"
    return ""
