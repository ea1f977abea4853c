"""What the vendors say of themselves: whose account it is and which fields it has, asked once a day."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from connectors.base import Crm, FieldInfo, FieldWanted, MarketingPlatform, Owner, Schema, Tenant
from connectors.errors import ConnectorError, QuotaUsedUp
from connectors.registration import registration_of
from connectors.settings import ConnectorSettings
from mapping.identity import fingerprint
from mapping.mappers import Mappers, prepare_mappers, refers_to_owners
from mapping.owners import Owners
from mapping.problems import ConfigurationError, Problem
from mapping.records import ValueType
from mapping.setting import Setting
from mapping.status import Meaning
from sync.extensions import transforms
from sync.ledger import runs
from sync.ledger.store import Ledger, Tx
from sync.settings import Company

ACCOUNT, OWNERS = "account", "owners"
CREDENTIALS, TENANT = "credentials", "tenant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whose account a credential opens, and its fields."""

    tenant: Tenant
    schema: Schema

    @property
    def lacking(self) -> list[str]:
        """The fields of ours that it lacks or hides from us, as `kind.name`."""
        return [
            f"{kind}.{each.name}"
            for each in wanted_fields(self.tenant.system)
            for kind in each.kinds
            if each.name not in self.schema.kinds.get(kind, {})
        ]


def account_of(ledger: Ledger, company: str, vendor: MarketingPlatform | Crm) -> Account:
    """The vendor's answer of the last day; asked anew when that one lacks fields of ours.

    Raises ConnectorError, without a call as long as the vendor's quota is used up.
    """
    _refuse_used_up(ledger, company, vendor.system)
    fresh = fresh_account_of(ledger, company, vendor.system)
    if fresh is not None and not fresh.lacking:
        return fresh
    account = Account(tenant=vendor.tenant(), schema=vendor.schema())
    with ledger.write(company, 0) as tx:
        runs.put_answer(tx, vendor.system, ACCOUNT, asdict(account))
    return account


def needs_owners(company: Company, marketing: Account, sales: Account) -> bool:
    """Whether a rule refers to owners, so that both systems are asked who theirs are."""
    return refers_to_owners(company.rules, _crm_fields(sales), _fields_of(marketing))


def owners_of(ledger: Ledger, company: str, vendor: MarketingPlatform | Crm) -> Owners:
    """Whom the vendor's records may belong to, by its answer of the last day; raises ConnectorError."""
    fresh = last_owners_of(ledger, company, vendor.system, stale=False)
    if fresh is not None:
        return fresh
    rows = vendor.owners()
    with ledger.write(company, 0) as tx:
        runs.put_answer(tx, vendor.system, OWNERS, {"rows": [asdict(row) for row in rows]})
    return Owners(vendor.system, rows)


def last_owners_of(ledger: Ledger, company: str, system: str, *, stale: bool = True) -> Owners | None:
    """The newest answer, however old, or with `stale` off one of the last day of machine time."""
    with ledger.read(company) as tx:
        kept = runs.answer(tx, system, OWNERS, stale=stale)
    return None if kept is None else Owners(system, [Owner(**row) for row in kept["rows"]])


def keep_quotas(tx: Tx, faults: Iterable[ConnectorError]) -> None:
    """Notes until when vendors are left alone; set-up, `check` and other credentials forget it."""
    for fault in faults:
        if isinstance(fault, QuotaUsedUp) and fault.until is not None:
            runs.put_answer(tx, fault.system, runs.QUOTA, {"until": fault.until, "told": str(fault)})


def _refuse_used_up(ledger: Ledger, company: str, system: str) -> None:
    """Raises QuotaUsedUp before it is renewed, in machine time: calls that are refused count against us too."""
    with ledger.read(company) as tx:
        kept = runs.left_alone(tx, system)
    if kept is not None:
        raise QuotaUsedUp(kept["told"], system=system, log="left alone until then", until=kept["until"])


def fresh_account_of(ledger: Ledger, company: str, system: str) -> Account | None:
    """The answer of the last day of machine time."""
    return _kept(ledger, company, system, stale=False)


def last_account_of(ledger: Ledger, company: str, system: str) -> Account | None:
    """The newest answer, however old: it serves while the vendor is down."""
    return _kept(ledger, company, system, stale=True)


def notice_credentials(ledger: Ledger, company: str, system: str, settings: ConnectorSettings) -> None:
    """Forgets what was answered under other credentials: they may open another account."""
    secret = json.dumps(settings.model_dump(), sort_keys=True, default=_revealed)
    print_ = fingerprint({"settings": secret})
    with ledger.write(company, 0) as tx:
        known = runs.cursor(tx, system, CREDENTIALS)
        if known is not None and known != print_:
            runs.drop_answers(tx)
        if known != print_:
            runs.put_cursor(tx, system, CREDENTIALS, print_)


