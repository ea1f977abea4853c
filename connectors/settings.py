"""Each connector's table of the configuration, and where its values come from (design, section 8).

A secret is `{ env = "NAME" }` or `{ file = "PATH" }`, never plain text; another text may be plain or
`{ env = "NAME", default = "..." }`. Sources are looked up while the model is validated: in
`context["environ"]` (else the process environment), files relative to `context["folder"]`.
"""

import os
import re
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeGuard, get_args
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from mapping.problems import Problem, nearest

SOURCE_SHAPE = 'write { env = "NAME" } or { file = "PATH" }'
TEXT_SHAPE = 'write a text or { env = "NAME", default = "..." }'


def _fault(what: str, write: str) -> PydanticCustomError:
    return PydanticCustomError("setting", "{what}; {write}", {"what": what, "write": write})


def resolve(value: object, *, environ: Mapping[str, str], folder: Path, secret: bool) -> str:
    """The text that `value` stands for; raises PydanticCustomError that names what to write, never the value."""
    shape = SOURCE_SHAPE if secret else TEXT_SHAPE
    if isinstance(value, str):
        if secret:
            raise _fault("a secret in plain text", shape)
        return value
    match value:
        case {"env": str(name), **rest} if set(rest) <= (set() if secret else {"default"}):
            text = environ.get(name, rest.get("default"))
            if not isinstance(text, str) or not text:
                raise _fault(
                    f"the environment variable {name} is not set", f"set {name}, or name another one"
                )
            return text
        case {"file": str(name), **rest} if secret and not rest:
            return _read(folder / Path(name).expanduser(), name)
        case _:
            raise _fault("a value of an unknown shape", shape)


def _read(path: Path, name: str) -> str:
    try:
        text = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise _fault(
            f"the file {name} cannot be read ({type(error).__name__})", "name a readable file"
        ) from None
    if not text:
        raise _fault(f"the file {name} is empty", "put the secret in it")
    return text


def _sources(info: ValidationInfo) -> tuple[Mapping[str, str], Path]:
    context: Mapping[str, Any] = info.context or {}
    return context.get("environ", os.environ), Path(context.get("folder", "."))


def _secret(value: object, info: ValidationInfo) -> object:
    if isinstance(value, SecretStr):
        return value
    environ, folder = _sources(info)
    return SecretStr(resolve(value, environ=environ, folder=folder, secret=True))


def _text(value: object, info: ValidationInfo) -> str:
    environ, folder = _sources(info)
    return resolve(value, environ=environ, folder=folder, secret=False)


def _beside(path: Path, info: ValidationInfo) -> Path:
    return _sources(info)[1] / path.expanduser()


def on_loopback(url: str) -> bool:
    """Whether `url` names this machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.query or parts.fragment or not parts.hostname or parts.username:
        raise _fault("not the address of a host", 'write "https://HOST"')
    if parts.scheme != "https" and not (parts.scheme == "http" and on_loopback(url)):
        raise _fault(
            "a token would travel unencrypted", 'write "https://HOST" (http is for this machine only)'
        )
    return url.rstrip("/")


_NAME = {"type": "string", "minLength": 1}
SECRET_SCHEMA: dict[str, Any] = {
    "oneOf": [
        {"type": "object", "properties": {each: _NAME}, "required": [each], "additionalProperties": False}
        for each in ("env", "file")
    ]
}
TEXT_SCHEMA: dict[str, Any] = {
    "oneOf": [
        _NAME,
        {
            "type": "object",
            "properties": {"env": _NAME, "default": {"type": "string"}},
            "required": ["env"],
            "additionalProperties": False,
        },
    ]
}
"""What stands in the file for a secret and for a text, as JSON Schema."""

Secret = Annotated[SecretStr, BeforeValidator(_secret), WithJsonSchema(SECRET_SCHEMA)]
Text = Annotated[str, BeforeValidator(_text), Field(min_length=1), WithJsonSchema(TEXT_SCHEMA)]
FieldName = Annotated[str, Field(pattern=r"^[A-Za-z]\w*$")]
Address = Annotated[Text, AfterValidator(_address)]
Tag = Annotated[Text, Field(pattern=r"^[^A-ZÀ-Þ]+$")]  # RD Station takes lower case alone
ProfileLink = Annotated[str, Field(pattern=r"^https?://[^{}]*\{id\}[^{}]*$")]  # takes the record's id alone
LocalPath = Annotated[Path, AfterValidator(_beside)]


class Table(BaseModel):
    """A table of the configuration: frozen, without unknown keys, silent about its input in errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class ConnectorSettings(Table):
    """What every connector can be told about its transport; times in seconds."""

    connect_timeout: float = Field(10, gt=0, le=120)
    read_timeout: float = Field(60, gt=0, le=600)
    attempts: int = Field(6, ge=1, le=20)
    longest_wait: float = Field(60, ge=0, le=600)


