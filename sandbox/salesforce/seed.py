"""What an organisation holds before anyone uses it: its people, a queue, its statuses and stages."""

from collections.abc import Sequence
from typing import Any

from sandbox.salesforce.objects import STANDARD
from sandbox.salesforce.store import Store

SALES = "Sales"
INTEGRATION = "integration@example.com"
ADMINISTRATOR = "admin@example.com"
_SELLERS = (("Lucía", "Romero"), ("Mateo", "Vidal"), ("Sofía", "Castro"), ("Diego", "Navarro"))
_LEAD_STATUSES = ("New", "Working", "Nurturing", "Unqualified", "Qualified")
_TASK_STATUSES = ("Not Started", "In Progress", "Completed", "Waiting on someone else", "Deferred")
_STAGES = (
    ("Prospecting", 10, "Pipeline"),
    ("Proposal", 50, "Best Case"),
    ("Negotiation", 75, "Commit"),
    ("Closed Won", 100, "Closed"),
    ("Closed Lost", 0, "Omitted"),
)
_PREFIXES = {kind.name: kind.prefix for kind in STANDARD}
_STAMPED = {kind.name: [field.name for field in kind.fields] for kind in STANDARD}


class _Seed:
    def __init__(self, store: Store, at: str) -> None:
        self._store, self._at = store, at
        self.author: str | None = None

    def put(self, name: str, **values: Any) -> str:
        record = self._store.new_id(_PREFIXES[name])
        dates = dict.fromkeys(("CreatedDate", "LastModifiedDate", "SystemModstamp"), self._at)
        authors = dict.fromkeys(("CreatedById", "LastModifiedById"), self.author or record)
        stamps = {key: value for key, value in (dates | authors).items() if key in _STAMPED[name]}
        self._store.insert(name, {"Id": record, **stamps, **values})
        return record


def seed(store: Store, at: str) -> None:
    """Fill an empty organisation; `at` is the business time its records carry."""
    put = _Seed(store, at)
    _seed_people(put)
    _seed_statuses(put)
    _seed_entities(put)


def _seed_people(put: _Seed) -> None:
    profiles = {
        name: put.put("Profile", Name=name, UserType="Standard")
        for name in ("System Administrator", SALES, "Minimum Access - API Only Integrations")
    }
    administrator, sales, api = profiles.values()
    put.author = _seed_user(put, ("Ada", "Administradora"), ADMINISTRATOR, administrator)
    _seed_user(put, ("", "Integration"), INTEGRATION, api)
    sellers = [
        _seed_user(put, names, f"seller{number}@example.com", sales)
        for number, names in enumerate(_SELLERS, start=1)
    ]
    for name, profile in profiles.items():
        put.put(
            "PermissionSet",
            Name=f"X{profile[:15]}",
            Label=name,
            ProfileId=profile,
            IsOwnedByProfile=1,
        )
    _seed_queue(put, sellers)
    put.put(
        "Organization",
        Name="Sandbox",
        InstanceName="SB0",
        IsSandbox=1,
        OrganizationType="Developer Edition",
        TimeZoneSidKey="Europe/Madrid",
        DefaultLocaleSidKey="es_ES",
        LanguageLocaleKey="es",
    )


def _seed_user(put: _Seed, names: tuple[str, str], address: str, profile: str) -> str:
    first, last = names
    return put.put(
        "User",
        Username=address,
        FirstName=first or None,
        LastName=last,
        Name=f"{first} {last}".strip(),
        Alias=address[:8],
        Email=address,
        IsActive=1,
        UserType="Standard",
        ProfileId=profile,
        TimeZoneSidKey="Europe/Madrid",
        LocaleSidKey="es_ES",
        LanguageLocaleKey="es",
    )


def _seed_queue(put: _Seed, sellers: Sequence[str]) -> None:
    queue = put.put("Group", Name="Inbound Leads", DeveloperName="Inbound_Leads", Type="Queue")
    put.put("QueueSobject", QueueId=queue, SobjectType="Lead")
    put.put("AssignmentRule", Name="Inbound", SobjectType="Lead", Active=1)
    for seller in sellers:
        put.put("GroupMember", GroupId=queue, UserOrGroupId=seller)


def _seed_statuses(put: _Seed) -> None:
    for order, name in enumerate(_LEAD_STATUSES, start=1):
        flags = {"IsConverted": int(name == "Qualified"), "IsDefault": int(name == "New")}
        put.put("LeadStatus", MasterLabel=name, ApiName=name, SortOrder=order, **flags)
    for order, name in enumerate(_TASK_STATUSES, start=1):
        flags = {"IsClosed": int(name == "Completed"), "IsDefault": int(name == "Not Started")}
        put.put("TaskStatus", MasterLabel=name, ApiName=name, SortOrder=order, **flags)
    for order, (name, probability, forecast) in enumerate(_STAGES, start=1):
        put.put(
            "OpportunityStage",
            MasterLabel=name,
            ApiName=name,
            SortOrder=order,
            IsActive=1,
            IsClosed=int(name.startswith("Closed")),
            IsWon=int(name == "Closed Won"),
            DefaultProbability=float(probability),
            ForecastCategoryName=forecast,
        )


def _seed_entities(put: _Seed) -> None:
    for kind in STANDARD:
        if not kind.tooling:
            put.put(
                "EntityDefinition",
                DurableId=kind.name,
                QualifiedApiName=kind.name,
                DeveloperName=kind.name,
                Label=kind.label,
                MasterLabel=kind.label,
                PluralLabel=kind.plural,
                KeyPrefix=kind.prefix,
                IsCustomizable=1,
                IsQueryable=1,
            )
