"""How many five-clause evaluations with trace one core does a second: `python -m bench.conditions`.

The promise is 200,000 a second. Beside it stands Python's own eval of the same condition, compiled once,
which has neither trace nor unknowns; the ratio holds on any machine.
"""

import timeit

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
ROUNDS = 50_000


def main() -> None:
    """Prints evaluations a second of ours and of eval, and the ratio."""
    condition = parse_condition(TABLE, types_of(CATALOGUE), "mql")
    assert condition.evaluate(VALUES, DATED, now=0).outcome is True
    code = compile(TEXT, "condition", "eval")
    names = {"kind": "content", "fit": 70, "engagement": 80, "country": "ES", "opted_out": False}
    bare: dict[str, object] = {"__builtins__": {}}
    assert eval(code, bare, names) is True  # noqa: S307  # the measure to compare with, on our own text
    ours = min(timeit.repeat(lambda: condition.evaluate(VALUES, DATED, now=0), number=ROUNDS, repeat=5))
    plain = min(timeit.repeat(lambda: eval(code, bare, names), number=ROUNDS, repeat=5))  # noqa: S307  # as above
    print(f"{ROUNDS / ours:,.0f} evaluations a second of five clauses with trace (promise: 200,000)")
    print(
        f"{ROUNDS / plain:,.0f} a second by Python's eval without trace; ours takes {ours / plain:.1f} times as long"
    )


if __name__ == "__main__":
    main()
