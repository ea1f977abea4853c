"""The documentation names what there is: commands, options, statuses, keys, words; its examples load and run."""

import dataclasses
import re
import shlex
import tomllib
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.main import get_command

import cli
from commands import outcome
from connectors.registration import Registration, registration_of
from connectors.settings import (
    HubSpotSettings,
    JwtSettings,
    RDStationSettings,
    SalesforceSettings,
    SignedWebhookSettings,
)
from mapping import fields, package, rules, templates
from mapping.catalogue import CATALOGUE
from mapping.conditions import parse_condition
from mapping.fields import lead_fields
from mapping.forms import KINDS as FORM_KINDS
from mapping.operators import Operator
from mapping.records import ValueType, instant_of
from mapping.status import PROPERTIES, Status
from mapping.transforms import TRANSFORMS
from policies import agreement, calendar, dispositions, goal_table, holiday_source, terms
from policies.agreement import parse_agreement
from policies.dispositions import DEFAULTS, Disposition
from policies.events import Event, Kind
from policies.forms import write_targets, write_terms
from policies.handoff import TABLE
from policies.quiet_presets import PRESETS
from policies.states import Place
from policies.verdict import Terms, judge
from sync import company, speech
from sync.company import LimitsTable
from sync.configuration import read_configuration

ROOT = Path(__file__).resolve().parents[2]
PAGES = {path.relative_to(ROOT).as_posix(): path for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"))}
TEXTS = {name: path.read_text("utf-8") for name, path in PAGES.items()}
GUIDE = "\n".join(text for name, text in TEXTS.items() if re.fullmatch(r"README.md|docs/\w+\.md", name))
AGREEMENT = "docs/agreement.md"
MADRID = ZoneInfo("Europe/Madrid")


def blocks(language):
    """Each fenced block of a language, with the page it stands on."""
    found = re.compile(rf"^```{language}\n(.*?)^```", re.MULTILINE | re.DOTALL)
    return [(name, block) for name, text in sorted(TEXTS.items()) for block in found.findall(text)]


def rows(page):
    """Every row of every table on a page, its cells without back-ticks."""
    lines = [line for line in TEXTS[page].splitlines() if line.startswith("|")]
    return [[cell.strip().replace("`", "") for cell in line.strip("|").split("|")] for line in lines]


def quoted(page):
    """Every word in code on a page: in back-ticks, and in its blocks."""
    text = TEXTS[page]
    fenced = re.findall(r"^```.*?^```", text, re.MULTILINE | re.DOTALL)
    for each in fenced:
        text = text.replace(each, "")
    spans = [*fenced, *re.findall(r"`([^`]+)`", text)]
    found = {word for span in spans for word in re.findall(r"[A-Za-z_][\w.-]*", span)}
    return found | {part for word in found for part in word.split(".")}


# Commands and statuses


def commands(command, path=()):
    """Each command that does something, by its words."""
    inner = getattr(command, "commands", {})
    found = {} if inner else {path: command}
    for name, each in inner.items():
        found |= commands(each, (*path, name))
    return found


COMMANDS = commands(get_command(cli.app))


def options(path):
    return [one.opts for one in COMMANDS[path].params if one.opts[0].startswith("-")]


@pytest.mark.parametrize("path", sorted(COMMANDS), ids=" ".join)
def test_each_command_and_each_of_its_options_is_told(path):
    assert re.search(rf"acuerdo {' '.join(path)}\b", GUIDE), (
        f"acuerdo {' '.join(path)} is nowhere in the docs"
    )
    for names in options(path):
        told = any(re.search(rf"(?<![\w-]){name}(?![\w-])", GUIDE) for name in names)
        assert told or "--help" in names, f"{names} of acuerdo {' '.join(path)} is nowhere in the docs"


def shell_lines():
    """What follows `acuerdo` in each indented line that calls it."""
    for name, text in sorted(TEXTS.items()):
        for line in text.replace("\\\n", " ").splitlines():
            if not re.match(r"    ([A-Z_]+=\S+ |[*/\d]+ .*)?(/\S+/)?acuerdo ", line):
                continue
            said = shlex.split(line.strip().rstrip("&"), comments=True)
            said = said[: said.index(">")] if ">" in said else said
            begins = max(place for place, word in enumerate(said) if re.fullmatch(r"(/\S+/)?acuerdo", word))
            yield pytest.param(said[begins + 1 :], id=f"{name}: {line.strip()}")


@pytest.mark.parametrize("line", list(shell_lines()))
def test_shell_lines_name_commands_and_options_that_exist(line):
    path = next((tuple(line[:n]) for n in (2, 1) if tuple(line[:n]) in COMMANDS), None)
    assert path is not None or line == ["--version"], f"there is no command acuerdo {' '.join(line)}"
    for word in line[len(path or line) :]:
        known = not word.startswith("-") or any(word in names for names in options(path))
        assert known, f"acuerdo {' '.join(path)} has no {word}"


def test_each_exit_status_is_told_and_no_other():
    told = {int(cells[0]) for cells in rows("docs/operate.md") if cells[0].isdigit()}
    assert told == {value for value in vars(outcome).values() if isinstance(value, int)}
    assert ", ".join(map(str, outcome.PRECEDENCE)) in " ".join(TEXTS["docs/operate.md"].split())


# Keys and words


def keys_of(kind):
    return {each.name for each in dataclasses.fields(kind) if "form" in each.metadata}


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("docs/install.md", {*company.PARTS, "ledger", "log", "erasure_key"}),
        (
            "docs/install.md",
            {
                *HubSpotSettings.model_fields,
                *RDStationSettings.model_fields,
                *SalesforceSettings.model_fields,
            },
        ),
        ("docs/webhooks.md", {*SignedWebhookSettings.model_fields}),
        ("docs/install.md", {*JwtSettings.model_fields, *registration_of("hubspot").stages}),
        ("docs/install.md", {each.name for system in PROPERTIES.values() for each in system}),
        ("docs/operate.md", {*LimitsTable.model_fields}),
        (AGREEMENT, {*agreement.KEYS}),
        (AGREEMENT, {*terms.CLOCKS, *keys_of(terms.ClockTerms)}),
        (AGREEMENT, keys_of(terms.AttemptTerms) | keys_of(terms.RetentionTerms)),
        (AGREEMENT, keys_of(terms.RecyclingTerms) | keys_of(terms.RoutingTerms)),
        (AGREEMENT, keys_of(terms.Switches) | keys_of(Disposition)),
        (AGREEMENT, {*DEFAULTS, *speech.STATUS_MEANINGS, "statuses", "lost_reasons"}),
        (AGREEMENT, {each.value for each in Operator}),
        (AGREEMENT, {*calendar.KEYS, *holiday_source.KEYS, *goal_table.KEYS, *package.KEYS}),
        (AGREEMENT, {*PRESETS, "channels", "citation", "as_of"}),
        ("docs/mapping.md", {*CATALOGUE, *fields.KEYS, "lead_fields", "form_kinds", "mapping"}),
        ("docs/mapping.md", {*rules.KEYS, *rules.BESIDES, *TRANSFORMS, *rules.SALESFORCE_LEAD}),
    ],
)
def test_each_key_is_told_where_it_belongs(page, expected):
    assert sorted(expected - quoted(page)) == []


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (AGREEMENT, {*terms.CHANNELS, *terms.ROLES, *terms.PAUSE_REASONS, *goal_table.PERIODS}),
        ("docs/mapping.md", {*FORM_KINDS, *templates.FILTERS, *(each.value for each in ValueType)}),
        (
            "docs/mapping.md",
            {each.value for kind in (rules.Wins, rules.TooLong, rules.Blank) for each in kind},
        ),
        ("docs/glossary.md", {*(each.value for each in Place), *(each.value for each in Status)}),
    ],
)
def test_each_word_of_a_list_is_told_where_it_belongs(page, expected):
    assert sorted(expected - set(re.findall(r"\w+", TEXTS[page]))) == []


