import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli import app
from mapping.records import ValueType
from tests.flow.world import DAY, HOUR, SELLER
from tests.unit.commands.conftest import Desk

MQL_RATE = [{"name": "mql", "rate": "25 of 200"}]


def anywhere(*words: str, code: int = 0) -> Result:
    """A command where there is no configuration at all."""
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)


@pytest.mark.usefixtures("nowhere")
@pytest.mark.parametrize(
    "words",
    [("--revenue", "100000", "--sale", "6667", "--rate", "1/8"), ("--sales", "15", "--rate", "1 in 8")],
)
def test_fifteen_sales_at_one_in_eight_are_120_leads_and_a_coin_toss(words):
    told = json.loads(anywhere("goal", *words, "--json").stdout)
    assert (told["sales"], told["leads"], told["for_80"], told["for_90"]) == (15, 120, 143, 158)
    assert round(told["chance"], 4) == 0.5413
    assert told["standing"] is None
    text = anywhere("goal", *words).stdout
    assert "120" in text
    assert "54.1 %" in text


@pytest.mark.usefixtures("nowhere")
def test_stages_share_ramp_and_counts_are_heeded():
    words = ("--sales", "30", "--share", "50%", "--rate", "mql=100 of 200", "--rate", "sal=25 of 100")
    told = json.loads(anywhere("goal", *words, "--ramp", "0.5,0.75,1", "--json").stdout)
    assert [(each["name"], each["leads"]) for each in told["stages"]] == [("mql", 120), ("sal", 60)]
    assert told["months"] == [27, 40, 53]
    assert (told["uncertain_80"], told["uncertain_90"]) == (151, 173)
    assert [round(each, 3) for each in told["rate_interval"]] == [0.086, 0.178]


@pytest.mark.usefixtures("nowhere")
def test_figures_that_make_no_goal_are_all_told():
    result = anywhere("goal", "--revenue", "100000", "--rate", "mql=0", "--rate", "sal=9/8", code=78)
    for part in ("goal.sales: is missing", "a rate of zero never reaches a sale", "is above one"):
        assert part in " ".join(result.stderr.split())


def test_without_an_agreed_goal_a_person_is_told_what_to_write(desk: Desk):
    assert "--rate 1/8" in desk.refused("goal")


def with_goal(desk: Desk, **goals) -> None:
    desk.configure(agreement={"goals": {"period": "month", "sales": 2, "stages": MQL_RATE, **goals}})


def test_both_sides_are_told_how_they_stand_in_the_present_period(desk: Desk):
    with_goal(desk)
    world = desk.world
    world.begin()
    contacts = [world.mql() for _ in range(3)]
    world.run()
    world.wait(HOUR)
    row = world.lead(contacts[0])
    world.crm.act(row.id, "phone", by=SELLER, answered=True, seconds=95)
    _, deal = world.crm.convert(row.id)
    world.run()
    world.wait(4 * DAY)
    world.crm.win(deal or "", amount=1000)
    world.run()
    told = desk.json("goal")
    standing = told["standing"]
    assert told["source"] == "acme, version 1 of the agreement"
    assert standing["period"]["name"] == "2026-05-01 - 2026-05-31"
    assert standing["period"]["from"] == "2026-04-30T22:00:00Z"
    assert standing["marketing"] == {"passed": 3, "target": 16, "attainment": 3 / 16}
    assert standing["sales"] == {"won": 1, "target": 2, "attainment": 0.5}
    pace = standing["pace"]
    assert 0 < pace["expected"] < 16
    assert pace["pace"] == pytest.approx(3 / pace["expected"])
    assert pace["band"] == "behind"
    lag = standing["lag"]
    assert (lag["wins"], lag["leads"], lag["won"]) == (1, 3, 1)
    assert lag["within_days"]["30"] == 1.0
    assert lag["leads_a_month"] is not None
    assert "leads passed" in desk("goal").stdout


def test_configured_goals_are_reckoned_before_they_are_published_and_told_so(desk: Desk):
    desk.world.begin()
    with_goal(desk)
    told = desk.json("goal")
    assert told["leads"] == 16
    assert told["source"] == "acme, the agreement as configured; its goals are not published yet"


