"""How a HubSpot token and its portal stand: rights, calls left, HubSpot's own Salesforce integration."""

from collections.abc import Callable, Iterator
from contextlib import suppress

from connectors.base import Finding, Grade, Schema
from connectors.errors import CredentialsRefused, RecordRefused
from connectors.hubspot.client import HubSpotClient
from connectors.hubspot.privacy import SCOPE

SCARCE = 0.1  # of the day's calls
NO_LIST = "0"


def inspect(client: HubSpotClient, schema: Schema, crm_leads: str) -> list[Finding]:
    """Every finding; `crm_leads` is the company's choice; raises ConnectorError for what is no matter of rights."""
    return [*_rights(client), *_calls_left(client), _integration(schema, crm_leads)]


def _rights(client: HubSpotClient) -> Iterator[Finding]:
    """Each right by a call that could change nothing: HubSpot looks at scopes before it looks at the body."""
    uses: dict[str, tuple[Callable[[], object], Grade, str]] = {
        "crm.objects.contacts.read": (
            lambda: client.page([], after="", limit=1, archived=False),
            Grade.fault,
            "contacts cannot be read",
        ),
        "crm.objects.contacts.write": (
            lambda: client.batch_update([]),
            Grade.fault,
            "no status can be written",
        ),
        "crm.lists.read": (
            lambda: client.list_by_name("acuerdo"),
            Grade.fault,
            "tracks cannot be found",
        ),
        "crm.lists.write": (
            lambda: client.change_list(NO_LIST, [], enter=True),
            Grade.fault,
            "leads cannot be put on tracks",
        ),
        SCOPE: (
            client.subscriptions,
            Grade.note,
            "what people tell sales is not carried to their subscriptions (marketing.opt_outs)",
        ),
        "crm.schemas.contacts.write": (
            lambda: client.create_property({}),
            Grade.note,
            "`acuerdo setup` cannot create properties",
        ),
    }
    for scope, (use, grade, loss) in uses.items():
        if _allowed(use):
            yield Finding(what=f"scope {scope}", grade=Grade.ok, state="granted")
        else:
            remedy = f"add the scope {scope} to the app behind the token"
            yield Finding(what=f"scope {scope}", grade=grade, state=f"missing: {loss}", remedy=remedy)


def _allowed(use: Callable[[], object]) -> bool:
    try:
        with suppress(RecordRefused):  # refused for what it asks, so the scope is there
            use()
    except CredentialsRefused:
        return False
    return True


def _calls_left(client: HubSpotClient) -> Iterator[Finding]:
    for usage in client.daily_usage():
        left, limit = max(usage["usageLimit"] - usage["currentUsage"], 0), usage["usageLimit"]
        state = f"{left:,} of {limit:,} left until midnight of the portal's zone"
        scarce = left < limit * SCARCE
        yield Finding(
            what="calls a day",
            grade=Grade.fault if not left else Grade.note if scarce else Grade.ok,
            state=state,
            remedy="see which other app of the portal uses them, or run after midnight" if scarce else "",
        )


def _integration(schema: Schema, crm_leads: str) -> Finding:
    what = "HubSpot's own Salesforce integration"
    if not schema.evidence:
        return Finding(what=what, grade=Grade.ok, state="not installed")
    attaches = schema.linked if crm_leads == "auto" else crm_leads == "attach"
    does = "attaches to its records and makes none" if attaches else "makes a record where it finds none"
    by = "by that" if crm_leads == "auto" else f'by marketing.crm_leads = "{crm_leads}"'
    return Finding(
        what=what,
        grade=Grade.note,
        state=f"installed; {schema.evidence}; {by}, Acuerdo {does}",
        remedy="say otherwise by marketing.crm_leads (attach, create); put its Salesforce user's id into "
        "crm.integration_users, so that its writes are not taken for people's",
    )
