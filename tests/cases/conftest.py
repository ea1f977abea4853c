from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--cases",
        action="append",
        metavar="DIR",
        default=None,
        help="a folder of case files to run instead of the ones beside the runner; may be given several times",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With folders of somebody's own, the runner's own tests are not asked for."""
    if not config.getoption("cases", None):
        return
    own = [item for item in items if item.path == HERE / "test_runner.py"]
    items[:] = [item for item in items if item not in own]
    config.hook.pytest_deselected(items=own)
