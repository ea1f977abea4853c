import pytest

from tests.contract.hubspot_world import HubSpotWorld
from tests.contract.marketing import MarketingContract, MarketingVendorContract


class TestHubSpot(MarketingVendorContract, MarketingContract):
    @pytest.fixture
    def world(self, sandbox):
        return HubSpotWorld(sandbox)

    @pytest.fixture
    def small_pages(self, sandbox):
        return HubSpotWorld(sandbox, list_page=3, search_page=3)
