import pytest

from sync.accounts import wanted_fields
from sync.ledger.store import Ledger
from tests.flow.world import World


@pytest.fixture
def world(ledger: Ledger) -> World:
    made = World(ledger)
    made.marketing.ensure(wanted_fields("hubspot"), list(made.company.tracks.values()))
    return made