def test_the_table_of_clocks_has_their_defaults():
    told = {cells[0]: cells for cells in rows(AGREEMENT) if len(cells) == 6}
    for name, clock in terms.CLOCKS.items():
        written = write_targets(clock.target)
        if isinstance(written, dict):
            written = ", ".join(f"{priority} {written[priority]}" for priority in ("standard", "hot"))
        shown = (told[name][1], told[name][2], told[name][5])
        assert shown == (clock.side, written, ", ".join(clock.ladder) or "-"), name


def test_the_tables_of_terms_have_their_defaults():
    """A row may tell several keys; the second cell has each default, in the same order."""
    parts = {
        "attempts": terms.AttemptTerms(),
        "recycling": terms.RecyclingTerms(),
        "routing": terms.RoutingTerms(),
        "terms": terms.Switches(),
    }
    wanted = {
        (part, name): str(value).lower()
        for part, one in parts.items()
        for name, value in write_terms(one).items()
        if not isinstance(value, list)
    }
    told, part = {}, None
    for cells in rows(AGREEMENT):
        if "key of" in cells[0]:
            part = cells[0].removeprefix("key of ")
        elif part in parts and len(cells) == 3:
            told |= {
                (part, name): text
                for name, text in zip(cells[0].split(", "), cells[1].split(", "), strict=False)
            }
        elif part in parts and set(cells[0]) - set("-"):
            part = None
    assert {key: told.get(key) for key in wanted} == wanted


