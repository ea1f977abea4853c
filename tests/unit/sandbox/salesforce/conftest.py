"""Salesforce with a session, and an organisation without a server around it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from sandbox.clock import BusinessClock
from sandbox.salesforce import queries, records
from sandbox.salesforce.access import Actor
from sandbox.salesforce.org import Org
from sandbox.salesforce.seed import INTEGRATION
from sandbox.server import Sandbox
from sandbox.state import State

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
BASE = "/services/data/v62.0"


class Session:
    """Calls of a logged-in client: `salesforce("POST", "sobjects/Lead", json)`; paths from the version on."""

    def __init__(self, sandbox: Sandbox, session: requests.Session) -> None:
        self.sandbox, self.session = sandbox, session
        self.base_url = sandbox.salesforce.base_url
        self.log_in()

    def log_in(self) -> None:
        address = self.sandbox.salesforce
        form = {"grant_type": "client_credentials"}
        answer = self.session.post(
            f"{self.base_url}/services/oauth2/token",
            data=form,
            auth=(address.client_id, address.client_secret),
            timeout=20,
        )
        self.session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def __call__(self, method: str, path: str, json: object = None, **more: Any) -> requests.Response:
        url = self.base_url + (path if path.startswith("/") else f"{BASE}/{path}")
        return self.session.request(method, url, json=json, timeout=20, **more)

    def query(self, soql: str, name: str = "query") -> list[dict[str, Any]]:
        answer = self("GET", name, params={"q": soql})
        assert answer.status_code == 200, answer.text
        return answer.json()["records"]

    def one(self, soql: str, name: str = "query") -> dict[str, Any]:
        (record,) = self.query(soql, name)
        return record

    def lead(self, **values: Any) -> str:
        answer = self("POST", "sobjects/Lead", {"LastName": "Ruiz", "Company": "Acme"} | values)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def user_id(self) -> str:
        return self("GET", "/services/oauth2/userinfo").json()["user_id"]

    def add_field(self, name: str, entity: str = "Lead", *, grant: bool = True, **metadata: Any) -> str:
        """A custom field made and granted as setup would."""
        given = {"label": name, "type": "Text", "length": 80} | metadata
        body = {"FullName": f"{entity}.{name}", "Metadata": given}
        answer = self("POST", "tooling/sobjects/CustomField", body)
        assert answer.status_code == 201, answer.text
        if grant:
            self.grant(f"{entity}.{name}")
        return answer.json()["id"]

    def grant(self, field: str, *, edit: bool = True) -> None:
        wanted = {"Name": "Test_Access", "Label": "Test access"}
        found = self.query("SELECT Id FROM PermissionSet WHERE Name = 'Test_Access'")
        if found:
            access = found[0]["Id"]
        else:
            access = self("POST", "sobjects/PermissionSet", wanted).json()["id"]
            assignment = {"AssigneeId": self.user_id(), "PermissionSetId": access}
            assert self("POST", "sobjects/PermissionSetAssignment", assignment).status_code == 201
        body = {"ParentId": access, "SobjectType": field.split(".", maxsplit=1)[0], "Field": field}
        body |= {"PermissionsRead": True, "PermissionsEdit": edit}
        answer = self("POST", "sobjects/FieldPermissions", body)
        assert answer.status_code == 201, answer.text

    def external_id(self) -> None:
        self.add_field("Ext__c", unique=True, externalId=True, caseSensitive=False)

    def upsert(self, *rows: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
        listed = [{"attributes": {"type": "Lead"}, **row} for row in rows]
        body = {"allOrNone": False, "records": listed} | more
        answer = self("PATCH", "composite/sobjects/Lead/Ext__c", body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def people(self, *actions: dict[str, Any]) -> list[dict[str, Any]]:
        return self.sandbox.act({"actions": list(actions)})["results"]

    def set(self, name: str, value: bool | float | str) -> None:
        self.sandbox.state.settings[f"salesforce.{name}"] = value


@pytest.fixture
def salesforce(sandbox: Sandbox) -> Iterator[Session]:
    """Salesforce's API, logged in as the integration user; the business clock is frozen."""
    with requests.Session() as session:
        yield Session(sandbox, session)


class Rows:
    """An organisation used directly: no server, no token."""

    def __init__(self, org: Org) -> None:
        self.org = org
        integration = org.store.ids("User", '"Username" = ?', (INTEGRATION,))[0]
        self.actor: Actor = replace(org.person(integration), auto_assign=True)

    def insert(self, name: str = "Lead", **values: Any) -> str:
        kind = self.org.kinds[name.lower()]
        base = {"LastName": "Ruiz", "Company": "Acme"} if name == "Lead" else {}
        with self.org.use():
            return records.insert(
                self.org, self.actor, kind, records.read_body(kind, base | values, self.actor)
            )

    def query(self, soql: str, **more: Any) -> list[dict[str, Any]]:
        with self.org.use():
            return queries.run(self.org, self.actor.access, soql, BASE, **more).records


@pytest.fixture
def rows() -> Iterator[Rows]:
    clock = BusinessClock(MONDAY)
    clock.freeze(frozen=True)
    state = State(clock)
    yield Rows(Org.open(state))
    state.close()


@pytest.fixture
def make_rows() -> Iterator[Callable[[], Rows]]:
    """Several organisations in one test."""
    states: list[State] = []

    def make() -> Rows:
        clock = BusinessClock(MONDAY)
        clock.freeze(frozen=True)
        states.append(State(clock, seed=7))
        return Rows(Org.open(states[-1]))

    yield make
    for state in states:
        state.close()