def _revealed(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def tenant_of(ledger: Ledger, company: str, system: str) -> str | None:
    """The account that this ledger's leads of a company are of; None before the first run."""
    with ledger.read(company) as tx:
        return runs.cursor(tx, system, TENANT)


def refuse_other_tenant(ledger: Ledger, company: str, tenant: Tenant) -> None:
    """Raises ConfigurationError when the credentials open another account than this ledger's leads are of."""
    with ledger.write(company, 0) as tx:
        known = runs.cursor(tx, tenant.system, TENANT)
        if known is None:
            runs.put_cursor(tx, tenant.system, TENANT, tenant.id)
    if known in (None, tenant.id):
        return
    what = f"the credentials open account {tenant.id}, but this ledger's leads are of {known}"
    write = f"give those of {known}, or configure another company for {tenant.id}"
    raise ConfigurationError([Problem(key=f"companies.{company} ({tenant.system})", what=what, write=write)])


def forget_accounts(ledger: Ledger, company: str) -> None:
    """Asks the vendors anew next time, as after set-up."""
    with ledger.write(company, 0) as tx:
        runs.drop_answers(tx)


def wanted_fields(system: str) -> list[FieldWanted]:
    """The fields of ours that a system should have (design, section 11)."""
    registration = registration_of(system)
    return [
        FieldWanted(
            name=each.name,
            label=each.label,
            type=each.type,
            kinds=registration.kinds,
            length=each.length,
            unique=each.unique,
            options=each.options,
        )
        for each in registration.properties
    ]


def mappers_for(
    company: Company, marketing: Account, sales: Account, owners: tuple[Owners, Owners] | None = None
) -> Mappers:
    """The company's field rules, ready to run against both systems' own fields, and owners where rules refer to them.

    Raises ConfigurationError with every rule that does not fit and every field of ours that is missing.
    """
    problems = [
        Problem(
            key=f"companies.{company.slug}",
            what=f"{account.tenant.system} lacks {len(account.lacking)} fields of ours, or hides them: "
            + ", ".join(account.lacking),
            write="run `acuerdo setup`",
        )
        for account in (marketing, sales)
        if account.lacking
    ]
    try:
        mappers = prepare_mappers(
            company.rules,
            company.fields,
            lead=sales.schema.kinds["Lead"],
            contact=sales.schema.kinds.get("Contact", {}),
            marketing=_fields_of(marketing),
            owners=owners,
            setting=Setting(language=company.language, zone=ZoneInfo(company.timezone)),
            transforms=transforms(),
            key=f"companies.{company.slug}.mapping",
        )
    except ConfigurationError as error:
        raise ConfigurationError(company.placed([*problems, *error.problems])) from error
    if problems:
        raise ConfigurationError(company.placed(problems))
    return mappers


def _fields_of(marketing: Account) -> Mapping[str, FieldInfo]:
    return next(iter(marketing.schema.kinds.values()))


def _crm_fields(sales: Account) -> Mapping[str, FieldInfo]:
    return {**sales.schema.kinds.get("Contact", {}), **sales.schema.kinds["Lead"]}


def rich_briefs_of(sales: Account) -> frozenset[str]:
    """The kinds of CRM records whose brief is a rich text, as the CRM describes it."""
    ours = [
        each.name for each in registration_of(sales.tenant.system).properties if each.meaning is Meaning.brief
    ]
    return frozenset(
        kind
        for kind, fields in sales.schema.kinds.items()
        for name in ours
        if name in fields and fields[name].html
    )


def _kept(ledger: Ledger, company: str, system: str, *, stale: bool) -> Account | None:
    with ledger.read(company) as tx:
        answer = runs.answer(tx, system, ACCOUNT, stale=stale)
    return None if answer is None else _load(answer)


def _load(answer: Mapping[str, Any]) -> Account:
    kinds = {
        kind: {name: _field(row) for name, row in fields.items()}
        for kind, fields in answer["schema"]["kinds"].items()
    }
    return Account(
        tenant=Tenant(**answer["tenant"]),
        schema=Schema(**{**answer["schema"], "kinds": kinds}),
    )


def _field(row: Mapping[str, Any]) -> FieldInfo:
    return FieldInfo(**{**row, "type": ValueType(row["type"]), "options": tuple(row["options"])})
