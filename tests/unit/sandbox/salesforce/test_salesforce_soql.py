"""SOQL: the grammar that is declared, and the refusal of everything else."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.salesforce.errors import Fault
from sandbox.salesforce.soql.parse import parse


def _names(rows: Any, where: str) -> list[str]:
    found = rows.query(f"SELECT LastName FROM Lead WHERE {where} ORDER BY LastName")
    return [record["LastName"] for record in found]


@pytest.fixture
def people(rows):
    """Three leads: A of Lima hot, B of lima cold, C of nowhere."""
    rows.insert(LastName="A", City="Lima", Rating="Hot", NumberOfEmployees=10, Email="a@x.example")
    rows.insert(LastName="B", City="lima", Rating="Cold", NumberOfEmployees=20)
    rows.insert(LastName="C", DoNotCall=True, EmailBouncedDate="2026-01-04T10:00:00Z")
    return rows


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("City = 'LIMA'", ["A", "B"]),
        ("City != 'Lima'", ["C"]),
        ("City <> 'Lima'", ["C"]),
        ("City = null", ["C"]),
        ("City != NULL", ["A", "B"]),
        ("City = ''", ["C"]),
        ("NumberOfEmployees > 10", ["B"]),
        ("NumberOfEmployees >= 10", ["A", "B"]),
        ("NumberOfEmployees < 20", ["A"]),
        ("NumberOfEmployees <= 19.5", ["A"]),
        ("LastName IN ('a', 'C')", ["A", "C"]),
        ("LastName NOT IN ('a', 'C')", ["B"]),
        ("City NOT IN ('Lima')", ["C"]),
        ("City IN ('Oslo', null)", ["C"]),
        ("Email LIKE 'A@%'", ["A"]),
        ("Email LIKE '_@x.example'", ["A"]),
        ("DoNotCall = true", ["C"]),
        ("DoNotCall = FALSE", ["A", "B"]),
        ("EmailBouncedDate = 2026-01-04T11:00:00+01:00", ["C"]),
        ("EmailBouncedDate > 2026-01-04T10:00:00Z", []),
        ("CreatedDate >= 2026-01-05T09:00:00.000Z", ["A", "B", "C"]),
        ("City = 'Lima' AND Rating = 'Hot'", ["A"]),
        ("Rating = 'Cold' OR City = null", ["B", "C"]),
        ("(Rating = 'Cold' OR City = null) AND DoNotCall = true", ["C"]),
        ("NOT City = 'Lima'", ["C"]),
        ("NOT (City = 'Lima' AND Rating = 'Hot')", ["B", "C"]),
        ("(NOT Email LIKE 'a%') AND (NOT DoNotCall = true)", ["B"]),
        ("Owner.Type = 'User'", ["A", "B", "C"]),
        ("Owner.Name LIKE 'Luc%'", ["A"]),
        ("Owner.Profile.Name = 'Sales'", None),
        ("ConvertedContact.Account.Name = null", ["A", "B", "C"]),
        ("Id IN (SELECT WhoId FROM Task)", []),
    ],
)
def test_a_condition_selects_what_it_says(people, where, found):
    if found is None:  # a polymorphic owner has the fields of Name only
        with pytest.raises(Fault, match="INVALID_FIELD"):
            _names(people, where)
    else:
        assert _names(people, where) == found


def test_a_semi_join_follows_ids_and_its_contrary_keeps_the_rest(people):
    (lead,) = people.query("SELECT Id FROM Lead WHERE LastName = 'B'")
    people.insert("Task", WhoId=lead["Id"], Subject="Call", Status="Completed")
    people.insert("Task", Subject="of nobody")
    assert _names(people, "Id IN (SELECT WhoId FROM Task WHERE IsClosed = true)") == ["B"]
    assert _names(people, "Id NOT IN (SELECT WhoId FROM Task)") == ["A", "C"]


def test_escaped_quotes_signs_and_wildcards_are_text(rows):
    for name in ("O'Neil", 'say "hi"', "50%", "50 off", "a_b", "axb", "back\\slash", "two\nlines"):
        rows.insert(LastName=name)
    assert _names(rows, "LastName = 'O\\'Neil'") == ["O'Neil"]
    assert _names(rows, "LastName = 'say \\\"hi\\\"'") == ['say "hi"']
    assert _names(rows, "LastName LIKE '50\\%'") == ["50%"]
    assert _names(rows, "LastName LIKE 'a\\_b'") == ["a_b"]
    assert _names(rows, "LastName = 'back\\\\slash'") == ["back\\slash"]
    assert _names(rows, "LastName LIKE 'back\\\\%'") == ["back\\slash"]
    assert _names(rows, "LastName = 'two\\nlines'") == ["two\nlines"]


def test_order_puts_nulls_first_unless_told(people):
    def order(by: str) -> list[str]:
        return [row["LastName"] for row in people.query(f"SELECT LastName FROM Lead ORDER BY {by}")]

    assert order("NumberOfEmployees") == ["C", "A", "B"]
    assert order("NumberOfEmployees DESC") == ["C", "B", "A"]
    assert order("NumberOfEmployees ASC NULLS LAST") == ["A", "B", "C"]
    assert order("NumberOfEmployees DESC NULLS LAST") == ["B", "A", "C"]
    assert order("City NULLS LAST, LastName DESC") == ["B", "A", "C"]


def test_limit_and_count(people):
    assert len(people.query("SELECT Id FROM Lead LIMIT 2")) == 2
    from sandbox.salesforce.queries import run

    found = run(people.org, people.actor.access, "select count() from lead where City = 'Lima'", "")
    assert (found.total, found.records) == (2, [])


def test_names_are_read_in_any_case_and_answered_in_their_own(people):
    (row,) = people.query("select lastname, OWNER.name from LEAD where lastname = 'a'")
    assert set(row) == {"attributes", "LastName", "Owner"}
    assert row["Owner"]["attributes"]["type"] == "User"
    assert row["Owner"]["Name"] == "Lucía Romero"


def test_a_parent_that_is_missing_is_null(people):
    row = people.query("SELECT ConvertedAccount.Name, MasterRecord.Owner.Name FROM Lead LIMIT 1")[0]
    assert (row["ConvertedAccount"], row["MasterRecord"]) == (None, None)


def test_parents_nest(rows):
    account = rows.insert("Account", Name="Acme")
    contact = rows.insert("Contact", LastName="x", AccountId=account)
    deal = rows.insert(
        "Opportunity", Name="d", StageName="Proposal", CloseDate="2026-01-01", AccountId=account
    )
    rows.insert("OpportunityContactRole", OpportunityId=deal, ContactId=contact)
    (row,) = rows.query(
        "SELECT Contact.Account.Owner.Name, Opportunity.StageName FROM OpportunityContactRole"
    )
    assert row["Contact"]["Account"]["Owner"]["Name"] == "Integration"
    assert row["Contact"]["Account"]["attributes"]["url"].endswith(account)
    assert row["Opportunity"]["StageName"] == "Proposal"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "SELECT FROM Lead",
        "SELECT Id FROM",
        "SELECT Id Lead",
        "SELECT Id FROM Lead WHERE",
        "SELECT Id FROM Lead WHERE City",
        "SELECT Id FROM Lead WHERE City = ",
        "SELECT Id FROM Lead WHERE City = 'open",
        'SELECT Id FROM Lead WHERE City = "x"',
        "SELECT Id FROM Lead WHERE (City = 'x'",
        "SELECT Id FROM Lead WHERE City = 'a' AND City = 'b' OR City = 'c'",
        "SELECT Id FROM Lead WHERE City = 'a' AND NOT City = 'b'",
        "SELECT Id FROM Lead WHERE City IN ()",
        "SELECT Id FROM Lead WHERE CreatedDate = TODAY",
        "SELECT Id FROM Lead WHERE CreatedDate = LAST_N_DAYS:3",
        "SELECT COUNT(Id) FROM Lead",
        "SELECT Id, COUNT() FROM Lead",
        "SELECT Status, COUNT(Id) FROM Lead GROUP BY Status",
        "SELECT FIELDS(ALL) FROM Lead LIMIT 200",
        "SELECT * FROM Lead",
        "SELECT Id, (SELECT Id FROM Tasks) FROM Lead",
        "SELECT Id FROM Lead LIMIT 10 OFFSET 5",
        "SELECT Id FROM Lead LIMIT -1",
        "SELECT Id FROM Lead FOR UPDATE",
        "SELECT Id FROM Lead l",
        "SELECT Id FROM Lead; DROP TABLE sf_Lead",
        "SELECT Id FROM Lead WHERE City = 'a\\q'",
        "SELECT Id FROM Lead WHERE Id IN (SELECT WhoId FROM Task) AND Id IN (SELECT WhoId FROM Event)",
        "SELECT Id FROM Lead WHERE Id IN (SELECT WhoId FROM Task WHERE Id IN (SELECT ActivityId FROM EmailMessage))",
        "SELECT Id FROM Lead WHERE Id IN (SELECT Id, WhoId FROM Task)",
        "SELECT TYPEOF Owner WHEN User THEN Name END FROM Lead",
        "UPDATE Lead SET City = 'x'",
    ],
)
def test_what_the_grammar_does_not_have_is_malformed(rows, query):
    with pytest.raises(Fault) as refused:
        rows.query(query)
    assert refused.value.code == "MALFORMED_QUERY"


@pytest.mark.parametrize(
    ("query", "code", "text"),
    [
        ("SELECT Nonsense__c FROM Lead", "INVALID_FIELD", "No such column 'Nonsense__c' on entity 'Lead'."),
        ("SELECT Nobody.Name FROM Lead", "INVALID_FIELD", "Didn't understand relationship 'Nobody'"),
        ("SELECT Id FROM Leads", "INVALID_TYPE", "sObject type 'Leads' is not supported."),
        ("SELECT Id FROM CustomField", "INVALID_TYPE", "sObject type 'CustomField' is not supported."),
        ("SELECT Id, id FROM Lead", "INVALID_FIELD", "duplicate field selected: Id"),
        (
            "SELECT Id FROM Lead WHERE CreatedDate > '2026-01-01T00:00:00Z'",
            "INVALID_FIELD",
            "of type dateTime",
        ),
        ("SELECT Id FROM Lead WHERE CreatedDate > 2026-01-01", "INVALID_FIELD", "should not be enclosed"),
        ("SELECT Id FROM Lead WHERE City = 5", "INVALID_FIELD", "should be enclosed in quotes"),
        ("SELECT Id FROM Lead WHERE Description = 'x'", "INVALID_FIELD", "can not be filtered"),
        ("SELECT Id FROM Lead WHERE Id = 'abc'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field: abc"),
        ("SELECT Id FROM Lead WHERE City > null", "INVALID_QUERY_FILTER_OPERATOR", "invalid operator"),
        ("SELECT Id FROM Lead WHERE Id LIKE '00Q%'", "INVALID_QUERY_FILTER_OPERATOR", "invalid operator"),
    ],
)
def test_names_and_types_are_checked_with_the_documented_words(rows, query, code, text):
    with pytest.raises(Fault) as refused:
        rows.query(query)
    assert refused.value.code == code
    assert text in refused.value.message


def test_an_error_points_at_its_place(rows):
    with pytest.raises(Fault) as refused:
        rows.query("SELECT Id,\n  Nonsense FROM Lead")
    assert refused.value.message.startswith("\n  Nonsense FROM Lead\n  ^\nERROR at Row:2:Column:3\n")


def test_query_leaves_out_what_is_deleted_inside_semi_joins_too(rows):
    lead = rows.insert()
    task = rows.insert("Task", WhoId=lead, Subject="x")
    from sandbox.salesforce import records

    with rows.org.use():
        records.delete(rows.org, rows.actor, rows.org.kinds["task"], task)
    joined = "SELECT Id FROM Lead WHERE Id IN (SELECT WhoId FROM Task)"
    assert rows.query(joined) == []
    assert len(rows.query(joined, everything=True)) == 1


_VALUES = (None, "a", "b", "c")
_FIELDS = ("City", "State", "Country")
_leaf = st.tuples(
    st.sampled_from(_FIELDS), st.sampled_from(["=", "!=", "IN", "NOT IN"]), st.sampled_from(_VALUES)
)
_tree = st.recursive(
    _leaf,
    lambda inner: st.one_of(
        st.tuples(st.just("NOT"), inner),
        st.tuples(st.sampled_from(["AND", "OR"]), st.lists(inner, min_size=2, max_size=3)),
    ),
    max_leaves=6,
)


def _write(tree: Any) -> str:
    match tree:
        case ("NOT", inner):
            return f"(NOT {_write(inner)})"
        case ("AND" | "OR" as word, [*parts]):
            return "(" + f" {word} ".join(_write(part) for part in parts) + ")"
        case (field, operator, value):
            written = "null" if value is None else f"'{value}'"
            return f"({field} {operator} {f'({written})' if 'IN' in operator else written})"
    raise AssertionError(tree)


def _holds(tree: Any, row: dict[str, Any]) -> bool:
    match tree:
        case ("NOT", inner):
            return not _holds(inner, row)
        case ("AND", [*parts]):
            return all(_holds(part, row) for part in parts)
        case ("OR", [*parts]):
            return any(_holds(part, row) for part in parts)
        case (field, operator, value):
            return (row[field] == value) is (operator in ("=", "IN"))
    raise AssertionError(tree)


@settings(max_examples=150, deadline=None)
@given(tree=_tree, table=st.lists(st.tuples(*[st.sampled_from(_VALUES)] * 3), max_size=6))
def test_every_condition_of_the_grammar_is_two_valued_logic(tree, table):
    import sqlite3

    from sandbox.salesforce.access import EVERYTHING
    from sandbox.salesforce.objects import LEAD
    from sandbox.salesforce.soql.compile import compile_select
    from sandbox.salesforce.store import Store

    rows = [dict(zip(_FIELDS, values, strict=True)) for values in table]
    database = sqlite3.connect(":memory:")
    store = Store(database)
    store.create(LEAD)
    for number, row in enumerate(rows):
        store.insert("Lead", {"Id": str(number), "IsDeleted": 0, **row})
    query = f"SELECT Id FROM Lead WHERE {_write(tree)}"
    compiled = compile_select(query, parse(query), lambda _: LEAD, EVERYTHING)
    found = {int(row[0]) for row in database.execute(compiled.sql, compiled.values)}
    database.close()
    assert found == {number for number, row in enumerate(rows) if _holds(tree, row)}
