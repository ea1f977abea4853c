"""Whatever is sent, Salesforce answers in JSON and blames the sender."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

_WORDS = st.sampled_from(
    [
        "records",
        "attributes",
        "type",
        "Lead",
        "id",
        "ids",
        "fields",
        "LastName",
        "Company",
        "Metadata",
        "FullName",
        "compositeRequest",
        "referenceId",
        "url",
        "method",
        "body",
        "@{a.id}",
        "Lead.X__c",
        "length",
        "Text",
        "label",
        "Number",
        "precision",
        "scale",
        "valueSet",
        "Picklist",
        "allOrNone",
        "httpHeaders",
        "00QSb0000000001MAA",
    ]
)
_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
    | _WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=4),
    max_leaves=8,
)
_metadata = st.dictionaries(
    st.sampled_from(
        ["label", "type", "length", "precision", "scale", "valueSet", "visibleLines", "description"]
    ),
    _json | st.sampled_from(["Text", "Number", "Picklist", "LongTextArea", "Url", "Checkbox"]),
)
_bodies = (
    _json
    | st.fixed_dictionaries({"records": st.lists(_json, max_size=3)})
    | st.fixed_dictionaries({"compositeRequest": st.lists(_json, max_size=3)})
    | st.fixed_dictionaries({"ids": _json, "fields": _json})
    | st.fixed_dictionaries(
        {"FullName": st.sampled_from(["Lead.X__c", "Lead.Y__c", "x"]), "Metadata": _metadata}
    )
)
_PATHS = (
    ("POST", "sobjects/Lead"),
    ("PATCH", "sobjects/Lead/00QSb0000000001MAA"),
    ("PATCH", "sobjects/Lead/Id/00QSb0000000001MAA"),
    ("POST", "composite"),
    ("POST", "composite/sobjects"),
    ("PATCH", "composite/sobjects"),
    ("PATCH", "composite/sobjects/Lead/Id"),
    ("POST", "composite/sobjects/Lead"),
    ("POST", "tooling/sobjects/CustomField"),
    ("POST", "sobjects/FieldPermissions"),
    ("POST", "sobjects/Event"),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(target=st.sampled_from(_PATHS), body=_bodies)
def test_no_body_breaks_the_server(salesforce, target, body):
    answer = salesforce(*target, body)
    assert answer.status_code < 500, (target, body, answer.text)
    if answer.content:
        answer.json()


_TOKENS = [
    "SELECT",
    "Id",
    "Name",
    "FROM",
    "Lead",
    "WHERE",
    "Owner.Name",
    "=",
    "'x'",
    "null",
    "AND",
    "OR",
    "NOT",
    "(",
    ")",
    "IN",
    ",",
    "LIKE",
    "5",
    "2026-01-01",
    "2026-13-01T00:00:00Z",
    "'\\",
    "ORDER BY",
    "LIMIT",
    "é",
]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(st.sampled_from(_TOKENS), max_size=14))
def test_no_query_breaks_the_server(salesforce, parts):
    answer = salesforce("GET", "query", params={"q": " ".join(parts)})
    assert answer.status_code in (200, 400), answer.text
    answer.json()


def test_headers_and_parameters_of_nonsense_are_refused_or_ignored(salesforce):
    lead = salesforce.lead()
    odd = {
        "If-Unmodified-Since": "yesterday",
        "Sforce-Query-Options": "=",
        "Sforce-Duplicate-Rule-Header": ";;=",
    }
    assert salesforce("PATCH", f"sobjects/Lead/{lead}", {"City": "x"}, headers=odd).status_code == 400
    assert salesforce("GET", "sobjects/Lead/updated").status_code == 400
    assert salesforce("DELETE", "composite/sobjects").json() == []
