"""RD Station in the sandbox as a world for the marketing contract: people fill forms, others act by the API."""

import requests

from connectors.rdstation.marketing import RDStation
from connectors.settings import RDStationSettings

CONTACTS = "/platform/contacts"


def settings(sandbox, folder, **more):
    token_file = folder / "rdstation.token"
    if not token_file.exists():
        token_file.write_text(sandbox.rdstation.refresh_token)
        token_file.chmod(0o600)
    table = {
        "client_id": sandbox.rdstation.client_id,
        "client_secret": {"env": "SECRET"},
        "token_file": str(token_file),
        "base_url": sandbox.rdstation.base_url,
        "plan": "advanced",
        "attempts": 3,
        **more,
    }
    environ = {"SECRET": sandbox.rdstation.client_secret}
    return RDStationSettings.model_validate(table, context={"environ": environ})


class RDStationWorld:
    def __init__(self, sandbox, folder, *, waits=lambda _: None, **more):
        self.sandbox, self._folder = sandbox, folder
        self._base_url = sandbox.rdstation.base_url
        self._session = requests.Session()
        self._session.trust_env = False
        granted = self.ask("POST", "/auth/token", dict(sandbox.rdstation.credentials))
        self._session.headers["Authorization"] = f"Bearer {granted['access_token']}"
        self.platform = RDStation(settings(sandbox, folder, **more), wait=waits)

    def ask(self, method, path, body=None):
        response = self._session.request(method, self._base_url + path, json=body, timeout=30)
        assert response.ok, (response.status_code, response.text)
        return response.json() if response.content else {}

    def add(self, values):
        values = dict(values)
        stage, email = values.pop("lifecycle_stage", None), values["email"]
        self.fill(values.pop("email"), **values)
        record = self.ask("GET", f"{CONTACTS}/email:{email}")["uuid"]
        if stage:
            self.ask("PUT", f"{CONTACTS}/uuid:{record}/funnels/default", {"lifecycle_stage": stage})
        return record

    def change(self, record, values):
        """What changes a contact where it shows: a form fill."""
        email = self.ask("GET", f"{CONTACTS}/uuid:{record}")["email"]
        self.fill(email, **values)

    def fill(self, email, form="Pide una demo", **values):
        payload = {"email": email, "conversion_identifier": form, **values}
        event = {"event_type": "CONVERSION", "event_family": "CDP", "payload": payload}
        self.ask("POST", "/platform/events", event)

    def archive(self, record):
        self.ask("DELETE", f"{CONTACTS}/uuid:{record}")

    def merge(self, survivor, loser):
        raise NotImplementedError("RD Station's API has no merge")

    def members(self, name):
        rows = self.ask("GET", "/platform/segmentations/1/contacts?page_size=125")["contacts"]
        found = [self.ask("GET", f"{CONTACTS}/uuid:{row['uuid']}") for row in rows]
        return {one["uuid"] for one in found if name in one.get("tags", ())}

    def settle(self):
        self.sandbox.steer.advance(1)

    def strike(self, kind, **wish):
        self.sandbox.steer.fault("rdstation", kind, endpoint="*/platform/*", **wish)

    def platform_with(self, credentials):
        """A token that expires is renewed, and there are no scopes: only access that was taken away."""
        if credentials != "revoked":
            return None
        folder = self._folder / "revoked"
        folder.mkdir()
        made = settings(self.sandbox, folder)
        self.sandbox.steer.post("/rdstation/tokens", do="revoke")
        return RDStation(made, wait=lambda _: None)

    def advance(self, seconds):
        self.sandbox.steer.advance(seconds)
