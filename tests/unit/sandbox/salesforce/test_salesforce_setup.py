"""Setup: describe, custom fields, permission sets, field-level security."""

import pytest


def _field(salesforce, name, entity="Lead"):
    fields = salesforce("GET", f"sobjects/{entity}/describe").json()["fields"]
    return next((field for field in fields if field["name"] == name), None)


def test_describe_tells_what_setup_needs_to_know(salesforce):
    described = salesforce("GET", "sobjects/Lead/describe").json()
    assert (described["keyPrefix"], described["labelPlural"]) == ("00Q", "Leads")
    assert described["urls"]["rowTemplate"] == "/services/data/v62.0/sobjects/Lead/{ID}"
    fields = {field["name"]: field for field in described["fields"]}
    company, owner, status = fields["Company"], fields["OwnerId"], fields["Status"]
    assert (company["length"], company["nillable"], company["defaultedOnCreate"]) == (255, False, False)
    assert (owner["referenceTo"], owner["relationshipName"]) == (["User", "Group"], "Owner")
    assert owner["polymorphicForeignKey"] is True
    assert [value["value"] for value in status["picklistValues"]][:2] == ["New", "Working"]
    assert (status["restrictedPicklist"], status["defaultedOnCreate"]) == (False, True)
    assert (fields["Id"]["createable"], fields["IsConverted"]["updateable"]) == (False, False)


def test_standard_lengths_are_the_documented_ones(salesforce):
    lengths = {
        field["name"]: field["length"]
        for field in salesforce("GET", "sobjects/Lead/describe").json()["fields"]
    }
    known = {"LastName": 80, "FirstName": 40, "Company": 255, "Email": 80, "Phone": 40, "Title": 128}
    known |= {"Street": 255, "City": 40, "State": 80, "Country": 80, "Description": 32000}
    assert {name: lengths[name] for name in known} == known


def test_the_global_describe_lists_objects_and_not_those_of_tooling(salesforce):
    names = {kind["name"] for kind in salesforce("GET", "sobjects").json()["sobjects"]}
    assert {
        "Lead",
        "Contact",
        "Account",
        "Task",
        "Event",
        "EmailMessage",
        "Opportunity",
        "LeadHistory",
    } <= names
    assert "CustomField" not in names
    basic = salesforce("GET", "sobjects/Lead").json()
    assert basic["objectDescribe"]["name"] == "Lead"


@pytest.mark.parametrize(
    ("metadata", "kind", "facts"),
    [
        ({"type": "Text", "length": 40}, "string", {"length": 40}),
        ({"type": "LongTextArea", "length": 32000, "visibleLines": 5}, "textarea", {"filterable": False}),
        (
            {"type": "Html", "length": 32000, "visibleLines": 25},
            "textarea",
            {"filterable": False, "htmlFormatted": True, "extraTypeInfo": "richtextarea"},
        ),
        ({"type": "Number", "precision": 5, "scale": 0}, "double", {"precision": 5, "scale": 0}),
        ({"type": "DateTime"}, "datetime", {}),
        ({"type": "Date"}, "date", {}),
        ({"type": "Url"}, "url", {"length": 255}),
        ({"type": "Checkbox", "defaultValue": "false"}, "boolean", {"nillable": False}),
        (
            {
                "type": "Picklist",
                "valueSet": {
                    "restricted": True,
                    "valueSetDefinition": {"sorted": False, "value": [{"fullName": "a", "label": "A"}]},
                },
            },
            "picklist",
            {"restrictedPicklist": True},
        ),
    ],
)
def test_each_type_of_custom_field_can_be_made(salesforce, metadata, kind, facts):
    salesforce.add_field("Made__c", **metadata)
    field = _field(salesforce, "Made__c")
    assert (field["type"], field["custom"], field["createable"]) == (kind, True, True)
    assert {name: field[name] for name in facts} == facts


