"""jsforce, unmodified, against the sandbox: a client that shares no line with ours."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

NODE = Path(__file__).resolve().parents[1] / "node"


def test_jsforce_works_against_the_sandbox(sandbox):
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not on this machine: jsforce cannot be tried")
    if not (NODE / "node_modules" / "jsforce").is_dir():
        pytest.skip("jsforce is not installed: run `make test-node`")
    address = sandbox.salesforce
    environ = {
        **os.environ,
        "SALESFORCE_BASE_URL": address.base_url,
        "SALESFORCE_CLIENT_ID": address.client_id,
        "SALESFORCE_CLIENT_SECRET": address.client_secret,
    }
    done = subprocess.run(
        [node, "--test", "jsforce.test.mjs"],
        cwd=NODE,
        env=environ,
        capture_output=True,
        check=False,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
