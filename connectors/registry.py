"""Opening a connector by its name; a vendor's library is imported then, not before."""

from importlib import import_module
from typing import Any, cast

from connectors.base import Crm, MarketingPlatform
from connectors.registration import Side, registration_of
from connectors.settings import ConnectorSettings


def open_platform(name: str, settings: ConnectorSettings, **more: Any) -> MarketingPlatform:
    """The marketing platform of this name, ready for use; raises ConfigurationError for an unknown one.

    `more` are the connector's own keywords (`tenant`, `schema`, `wait` and those that it `takes`).
    """
    return cast("MarketingPlatform", _open(name, Side.marketing, settings, more))


def open_crm(name: str, settings: ConnectorSettings, **more: Any) -> Crm:
    """The CRM of this name, ready for use; raises ConfigurationError for an unknown one."""
    return cast("Crm", _open(name, Side.crm, settings, more))


def _open(name: str, side: Side, settings: ConnectorSettings, more: dict[str, Any]) -> Any:
    connector = registration_of(name, side).connector
    if isinstance(connector, str):
        module, _, attribute = connector.partition(":")
        connector = getattr(import_module(module), attribute)
    return connector(settings, **more)
