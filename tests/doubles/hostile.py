"""Leads that mean no good, and whether a CRM holds of each what its mapping says, or why not.

The pieces are those of the lists that people try on forms (control characters, right-to-left marks, formulas,
SOQL and templates, half characters, look-alike addresses), put together by seeded chance. Most texts end in the
number of their lead, so that one lead's text in another's record is seen.
"""

import json
import random
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from mapping.mapper import Mapped
from mapping.records import Value
from mapping.values import unprintable

NASTY = [
    '=HYPERLINK("http://x","y")', "+1+1", "-2", "@SUM(A1)", "\t=1", "' OR Name LIKE '%", "\\' OR 1=1 --", "%' AND Id != '",
    "{{ lead.email }}", "{% for x in y %}", "{{ ''.__class__ }}", "${7*7}", "{0.__class__}", "%s%n", "\x00", "a\x1b[31mb",
    "\ud83d", "\udc00x", "\u202egnp.exe", "\u200b", "\ufeff", "e\u0301\u0301", "👩\u200d👩\u200d👧", "<script>alert(1)</script>",
    "&amp;", "a,b;c|d", "a\r\nb", "ﷺ" * 20, "\u0430dmin", "1e999", "NaN", "-0", "0x10", "\uff11\uff12", "2026-02-30",
    "0000-00-00", "true", "null", "None", "undefined", "../../etc/passwd", "\x7f", "\x85", "𝕬𝖈𝖒𝖊", "ac\u00adme", "  ", "",
    "[acuerdo:x]", "\ufffe", "؀", "ｱ", "ẞ", "İ", "\u0131", "#N/A",
]  # fmt: skip
LOCAL = [
    "ana",
    "ana+tag",
    '"a b"',
    "a.n.a",
    "ANA",
    "\u0430na",
    "ana\u200b",
    "o'brien",
    "a@b",
    "",
    "ana\x00",
    "-a",
    "añe",
    "=1+1",
]
DOMAINS = [
    "example.org",
    "EXAMPLE.org",
    "xn--e1afmkfd.org",
    "пример.org",
    "[127.0.0.1]",
    "localhost",
    "-x.org",
    "example..org",
]
BIG = "x" * 1_000_000
MARK = re.compile(r"~(\d+)~")
MAPPING = {
    "Title": {"from": "job_title", "too_long": "shorten"},
    "Description": {"template": "{{ lead.job_title | default('-') }}: {{ lead.website | default('-') }}"},
    "City": {"from": "city", "transform": ["printable", "single_line"]},
}
FIELDS = ("FirstName", "LastName", "Company", "Email", "Title", "Description", "City", "Website", "Phone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """What the refused list says of a lead."""

    code: str
    message: str


def text(chance: random.Random, number: int) -> str:
    """A text of lead `number`; one in two thousand is a megabyte long."""
    if chance.random() < 0.0005:
        return BIG
    made = json.loads(
        json.dumps("".join(chance.choices(NASTY, k=chance.randint(1, 3))))
    )  # halves that meet join
    return f"{made}~{number}~" if chance.random() < 0.7 else made


def values(chance: random.Random, number: int) -> dict[str, str]:
    """A contact in HubSpot's words that can be reached by phone, and of which nothing else can be relied on."""
    local, domain = chance.choice(LOCAL), chance.choice(DOMAINS)
    return {
        "email": f"{local}{number}@{domain}" if local.isalnum() else f"{local}@{number}.{domain}",
        "lastname": text(chance, number),
        "firstname": text(chance, number) if chance.random() < 0.5 else "Ana",
        "company": text(chance, number) if chance.random() < 0.5 else "Acme",
        "jobtitle": text(chance, number),
        "city": text(chance, number),
        "website": text(chance, number),
        "hs_additional_emails": f"{number}@other.example;{text(chance, number)}",
        "phone": "+34911234567",
    }


def told_of(
    expected: Mapping[str, Mapped],
    rows: Mapping[str, Mapping[str, Value]],
    refused: Mapping[str, Refused],
    *,
    outer_blanks: bool = True,
) -> Counter[str]:
    """How many leads the CRM holds and how many are refused; fails where one is neither, or not as it is mapped.

    `expected` are the leads as their mapping says, by our id, which ends in the lead's number; `rows` what the CRM
    holds of them. `outer_blanks=False`: a CRM that takes blanks away around a value.
    """
    found = Counter[str]()
    for lead, mapped in expected.items():
        if lead in refused:
            told = refused[lead]
            assert told.code and told.message, lead
            assert len(told.message) < 1_000 and not MARK.search(told.message), "a reason, not the value"
            assert lead not in rows, f"{lead} is refused and written"
            found["refused" if mapped.problems else "refused by the CRM"] += 1
            continue
        assert not mapped.problems, f"{lead} is written against its mapping"
        wanted = {name: mapped.values.get(name) for name in FIELDS}
        held = {name: rows[lead].get(name) for name in FIELDS}
        if not outer_blanks:
            wanted, held = ({name: _stripped(each[name]) for name in FIELDS} for each in (wanted, held))
        apart = {name: (held[name], wanted[name]) for name in FIELDS if held[name] != wanted[name]}
        assert not apart, f"{lead}: {apart}"
        _assert_its_own(lead, rows[lead])
        found["written"] += 1
        found["without an address"] += held["Email"] is None
    assert rows.keys() <= expected.keys()
    return found


def _assert_its_own(lead: str, row: Mapping[str, Value]) -> None:
    texts = [value for value in row.values() if isinstance(value, str)]
    assert not any(unprintable(each) for each in texts), lead
    marks = {number for each in texts for number in MARK.findall(each)}
    assert marks <= {lead.rpartition("-")[2]}, f"{lead} holds what is of {marks}"


def _stripped(value: Value) -> Value:
    return (value.strip() or None) if isinstance(value, str) else value
