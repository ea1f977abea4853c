"""What is wrong with a table, in full: the key, what stands there, and what to write instead."""

from datetime import UTC, date, datetime

import pytest

from mapping.problems import ConfigurationError
from mapping.records import ValueType
from policies.agreement import parse_agreement
from policies.calendar import read_calendar
from policies.goal_table import read_goal
from policies.quiet_hours import read_presets
from tests.doubles.story import MAD

STAGES = [{"name": "mql", "rate": "1 of 8"}]
RATE = "write for example '1 of 8', 0.125 or '12.5 %'"
AMOUNT = "is not an amount above 0; write a number such as 100000"
WHOLE = "is not a whole number above 0; write a number such as 15"
RAMP = "write [0.5, 0.75, 1]"
SPAN = "is not a span of time; write '4h', '15m', '2bd' or '10d'"
INSTANT = "write 2026-06-01T00:00:00+02:00"
WINDOW = "write 'HH:MM-HH:MM', over midnight '22:00-06:00', all day '00:00-24:00'"
CHANNELS = "email, linkedin, meeting, other, phone, sms, whatsapp"


def told(problems):
    return [str(each) for each in problems]


@pytest.mark.parametrize(
    ("table", "faults"),
    [
        ({"seles": 3, "sales": 3}, ["goal.seles: 'seles' is not known here; write 'sales'"]),
        (
            {"qqq": 3, "sales": 3},
            [
                (
                    "goal.qqq: 'qqq' is not known here; write one of average_sale, keep_total, period, ramp, "
                    "revenue, sales, share, stages"
                )
            ],
        ),
        ({}, ["goal.sales: is missing; write 'sales', or 'revenue' and 'average_sale'"]),
        ({"average_sale": 5}, ["goal.sales: is missing; write 'sales', or 'revenue' and 'average_sale'"]),
        ({"sales": 3, "revenue": "much"}, [f"goal.revenue: 'much' {AMOUNT}"]),
        ({"sales": 3, "revenue": 0}, [f"goal.revenue: 0 {AMOUNT}"]),
        ({"sales": 3, "average_sale": True}, [f"goal.average_sale: True {AMOUNT}"]),
        ({"sales": 0}, [f"goal.sales: 0 {WHOLE}"]),
        ({"sales": "3"}, [f"goal.sales: '3' {WHOLE}"]),
        ({"sales": True}, [f"goal.sales: True {WHOLE}"]),
        ({"sales": 3, "share": 0}, ["goal.share: a rate of zero never reaches a sale; write a rate above 0"]),
        (
            {"sales": 3, "share": -0.5},
            ["goal.share: -0.5 is negative; write a rate above 0 and at most 1"],
        ),
        (
            {"sales": 3, "share": 60},
            ["goal.share: 60 is above one; write at most 1, or '60 %' if per cent is meant"],
        ),
        ({"sales": 3, "share": None}, [f"goal.share: the rate is missing; {RATE}"]),
        ({"sales": 3, "share": "often"}, [f"goal.share: 'often' is not a rate; {RATE}"]),
        ({"sales": 3, "share": [1]}, [f"goal.share: [1] is not a rate; {RATE}"]),
        (
            {"sales": 3, "stages": "mql"},
            ["goal.stages: is missing; write [ { name = 'mql', rate = '1 of 8' } ]"],
        ),
        (
            {"sales": 3, "stages": [*STAGES, {"rate": 1}, "x", {"name": 3}, {"name": "b"}]},
            [
                "goal.stages[1]: has no name; write { name = 'mql', rate = '1 of 8' }",
                "goal.stages[2]: has no name; write { name = 'mql', rate = '1 of 8' }",
                "goal.stages[3]: has no name; write { name = 'mql', rate = '1 of 8' }",
                f"goal.stages[4].rate: the rate is missing; {RATE}",
            ],
        ),
        (
            {"sales": 3, "stages": [{"name": "a", "rate": 1, "nmae": 2}]},
            ["goal.stages[0].nmae: 'nmae' is not known here; write 'name'"],
        ),
        (
            {"sales": 3, "stages": [{"name": "a", "rate": 1, "retes": 2}]},
            ["goal.stages[0].retes: 'retes' is not known here; write 'rate'"],
        ),
        ({"sales": 3, "ramp": 1}, [f"goal.ramp: is not a list; {RAMP}"]),
        ({"sales": 3, "ramp": [2]}, [f"goal.ramp: holds something else than shares from 0 to 1; {RAMP}"]),
        ({"sales": 3, "ramp": ["x"]}, [f"goal.ramp: holds something else than shares from 0 to 1; {RAMP}"]),
        ({"sales": 3, "ramp": [-1]}, [f"goal.ramp: holds something else than shares from 0 to 1; {RAMP}"]),
        (
            {"sales": 3, "ramp": [0, 0]},
            ["goal.ramp: is zero in every month; write at least one share above 0"],
        ),
        ({"sales": 3, "period": "monht"}, ["goal.period: 'monht' is no period; write 'month'"]),
        ({"sales": 3, "keep_total": 1}, ["goal.keep_total: 1 is not a switch; write true or false"]),
    ],
)
def test_a_goal(table, faults):
    read, problems = read_goal({"stages": STAGES, **table})
    assert (read, told(problems)) == (None, faults)


