"""What an administrator does in Setup that has no call of its own here: deeds of the control address."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.salesforce.org import Org

Deed = Callable[[dict[str, Any]], Mapping[str, Any]]


def deeds(org: Org) -> Mapping[str, Deed]:
    """By name: `lead_conversion` (LeadConvertSettings as JSON) and `public_key` {"client_id", "pem"}."""

    def map_lead(wish: dict[str, Any]) -> Mapping[str, Any]:
        with org.use():
            org.settings.map_lead(wish)
        return {"mapped": True}

    def register_key(wish: dict[str, Any]) -> Mapping[str, Any]:
        with org.use():
            org.settings.register_key(str(wish["client_id"]), str(wish["pem"]))
        return {"registered": wish["client_id"]}

    return {"lead_conversion": map_lead, "public_key": register_key}
