import pytest

from connectors.base import OptOut, Outcome, Write
from connectors.errors import CredentialsRefused, Unavailable
from connectors.hubspot.marketing import HubSpot
from sandbox.hubspot.tokens import SCOPES
from tests.contract.hubspot_world import HubSpotWorld, settings
from tests.contract.marketing import MarketingContract, MarketingVendorContract, assert_explained

PREFERENCES = "communication_preferences.read_write"


def unsubscribed(world):
    path = "/communication-preferences/2026-09/statuses/{}/unsubscribe-all?channel=EMAIL"
    told = [world.ask("GET", path.format(each)) for each in ("person1@example.com", "ana%2Bnews@example.com")]
    return {
        each["subscriberIdString"]
        for answer in told
        for each in answer["results"]
        if each["status"] == "UNSUBSCRIBED"
    }


class TestHubSpot(MarketingVendorContract, MarketingContract):
    @pytest.fixture
    def world(self, sandbox):
        return HubSpotWorld(sandbox)

    @pytest.fixture
    def small_pages(self, sandbox):
        return HubSpotWorld(sandbox, list_page=3, search_page=3)

    def test_a_207_with_json_inside_its_message_names_the_property_and_repeats_no_value(self, ready):
        """HubSpot tells what is wrong with a row as a JSON array in a text (its error-handling page)."""
        good, bad = ready.add(self.person(1)), ready.add(self.person(2))
        rows = [
            Write(key="good", id=good, values={self.names.number: 2}),
            Write(key="bad", id=bad, values={self.names.number: "ana@example.com"}),
        ]
        taken, refused = ready.platform.write_status(rows)
        assert (taken.outcome, refused.outcome) == (Outcome.written, Outcome.refused)
        assert_explained(refused)
        assert self.names.number in refused.message
        assert refused.code == "INVALID_INTEGER"

    def test_every_address_of_a_person_is_unsubscribed_at_hubspot_itself(self, world):
        record = world.add({**self.person(1), "hs_additional_emails": "ana+news@example.com"})
        world.platform.opt_out([OptOut(key="a", id=record)])
        assert unsubscribed(world) == {"person1@example.com", "ana+news@example.com"}

    def test_an_address_that_hubspot_refuses_keeps_no_other_from_being_unsubscribed(self, world, sandbox):
        record = world.add({**self.person(1), "hs_additional_emails": "ana+news@example.com"})
        sandbox.steer.fault("hubspot", "status", status=400, endpoint="*/unsubscribe-all")
        (result,) = world.platform.opt_out([OptOut(key="a", id=record)])
        assert result.outcome is Outcome.refused
        assert_explained(result)
        assert unsubscribed(world) == {"ana+news@example.com"}

    def test_an_opt_out_that_breaks_off_is_not_taken_for_done(self, world, sandbox):
        record = world.add({**self.person(1), "hs_additional_emails": "ana+news@example.com"})
        sandbox.steer.fault("hubspot", "status", status=503, endpoint="*/unsubscribe-all", skip=1, times=3)
        with pytest.raises(Unavailable):
            world.platform.opt_out([OptOut(key="a", id=record)])
        world.platform.opt_out([OptOut(key="a", id=record)])
        assert unsubscribed(world) == {"person1@example.com", "ana+news@example.com"}

    def test_a_contact_without_an_address_is_refused_with_the_reason(self, world):
        record = world.add({"firstname": "Nobody"})
        (result,) = world.platform.opt_out([OptOut(key="a", id=record)])
        assert (result.outcome, result.code) == (Outcome.refused, "NO_EMAIL")

    def test_without_its_scope_an_opt_out_is_refused_row_by_row_and_nothing_else_is(self, sandbox, world):
        record = world.add(self.person(1))
        scopes = [each for each in SCOPES if each != PREFERENCES]
        token = sandbox.steer.post("/hubspot/tokens", scopes=scopes)["token"]
        made = settings(sandbox).model_copy(update={"token": settings(sandbox).token.__class__(token)})
        platform = HubSpot(made, wait=lambda _: None)
        (result,) = platform.opt_out([OptOut(key="a", id=record)])
        assert result.outcome is Outcome.refused
        assert PREFERENCES in result.message
        assert "refused retry" in result.message
        (finding,) = [each for each in platform.inspect() if PREFERENCES in each.what]
        assert finding.grade.value == "note"
        assert PREFERENCES in finding.remedy
        assert platform.read([record], ("email",))

    def test_credentials_that_are_no_good_still_stop_the_vendor_at_an_opt_out(self, sandbox, world):
        record = world.add(self.person(1))
        with pytest.raises(CredentialsRefused):
            world.platform_with("revoked").opt_out([OptOut(key="a", id=record)])
