"""The connectors against the sandbox over real HTTP: cost, ceilings, and vendors that misbehave."""

import json

import pytest

from connectors.base import Identity, Outcome, TrackChange, Write
from connectors.errors import ContractBroken, CredentialsRefused, Misconfigured, QuotaUsedUp, Unavailable
from connectors.hubspot.marketing import HubSpot
from connectors.salesforce.crm import Salesforce
from connectors.settings import HubSpotSettings, SalesforceSettings
from tests.contract.crm import WANTED as CRM_WANTED
from tests.contract.crm import everything, new, pushed
from tests.contract.hubspot_world import OBJECTS, HubSpotWorld
from tests.contract.hubspot_world import settings as hubspot_settings
from tests.contract.marketing import ASKED, LISTS, WANTED
from tests.contract.salesforce_world import SalesforceWorld
from tests.contract.salesforce_world import settings as salesforce_settings


@pytest.fixture
def hubspot(sandbox):
    world = HubSpotWorld(sandbox)
    world.platform.ensure(WANTED, LISTS)
    return world


@pytest.fixture
def salesforce(sandbox):
    world = SalesforceWorld(sandbox)
    world.crm.ensure(CRM_WANTED)
    return world


def create(world, count, start=0):
    ids = []
    for first in range(start, start + count, 100):
        inputs = [
            {"properties": {"email": f"p{number}@example.com", "firstname": "Ana"}}
            for number in range(first, min(first + 100, start + count))
        ]
        ids += [
            row["id"] for row in world.ask("POST", f"{OBJECTS}/batch/create", {"inputs": inputs})["results"]
        ]
    return ids


def remembering(connector, kind, made):
    """A connector of a later run: it knows the account, and has made no call."""
    later = kind(made, wait=lambda _: None)
    later.remember(connector.tenant(), connector.schema())
    return later


def test_more_than_ten_thousand_changes_of_one_moment_are_read_whole(hubspot, sandbox):
    sandbox.steer.post("/clock", frozen=True)
    cursor = everything(hubspot.platform.changed(None, ASKED))[1]
    ids = create(hubspot, 10_400)
    sandbox.steer.advance(60)
    rows, _ = everything(hubspot.platform.changed(cursor, ASKED))
    sandbox.steer.post("/clock", frozen=False)
    assert {row.id for row in rows} >= set(ids)
    assert max(len(page) for page in [rows]) >= 10_400


def test_a_backfill_goes_on_where_it_was_interrupted(hubspot):
    ids = set(create(hubspot, 450))
    hubspot.settle()
    pages = hubspot.platform.changed(None, ASKED)
    first = next(pages)
    before = hubspot.platform.calls().by_verb["list"]
    rest, _ = everything(hubspot.platform.changed(first.cursor, ASKED))
    assert {row.id for row in (*first.rows, *rest)} >= ids
    archived = 1
    assert hubspot.platform.calls().by_verb["list"] - before <= 4 + archived


def test_a_run_with_nothing_new_takes_six_calls_over_both_vendors(hubspot, salesforce, sandbox):
    create(hubspot, 50)
    hubspot.settle()
    salesforce.crm.push([new(f"hubspot-1-{number}") for number in range(50)])
    salesforce.later()
    platform = remembering(hubspot.platform, HubSpot, hubspot_settings(sandbox))
    crm = remembering(salesforce.crm, Salesforce, salesforce_settings(sandbox))
    cursors = [
        everything(read(None))[1]
        for read in (lambda c: platform.changed(c, ASKED), crm.changes, crm.touches, crm.deals)
    ]
    cursors[0] = everything(platform.changed(cursors[0], ASKED))[1] or cursors[0]
    before = platform.calls().total + crm.calls().total
    assert everything(platform.changed(cursors[0], ASKED))[0] == []
    everything(crm.changes(cursors[1]))
    everything(crm.touches(cursors[2]))
    everything(crm.deals(cursors[3]))
    history = 1  # of the leads inside the overlap
    assert platform.calls().total + crm.calls().total - before <= 6 + history


