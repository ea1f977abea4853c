"""Lists in queries: as few queries as hold them, none longer than Salesforce takes."""

from connectors.salesforce.soql import LISTED, ROOM, among, portions


def test_ids_are_listed_in_as_few_queries_as_may_list_them() -> None:
    ids = [f"00Q{number:015}" for number in range(LISTED * 2)]
    assert portions(ids) == [ids[:LISTED], ids[LISTED:]]
    assert portions([]) == []


def test_long_texts_are_spread_over_more_queries_and_none_is_left_out() -> None:
    emails = [f"{number}'{'x' * 200}@example.com" for number in range(LISTED * 2)]
    parts = portions(emails)
    assert [each for part in parts for each in part] == emails
    assert max(len(among("Email", part)) for part in parts) <= ROOM + len("Email IN ()")
    assert len(parts) > 2


def test_an_item_counts_with_all_that_it_is_looked_for_by() -> None:
    people = [(f"lead-{number}", "e" * 250, "f" * 250) for number in range(LISTED)]
    parts = portions(people, lambda person: person)
    assert [each for part in parts for each in part] == people
    assert all(sum(len(text) for person in part for text in person) < ROOM for part in parts)


def test_one_item_longer_than_a_query_has_room_for_goes_alone() -> None:
    assert portions(["a", "b" * (ROOM + 1), "c"]) == [["a"], ["b" * (ROOM + 1)], ["c"]]
