import json
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest

from mapping.package import (
    Earlier,
    Package,
    PackageTerms,
    Part,
    package_table,
    parse_package_terms,
    prepare_package,
    read_package,
)
from mapping.problems import ConfigurationError
from mapping.records import Lead
from mapping.remarks import Interaction, word_remark
from mapping.setting import Setting
from mapping.sheet import LIMIT, render_brief

ES = Setting(language="es", zone=ZoneInfo("Europe/Madrid"))
EN = Setting(language="en", zone=ZoneInfo("Europe/Madrid"))
NOW = 1_780_000_000
FULL = {
    "email": "ana@acme.com",
    "first_name": "Ana",
    "account": "Acme",
    "job_title": "CMO",
    "country": "ES",
    "phone": "+34600123456",
    "source": "ORGANIC_SEARCH",
    "created_at": NOW - 900_000,
    "last_form.name": "Pide tu demo",
    "last_form.kind": "demo",
    "last_form.at": NOW - 1000,
    "forms_count": 2.0,
    "first_form.name": "Guía CRM",
    "first_form.kind": "content",
    "first_form.at": NOW - 500_000,
    "last_page": "https://acme.es/precios",
    "last_visit_at": NOW - 2000,
    "emails_delivered": 5,
    "emails_opened": 2,
    "emails_clicked": 0,
    "fit_score": 70,
    "engagement_score": 20,
    "products": ("CRM", "Mail"),
    "persona": "Directora",
    "lifecycle_stage": "lead",
}


def lead(values: dict, profile_link: str | None = "https://app/1") -> Lead:
    return Lead(
        id="hubspot-1-1", platform="hubspot", record_id="1", values=MappingProxyType(values), changed_at=NOW,
        profile_link=profile_link,
    )  # fmt: skip


def package(values: dict, terms: PackageTerms | None = None, setting: Setting = EN, **more) -> Package:
    link = more.pop("profile_link", "https://app/1")
    return prepare_package(lead(values, link), terms=terms or PackageTerms(), setting=setting, **more)


def sentences(found: Package, setting: Setting = EN) -> list[str]:
    return [word_remark(remark, setting) for remark in found.brief]


def test_a_full_package_says_where_from_what_they_did_and_what_they_want():
    found = package(FULL)
    assert found.complete
    assert sentences(found) == [
        "CMO at Acme.",
        "Buyer persona: Directora.",
        "Stage in marketing: lead.",
        "Came from organic search.",
        "Known since May 18, 2026.",
        "Filled 2 forms, the last one Pide tu demo (demo request) on May 28, 2026.",
        "Last page seen: https://acme.es/precios.",
        "E-mails: 5 received, 2 opened, 0 clicked.",
        "Has not clicked in any e-mail.",
        "Interested in CRM, Mail.",
        "Fit 70, interest 20.",
    ]
    evidence = {remark.code: remark.evidence for remark in found.brief}
    assert evidence["brief.scores"] == ("fit_score", "engagement_score")
    assert [remark.code for remark in found.approach] == [
        "approach.hand_raise", "approach.product", "approach.page", "approach.fit_low_interest", "approach.call",
    ]  # fmt: skip
    assert dict(found.contact)["email"] == "ana@acme.com"


def test_history_is_newest_first_limited_and_says_how_many_are_older():
    found = package(FULL, PackageTerms(history=2))
    assert [item.code for item in found.history] == ["history.form_filled", "history.page_seen"]
    assert found.older == 2
    extra = Interaction(code="history.form_filled", at=NOW, params={"form": "Webinar", "kind": "event"})
    assert package(FULL, others=[extra, extra]).history[0] == extra
    assert len(package(FULL, others=[extra, extra]).history) == len(package(FULL).history) + 1


@pytest.mark.parametrize(
    ("values", "link", "missing"),
    [
        (FULL, "https://app/1", ()),
        (FULL, None, ("profile_link",)),
        ({"email": "a@b.com"}, "x", ("brief", "history")),
        ({"phone": "+34600123456"}, "x", ("brief", "history")),
        ({"first_name": "Ana"}, None, ("contact", "brief", "history", "approach", "profile_link")),
        ({"email": "a@b.com", "created_at": NOW, "became_mql_at": NOW}, "x", ("brief", "history")),
    ],
)
def test_missing_parts_are_named(values, link, missing):
    found = package(values, profile_link=link)
    assert found.missing == missing
    assert found.complete is (not missing)


def test_the_agreement_decides_which_parts_are_required():
    terms = parse_package_terms({"required": ["contact"]})
    assert package({"email": "a@b.com"}, terms).missing == ()
    assert package({}, terms).missing == ("contact",)
    assert package({}, required=[Part.profile_link], profile_link=None).missing == ("profile_link",)