def test_the_key_of_a_table_leads_each_fault():
    assert told(read_goal({"stages": STAGES}, "goals[2]")[1]) == [
        "goals[2].sales: is missing; write 'sales', or 'revenue' and 'average_sale'"
    ]
    assert told(read_calendar({}, "hours").problems) == [
        "hours.timezone: is missing; write an IANA zone, such as 'Europe/Madrid'"
    ]


ES = {"country": "ES"}
SEVEN = "write one of fri, mon, sat, sun, thu, tue, wed"


@pytest.mark.parametrize(
    ("table", "faults"),
    [
        ({"weak": 1}, ["calendar.weak: 'weak' is not known here; write 'week'"]),
        (
            {"timezone": "Europe/Madird"},
            ["calendar.timezone: 'Europe/Madird' is not a zone; write 'Europe/Madrid'"],
        ),
        (
            {"timezone": "mexico city"},
            ["calendar.timezone: 'mexico city' is not a zone; write 'America/Mexico_City'"],
        ),
        (
            {"timezone": 5},
            ["calendar.timezone: 5 is not a zone; write an IANA zone, such as 'Europe/Madrid'"],
        ),
        ({"week": []}, ["calendar.week: is not a table; write { mon-fri = ['09:00-18:00'] }"]),
        (
            {"week": {}},
            ["calendar.week: NO_BUSINESS_TIME: it never opens; write { mon-fri = ['09:00-18:00'] }"],
        ),
        (
            {"week": {"mon": []}, "overrides": {"2026-12-24": []}},
            ["calendar.week: NO_BUSINESS_TIME: it never opens; write { mon-fri = ['09:00-18:00'] }"],
        ),
        ({"week": {"mon": "9-18"}}, [f"calendar.week.mon: '9-18' is not a window; {WINDOW}"]),
        ({"week": {"mon": [3]}}, [f"calendar.week.mon: '3' is not a window; {WINDOW}"]),
        (
            {"week": {"mon": "09:60-18:00"}},
            [f"calendar.week.mon: '09:60-18:00' holds a time that no clock shows; {WINDOW}"],
        ),
        (
            {"week": {"mon": ["09:00-18:60"]}},
            [f"calendar.week.mon: '09:00-18:60' holds a time that no clock shows; {WINDOW}"],
        ),
        (
            {"week": {"mon": ["24:00-25:00"]}},
            [f"calendar.week.mon: '24:00-25:00' holds a time that no clock shows; {WINDOW}"],
        ),
        ({"week": {"mon": "09:00-09:00"}}, [f"calendar.week.mon: '09:00-09:00' is empty; {WINDOW}"]),
        ({"week": {"mno": "09:00-10:00"}}, ["calendar.week.mno: 'mno' is not a day; write 'mon'"]),
        ({"week": {"mon-xyz": "09:00-10:00"}}, [f"calendar.week.mon-xyz: 'xyz' is not a day; {SEVEN}"]),
        (
            {"week": {"mon-wed": "09:00-18:00", "tue": "09:00-10:00"}},
            ["calendar.week.tue: tue is named twice; name each day once"],
        ),
        (
            {"week": {"fri-mon": "09:00-10:00"}},
            [
                (
                    "calendar.week.fri-mon: the range runs backwards; "
                    "write two ranges within one week, Monday first"
                )
            ],
        ),
        (
            {"overrides": ["2026-12-24"]},
            ["calendar.overrides: is not a table; write { 2026-12-24 = ['09:00-14:00'] }"],
        ),
        (
            {"overrides": {"24/12": [], "2026-12-31": "9"}},
            [
                "calendar.overrides.24/12: '24/12' is not a date; write YYYY-MM-DD",
                f"calendar.overrides.2026-12-31: '9' is not a window; {WINDOW}",
            ],
        ),
        (
            {"holidays": "ES"},
            ["calendar.holidays: is not a table; write { country = 'ES', subdivision = 'MD' }"],
        ),
        (
            {"holidays": {**ES, "remove": []}},
            ["calendar.holidays.remove: 'remove' is not known here; write 'removed'"],
        ),
        (
            {"holidays": {**ES, "extra": "2026-05-15"}},
            ["calendar.holidays.extra: is not a list; write [2026-05-15]"],
        ),
        (
            {"holidays": {**ES, "removed": 3}},
            ["calendar.holidays.removed: is not a list; write [2026-05-15]"],
        ),
        (
            {"holidays": {**ES, "extra": ["someday", 3]}},
            [
                "calendar.holidays.extra: 'someday' is not a date; write YYYY-MM-DD",
                "calendar.holidays.extra: 3 is not a date; write YYYY-MM-DD",
            ],
        ),
        (
            {"holidays": {"removed": [date(2026, 1, 1)]}},
            ["calendar.holidays.country: is missing; write an ISO country code, such as 'ES'"],
        ),
        (
            {"holidays": {"country": 34, "removed": ["2026-01-01"]}},
            [
                (
                    "calendar.holidays.country: no holidays are known for 34; "
                    "write an ISO country code, such as 'ES' or 'MX'"
                )
            ],
        ),
        (
            {"holidays": {"subdivision": "MD"}},
            ["calendar.holidays.country: is missing; write an ISO country code, such as 'ES'"],
        ),
        (
            {"holidays": {"categories": ["public"]}},
            ["calendar.holidays.country: is missing; write an ISO country code, such as 'ES'"],
        ),
        (
            {"holidays": {"country": "Spain"}},
            ["calendar.holidays.country: no holidays are known for 'Spain'; write 'ES'"],
        ),
        (
            {"holidays": {"country": " united states "}},
            ["calendar.holidays.country: no holidays are known for ' united states '; write 'US'"],
        ),
        (
            {"holidays": {"country": "es"}},
            ["calendar.holidays.country: no holidays are known for 'es'; write 'ES'"],
        ),
        (
            {"holidays": {"country": "qqqqqqq"}},
            [
                (
                    "calendar.holidays.country: no holidays are known for 'qqqqqqq'; "
                    "write an ISO country code, such as 'ES' or 'MX'"
                )
            ],
        ),
        (
            {"holidays": {"country": 34}},
            [
                (
                    "calendar.holidays.country: no holidays are known for 34; "
                    "write an ISO country code, such as 'ES' or 'MX'"
                )
            ],
        ),
        (
            {"holidays": {**ES, "subdivision": "MDD"}},
            ["calendar.holidays.subdivision: ES has no subdivision 'MDD'; write 'MD'"],
        ),
        (
            {"holidays": {**ES, "subdivision": "Andaluzia"}},
            ["calendar.holidays.subdivision: ES has no subdivision 'Andaluzia'; write 'Andalucía'"],
        ),
        (
            {"holidays": {"country": "MX", "subdivision": "JAL"}},
            ["calendar.holidays.subdivision: MX has no subdivision 'JAL'; leave it out"],
        ),
        (
            {"holidays": {**ES, "categories": "public"}},
            ["calendar.holidays.categories: is not a list; write ['public']"],
        ),
        (
            {"holidays": {**ES, "categories": []}},
            ["calendar.holidays.categories: is not a list; write ['public']"],
        ),
        (
            {"holidays": {**ES, "categories": ["publik"]}},
            ["calendar.holidays.categories: ES has no category 'publik'; write 'public'"],
        ),
    ],
)
def test_a_calendar(table, faults):
    read = read_calendar({"timezone": "Europe/Madrid", **table})
    assert (read.spec, told(read.problems)) == (None, faults)