def test_pace_counts_business_time_of_the_published_calendar(desk: Desk):
    with_goal(desk)
    desk.world.begin()
    desk.world.until("2026-05-15T18:00:00+02:00")
    desk.world.run()
    pace = desk.json("goal")["standing"]["pace"]
    assert pace["expected"] == pytest.approx(16 * 10 / 20)  # 4 to 15 May: 10 of May's 20 working dates
    assert (pace["days_left"], pace["required_per_day"]) == (10, 1.6)


def test_a_ramp_of_the_periods_months_sets_the_pace_month_by_month(desk: Desk):
    with_goal(desk, period="quarter", sales=15, ramp=[0.5, 0.75, 1])
    desk.world.begin()
    standing = desk.json("goal")["standing"]
    assert standing["marketing"]["target"] == 120
    assert (standing["pace"]["name"], standing["pace"]["target"]) == ("2026-05-01 - 2026-05-31", 40)


def test_the_report_measures_both_sides_against_the_agreed_goal(desk: Desk):
    with_goal(desk)
    desk.world.begin()
    desk.world.mql()
    desk.world.run()
    day = desk.now[:10]
    told = desk.json("report", "--period", "month", "--at", day, now=False)
    assert told["marketing"]["target"] == 16
    assert told["sales"]["target"] == 2
    week = desk.json("report", "--period", "week", "--at", day, now=False)
    assert week["marketing"]["target"] == 4  # a week's 5 of the month's 20 working dates
    quarter = desk.json("report", "--period", "quarter", "--at", day, now=False)
    assert quarter["marketing"]["target"] == 48


def test_a_deadline_skips_the_weekend_and_the_holiday_and_says_so(desk: Desk):
    told = desk.json("due", "2026-04-30T17:00+02:00", "2h", now=False)
    assert told["due"] == "2026-05-04T10:00:00+02:00"
    assert [each["closed"] for each in told["days"]] == [
        None,
        "holiday",
        "holiday",
        "closed on this weekday",
        None,
    ]
    text = desk("due", "2026-04-30T17:00+02:00", "2 h", now=False).stdout
    assert "due Mon 2026-05-04 10:00:00 CEST" in text
    assert "Fri 2026-05-01  holiday" in text


@pytest.mark.parametrize(
    ("start", "target", "due"),
    [
        ("2026-05-13T16:00+02:00", "4h", "2026-05-14T11:00:00+02:00"),
        ("2026-05-13T16:00+02:00", "2bd", "2026-05-15T16:00:00+02:00"),
        ("2026-05-13T16:00+02:00", "10d", "2026-05-23T16:00:00+02:00"),
        ("2026-05-13T21:00-03:00", "15m", "2026-05-14T09:15:00+02:00"),
    ],
)
def test_every_kind_of_target_is_reckoned(desk: Desk, start, target, due):
    assert desk.json("due", start, target, now=False)["due"] == due


def test_business_time_between_two_instants(desk: Desk):
    told = desk.json("due", "--between", "2026-05-13T16:00+02:00", "2026-05-14T11:00+02:00", now=False)
    assert (told["business_seconds"], told["working_days"]) == (4 * HOUR, 2)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("2026-05-13T16:00", "4h"), "is not an instant"),
        (("2026-05-13T16:00+02:00", "soon"), "is not a span of time"),
        (("2026-05-13T16:00+02:00",), "write a start and a target"),
        (("2199-05-13T16:00+02:00", "4h"), "OUTSIDE_CALENDAR"),
        (("--between", "2026-05-14", "2026-05-13"), "lies before the first"),
    ],
)
def test_what_no_calendar_can_reckon_is_refused(desk: Desk, words, told):
    assert told in desk.refused("due", *words, now=False)


def test_a_published_calendar_reckons_until_the_edited_one_is_published(desk: Desk):
    desk.world.begin()
    desk.configure(agreement={"calendar": {"week": {"mon-fri": ["09:00-14:00"]}}})
    start = ("due", "2026-05-13T13:00+02:00", "2h")
    assert desk.json(*start, now=False)["due"] == "2026-05-13T15:00:00+02:00"
    signed = ("--marketing", "Ana", "--sales", "Luis")
    desk("agreement", "publish", *signed, "--effective-from", "2026-05-13T14:00+02:00", "--yes")
    assert desk.json(*start, now=False)["due"] == "2026-05-14T10:00:00+02:00"
    assert "another calendar holds" in desk(*start, now=False).stdout


