import pytest
from pydantic import ValidationError

from connectors.settings import (
    HubSpotSettings,
    RDStationSettings,
    SalesforceSettings,
    on_loopback,
    problems_of,
)


def read(model, table, environ=None, folder="."):
    return model.model_validate(table, context={"environ": environ or {}, "folder": folder})


def faults(model, table, environ=None):
    with pytest.raises(ValidationError) as caught:
        read(model, table, environ)
    return {one.key: str(one) for one in problems_of(caught.value, model, "companies.acme.crm")}, caught.value


def test_a_secret_comes_from_the_environment_or_a_file(tmp_path):
    (tmp_path / "token").write_text("from-file\n")
    from_file = read(HubSpotSettings, {"token": {"file": "token"}}, folder=tmp_path)
    from_env = read(HubSpotSettings, {"token": {"env": "T"}}, {"T": "from-env"})
    assert from_file.token.get_secret_value() == "from-file"
    assert from_env.token.get_secret_value() == "from-env"
    assert from_env.base_url == "https://api.hubapi.com"


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("pat-eu1-very-secret", "a secret in plain text"),
        ({"env": "NOT_SET"}, "NOT_SET is not set"),
        ({"env": "T", "default": "pat-eu1-very-secret"}, "unknown shape"),
        ({"file": "/nowhere/at/all"}, "cannot be read"),
        ({"env": "EMPTY"}, "EMPTY is not set"),
        (5, "unknown shape"),
    ],
)
def test_a_secret_of_another_shape_is_a_fault_that_names_the_key_and_hides_the_value(value, says):
    problems, error = faults(HubSpotSettings, {"token": value}, {"EMPTY": "", "T": "x"})
    assert says in problems["companies.acme.crm.token"]
    assert "very-secret" not in str(error) + str(problems)


def test_a_secret_is_hidden_where_settings_are_shown():
    settings = read(HubSpotSettings, {"token": {"env": "T"}}, {"T": "pat-secret"})
    assert "pat-secret" not in repr(settings) + settings.model_dump_json()


def test_other_texts_are_plain_or_come_from_the_environment_with_a_default():
    table = {"token": {"env": "T"}, "base_url": {"env": "HUB", "default": "https://api.hubapi.com/"}}
    assert read(HubSpotSettings, table, {"T": "x"}).base_url == "https://api.hubapi.com"
    assert (
        read(HubSpotSettings, table, {"T": "x", "HUB": "http://127.0.0.1:9"}).base_url == "http://127.0.0.1:9"
    )


def test_every_fault_is_told_at_once_with_what_to_write():
    problems, _ = faults(
        HubSpotSettings, {"tokn": {"env": "T"}, "list_page": 900, "base_url": "http://x.example"}
    )
    assert "write 'token'" in problems["companies.acme.crm.tokn"]
    assert "add token" in problems["companies.acme.crm.token"]
    assert "unencrypted" in problems["companies.acme.crm.base_url"]
    assert "100" in problems["companies.acme.crm.list_page"]


def test_hubspot_takes_a_token_or_an_oauth_app_and_not_both(tmp_path):
    app = {"client_id": "c", "client_secret": {"env": "S"}, "token_file": "hubspot.token"}
    made = read(HubSpotSettings, {"oauth": app}, {"S": "x"}, folder=tmp_path)
    assert made.oauth.token_file == tmp_path / "hubspot.token"
    problems, _ = faults(HubSpotSettings, {"oauth": app, "token": {"env": "S"}}, {"S": "x"})
    assert "one credential" in problems["companies.acme.crm.token"]
    problems, _ = faults(HubSpotSettings, {"oauth": {"client_id": "c"}})
    assert set(problems) == {"companies.acme.crm.oauth.client_secret", "companies.acme.crm.oauth.token_file"}


@pytest.mark.parametrize(
    "more",
    [{}, {"client_secret": {"env": "S"}, "jwt": {"key_file": "key.pem", "username": "a@example.com"}}],
)
def test_salesforce_wants_exactly_one_credential(more):
    table = {"base_url": "https://acme.my.salesforce.com", "client_id": "id", **more}
    problems, _ = faults(SalesforceSettings, table, {"S": "x"})
    assert "either client_secret or jwt" in problems["companies.acme.crm"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:8801", True),
        ("http://localhost", True),
        ("http://[::1]:80", True),
        ("https://api.hubapi.com", False),
        ("http://127.0.0.1.evil.example", False),
        ("http://10.0.0.1", False),
    ],
)
def test_loopback_is_told_from_every_other_host(url, expected):
    assert on_loopback(url) is expected


@pytest.mark.parametrize("url", ["api.hubapi.com", "https://user:pass@host", "https://h/?a=1", "ftp://h", ""])
def test_an_address_is_that_of_a_host(url):
    problems, _ = faults(HubSpotSettings, {"token": {"env": "T"}, "base_url": url}, {"T": "x"})
    assert "companies.acme.crm.base_url" in problems


@pytest.mark.parametrize(
    "link",
    [
        "https://x.example/people",
        "https://x.example/{id}/{token}",
        "https://x.example/{id.__class__}",
        "javascript:{id}",
        "https://x.example/{id!r}",
    ],
)
def test_a_profile_link_takes_the_records_id_and_nothing_else(link):
    problems, _ = faults(HubSpotSettings, {"token": {"env": "T"}, "profile_link": link}, {"T": "x"})
    assert "companies.acme.crm.profile_link" in problems


RDSTATION = {"client_id": "app", "client_secret": {"env": "S"}, "token_file": "rd.token"}


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"workflows": {"nurtur": "7"}}, "no track nurtur"),
        ({"tracks": {"nurture": "Nutrir"}}, "tracks"),
        ({"profile_link": "https://app.rdstation.com.br/leads"}, "profile_link"),
        ({"plan": "enterprise"}, "plan"),
        ({"page": 126}, "page"),
        ({"client_secret": "plain"}, "plain text"),
    ],
)
def test_rd_stations_table_is_held_to_what_it_takes(tmp_path, table, said):
    context = {"environ": {"S": "secret"}, "folder": tmp_path}
    with pytest.raises(ValidationError) as caught:
        RDStationSettings.model_validate(RDSTATION | table, context=context)
    assert said in str(caught.value)


def test_rd_stations_token_file_is_beside_the_configuration(tmp_path):
    context = {"environ": {"S": "hush-hush"}, "folder": tmp_path}
    made = RDStationSettings.model_validate(RDSTATION | {"workflows": {"nurture": "7"}}, context=context)
    assert made.token_file == tmp_path / "rd.token"
    assert "hush-hush" not in repr(made)