def test_what_a_person_should_look_at_forbids_no_calendar():
    read = read_calendar(
        {
            "timezone": "Europe/Madrid",
            "week": {"mon": ["09:00-14:00", "13:00-18:00"], "tue": ["20:00-24:00", "23:00-02:00"]},
            "holidays": {**ES, "removed": ["2026-12-25", "2026-05-20"]},
        }
    )
    assert read.problems == ()
    assert told(read.warnings) == [
        "calendar.week.mon: windows overlap and are merged; write ['09:00-18:00']",
        "calendar.week.tue: windows overlap and are merged; write ['20:00-02:00']",
        "calendar.holidays.removed: 2026-05-20 is no holiday there; leave it out",
    ]


ROW = {
    "channels": {"phone": {"mon-fri": ["09:00-18:00"]}},
    "holidays": False,
    "citation": "own decision",
    "as_of": date(2026, 11, 2),
}


@pytest.mark.parametrize(
    ("table", "faults"),
    [
        (
            {"AR": 3},
            ["quiet_hours.AR: is not a table; write { channels = { phone = { mon-fri = [...] } } }"],
        ),
        (
            {"AR": {}},
            [
                "quiet_hours.AR.channels: is missing; write { phone = { mon-fri = ['09:00-18:00'] } }",
                "quiet_hours.AR.holidays: is missing; write true where holidays are quiet, else false",
                "quiet_hours.AR.citation: is missing; name the law or the decision the hours rest on",
                "quiet_hours.AR.as_of: is missing; write the date on which the source was read",
            ],
        ),
        (
            {"AR": {**ROW, "citation": " ", "as_of": "2026", "holidays": "no"}},
            [
                "quiet_hours.AR.holidays: is missing; write true where holidays are quiet, else false",
                "quiet_hours.AR.citation: is missing; name the law or the decision the hours rest on",
                "quiet_hours.AR.as_of: is missing; write the date on which the source was read",
            ],
        ),
        ({"ES": {"chanels": {}}}, ["quiet_hours.ES.chanels: 'chanels' is not known here; write 'channels'"]),
        (
            {"AR": {**ROW, "channels": {"fone": {}}}},
            ["quiet_hours.AR.channels.fone: 'fone' is no channel; write 'phone'"],
        ),
        (
            {"AR": {**ROW, "channels": {"fax": {}}}},
            [f"quiet_hours.AR.channels.fax: 'fax' is no channel; write one of {CHANNELS}"],
        ),
        (
            {"AR": {**ROW, "channels": {"sms": {"mon": "9"}}}},
            [f"quiet_hours.AR.channels.sms.mon: '9' is not a window; {WINDOW}"],
        ),
    ],
)
def test_a_row_of_quiet_hours(table, faults):
    assert told(read_presets(table)[1]) == faults


