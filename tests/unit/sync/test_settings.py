"""A configuration as people write it: everything wrong at once, in words that say what to write."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from mapping.problems import ConfigurationError, Problem
from sync.configuration import find_configuration, read_configuration
from sync.settings import Configuration

ROOT = Path(__file__).resolve().parents[3]
SECRETS = {
    "HUBSPOT_TOKEN": "token-in-the-environment",
    "SALESFORCE_BASE_URL": "https://acme.my.salesforce.com",
    "SALESFORCE_CLIENT_ID": "client",
    "SALESFORCE_CLIENT_SECRET": "secret-in-the-environment",
}
EXAMPLE = (ROOT / "config.example.toml").read_text("utf-8")

Read = Callable[..., Configuration]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """`read(text, more variables, companies={file: text})` reads a configuration from a folder of its own."""

    def reader(
        text: str = EXAMPLE, more: Mapping[str, str] = {}, companies: Mapping[str, str] = {}
    ) -> Configuration:
        path = tmp_path / "config.toml"
        path.write_text(text, "utf-8")
        for name, content in companies.items():
            (tmp_path / "companies").mkdir(exist_ok=True)
            (tmp_path / "companies" / name).write_text(content, "utf-8")
        return read_configuration(path, {"HOME": str(tmp_path), **SECRETS, **more})

    return reader


def faults(read: Read, text: str, slug: str = "acme", **more: Any) -> dict[str, Problem]:
    configuration = read(text, **more)
    assert slug not in configuration.companies
    return {each.key: each for each in configuration.faults[slug]}


def with_lines(*lines: str) -> str:
    return "\n".join([EXAMPLE, *lines])


def test_the_example_is_sound_as_it_stands(read: Read) -> None:
    company = read().companies["acme"]
    assert (company.language, company.timezone) == ("es", "Europe/Madrid")
    assert (company.platform, company.crm_system) == ("hubspot", "salesforce")
    assert company.limits.create == 500
    assert company.tracks == {"nurture": "Acuerdo nurture", "education": "Acuerdo education"}


@pytest.mark.parametrize(
    ("lines", "key", "what", "write"),
    [
        (["[companies.acme.maping]"], "companies.acme.maping", "an unknown key", "mapping"),
        (["[companies.acme.limits]", "creat = 5"], "companies.acme.limits.creat", "an unknown key", "create"),
        (["[companies.acme.limits]", "create = -1"], "companies.acme.limits.create", "", ""),
        (["[companies.acme.limits]", "create = true"], "companies.acme.limits.create", "", ""),
        (["[companies.acme.limits]", 'create = "many"'], "companies.acme.limits.create", "", ""),
        (["[companies.acme.limits]", "change_share = 2"], "companies.acme.limits.change_share", "", ""),
        (
            ["[companies.acme.sales_says]", 'statuses = { Working = "acepted" }'],
            "companies.acme.sales_says.statuses.Working",
            "'acepted'",
            "accepted",
        ),
        (
            ["[companies.acme.agreement.clocks]", "acept = false"],
            "companies.acme.agreement.clocks.acept",
            "",
            "accept",
        ),
        (
            ["[companies.acme.agreement.clocks]", 'accept = "soon"'],
            "companies.acme.agreement.clocks.accept",
            "soon",
            "",
        ),
        (
            ["[companies.acme.agreement.routing]", "enabled = true"],
            "companies.acme.agreement.routing.owners",
            "nobody",
            "owners",
        ),
        (
            ["[companies.acme.agreement.routing]", "auto_reassign = true"],
            "companies.acme.agreement.routing.auto_reassign",
            "routing is off",
            "enabled",
        ),
        (
            ["[companies.acme.mapping]", 'Email = "emial"'],
            "companies.acme.mapping.Email.from",
            "emial",
            "email",
        ),
    ],
    ids=lambda value: value[-1] if isinstance(value, list) else "",
)
def test_a_fault_names_its_key_what_is_wrong_and_what_to_write(
    read: Read, lines: list[str], key: str, what: str, write: str
) -> None:
    found = faults(read, with_lines(*lines))
    problem = next((each for name, each in found.items() if name.startswith(key)), None)
    assert problem is not None, f"no fault at {key}: {sorted(found)}"
    assert what in problem.what
    assert write in problem.write
    assert problem.write


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('language = "tlh"', "companies.acme.language"),
        ('timezone = "Europe/Madird"', "companies.acme.timezone"),
        ("country = 34", "companies.acme.country"),
        ('country = "Espana"', "companies.acme.country"),
        ("follow_up_task = 1", "companies.acme.follow_up_task"),
        ('marketing = "hubspot"', "companies.acme.marketing"),
    ],
    ids=lambda value: value.split(" =")[0],
)
def test_a_wrong_value_of_the_company_itself_is_told(read: Read, line: str, key: str) -> None:
    name = line.split(" =", maxsplit=1)[0]
    lines = [each for each in EXAMPLE.splitlines() if not each.startswith(f"{name} =")]
    if name == "marketing":
        start = lines.index("[companies.acme.marketing]")
        del lines[start : lines.index("[companies.acme.crm]")]
    place = lines.index("[companies.acme]")
    found = faults(read, "\n".join([*lines[: place + 1], line, *lines[place + 1 :]]))
    assert any(each.startswith(key) for each in found), sorted(found)


def test_several_faults_are_told_at_once(read: Read) -> None:
    text = with_lines("[companies.acme.limits]", "creat = 1", "[companies.acme.mapping]", 'Email = "emial"')
    found = faults(read, text.replace('language = "es"', 'language = "xx"'))
    assert {
        "companies.acme.language",
        "companies.acme.limits.creat",
        "companies.acme.mapping.Email.from",
    } <= set(found)


@pytest.mark.parametrize(
    "source", ['"pat-na1-plain"', '{ env = "NOT_THERE" }', '{ file = "missing" }', '{ vault = "x" }', "17"]
)
def test_a_secret_that_is_plain_or_missing_is_refused_and_never_repeated(read: Read, source: str) -> None:
    text = EXAMPLE.replace('token = { env = "HUBSPOT_TOKEN" }', f"token = {source}")
    problem = faults(read, text)["companies.acme.marketing.token"]
    assert "pat-na1-plain" not in str(problem)
    assert problem.write


def test_no_message_holds_a_secret_of_the_environment(read: Read) -> None:
    text = with_lines("[companies.acme.crm.jwt]", "nonsense = 1").replace("https", "ftp")
    told = "".join(map(str, faults(read, text).values()))
    assert not any(secret in told for secret in ("token-in-the-environment", "secret-in-the-environment"))


def test_shown_settings_hide_their_secrets(read: Read) -> None:
    company = read().companies["acme"]
    assert "token-in-the-environment" not in repr(company)
    assert "secret-in-the-environment" not in repr(company)


def test_a_token_would_not_travel_unencrypted_to_another_machine(read: Read) -> None:
    found = faults(read, EXAMPLE, more={"SALESFORCE_BASE_URL": "http://acme.my.salesforce.com"})
    assert "https" in found["companies.acme.crm.base_url"].write


def test_one_company_with_a_fault_leaves_the_other_sound(read: Read) -> None:
    configuration = read(with_lines("[companies.broken]", 'language = "tlh"'))
    assert set(configuration.companies) == {"acme"}
    assert set(configuration.faults) == {"broken"}


def test_companies_may_stand_in_files_of_their_own(read: Read) -> None:
    body = EXAMPLE.replace("[companies.acme]", "").replace("[companies.acme.", "[")
    configuration = read(companies={"beta.toml": body})
    assert set(configuration.companies) == {"acme", "beta"}
    assert configuration.companies["beta"].slug == "beta"


def test_a_company_that_stands_in_two_places_is_refused(read: Read) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(companies={"acme.toml": 'language = "es"'})
    (problem,) = caught.value.problems
    assert problem.key == "companies.acme"
    assert "acme.toml" in problem.what


def test_a_broken_file_of_one_company_leaves_the_other_sound(read: Read) -> None:
    configuration = read(companies={"beta.toml": "language = "})
    assert set(configuration.companies) == {"acme"}
    assert "not TOML" in configuration.faults["beta"][0].what


@pytest.mark.parametrize("slug", ["Acme", "1st", "a-b", "ñ"])
def test_a_slug_is_lower_case_letters_digits_and_underlines(read: Read, slug: str) -> None:
    configuration = read(EXAMPLE.replace("companies.acme", f'companies."{slug}"'))
    assert any(each.what == "not a slug" for each in configuration.faults[slug])


@pytest.mark.parametrize(
    ("name", "nearest"), [("ACUERDO_LEGDER", "ACUERDO_LEDGER"), ("ACUERDO_CONFG", "ACUERDO_CONFIG")]
)
def test_an_unknown_variable_of_ours_is_an_error_with_the_nearest_name(
    read: Read, name: str, nearest: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(more={name: "x"})
    (problem,) = caught.value.problems
    assert problem.key == name
    assert nearest in problem.write


def test_an_unknown_key_beside_the_companies_is_told(read: Read) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read('legder = "x"\n' + EXAMPLE)
    assert [(each.key, each.write) for each in caught.value.problems] == [("legder", "write 'ledger'")]


def test_the_given_environment_wins_over_the_file_and_no_other_is_asked(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = 'ledger = "sqlite:///file.sqlite"\n' + EXAMPLE
    monkeypatch.setenv("ACUERDO_LEDGER", "sqlite:///process.sqlite")
    monkeypatch.setenv("ACUERDO_LOG", "loud")
    assert read(text).ledger == "sqlite:///file.sqlite"
    found = read(text, more={"ACUERDO_LEDGER": "sqlite:///given.sqlite", "ACUERDO_LOG": "json"})
    assert (found.ledger, found.log) == ("sqlite:///given.sqlite", "json")


def test_a_folder_of_companies_is_a_configuration_with_or_without_a_file_for_all(tmp_path: Path) -> None:
    body = EXAMPLE.replace("[companies.acme]", "").replace("[companies.acme.", "[")
    (tmp_path / "companies").mkdir()
    for slug in ("acme", "beta"):
        (tmp_path / "companies" / f"{slug}.toml").write_text(body, "utf-8")
    environ = {"HOME": str(tmp_path), **SECRETS}
    assert find_configuration(tmp_path, environ) == tmp_path
    assert set(read_configuration(tmp_path, environ).companies) == {"acme", "beta"}
    (tmp_path / "config.toml").write_text('ledger = "sqlite:///shared.sqlite"', "utf-8")
    found = read_configuration(tmp_path, environ)
    assert set(found.companies) == {"acme", "beta"}
    assert found.ledger == "sqlite:///shared.sqlite"


def test_a_folder_that_holds_no_configuration_says_what_belongs_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        find_configuration(tmp_path, {})
    (problem,) = caught.value.problems
    assert problem.key == str(tmp_path)
    assert "companies/*.toml" in problem.write


def test_a_fault_is_told_with_its_file_and_line(read: Read) -> None:
    text = with_lines("[companies.acme.limits]", "creat = 5")
    found = faults(read, text)["companies.acme.limits.creat"]
    assert found.where == f"config.toml:{text.splitlines().index('creat = 5') + 1}"
    assert str(found).startswith(f"{found.where}: companies.acme.limits.creat: an unknown key; ")


def test_a_fault_in_a_file_of_one_company_names_that_file(read: Read) -> None:
    text = 'language = "es"\ntimezone = "Europe/Madird"\n'
    found = faults(read, EXAMPLE, slug="beta", companies={"beta.toml": text})
    assert found["companies.beta.timezone"].where == "companies/beta.toml:2"
    assert found["companies.beta.marketing.platform"].where == "companies/beta.toml"


def test_tables_that_repeat_the_companys_name_in_its_own_file_are_told_so(read: Read) -> None:
    found = faults(read, EXAMPLE, slug="beta", companies={"beta.toml": EXAMPLE})
    assert "[marketing]" in found["companies.beta.companies"].write


@pytest.mark.parametrize(
    ("lines", "key", "write"),
    [
        (["[companies.acme.crm.jwt]", 'usernam = "x"'], "crm.jwt.usernam", "username"),
        (["[companies.acme.agreement.package]", "requird = []"], "agreement.package.requird", "required"),
        (["[companies.acme.agreement.goals]", "averge_sale = 1"], "agreement.goals.averge_sale", "average"),
        (["[companies.acme.agreement.attempts]", "max_perday = 1"], "agreement.attempts.max_perday", "max_"),
        (
            ["[companies.acme.agreement.recycling]", "windw_days = 1"],
            "agreement.recycling.windw_days",
            "window",
        ),
        (["[companies.acme.lead_fields.budget]", 'form = "x"'], "lead_fields.budget.form", "from"),
        (["[companies.acme.mapping.Title]", 'form = "x"'], "mapping.Title.form", "from"),
        (["[companies.acme.sales_says]", "statusses = {}"], "sales_says.statusses", "statuses"),
        (["[companies.acme.stages]", 'slq = "x"'], "stages.slq", "sql"),
        (["[companies.acme.stages]", "sql = 3"], "stages.sql", "false"),
        (["[companies.acme.form_kinds]", 'demo = "x"'], "form_kinds.demo", "["),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_unknown_key_at_any_depth_comes_with_the_nearest_name(
    read: Read, lines: list[str], key: str, write: str
) -> None:
    found = faults(read, with_lines(*lines))
    assert write in found[f"companies.acme.{key}"].write, found


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"a = ", b"[companies"], ids=["not UTF-8", "no value", "no end"]
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        read_configuration(path, {})
    assert caught.value.problems[0].key == str(path)


def test_a_configuration_that_is_not_there_says_how_to_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError) as caught:
        find_configuration(None, {"HOME": str(tmp_path)})
    assert "acuerdo config example" in caught.value.problems[0].write


def test_the_given_file_comes_before_the_variable_and_the_variable_before_this_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, named = tmp_path / "given.toml", tmp_path / "named.toml"
    for path in (given, named, tmp_path / "config.toml"):
        path.write_text(EXAMPLE, "utf-8")
    monkeypatch.chdir(tmp_path)
    assert find_configuration(given, {"ACUERDO_CONFIG": str(named)}) == given
    assert find_configuration(None, {"ACUERDO_CONFIG": str(named)}) == named
    assert find_configuration(None, {"HOME": str(tmp_path)}) == Path("config.toml")