def test_a_thousand_new_leads_take_thirty_calls_over_both_vendors(hubspot, salesforce, sandbox):
    create(hubspot, 3)
    hubspot.settle()
    pushed(salesforce, "hubspot-1-0")
    start = everything(hubspot.platform.changed(None, ASKED))[1]
    cursors = [everything(read(None))[1] for read in (salesforce.crm.changes,)]
    salesforce.later()
    ids = create(hubspot, 1_000, start=3)
    hubspot.settle()
    platform = remembering(hubspot.platform, HubSpot, hubspot_settings(sandbox))
    crm = remembering(salesforce.crm, Salesforce, salesforce_settings(sandbox))
    start = everything(platform.changed(start, ASKED))[1]
    begun = platform.calls().total + crm.calls().total
    assert begun <= 12
    emails = {one: (f"p{one}@example.com",) for one in ids}
    crm.find([Identity(key=one, lead=f"hubspot-1-{one}", emails=emails[one]) for one in ids])
    results = crm.push([new(f"hubspot-1-{one}") for one in ids])
    assert {one.outcome for one in results} == {Outcome.written}
    assert len(everything(crm.changes(cursors[0]))[0]) >= 1_000
    everything(crm.touches(None))
    everything(crm.deals(None))
    status = {"Acuerdo_SLA_Status__c": "waiting_first_contact"}
    crm.write_status([Write(key=one.key, id=one.id, values=status) for one in results])
    platform.write_status([Write(key=one, id=one, values={"acuerdo_sla_status": "x"}) for one in ids])
    logins = crm.calls().by_verb["token"]
    assert platform.calls().total + crm.calls().total - logins <= 30


@pytest.mark.parametrize("kind", ["truncated", "malformed", "disconnect"])
def test_an_answer_that_is_lost_is_asked_for_again_or_is_unavailable(hubspot, sandbox, kind):
    record = hubspot.add({"email": "a@example.com"})
    platform = remembering(hubspot.platform, HubSpot, hubspot_settings(sandbox))
    sandbox.steer.fault("hubspot", kind, endpoint="POST */batch/read", times=1)
    if kind == "malformed":
        with pytest.raises(Unavailable, match="breaks off"):
            platform.read([record], ASKED)
    assert [row.id for row in platform.read([record], ASKED)] == [record]


def test_a_web_page_with_status_200_stops_the_vendor(hubspot, salesforce, sandbox):
    sandbox.steer.fault("*", "html", times=None)
    with pytest.raises(ContractBroken, match="web page"):
        hubspot.platform.read(["1"], ASKED)
    with pytest.raises(ContractBroken, match="web page"):
        salesforce.crm.find([Identity(key="a", lead="b")])


def test_a_vendor_that_is_down_is_unavailable(hubspot, salesforce, sandbox):
    sandbox.steer.fault("*", "status", status=503, times=None)
    with pytest.raises(Unavailable, match="HubSpot is not available"):
        hubspot.platform.read(["1"], ASKED)
    with pytest.raises(Unavailable, match="Salesforce"):
        salesforce.crm.find([Identity(key="a", lead="b")])


def test_limits_are_waited_for_and_quotas_are_not(hubspot, salesforce, sandbox):
    record = hubspot.add({"email": "a@example.com"})
    sandbox.steer.fault("hubspot", "retry_after", endpoint="POST */batch/read", times=1)
    assert [row.id for row in hubspot.platform.read([record], ASKED)] == [record]
    sandbox.steer.post("/settings", **{"hubspot.daily_limit": 1, "salesforce.daily_limit": 1})
    hubspot.platform._client.zone = "Europe/Madrid"
    with pytest.raises(QuotaUsedUp) as caught:
        hubspot.platform.read([record], ASKED)
    assert caught.value.until
    with pytest.raises(QuotaUsedUp):
        salesforce.crm.find([Identity(key="a", lead="b")])


def test_a_wrong_token_and_a_missing_scope_are_told_apart(sandbox):
    def with_token(token):
        table = {"token": {"env": "T"}, "base_url": sandbox.hubspot.base_url}
        return HubSpot(HubSpotSettings.model_validate(table, context={"environ": {"T": token}}))

    with pytest.raises(CredentialsRefused, match="wrong, expired or revoked"):
        with_token("pat-na1-wrong").tenant()
    narrow = sandbox.steer.post(
        "/hubspot/tokens", scopes=["oauth", "crm.schemas.contacts.read", "crm.lists.read"]
    )
    limited = with_token(narrow["token"])
    assert limited.tenant().id
    with pytest.raises(CredentialsRefused, match=r"crm\.objects\.contacts\.read"):
        limited.read(["1"], ["email"])
    sandbox.steer.post("/hubspot/tokens", token=narrow["token"], revoked=True)
    with pytest.raises(CredentialsRefused, match="revoked"):
        limited.tenant()


