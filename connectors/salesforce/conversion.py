"""What a CRM conversion copies from Lead to Contact: LeadConvertSettings, by two calls of the Metadata API.

simple-salesforce could send them, but by a SOAP client of its own, outside our HTTP layer: no timeout, no count.
An update replaces the settings whole, so they are read, added to, and written back (Metadata API Developer Guide).
"""

from collections.abc import Sequence
from copy import deepcopy
from xml.etree import ElementTree as ET

from connectors.errors import ContractBroken, CredentialsRefused, Misconfigured
from connectors.salesforce.answers import SYSTEM
from connectors.salesforce.client import SalesforceClient
from connectors.salesforce.errors import raised

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
NAME = "LeadConvertSettings"
ET.register_namespace("met", NAMESPACE)  # a type's name is said with the prefix of its namespace
FORBIDDEN = 403
BY_HAND = "Setup > Object Manager > Lead > Fields & Relationships > Map Lead Fields"


class Conversion:
    """Reads and extends what a conversion copies."""

    def __init__(self, client: SalesforceClient) -> None:
        self._client = client

    def lacking(self, names: Sequence[str]) -> list[str] | None:
        """Those of the fields that a conversion leaves behind; None where the user may not look."""
        try:
            settings = self._read()
        except CredentialsRefused:
            return None
        mapped = _mapped(_contact(settings))
        return [name for name in names if mapped.get(name) != name]

    def copy(self, names: Sequence[str]) -> None:
        """Lets a conversion copy these fields to the Contact, and leaves all other mappings as they are."""
        settings = self._read()
        mapping = _contact(settings)
        for name in names:
            if _mapped(mapping).get(name) != name:
                pair = ET.Element(_tag("mappingFields"))
                ET.SubElement(pair, _tag("inputField")).text = name
                ET.SubElement(pair, _tag("outputField")).text = name
                mapping.insert(1, pair)  # after inputObject: the order of the schema
        body = ET.Element(_tag("updateMetadata"))
        component = ET.SubElement(body, _tag("metadata"), {TYPE: f"met:{NAME}"})
        component.extend(deepcopy(list(settings)))
        result = self._call(body)
        if result.findtext(_tag("success")) != "true":
            code = result.findtext(f"{_tag('errors')}/{_tag('statusCode')}") or "UNKNOWN"
            text = f"Salesforce does not take the mapping of the CRM conversion ({code}): do it by hand in {BY_HAND}"
            raise Misconfigured(text, system=SYSTEM, log=f"metadata: {code}")

    def _read(self) -> ET.Element:
        body = ET.Element(_tag("readMetadata"))
        ET.SubElement(body, _tag("type")).text = NAME
        ET.SubElement(body, _tag("fullNames")).text = NAME
        records = self._call(body).find(_tag("records"))
        if records is None:
            raise ContractBroken("Salesforce answered without its LeadConvertSettings", system=SYSTEM)
        return records

    def _call(self, body: ET.Element) -> ET.Element:
        text = self._client.soap(ET.tostring(body, encoding="unicode"))
        try:
            answer = ET.fromstring(text)  # noqa: S314 - our own vendor's; expat refuses entity bombs
        except ET.ParseError:
            raise ContractBroken("Salesforce answered something else than XML", system=SYSTEM) from None
        fault = answer.findtext(".//faultcode")
        if fault is not None:
            raise raised(FORBIDDEN, [{"errorCode": fault.rpartition(":")[2]}], "metadata")
        result = answer.find(f".//{_tag('result')}")
        if result is None:
            raise ContractBroken("Salesforce answered without a result", system=SYSTEM)
        return result


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _contact(settings: ET.Element) -> ET.Element:
    """The mapping to the Contact, made where there is none."""
    found = settings.findall(_tag("objectMapping"))
    for mapping in found:
        if mapping.findtext(_tag("outputObject")) == "Contact":
            return mapping
    mapping = ET.Element(_tag("objectMapping"))
    ET.SubElement(mapping, _tag("inputObject")).text = "Lead"
    ET.SubElement(mapping, _tag("outputObject")).text = "Contact"
    before = [one.tag for one in settings]
    place = (
        before.index(_tag("opportunityCreationOptions"))
        if _tag("opportunityCreationOptions") in before
        else len(before)
    )
    settings.insert(place, mapping)
    return mapping


def _mapped(mapping: ET.Element) -> dict[str | None, str | None]:
    pairs = mapping.findall(_tag("mappingFields"))
    return {one.findtext(_tag("inputField")): one.findtext(_tag("outputField")) for one in pairs}
