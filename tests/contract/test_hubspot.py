import pytest

from connectors.base import Outcome, Write
from tests.contract.hubspot_world import HubSpotWorld
from tests.contract.marketing import MarketingContract, MarketingVendorContract, assert_explained


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
