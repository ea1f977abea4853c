"""HubSpot's communication preferences in the sandbox, as its reference describes them."""

from typing import Any

import pytest

CONTACTS = "/crm/v3/objects/contacts"
STATUS = "/communication-preferences/{}/statuses/ana@example.com/unsubscribe-all"


@pytest.fixture(params=["v4", "2026-03", "2026-09"])
def path(request: Any) -> str:
    return STATUS.format(request.param) + "?channel=EMAIL"


def test_an_address_that_wants_no_e_mail_shows_so_on_its_contact_and_once(hubspot: Any, path: str) -> None:
    made = hubspot("POST", CONTACTS, {"properties": {"email": "ana@example.com"}}).json()["id"]
    assert hubspot("GET", path).json()["results"] == []
    answer = hubspot("POST", f"{path}&verbose=true").json()
    assert answer["status"] == "COMPLETE"
    assert {each["setStatusSuccessReason"] for each in answer["results"]} == {"UNSUBSCRIBE_FROM_ALL_OCCURRED"}
    again = hubspot("POST", f"{path}&verbose=true").json()["results"]
    assert {each["setStatusSuccessReason"] for each in again} == {"NO_STATUS_CHANGE"}
    (wide,) = hubspot("GET", path).json()["results"]
    assert (wide["status"], wide["wideStatusType"]) == ("UNSUBSCRIBED", "PORTAL_WIDE")
    shown = hubspot("GET", f"{CONTACTS}/{made}?properties=hs_email_optout").json()["properties"]
    assert shown["hs_email_optout"] == "true"


def test_an_address_without_a_contact_may_be_unsubscribed_too(hubspot: Any, path: str) -> None:
    assert hubspot("POST", path).json()["results"] == []
    assert len(hubspot("GET", path).json()["results"]) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        STATUS.format("2026-09"),
        STATUS.format("2026-09") + "?channel=SMS",
        "/communication-preferences/2026-09/statuses/nobody/unsubscribe-all?channel=EMAIL",
    ],
)
def test_a_channel_or_an_address_that_is_none_is_refused(hubspot: Any, wrong: str) -> None:
    assert hubspot("POST", wrong).status_code == 400


def test_the_kinds_of_e_mail_are_listed(hubspot: Any) -> None:
    kinds = hubspot("GET", "/communication-preferences/2026-09/definitions").json()["results"]
    assert [each["name"] for each in kinds] == ["Marketing Information", "One to One"]
    assert all(each["isActive"] for each in kinds)
