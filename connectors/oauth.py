"""Access tokens by OAuth refresh: one 0600 file, rewritten atomically, renewed once by however many processes.

The file holds a refresh token alone, as a person puts it there, or the JSON that is written in its place:
`access_token`, `refresh_token` and `expires_at` (UTC seconds of machine time).
"""

import json
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import IO, Any, Literal

import requests
from authlib.oauth2 import OAuth2Error
from authlib.oauth2.client import OAuth2Client
from authlib.oauth2.rfc6749 import OAuth2Token

from connectors.errors import ContractBroken, CredentialsRefused, Misconfigured, Unavailable
from connectors.settings import OAuthSettings
from connectors.transport import Transport, succeeded

OPERATION = "refresh_token"
REFUSALS = frozenset({400, 401, 403, 404, 422})
LEEWAY = 60  # seconds: a token is renewed so long before it expires
Body = Literal["form", "json"]


class Tokens(requests.auth.AuthBase):
    """Signs each call of a transport and renews the access token when it expires or is refused.

    `url` is the vendor's token endpoint, which takes `body`. A call
    raises CredentialsRefused, Misconfigured (the file), Unavailable or ContractBroken.
    """

    def __init__(
        self, settings: OAuthSettings, transport: Transport, *, url: str, body: Body = "form"
    ) -> None:
        self._settings, self._transport = settings, transport
        self._url, self._endpoint = url, _Endpoint(settings, transport, body)
        self._token = OAuth2Token({})

    def sign(self) -> None:
        """Has the transport carry the token from now on."""
        self._transport.auth = self
        self._transport.renewed = self.renewed

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Adds the token to a request, as requests asks of its credentials."""
        request.headers["Authorization"] = f"Bearer {self.access_token()}"
        return request

    def access_token(self) -> str:
        """A token that is good for some minutes more."""
        if not _is_good(self._token):
            self._token = self._obtain(refused=None)
        return str(self._token["access_token"])

    def renewed(self, response: requests.Response) -> bool:
        """Whether another token stands ready after this one was refused; the transport asks once a call."""
        used = str(response.request.headers.get("Authorization", "")).removeprefix("Bearer ")
        if not used:  # the refusal of the renewal itself
            return False
        if used == self._token.get("access_token"):
            self._token = self._obtain(refused=used)
        return True

    def _obtain(self, refused: str | None) -> OAuth2Token:
        """The token of the file where it is good and not the refused one, else a new one, kept there."""
        path = self._settings.token_file.resolve()
        try:
            with _alone(path):
                kept = self._read(path)
                if _is_good(kept) and kept["access_token"] != refused:
                    return kept
                with _replacement(path) as file:  # made first: a new refresh token must not be lost
                    token = self._refresh(kept)
                    json.dump(token, file)
                return token
        except OSError as error:
            what = f"the token file {self._settings.token_file} cannot be used ({type(error).__name__})"
            text = f"{what}: put the refresh token in it, in a folder that may be written"
            raise Misconfigured(text, system=self._transport.system) from None

    def _read(self, path: Path) -> OAuth2Token:
        name, system = self._settings.token_file, self._transport.system
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            text = f"others may read the token file {name}: run `chmod 600 {name}`"
            raise CredentialsRefused(text, system=system)
        text = path.read_text("utf-8", errors="replace").strip()
        token = _parsed(text)
        if not token.get("refresh_token"):
            what = f"the token file {name} holds no refresh token"
            raise CredentialsRefused(f"{what}: authorise the app and put it there", system=system)
        return token

    def _refresh(self, kept: OAuth2Token) -> OAuth2Token:
        """Asks the vendor; the answer keeps the old refresh token where it brings none."""
        client = OAuth2Client(self._endpoint, token=dict(kept), token_endpoint_auth_method="none")  # noqa: S106 - the secret goes in the body
        try:
            token = client.refresh_token(
                self._url,
                client_id=self._settings.client_id,
                client_secret=self._settings.client_secret.get_secret_value(),
            )
        except (OAuth2Error, ValueError):
            token = OAuth2Token({})
        if not token.get("access_token"):
            text = f"{self._transport.system} answered without an access token where one was due"
            raise ContractBroken(text, system=self._transport.system)
        return token


class _Endpoint:
    """What Authlib sends its request through: our transport, in the body that the vendor takes."""

    def __init__(self, settings: OAuthSettings, transport: Transport, body: Body) -> None:
        self._settings, self._transport, self._body = settings, transport, body

    def post(self, url: str, *, data: dict[str, str], **_: Any) -> requests.Response:
        """The answer of a success; raises CredentialsRefused and Unavailable for another one."""
        sent = {"data": data} if self._body == "form" else {"json": data}
        response = self._transport.request(
            "POST", url, operation=OPERATION, repeatable=True, auth=_unsigned, **sent
        )
        if succeeded(response):
            return response
        system, log = self._transport.system, f"{OPERATION}: {response.status_code}"
        if response.status_code in REFUSALS:
            text = (
                f"{system} does not renew the access token: are client_id and client_secret those of the app? If so, "
                f"authorise it again and put the new refresh token in {self._settings.token_file}"
            )
            raise CredentialsRefused(text, system=system, log=log)
        text = f"{system} is not available ({response.status_code}); a later run tries again"
        raise Unavailable(text, system=system, log=log)


def _unsigned(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _is_good(token: OAuth2Token) -> bool:
    return bool(token.get("access_token")) and not token.is_expired(LEEWAY)


def _parsed(text: str) -> OAuth2Token:
    """What the file says: our JSON, or a refresh token alone."""
    try:
        found = json.loads(text)
    except ValueError:
        found = {"refresh_token": text}
    return OAuth2Token(found if isinstance(found, dict) else {})


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Holds the lock beside the file; the system lets go of it when a process dies."""
    lock = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        flock(lock, LOCK_EX)
        yield
    finally:
        os.close(lock)


@contextmanager
def _replacement(path: Path) -> Iterator[IO[str]]:
    """A file that takes the place of `path` once it is written and on the disk; 0600 from its first byte."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
