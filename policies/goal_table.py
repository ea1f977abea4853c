"""Reading a `[goal]` table, with every fault at once.

```toml
period = "month"             # what the goal is of: week, month, quarter or year
revenue = 100_000            # of the period, in the company's currency
sales = 15                   # or average_sale = 7_000
share = "60 %"               # marketing's share of the sales; the default is all
stages = [ { name = "mql", rate = "25 of 200" }, ... ]   # also 0.125, "12.5 %", "1/8", "1 in 8"
ramp = [0.5, 0.75, 1]        # share of the steady month, month by month
keep_total = true            # spread the whole target over the ramp, or (false) let the ramp lower it
```
"""

import re
from collections.abc import Mapping
from fractions import Fraction

from mapping.problems import Problem, nearest
from policies.goals import Goal, Rate, Stage
from policies.windows import Findings

PERIODS = ("week", "month", "quarter", "year")
KEYS = ("period", "revenue", "average_sale", "sales", "share", "stages", "ramp", "keep_total")
_COUNTS = re.compile(r"(\d+)\s*(?:/|of|in)\s*(\d+)")


def read_goal(table: Mapping[str, object], key: str = "goal") -> tuple[Goal | None, tuple[Problem, ...]]:
    """Read a `[goal]` table; None with every fault found at once, else the goal."""
    findings = Findings()
    for name in table:
        if name not in KEYS:
            findings.problem(f"{key}.{name}", f"{name!r} is not known here", nearest(str(name), KEYS))
    revenue = _read_amount(table, "revenue", key, findings)
    average_sale = _read_amount(table, "average_sale", key, findings)
    sales = _read_sales(table.get("sales"), f"{key}.sales", findings)
    if "sales" not in table and not {"revenue", "average_sale"} <= set(table):
        findings.problem(f"{key}.sales", "is missing", "write 'sales', or 'revenue' and 'average_sale'")
    share = read_rate(table.get("share", 1), f"{key}.share", findings)
    stages = _read_stages(table.get("stages"), f"{key}.stages", findings)
    ramp = _read_ramp(table.get("ramp", []), f"{key}.ramp", findings)
    period = table.get("period", "month")
    if period not in PERIODS:
        findings.problem(f"{key}.period", f"{period!r} is no period", nearest(str(period), PERIODS))
    keep_total = table.get("keep_total", True)
    if not isinstance(keep_total, bool):
        findings.problem(f"{key}.keep_total", f"{keep_total!r} is not a switch", "write true or false")
    if findings.problems or share is None:
        return None, tuple(findings.problems)
    goal = Goal(
        stages=stages,
        revenue=revenue,
        average_sale=average_sale,
        sales=sales,
        share=share.value,
        ramp=ramp,
        keep_total=keep_total is True,
        period=str(period),
    )
    return goal, ()


def read_rate(value: object, key: str, findings: Findings) -> Rate | None:
    """Read a rate above 0 and at most 1: `0.125`, "12.5 %", "1/8", "1 in 8", "25 of 200", 1."""
    rate = _parse_rate(value)
    if value is None:
        findings.problem(key, "the rate is missing", "write for example '1 of 8', 0.125 or '12.5 %'")
    elif rate is None:
        findings.problem(key, f"{value!r} is not a rate", "write for example '1 of 8', 0.125 or '12.5 %'")
    elif rate.value == 0:
        findings.problem(key, "a rate of zero never reaches a sale", "write a rate above 0")
    elif rate.value < 0:
        findings.problem(key, f"{value!r} is negative", "write a rate above 0 and at most 1")
    elif rate.value > 1:
        findings.problem(
            key, f"{value!r} is above one", f"write at most 1, or '{value} %' if per cent is meant"
        )
    else:
        return rate
    return None


def _parse_rate(value: object) -> Rate | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    text = str(value).strip()
    if counts := _COUNTS.fullmatch(text):
        won, of = int(counts[1]), int(counts[2])
        return Rate(Fraction(won, of), won, of) if of else None
    try:
        if text.endswith("%"):
            return Rate(Fraction(text[:-1].strip()) / 100)
        return Rate(Fraction(text))
    except ValueError:
        return None


def _read_stages(value: object, key: str, findings: Findings) -> tuple[Stage, ...]:
    if not isinstance(value, list | tuple) or not value:
        findings.problem(key, "is missing", "write [ { name = 'mql', rate = '1 of 8' } ]")
        return ()
    stages = []
    for number, row in enumerate(value):
        place = f"{key}[{number}]"
        if not isinstance(row, Mapping) or not isinstance(row.get("name"), str):
            findings.problem(place, "has no name", "write { name = 'mql', rate = '1 of 8' }")
            continue
        for unknown in set(row) - {"name", "rate"}:
            findings.problem(
                f"{place}.{unknown}",
                f"{unknown!r} is not known here",
                nearest(str(unknown), ("name", "rate")),
            )
        rate = read_rate(row.get("rate"), f"{place}.rate", findings)
        if rate is not None:
            stages.append(Stage(str(row["name"]), rate))
    return tuple(stages)


def _read_amount(table: Mapping[str, object], name: str, key: str, findings: Findings) -> Fraction | None:
    if name not in table:
        return None
    value = table[name]
    try:
        amount = None if isinstance(value, bool) else Fraction(str(value))
    except ValueError:
        amount = None
    if amount is None or amount <= 0:
        findings.problem(
            f"{key}.{name}", f"{value!r} is not an amount above 0", "write a number such as 100000"
        )
        return None
    return amount


def _read_sales(value: object, key: str, findings: Findings) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
        findings.problem(key, f"{value!r} is not a whole number above 0", "write a number such as 15")
        return None
    return value


def _read_ramp(value: object, key: str, findings: Findings) -> tuple[Fraction, ...]:
    if not isinstance(value, list | tuple):
        findings.problem(key, "is not a list", "write [0.5, 0.75, 1]")
        return ()
    shares = [_parse_rate(each) for each in value]
    if any(each is None or not 0 <= each.value <= 1 for each in shares):
        findings.problem(key, "holds something else than shares from 0 to 1", "write [0.5, 0.75, 1]")
        return ()
    ramp = tuple(each.value for each in shares if each is not None)
    if ramp and not any(ramp):
        findings.problem(key, "is zero in every month", "write at least one share above 0")
    return ramp
