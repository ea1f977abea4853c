"""Whether HubSpot's own Salesforce integration makes the records of leads, judged by the newest of them.

Its install brings properties that name the linked record (HubSpot's knowledge base, Salesforce integration). A link
alone says little: a contact that sales entered in Salesforce carries one too, and is told by its source drill-down.
"""

from collections.abc import Collection, Mapping
from typing import Any

from connectors.hubspot.client import HubSpotClient

LINKS = ("salesforceleadid", "salesforcecontactid")
BECAME_MQL = ("hs_v2_date_entered_marketingqualifiedlead", "hs_lifecyclestage_marketingqualifiedlead_date")
SOURCE = "hs_analytics_source_data_1"  # "SALESFORCE": made there, and copied to HubSpot
SAMPLE = 100
SHARE = 0.5


def judge(client: HubSpotClient, fields: Collection[str]) -> tuple[bool, str]:
    """Whether half of the newest MQLs that HubSpot itself got carry a link, and that in words; at most one call."""
    links = [name for name in LINKS if name in fields]
    became = next((name for name in BECAME_MQL if name in fields), None)
    if not links:
        return False, ""
    rows = [] if became is None else _newest(client, became, links)
    ours = [row for row in rows if str(row.get(SOURCE) or "").upper() != "SALESFORCE"]
    linked = sum(any(row.get(name) for name in links) for row in ours)
    if not ours:
        return False, "no contact that did not come from Salesforce became an MQL yet"
    told = f"{linked} of the newest {len(ours)} MQLs that did not come from Salesforce carry a link to a record there"
    return linked >= SHARE * len(ours), told


def _newest(client: HubSpotClient, became: str, links: Collection[str]) -> list[Mapping[str, Any]]:
    request = {
        "filterGroups": [{"filters": [{"propertyName": became, "operator": "HAS_PROPERTY"}]}],
        "sorts": [{"propertyName": became, "direction": "DESCENDING"}],
        "properties": [*links, SOURCE],
        "limit": SAMPLE,
    }
    return [row["properties"] for row in client.search(request)["results"]]
