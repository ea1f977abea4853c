"""Tokens: the client-credentials and JWT bearer flows, and who a token speaks for."""

import base64
import binascii
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from time import time
from typing import Any

import jwt

from sandbox.salesforce.access import Actor
from sandbox.salesforce.call import Answer, Call, read_flags
from sandbox.salesforce.errors import FORBIDDEN, UNAUTHORIZED, Fault, invalid_session
from sandbox.salesforce.org import Org
from sandbox.salesforce.seed import INTEGRATION
from sandbox.salesforce.settings import CLIENT_ID, CLIENT_SECRET

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_AUDIENCES = ("https://login.salesforce.com", "https://test.salesforce.com")
_LONGEST_ASSERTION = 180
_LEEWAY = 5


@dataclass(frozen=True, slots=True)
class _Refusal(Exception):
    """An OAuth error, which has a body of its own."""

    error: str
    description: str
    status: int = 400


def create_tables(org: Org) -> None:
    """Make the table of access tokens where it is missing."""
    org.store.database.execute(
        "CREATE TABLE IF NOT EXISTS sf_token (token TEXT PRIMARY KEY, user TEXT, expires REAL)"
    )


def issue(org: Org, form: Mapping[str, str], authorization: str, base_url: str) -> Answer:
    """POST /services/oauth2/token."""
    try:
        user = _grant(org, form, authorization, base_url)
    except _Refusal as refusal:
        body = {"error": refusal.error, "error_description": refusal.description}
        return Answer(body, refusal.status)
    return Answer(_token_body(org, user, base_url))


def _grant(org: Org, form: Mapping[str, str], authorization: str, base_url: str) -> str:
    match form.get("grant_type"):
        case "client_credentials":
            return _grant_client(org, form, authorization)
        case grant if grant == JWT_BEARER:
            return _grant_assertion(org, form.get("assertion", ""), base_url)
        case _:
            raise _Refusal("unsupported_grant_type", "grant type not supported")


def _grant_client(org: Org, form: Mapping[str, str], authorization: str) -> str:
    name, secret = form.get("client_id", ""), form.get("client_secret", "")
    if authorization.lower().startswith("basic "):
        name, secret = _read_basic(authorization[6:])
    if name != CLIENT_ID:
        raise _Refusal("invalid_client_id", "client identifier invalid")
    if not secrets.compare_digest(secret.encode(), CLIENT_SECRET.encode()):
        raise _Refusal("invalid_client", "invalid client credentials")
    return user_named(org, INTEGRATION)


def _read_basic(encoded: str) -> tuple[str, str]:
    try:
        name, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise _Refusal("invalid_client", "invalid client credentials") from None
    return name, secret


def _grant_assertion(org: Org, assertion: str, base_url: str) -> str:
    try:
        issuer = str(jwt.decode(assertion, options={"verify_signature": False}).get("iss"))
        key = org.settings.public_keys.get(issuer)
        if key is None:
            raise _Refusal("invalid_client_id", "client identifier invalid")
        claims = jwt.decode(
            assertion, key, algorithms=["RS256"], audience=[*_AUDIENCES, base_url], leeway=_LEEWAY
        )
    except jwt.ExpiredSignatureError:
        raise _Refusal("invalid_grant", "expired authorization code") from None
    except jwt.InvalidAudienceError:
        raise _Refusal("invalid_grant", "audience is invalid") from None
    except jwt.InvalidTokenError:
        raise _Refusal("invalid_grant", "invalid assertion") from None
    if "exp" not in claims or claims["exp"] > time() + _LONGEST_ASSERTION + _LEEWAY:
        raise _Refusal("invalid_grant", "expiration must be within 3 minutes")
    found = org.store.find("User", '"Username" = ? AND "IsActive" = 1', (claims.get("sub"),))
    if not found:
        raise _Refusal("invalid_grant", "user hasn't approved this consumer")
    return str(found[0]["Id"])


def user_named(org: Org, username: str) -> str:
    """The id of a user of the organisation."""
    return str(org.store.find("User", '"Username" = ?', (username,))[0]["Id"])


def _token_body(org: Org, user: str, base_url: str) -> dict[str, Any]:
    organisation = org.store.find("Organization")[0]["Id"]
    token = f"{organisation[:15]}!{secrets.token_urlsafe(72)}"
    expires = time() + org.settings.number("token_seconds")
    org.store.database.execute("INSERT INTO sf_token VALUES (?, ?, ?)", (token, user, expires))
    return {
        "access_token": token,
        "signature": secrets.token_urlsafe(32),
        "scope": "api",
        "instance_url": base_url,
        "id": f"{base_url}/id/{organisation}/{user}",
        "token_type": "Bearer",
        "issued_at": str(int(time() * 1000)),
    }


def authenticate(org: Org, headers: Mapping[str, str]) -> Actor:
    """Who calls, with the headers that change how Salesforce writes; raises INVALID_SESSION_ID."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    sql = "SELECT user, expires FROM sf_token WHERE token = ?"
    found = org.store.database.execute(sql, (token.strip(),)).fetchone()
    if scheme.lower() not in ("bearer", "oauth") or found is None or found["expires"] <= time():
        raise invalid_session()
    user = str(found["user"])
    duplicates = read_flags(headers.get("sforce-duplicate-rule-header", ""))
    return Actor(
        user=user,
        at=org.now(),
        access=org.access(user),
        auto_assign=headers.get("sforce-auto-assign", "true").strip().lower() != "false",
        allow_duplicates=duplicates.get("allowsave", "").lower() == "true",
    )


def session_error(org: Org, fault: Fault) -> Answer:
    """The 401 of a token that does not hold; some Salesforce endpoints answer an object instead of a list."""
    if org.settings.flag("session_error_as_object"):
        text = "This session is not valid for use with the REST API"
        return Answer({"errorCode": fault.code, "message": text}, UNAUTHORIZED)
    return Answer(fault.body(), UNAUTHORIZED)


def show_user(call: Call) -> Answer:
    """GET /services/oauth2/userinfo and the identity address of a token."""
    user = call.org.store.get("User", call.actor.user)
    organisation = call.org.store.find("Organization")[0]["Id"]
    assert user is not None
    if call.params.get("user", user["Id"]) != user["Id"]:
        raise Fault("FORBIDDEN", "You can only see your own identity", status=FORBIDDEN)
    address = f"{call.base_url}/id/{organisation}/{user['Id']}"
    return Answer(
        {
            "sub": address,
            "id": address,
            "user_id": user["Id"],
            "organization_id": organisation,
            "preferred_username": user["Username"],
            "username": user["Username"],
            "name": user["Name"],
            "display_name": user["Name"],
            "email": user["Email"],
            "active": bool(user["IsActive"]),
            "user_type": "STANDARD",
            "zoneinfo": user["TimeZoneSidKey"],
            "language": user["LanguageLocaleKey"],
            "urls": {"rest": f"{call.base_url}/services/data/v{{version}}/"},
        }
    )
