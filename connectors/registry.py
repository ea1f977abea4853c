"""Connectors by name: ours, and those that other packages offer in the entry-point group `acuerdo.connectors`.

A vendor's library is imported when its connector is opened, not before.
"""

from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, cast

from connectors.base import Crm, MarketingPlatform
from connectors.settings import ConnectorSettings
from mapping.problems import ConfigurationError, Problem, nearest

GROUP = "acuerdo.connectors"
PLATFORMS = {"hubspot": "connectors.hubspot.marketing:HubSpot"}
CRMS = {"salesforce": "connectors.salesforce.crm:Salesforce"}


def open_platform(name: str, settings: ConnectorSettings, **more: Any) -> MarketingPlatform:
    """The marketing platform of this name, ready for use; raises ConfigurationError for an unknown one.

    `more` are the connector's own keywords (`tenant`, `schema`, `wait` ...).
    """
    return cast("MarketingPlatform", _load(name, PLATFORMS)(settings, **more))


def open_crm(name: str, settings: ConnectorSettings, **more: Any) -> Crm:
    """The CRM of this name, ready for use; raises ConfigurationError for an unknown one."""
    return cast("Crm", _load(name, CRMS)(settings, **more))


def _load(name: str, ours: dict[str, str]) -> Any:
    if name in ours:
        module, _, attribute = ours[name].partition(":")
        return getattr(import_module(module), attribute)
    outside = {one.name: one for one in entry_points(group=GROUP)}
    if name in outside:
        return outside[name].load()
    fault = Problem(key=name, what="there is no such connector", write=nearest(name, {*ours, *outside}))
    raise ConfigurationError([fault])
