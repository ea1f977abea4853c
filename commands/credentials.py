"""The credentials that `init` signs in with: from variables, else asked for at a terminal and kept in files."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from getpass import getpass
from pathlib import Path
from typing import Any

from commands.session import UsageError

SECRETS = "secrets"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A key of a connector's table, the variable that it is read from, and whether it is a secret.

    `file` is where a secret is kept that its connector writes anew, such as a refresh token.
    """

    key: str
    variable: str
    secret: bool = False
    default: str | None = None
    file: str | None = None


CREDENTIALS: Mapping[str, tuple[Credential, ...]] = {
    "hubspot": (
        Credential(key="token", variable="HUBSPOT_TOKEN", secret=True),
        Credential(key="base_url", variable="HUBSPOT_BASE_URL", default="https://api.hubapi.com"),
    ),
    "rdstation": (
        Credential(key="client_id", variable="RDSTATION_CLIENT_ID"),
        Credential(key="client_secret", variable="RDSTATION_CLIENT_SECRET", secret=True),
        Credential(key="token_file", variable="RDSTATION_REFRESH_TOKEN", secret=True, file="rdstation.token"),
        Credential(key="base_url", variable="RDSTATION_BASE_URL", default="https://api.rd.services"),
    ),
    "salesforce": (
        Credential(key="base_url", variable="SALESFORCE_BASE_URL"),
        Credential(key="client_id", variable="SALESFORCE_CLIENT_ID"),
        Credential(key="client_secret", variable="SALESFORCE_CLIENT_SECRET", secret=True),
    ),
}


@dataclass(frozen=True, slots=True)
class Safe:
    """The files beside the configuration that secrets are put into, and what was put there."""

    folder: Path
    written: dict[Path, str] = field(default_factory=dict)

    @contextmanager
    def taken_back(self) -> Iterator[None]:
        """Removes what was written if the block fails, but for what was written anew since."""
        try:
            yield
        except BaseException:
            for path, text in self.written.items():
                if path.read_text("utf-8") == text:
                    path.unlink()
            raise

    def table(self, system: str) -> dict[str, Any]:
        """The credentials in a system's table: the variable where it is set, else what a person answers.

        Raises UsageError with every variable that is missing where nobody is there to ask.
        """
        if system not in CREDENTIALS:
            what = f"init cannot look at {system!r}, only at {', '.join(CREDENTIALS)}"
            raise UsageError(f"{what}; write its table by hand: docs/install.md")
        needed = [each for each in CREDENTIALS[system] if each.default is None or each.variable in os.environ]
        missing = [each for each in needed if not (os.environ.get(each.variable) or self._has(each))]
        if missing and not sys.stdin.isatty():
            names = ", ".join(each.variable for each in missing)
            raise UsageError(
                f"{system}: set {names}, or run this at a terminal, where it asks; see docs/install.md"
            )
        return {each.key: self._value(each, asked=each in missing) for each in needed}

    def _has(self, each: Credential) -> bool:
        return each.file is not None and (self.folder / each.file).exists()

    def _value(self, each: Credential, *, asked: bool) -> Any:
        if each.file is not None:
            if not self._has(each):
                self._keep(each.file, _answer(each) if asked else os.environ[each.variable])
            return each.file
        if not asked:
            return {"env": each.variable} | ({"default": each.default} if each.default else {})
        if not each.secret:
            return _answer(each)
        name = f"{SECRETS}/{each.variable.lower()}"
        self._keep(name, _answer(each))
        return {"file": name}

    def _keep(self, name: str, secret: str) -> None:
        path, text = self.folder / name, f"{secret.strip()}\n"
        path.parent.mkdir(mode=0o700, exist_ok=True)
        write_new(path, text, private=True)
        self.written[path] = text


def _answer(each: Credential) -> str:
    question = f"{each.variable}: "
    answer = (getpass(question) if each.secret else input(question)).strip()
    if not answer:
        raise UsageError(f"{each.variable} is needed; see docs/install.md")
    return answer


def write_new(path: Path, text: str, *, private: bool = False, keep: bool = False) -> None:
    """Writes a new file; one that is there stays, with `keep` without a word. Raises UsageError."""
    mode = 0o600 if private else 0o644
    try:
        with os.fdopen(
            os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode), "w", encoding="utf-8"
        ) as file:
            file.write(text)
    except FileExistsError:
        if not keep:
            raise UsageError(f"{path} is there already and stays as it is; move it away first") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({type(error).__name__})") from None