def test_the_table_of_dispositions_has_their_defaults():
    told = {cells[0]: cells[1:] for cells in rows(AGREEMENT) if cells[1] in dispositions.KINDS}
    assert set(told) == set(DEFAULTS)
    for name, each in DEFAULTS.items():
        kind, place, against, back = told[name]
        assert (kind, place, against) == (each.kind, each.place, "yes" if each.against_marketing else "no"), (
            name
        )
        if each.cooldown_days is not None:
            assert back == f"after {each.cooldown_days} days", name
        assert (back == "never", back == "triggers only") == (
            each.returns_on == "never",
            each.returns_on == "triggers",
        ), name


MADE = r"(<!-- transitions: made by tests/unit/test_docs.py -->\n)(.*?)(<!-- end of transitions -->)"


def transitions():
    """The transition table as the page shows it: rows that lead to another state."""
    lines = [
        f"| {row.rule} | {', '.join(row.states)} | `{row.cue}` | {row.to} |"
        for row in TABLE
        if row.to is not None
    ]
    return "\n".join(["", "| rule | from | fact | to |", "|---|---|---|---|", *dict.fromkeys(lines), "", ""])


def test_the_life_of_a_handoff_is_that_of_the_transition_table():
    shown = re.search(MADE, TEXTS[AGREEMENT], re.DOTALL)
    assert shown is not None
    assert shown[2] == transitions(), "write it anew: python -m tests.unit.test_docs"


# Links


def anchors(text):
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_each_relative_link_resolves(name):
    for target in re.findall(r"\]\(([^)\s]+)\)", TEXTS[name]):
        if target.startswith(("https://", "http://")):
            continue
        file, _, anchor = target.partition("#")
        path = (PAGES[name].parent / file).resolve() if file else PAGES[name]
        assert path.exists(), f"{name} links to {target}"
        assert not anchor or anchor in anchors(path.read_text("utf-8")), f"{name} links to {target}"


def test_each_page_is_reached_from_the_readme():
    linked = set(re.findall(r"\]\((docs/\w+\.md)\)", TEXTS["README.md"]))
    assert {name for name in TEXTS if re.fullmatch(r"docs/\w+\.md", name)} <= linked


