"""A table as TOML text that reads back equal: what `agreement show` prints, ready to be put into a configuration."""

import json
import re
from collections.abc import Iterator, Mapping

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def write_toml(table: Mapping[str, object], name: str) -> str:
    """The text of `[name]` with its tables below it; values are JSON values but None.

    Raises ValueError for a value that TOML has no way to write.
    """
    return "\n".join(_table(table, name)) + "\n"


def _table(table: Mapping[str, object], name: str) -> Iterator[str]:
    inner = {key: value for key, value in table.items() if isinstance(value, Mapping) and value}
    own = {key: value for key, value in table.items() if key not in inner}
    if own or not inner:
        yield f"[{name}]"
        yield from (f"{_key(key)} = {write_value(value)}" for key, value in own.items())
        yield ""
    for key, value in inner.items():
        yield from _table(value, f"{name}.{_key(key)}")


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def write_value(value: object) -> str:
    """One value in one line, tables inline; raises ValueError for what TOML has no way to write."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str():
            return _text(value)
        case list() | tuple():
            return f"[{', '.join(write_value(each) for each in value)}]"
        case Mapping():
            return (
                "{"
                + ", ".join(f"{_key(str(key))} = {write_value(each)}" for key, each in value.items())
                + "}"
            )
        case _:
            raise ValueError(f"TOML cannot write {value!r}")