def test_a_new_field_is_invisible_until_a_permission_set_grants_it(salesforce):
    salesforce.add_field("Made__c", grant=False)
    query = {"q": "SELECT Made__c FROM Lead"}
    assert _field(salesforce, "Made__c") is None
    hidden = salesforce("GET", "query", params=query).json()[0]
    missing = salesforce("GET", "query", params={"q": "SELECT Lost__c FROM Lead"}).json()[0]
    assert hidden["errorCode"] == missing["errorCode"] == "INVALID_FIELD"
    assert hidden["message"].replace("Made__c", "Lost__c") == missing["message"]
    body = {"LastName": "a", "Company": "b", "Made__c": "x"}
    assert salesforce("POST", "sobjects/Lead", body).json()[0]["errorCode"] == "INVALID_FIELD"
    salesforce.grant("Lead.Made__c")
    assert salesforce("GET", "query", params=query).status_code == 200
    assert salesforce("POST", "sobjects/Lead", body).status_code == 201


def test_a_permission_set_that_nobody_has_grants_nothing(salesforce):
    salesforce.add_field("Made__c", grant=False)
    access = salesforce("POST", "sobjects/PermissionSet", {"Name": "Loose", "Label": "Loose"}).json()["id"]
    body = {"ParentId": access, "SobjectType": "Lead", "Field": "Lead.Made__c", "PermissionsRead": True}
    assert salesforce("POST", "sobjects/FieldPermissions", body).status_code == 201
    assert _field(salesforce, "Made__c") is None


def test_a_field_granted_to_read_cannot_be_written(salesforce):
    salesforce.add_field("Made__c", grant=False)
    salesforce.grant("Lead.Made__c", edit=False)
    assert _field(salesforce, "Made__c")["updateable"] is False
    answer = salesforce("POST", "sobjects/Lead", {"LastName": "a", "Company": "b", "Made__c": "x"})
    assert answer.json()[0]["errorCode"] == "INVALID_FIELD_FOR_INSERT_UPDATE"
    assert answer.json()[0]["fields"] == ["Made__c"]


def test_a_second_field_of_the_same_name_is_refused_by_name(salesforce):
    salesforce.add_field("Made__c")
    body = {"FullName": "Lead.Made__c", "Metadata": {"label": "x", "type": "Text", "length": 10}}
    answer = salesforce("POST", "tooling/sobjects/CustomField", body)
    assert answer.status_code == 400
    assert answer.json()[0]["errorCode"] == "DUPLICATE_DEVELOPER_NAME"
    assert answer.json()[0]["message"] == "There is already a field named Made on Lead."


@pytest.mark.parametrize(
    ("name", "metadata"),
    [
        ("Lead.Made", {"label": "x", "type": "Text", "length": 10}),
        ("Lead.Ma__de__c", {"label": "x", "type": "Text", "length": 10}),
        ("Lead.1Made__c", {"label": "x", "type": "Text", "length": 10}),
        (f"Lead.{'M' * 41}__c", {"label": "x", "type": "Text", "length": 10}),
        ("Nonsense.Made__c", {"label": "x", "type": "Text", "length": 10}),
        ("Lead.Made__c", {"type": "Text", "length": 10}),
        ("Lead.Made__c", {"label": "x", "type": "Text"}),
        ("Lead.Made__c", {"label": "x", "type": "Text", "length": 256}),
        ("Lead.Made__c", {"label": "x", "type": "LongTextArea", "length": 1000}),
        ("Lead.Made__c", {"label": "x", "type": "Number"}),
        ("Lead.Made__c", {"label": "x", "type": "Colour"}),
        ("Lead.Made__c", None),
    ],
)
def test_a_field_that_salesforce_would_not_make_is_refused(salesforce, name, metadata):
    answer = salesforce("POST", "tooling/sobjects/CustomField", {"FullName": name, "Metadata": metadata})
    assert answer.status_code == 400
    salesforce.lead()  # and nothing is half made


