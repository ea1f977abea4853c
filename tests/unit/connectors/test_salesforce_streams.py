"""Whatever is committed late, and wherever it is interrupted, the reader of streams misses nothing."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.errors import ContractBroken
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
        rows = [{"Id": record, "SystemModstamp": written(stamp)} for stamp, record in found[:PAGE]]
        self.left = found[PAGE:]
        return Found(rows, "next" if self.left else None)

    def more(self, _):
        return self.page(self.left)


def read(org, cursor, stop_after=None):
    seen = {}
    for count, batch in enumerate(Reader(org, [STREAM], OVERLAP).read(cursor), start=1):
        seen |= {row["Id"]: row["SystemModstamp"] for row in batch.rows}
        cursor = batch.cursor
        if count == stop_after:
            break
    return seen, cursor


deeds = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 9), st.integers(0, LATE)), max_size=8)
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
    seen, cursor = read(org, cursor)
    assert known | seen == {record: written(stamp) for record, stamp in org.rows.items()}


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


def test_a_cursor_that_is_not_ours_is_refused():
    with pytest.raises(ContractBroken, match="reset it"):
        list(Reader(Org(), [STREAM], OVERLAP).read("[1,2]"))
    with pytest.raises(ContractBroken, match="reset it"):
        list(Reader(Org(), [STREAM], OVERLAP).read("garbage"))


def test_rows_that_begin_without_a_change_do_not_move_the_place_backwards():
    event = Stream(name="e", fields=(), entity="Event", where="x", also=("StartDateTime",))

    class Calendar:
        def queries(self, _):
            row = {"Id": "00U1", "SystemModstamp": written(START - 9999), "StartDateTime": written(START)}
            return [Found([row], None)]

    batches = list(Reader(Calendar(), [event], OVERLAP).read(f'{{"e":[{START},"",0]}}'))
    assert f"[{START}," in batches[0].cursor