def scored(desk: Desk) -> list[str]:
    desk.add_property("fit_score", ValueType.number)
    desk.define({"field": "fit_score", "gte": 70})
    world = desk.world
    world.begin()
    contacts = [world.mql(fit_score=score) for score in (80, 60, 40)]
    contacts.append(world.mql(lifecyclestage="lead"))
    world.run()
    return [f"hubspot-4242-{each}" for each in contacts]


def test_a_backtest_tells_who_would_have_been_passed(desk: Desk):
    ids = scored(desk)
    desk.define({"field": "fit_score", "gte": 50})
    desk.world.wait(60)
    told = desk.json("backtest", "--since", "2026-05-01")
    assert (told["leads"], told["old"], told["new"]) == (4, 1, 2)
    assert (told["gained"], told["lost"], told["unknown"]) == ([ids[1]], [], [ids[3]])
    assert told["unknown_fields"] == {"fit_score": 1}


def test_a_backtest_takes_a_definition_from_a_file_and_names_what_the_ledger_does_not_keep(desk: Desk):
    ids = scored(desk)
    file = desk.folder / "other.toml"
    file.write_text(
        'mql = { all = [{ field = "fit_score", gte = 50 }, { field = "city", eq = "Madrid" }] }', "utf-8"
    )
    desk.world.wait(60)
    told = desk.json("backtest", "--definition", str(file), "--since", "2026-05-01")
    assert told["lost"] == [ids[0]]
    assert (told["new"], told["unknown_fields"]) == (0, {"city": 3, "fit_score": 1})
    file.write_text("other = 1", "utf-8")
    assert "holds no definition" in desk.refused("backtest", "--definition", str(file), code=78)
    file.write_text('mql = { field = "fit_scor", gte = 1 }', "utf-8")
    assert "write 'fit_score'" in desk.refused("backtest", "--definition", str(file), code=78)
    assert "cannot be read" in desk.refused("backtest", "--definition", "missing.toml")


def test_a_backtest_is_of_the_last_whole_quarter_unless_it_is_told_since_when(desk: Desk):
    scored(desk)
    told = desk.json("backtest")
    assert (told["from"], told["to"], told["leads"]) == ("2025-12-31T23:00:00Z", "2026-03-31T22:00:00Z", 0)
    desk.world.until("2026-07-02T09:00:00+02:00")
    desk.world.run()
    told = desk.json("backtest")
    assert (told["from"], told["to"], told["leads"]) == ("2026-03-31T22:00:00Z", "2026-06-30T22:00:00Z", 4)


def test_notices_tell_who_was_told_what_once_and_for_machines(desk: Desk) -> None:
    desk.world.begin()
    contact = desk.world.mql()
    desk.world.run()
    desk.world.wait(4 * HOUR + 60)
    desk.world.run()
    since = "2026-05-11T09:00:00+02:00"
    (told,) = json.loads(desk("notices", "--since", since, "--json", now=False).stdout)
    assert told["company"] == "acme"
    breach = next(
        each for each in told["notices"] if each["clock"] == "first_attempt" and each["level"] == "L1"
    )
    assert (breach["role"], breach["recipient"], breach["lead"]) == (
        "owner",
        SELLER,
        f"hubspot-4242-{contact}",
    )
    assert breach["due_at"] == "2026-05-11T11:01:00Z"
    assert breach["digest"] is None
    assert SELLER in desk("notices", "--since", since, now=False).stdout
    later = json.loads(desk("notices", "--since", "2026-06-01", "--json", now=False).stdout)
    assert later == [{"company": "acme", "notices": []}]


def test_an_explanation_tells_from_when_a_lead_may_be_contacted_in_its_own_hours(desk: Desk) -> None:
    desk.world.begin()
    contact = desk.world.mql(country="Colombia", phone="+576012345678")
    desk.world.run()
    told = json.loads(desk("explain", f"hubspot-4242-{contact}", "--json").stdout)
    # Monday 09:01 in Madrid is 02:01 in Bogota: there people may be contacted from 07:00, 14:00 in Madrid.
    assert told["contact_from"] == dict.fromkeys(("phone", "email"), "2026-05-11T12:00:00Z")
    assert "the lead's hours" in desk("explain", f"hubspot-4242-{contact}").stdout
    desk.world.until("2026-05-11T14:00:00+02:00")
    assert json.loads(desk("explain", f"hubspot-4242-{contact}", "--json").stdout)["contact_from"] == {}
