import zoneinfo
from collections.abc import Iterator

import pytest

from tests.unit.commands.conftest import Desk


@pytest.fixture
def zones_of_the_system() -> Iterator[None]:
    """Zone data as the operating system has them, of whatever year."""
    zoneinfo.reset_tzpath(to=["/usr/share/zoneinfo"])
    yield
    zoneinfo.reset_tzpath(to=())


@pytest.mark.usefixtures("zones_of_the_system")
def test_no_command_starts_on_zone_data_that_are_not_the_pinned_ones(desk: Desk):
    told = desk.refused("status", now=False, code=78)
    assert "tzdata: zone data is read from the operating system" in told
    assert "pip install" in told
