from connectors.budgets import Budget, CountedHere
from connectors.rdstation.client import Window

DAY = Budget(name="patch", calls=2, seconds=86_400)


def test_a_budget_of_one_process_is_counted_by_subject_and_begins_with_its_first_call():
    now = [1_000.0]
    budgets = CountedHere(clock=lambda: now[0])
    assert [budgets.take(DAY, "a"), budgets.take(DAY, "a"), budgets.take(DAY, "b")] == [None, None, None]
    until = budgets.take(DAY, "a")
    assert until is not None
    assert until >= 1_000 + 86_400
    now[0] = float(until)
    assert budgets.take(DAY, "a") is None


def test_what_the_vendor_says_holds():
    budgets = CountedHere(clock=lambda: 1_000.0)
    budgets.exhaust(DAY, "a", 5_000)
    assert budgets.take(DAY, "a") == 5_001


def test_a_window_waits_only_for_the_call_that_would_be_one_too_many():
    now, waits = [0.0], []

    def wait(seconds):
        waits.append(seconds)
        now[0] += seconds

    window = Window(3, wait, clock=lambda: now[0])
    for _ in range(3):
        window.keep()
    assert waits == []
    now[0] = 20.0
    window.keep()
    assert waits == [40.0]
    window.keep()
    window.keep()
    assert waits == [40.0], "the others of the first minute have left the window too"
    window.keep()
    assert len(waits) == 2
