"""Rows of the ledger made by hand, as plain dicts: what a test does not care about has a quiet value."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from policies.business_time import BusinessTime
from policies.calendar import read_calendar
from reports.rows import Rows

MADRID = "Europe/Madrid"


def at(text: str, zone: str = MADRID) -> int:
    """UTC seconds of a local wall time; one with an offset is taken as it is."""
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).timestamp())


def office() -> BusinessTime:
    """Mon-Fri 09:00-18:00 in Madrid, with the holidays of its region."""
    spec = read_calendar({"timezone": MADRID, "holidays": {"country": "ES", "subdivision": "MD"}}).spec
    assert spec is not None
    return spec.resolve(date(2026, 1, 1)).hours


def lead(id_: str, seen_at: str = "2026-05-04T09:00", **more: Any) -> dict[str, Any]:
    row = {"id": id_, "seen_at": at(seen_at), "mql": True, "passing": "passed", "place": "assigned"}
    row |= {"status": "waiting_first_contact", "dimensions": {"source": "PAID_SEARCH"}, "company": "acme"}
    return row | more


def handoff(
    lead_: str, delivered: str | None = "2026-05-13T10:00", cycle: int = 1, **more: Any
) -> dict[str, Any]:
    """A handoff delivered at a local time, waiting; None is a draft that became MQL at `mql`."""
    mql = at(more.pop("mql", delivered or "2026-05-13T10:00"))
    sent = at(delivered) if delivered else None
    row = {
        "lead": lead_,
        "cycle": cycle,
        "type": "new",
        "agreement": 1,
        "state": "assigned",
        "since": sent or mql,
    }
    row |= {"outcome": None, "reason": None, "track": None, "priority": "standard", "credit": "provisional"}
    row |= {"against_marketing": False}
    row |= {"owner": "005A", "mql_at": mql, "package_complete_at": sent, "delivered_at": sent}
    row |= {"first_contact_at": None, "won_at": None, "attempts": 0, "breaches": 0, "flags": {}}
    row |= {"dimensions": {"source": "PAID_SEARCH", "content": "Guide"}, "company": "acme"}
    if delivered is None:
        row |= {"state": "draft", "credit": "none", "owner": None}
    return row | more


def clock(lead_: str, name: str = "first_attempt", state: str = "running", **more: Any) -> dict[str, Any]:
    row = {"lead": lead_, "cycle": 1, "name": name, "instance": 1, "side": "sales", "state": state}
    row |= {"start_at": at("2026-05-13T10:00"), "due_at": at("2026-05-13T14:00"), "stop_at": None}
    row |= {"breached_at": None, "elapsed_s": None, "wall_elapsed_s": None, "reason": None, "company": "acme"}
    row |= {"shares": {}}
    return row | more


def touch(lead_: str, when: str, **more: Any) -> dict[str, Any]:
    row = {"id": f"{lead_}{when}", "lead": lead_, "cycle": 1, "channel": "phone", "occurred_at": at(when)}
    row |= {"date": date.fromisoformat(when[:10]).toordinal()}
    row |= {"user": "005A", "counted": True, "reason": None, "company": "acme"}
    return row | more


def refused(lead_: str, **more: Any) -> dict[str, Any]:
    row = {"lead": lead_, "system": "salesforce", "operation": "push", "code": "REQUIRED_FIELD_MISSING"}
    row |= {"message": "the company is missing", "since": at("2026-05-13T10:00"), "fingerprint": "f"}
    return row | {"last_at": at("2026-05-14T10:00"), "company": "acme"} | more


def rows(**tables: list[dict[str, Any]]) -> Rows:
    return Rows.load(tables)


NOW = at("2026-05-20T12:00")


def story() -> Rows:
    """Eight leads of May 2026 in Madrid, one for each thing that a report tells of."""
    bad = {"source": "PAID_SOCIAL", "content": 'Sorteo, "gana" un <móvil>'}
    blank: dict[str, Any] = {"source": None, "content": ""}
    return Rows.load(
        {
            "lead": [
                lead("hubspot-1-1", place="won"),
                lead("hubspot-1-2", place="working"),
                lead("hubspot-1-3", place="assigned"),
                lead("hubspot-1-4", place="rejected", dimensions=bad),
                lead("hubspot-1-5", place="draft", dimensions=blank),
                lead("hubspot-1-6", place="queued"),
                lead("hubspot-1-7", place="refused", dimensions=blank),
                lead("hubspot-1-8", "2026-04-08T09:00", place=None, mql=False),
            ],
            "handoff": [
                handoff(
                    "hubspot-1-1",
                    "2026-05-04T10:00",
                    mql="2026-05-04T09:00",
                    state="won",
                    credit="final",
                    first_contact_at=at("2026-05-04T10:30"),
                    won_at=at("2026-05-18T13:00"),
                    since=at("2026-05-18T13:00"),
                    attempts=1,
                    flags={"no_contact_logged": True},
                ),
                handoff(
                    "hubspot-1-2", state="working", credit="final", attempts=2, since=at("2026-05-13T11:00")
                ),
                handoff("hubspot-1-3"),
                handoff(
                    "hubspot-1-4",
                    "2026-05-05T10:00",
                    state="rejected",
                    reason="bad_fit",
                    credit="reversed",
                    against_marketing=True,
                    since=at("2026-05-05T12:00"),
                    dimensions=bad,
                ),
                handoff("hubspot-1-5", None, dimensions=blank),
                handoff(
                    "hubspot-1-6",
                    "2026-04-10T10:00",
                    state="returned",
                    reason="no_response",
                    track="nurture",
                    credit="final",
                    since=at("2026-05-07T10:00"),
                    flags={"early_give_up": 2},
                    owner="005B",
                ),
                handoff("hubspot-1-6", "2026-05-19T10:00", cycle=2, state="queued", owner=None),
            ],
            "clock": [
                clock(
                    "hubspot-1-1",
                    state="met",
                    due_at=at("2026-05-04T14:00"),
                    stop_at=at("2026-05-04T10:30"),
                    elapsed_s=1800,
                    wall_elapsed_s=1800,
                ),
                clock(
                    "hubspot-1-2",
                    state="met",
                    stop_at=at("2026-05-13T11:00"),
                    elapsed_s=3600,
                    wall_elapsed_s=3600,
                ),
                clock("hubspot-1-3", state="breached_open", breached_at=at("2026-05-13T14:00")),
                clock("hubspot-1-2", "retention", due_at=at("2026-05-21T12:00")),
                clock(
                    "hubspot-1-4",
                    "accept",
                    "met",
                    due_at=at("2026-05-06T10:00"),
                    stop_at=at("2026-05-05T12:00"),
                ),
                clock(
                    "hubspot-1-5",
                    "package",
                    "breached_open",
                    side="marketing",
                    breached_at=at("2026-05-13T14:00"),
                ),
                clock(
                    "hubspot-1-6", "assign", "running", cycle=2, side="routing", due_at=at("2026-05-20T12:05")
                ),
            ],
            "touch": [
                touch("hubspot-1-1", "2026-05-04T10:30"),
                touch("hubspot-1-2", "2026-05-13T11:00"),
                touch("hubspot-1-2", "2026-05-14T11:00"),
                touch("hubspot-1-2", "2026-05-16T11:00", counted=False, reason="quiet_hours"),
            ],
            "refused": [refused("hubspot-1-7")],
            "intent": [{"operation": "push", "state": "owed"}, {"operation": "push", "state": "done"}],
            "status": [{"wanted_hash": "a", "written_hash": "a"}],
            "agreement": [
                {"number": 1, "effective_from": 0, "signed_by_marketing": "Ana", "signed_by_sales": "Luis"}
            ],
            "run": [{"now": NOW, "outcome": "done"}],
            "notice": [{"withdrawn_at": None}],
        },
        {"hubspot-1-3": "https://crm.example/lightning/r/Lead/00Q3/view?a=1&b=2"},
    )
