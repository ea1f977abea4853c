import os
import re
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from reports.charts import draw
from reports.page import render_page
from reports.report import Report, build_report
from reports.rows import Rows
from reports.sections.leads import LeadLine
from reports.sections.order import lay_out
from reports.sections.section import text_of
from reports.wording import Wording
from tests.unit.reports.made import MADRID, NOW, clock, handoff, lead, office, rows, story

ROOT = Path(__file__).parents[3]
VOID = {"meta", "br"}
ATTACK = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


class Reader(HTMLParser):
    """Reads a page, holding it to tags that close in the order they were opened."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.cells: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == [], "unclosed tags"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)
        if tag in {"td", "th", "dd"}:
            self.cells.append("")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if {"td", "th", "dd"}.intersection(self.open):
            self.cells[-1] += data

    def values(self, name: str) -> list[str]:
        return [value for _, each, value in self.attributes if each == name]


def month(tables: Rows | None = None) -> Report:
    return build_report(tables or story(), period="month", zone=MADRID, now=NOW, goal=20, hours=office())


LINES = (
    LeadLine(lead="hubspot-1-1", status="won", shown=(("hubspot", "won"), ("salesforce", "won"))),
    LeadLine(
        lead="hubspot-1-3",
        status="breached",
        owed_by="sales",
        due_at=NOW,
        next_action="Hacer el primer contacto",
        link="https://crm.example/3",
    ),
)


@pytest.mark.parametrize("language", ["es", "pt", "en"])
def test_the_page_is_well_formed_and_its_ids_are_its_own(language: str) -> None:
    page = Reader(render_page(month(), language, company="acme", leads=LINES))

    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert page.tags["table"] == page.tags["section"] - 1  # the scorecard is cards
    assert ("html", "lang", language) in page.attributes


def test_the_page_needs_nothing_else() -> None:
    html = render_page(month(), "es", company="acme", leads=LINES)
    page = Reader(html)

    assert not {"script", "link", "iframe", "img", "object", "embed", "form", "base"} & set(page.tags)
    assert page.values("src") == page.values("xlink:href") == []
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    assert not re.search(r"@import|url\((?!#)", html)
    outside = {value for value in page.values("href") if not value.startswith("#")}
    assert outside == {"https://crm.example/3", "https://crm.example/lightning/r/Lead/00Q3/view?a=1&b=2"}
    assert "default-src 'none'" in html


def test_every_anchor_leads_somewhere() -> None:
    page = Reader(render_page(month(), "en", company="acme"))

    anchors = {value[1:] for value in page.values("href") if value.startswith("#")}
    assert anchors <= set(page.values("id"))


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_page_shows_every_cell_that_the_text_shows(language: str) -> None:
    report = month()

    page = Reader(render_page(report, language, company="acme"))

    for section in lay_out(report, Wording(language, MADRID)):
        for row in section.rows:
            for cell in row[2:] if section.code == "scorecard" else row:
                assert any(text_of(cell) in each for each in page.cells), (section.code, cell)


def test_what_came_from_outside_is_escaped_wherever_it_is_shown() -> None:
    dimensions = {"source": ATTACK, "content": ATTACK}
    made = Rows.load(
        {
            "lead": [lead(ATTACK, place=ATTACK, dimensions=dimensions)],
            "handoff": [
                handoff(ATTACK, dimensions=dimensions, state="won", owner=ATTACK, won_at=NOW - 60),
                handoff(
                    ATTACK, cycle=2, dimensions=dimensions, state="returned", reason=ATTACK, track=ATTACK
                ),
            ],
            "clock": [clock(ATTACK, ATTACK, "breached_open", side=ATTACK)],
        },
        {ATTACK: f"https://crm.example/{ATTACK}"},
    )
    lines = [
        LeadLine(lead=ATTACK, status=ATTACK, owed_by=ATTACK, next_action=ATTACK, shown=((ATTACK, ATTACK),))
    ]

    html = render_page(month(made), "es", company=ATTACK, leads=lines)

    page = Reader(html)
    assert not {"script", "img"} & set(page.tags)
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    assert ATTACK in page.cells


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "//crm.example/1", ""])
def test_only_web_addresses_are_links(address: str) -> None:
    line = LeadLine(lead="hubspot-1-1", status="won", link=address)

    page = Reader(render_page(month(), "es", company="acme", leads=[line]))

    assert address not in page.values("href")
    assert "hubspot-1-1" in page.cells


def test_the_status_of_each_lead_is_said_in_the_language_of_the_page() -> None:
    cells = Reader(render_page(month(), "es", company="acme", leads=LINES)).cells

    row = len(cells) - 1 - cells[::-1].index("Fuera de plazo")
    assert cells[row - 1 : row + 5] == [
        "hubspot-1-3",
        "Fuera de plazo",
        "ventas",
        "2026-05-20 12:00 CEST",
        "Hacer el primer contacto",
        "-",
    ]
    assert "hubspot: Ganado; salesforce: Ganado" in cells


def test_an_empty_report_draws_nothing_and_says_so() -> None:
    html = render_page(build_report(Rows(), period="day", zone=MADRID, now=NOW), "es", company="acme")

    page = Reader(html)
    assert page.tags["svg"] == 0
    assert "Nada en este periodo." in html


def test_a_reader_on_a_phone_in_the_dark_and_on_paper_is_served() -> None:
    html = render_page(month(), "es", company="acme", drawings={})

    assert 'name="viewport" content="width=device-width' in html
    assert "@media (prefers-color-scheme: dark)" in html
    assert "@media print" in html


def test_drawings_tell_the_numbers_of_the_report() -> None:
    drawings = draw(month(), Wording("en", MADRID))

    assert set(drawings) == {"funnel", "speed", "places", "by_source"}
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", drawings["funnel"])
    said = [each for each in texts if each.isdigit()]
    assert sorted(said) == ["1", "1", "1", "1", "3", "5", "6", "7"]
    assert {"Leads seen", "Won"} <= set(texts)


def test_a_drawing_shortens_a_long_name_that_the_table_tells_whole() -> None:
    dimensions = {"source": "s" * 300, "content": ""}
    report = month(rows(handoff=[handoff("L1", state="won", won_at=NOW - 60, dimensions=dimensions)]))

    drawn = draw(report, Wording("en", MADRID))["by_source"]

    assert "s" * 39 + "…" in drawn
    assert "s" * 40 not in drawn
    assert "s" * 300 in render_page(report, "en", company="acme", drawings={})


def run(code: str) -> subprocess.CompletedProcess[str]:
    env: dict[str, Any] = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", code], check=False, env=env, capture_output=True, text=True, timeout=60
    )


def test_without_the_extra_the_page_says_which_library_is_missing() -> None:
    found = run(
        "import sys; sys.modules['altair'] = None\n"
        "try: import reports.page\n"
        "except ModuleNotFoundError as error: print(error.name)"
    )

    assert found.stdout == "altair\n", found.stderr


def test_text_and_document_do_without_the_extra() -> None:
    found = run(
        "import sys; sys.modules['altair'] = sys.modules['vl_convert'] = None\n"
        "import reports.document, reports.report, reports.text; print('fine')"
    )

    assert found.stdout == "fine\n", found.stderr
