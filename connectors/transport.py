"""The one HTTP layer: timeouts, retries, call counts, what is logged. Every vendor's calls go through it.

It is injected as hubspot-api-client's `rest_client` (through `connectors.hubspot.client`) and as
simple-salesforce's `Session`. Logs name the operation and the status, never an address, a header or a body.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import urlsplit

import requests
import structlog
from tenacity import RetryCallState, Retrying, retry_if_exception, retry_if_result, stop_after_attempt
from tenacity.wait import wait_random_exponential

from connectors.base import CallCount
from connectors.errors import ContractBroken, Unavailable
from connectors.settings import ConnectorSettings, on_loopback
from mapping.records import Instant, instant_of

log = structlog.get_logger()

TURNED_AWAY = frozenset({423, 429, 477})
"""Refused before being carried out (locked, rate limit, data-centre move): any call may be sent again."""
UNCERTAIN = frozenset({420, 502, 503, 504, 521, 523, 524})
"""Perhaps carried out: only a call that is safe to repeat is sent again."""
WAIT_HEADERS = ("Retry-After", "retry-after-quotas")  # the second is RD Station's gateway's
REPEATABLE = frozenset({"GET", "HEAD", "PUT", "DELETE"})


def user_agent() -> str:
    """How we introduce ourselves to vendors."""
    try:
        return f"acuerdo/{version('acuerdo')}"
    except PackageNotFoundError:
        return "acuerdo"


@dataclass(kw_only=True)
class Pace:
    """At most `per_second` calls a second, by waiting before a call; machine time, seconds."""

    per_second: float
    wait: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    _free_at: float = field(default=0.0, init=False)

    def keep(self) -> None:
        """Waits until the next call may go out."""
        now = self.clock()
        if self._free_at > now:
            self.wait(self._free_at - now)
        self._free_at = max(now, self._free_at) + 1 / self.per_second


class Transport(requests.Session):
    """A session that waits, repeats what is safe to repeat, counts, and raises Unavailable for the network.

    `request` takes two words more than requests' own: `operation`, the name it is counted under, and
    `repeatable`, whether sending it twice does what sending it once does (by default: GET, HEAD, PUT, DELETE).
    A 401 is asked again where `renewed` tells of another token (`connectors.oauth`).
    An answer that still fails after the last attempt is returned: what it means is the vendor's table's word.
    """

    def __init__(
        self,
        system: str,
        settings: ConnectorSettings,
        base_url: str,
        *,
        final: Callable[[requests.Response], bool] = lambda _: False,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__()
        self.system = system
        self.vendor_time: Instant | None = None
        self.headers["User-Agent"] = user_agent()
        self.auth = _as_it_is  # otherwise a ~/.netrc would replace our token
        self.renewed: Callable[[requests.Response], bool] = lambda _: False
        self.trust_env = not on_loopback(base_url)  # a proxy has no business on this machine
        self._settings = settings
        self._plain = urlsplit(base_url).netloc if base_url.startswith("http://") else None
        self._final = final
        self._count: Counter[str] = Counter()
        self._wait = wait

    def request(  # type: ignore[override]  # requests' sixteen arguments travel in `options`
        self, method: str | bytes, url: str | bytes, **options: Any
    ) -> requests.Response:
        """Sends a request until it is answered, turned away for good, or not worth another attempt."""
        verb, address = _text(method).upper(), self._address(_text(url))
        operation: str = options.pop("operation", None) or verb.lower()
        repeatable: bool = options.pop("repeatable", verb in REPEATABLE)
        options.setdefault("timeout", (self._settings.connect_timeout, self._settings.read_timeout))
        options.setdefault("allow_redirects", False)

        def attempt() -> requests.Response:
            self._count[operation] += 1
            return super(Transport, self).request(verb, address, **options)

        try:
            response = self._retrying(operation, repeatable=repeatable)(attempt)
        except requests.RequestException as error:
            raise self._unreachable(operation, error) from None  # its text holds the address
        self._look_at(response, operation)
        return response

    def calls(self) -> CallCount:
        """Calls sent so far, repeated ones too, by operation."""
        return CallCount(total=self._count.total(), by_verb=dict(self._count))

    def _address(self, url: str) -> str:
        secure = f"https://{self._plain}/"
        return "http" + url.removeprefix("https") if self._plain and url.startswith(secure) else url

    def _retrying(self, operation: str, *, repeatable: bool) -> Retrying:
        once = iter((True,))  # a new token that is refused too is no matter of time

        def worth_another(response: requests.Response) -> bool:
            if response.status_code == HTTPStatus.UNAUTHORIZED:
                return next(once, False) and self.renewed(response)
            statuses = TURNED_AWAY | UNCERTAIN if repeatable else TURNED_AWAY
            return (
                response.status_code in statuses
                and not self._final(response)
                and (_asked_to_wait(response) or 0) <= self._settings.longest_wait
            )

        def not_carried_out(error: BaseException) -> bool:
            if isinstance(error, requests.exceptions.ConnectTimeout | requests.exceptions.ProxyError):
                return True
            return repeatable and isinstance(error, PASSING)

        return Retrying(
            retry=retry_if_result(worth_another) | retry_if_exception(not_carried_out),
            wait=self._pause,
            stop=stop_after_attempt(self._settings.attempts),
            before_sleep=lambda state: self._tell(operation, state),
            retry_error_callback=lambda state: state.outcome.result() if state.outcome else None,
            sleep=self._wait,
        )

    def _pause(self, state: RetryCallState) -> float:
        jitter = wait_random_exponential(multiplier=1, max=self._settings.longest_wait)(state)
        if state.outcome is None or state.outcome.failed:
            return jitter
        asked, status = _asked_to_wait(state.outcome.result()), state.outcome.result().status_code
        if status == HTTPStatus.UNAUTHORIZED:
            return 0.0
        least = 2.0 if status == HTTPStatus.LOCKED else 0.0  # HubSpot: locks last 2 s
        return max(least, jitter) if asked is None else asked + min(jitter, 1.0)

    def _tell(self, operation: str, state: RetryCallState) -> None:
        outcome = state.outcome
        failed = outcome is not None and outcome.failed
        what = (
            type(outcome.exception()).__name__
            if outcome and failed
            else outcome and outcome.result().status_code
        )
        log.warning(
            "vendor_call_repeated",
            system=self.system,
            operation=operation,
            why=what,
            attempt=state.attempt_number,
        )

    def _unreachable(self, operation: str, error: requests.RequestException) -> Unavailable:
        what = type(error).__name__
        text = f"{self.system} cannot be reached ({what}): is its base_url right, and does the network work?"
        return Unavailable(text, system=self.system, log=f"{operation}: {what}")

    def _look_at(self, response: requests.Response, operation: str) -> None:
        self.vendor_time = _sent_at(response) or self.vendor_time
        log.debug("vendor_call", system=self.system, operation=operation, status=response.status_code)
        if succeeded(response) and "html" in response.headers.get("Content-Type", ""):
            text = (
                f"{self.system} answered with a web page where data was due: is its base_url right, "
                "or does a proxy stand in between?"
            )
            raise ContractBroken(
                text, system=self.system, log=f"{operation}: HTML with {response.status_code}"
            )

    def cut_short(self, operation: str) -> Unavailable:
        """The error for an answer that ends before its JSON does."""
        text = f"{self.system} sent an answer that breaks off; a later run tries again"
        return Unavailable(text, system=self.system, log=f"{operation}: broken JSON")


PASSING: tuple[type[Exception], ...] = (
    requests.exceptions.ConnectionError,
    requests.exceptions.Timeout,
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
)


def succeeded(response: requests.Response) -> bool:
    """Whether an answer is a success: a redirect is none."""
    return response.status_code in range(200, 300)


def chunks(rows: Sequence[Any], size: int) -> list[Sequence[Any]]:
    """The rows in pieces of at most `size`."""
    return [rows[start : start + size] for start in range(0, len(rows), size)]


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _asked_to_wait(response: requests.Response) -> float | None:
    """Seconds of a Retry-After header, as figures or as a date; None without a usable one."""
    told = (response.headers.get(name, "").strip() for name in WAIT_HEADERS)
    value = next((each for each in told if each), "")
    if value.replace(".", "", 1).isdigit():
        return float(value)
    sent = _sent_at(response)
    try:
        return max(0.0, instant_of(parsedate_to_datetime(value)) - sent) if sent else None
    except ValueError:
        return None


def _sent_at(response: requests.Response) -> Instant | None:
    try:
        return instant_of(parsedate_to_datetime(response.headers["Date"]))
    except (KeyError, ValueError):
        return None
