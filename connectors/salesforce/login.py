"""Signing in to Salesforce: client credentials or JWT bearer, on the org's own My Domain host."""

import time
from dataclasses import dataclass
from typing import Any

import jwt

from connectors.errors import ContractBroken, CredentialsRefused
from connectors.salesforce import errors
from connectors.settings import JwtSettings, SalesforceSettings
from connectors.transport import Transport, succeeded

SYSTEM = "salesforce"
TOKEN = "/services/oauth2/token"  # noqa: S105 - a path
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
ASSERTION_SECONDS = 180  # Salesforce takes no longer one


@dataclass(frozen=True, slots=True)
class Session:
    """What signing in gives: a token, the instance to speak to, and the id of the user where it is told."""

    token: str
    instance_url: str
    user: str | None


def log_in(transport: Transport, settings: SalesforceSettings) -> Session:
    """A new session; raises CredentialsRefused, Unavailable and ContractBroken."""
    secret = settings.client_secret
    response = transport.request(
        "POST",
        settings.base_url + TOKEN,
        data=_grant(settings),
        auth=(settings.client_id, secret.get_secret_value()) if secret else None,
        operation="token",
        repeatable=True,
    )
    try:
        answer: Any = response.json()
    except ValueError:
        answer = None
    if not succeeded(response):
        raise errors.token_refused(response.status_code, answer)
    if answer is None:
        raise transport.cut_short("token")
    if not isinstance(answer, dict) or not {"access_token", "instance_url"} <= answer.keys():
        raise ContractBroken("Salesforce's login answered without a token", system=SYSTEM)
    return Session(answer["access_token"], answer["instance_url"], _user_of(str(answer.get("id", ""))))


def _grant(settings: SalesforceSettings) -> dict[str, str]:
    if settings.jwt is None:
        return {"grant_type": "client_credentials"}
    return {"grant_type": JWT_BEARER, "assertion": _assertion(settings.client_id, settings.jwt)}


def _user_of(identity: str) -> str | None:
    """The user in an identity address, `https://login.salesforce.com/id/<organisation>/<user>`."""
    user = identity.rpartition("/")[2]
    return user if user.startswith("005") else None


def _assertion(client_id: str, settings: JwtSettings) -> str:
    """A signed claim for the user; raises CredentialsRefused for a key that cannot be used."""
    claims = {
        "iss": client_id,
        "sub": settings.username,
        "aud": settings.audience,
        "exp": int(time.time()) + ASSERTION_SECONDS,
    }
    try:
        return jwt.encode(claims, settings.key_file.read_bytes(), algorithm="RS256")
    except (OSError, ValueError, TypeError, jwt.PyJWTError) as error:
        text = f"the private key in `jwt.key_file` cannot be used ({type(error).__name__}): give an RSA key as PEM"
        raise CredentialsRefused(text, system=SYSTEM) from None
