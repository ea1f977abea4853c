import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from connectors.settings import HubSpotSettings, SalesforceSettings

GOLDEN = Path(__file__).resolve().parents[3].parent / "shared" / "contracts"


@pytest.fixture
def golden():
    """Reads a body that a vendor documents; skips where the folder is not beside the checkout."""

    def read(vendor, name):
        path = GOLDEN / vendor / "golden" / name
        if not path.exists():
            pytest.skip("the folder of documented bodies (shared/contracts) is not beside the checkout")
        return json.loads(path.read_text())

    return read


class Vendor:
    """A server on loopback that gives the answers it was told, in order, the last one for ever."""

    def __init__(self):
        self.answers = []
        self.requests = []

    def say(self, status=200, body=None, *, headers=(), raw=None, cut=False):
        text = raw if raw is not None else json.dumps(body if body is not None else {}).encode()
        kind = {"Content-Type": "application/json"}
        self.answers.append((status, {**kind, **dict(headers)}, text, cut))
        return self

    def next(self):
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    @property
    def bodies(self):
        return [one["body"] for one in self.requests]


@contextmanager
def _serve(vendor):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def answer(self):
            length = int(self.headers.get("Content-Length") or 0)
            raw = self.rfile.read(length).decode()
            try:
                body = json.loads(raw) if raw else None
            except ValueError:
                body = raw
            path, _, query = self.path.partition("?")
            request = {"method": self.command, "path": path, "query": query, "body": body}
            vendor.requests.append({**request, "headers": dict(self.headers)})
            status, headers, text, cut = vendor.next()
            if status == 0:
                self.close_connection = True
                return
            self.send_response_only(status)
            for name, value in ({"Date": self.date_time_string()} | headers).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text) + (100 if cut else 0)))
            self.end_headers()
            self.wfile.write(text)
            self.close_connection = cut

        def log_message(self, *_):
            pass

    for verb in ("GET", "POST", "PATCH", "PUT", "DELETE"):
        setattr(Handler, f"do_{verb}", Handler.answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    vendor.base_url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield vendor
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def vendor():
    with _serve(Vendor()) as served:
        yield served


class Waits(list):
    """Seconds that were waited, without waiting them."""

    def __call__(self, seconds):
        self.append(seconds)


@pytest.fixture
def waits():
    return Waits()


@pytest.fixture
def hubspot_settings(vendor):
    def make(**more):
        table = {"token": {"env": "T"}, "base_url": vendor.base_url, "attempts": 3, **more}
        return HubSpotSettings.model_validate(table, context={"environ": {"T": "pat-secret"}})

    return make


@pytest.fixture
def salesforce_settings(vendor):
    def make(**more):
        table = {
            "base_url": vendor.base_url,
            "client_id": "consumer",
            "client_secret": {"env": "S"},
            "attempts": 3,
            **more,
        }
        return SalesforceSettings.model_validate(table, context={"environ": {"S": "top-secret"}})

    return make
