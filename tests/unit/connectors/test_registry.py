import subprocess
import sys

import pytest

from connectors import registry
from connectors.hubspot.marketing import HubSpot
from connectors.salesforce.crm import Salesforce
from mapping.problems import ConfigurationError


def test_connectors_are_opened_by_name(hubspot_settings, salesforce_settings):
    assert isinstance(registry.open_platform("hubspot", hubspot_settings()), HubSpot)
    assert isinstance(registry.open_crm("salesforce", salesforce_settings()), Salesforce)


@pytest.mark.parametrize("name", ["hubspott", "salesforce", ""])
def test_an_unknown_name_is_told_with_the_nearest(hubspot_settings, name):
    with pytest.raises(ConfigurationError, match="hubspot"):
        registry.open_platform(name, hubspot_settings())


def test_vendors_libraries_are_not_imported_before_they_are_needed():
    code = "import sys, connectors.registry; print([m for m in ('hubspot', 'simple_salesforce') if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_another_package_can_offer_a_connector(tmp_path, hubspot_settings, monkeypatch):
    (tmp_path / "other.py").write_text(
        "class Other:\n    def __init__(self, settings): self.settings = settings\n"
    )
    meta = tmp_path / "other-1.dist-info"
    meta.mkdir()
    (meta / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1\n")
    (meta / "entry_points.txt").write_text("[acuerdo.connectors]\nother = other:Other\n")
    monkeypatch.syspath_prepend(tmp_path)
    settings = hubspot_settings()
    assert registry.open_platform("other", settings).settings is settings
