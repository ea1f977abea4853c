"""Events as cases write them: one table each, payload keys beside the others, unknown ones refused."""

from collections.abc import Mapping
from typing import Any

from mapping.problems import nearest
from policies.events import Event, Kind
from tests.cases.runner.reading import refuse_unknown
from tests.cases.runner.times import CaseFault, read_at

OWN = ("kind", "at", "recorded", "source", "id", "version", "cycle", "lead")
PAYLOAD: Mapping[str, tuple[str, ...]] = {
    "lead_changed": ("mql", "priority", "segment", "zone", "country", "region", "zone_guess", "field"),
    "mql_met": (
        "agreement", "definition", "trigger", "priority", "segment", "type", "at_flag", "parked", "zone", "country",
        "region", "zone_guess",
    ),
    "package_complete": (),
    "account_changed": ("field",),
    "investment_increased": ("field",),
    "hand_raised": ("form",),
    "inbound": ("channel", "form", "answered", "seconds"),
    "opted_out": ("channel",),
    "on_track": ("track", "list"),
    "off_track": ("track",),
    "stage_changed": ("stage",),
    "delivered": ("record", "record_kind", "created", "agreement"),
    "refused": ("code",),
    "owner_changed": ("owner", "owner_kind", "previous", "cause"),
    "reassigned": ("owner", "previous", "cause"),
    "accepted": ("by",),
    "rejected": ("code", "by", "until", "survivor"),
    "returned": ("code", "until", "potential", "by"),
    "touch": (
        "channel", "by", "automated", "answered", "seconds", "outgoing", "template", "opt_in", "deleted", "held",
        "bounced",
    ),
    "sql_met": (),
    "deal_linked": ("deal",),
    "deal_won": ("deal", "amount", "currency", "dated"),
    "deal_lost": ("deal", "code"),
    "crm_converted": ("contact", "account", "deal"),
    "paused": ("reason", "until", "by"),
    "resumed": ("reason", "by"),
    "meeting_booked": ("starts_at", "held"),
    "bounced": ("touch", "hard", "channel"),
    "undone": ("what", "by"),
    "absence": ("owner", "from", "to"),
    "merged": ("survivor",),
    "deleted": (),
    "restored": (),
    "erased": (),
    "drift": ("field", "found", "expected"),
    "disputed": ("by",),
    "dispute_decided": ("decision", "by"),
    "approved": ("role", "by"),
    "acknowledged": ("clock", "level", "instance", "by"),
    "notice_sent": ("clock", "level", "instance"),
    "agreement_published": (),
    "calendar_published": (),
}  # fmt: skip
OURS = ("mql_met", "package_complete", "delivered", "on_track", "off_track", "stage_changed", "notice_sent")
MARKETING = (
    "lead_changed", "account_changed", "investment_increased", "hand_raised", "inbound", "opted_out", "bounced",
    "erased",
)  # fmt: skip
INSTANTS = ("starts_at", "from", "to")
HANDOFF = (
    "mql", "package", "delivered", "owner", "assigned", "accepted", "cycle", "priority", "segment", "type", "trigger",
)  # fmt: skip


def read_event(table: Mapping[str, Any], lead: str, number: int) -> Event:
    """The event of one `[[events]]` table; `number` makes its id where it has none."""
    where = f"events[{number}]"
    kind = str(table.get("kind"))
    if kind not in PAYLOAD:
        raise CaseFault(f"{where}.kind: no such event {kind!r}: {nearest(kind, PAYLOAD)}")
    refuse_unknown(table, (*OWN, *PAYLOAD[kind]), where)
    if "at" not in table:
        raise CaseFault(f"{where}.at: write when it happened")
    at = read_at(table["at"])
    data = {_payload_name(key): _payload(key, value) for key, value in table.items() if key not in OWN}
    return Event(
        kind=Kind(kind),
        lead=str(table.get("lead", lead)),
        occurred_at=int(at),
        recorded_at=int(read_at(table["recorded"]) if "recorded" in table else at),
        source=str(table.get("source", _source(kind))),
        object_id=str(table.get("id", f"e{number}")),
        version=str(table.get("version", "")),
        cycle=table.get("cycle"),
        data=data,
    )


def handoff_events(table: Mapping[str, Any], lead: str) -> list[Event]:
    """The events of a handoff's beginning: met, complete, delivered, owned, as far as `[handoff]` says."""
    refuse_unknown(table, HANDOFF, "handoff")
    mql = table.get("mql", table.get("package", table.get("delivered")))
    if mql is None:
        raise CaseFault("handoff: write 'delivered', or 'mql' for one that is not")
    about = {key: table[key] for key in ("priority", "segment", "type", "trigger") if key in table}
    cycle = table.get("cycle", 1)
    found = [{"kind": "mql_met", "at": mql, "id": f"h{cycle}", "cycle": cycle, **about}]
    delivered = table.get("delivered")
    if (complete := table.get("package", delivered)) is not None:
        found.append({"kind": "package_complete", "at": complete, "id": f"p{cycle}", "cycle": cycle})
    if delivered is not None:
        found.append({"kind": "delivered", "at": delivered, "id": f"d{cycle}", "cycle": cycle})
    if "owner" in table:
        when = table.get("assigned", delivered)
        found.append(
            {
                "kind": "owner_changed",
                "at": when,
                "id": f"o{cycle}",
                "owner": table["owner"],
                "owner_kind": "user",
            }
        )
    if "accepted" in table:
        found.append(
            {"kind": "accepted", "at": table["accepted"], "id": f"a{cycle}", "by": table.get("owner", "A")}
        )
    return [read_event(each, lead, number) for number, each in enumerate(found)]


def _source(kind: str) -> str:
    return "acuerdo" if kind in OURS else "hubspot" if kind in MARKETING else "salesforce"


def _payload_name(key: str) -> str:
    return "kind" if key == "what" else key


def _payload(key: str, value: Any) -> Any:
    """Instants as UTC seconds; a date of `until` stays a date, which means its midnight at the company's."""
    if key in INSTANTS:
        return int(read_at(value))
    if key == "until":
        text = value if isinstance(value, str) else value.isoformat()
        return text if len(text) == len("2026-06-12") else int(read_at(text))
    return value
