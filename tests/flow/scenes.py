"""What can happen to leads between runs, as steps by name: stories that a test tells, or that chance makes up.

A step that makes no sense where it falls (a call to a lead that is not in the CRM) does nothing, so that
every list of steps is a story.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mapping.records import RecordState
from tests.doubles.sales import LEAD_ID, QUEUE, Row
from tests.flow.world import DAY, HOUR, MQL, SELLER, World

OTHER = "005B"


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happens to the n-th lead of a world, or to the world."""

    name: str
    lead: int = 0


def record_of(world: World, contact: str) -> Row | None:
    """The live CRM record of a contact: its lead, or the contact made of it by conversion."""
    wanted = f"hubspot-4242-{contact}"
    rows = [row for row in world.crm.rows.values() if row.values.get(LEAD_ID) == wanted and row.live]
    return rows[0] if rows else None


def _edit(**values: str | None) -> Callable[[World, Row], None]:
    return lambda world, row: world.crm.edit(
        row.id, {f"Acuerdo_{name}__c": value for name, value in values.items()}
    )


def _set(**values: str | None) -> Callable[[World, Row], None]:
    return lambda world, row: world.crm.edit(row.id, values)


def _touch(channel: str, **more: bool) -> Callable[[World, Row], None]:
    def act(world: World, row: Row) -> None:
        world.crm.act(row.id, channel, by=SELLER, **more)

    return act


def _undo(world: World, row: Row) -> None:
    mine = [each for each, (_, touch) in world.crm.touched.items() if touch.record_id == row.id]
    if mine:
        world.crm.undo(mine[-1])


def _convert(world: World, row: Row) -> None:
    if row.kind == "Lead":
        world.crm.convert(row.id)


def _win(world: World, row: Row) -> None:
    world.crm.win(_deal(world, row), amount=900)


def _lose(world: World, row: Row) -> None:
    world.crm.lose(_deal(world, row), reason="Budget")


def _deal(world: World, row: Row) -> str:
    """The record's deal, sold on the spot where there is none."""
    known = [each for each, (_, deal) in world.crm.sold.items() if row.id in deal.contacts]
    return known[0] if known else world.crm.sell(row.id)


SALES: Mapping[str, Callable[[World, Row], None]] = {
    "call": _touch("phone"),
    "answered call": _touch("phone", answered=True),
    "mail": _touch("email"),
    "automated mail": _touch("email", automated=True),
    "mail from the lead": _touch("email", outgoing=False),
    "meeting": _touch("meeting", answered=True),
    "undo": _undo,
    "accept": _edit(Disposition="accepted"),
    "reject": _edit(Disposition="bad_fit"),
    "reject the data": _edit(Disposition="bad_contact_data"),
    "duplicate": _edit(Disposition="duplicate"),
    "ask for the package": _edit(Disposition="missing_package"),
    "wrong territory": _edit(Disposition="wrong_territory"),
    "not now": _edit(Disposition="not_now"),
    "not now, until June": _edit(Disposition="not_now", Until="2026-06-15"),
    "no response": _edit(Disposition="no_response"),
    "no budget": _edit(Disposition="no_budget"),
    "pause": _edit(Pause="lead_asked_date", Until="2026-05-20"),
    "resume": _edit(Pause=None, Until=None),
    "Working": lambda world, row: world.crm.set_status(row.id, "Working"),
    "Nurturing": lambda world, row: world.crm.set_status(row.id, "Nurturing"),
    "Unqualified": lambda world, row: world.crm.set_status(row.id, "Unqualified"),
    "a status of their own": lambda world, row: world.crm.set_status(row.id, "Hot!"),
    "another seller": lambda world, row: world.crm.hand_over(row.id, OTHER),
    "back to the queue": lambda world, row: world.crm.hand_over(row.id, QUEUE),
    "another title": _set(Title="Boss"),
    "another title, and back": _set(Title="CMO"),
    "no title": _set(Title=None),
    "another phone": _set(Phone="+34911234569"),
    "convert": _convert,
    "win": _win,
    "lose": _lose,
    "delete": lambda world, row: world.crm.delete(row.id),
}


def _change(**values: str | None) -> Callable[[World, str], None]:
    return lambda world, contact: world.marketing.change(contact, values)


def _dated(name: str, value: str) -> Callable[[World, str], None]:
    return lambda world, contact: world.marketing.change(contact, {name: value}, dated={name: world.now})


def _stage(stage: str) -> Callable[[World, str], None]:
    def act(world: World, contact: str) -> None:
        world.marketing.change(contact, {"lifecyclestage": stage}, dated={"lifecyclestage": world.now})

    return act


def _merge(world: World, contact: str) -> None:
    others = [
        each.id
        for each in world.marketing.contacts.values()
        if each.id != contact and each.state is RecordState.live
    ]
    if others:
        world.marketing.merge(contact, others[0])


MARKETING: Mapping[str, Callable[[World, str], None]] = {
    "rename": _change(lastname="Newname"),
    "a name too long": _change(lastname="N" * 300),
    "lose the address": _change(email=None, phone=None),
    "find the address": _change(email="found@example.org", phone="+34911234568"),
    "promote": _change(jobtitle="CEO"),
    "demote": _change(jobtitle="CMO"),
    "promote, dated": _dated("jobtitle", "Chair"),
    "forget the title": _change(jobtitle=None),
    "another number": _change(phone="+34911234570"),
    "write over what sales said": _change(crm_title="Theirs"),
    "subscriber again": _stage("subscriber"),
    "MQL again": _stage(MQL),
    "archive": lambda world, contact: world.marketing.archive(contact),
    "merge": _merge,
}


def _known(kind: str, count: int) -> Callable[[World], None]:
    """The CRM knows the next lead's address already, `count` times."""

    def act(world: World) -> None:
        email = f"lead{len(world.marketing.contacts) + 1}@example.org"
        for number in range(count):
            values = {"LastName": f"Known {number}", "Company": "X", "Email": email}
            world.crm.add(kind, values, owner=SELLER)
        world.mql()

    return act


def _old(world: World) -> None:
    contact = world.mql()
    world.marketing.contacts[contact].dated["lifecyclestage"] = world.now - 400 * DAY


NEW: Mapping[str, Callable[[World], object]] = {
    "new MQL": lambda world: world.mql(),
    "new MQL nobody can reach": lambda world: world.mql(email=None, phone=None),
    "new MQL with a long name": lambda world: world.mql(lastname="L" * 300),
    "new MQL without account": lambda world: world.mql(company=None),
    "new MQL with a formula": lambda world: world.mql(lastname='=HYPERLINK("x"), 🎉'),
    "new MQL, a lead there": _known("Lead", 1),
    "new MQL, a contact there": _known("Contact", 1),
    "new MQL, two leads there": _known("Lead", 2),
    "old MQL": _old,
    "new subscriber": lambda world: world.mql(lifecyclestage="subscriber"),
}

TIME: Mapping[str, int] = {"an hour": HOUR, "five hours": 5 * HOUR, "a day": DAY, "ten days": 10 * DAY}


def perform(world: World, step: Step) -> None:
    """Lets one step happen; a minute passes with each."""
    if step.name in TIME:
        world.wait(TIME[step.name])
        return
    world.wait(60)
    if step.name in NEW:
        NEW[step.name](world)
        return
    contacts = [each.id for each in world.marketing.contacts.values() if each.state is RecordState.live]
    if not contacts:
        return
    contact = contacts[step.lead % len(contacts)]
    if step.name in MARKETING:
        MARKETING[step.name](world, contact)
        return
    row = record_of(world, contact)
    if row is not None:
        SALES[step.name](world, row)
