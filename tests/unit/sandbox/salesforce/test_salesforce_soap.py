"""The Metadata API's two calls in the sandbox, as its guide documents them."""

from xml.etree import ElementTree as ET

import pytest

META = "{http://soap.sforce.com/2006/04/metadata}"
MAPPING = (
    "<met:objectMapping><met:inputObject>Lead</met:inputObject><met:mappingFields>"
    "<met:inputField>{field}</met:inputField><met:outputField>{field}</met:outputField></met:mappingFields>"
    "<met:outputObject>Contact</met:outputObject></met:objectMapping>"
)
READ = "<met:readMetadata><met:type>LeadConvertSettings</met:type><met:fullNames>LeadConvertSettings</met:fullNames></met:readMetadata>"


def ask(salesforce, body, session=None):
    token = session or salesforce.session.headers["Authorization"].removeprefix("Bearer ")
    envelope = (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:met="http://soap.sforce.com/2006/04/metadata" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<e:Header><met:SessionHeader><met:sessionId>{token}</met:sessionId></met:SessionHeader></e:Header>"
        f"<e:Body>{body}</e:Body></e:Envelope>"
    )
    answer = salesforce("POST", "/services/Soap/m/62.0", data=envelope.encode())
    assert answer.headers["Content-Type"].startswith("text/xml")
    return answer.status_code, ET.fromstring(answer.text)


def update(field):
    inner = MAPPING.format(field=field)
    return f'<met:updateMetadata><met:metadata xsi:type="met:LeadConvertSettings">{inner}</met:metadata></met:updateMetadata>'


def test_an_update_replaces_what_a_conversion_copies(salesforce):
    for field in ("Title", "Phone"):
        status, told = ask(salesforce, update(field))
        assert (status, told.findtext(f".//{META}success")) == (200, "true")
    _, told = ask(salesforce, READ)
    assert [one.text for one in told.iter(f"{META}inputField")] == ["Phone"]
    assert told.findtext(f".//{META}opportunityCreationOptions") == "VisibleOptional"


def test_a_field_that_is_not_there_is_refused_in_the_result(salesforce):
    _, told = ask(salesforce, update("Nope__c"))
    assert told.findtext(f".//{META}success") == "false"
    assert told.findtext(f".//{META}statusCode") == "FIELD_INTEGRITY_EXCEPTION"


@pytest.mark.parametrize(
    ("body", "session", "code"),
    [
        (READ, "nobody", "sf:INVALID_SESSION_ID"),
        ("<met:deleteMetadata/>", None, "sf:INVALID_TYPE"),
        ("", None, "sf:INVALID_REQUEST"),
        ("<open>", None, "sf:INVALID_REQUEST"),
    ],
)
def test_what_cannot_be_done_is_a_fault(salesforce, body, session, code):
    status, told = ask(salesforce, body, session)
    assert (status, told.findtext(".//faultcode")) == (500, code)


def test_a_user_without_the_permission_may_neither_read_nor_write(salesforce):
    salesforce.set("customize_application", False)
    for body in (READ, update("Title")):
        _, told = ask(salesforce, body)
        assert told.findtext(".//faultcode") == "sf:INSUFFICIENT_ACCESS"


def test_a_mail_that_bounces_is_noted_on_the_mail_and_on_the_person(salesforce):
    lead = salesforce.lead(Email="eva@example.com")
    salesforce.people({"do": "mail", "lead": lead})
    salesforce.people({"do": "bounce", "lead": lead})
    assert salesforce.one("SELECT IsBounced FROM EmailMessage")["IsBounced"] is True
    assert salesforce.one("SELECT EmailBouncedReason FROM Lead")["EmailBouncedReason"]


def test_a_task_that_is_opened_again_was_never_completed(salesforce):
    lead = salesforce.lead(Email="eva@example.com")
    salesforce.people({"do": "call", "lead": lead})
    salesforce.people({"do": "reopen", "lead": lead})
    row = salesforce.one("SELECT IsClosed, CompletedDateTime FROM Task")
    assert (row["IsClosed"], row["CompletedDateTime"]) == (False, None)
    with pytest.raises(ValueError, match="action 1"):
        salesforce.people({"do": "reopen", "lead": lead})


def test_a_hidden_object_is_not_found_by_the_integration_users_queries(salesforce):
    salesforce.set("hidden_objects", "LeadHistory")
    answer = salesforce("GET", "query", params={"q": "SELECT Id FROM LeadHistory"})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, "INVALID_TYPE")
