"""HubSpot in the sandbox as a world for the marketing contract: people act through the vendor's own API."""

import requests

from connectors.hubspot.marketing import HubSpot
from connectors.settings import HubSpotSettings

OBJECTS = "/crm/v3/objects/contacts"


def settings(sandbox, **more):
    table = {"token": {"env": "TOKEN"}, "base_url": sandbox.hubspot.base_url, "attempts": 3, **more}
    return HubSpotSettings.model_validate(table, context={"environ": {"TOKEN": sandbox.hubspot.token}})


class HubSpotWorld:
    def __init__(self, sandbox, **more):
        self._sandbox = sandbox
        self._base_url = sandbox.hubspot.base_url
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {sandbox.hubspot.token}"
        self.platform = HubSpot(settings(sandbox, **more), wait=lambda _: None)

    def ask(self, method, path, body=None):
        response = self._session.request(method, self._base_url + path, json=body, timeout=30)
        assert response.ok, (response.status_code, response.text)
        return response.json() if response.content else {}

    def add(self, values):
        values = dict(values)
        stage = values.pop("lifecyclestage", None)
        record = self.ask("POST", OBJECTS, {"properties": values})["id"]
        if stage:
            self.change(record, {"lifecyclestage": stage})
        return record

    def change(self, record, values):
        self.ask("PATCH", f"{OBJECTS}/{record}", {"properties": dict(values)})

    def archive(self, record):
        self.ask("DELETE", f"{OBJECTS}/{record}")

    def merge(self, survivor, loser):
        self.ask("POST", f"{OBJECTS}/merge", {"primaryObjectId": survivor, "objectIdToMerge": loser})

    def members(self, name):
        number = self.ask("GET", f"/crm/v3/lists/object-type-id/0-1/name/{name}")["list"]["listId"]
        return {row["recordId"] for row in self.ask("GET", f"/crm/v3/lists/{number}/memberships")["results"]}

    def settle(self):
        self._sandbox.steer.advance(1)

    def strike(self, kind, **wish):
        self._sandbox.steer.fault("hubspot", kind, endpoint="*/contacts*", **wish)

    def platform_with(self, credentials):
        narrow = {"scopes": ["oauth", "crm.schemas.contacts.read"]}
        wish = {"expired": {"seconds": 0}, "revoked": {}, "narrow": narrow}[credentials]
        token = self._sandbox.steer.post("/hubspot/tokens", **wish)["token"]
        if credentials == "revoked":
            self._sandbox.steer.post("/hubspot/tokens", token=token, revoked=True)
        table = {"token": {"env": "TOKEN"}, "base_url": self._base_url, "attempts": 3}
        made = HubSpotSettings.model_validate(table, context={"environ": {"TOKEN": token}})
        return HubSpot(made, wait=lambda _: None)

    def advance(self, seconds):
        self._sandbox.steer.advance(seconds)
