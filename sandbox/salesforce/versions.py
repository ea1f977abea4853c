"""API versions: which are served, which are gone."""

from sandbox.salesforce.call import Answer, Call
from sandbox.salesforce.errors import Fault, not_found

OLDEST, NEWEST = 31, 67
_RETIRED = 21
_GONE = 410
_FIRST_SEASON = 31  # Summer '14; three releases a year
_SEASONS = ("Summer", "Winter", "Spring")


def listed() -> list[dict[str, str]]:
    """What GET /services/data answers."""
    return [
        {"label": _label(number), "url": f"/services/data/v{number}.0", "version": f"{number}.0"}
        for number in range(OLDEST, NEWEST + 1)
    ]


def _label(number: int) -> str:
    turn = number - _FIRST_SEASON
    year = 14 + turn // 3 + (1 if turn % 3 else 0)
    return f"{_SEASONS[turn % 3]} '{year}"


def check(version: str | None) -> None:
    """Raise 410 for a retired version and 404 for one that never was."""
    if version is None:
        return
    number, _, rest = version.partition(".")
    if rest != "0" or not number.isdigit() or not _RETIRED <= int(number) <= NEWEST:
        raise not_found()
    if int(number) < OLDEST:
        raise Fault("GONE", "The requested API version is retired", status=_GONE)


def resources(call: Call) -> Answer:
    """GET the root of a version."""
    names = ("composite", "jobs", "limits", "query", "queryAll", "sobjects", "tooling")
    return Answer({name: f"{call.base}/{name}" for name in names})
