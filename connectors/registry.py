"""Opening a connector by its name; a vendor's library is imported then, not before."""

from importlib import import_module
from typing import Any, cast

from connectors.base import Crm, MarketingPlatform
from connectors.registration import Side, registration_of
from connectors.settings import ConnectorSettings
from connectors.webhook import Reader


def open_platform(name: str, settings: ConnectorSettings, **more: Any) -> MarketingPlatform:
    """The marketing platform of this name, ready for use; raises ConfigurationError for an unknown one.

    `more` are the connector's own keywords (`tenant`, `schema`, `wait` and those that it `takes`).
    """
    return cast("MarketingPlatform", _open(name, Side.marketing, settings, more))


def open_crm(name: str, settings: ConnectorSettings, **more: Any) -> Crm:
    """The CRM of this name, ready for use; raises ConfigurationError for an unknown one."""
    return cast("Crm", _open(name, Side.crm, settings, more))


def webhook_reader(name: str) -> Reader | None:
    """What reads the webhooks of this platform; None where it has none."""
    reader = registration_of(name, Side.marketing).webhook
    return None if reader is None else cast("Reader", _named(reader))


def _open(name: str, side: Side, settings: ConnectorSettings, more: dict[str, Any]) -> Any:
    return _named(registration_of(name, side).connector)(settings, **more)


def _named(target: Any) -> Any:
    """What a text `module:name` stands for; anything else is it already."""
    if not isinstance(target, str):
        return target
    module, _, attribute = target.partition(":")
    return getattr(import_module(module), attribute)
