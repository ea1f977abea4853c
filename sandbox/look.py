"""A look into the sandbox's Salesforce as any client of it has: a token, then a query."""

import json
import urllib.parse
import urllib.request
from typing import Any

from sandbox.server import Address


def query_salesforce(salesforce: Address, soql: str, version: str = "62.0") -> list[dict[str, Any]]:
    """The first page of what a query finds."""
    form = {
        "grant_type": "client_credentials",
        "client_id": salesforce.client_id,
        "client_secret": salesforce.client_secret,
    }
    token = _answer(f"{salesforce.base_url}/services/oauth2/token", {}, urllib.parse.urlencode(form).encode())
    query = urllib.parse.urlencode({"q": soql})
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    found = _answer(f"{salesforce.base_url}/services/data/v{version}/query?{query}", headers)
    return list(found["records"])


def _answer(url: str, headers: dict[str, str], body: bytes | None = None) -> dict[str, Any]:
    request = urllib.request.Request(url, body, headers)  # noqa: S310 - the sandbox's own address
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
        found: dict[str, Any] = json.load(answer)
    return found
