"""Whatever happens while it reads, and wherever it is interrupted, the reader of changes misses nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.hubspot.changes import Changes, pages, read_cursor
from connectors.hubspot.records import CHANGED

LAG, OVERLAP, PAGE = 3, 10, 2


class Portal:
    """Contacts with change times in milliseconds; search sees a change only when LAG has passed."""

    def __init__(self):
        self.now = 1_000
        self.stamps = {}
        self.archived = {}
        self.indexed = []  # (visible at, id, stamp or None)
        self.calls = 0

    def write(self, number):
        self.archived.pop(number, None)
        self.stamps[number] = self.now
        self.indexed.append((self.now + LAG, number, self.now))

    def archive(self, number):
        if self.stamps.pop(number, None):
            self.archived[number] = self.now
            self.indexed.append((self.now + LAG, number, None))

    def index(self):
        shown = {number: stamp for visible, number, stamp in self.indexed if visible <= self.now}
        return {number: stamp for number, stamp in shown.items() if stamp}

    def list_contacts(self, after, *, archived):
        self.calls += 1
        source = self.archived if archived else self.stamps
        found = sorted(number for number in source if number >= int(after or 0))
        rows = [self.row(number, source[number], archived=archived) for number in found[:PAGE]]
        return rows, str(found[PAGE]) if len(found) > PAGE else ""

    def search(self, filters):
        self.calls += 1
        after, window = filters
        low, high = int(window["value"]), int(window["highValue"])
        shown = self.index()
        found = sorted(n for n, stamp in shown.items() if n > int(after["value"]) and low <= stamp <= high)
        rows = [self.row(number, shown[number], archived=False) for number in found[:PAGE]]
        return rows, str(found[PAGE - 1]) if len(found) >= PAGE else ""

    def newest(self, since):
        self.calls += 1
        stamps = [stamp for stamp in self.index().values() if stamp >= since]
        return max(stamps, default=0), len(stamps)

    @staticmethod
    def row(number, stamp, *, archived):
        row = {"id": str(number), "properties": {CHANGED: str(stamp)}, "updatedAt": str(stamp)}
        return {**row, "archived": archived, **({"archivedAt": str(stamp)} if archived else {})}


def read(portal, cursor, *, between=lambda: None, stop_after=None, archived_pages=None):
    """Rows as they are stored, page by page; answers them and the cursor that was stored with the last."""
    changes = Changes(portal, overlap=OVERLAP, archived_pages=archived_pages)
    steps = changes.steps(None if cursor is None else read_cursor(cursor))
    seen = {}
    for count, page in enumerate(pages(steps, cursor, list), start=1):
        for row in page.rows:
            seen[int(row["id"])] = (int(row["updatedAt"]), row["archived"])
        cursor = page.cursor
        between()
        if count == stop_after:
            break
    return seen, cursor


def state(portal):
    return {n: (stamp, False) for n, stamp in portal.stamps.items()} | {
        n: (stamp, True) for n, stamp in portal.archived.items()
    }


numbers = st.integers(min_value=1, max_value=12)
deeds = st.lists(st.tuples(st.sampled_from(["write", "archive", "wait"]), numbers), max_size=6)
runs = st.lists(st.tuples(deeds, deeds, st.one_of(st.none(), st.integers(1, 3))), min_size=1, max_size=6)


@settings(max_examples=300, deadline=None)
@given(runs, st.sampled_from([None, 1]))
def test_nothing_is_missed_whatever_changes_meanwhile_and_wherever_it_stops(plan, most):
    portal, known, cursor = Portal(), {}, None

    def carry_out(what):
        for deed, number in what:
            portal.now += 1
            if deed == "wait":
                portal.now += LAG
            else:
                getattr(portal, deed)(number)

    for before, meanwhile, stop in plan:
        carry_out(before)
        pending = iter(meanwhile)
        seen, cursor = read(
            portal,
            cursor,
            between=lambda pending=pending: carry_out([d for d in [next(pending, None)] if d]),
            stop_after=stop,
            archived_pages=most,
        )
        known |= seen
    portal.now += LAG + 1
    for _ in range(1 if most is None else 2 + 2 * (1 + len(portal.archived) // PAGE)):
        seen, cursor = read(portal, cursor, archived_pages=most)
        known |= seen
    assert known == state(portal)


@pytest.mark.parametrize("most", [1, 2])
def test_a_full_recycle_bin_costs_no_more_than_its_share_and_is_walked_in_turn(most):
    portal = Portal()
    for number in range(1, 41):
        portal.write(number)
    portal.now += LAG
    cursor = read(portal, None)[1]
    portal.now += 1_000
    portal.write(40)
    portal.now += LAG
    for number in range(1, 31):
        portal.now += 1
        portal.archive(number)
    cursor = read(portal, cursor, archived_pages=1)[1]
    known, costs = {}, []
    for _ in range(36 // most):
        portal.calls = 0
        seen, cursor = read(portal, cursor, archived_pages=most)
        costs.append(portal.calls)
        known |= seen
        portal.now += 1
    assert {number for number, (_, archived) in known.items() if archived} == set(range(1, 31))
    assert max(costs[2:]) == 1 + most


def test_the_last_deletion_is_not_told_for_ever():
    portal = Portal()
    for number in (1, 2):
        portal.write(number)
    portal.now += LAG
    cursor = read(portal, None)[1]
    portal.now += 1_000
    portal.archive(1)
    told = []
    for _ in range(5):
        portal.now += 1_000
        seen, cursor = read(portal, cursor)
        told.append(set(seen))
    assert 1 in told[0]
    assert told[3:] == [set(), set()]


def test_a_deleted_contact_that_search_still_shows_ends_as_deleted():
    portal = Portal()
    portal.write(1)
    portal.write(2)
    portal.now += LAG
    cursor = read(portal, None)[1]
    portal.now += 1
    portal.write(3)
    portal.now += 1
    portal.archive(1)
    portal.now += 1
    portal.archive(2)
    seen, cursor = read(portal, cursor)
    portal.now += LAG - 2  # the new contact shows, and the deleted one still does
    assert portal.index().keys() == {1, 2, 3}
    again, _ = read(portal, cursor)
    assert (seen | again)[1][1]
    assert (seen | again)[3] == state(portal)[3]


def test_a_run_with_nothing_new_costs_two_calls_and_tells_nothing():
    portal = Portal()
    for number in range(1, 9):
        portal.write(number)
    portal.now += LAG
    cursor = read(portal, None)[1]
    cursor = read(portal, cursor)[1] or cursor
    portal.calls = 0
    assert read(portal, cursor)[0] == {}
    assert portal.calls == 2  # the recycle bin, and whether anything is newer


def test_a_bulk_change_with_one_stamp_is_read_whole():
    portal = Portal()
    for number in range(1, 30):
        portal.write(number)
    portal.now += LAG
    cursor = read(portal, None)[1]
    portal.now += 100
    for number in range(1, 30):
        portal.write(number)
    portal.now += LAG
    assert set(read(portal, cursor)[0]) == set(range(1, 30))


def test_a_cursor_survives_being_stored():
    portal = Portal()
    for number in range(1, 6):
        portal.write(number)
    _, cursor = read(portal, None, stop_after=1)
    assert str(read_cursor(cursor)) == cursor
    rest, _ = read(portal, cursor)
    assert set(rest) >= {3, 4, 5}
