import pytest
import requests

pytest.register_assert_rewrite("tests.contract.marketing", "tests.contract.crm")


class Control:
    """The sandbox's control address."""

    def __init__(self, base_url):
        self._base_url = base_url
        self._session = requests.Session()
        self._session.trust_env = False

    def get(self, path):
        return self._session.get(f"{self._base_url}{path}", timeout=30).json()

    def post(self, path, **wish):
        response = self._session.post(f"{self._base_url}{path}", json=wish, timeout=30)
        assert response.ok, response.text
        return response.json()

    def advance(self, seconds):
        self.post("/clock", advance=seconds)

    def fault(self, vendor, kind, **wish):
        return self.post("/faults", vendor=vendor, kind=kind, **wish)


@pytest.fixture(scope="session")
def running_sandbox():
    from sandbox.server import FREE_PORTS, Sandbox

    with Sandbox(ports=FREE_PORTS) as sandbox:
        sandbox.steer = Control(sandbox.control.base_url)
        sandbox.as_made = sandbox.steer.get("/settings")
        yield sandbox


@pytest.fixture
def sandbox(running_sandbox):
    """The sandbox as it was when it started, with limits that a quick test does not reach."""
    control = running_sandbox.steer
    control.post("/reset", what="all")
    control.post("/clock", frozen=False)
    quick = {"hubspot.search_limit": 1000, "hubspot.burst_limit": 10_000, "rdstation.account_limits": False}
    control.post("/settings", **(running_sandbox.as_made | quick))
    return running_sandbox
