from sync.speech import DEFAULT_LOST_REASONS, DEFAULT_STATUSES, read_speech

KEY = "companies.acme.sales_says"


def test_without_a_table_the_defaults_of_the_design_hold() -> None:
    speech, problems = read_speech({}, KEY)
    assert problems == []
    assert speech.statuses["New"] == "nothing"
    assert speech.statuses["Working"] == "accepted"
    assert speech.statuses["Nurturing"] == speech.statuses["Unqualified"] == "returned"


def test_a_company_adds_its_values_and_overrides_ours() -> None:
    table = {
        "statuses": {"Contacted": "accepted", "Unqualified": "rejected"},
        "lost_reasons": {"Precio": "no_budget"},
    }
    speech, problems = read_speech(table, KEY)
    assert problems == []
    assert speech.statuses == {**DEFAULT_STATUSES, "Contacted": "accepted", "Unqualified": "rejected"}
    assert speech.lost_reasons == {**DEFAULT_LOST_REASONS, "Precio": "no_budget"}


def test_every_fault_is_listed_with_its_key_and_the_nearest_word() -> None:
    table = {"status": {}, "statuses": {"Working": "acepted", "New": "none"}, "lost_reasons": ["Precio"]}
    _, problems = read_speech(table, KEY)
    told = {each.key: (each.what, each.write) for each in problems}
    assert told[f"{KEY}.status"] == ("an unknown key", "write 'statuses'")
    assert told[f"{KEY}.statuses.Working"] == ("'acepted' is not a meaning", "write 'accepted'")
    assert f"{KEY}.statuses.New" in told
    assert told[f"{KEY}.lost_reasons"][0] == "not a table of texts"
    assert len(problems) == 4
