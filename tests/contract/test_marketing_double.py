import pytest

from connectors.base import MarketingPlatform, Owner
from mapping.records import RecordState
from tests.contract.marketing import MarketingContract
from tests.doubles.marketing import MemoryMarketing


class DoubleWorld:
    def __init__(self, **settings):
        people = [Owner(id="1", email="ana@example.com"), Owner(id="2", email="g@example.com", active=False)]
        self.platform: MarketingPlatform = MemoryMarketing(people=[*people, Owner(id="3")], **settings)

    def __getattr__(self, name):
        return getattr(self.platform, name)

    def members(self, name):
        return self.platform.lists[name]

    def settle(self):
        assert all(one.state is not RecordState.erased for one in self.platform.contacts.values())


class TestMemoryMarketing(MarketingContract):
    @pytest.fixture
    def world(self):
        return DoubleWorld()

    @pytest.fixture
    def small_pages(self):
        return DoubleWorld(page_size=3)