@pytest.mark.parametrize("name", sorted(PAGES))
def test_no_page_holds_a_path_of_one_machine(name):
    assert not re.search(r"/(root|home|tmp|mnt)/", TEXTS[name])


# Examples

SECRETS = {
    "HOME": "/nowhere",
    "HUBSPOT_TOKEN": "t",
    "HUBSPOT_CLIENT_ID": "id",
    "HUBSPOT_CLIENT_SECRET": "s",
    "RDSTATION_CLIENT_ID": "id",
    "RDSTATION_CLIENT_SECRET": "s",
    "SALESFORCE_BASE_URL": "https://acme.my.salesforce.com",
    "SALESFORCE_CLIENT_ID": "id",
    "SALESFORCE_CLIENT_SECRET": "s",
    "NORTE_SALESFORCE_CLIENT_ID": "id",
    "ACME_WEBHOOK_PATH": "0123456789abcdef0123456789abcdef",
    "HUBSPOT_APP_SECRET": "s",
}


def whole(shown):
    """A company's table as an example shows it, with what every company needs where the example is silent."""
    base = tomllib.loads((ROOT / "config.example.toml").read_text("utf-8"))["companies"]["acme"]
    own = shown["companies"]["acme"]
    return {**base, **own, "agreement": {**base["agreement"], **own.get("agreement", {})}}


def written(value):
    """A value as TOML, in one line."""
    match value:
        case dict():
            return "{ " + ", ".join(f'"{name}" = {written(each)}' for name, each in value.items()) + " }"
        case list():
            return "[" + ", ".join(map(written, value)) + "]"
        case bool():
            return str(value).lower()
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case _:
            return str(value)


@pytest.mark.parametrize("block", [pytest.param(b, id=f"{n}-{i}") for i, (n, b) in enumerate(blocks("toml"))])
def test_each_toml_example_loads(block, tmp_path):
    block = block.replace("/run/secrets/", f"{tmp_path}/")
    for name in re.findall(r'{ file = "([^"]+)"', block):
        (tmp_path / name).write_text("a secret of at least 32 characters", "utf-8")
    shown = tomllib.loads(block)
    path = tmp_path / "config.toml"
    match sorted(shown):
        case ["companies"]:
            company = "".join(f'"{name}" = {written(each)}\n' for name, each in whole(shown).items())
            path.write_text(f"[companies.acme]\n{company}", "utf-8")
        case ["ledger", "log"] | ["erasure_key"]:
            path.write_text(block, "utf-8")
        case ["mql"]:
            assert parse_condition(shown["mql"], lead_fields("hubspot").types, "mql").fields
            return
        case ["project"]:
            groups = {"acuerdo.connectors", "acuerdo.transforms"}
            assert set(shown["project"]["entry-points"]) & groups
            return
        case _:
            path.write_text("", "utf-8")
            path.with_name("companies").mkdir()
            (path.with_name("companies") / "norte.toml").write_text(block, "utf-8")
    assert read_configuration(path, SECRETS).faults == {}


def test_the_first_screen_of_the_readme_is_a_whole_configuration(tmp_path):
    (block,) = [block for name, block in blocks("toml") if name == "README.md"]
    path = tmp_path / "config.toml"
    path.write_text(block, "utf-8")
    assert list(read_configuration(path, SECRETS).companies) == ["acme"]


def test_what_the_example_file_comments_out_can_be_written(tmp_path):
    first, _, depth = (ROOT / "config.example.toml").read_text("utf-8").partition("# ---")
    lines = [line[2:] for line in depth.splitlines() if re.match(r"# (\[|\w+ = )", line)]
    shared = [line for line in lines if line.startswith(("ledger", "log", "erasure_key"))]
    (tmp_path / "erasure.key").write_text("a secret of at least 32 characters", "utf-8")
    path = tmp_path / "config.toml"
    path.write_text("\n".join([*shared, first, *(line for line in lines if line not in shared)]), "utf-8")
    assert len(lines) > len(shared) > 0
    assert read_configuration(path, SECRETS).faults == {}


