"""Salesforce in the sandbox as a world for the CRM contract: people act through its own API and back office."""

import base64

import requests
from pydantic import SecretStr

from connectors.salesforce.crm import Salesforce
from connectors.settings import SalesforceSettings

VERSION = "/services/data/v62.0"


def settings(sandbox, **more):
    table = {
        "base_url": sandbox.salesforce.base_url,
        "client_id": sandbox.salesforce.client_id,
        "client_secret": {"env": "SECRET"},
        "attempts": 3,
        **more,
    }
    environ = {"SECRET": sandbox.salesforce.client_secret}
    return SalesforceSettings.model_validate(table, context={"environ": environ})


class SalesforceWorld:
    page_rows = 200

    def __init__(self, sandbox, *, small_pages=False, jobs=None, **more):
        self._sandbox = sandbox
        self._steer = sandbox.steer
        self._base_url = sandbox.salesforce.base_url
        self._session = requests.Session()
        self._session.trust_env = False
        self._token = self._log_in()
        self.crm = Salesforce(settings(sandbox, **more), clock=self.now, jobs=jobs, wait=lambda _: None)
        if small_pages:  # the least that Salesforce gives
            self.crm._client.transport.headers["Sforce-Query-Options"] = "batchSize=200"

    def now(self):
        from datetime import datetime

        return int(datetime.fromisoformat(self._steer.get("/clock")["now"]).timestamp())

    def _log_in(self):
        salesforce = self._sandbox.salesforce
        basic = base64.b64encode(f"{salesforce.client_id}:{salesforce.client_secret}".encode()).decode()
        response = self._session.post(
            f"{self._base_url}/services/oauth2/token",
            data={"grant_type": "client_credentials"},
            headers={"Authorization": f"Basic {basic}"},
            timeout=30,
        )
        return response.json()["access_token"]

    def ask(self, method, path, body=None, **params):
        response = self._session.request(
            method,
            self._base_url + VERSION + path,
            json=body,
            params=params,
            headers={"Authorization": f"Bearer {self._token}", "Sforce-Auto-Assign": "FALSE"},
            timeout=30,
        )
        assert response.ok, (response.status_code, response.text)
        return response.json() if response.content else {}

    def upload(self, job, text):
        response = self._session.put(
            f"{self._base_url}{VERSION}/jobs/ingest/{job}/batches",
            data=text.encode(),
            headers={"Authorization": f"Bearer {self._token}", "Content-Type": "text/csv"},
            timeout=30,
        )
        assert response.ok, (response.status_code, response.text)

    def query(self, soql):
        return self.ask("GET", "/query", q=soql)["records"]

    def do(self, action, lead, **details):
        wish = {"do": action, "lead": lead, **details}
        return self._steer.post("/people", actions=[wish])["results"][0]["written"]

    def later(self):
        self._steer.advance(3600)

    def enter(self, values):
        return self.ask("POST", "/sobjects/Lead", dict(values))["id"]

    def values(self, record, names):
        kind = "Lead" if record.startswith("00Q") else "Contact"
        row = self.ask("GET", f"/sobjects/{kind}/{record}", fields=",".join(names))
        return {name: row[name] for name in names}

    def leads(self):
        return len(self.query("SELECT Id FROM Lead"))

    def call(self, lead, *, answered=True):
        self.do("call", lead, answered=answered)

    def mail(self, lead):
        self.do("mail", lead)

    def incoming_mail(self, lead):
        self.do("incoming_mail", lead)

    def meet(self, lead):
        self.do("meet", lead)

    def plan_task(self, lead):
        self.do("task", lead)

    def assign(self, lead):
        owner = self.another_seller(lead)
        self.do("assign", lead, to=owner)
        return owner

    def another_seller(self, lead):
        before = self.values(lead, ("OwnerId",))["OwnerId"]
        sellers = self.query("SELECT Id FROM User WHERE IsActive = true AND Username LIKE 'seller%'")
        return next(row["Id"] for row in sellers if row["Id"] != before)

    def former_seller(self):
        user = self.query("SELECT Id FROM User WHERE Username = 'seller4@example.com'")[0]["Id"]
        self.ask("PATCH", f"/sobjects/User/{user}", {"IsActive": False})
        return user

    def set_status(self, lead, status):
        self.do("edit", lead, fields={"Status": status})

    def edit(self, lead, values):
        self.do("edit", lead, fields=dict(values))

    def convert(self, lead):
        fields = self.crm.schema().kinds["Lead"]
        ours = [name for name in fields if name.startswith("Acuerdo_")]
        pairs = [{"inputField": name, "outputField": name} for name in ours]
        mapping = {"outputObject": "Contact", "mappingFields": pairs}
        self._steer.post("/salesforce/lead_conversion", objectMapping=[mapping])
        written = self.do("convert", lead)
        return written["contact"], written["opportunity"]

    def win(self, lead, amount):
        self.do("win", lead, amount=amount)

    def lose(self, lead):
        self.do("lose", lead)

    def delete(self, lead):
        self.do("delete", lead)

    def merge(self, survivor, loser):
        self.do("merge", survivor, loser=loser)

    def undelete(self, lead):
        self.do("undelete", lead)

    def bounce(self, lead):
        self.do("bounce", lead)

    def reopen(self, lead):
        self.do("reopen", lead)

    def strike(self, kind, **wish):
        self._steer.fault("salesforce", kind, endpoint="*/composite*", **wish)

    def advance(self, seconds):
        self._steer.advance(seconds)

    def crm_with(self, credentials):
        made = settings(self._sandbox)
        if credentials == "expired":
            self._steer.post("/settings", **{"salesforce.token_seconds": 0})
        if credentials == "revoked":
            made = made.model_copy(update={"client_secret": SecretStr("revoked")})
        if credentials == "narrow":
            self._steer.post("/settings", **{"salesforce.hidden_objects": "Lead Contact"})
        return Salesforce(made, wait=lambda _: None)
