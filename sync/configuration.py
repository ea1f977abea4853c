"""The configuration's files: one for all, or one a company in `companies/` (design, section 8)."""

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import SecretStr, ValidationError
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from connectors.settings import SOURCE_SHAPE, problems_of, resolve
from mapping.problems import ConfigurationError, Problem, nearest
from sync.company import read_company
from sync.lines import Written
from sync.settings import Company, Configuration

FILE, COMPANIES = "config.toml", "companies"
PREFIX = "ACUERDO_"
VARIABLES = ("CONFIG", "LEDGER", "LOG", "ERASURE_KEY")
KEY_LENGTH = 32  # characters


class Settings(BaseSettings):
    """What concerns every company; the `ACUERDO_` variables of the same names win over the file."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="forbid", frozen=True, hide_input_in_errors=True
    )

    ledger: str | dict[str, str] = ""
    erasure_key: str | dict[str, str] = ""
    log: Literal["auto", "json", "text"] = "auto"
    companies: dict[str, dict[str, Any]] = {}


@dataclass(frozen=True)
class _File:
    """One file of the configuration as it was read; `prefix` is what its keys stand under."""

    path: Path
    name: str
    prefix: str = ""

    @cached_property
    def text(self) -> str:
        """Raises ConfigurationError where it cannot be read."""
        try:
            return self.path.read_text("utf-8")
        except OSError as error:
            raise self._fault(f"cannot be read ({type(error).__name__})", "name a readable file") from None
        except UnicodeDecodeError:
            raise self._fault("is not UTF-8", "save it as UTF-8") from None

    @cached_property
    def tables(self) -> dict[str, Any]:
        """Raises ConfigurationError where it is not TOML."""
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            raise self._fault(f"is not TOML: {error}", "correct that line") from None

    @property
    def written(self) -> Written:
        """What tells where each key of it stands."""
        return Written(self.name, self.text, self.prefix)

    def _fault(self, what: str, write: str) -> ConfigurationError:
        return ConfigurationError([Problem(key=str(self.path), what=what, write=write)])


def find_configuration(given: Path | None, environ: Mapping[str, str]) -> Path:
    """What to read: the given file or folder, `ACUERDO_CONFIG`, `./config.toml`, then the user's own folder.

    A folder holds `config.toml`, `companies/*.toml`, or both. Raises ConfigurationError when there is none.
    """
    home = Path(environ.get("XDG_CONFIG_HOME") or _home(environ) / ".config")
    named = given or (Path(environ["ACUERDO_CONFIG"]) if environ.get("ACUERDO_CONFIG") else None)
    for path in [named] if named else [Path(FILE), home / "acuerdo"]:
        if path.is_file() or any(each.is_file() for each in _files_of(path)):
            return path
    where = str(named) if named else f"{FILE} here or in {home / 'acuerdo'}"
    what, write = "there is no configuration", "name it with -c FILE"
    if named is not None and named.is_dir():
        what, write = "a folder without a configuration", f"put {FILE} or {COMPANIES}/*.toml there"
    write = f"make one with `acuerdo config example > config.toml`, or {write}"
    raise ConfigurationError([Problem(key=where, what=what, write=write)])


def read_configuration(path: Path, environ: Mapping[str, str] | None = None) -> Configuration:
    """Reads the file `path` and the company files in `companies/` beside it, or the folder that holds both.

    Raises ConfigurationError with every fault that concerns all companies; a company's own faults are told
    with it, each with its file and, where the key is written there, its line.
    """
    environ = os.environ if environ is None else environ
    folder, main = (path, path / FILE) if path.is_dir() else (path.parent, path)
    shared = _File(main, main.name)
    tables = shared.tables if main.is_file() or not path.is_dir() else {}
    problems = list(_unknown_variables(environ))
    settings = _settings({**tables}, environ, shared, problems)
    own = {
        each.stem: _File(each, f"{COMPANIES}/{each.name}", f"companies.{each.stem}.")
        for each in sorted((folder / COMPANIES).glob("*.toml"))
    }
    together = tables.get("companies", {})
    together = together if isinstance(together, dict) else {}
    problems += [_twice(slug, shared, own[slug]) for slug in sorted({*own} & {*together})]
    if problems or settings is None:
        raise ConfigurationError(problems)
    files = {**dict.fromkeys(together, shared), **own}
    key = _erasure_key(settings.erasure_key, environ, folder, problems)
    ledger = _ledger(settings.ledger, environ, folder, problems)
    if problems:
        raise ConfigurationError(shared.written.placed(tuple(problems)))
    sound, faults = _read_companies(files, environ, folder)
    return Configuration(
        ledger=ledger,
        log=settings.log,
        companies={slug: replace(each, erasure_key=key) for slug, each in sound.items()},
        faults=faults,
        source=path,
    )


def _files_of(folder: Path) -> Iterator[Path]:
    yield folder / FILE
    yield from (folder / COMPANIES).glob("*.toml")


def _read_companies(
    files: Mapping[str, _File], environ: Mapping[str, str], folder: Path
) -> tuple[dict[str, Company], dict[str, tuple[Problem, ...]]]:
    sound: dict[str, Company] = {}
    faults: dict[str, tuple[Problem, ...]] = {}
    for slug, file in files.items():
        try:
            table = file.tables if file.prefix else file.tables["companies"][slug]
        except ConfigurationError as error:  # that company's own fault
            faults[slug] = error.problems
            continue
        try:
            sound[slug] = replace(read_company(slug, table, environ, folder), written=file.written)
        except ConfigurationError as error:
            faults[slug] = file.written.placed(error.problems)
    return sound, faults


def _settings(
    tables: Mapping[str, Any], environ: Mapping[str, str], file: _File, problems: list[Problem]
) -> Settings | None:
    try:
        return _reader(environ)(**tables)
    except ValidationError as error:
        problems += file.written.placed(tuple(problems_of(error, Settings)))
        return None


def _reader(environ: Mapping[str, str]) -> type[Settings]:
    """The settings with these variables over the file's tables."""

    class Given(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            variables = EnvSettingsSource(settings_cls)
            variables.env_vars = {name.lower(): value for name, value in environ.items() if value}
            return (variables, init_settings)

    return Given


def _twice(slug: str, shared: _File, own: _File) -> Problem:
    what = f"stands in {shared.name} and in {own.name}"
    return Problem(key=f"companies.{slug}", what=what, write="keep one of them")


def _unknown_variables(environ: Mapping[str, str]) -> Iterator[Problem]:
    known = [PREFIX + name for name in VARIABLES]
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in known:
            yield Problem(key=name, what="an unknown environment variable", write=nearest(name, known))


def _ledger(
    value: str | dict[str, str], environ: Mapping[str, str], folder: Path, problems: list[Problem]
) -> str:
    if not value:
        data = Path(environ.get("XDG_DATA_HOME") or _home(environ) / ".local" / "share")
        return f"sqlite:///{data / 'acuerdo' / 'acuerdo.sqlite'}"
    try:
        return resolve(value, environ=environ, folder=folder, secret=False)
    except PydanticCustomError as error:
        problems.append(Problem(key="ledger", what=error.message(), write="correct it"))
        return ""


def _erasure_key(
    value: str | dict[str, str], environ: Mapping[str, str], folder: Path, problems: list[Problem]
) -> SecretStr | None:
    """The key of erased people's hashes: the variable's own text, or what the file names; None without one."""
    given = environ.get(f"{PREFIX}ERASURE_KEY")
    if not (given or value):
        return None
    try:
        key = given or resolve(value, environ=environ, folder=folder, secret=True)
    except PydanticCustomError as error:
        problems.append(Problem(key="erasure_key", what=error.message(), write=SOURCE_SHAPE))
        return None
    if len(key) < KEY_LENGTH:
        what = f"shorter than {KEY_LENGTH} characters: it could be guessed"
        problems.append(Problem(key="erasure_key", what=what, write="make one with `openssl rand -hex 32`"))
    return SecretStr(key)


def _home(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("HOME", "~")).expanduser()