def test_the_brief_counts_from_its_fortieth_character():
    values = {"email": "a@b.com", "account": "x" * 29, "last_form.name": "a", "last_form.at": 1}
    del values["last_form.name"]
    assert len(" ".join(sentences(package(values)))) == 39
    assert "brief" in package(values).missing
    assert "brief" not in package({**values, "account": "x" * 30}).missing


def test_contents_not_seen_are_told_from_the_companys_list():
    terms = parse_package_terms(
        {"contents": {"Guía CRM": [], "Pricing": ["*/precios*"], "Webinar": ["*webinar*"]}}
    )
    found = package(FULL, terms)
    assert "Has not seen yet: Webinar." in sentences(found)
    assert "approach.not_seen" in [remark.code for remark in found.approach]
    seen = Interaction(code="history.form_filled", at=1, params={"form": "Webinar mayo", "kind": "event"})
    assert "brief.not_seen" not in [remark.code for remark in package(FULL, terms, others=[seen]).brief]


def test_someone_who_opted_out_is_never_suggested_an_email():
    approach = package({"email": "a@b.com", "opted_out": True}).approach
    assert approach == ()
    found = package({**FULL, "opted_out": True})
    assert found.approach[-1].code == "approach.only_call"
    assert "Opted out of e-mail: do not write." in sentences(found)


def test_a_lead_that_comes_back_says_why_and_lists_its_earlier_cycles():
    earlier = [Earlier(cycle=1, outcome="returned", reason="not_now"), Earlier(cycle=2, outcome="lost")]
    found = package(FULL, earlier=earlier, triggers=["investment_increased"])
    assert "Why now: they invest more." in sentences(found)
    assert {"approach.investment_increased", "approach.again"} <= {remark.code for remark in found.approach}
    assert "- Se pasó antes: 1. Devuelto a marketing (Ahora no); 2. Perdido." in render_brief(found, ES)


def test_the_sheet_has_every_part_in_the_companys_language():
    text = render_brief(package(FULL, setting=ES), ES).splitlines()
    assert text[:2] == ["CONTACTO", "Nombre: Ana"]
    assert "Lugar: España" in text
    assert "- Llegó por búsqueda orgánica." in text
    assert "PERFIL: https://app/1" in text
    assert "- 28 may 2026 - Rellenó Pide tu demo (solicitud de demo)" in text
    assert render_brief(package({}), EN).startswith(
        "MISSING: contact, brief analysis, history, suggested approach"
    )


def test_a_value_never_breaks_out_of_its_line():
    hostile = {
        **FULL,
        "account": "Acme\r\nHISTORY\n- fake\x00\x1b[31m \ud83d",
        "first_name": "<script>x</script>",
        "job_title": "x" * 1_000_000,
    }
    found = package(hostile)
    plain, html = render_brief(found, EN), render_brief(found, EN, html=True)
    assert "\nHISTORY\n- fake" not in plain
    assert plain.count("\nHISTORY\n") == 1
    assert plain.isprintable() is False
    assert all(line.isprintable() for line in plain.splitlines())
    assert "x" * 200 not in plain
    assert "…" in plain
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert len(plain) < LIMIT
    plain.encode()


@pytest.mark.parametrize("limit", [0, 30, 60, 200, 500])
def test_a_sheet_that_does_not_fit_leaves_out_whole_lines_and_says_so(limit):
    found = package(FULL)
    whole = render_brief(found, EN)
    text = render_brief(found, EN, limit=limit)
    assert len(text) <= limit
    if text:
        *lines, note = text.splitlines()
        assert lines == whole.splitlines()[: len(lines)]
        left_out = len(whole.splitlines()) - len(lines)
        assert note == f"{left_out} more lines are left out; the profile has them all."


def test_a_snapshot_survives_its_way_through_json():
    found = package(FULL, earlier=[Earlier(cycle=1, outcome="lost")], triggers=["company_changed"])
    again = read_package(json.loads(json.dumps(package_table(found))))
    assert again == found
    assert render_brief(again, ES) == render_brief(found, ES)


def test_faults_of_the_terms_are_all_listed():
    with pytest.raises(ConfigurationError) as caught:
        parse_package_terms(
            {
                "required": ["contact", "breif"],
                "brief_min": -1,
                "histori": 3,
                "contents": {"a": "b"},
                "hand_raises": "demo",
            },
            "agreement.package",
        )
    assert [str(each).removeprefix("agreement.package.") for each in caught.value.problems] == [
        "histori: 'histori' is not known here; write 'history'",
        "required: 'breif' is no part of a package; write 'brief'",
        "brief_min: this is not a count; write brief_min = 40",
        'contents.a: this is not a list of names; write ["contact"]',
        'hand_raises: this is not a list of names; write ["contact"]',
    ]