def test_tooling_query_finds_custom_fields_and_whole_ones_one_at_a_time(salesforce):
    made = salesforce.add_field("Made__c", trackHistory=False)
    salesforce.add_field("Other__c", "Contact")
    where = "TableEnumOrId = 'Lead' AND DeveloperName = 'Made'"
    found = salesforce.one(f"SELECT Id, DeveloperName FROM CustomField WHERE {where}", "tooling/query")
    assert (found["Id"], found["DeveloperName"]) == (made, "Made")
    whole = salesforce.one(f"SELECT FullName, Metadata FROM CustomField WHERE {where}", "tooling/query")
    assert (whole["FullName"], whole["Metadata"]["length"]) == ("Lead.Made__c", 80)
    answer = salesforce("GET", "tooling/query", params={"q": "SELECT Metadata FROM CustomField"})
    assert answer.json()[0]["errorCode"] == "MALFORMED_QUERY"
    entity = salesforce.one(
        "SELECT KeyPrefix FROM EntityDefinition WHERE QualifiedApiName = 'Lead'", "tooling/query"
    )
    assert entity["KeyPrefix"] == "00Q"
    assert salesforce("GET", "tooling/query", params={"q": "SELECT Id FROM Lead"}).status_code == 400


def test_a_field_is_read_changed_and_dropped_by_its_id(salesforce):
    made = salesforce.add_field("Made__c", length=10)
    path = f"tooling/sobjects/CustomField/{made}"
    metadata = salesforce("GET", path).json()["Metadata"]
    assert salesforce("PATCH", path, {"Metadata": metadata | {"length": 20}}).status_code == 204
    assert _field(salesforce, "Made__c")["length"] == 20
    salesforce.lead(Made__c="x" * 20)
    assert salesforce("PATCH", path, {"Metadata": {"label": "x", "type": "Date"}}).status_code == 400
    assert salesforce("DELETE", path).status_code == 204
    assert _field(salesforce, "Made__c") is None
    assert salesforce.query("SELECT Id FROM FieldPermissions") == []
    salesforce.add_field("Made__c", type="Date")
    assert _field(salesforce, "Made__c")["type"] == "date"


def test_a_field_of_activity_is_one_of_tasks_and_events(salesforce):
    salesforce.add_field("Made__c", "Activity", grant=False)
    salesforce.grant("Task.Made__c")
    assert _field(salesforce, "Made__c", "Task") is not None


def test_permissions_are_given_once_and_only_on_fields_that_exist(salesforce):
    salesforce.add_field("Made__c")
    access = salesforce.one("SELECT ParentId FROM FieldPermissions")["ParentId"]
    body = {"ParentId": access, "SobjectType": "Lead", "PermissionsRead": True}
    again = salesforce("POST", "sobjects/FieldPermissions", body | {"Field": "Lead.Made__c"})
    assert again.json()[0]["errorCode"] == "DUPLICATE_VALUE"
    lost = salesforce("POST", "sobjects/FieldPermissions", body | {"Field": "Lead.Lost__c"})
    assert lost.json()[0]["errorCode"] == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    required = salesforce("POST", "sobjects/FieldPermissions", body | {"Field": "Lead.LastName"})
    assert required.status_code == 400
    second = salesforce("POST", "sobjects/PermissionSet", {"Name": "Test_Access", "Label": "x"})
    assert second.json()[0]["errorCode"] == "DUPLICATE_VALUE"
    assignment = {"AssigneeId": salesforce.user_id(), "PermissionSetId": access}
    answer = salesforce("POST", "sobjects/PermissionSetAssignment", assignment)
    assert answer.json()[0]["errorCode"] == "DUPLICATE_VALUE"


def test_a_tracked_custom_field_writes_history(salesforce):
    salesforce.add_field("Made__c", trackHistory=True)
    lead = salesforce.lead()
    salesforce("PATCH", f"sobjects/Lead/{lead}", {"Made__c": "x"}, headers={"Sforce-Auto-Assign": "FALSE"})
    row = salesforce.one("SELECT OldValue, NewValue FROM LeadHistory WHERE Field = 'Made__c'")
    assert (row["OldValue"], row["NewValue"]) == (None, "x")


def test_seeded_statuses_and_stages_say_what_they_mean(salesforce):
    status = salesforce.one("SELECT ApiName FROM LeadStatus WHERE IsConverted = true")
    default = salesforce.one("SELECT ApiName FROM LeadStatus WHERE IsDefault = true")
    won = salesforce.one("SELECT ApiName FROM OpportunityStage WHERE IsWon = true")
    assert [row["ApiName"] for row in (status, default, won)] == ["Qualified", "New", "Closed Won"]
    assert salesforce.one("SELECT Id FROM Organization")["Id"].startswith("00D")