def test_a_faulty_row_leaves_the_others_readable():
    presets, problems = read_presets({"AR": {}}, "hours")
    assert [each.key for each in problems] == [
        "hours.AR.channels", "hours.AR.holidays", "hours.AR.citation", "hours.AR.as_of",
    ]  # fmt: skip
    assert presets["ES"].holidays


LEAST = {"definitions": {"mql": True}, "calendar": MAD}
KEYS = (
    "attempts, calendar, clocks, definitions, dispositions, effective_from, effective_to, enforce_from, goals, "
    "number, package, priorities, quiet_hours, recycling, retention, routing, segments, signed_by, terms"
)
SEGMENTS = "write [ { name = 'enterprise', when = { field = 'account_size', gte = 500 } } ]"
STAGE_NAMES = "write one of customer, lead, mql, opportunity, prospect, sal, sql"


@pytest.mark.parametrize(
    ("parts", "faults"),
    [
        ({"quite_hours": 1}, ["quite_hours: is not known here; write 'quiet_hours'"]),
        ({"zzz": 1}, [f"zzz: is not known here; write one of {KEYS}"]),
        (
            {"definitions": {}},
            [
                (
                    "definitions.mql: is missing: nothing says when a lead is ready to pass; "
                    "write mql = { field = 'fit_score', gte = 50 }, or mql = true"
                )
            ],
        ),
        ({"definitions": {"mql": True, "zzz": True}}, [f"definitions.zzz: is not known here; {STAGE_NAMES}"]),
        (
            {"definitions": 3},
            [
                "definitions: 3 is not a table; write a [definitions] table",
                (
                    "definitions.mql: is missing: nothing says when a lead is ready to pass; "
                    "write mql = { field = 'fit_score', gte = 50 }, or mql = true"
                ),
            ],
        ),
        (
            {"calendar": "MAD"},
            [
                "calendar: 'MAD' is not a table; write a [calendar] table",
                "calendar.timezone: is missing; write an IANA zone, such as 'Europe/Madrid'",
            ],
        ),
        ({"number": 0}, ["number: 0 is out of range; write a number from 1 on"]),
        ({"number": True}, ["number: True is not a whole number; write a number from 1 on"]),
        ({"number": "2"}, ["number: '2' is not a whole number; write a number from 1 on"]),
        ({"priorities": "hot"}, ["priorities: 'hot' is not a list; write ['name', 'other']"]),
        (
            {"priorities": ["standard", " "]},
            ["priorities: ' ' is not known here; write one of hot, standard"],
        ),
        ({"segments": 3}, [f"segments: is no list of segments; {SEGMENTS}"]),
        ({"segments": ["big"]}, [f"segments[0]: nothing says which leads are in 'big'; {SEGMENTS}"]),
        ({"segments": [{"when": True}]}, ["segments[0].name: is missing; write name = 'enterprise'"]),
        (
            {"segments": [{"name": "a", "whan": True, "when": True}]},
            ["segments[0].whan: is not known here; write 'when'"],
        ),
        (
            {"segments": [{"name": "a", "when": True}, {"name": "a", "when": False}]},
            ["segments[1].name: 'a' stands here twice; join them with any = [...]"],
        ),
        (
            {"segments": [{"name": "a", "when": {"field": "fit_score", "changed_to": 1}}]},
            [
                "segments[0].when: a segment is what a lead is, not what it became; write eq instead of changed_to"
            ],
        ),
        (
            {"segments": [{"name": "a", "when": {"field": "fit_scroe", "gte": 1}}]},
            ["segments[0].when: 'fit_scroe' is no field of a lead; write 'fit_score'"],
        ),
        ({"effective_from": "2026-06-31"}, ["effective_from: '2026-06-31' is not a date; write 2026-06-01"]),
        ({"effective_from": "soon"}, [f"effective_from: 'soon' is not an instant; {INSTANT}"]),
        (
            {"effective_to": "2026-06-01T00:00:00"},
            [f"effective_to: an instant without a zone; {INSTANT}"],
        ),
        ({"enforce_from": 5}, [f"enforce_from: 5 is not an instant; {INSTANT}"]),
        ({"signed_by": "Ana"}, ["signed_by: 'Ana' is not a table; write a [signed_by] table"]),
        ({"signed_by": {"marketing": 3}}, ["signed_by.marketing: 3 is not a text; write a text in quotes"]),
        ({"signed_by": {"sale": "Ana"}}, ["signed_by.sale: is not known here; write 'sales'"]),
        ({"clocks": 3}, ["clocks: 3 is not a table; write a [clocks] table"]),
        ({"clocks": {"replay": "1h"}}, ["clocks.replay: is not known here; write 'reply'"]),
        ({"clocks": {"reply": 3}}, ["clocks.reply: 3 is not a table; write a [clocks.reply] table"]),
        ({"clocks": {"reply": "4 hours"}}, [f"clocks.reply.target: '4 hours' {SPAN}"]),
        ({"clocks": {"reply": {"tagret": "4h"}}}, ["clocks.reply.tagret: is not known here; write 'target'"]),
        (
            {"clocks": {"reply": {"enabled": 1}}},
            ["clocks.reply.enabled: 1 is not a switch; write true or false"],
        ),
        (
            {"clocks": {"reply": {"target": {"hot": "1h"}}}},
            ["clocks.reply.target: no target for 'standard'; write { standard = '4h', hot = '1h' }"],
        ),
        (
            {"clocks": {"reply": {"target": {"standard": "4h", "hto": "1h"}}}},
            ["clocks.reply.target.hto: is not known here; write 'hot'"],
        ),
        (
            {"clocks": {"reply": {"stretch": {"standard": "4h", "hto": "1h"}}}},
            ["clocks.reply.stretch.hto: is not known here; write 'hot'"],
        ),
        (
            {"clocks": {"reply": {"warn": ["0%"]}}},
            ["clocks.reply.warn: '0%' is not a warning; write '80%' of the target or '2bd' before it is due"],
        ),
        (
            {"clocks": {"reply": {"warn": ["100%"]}}},
            [
                "clocks.reply.warn: '100%' is not a warning; write '80%' of the target or '2bd' before it is due"
            ],
        ),
        (
            {"clocks": {"reply": {"warn": "80%"}}},
            ["clocks.reply.warn: '80%' is not a list; write ['50%', '80%']"],
        ),
        (
            {"clocks": {"reply": {"ladder": ["boss"]}}},
            [
                (
                    "clocks.reply.ladder: 'boss' is not known here; "
                    "write one of head, manager, marketing, operations, owner"
                )
            ],
        ),
        ({"attempts": {"minimum": 0}}, ["attempts.minimum: 0 is out of range; write a number from 1 on"]),
        (
            {"attempts": {"channels": ["fone"]}},
            ["attempts.channels: 'fone' is not known here; write 'phone'"],
        ),
        (
            {"attempts": {"min_gap": "2bd"}},
            ["attempts.min_gap: '2bd' counts days; write hours, minutes or seconds: '2h', '15m', '30s'"],
        ),
        ({"attempts": {"max_span": 10}}, [f"attempts.max_span: 10 {SPAN}"]),
        ({"retention": 5}, ["retention: 5 is not a table; write a [retention] table"]),
        ({"recycling": True}, ["recycling: True is not a table; write a [recycling] table"]),
        ({"dispositions": []}, ["dispositions: [] is not a table; write a [dispositions] table"]),
        (
            {"dispositions": {"no_fit": 3}},
            ["dispositions.no_fit: 3 is not a table; write a [dispositions.no_fit] table"],
        ),
        (
            {"dispositions": {"no_fit": {"kind": "rejct"}}},
            ["dispositions.no_fit.kind: 'rejct' is not known here; write 'reject'"],
        ),
        (
            {"dispositions": {"no_response": False}},
            [
                (
                    "dispositions.no_response: 'no_response' is a code that the rules themselves give; "
                    "leave it, or change its keys"
                )
            ],
        ),
        ({"quiet_hours": 3}, ["quiet_hours: 3 is not a table; write a [quiet_hours] table"]),
        (
            {"quiet_hours": {"ES": {"as_of": "soon"}}},
            ["quiet_hours.ES.as_of: is missing; write the date on which the source was read"],
        ),
        ({"goals": 3}, ["goals: 3 is not a table; write a [goals] table"]),
        ({"package": "x"}, ["package: 'x' is not a table; write a [package] table"]),
    ],
)
def test_an_agreement(parts, faults):
    with pytest.raises(ConfigurationError) as found:
        parse_agreement({**LEAST, **parts}, catalogue={"fit_score": ValueType.number})
    assert told(found.value.problems) == faults


def test_a_bare_date_before_any_zone_is_read_in_utc():
    with pytest.raises(ConfigurationError):
        parse_agreement({**LEAST, "calendar": {}, "effective_from": date(2026, 6, 1)}, catalogue={})


def test_instants_are_read_with_their_zone():
    moment = datetime(2026, 6, 1, 12, tzinfo=UTC)
    for written in (moment, moment.isoformat(), "2026-06-01T14:00:00+02:00", "2026-06-01T12:00:00Z"):
        agreement = parse_agreement({**LEAST, "effective_to": written}, catalogue={})
        assert agreement.effective_to == int(moment.timestamp())
    for nothing in (None, ""):
        assert parse_agreement({**LEAST, "effective_to": nothing}, catalogue={}).effective_to is None
