"""One call as the endpoints see it, and what they answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.salesforce.access import Actor
from sandbox.salesforce.errors import Fault
from sandbox.salesforce.org import Org
from sandbox.salesforce.queries import Cursors

OK = 200
CREATED = 201
NO_CONTENT = 204


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, JSON body (None for none) and further headers; with a `media` type the body is text."""

    body: Any = None
    status: int = OK
    headers: Mapping[str, str] = field(default_factory=dict)
    media: str | None = None


@dataclass(frozen=True, kw_only=True)
class Call:
    """One authenticated call; header names are lower-case, `version` is such as 62.0, `send` answers another one."""

    org: Org
    actor: Actor
    cursors: Cursors
    method: str
    path: str
    base_url: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any
    send: "Callable[[Call], Answer]"

    @property
    def version(self) -> str:
        """The API version called."""
        return self.params["version"]

    @property
    def base(self) -> str:
        """What addresses of this version begin with."""
        return f"/services/data/v{self.version}"

    def mapping(self) -> dict[str, Any]:
        """The body as a JSON object; raises JSON_PARSER_ERROR."""
        if not isinstance(self.body, dict):
            raise _unreadable("The HTTP entity body is required, and must be a JSON object")
        return self.body


Endpoint = Callable[[Call], Answer]


def _unreadable(text: str) -> Fault:
    return Fault("JSON_PARSER_ERROR", text, fatal=True)


def read_objects(value: object, name: str) -> list[dict[str, Any]]:
    """The JSON objects of a list; raises JSON_PARSER_ERROR for anything else."""
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise _unreadable(f"{name} must be a list of JSON objects")
    return value


def read_texts(value: object, name: str) -> list[str]:
    """The texts of a list, or of one text with commas between them; raises JSON_PARSER_ERROR."""
    listed = value.split(",") if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(entry, str) for entry in listed):
        raise _unreadable(f"{name} must be a list of texts")
    return [text.strip() for text in listed if text.strip()]


def read_flags(header: str) -> dict[str, str]:
    """The `name=value` pairs of a header such as Sforce-Duplicate-Rule-Header, names in lower case."""
    pairs = (part.partition("=") for part in header.replace(";", ",").split(","))
    return {name.strip().lower(): value.strip() for name, _, value in pairs if name.strip()}