class OAuthSettings(Table):
    """An OAuth app: its id, its secret, and the file of its refresh token (0600; it is rewritten)."""

    client_id: Text
    client_secret: Secret
    token_file: LocalPath


def _unguessable(path: SecretStr) -> SecretStr:
    if re.fullmatch(r"[A-Za-z0-9_-]{32,200}", path.get_secret_value()):
        return path
    raise _fault(
        "could be guessed, or does not fit an address: 32 to 200 of A-Z, a-z, 0-9, - and _ are needed",
        "make one with `openssl rand -hex 32`",
    )


class WebhookSettings(Table):
    """Where a platform calls `acuerdo serve`: the public address of the proxy before it, and a secret path."""

    address: Address
    path: Annotated[Secret, AfterValidator(_unguessable)]

    def url(self, company: str) -> str:
        """The whole address to give to the platform; it holds the secret path."""
        return f"{self.address}/webhooks/{company}/{self.path.get_secret_value()}"


class SignedWebhookSettings(WebhookSettings):
    """The same, where the platform signs its calls with the secret of an app."""

    app_secret: Secret


class HubSpotSettings(ConnectorSettings):
    """HubSpot: a bearer token (service key or private app) or an OAuth app, pages, and the lists of the tracks."""

    oauth: OAuthSettings | None = None
    token: Secret | None = Field(None, validate_default=True)
    base_url: Address = "https://api.hubapi.com"
    objects_version: str = Field("2026-09", pattern=r"^(v3|\d{4}-\d{2})$")
    list_page: int = Field(100, ge=1, le=100)
    search_page: int = Field(200, ge=1, le=200)
    searches_per_second: float = Field(4, gt=0, le=5)
    overlap: int = Field(120, ge=0, le=86_400)
    archived_pages: int = Field(3, ge=1)
    profile_link: ProfileLink | None = None
    opt_outs: bool = True
    recheck_hours: int = Field(24, ge=0, le=8_760)
    crm_leads: Literal["auto", "attach", "create"] = "auto"
    attach_wait_hours: int = Field(4, ge=0, le=8_760)
    tracks: dict[str, Text] = {"nurture": "Acuerdo nurture", "education": "Acuerdo education"}
    webhook: SignedWebhookSettings | None = None

    @field_validator("token")
    @classmethod
    def _is_one_of_two(cls, token: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if "oauth" in info.data and (token is None) == (info.data["oauth"] is None):
            raise _fault("one credential is needed, not none or two", "add token, or oauth in its place")
        return token

    @property
    def lists(self) -> tuple[str, ...]:
        """The names of the lists that set-up should find or create."""
        return tuple(dict.fromkeys(self.tracks.values()))


class RDStationSettings(OAuthSettings, ConnectorSettings):
    """RD Station Marketing: an OAuth app, the plan's limits, what is read, and the tags of the tracks.

    A track may also put its leads into a workflow, by the workflow's id.
    """

    base_url: Address = "https://api.rd.services"
    plan: Literal["light", "basic", "pro", "advanced"] = "pro"
    segmentation: Text | None = None
    opt_outs: bool = True
    profile_link: ProfileLink = "https://app.rdstation.com.br/leads/{id}"
    page: int = Field(125, ge=1, le=125)
    reads: int = Field(1_000, ge=1)
    sweep_hours: int = Field(24, ge=1, le=8_760)
    recheck_hours: int = Field(24, ge=0, le=8_760)
    overlap: int = Field(600, ge=0, le=86_400)
    tracks: dict[str, Tag] = {"nurture": "acuerdo-nurture", "education": "acuerdo-education"}
    workflows: dict[str, Text] = {}
    webhook: WebhookSettings | None = None

    @field_validator("workflows")
    @classmethod
    def _are_of_tracks(cls, workflows: dict[str, str], info: ValidationInfo) -> dict[str, str]:
        if unknown := sorted(set(workflows) - set(info.data.get("tracks", workflows))):
            raise _fault(f"no track {', '.join(unknown)}", "name a track of `tracks`")
        return workflows


class JwtSettings(Table):
    """Salesforce's JWT bearer flow: the private key (PEM), the user it signs in, the login host it is for."""

    key_file: LocalPath
    username: Text
    audience: Text = "https://login.salesforce.com"


class SalesforceSettings(ConnectorSettings):
    """Salesforce: an External Client App by client credentials or JWT, on the org's own My Domain host."""

    base_url: Address
    client_id: Text
    client_secret: Secret | None = None
    jwt: JwtSettings | None = None
    api_version: str = Field("62.0", pattern=r"^\d{2,3}\.0$")
    api_share: float = Field(0.9, gt=0, le=1)
    duplicates: Literal["block", "allow", "attach"] = "block"
    assignment_rule: str = Field("active", pattern=r"^(active|none|01Q[A-Za-z0-9]{12}([A-Za-z0-9]{3})?)$")
    bulk_from: int = Field(2_000, ge=201)
    bulk_patience: float = Field(1_800, ge=0, le=86_400)
    integration_users: tuple[str, ...] = ()
    other_emails: tuple[FieldName, ...] = ()
    loss_reason: str | None = Field(None, pattern=r"^[A-Za-z]\w*$")
    permission_set: str = Field("Acuerdo", pattern=r"^[A-Za-z][A-Za-z0-9_]{0,79}$")
    overlap: int = Field(120, ge=0, le=86_400)

    @model_validator(mode="after")
    def _has_one_credential(self) -> Self:
        if (self.client_secret is None) == (self.jwt is None):
            raise _fault("one credential is needed, not none or two", "give either client_secret or jwt")
        return self


def problems_of(error: ValidationError, model: type[BaseModel], prefix: str = "") -> list[Problem]:
    """Every fault of a table as a problem with its key, none with the value that stood there."""
    faults = error.errors(include_input=False, include_url=False)
    return [_problem(fault, model, f"{prefix}." if prefix else "") for fault in faults]


def _problem(fault: ErrorDetails, model: type[BaseModel], prefix: str) -> Problem:
    place = fault["loc"]
    key = (prefix + ".".join(str(part) for part in place)).rstrip(".")
    match fault["type"]:
        case "setting":
            return Problem(key=key, what=fault["ctx"]["what"], write=fault["ctx"]["write"])
        case "extra_forbidden":
            known = _table_at(model, place[:-1]).model_fields
            return Problem(key=key, what="an unknown key", write=nearest(str(place[-1]), known))
        case "missing":
            return Problem(key=key, what="is missing", write=f"add {place[-1]}")
        case _:
            text = fault["msg"]
            return Problem(key=key, what=text[:1].lower() + text[1:], write="correct it")


def _table_at(model: type[BaseModel], place: tuple[int | str, ...]) -> type[BaseModel]:
    """The table that stands at this place within a table."""
    for part in place:
        annotation = model.model_fields[str(part)].annotation
        model = next(each for each in (annotation, *get_args(annotation)) if _is_table(each))
    return model


def _is_table(each: object) -> TypeGuard[type[BaseModel]]:
    return isinstance(each, type) and issubclass(each, BaseModel)
