import subprocess
import sys

import pytest

from connectors import registry
from connectors.hubspot.marketing import HubSpot
from connectors.salesforce.crm import Salesforce
from mapping.problems import ConfigurationError
from sync.accounts import wanted_fields
from sync.company import read_company


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


MODULE = """
from connectors.registration import Registration, Side
from connectors.settings import ConnectorSettings, Secret
from mapping.records import ValueType
from mapping.status import Meaning, Property

class Settings(ConnectorSettings):
    key: Secret
    tracks: dict[str, str] = {}

class Connector:
    def __init__(self, settings, **more):
        self.settings = settings

STATUS = Property(meaning=Meaning.sla_status, name="their_status", label="SLA status", type=ValueType.text)
OTHER = Registration(
    system="SYSTEM", side=Side.marketing, settings=Settings, connector=Connector, properties=(STATUS,),
    kinds=("person",), sources={"email": ("mail",)}, stages={"customer": "client"},
)
"""


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Puts a package on the path that registers a connector; each name is used by one test."""

    def install(system, module=MODULE):
        (tmp_path / f"acuerdo_{system}.py").write_text(module.replace("SYSTEM", system))
        meta = tmp_path / f"acuerdo_{system}-1.dist-info"
        meta.mkdir()
        (meta / "METADATA").write_text(f"Metadata-Version: 2.1\nName: acuerdo_{system}\nVersion: 1\n")
        entry = f"[acuerdo.connectors]\n{system} = acuerdo_{system}:OTHER\n"
        (meta / "entry_points.txt").write_text(entry)
        monkeypatch.syspath_prepend(tmp_path)

    return install


CRM = {"system": "salesforce", "base_url": "https://x.my.salesforce.com", "client_id": "c"}
MQL = {"mql": {"any": [{"field": "email", "is_set": True}]}}


def company(system, tmp_path, **marketing):
    table = {
        "marketing": {"platform": system, **marketing},
        "crm": {**CRM, "client_secret": {"env": "S"}},
        "agreement": {"definitions": MQL},
    }
    return read_company("acme", table, {"S": "secret"}, tmp_path)


def test_a_connector_of_another_package_is_configured_and_opened_by_its_name(package, tmp_path):
    package("dynamo")
    read = company("dynamo", tmp_path, key={"env": "S"})
    assert read.platform == "dynamo"
    assert read.stages == {"customer": "client"}
    assert read.fields.sources == {"email": ("mail",)}
    assert [(each.name, each.kinds) for each in wanted_fields("dynamo")] == [("their_status", ("person",))]
    opened = registry.open_platform("dynamo", read.marketing)
    assert opened.settings.key.get_secret_value() == "secret"


def test_its_settings_are_held_to_its_own_table(package, tmp_path):
    package("keyless")
    with pytest.raises(ConfigurationError, match=r"companies\.acme\.marketing\.key"):
        company("keyless", tmp_path)


def test_a_connector_of_the_other_side_is_told(package):
    package("onesided")
    with pytest.raises(ConfigurationError, match="no connector of the side crm"):
        registry.open_crm("onesided", None)


@pytest.mark.parametrize(
    ("system", "module", "said"),
    [
        ("broken", "import nothing_like_this", "ModuleNotFoundError"),
        ("plainclass", "class OTHER: pass", "names no Registration"),
        ("misnamed", MODULE.replace("SYSTEM", "another"), "names no Registration"),
    ],
)
def test_a_package_that_does_not_keep_to_it_is_a_fault_of_the_company(
    package, tmp_path, system, module, said
):
    package(system, module)
    with pytest.raises(ConfigurationError, match=rf"companies\.acme\.marketing\.platform.*{said}"):
        company(system, tmp_path)
