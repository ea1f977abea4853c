"""How many five-clause evaluations with trace one core does a second: `python -m bench.conditions`.

The promise is 200,000 a second. Beside it stands Python's own eval of the same condition, compiled once,
which has neither trace nor unknowns. Exits with 1 below the promise.
"""

import sys

from bench.timing import Timing
from mapping.catalogue import CATALOGUE, types_of
from mapping.conditions import parse_condition
from mapping.records import Value

TABLE = {
    "any": [
        {"field": "last_form.kind", "in": ["demo", "contact", "price"]},
        {
            "all": [
                {"field": "fit_score", "gte": 50},
                {"field": "engagement_score", "gte": 60},
                {"field": "country", "in": ["ES", "MX", "CO"]},
                {"not": {"field": "opted_out", "eq": True}},
            ]
        },
    ]
}
VALUES: dict[str, Value] = {
    "last_form.kind": "content",
    "fit_score": 70,
    "engagement_score": 80,
    "country": "ES",
    "opted_out": False,
}
DATED = {"fit_score": 1_700_000_000, "engagement_score": 1_700_000_100, "last_form.kind": 1_600_000_000}
TEXT = (
    "kind in ('demo', 'contact', 'price') or (fit is not None and fit >= 50 and engagement is not None"
    " and engagement >= 60 and country in ('ES', 'MX', 'CO') and not opted_out is True)"
)
PROMISED = 200_000


def main() -> int:
    """Print evaluations a second of ours and of eval; 1 when the promise is broken."""
    condition = parse_condition(TABLE, types_of(CATALOGUE), "mql")
    assert condition.evaluate(VALUES, DATED, now=0).outcome is True
    code = compile(TEXT, "condition", "eval")
    names = {"kind": "content", "fit": 70, "engagement": 80, "country": "ES", "opted_out": False}
    bare: dict[str, object] = {"__builtins__": {}}
    assert eval(code, bare, names) is True  # noqa: S307  # the measure to compare with, on our own text
    timing, beside = Timing("conditions"), "eval without trace"
    ours = timing.rate("evaluate", lambda values: condition.evaluate(values, DATED, now=0), [VALUES])
    plain = timing.rate(beside, lambda values: eval(code, bare, values), [names])  # noqa: S307  # as above
    timing.tell("five clauses with their trace", ours, beside, plain, PROMISED)
    return int(timing.broken)


if __name__ == "__main__":
    sys.exit(main())
