"""Made-up leads on their way into RD Station: contacts and stages by its API, form fills and scores by its office.

The leads are those of `sandbox.marketing.leads_of_day`; what RD Station has no standard field for goes into
custom fields that the account makes for itself.
"""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from sandbox.marketing import TIMEOUT, Lead, LoadFailed
from sandbox.server import Address

OWN_FIELDS = {
    "cf_company_name": ("Nome da empresa", "STRING", "TEXT_INPUT"),
    "cf_industry": ("Setor", "STRING", "TEXT_INPUT"),
    "cf_employees": ("Funcionários", "INTEGER", "NUMBER_INPUT"),
    "cf_source": ("Origem", "STRING", "TEXT_INPUT"),
}
SAME = {
    "jobtitle": "job_title",
    "phone": "personal_phone",
    "city": "city",
    "country": "country",
    "website": "website",
}
OWN = {"company": "cf_company_name", "industry": "cf_industry", "hs_analytics_source": "cf_source"}
MQL = "Qualified Lead"


def load(rdstation: Address, leads: Sequence[Lead]) -> list[str]:
    """Creates these leads as contacts, MQLs as qualified; answers their uuids in the order given.

    Waits where the account's limit asks for it. Raises LoadFailed.
    """
    client = _Client(rdstation)
    client.define()
    return [client.create(lead["properties"]) for lead in leads]


def track(control_url: str, leads: Sequence[Lead]) -> None:
    """Writes the form fills and the scores of these leads, as RD Station does itself; raises LoadFailed."""
    for lead in leads:
        email, tracked = lead["properties"]["email"], lead["tracked"]
        for form in ("first_conversion", "recent_conversion"):
            if form == "first_conversion" and tracked["num_conversion_events"] == "1":
                continue
            wish = {
                "email": email,
                "identifier": tracked[f"{form}_event_name"],
                "at": tracked[f"{form}_date"],
            }
            _ask("POST", f"{control_url}/rdstation/conversion", wish, {})
        scores = {"email": email, "interest": tracked["hubspotscore"]}
        _ask("POST", f"{control_url}/rdstation/scores", scores, {})


class _Client:
    """RD Station's API with an access token."""

    def __init__(self, rdstation: Address) -> None:
        self._base_url = rdstation.base_url
        granted = _ask("POST", f"{self._base_url}/auth/token", dict(rdstation.credentials), {})
        self._headers = {"Authorization": f"Bearer {granted['access_token']}"}

    def define(self) -> None:
        """Makes the account's own fields where they are missing."""
        there = {one["api_identifier"] for one in self._ask("GET", "/platform/contacts/fields")["fields"]}
        for name, (label, kind, shown) in OWN_FIELDS.items():
            if name not in there:
                text = {"pt-BR": label}
                wish = {"api_identifier": name, "data_type": kind, "presentation_type": shown}
                self._ask("POST", "/platform/contacts/fields", {**wish, "name": text, "label": text})

    def create(self, properties: Mapping[str, str]) -> str:
        """One contact."""
        names = (properties.get("firstname"), properties.get("lastname"))
        values: dict[str, Any] = {"name": " ".join(each for each in names if each)}
        values |= {ours: properties[theirs] for theirs, ours in (SAME | OWN).items() if theirs in properties}
        if "numemployees" in properties:
            values["cf_employees"] = int(properties["numemployees"])
        place = f"/platform/contacts/email:{quote(properties['email'], safe='@')}"
        uuid = str(self._ask("PATCH", place, values)["uuid"])
        if properties["lifecyclestage"] == "marketingqualifiedlead":
            self._ask("PUT", f"/platform/contacts/uuid:{uuid}/funnels/default", {"lifecycle_stage": MQL})
        return uuid

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return _ask(method, self._base_url + path, body, self._headers)


def _ask(method: str, url: str, body: Mapping[str, Any] | None, headers: Mapping[str, str]) -> dict[str, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(  # noqa: S310 - the caller's own vendor address
        url, data, {"Content-Type": "application/json", **headers}, method=method
    )
    while True:
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310 - as above
                found: dict[str, Any] = json.load(answer)
                return found
        except urllib.error.HTTPError as error:
            with error:
                wait = error.headers.get("retry-after-quotas")
                if error.code != HTTPStatus.TOO_MANY_REQUESTS or wait is None:
                    raise LoadFailed(error.code, "loading leads into RD Station") from None
            time.sleep(int(wait))
