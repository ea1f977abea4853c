from typing import ClassVar

import pytest

from connectors.base import FieldWanted, OptOut
from mapping.records import ValueType
from tests.contract.marketing import MarketingContract, MarketingVendorContract, Names
from tests.contract.rdstation_world import RDStationWorld


class TestRDStation(MarketingVendorContract, MarketingContract):
    keeps_a_bin = False
    owners = False
    merges = False
    lists = ("acuerdo-nurture",)
    names = Names(
        text="name",
        stage="lifecycle_stage",
        created="created_at",
        status="cf_acuerdo_sla_status",
        number="cf_acuerdo_cycle",
        first_stage="Lead",
        later_stage="Qualified Lead",
        opted_out="opted_out",
    )
    wanted = (
        FieldWanted(
            name="cf_acuerdo_sla_status", label="SLA status", type=ValueType.text, kinds=("contact",)
        ),
        FieldWanted(
            name="cf_acuerdo_cycle", label="Handoff cycle", type=ValueType.number, kinds=("contact",)
        ),
    )
    asked = ("email", "name", "lifecycle_stage", "last_conversion_identifier", *(one.name for one in wanted))
    told: ClassVar = {"cf_acuerdo_sla_status": "breached", "cf_acuerdo_cycle": 2}

    def person(self, number):
        return {"email": f"person{number}@example.com", "name": f"Ana {number}"}

    def test_a_declined_consent_leaves_other_legal_bases_alone(self, ready):
        record = ready.add(self.person(1))
        place = f"/platform/contacts/uuid:{record}"
        kept = {"category": "data_processing", "type": "legitimate_interest", "status": "granted"}
        mail = {"category": "communications", "type": "consent", "status": "granted"}
        ready.ask("PATCH", place, {"legal_bases": [kept, mail]})
        ready.platform.opt_out([OptOut(key="a", id=record)])
        assert ready.ask("GET", place)["legal_bases"] == [kept, {**mail, "status": "declined"}]

    @pytest.fixture
    def world(self, sandbox, tmp_path):
        return RDStationWorld(sandbox, tmp_path)

    @pytest.fixture
    def small_pages(self, sandbox, tmp_path):
        return RDStationWorld(sandbox, tmp_path, page=3)