def test_a_wrong_secret_of_salesforce_is_refused_with_one_login(sandbox):
    table = {
        "base_url": sandbox.salesforce.base_url,
        "client_id": sandbox.salesforce.client_id,
        "client_secret": {"env": "S"},
    }
    crm = Salesforce(SalesforceSettings.model_validate(table, context={"environ": {"S": "wrong"}}))
    with pytest.raises(CredentialsRefused, match="client_secret"):
        crm.tenant()
    assert crm.calls().by_verb == {"token": 1}


@pytest.mark.parametrize("as_object", [False, True])
def test_a_session_that_runs_out_amid_a_run_is_renewed(salesforce, sandbox, as_object):
    sandbox.steer.post("/settings", **{"salesforce.session_error_as_object": as_object})
    salesforce.crm.find([Identity(key="a", lead="b")])
    sandbox.steer.fault("salesforce", "unauthorized", endpoint="*/composite", times=1)
    assert salesforce.crm.find([Identity(key="a", lead="b")]) == []


def test_it_signs_in_with_a_key(sandbox, tmp_path):
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (tmp_path / "key.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    public = key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    client = sandbox.salesforce.client_id
    sandbox.steer.post("/salesforce/public_key", client_id=client, pem=public.decode())
    jwt = {"key_file": str(tmp_path / "key.pem"), "username": sandbox.salesforce.username}
    table = {"base_url": sandbox.salesforce.base_url, "client_id": client, "jwt": jwt}
    assert Salesforce(SalesforceSettings.model_validate(table)).tenant().user


def test_reading_before_set_up_says_what_to_run(sandbox):
    with pytest.raises(Misconfigured, match="acuerdo setup"):
        everything(SalesforceWorld(sandbox).crm.changes(None))


def test_locked_rows_are_written_in_the_end(salesforce, sandbox):
    ids = [pushed(salesforce, f"hubspot-1-{number}") for number in range(5)]
    sandbox.steer.post("/settings", **{"salesforce.locked_rows": 3})
    rows = [Write(key=one, id=one, values={"Acuerdo_Attempts__c": 1}) for one in ids]
    assert {one.outcome for one in salesforce.crm.write_status(rows)} == {Outcome.written}


@pytest.mark.parametrize(("rule", "outcome"), [("alert", Outcome.written), ("block", Outcome.refused)])
def test_a_duplicate_rule_is_passed_only_as_far_as_salesforce_allows(sandbox, rule, outcome):
    world = SalesforceWorld(sandbox, duplicates="allow")
    world.crm.ensure(CRM_WANTED)
    world.enter({"LastName": "Ruiz", "Company": "Otra", "Email": "hubspot-1-1@example.com"})
    sandbox.steer.post("/settings", **{"salesforce.duplicate_rule": rule})
    assert world.crm.push([new("hubspot-1-1")])[0].outcome is outcome


def test_assignment_rules_run_when_a_lead_is_made_and_never_after(salesforce):
    record = pushed(salesforce)
    owner = salesforce.values(record, ("OwnerId",))["OwnerId"]
    assert owner.startswith("005")
    for _ in range(3):
        salesforce.crm.write_status([Write(key="k", id=record, values={"Acuerdo_Attempts__c": 1})])
    assert salesforce.values(record, ("OwnerId",)) == {"OwnerId": owner}


def test_set_up_grants_its_own_fields_and_no_other(salesforce):
    granted = salesforce.query("SELECT Field FROM FieldPermissions")
    assert {row["Field"] for row in granted} == {
        f"{kind}.{one.name}" for one in CRM_WANTED for kind in one.kinds
    }


def test_follow_up_of_a_converted_lead_is_seen_without_a_mapping_of_its_fields(salesforce, sandbox):
    sandbox.steer.post("/salesforce/lead_conversion", objectMapping=[])
    record = pushed(salesforce)
    cursor = everything(salesforce.crm.touches(None))[1]
    salesforce.later()
    contact = salesforce.do("convert", record)["contact"]
    salesforce.later()
    salesforce.mail(record)
    salesforce.win(record, 10)
    touches = everything(salesforce.crm.touches(cursor))[0]
    assert contact in {one.record_id for one in touches}
    assert [one.state for one in everything(salesforce.crm.deals(None))[0]][-1] == "won"


def test_a_deal_of_a_contact_that_becomes_ours_is_told_though_it_did_not_change(salesforce):
    cursor_of = pushed(salesforce)
    salesforce.convert(cursor_of)
    contact = salesforce.ask("POST", "/sobjects/Contact", {"LastName": "Ruiz", "Email": "eva@example.com"})[
        "id"
    ]
    body = {"Name": "x", "StageName": "Prospecting", "CloseDate": "2027-01-01", "ContactId": contact}
    deal = salesforce.ask("POST", "/sobjects/Opportunity", body)["id"]
    salesforce.later()
    salesforce.win(cursor_of, 5)
    rows, cursor = everything(salesforce.crm.deals(None))
    assert deal not in {one.id for one in rows}
    salesforce.later()
    row = Write(key="hubspot-1-9", id=contact, kind="Contact", values={"FirstName": "Eva"})
    assert salesforce.crm.push([row])[0].outcome is Outcome.written
    assert deal in {one.id for one in everything(salesforce.crm.deals(cursor))[0]}


def test_what_we_wrote_ourselves_is_marked_as_automated(salesforce):
    record = pushed(salesforce)
    task = {"WhoId": record, "Status": "Completed", "TaskSubtype": "Call", "Subject": "robot"}
    salesforce.ask("POST", "/sobjects/Task", task)  # as the integration user
    assert [one.automated for one in everything(salesforce.crm.touches(None))[0]] == [True]


def test_a_meeting_to_come_is_a_touch_only_once_it_has_started(salesforce, sandbox):
    from datetime import UTC, datetime, timedelta

    record = pushed(salesforce)
    salesforce.later()
    cursor = everything(salesforce.crm.touches(None))[1]
    start = datetime.fromtimestamp(salesforce.now(), UTC) + timedelta(hours=2)
    event = {"WhoId": record, "Subject": "x", "StartDateTime": start.isoformat(), "DurationInMinutes": 30}
    salesforce.ask("POST", "/sobjects/Event", event)
    salesforce.call(record)
    rows, cursor = everything(salesforce.crm.touches(cursor))
    assert {one.channel for one in rows} == {"phone"}
    sandbox.steer.advance(3 * 3600)
    assert "meeting" in {one.channel for one in everything(salesforce.crm.touches(cursor))[0]}


def test_erasing_leaves_nothing_in_the_recycle_bin(salesforce):
    record = pushed(salesforce)
    salesforce.crm.write_status([Write(key="k", id=record, values={"Acuerdo_Brief__c": "sobre una persona"})])
    assert salesforce.crm.erase([record])[0].outcome is Outcome.written
    soql = "SELECT Email, LastName, Acuerdo_Brief__c, IsDeleted FROM Lead"
    row = salesforce.ask("GET", "/queryAll", q=soql)["records"][0]
    assert (row["Email"], row["LastName"], row["Acuerdo_Brief__c"], row["IsDeleted"]) == (
        None,
        "[erased]",
        None,
        True,
    )
    assert salesforce.crm.erase([record])[0].outcome is Outcome.unchanged


def test_a_contact_deleted_between_read_and_write_is_gone(hubspot):
    record = hubspot.add({"email": "a@example.com"})
    hubspot.archive(record)
    track = hubspot.platform.put_on_track([TrackChange(key="k", id=record, list=LISTS[0])])
    status = hubspot.platform.write_status([Write(key="k", id=record, values={"firstname": "x"})])
    assert [one.outcome for one in (*track, *status)] == [Outcome.gone, Outcome.gone]


def test_v3_paths_serve_as_well(sandbox):
    world = HubSpotWorld(sandbox, objects_version="v3")
    world.platform.ensure(WANTED, LISTS)
    record = world.add({"email": "a@example.com"})
    assert [row.id for row in world.platform.read([record], ASKED)] == [record]


def test_the_moment_of_a_stage_is_dated_by_the_platform(hubspot, sandbox):
    record = hubspot.add({"email": "a@example.com"})
    hubspot.change(record, {"lifecyclestage": "marketingqualifiedlead"})
    before = hubspot.platform.read([record], ["lifecyclestage"])[0].dated["lifecyclestage"]
    sandbox.steer.advance(86_400)
    hubspot.change(record, {"firstname": "Eva"})
    row = hubspot.platform.read([record], ["lifecyclestage"])[0]
    assert row.dated["lifecyclestage"] == before
    assert row.changed_at >= before + 86_400


@pytest.fixture
def installed(sandbox, tmp_path):
    """An OAuth app in HubSpot, and settings that use it."""
    app = sandbox.steer.post("/hubspot/apps")
    file = tmp_path / "hubspot.token"
    file.touch(0o600)
    file.write_text(app["refresh_token"])
    oauth = {"client_id": app["client_id"], "client_secret": {"env": "S"}, "token_file": str(file)}
    table = {"oauth": oauth, "base_url": sandbox.hubspot.base_url, "attempts": 3}
    made = HubSpotSettings.model_validate(table, context={"environ": {"S": app["client_secret"]}})
    return made, app["client_id"], file


def test_hubspot_is_reached_by_oauth_and_a_later_run_uses_the_same_token(installed, sandbox):
    made, _, file = installed
    platform = HubSpot(made)
    assert platform.tenant().id == sandbox.hubspot.portal_id
    assert platform.calls().by_verb == {"refresh_token": 1, "account": 1}
    assert json.loads(file.read_text())["access_token"]
    later = HubSpot(made)
    later.tenant()
    assert later.calls().by_verb == {"account": 1}


def test_an_oauth_token_that_ended_or_was_refused_is_renewed_once(installed, sandbox):
    made, _, _ = installed
    platform = HubSpot(made, wait=lambda _: None)
    platform.tenant()
    sandbox.steer.fault("hubspot", "unauthorized", endpoint="*/details", times=1)
    assert platform.tenant().id == sandbox.hubspot.portal_id
    assert platform.calls().by_verb == {"refresh_token": 2, "account": 3}


def test_an_app_that_was_taken_out_of_the_account_stops_with_what_to_do(installed, sandbox):
    made, client_id, file = installed
    platform = HubSpot(made, wait=lambda _: None)
    platform.tenant()
    sandbox.steer.post("/hubspot/apps", client_id=client_id, uninstalled=True)
    with pytest.raises(CredentialsRefused, match="authorise it again") as caught:
        platform.tenant()
    assert str(file) in str(caught.value)


def test_hubspots_own_salesforce_integration_is_seen_once_it_links_an_mql(hubspot):
    assert not hubspot.platform.schema().linked
    group = {"name": "salesforceinformation", "label": "Salesforce information"}
    hubspot.ask("POST", "/crm/v3/properties/contacts/groups", group)
    for name in ("salesforceleadid", "salesforcecontactid"):
        definition = {"name": name, "label": name, "type": "string", "fieldType": "text"}
        hubspot.ask(
            "POST", "/crm/v3/properties/contacts", definition | {"groupName": "salesforceinformation"}
        )
    assert not hubspot.platform.schema().linked
    linked = {"salesforcecontactid": "0035g00000XyZ", "lifecyclestage": "marketingqualifiedlead"}
    record = hubspot.add({"email": "a@example.com", **linked})
    hubspot.settle()
    assert hubspot.platform.schema().linked
    row = hubspot.platform.read([record], ["salesforceleadid", "salesforcecontactid"])[0]
    assert row.values["salesforcecontactid"] == "0035g00000XyZ"
    assert row.values["salesforceleadid"] is None


def test_the_history_of_a_property_tells_since_when_it_has_its_value(hubspot, sandbox):
    record = hubspot.add({"email": "a@example.com"})
    sandbox.steer.advance(3_600)
    hubspot.change(record, {"hs_lead_status": "OPEN"})
    sandbox.steer.advance(3_600)
    hubspot.change(record, {"hs_lead_status": "NEW"})
    sandbox.steer.advance(3_600)
    hubspot.change(record, {"hs_lead_status": "OPEN"})
    opened = hubspot.platform.read([record], ["hs_lead_status"])[0].changed_at
    sandbox.steer.advance(3_600)
    hubspot.change(record, {"firstname": "Eva"})
    assert hubspot.platform.schema().histories
    told = hubspot.platform.since([record, "999999"], ["hs_lead_status", "nothing_like_this", "phone"])
    assert told == {record: {"hs_lead_status": opened}}
