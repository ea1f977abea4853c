"""What each connector says of itself before it is opened: ours, and those that other packages register.

A package registers one by an entry point in the group `acuerdo.connectors` that names a `Registration`.
Nothing of a vendor's library is imported here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from connectors.settings import ConnectorSettings, HubSpotSettings, RDStationSettings, SalesforceSettings
from connectors.webhook import Reader
from mapping.catalogue import SOURCES
from mapping.problems import ConfigurationError, Problem, nearest
from mapping.status import KINDS, PROPERTIES, Property

GROUP = "acuerdo.connectors"


class Side(StrEnum):
    """The port that a connector implements."""

    marketing = "marketing"  # MarketingPlatform
    crm = "crm"  # Crm


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A connector: its system's name, its port, its table of the configuration, and its names for things.

    `connector` makes it from its settings and the keywords `tenant` and `schema`; as a text, `module:Class`, it
    is imported when it is opened. `properties` are the fields of ours that records of `kinds` carry there.
    `sources` are where a platform keeps our lead fields, `stages` its names of the stages that we set. `takes` names further keywords
    of `connector`: `budgets` (`connectors.budgets`), `jobs` (`connectors.jobs`), `clock` (the instant of a replay).
    `owner` is the CRM's field that says whom a record belongs to.
    `webhook` reads the calls of a platform that has them (`module:function`), where its settings have a `webhook`.
    `opt_outs` are the channels by the CRM fields that say a person wants no more of them. `mql_stage` is the
    platform's stage of leads that are ready for sales; `tells_zone` is False where its tenant's zone is a guess.
    """

    system: str
    side: Side
    settings: type[ConnectorSettings]
    connector: str | Callable[..., Any]
    properties: tuple[Property, ...]
    kinds: tuple[str, ...]
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)
    takes: frozenset[str] = frozenset()
    opt_outs: Mapping[str, str] = field(default_factory=dict)
    webhook: str | Reader | None = None
    mql_stage: str | None = None
    tells_zone: bool = True
    owner: str = ""


_HUBSPOT = Registration(
    system="hubspot",
    side=Side.marketing,
    settings=HubSpotSettings,
    connector="connectors.hubspot.marketing:HubSpot",
    webhook="connectors.hubspot.webhook:contacts_to_read",
    properties=PROPERTIES["hubspot"],
    kinds=KINDS["hubspot"],
    sources=SOURCES["hubspot"],
    stages={
        "sql": "salesqualifiedlead",
        "opportunity": "opportunity",
        "customer": "customer",
        "lead": "lead",
    },
    mql_stage="marketingqualifiedlead",
)
_SALESFORCE = Registration(
    system="salesforce",
    side=Side.crm,
    settings=SalesforceSettings,
    connector="connectors.salesforce.crm:Salesforce",
    opt_outs={"HasOptedOutOfEmail": "email", "DoNotCall": "phone"},
    takes=frozenset({"clock", "jobs"}),
    owner="OwnerId",
    properties=PROPERTIES["salesforce"],
    kinds=KINDS["salesforce"],
)
_RDSTATION = Registration(
    system="rdstation",
    side=Side.marketing,
    settings=RDStationSettings,
    connector="connectors.rdstation.marketing:RDStation",
    webhook="connectors.rdstation.webhook:contacts_to_read",
    properties=PROPERTIES["rdstation"],
    kinds=KINDS["rdstation"],
    sources=SOURCES["rdstation"],
    stages={"lead": "Lead", "sql": "Qualified Lead", "opportunity": "Opportunity", "customer": "Client"},
    mql_stage="Qualified Lead",
    tells_zone=False,
    takes=frozenset({"budgets", "clock"}),
)
OURS: Mapping[str, Registration] = {each.system: each for each in (_HUBSPOT, _RDSTATION, _SALESFORCE)}


def registration_of(system: str, side: Side | None = None) -> Registration:
    """The connector of this name (and port); raises ConfigurationError with the nearest one there is."""
    found = OURS.get(system) or _outside(system)
    if found is not None and side in (None, found.side):
        return found
    what = "there is no such connector" if found is None else f"it is no connector of the side {side}"
    raise ConfigurationError([Problem(key=system, what=what, write=nearest(system, names(side)))])


def names(side: Side | None = None) -> list[str]:
    """The connectors of a port that can be written in a configuration; those of other packages with either."""
    ours = [each.system for each in OURS.values() if side in (None, each.side)]
    return [*ours, *(name for name in _entries() if name not in OURS)]


def _entries() -> dict[str, EntryPoint]:
    return {each.name: each for each in entry_points(group=GROUP)}


@cache
def _outside(system: str) -> Registration | None:
    entry = _entries().get(system)
    if entry is None:
        return None
    try:
        found = entry.load()
    except Exception as error:  # a package of others may fail in any way
        what = f"the package that registers it cannot be imported ({type(error).__name__})"
        raise ConfigurationError([Problem(key=system, what=what, write="repair or remove it")]) from error
    if not isinstance(found, Registration) or found.system != system:
        what, write = f"its entry point names no Registration of {system!r}", "ask those who made it"
        raise ConfigurationError([Problem(key=system, what=what, write=write)])
    return found
