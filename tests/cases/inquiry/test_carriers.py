"""The table of carriers: every entry has its source, and every parcel finds its rule, or none by guessing."""

from datetime import date

import pytest

from cases import settings
from cases.inquiry import check_rules
from cases.inquiry.carriers import BASES, OWN_FILE, rule_for
from cases.layered_file import read_layered
from cases.settings import SettingsError
from cases.tracking_numbers.formats import FORMATS, POSTS

TABLE = read_layered(OWN_FILE)
KNOWN = {name: row for name, row in TABLE["carriers"].items() if row.get("sent_by")}
ASKS_FOR = {"signature", "photo", "gps", "locker_log"}
NEEDS = {"denial_of_receipt", "proof_of_value", "proof_of_posting", "identity"}


@pytest.fixture(autouse=True)
def own_rules(monkeypatch):
    """The rules as they are delivered."""
    monkeypatch.delenv("PORCHLIGHT_INQUIRIES_FILE", raising=False)
    settings.settings.cache_clear()
    yield
    settings.settings.cache_clear()


def windows(row):
    return [*(row.get("latest") or []), *([row["earliest"]] if row.get("earliest") else [])]


def test_the_table_was_checked_on_a_day_and_covers_every_carrier_whose_numbers_are_known():
    assert isinstance(TABLE["checked_on"], date)
    issuers = {row.carrier for row in FORMATS} - {"post"}
    assert not issuers - set(TABLE["carriers"])


@pytest.mark.parametrize("name", KNOWN)
def test_what_is_known_about_a_carrier_has_a_source_and_makes_sense(name):
    row = KNOWN[name]
    assert row["source"].startswith(("https://", "http://"))
    assert set(row.get("asks_for", [])) <= ASKS_FOR and set(row.get("needs", [])) <= NEEDS
    for window in windows(row):
        assert window["basis"] in BASES and window["source"]
        assert 1 <= window["days"] <= 365
    for first in [row.get("earliest")] if row.get("earliest") else []:
        assert all(first["days"] < last["days"] for last in row.get("latest", []) if first["from"] == last["from"])
    assert 1 <= (row.get("answer") or {"days": 1})["days"] <= 120
    assert row.get("form", "https://").startswith(("https://", "http://"))


@pytest.mark.parametrize("name", set(TABLE["carriers"]) - set(KNOWN))
def test_what_nobody_tells_is_left_to_the_contract(name):
    row = TABLE["carriers"][name]
    assert not windows(row) and not {"form", "email", "phone", "answer", "needs"} & set(row)
    assert rule_for(name, None).sent_by == "contract"


@pytest.mark.parametrize(
    ("carrier", "number", "found"),
    [
        ("DHLPaket", None, "DHL Paket"),  # EasyPost's name
        ("dhl-paket", None, "DHL Paket"),
        ("Colissimo", None, "La Poste"),
        ("递四方", None, "4PX"),
        (None, "1Z999AA10123456784", "UPS"),
        ("", "CC731010015DE", "DHL Paket"),
        ("DHL", "00340434161094042557", "DHL Paket"),
        ("DHL", "JVGL1234567890", "DHL Express"),
        ("My own broker", "1Z999AA10123456784", "UPS"),
        (None, "EE123456785KR", "Korea Post"),
        (None, "RB123456785SG", "Singapore Post"),
        (None, "RB123456785KE", "post (KE)"),
    ],
)
def test_a_parcel_finds_its_carrier_by_name_and_number(carrier, number, found):
    assert rule_for(carrier, number).carrier == found


@pytest.mark.parametrize(
    ("carrier", "number"),
    [("DHL", None), ("DHL", "X"), ("CityCourier", "12345"), (None, "123456789012"), (None, None), ("", "")],
)
def test_a_carrier_that_can_not_be_told_is_not_guessed(carrier, number):
    rule = rule_for(carrier, number)
    assert (rule.carrier, rule.sent_by, rule.latest) == (carrier, "contract", ())
    assert rule.asks_for == ("signature", "photo", "gps")


def test_every_post_whose_name_is_known_has_a_home_and_takes_the_sender_s_inquiry():
    for country, (name, _) in POSTS.items():
        rule = rule_for(name, None)
        assert rule.carrier == name and rule.sent_by in ("sender", "sender_or_recipient")
        assert rule.home in (country, None) or name == "PostNord"


@pytest.mark.parametrize(
    ("carrier", "country", "language"),
    [
        ("DHL Paket", "FR", "de"),
        ("DPD", "FR", "fr"),
        ("DPD", "GB", "en"),
        ("DPD", None, "en"),
        ("GLS", "HU", "en"),
        ("4PX", "US", "zh"),
        ("Swiss Post", "CH", "de"),
        ("CityCourier", "DE", "en"),
    ],
)
def test_the_carrier_is_written_to_in_its_own_language(carrier, country, language):
    assert rule_for(carrier, None).language(country) == language


def test_an_e_mail_address_is_for_its_country_only():
    assert rule_for("GLS", None).email("DE") == "service@gls-germany.com"
    assert rule_for("GLS", None).email("FR") is None


def test_the_seller_s_own_contract_is_laid_over_the_table(tmp_path, monkeypatch):
    path = tmp_path / "inquiries.yml"
    path.write_text(
        "default: {sender: Lamp & Light Ltd.}\n"
        "carriers:\n"
        "  YunExpress:\n"
        "    account: 12345\n"
        "    sent_by: account_holder\n"
        "    email: our.contact@example.com\n"
        "    latest: [{days: 45, from: delivered, basis: contract, source: our contract of 2026}]\n"
        "  Bike Messengers: {sent_by: sender}\n"
    )
    monkeypatch.setenv("PORCHLIGHT_INQUIRIES_FILE", str(path))
    settings.settings.cache_clear()
    rule = rule_for("YunExpress", None)
    assert (rule.sent_by, rule.email("US"), rule.latest[0].days) == ("account_holder", "our.contact@example.com", 45)
    assert (rule.sender, rule.account) == ("Lamp & Light Ltd.", "12345")
    assert (rule_for("UPS", None).sender, rule_for("UPS", None).account) == ("Lamp & Light Ltd.", None)
    assert rule.home == "CN", "what the own file does not tell stays"
    assert rule_for("bike messengers", None).sent_by == "sender"
    assert rule_for("UPS", None).latest[0].days == 60


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("carriers: {UPS: {sent_by: nobody}}", "UPS.*sent_by is nobody"),
        ("carriers: {UPS: {latest: [{days: soon, from: shipped, basis: told}]}}", "UPS.*days soon"),
        ("carriers: {UPS: {latest: [{days: 3, from: ordered, basis: told}]}}", "UPS.*from ordered"),
        ("carriers: {UPS: {latest: [{days: 3, from: shipped}]}}", "UPS.*basis"),
        ("carriers: {UPS: {latest: [{days: 3, from: shipped, basis: law, number: '('}]}}", "UPS"),
        ("carriers: {UPS: 5}", "UPS"),
        ("rules: {}", "no section rules"),
        ("carriers: [", "inquiries.yml"),
    ],
)
def test_a_mistake_in_the_own_file_is_told_with_the_carrier(tmp_path, text, told):
    path = tmp_path / "inquiries.yml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=told):
        check_rules(path)
