"""Whatever is committed late, and wherever it is interrupted, the reader of streams misses nothing."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.errors import ContractBroken
from connectors.salesforce import soql
from connectors.salesforce.calls import Found
from connectors.salesforce.streams import Reader, Stream

LATE, OVERLAP, PAGE = 3, 10, 2
START = 1_780_000_000
STREAM = Stream(name="rows", fields=(), entity="Lead", where="Own__c != null")


def written(instant):
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


class Org:
    """Rows stamped when a statement runs and shown up to LATE seconds later, when it commits."""

    def __init__(self):
        self.now = START
        self.rows = {}
        self.pending = []
        self.pages = 0

    @property
    def vendor_time(self):
        return self.now

    def write(self, number, late):
        self.pending.append((self.now + late, f"00Q{number:03}", self.now))

    def commit(self):
        for shown, record, stamp in self.pending:
            if shown <= self.now:
                self.rows[record] = max(stamp, self.rows.get(record, 0))
        self.pending = [one for one in self.pending if one[0] > self.now]

    def queries(self, asked):
        self.commit()
        return [self.page(self.matching(one.soql)) for one in asked]

    def matching(self, soql):
        keyset = re.search(r"SystemModstamp > (\S+) OR \(SystemModstamp = \S+ AND Id > '(\w+)'\)", soql)
        since = re.search(r"SystemModstamp >= (\S+)\)", soql)
        found = sorted((stamp, record) for record, stamp in self.rows.items())
        if keyset:
            at = int(datetime.fromisoformat(keyset[1]).timestamp())
            return [one for one in found if one > (at, keyset[2])]
        at = int(datetime.fromisoformat(since[1]).timestamp()) if since else 0
        return [one for one in found if one[0] >= at]

    def page(self, found):
        self.pages += 1
        rows = [{"Id": record, "SystemModstamp": written(stamp)} for stamp, record in found[:PAGE]]
        self.left = found[PAGE:]
        return Found(rows, "next" if self.left else None)

    def more(self, _):
        return self.page(self.left)


def read(org, cursor, stop_after=None):
    seen = {}
    for count, batch in enumerate(Reader(org, [STREAM], OVERLAP, now=org.now).read(cursor), start=1):
        seen |= {row["Id"]: row["SystemModstamp"] for row in batch.rows}
        cursor = batch.cursor
        if count == stop_after:
            break
    return seen, cursor


def pages_of(org, cursor):
    before = org.pages
    return *read(org, cursor), org.pages - before


deeds = st.lists(st.tuples(st.integers(0, 6), st.integers(1, 9), st.integers(0, LATE)), max_size=8)
plans = st.lists(st.tuples(deeds, st.one_of(st.none(), st.integers(1, 3))), min_size=1, max_size=6)


@settings(max_examples=300, deadline=None)
@given(plans)
def test_nothing_is_missed_however_late_and_wherever_it_stops(plan):
    org, known, cursor = Org(), {}, None
    for what, stop in plan:
        for passed, number, late in what:
            org.now += passed
            org.write(number, late)
        seen, cursor = read(org, cursor, stop)
        known |= seen
    org.now += LATE
    for _ in range(
        2
    ):  # where more than a page lies in the overlap, it is looked through when that has passed
        seen, cursor = read(org, cursor)
        known |= seen
        org.now += OVERLAP
    assert known == {record: written(stamp) for record, stamp in org.rows.items()}


def test_equal_stamps_larger_than_a_page_are_read_to_the_end():
    org = Org()
    for number in range(9):
        org.write(number, 0)
    first, cursor = read(org, None, stop_after=2)
    rest, _ = read(org, cursor)
    assert len(first) == 4
    assert len(first | rest) == 9


def test_a_row_committed_late_is_found_by_the_run_that_goes_on_amid_the_pages():
    org = Org()
    org.now += OVERLAP
    org.write(1, LATE)
    for number in range(2, 6):
        org.write(number, 0)
    first, cursor = read(org, None, stop_after=1)
    assert "00Q001" not in first
    org.now += LATE
    assert "00Q001" in read(org, cursor)[0]


def test_a_row_committed_late_is_found_though_the_run_that_goes_on_comes_much_later():
    org = Org()
    for number in (2, 3, 4):
        org.write(number, 0)
    org.now += 1
    org.write(2, LATE)
    org.write(5, 0)
    org.now += 2
    org.write(1, 0)
    first, cursor = read(org, None, stop_after=2)
    org.now += 2 * OVERLAP
    org.write(1, 0)
    rest, _ = read(org, cursor)
    assert (first | rest)["00Q002"] == written(START + 1)


def test_rows_of_the_overlap_are_told_once_more_only_where_they_changed():
    org = Org()
    for number in (1, 2):
        org.write(number, 0)
    _, cursor = read(org, None)
    assert read(org, cursor) == ({}, cursor)
    org.now += 1
    org.write(2, 0)
    again, cursor = read(org, cursor)
    assert again == {"00Q001": written(START), "00Q002": written(START + 1)}
    assert read(org, cursor)[0] == {}
    org.write(1, 0)
    assert "00Q001" in read(org, cursor)[0]


def test_more_rows_of_one_second_than_a_page_are_read_once_more_when_the_overlap_has_passed():
    org = Org()
    for number in range(7):
        org.write(number, 0)
    seen, cursor, pages = pages_of(org, None)
    assert (len(seen), pages) == (7, 4)
    for _ in range(3):  # runs within the overlap
        seen, cursor, pages = pages_of(org, cursor)
        assert (seen, pages) == ({}, 1)
        org.now += 2
    org.write(9, 0)
    seen, cursor, pages = pages_of(org, cursor)
    assert (list(seen), pages) == (["00Q009"], 1)
    org.now += OVERLAP
    seen, cursor, pages = pages_of(org, cursor)
    assert (len(seen), pages) == (8, 4)  # the look
    org.now += 99 * OVERLAP
    assert [pages_of(org, cursor)[::2] for _ in range(3)] == [({}, 1)] * 3


def test_a_row_committed_late_amid_more_than_a_page_is_found_when_the_overlap_has_passed():
    org = Org()
    org.write(0, LATE)
    for number in range(1, 8):
        org.write(number, 0)
    seen, cursor = read(org, None)
    org.now += LATE
    again, cursor = read(org, cursor)
    assert "00Q000" not in seen | again
    org.now += OVERLAP
    assert "00Q000" in read(org, cursor)[0]


def test_what_moves_without_being_changed_moves_the_place_too():
    """As contacts of a mass update, whose roles keep their own stamps."""
    role = Stream(name="r", fields=(), entity="Role", where="x", also=("Contact.SystemModstamp",))
    rows = [
        {
            "Id": f"00K{number}",
            "SystemModstamp": written(START - 9999),
            "Contact": {"SystemModstamp": written(START)},
        }
        for number in range(5)
    ]

    class Roles:
        vendor_time = START
        left = ()

        def queries(self, asked):
            later = [
                f"Contact.SystemModstamp {since}"
                for since in (f"> {soql.stamp(START)}", f">= {soql.stamp(START + 1)}")
            ]
            return [self.page(() if any(one in asked[0].soql for one in later) else rows)]

        def page(self, found):
            self.left = found[PAGE:]
            return Found(list(found[:PAGE]), "next" if self.left else None)

        def more(self, _):
            return self.page(self.left)

    org = Roles()
    *_, last = Reader(org, [role], OVERLAP, now=START).read(f'{{"r":[{START - 5000},"",0]}}')
    assert list(Reader(org, [role], OVERLAP, now=START + 1).read(last.cursor)) == []
    look = list(Reader(org, [role], OVERLAP, now=START + OVERLAP).read(last.cursor))
    assert len(look) == 3
    assert list(Reader(org, [role], OVERLAP, now=START + OVERLAP).read(look[-1].cursor)) == []


def test_a_cursor_that_is_not_ours_is_refused():
    with pytest.raises(ContractBroken, match="reset it"):
        list(Reader(Org(), [STREAM], OVERLAP, now=START).read("[1,2]"))
    with pytest.raises(ContractBroken, match="reset it"):
        list(Reader(Org(), [STREAM], OVERLAP, now=START).read("garbage"))


def test_rows_that_begin_without_a_change_do_not_move_the_place_backwards():
    event = Stream(name="e", fields=(), entity="Event", where="x", also=("StartDateTime",))

    class Calendar:
        def queries(self, _):
            row = {"Id": "00U1", "SystemModstamp": written(START - 9999), "StartDateTime": written(START)}
            return [Found([row], None)]

    batches = list(Reader(Calendar(), [event], OVERLAP, now=START).read(f'{{"e":[{START},"",0]}}'))
    assert f"[{START}," in batches[0].cursor
