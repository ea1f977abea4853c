import pytest

from tests.contract.crm import CrmContract, CrmVendorContract
from tests.contract.salesforce_world import SalesforceWorld


class TestSalesforce(CrmVendorContract, CrmContract):
    @pytest.fixture
    def bare(self, sandbox):
        return SalesforceWorld(sandbox)

    @pytest.fixture
    def small_pages(self, sandbox):
        return SalesforceWorld(sandbox, small_pages=True)
