import pytest

from connectors.base import Owner
from tests.contract.crm import CrmContract
from tests.doubles.crm import MemoryCrm
from tests.doubles.sales import QUEUE


class DoubleWorld:
    page_rows = 3

    def __init__(self, **settings):
        people = [Owner(id=one, email=f"{one}@example.com") for one in ("005A", "005B")]
        self.crm = MemoryCrm(with_fields=False, people=[*people, Owner(id=QUEUE)], **settings)

    def later(self):
        self.crm.now += 3600

    def enter(self, values):
        return self.crm.add("Lead", values)

    def values(self, record, names):
        row = self.crm.rows[record]
        return {name: row.owner if name == "OwnerId" else row.values.get(name) for name in names}

    def leads(self):
        return sum(row.kind == "Lead" and not row.deleted for row in self.crm.rows.values())

    def person(self, lead):
        return self.crm.rows[lead].converted.get("contact", lead)

    def call(self, lead, *, answered=True):
        self.crm.act(self.person(lead), "phone", answered=answered, seconds=180 if answered else 0)

    def mail(self, lead):
        self.crm.act(self.person(lead), "email")

    def incoming_mail(self, lead):
        self.crm.act(self.person(lead), "email", outgoing=False)

    def meet(self, lead):
        self.crm.act(self.person(lead), "meeting")

    def plan_task(self, lead):
        assert lead in self.crm.rows, "an open task is nothing that the double shows"

    def assign(self, lead):
        self.crm.hand_over(lead, "005B")
        return "005B"

    def another_seller(self, lead):
        assert self.crm.rows[lead].owner != "005B"
        return "005B"

    def former_seller(self):
        self.crm.inactive.add("005Z")
        self.crm.people.append(Owner(id="005Z", email="gone@example.com", active=False))
        return "005Z"

    def set_status(self, lead, status):
        self.crm.set_status(lead, status)

    def edit(self, lead, values):
        self.crm.edit(lead, values)

    def convert(self, lead):
        return self.crm.convert(lead)

    def win(self, lead, amount):
        self.crm.win(self.crm.rows[lead].converted["deal"], amount=amount)

    def lose(self, lead):
        self.crm.lose(self.crm.rows[lead].converted["deal"])

    def delete(self, lead):
        self.crm.delete(lead)

    def undelete(self, lead):
        self.crm.restore(lead)

    def bounce(self, lead):
        self.crm.bounce(self.newest(lead, "email"))

    def reopen(self, lead):
        self.crm.undo(self.newest(lead, "phone"))

    def newest(self, lead, channel):
        touches = [touch for _, touch in self.crm.touched.values()]
        mine = [one for one in touches if (one.record_id, one.channel) == (self.person(lead), channel)]
        return mine[-1].id

    def merge(self, survivor, loser):
        self.crm.merge(survivor, loser)


class TestMemoryCrm(CrmContract):
    @pytest.fixture
    def bare(self):
        return DoubleWorld()

    @pytest.fixture
    def small_pages(self):
        return DoubleWorld(page_size=3)
