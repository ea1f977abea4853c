"""Each way to end has its exit status and a message that says what to do (design, section 9)."""

from collections.abc import Callable, Iterator

import pytest

from tests.system.conftest import CONTACT_ONLY, Served, Shell, serving

PERSON = {"email": "ana.exit@leads.example.com", "lastname": "Exitosa", "company": "Example"}


@pytest.fixture
def ready(serve: Callable[..., Served], shell: Shell) -> Shell:
    """A shell whose systems are set up; a package needs the contact only."""
    return set_up(shell, serve())


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Systems that are set up and without leads, for tests in which none is added."""
    with serving() as start:
        folder = Shell(tmp_path_factory.mktemp("empty"))
        served = start()
        set_up(folder, served)
        yield served


@pytest.fixture
def idle(empty: Served, shell: Shell) -> Shell:
    """A shell whose systems are set up and have no leads: nothing can be written."""
    shell.served = empty
    shell.configure(CONTACT_ONLY)
    return shell


def set_up(shell: Shell, served: Served) -> Shell:
    shell.served = served
    shell.configure(CONTACT_ONLY)
    assert shell.run("setup", "--yes").status == 0
    return shell


def served(shell: Shell) -> Served:
    assert shell.served is not None
    return shell.served


def test_a_wrong_token_is_77_and_names_the_key(idle: Shell) -> None:
    assert idle.run("run").status == 0
    idle.more["HUBSPOT_TOKEN"] = "pat-na1-a-wrong-token"
    ended = idle.run("run")
    assert ended.status == 77
    assert "token" in ended.err
    assert "pat-na1-a-wrong-token" not in ended.out + ended.err


def test_a_wrong_token_on_the_very_first_run_is_77(idle: Shell) -> None:
    idle.more["SALESFORCE_CLIENT_SECRET"] = "wrong-secret"
    ended = idle.run("run")
    assert ended.status == 77
    assert "wrong-secret" not in ended.out + ended.err


def test_a_vendor_that_is_down_is_69(ready: Shell) -> None:
    assert ready.run("run").status == 0
    ready.configure(CONTACT_ONLY, token='token = { env = "HUBSPOT_TOKEN" }\nattempts = 1')
    served(ready).control("POST", "/faults", vendor="hubspot", kind="disconnect", seconds=0, times=None)
    ended = ready.run("run")
    assert ended.status == 69
    assert "hubspot" in ended.err


def test_a_missing_field_is_78_and_says_run_setup(serve: Callable[..., Served], shell: Shell) -> None:
    shell.served = serve()
    ended = shell.run("run")
    assert ended.status == 78
    assert "Lead.Acuerdo_Lead_Id__c" in ended.err
    assert "acuerdo setup" in ended.err


def test_an_unknown_field_in_the_mapping_is_78_with_the_nearest_name(idle: Shell) -> None:
    idle.configure(CONTACT_ONLY + '\n[companies.acme.mapping]\nPhon = "phone"\nEmail = "emial"\n')
    ended = idle.run("run")
    assert ended.status == 78
    assert "companies.acme.mapping.Email" in ended.err
    assert "email" in ended.err.replace("emial", "")
    idle.configure(CONTACT_ONLY + '\n[companies.acme.mapping]\nPhon = "phone"\n')
    ended = idle.run("run")
    assert ended.status == 78
    assert "Phon" in ended.err and "Phone" in ended.err


def test_more_than_the_limit_is_73_and_nothing_is_written(ready: Shell) -> None:
    ready.configure(CONTACT_ONLY + "\n[companies.acme.limits]\ncreate = 1\n")
    served(ready).mqls(PERSON, {**PERSON, "email": "other.exit@leads.example.com"})
    ended = ready.run("run", "--backfill", "2020-01-01")
    assert ended.status == 73
    assert "--allow-changes 2" in ended.err
    assert served(ready).query("SELECT Id FROM Lead WHERE Acuerdo_Lead_Id__c != null") == []
    assert ready.run("run", "--backfill", "2020-01-01", "--allow-changes", "2").status == 0
    assert len(served(ready).query("SELECT Id FROM Lead WHERE Acuerdo_Lead_Id__c != null")) == 2


def test_a_company_that_another_run_holds_is_75(ready: Shell) -> None:
    served(ready).mqls(PERSON)
    order = {"vendor": "salesforce", "endpoint": "*/composite*", "kind": "timeout", "seconds": 600}
    served(ready).control("POST", "/faults", **order)
    with ready.started("run", "--backfill", "2020-01-01"):
        served(ready).wait_until(served(ready).struck)
        ended = ready.run("run")
    assert ended.status == 75
    assert "under way" in ended.err


def test_a_ledger_that_cannot_be_opened_is_74(idle: Shell) -> None:
    idle.more["ACUERDO_LEDGER"] = "postgresql://nobody:secretword@127.0.0.1:9/none"
    ended = idle.run("run")
    assert ended.status == 74
    assert "secretword" not in ended.out + ended.err
    idle.more["ACUERDO_LEDGER"] = f"sqlite:///{idle.config}"  # a file that is no database
    ended = idle.run("run")
    assert ended.status == 74, ended.err
    assert "Traceback" not in ended.err


def test_a_refused_record_is_65_and_on_the_list(ready: Shell) -> None:
    served(ready).mqls({**PERSON, "lastname": "L" * 300}, {**PERSON, "email": "fine.exit@leads.example.com"})
    ended = ready.run("run", "--backfill", "2020-01-01")
    assert ended.status == 65
    rows = ready.run("refused", "list", "--json").json
    assert len(rows) == 1
    assert "LastName" in str(rows[0]) and "80" in str(rows[0]) and "300" in str(rows[0])
    assert len(served(ready).query("SELECT Id FROM Lead WHERE Acuerdo_Lead_Id__c != null")) == 1


@pytest.mark.parametrize(
    "words",
    [["run", "nobody"], ["run", "--now", "yesterday"], ["run", "--backfill", "June"], ["plan", "--colour"]],
    ids=" ".join,
)
def test_what_cannot_be_understood_is_2(idle: Shell, words: list[str]) -> None:
    ended = idle.run(*words)
    assert ended.status == 2
    assert "Traceback" not in ended.err


def test_one_company_with_a_fault_does_not_stop_the_other(ready: Shell) -> None:
    served(ready).mqls(PERSON)
    ready.configure(CONTACT_ONLY + '\n[companies.broken]\nlanguage = "tlh"\n')
    ended = ready.run("run", "--backfill", "2020-01-01", "--json")
    assert ended.status == 78
    assert {row["company"]: row["exit"] for row in ended.json} == {"acme": 0, "broken": 78}
    assert len(served(ready).query("SELECT Id FROM Lead WHERE Acuerdo_Lead_Id__c != null")) == 1


def test_a_used_up_day_of_hubspot_is_69_and_no_run_calls_it_before_midnight(ready: Shell) -> None:
    assert ready.run("run").status == 0
    served(ready).control("POST", "/settings", **{"hubspot.daily_limit": 1})
    ended = ready.run("run")
    assert ended.status == 69
    assert "daily quota" in ended.err
    assert "midnight of the account's zone" in ended.err
    before = served(ready).control("GET", "/calls")["vendors"]["hubspot"]["total"]
    again = ready.run("run")
    assert (again.status, "midnight" in again.err) == (69, True)
    assert served(ready).control("GET", "/calls")["vendors"]["hubspot"]["total"] == before
    (told,) = ready.run("status", "--json").json
    until = told["left_alone"]["hubspot"]["until"]
    assert f"hubspot is left alone until {until}" in ready.run("status").out
    assert "salesforce" not in told["left_alone"]


def test_the_share_of_salesforces_calls_that_is_ours_ends_the_run_with_69_before_the_limit(
    ready: Shell,
) -> None:
    used = served(ready).control("GET", "/calls")["vendors"]["salesforce"]["total"]
    limit = 2 * (used + 5)
    served(ready).control("POST", "/settings", **{"salesforce.daily_limit": limit})
    ready.configure(CONTACT_ONLY, system='system = "salesforce"\napi_share = 0.5')
    statuses = [ready.run("run") for _ in range(2)]
    assert statuses[-1].status == 69
    assert "the share that `api_share` allows; the next look is worth it from" in statuses[-1].err
    logins = 4
    assert served(ready).control("GET", "/calls")["vendors"]["salesforce"]["total"] <= limit // 2 + logins
    assert "salesforce is left alone until" in ready.run("status").out
