# ruff: noqa: ARG001 - every question is asked with the one signature that the table of questions calls
"""Questions asked of a vendor's connector against the sandbox on loopback, over real HTTP."""

import requests

from connectors.base import StageChange
from connectors.hubspot.marketing import HubSpot
from connectors.settings import HubSpotSettings
from sandbox.server import FREE_PORTS, Sandbox
from tests.cases.runner.asking_time import Answer, Given
from tests.cases.runner.setting import Setting

CONTACTS = "/crm/v3/objects/contacts"


def ask_stage(setting: Setting, given: Given) -> Answer:
    """Lifecycle stages set one after the other on a new contact in HubSpot, and the history that is left there."""
    first, *later = given["stages"]
    with Sandbox(ports=FREE_PORTS) as sandbox, requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {sandbox.hubspot.token}"
        address = sandbox.hubspot.base_url + CONTACTS
        body = {"properties": {"email": "stage@example.org", "lifecyclestage": first}}
        made = session.post(address, json=body, timeout=30)
        made.raise_for_status()
        record = made.json()["id"]
        table = {"token": {"env": "TOKEN"}, "base_url": sandbox.hubspot.base_url}
        settings = HubSpotSettings.model_validate(
            table, context={"environ": {"TOKEN": sandbox.hubspot.token}}
        )
        platform = HubSpot(settings, wait=lambda _: None)
        results = [platform.set_stage([StageChange(key="lead", id=record, stage=each)])[0] for each in later]
        shown = session.get(
            f"{address}/{record}", params={"propertiesWithHistory": "lifecyclestage"}, timeout=30
        )
    told = shown.json()["propertiesWithHistory"]["lifecyclestage"]
    return {
        "shown": told[0]["value"],
        "outcomes": [each.outcome for each in results],
        "codes": [each.code for each in results],
        "writes": [each["value"] for each in reversed(told)],
    }
