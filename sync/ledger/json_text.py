"""JSON as PostgreSQL's JSONB takes it: it holds every text but those with NUL or half of a surrogate pair.

Such characters come from the platforms; they are written as SUBSTITUTE and four hexadecimal digits, and read
back as they were, so that one lead's broken text stops nobody's run.
"""

import json
import re
from typing import Any

_MARK = r"\u001a"
_PLAIN = re.compile(r"\\u(?:0000|001a|d[89a-f])")
_WRITTEN = re.compile(r"\\(?:\\|u(d[89ab]..)\\u(d[c-f]..)|u(0000|001a|d[89a-f]..)|.)")
_READ = re.compile(r"\\(?:\\|u001a([0-9a-f]{4})|.)")


def write_json(value: Any) -> str:
    """The value as JSON text that JSONB takes; `read_json` is the inverse."""
    text = json.dumps(value)
    return _WRITTEN.sub(_escape, text) if _PLAIN.search(text) else text


def read_json(raw: str | bytes) -> Any:
    """The value that `write_json` wrote."""
    text = raw if isinstance(raw, str) else raw.decode()
    return json.loads(_READ.sub(_restore, text) if _MARK in text else text)


def _escape(found: re.Match[str]) -> str:
    return found[0] if found[3] is None else f"{_MARK}{found[3]}"


def _restore(found: re.Match[str]) -> str:
    return found[0] if found[1] is None else f"\\u{found[1]}"
