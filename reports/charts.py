"""The drawings of a report: bars as SVG, made without a browser and without a network.

Importing this needs the extra `reports` (Altair and vl-convert); text and JSON do without.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import altair as alt
import vl_convert

from reports.report import Report
from reports.wording import Wording

WIDTH = 360
STEP = 26  # pixels for each bar
COLOUR = "#3b7dd8"  # reads on white and on black
LONGEST = 40


class Bar(NamedTuple):
    """One bar: its name, its length, and its length in words."""

    name: str
    value: int
    said: str


def bars(report: Report, words: Wording) -> Mapping[str, tuple[Bar, ...]]:
    """What is drawn of a report, by the name that its section gives the drawing."""
    return {
        "funnel": _bars(words, ((words.say(f"stages.{each.stage}"), each.people) for each in report.funnel)),
        "speed": _bars(
            words, ((words.say(f"bands.{band}"), count) for band, count in report.sales.speed.bands)
        ),
        "places": _bars(
            words, ((words.name("place", place), count) for place, count in report.whereabouts.places)
        ),
        "by_source": _bars(words, ((words.name("source", each.name), each.won) for each in report.by_source)),
    }


def draw(report: Report, words: Wording) -> dict[str, str]:
    """Every drawing that has something to show, as SVG by name."""
    return {
        name: draw_bars(found, prefix=name)
        for name, found in bars(report, words).items()
        if any(bar.value for bar in found)
    }


def draw_bars(found: Iterable[Bar], *, prefix: str) -> str:
    """Bars from top to bottom, each with its number; `prefix` keeps ids apart on one page."""
    rows = [{"order": number, **bar._asdict()} for number, bar in enumerate(found)]
    svg: str = vl_convert.vegalite_to_svg(_specification(rows))
    return re.sub(r'(?<=\bid=")|(?<=url\(#)', f"{prefix}-", svg)


def _specification(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The chart in Vega-Lite's terms; names are data, never expressions."""
    length = alt.X("value:Q", axis=None, scale=alt.Scale(domainMin=0))
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=alt.Y("order:O", axis=None))
    drawn = base.mark_bar(color=COLOUR, cornerRadiusEnd=2).encode(x=length)
    number = base.mark_text(align="left", dx=4, fontSize=12).encode(x=length, text="said:N")
    name = base.mark_text(align="right", x=-6, fontSize=12).encode(text="name:N")
    chart = alt.layer(drawn, number, name).properties(width=WIDTH, height={"step": STEP})
    specification: dict[str, Any] = (
        chart.configure(background="transparent").configure_view(stroke=None).to_dict()
    )
    return specification


def _bars(words: Wording, rows: Iterable[tuple[str, int]]) -> tuple[Bar, ...]:
    return tuple(Bar(_short(name), value, words.number(value)) for name, value in rows)


def _short(name: str) -> str:
    """As much of a name as a drawing has room for; the table beneath tells it whole."""
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
