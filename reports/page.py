"""A report as one web page that needs nothing else: style and drawings inside, no script, no network.

Importing this needs the extra `reports`.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from reports.charts import draw
from reports.report import Report
from reports.sections.leads import LeadLine, lead_lines
from reports.sections.order import headline, lay_out
from reports.sections.section import Link, text_of
from reports.wording import Wording

LONG = 30  # characters from which a cell may be broken anywhere to fit


def render_page(
    report: Report,
    language: str,
    *,
    company: str,
    leads: Iterable[LeadLine] = (),
    drawings: Mapping[str, str] | None = None,
) -> str:
    """The page in a language, with the status of each of these leads at its end.

    Every value is escaped; `drawings` are SVG by name, by default drawn here. Raises ValueError for a language
    we do not have.
    """
    words = Wording(language, report.span.zone)
    svg = draw(report, words) if drawings is None else drawings
    lines = lead_lines(leads, words)
    scorecard, *rest = lay_out(report, words)
    return _template().render(
        language=words.language,
        company=company,
        title=words.say("title.report"),
        headline=headline(report, words),
        scorecard=scorecard,
        sections=[*rest, lines] if lines.rows else rest,
        drawings={name: Markup(each) for name, each in svg.items()},  # noqa: S704 - drawn by charts, which escapes
        nothing=words.say("word.none"),
        against=words.say("head.against"),
    )


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.tests["long"] = lambda cell: len(text_of(cell)) > LONG
    environment.tests["link"] = lambda cell: isinstance(cell, Link)
    return environment.from_string(files("reports").joinpath("templates", "page.html").read_text("utf-8"))