@pytest.fixture
def served(monkeypatch):
    from sandbox.server import FREE_PORTS, Sandbox

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Sandbox(ports=FREE_PORTS, seed=1) as sandbox:
        for name, value in sandbox.variables().items():
            monkeypatch.setenv(name, value)
        yield sandbox


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("block", [pytest.param(b, id=n) for n, b in blocks("python")])
def test_each_python_example_runs_against_the_sandbox(block, capsys):
    space = {}
    exec(compile(block, "docs", "exec"), space)
    if session := space.get("session"):
        session.close()
        assert capsys.readouterr().out == "0 contacts\n0 leads\n"
    else:
        assert isinstance(space["PIPEDRIVE"], Registration)


# The worked example


def at(text):
    """Seconds of `Fri 4, 17:10` in September 2026, Madrid; the weekday must be right."""
    weekday, day, hour, minute = re.match(r"(\w{3}) (\d+), (\d\d):(\d\d)", text).groups()
    moment = datetime(2026, 9, int(day), int(hour), int(minute), tzinfo=MADRID)
    assert f"{moment:%a}" == weekday, text
    return instant_of(moment)


def fact(number, kind, when, **data):
    moment = at(when)
    ours = kind in (Kind.mql_met, Kind.package_complete, Kind.delivered, Kind.on_track)
    return Event(
        kind=kind,
        lead="a",
        cycle=1 if ours else None,
        occurred_at=moment,
        recorded_at=moment,
        source="acuerdo" if ours else "salesforce",
        object_id=f"object-{number}",
        version="1",
        data=data,
    )


def story():
    asked = {"agreement": 1, "priority": "hot", "type": "new", "zone": "Europe/Madrid", "country": "ES"}
    call = {"channel": "phone", "by": "005A", "automated": False}
    return [
        fact(0, Kind.mql_met, "Fri 4, 17:00", **asked),
        fact(1, Kind.package_complete, "Fri 4, 17:00"),
        fact(2, Kind.delivered, "Fri 4, 17:10"),
        fact(3, Kind.owner_changed, "Fri 4, 17:10", owner="005A", owner_kind="user"),
        fact(4, Kind.touch, "Mon 7, 09:05", **call, answered=False, seconds=0),
        fact(5, Kind.touch, "Wed 9, 11:00", **call, answered=True, seconds=180),
        fact(6, Kind.returned, "Thu 10, 12:00", code="not_now", until="2026-12-01"),
        fact(7, Kind.on_track, "Thu 10, 12:10", track="nurture"),
    ]


def test_the_worked_example_is_what_the_rules_say():
    first = tomllib.loads(next(block for name, block in blocks("toml") if name == AGREEMENT))
    table = {**first["companies"]["acme"]["agreement"], "calendar": {"timezone": "Europe/Madrid"}}
    signed = parse_agreement(table, catalogue=lead_fields("hubspot").types)
    hours = signed.calendar.resolve(date(2026, 9, 1)).hours
    verdict = judge("a", story(), Terms(agreements={1: signed}, hours=hours), at("Thu 10, 12:20"))
    clocks = {each.name: each for each in verdict.newest.clocks}
    told = [cells for cells in rows(AGREEMENT) if len(cells) == 5 and cells[0] in terms.CLOCKS]
    assert {cells[0] for cells in told} == set(clocks)
    for name, since, due, ended, minutes in told:
        clock = clocks[name]
        assert (clock.start_at, clock.due_at, clock.stop_at) == (at(since), at(due), at(ended)), name
        assert (clock.elapsed_s // 60, clock.breached) == (int(minutes), "Too late" in ended), name


if __name__ == "__main__":
    page = re.sub(MADE, lambda old: old[1] + transitions() + old[3], TEXTS[AGREEMENT], flags=re.DOTALL)
    PAGES[AGREEMENT].write_text(page, "utf-8")
