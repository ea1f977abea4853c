"""Webhooks, received: who is called at which address, and what a call leaves in the ledger."""

import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from connectors.registry import webhook_reader
from connectors.settings import WebhookSettings
from connectors.webhook import Call, Reader
from sync.accounts import tenant_of
from sync.ledger import hints
from sync.ledger.hints import Kept
from sync.ledger.store import Ledger
from sync.settings import Company

MOST = 1_000  # contacts of one call: a vendor's own has 100 events at most, of which a merge names several


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Who receives the webhooks of one company: its platform, its secrets, and what reads a call."""

    company: str
    system: str
    settings: WebhookSettings
    read: Reader = field(repr=False)

    @property
    def url(self) -> str:
        """The whole address that the platform calls; it holds the secret path."""
        return self.settings.url(self.company)

    @property
    def secret(self) -> str:
        """What the platform signs with; empty where it does not."""
        secret = getattr(self.settings, "app_secret", None)
        return "" if secret is None else str(secret.get_secret_value())


def receivers_of(companies: Iterable[Company]) -> dict[str, Receiver]:
    """Who receives webhooks, by company: those with a `webhook` in their platform's settings."""
    found = {}
    for company in companies:
        settings = getattr(company.marketing, "webhook", None)
        reader = webhook_reader(company.platform)
        if settings is not None and reader is not None:
            found[company.slug] = Receiver(
                company=company.slug, system=company.platform, settings=settings, read=reader
            )
    return found


def find_receiver(receivers: Mapping[str, Receiver], company: str, path: str) -> Receiver | None:
    """Whose secret path this is; it takes as long for a company that is not there."""
    receiver = receivers.get(company)
    expected = secrets.token_hex() if receiver is None else receiver.settings.path.get_secret_value()
    fits = secrets.compare_digest(expected.encode(), path.encode("utf-8", errors="replace"))
    return receiver if fits else None


def receive(ledger: Ledger, receiver: Receiver, call: Call) -> Kept:
    """Keeps whom a call names as hints, in a transaction of its own; no vendor is called.

    Raises NotFromVendor for a call that the platform did not sign, LedgerError where the ledger is busy too long.
    """
    tenant = tenant_of(ledger, receiver.company, receiver.system)
    ids = receiver.read(replace(call, at=int(time.time()), secret=receiver.secret, tenant=tenant or ""))
    if not ids:
        return Kept(kept=0)
    with ledger.write(receiver.company, 0) as tx:
        kept = hints.add_hints(tx, receiver.system, ids[:MOST])
    return replace(kept, dropped=kept.dropped + len(ids[MOST:]))
