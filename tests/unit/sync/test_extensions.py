from pathlib import Path

import pytest

from mapping.mapper import prepare_rules
from mapping.problems import ConfigurationError
from mapping.records import ValueType
from mapping.rules import parse_rules
from sync.extensions import transforms
from tests.unit.mapping.test_mapper import Target


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A package that adds transforms: one that works, one that breaks at import, one that is no function."""
    (tmp_path / "acme_transforms.py").write_text(
        "def shout(argument, setting):\n    return lambda value, context: str(value).upper() + '!'\nfive = 5\n"
    )
    (tmp_path / "acme_broken.py").write_text("raise RuntimeError('secret')\n")
    meta = tmp_path / "acme-1.0.dist-info"
    meta.mkdir()
    (meta / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
    (meta / "entry_points.txt").write_text(
        "[acuerdo.transforms]\nshout = acme_transforms:shout\nbroken = acme_broken:x\n"
        "five = acme_transforms:five\ntrim = acme_transforms:shout\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    transforms.cache_clear()
    yield
    transforms.cache_clear()


def prepared(name: str):
    rules = parse_rules({"Title": {"from": "job_title", "transform": name}}, transforms=transforms())
    return prepare_rules(rules, {"Title": Target(ValueType.text)}, transforms=transforms())


@pytest.mark.usefixtures("packages")
def test_a_transform_of_another_package_is_known_by_its_name_and_ours_stay_ours():
    from mapping.mapper import map_values
    from mapping.transforms import TRANSFORMS

    assert map_values({"job_title": "cmo"}, prepared("shout")).values == {"Title": "CMO!"}
    assert transforms()["trim"] is TRANSFORMS["trim"]


@pytest.mark.usefixtures("packages")
@pytest.mark.parametrize(("name", "said"), [("broken", "RuntimeError"), ("five", "not callable")])
def test_one_that_cannot_be_used_is_a_fault_of_the_rule_that_names_it(name: str, said: str):
    with pytest.raises(ConfigurationError) as caught:
        prepared(name)
    (problem,) = caught.value.problems
    assert problem.key == "mapping.Title.transform"
    assert said in problem.write
    assert "secret" not in str(problem)
