"""The text for the carrier, in every language: whole, with everything that is known and no gap where nothing is."""

import re
from string import Formatter
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.inquiry import letters
from cases.inquiry.letters import Letter
from tests.leaves import leaves

EVERYTHING = {
    "about": "delivery",
    "tracking_number": "CC731010015DE",
    "order_number": "DEMO-1001",
    "shipped_at": "2026-11-14T12:00:00+00:00",
    "delivered_at": "2026-11-20T23:30:00+00:00",
    "recipient": {
        "name": "Robin Winter",
        "street": "Musterstr. 12",
        "postcode": "10115",
        "city": "Berlin",
        "country": "DE",
    },
    "sender": "Lamp & Light Ltd.",
    "account": "0123-45",
    "value": {"amount": 34.9, "currency": "EUR"},
    "asks_for": ["signature", "photo", "gps", "locker_log"],
    "searched": True,
}
NOTHING = {"about": "delivery", "recipient": {}, "value": None, "asks_for": ["signature"], "searched": False}
every_language = pytest.mark.parametrize("language", letters.languages())
# Nobody is blamed: not the recipient, not the driver.
BLAME = re.compile(
    r"thief|stolen|steal|theft|fraud|lying|claims? (that|to)|alleg|driver|fault|negligen|gestohlen|diebstahl|betrug"
    r"|angeblich|zusteller hat|volé|vol |fraude|prétend|\brobad|robo |hurto|rubat|furto|gestolen|diefstal|beweert"
    r"|skradz|kradzież|rzekomo|stulen|stöld|påstår|ukraden|krádež|údajně|roubad|被盗|偷|盗|欺诈|声称|嘘|詐欺|と主張",
    re.IGNORECASE,
)


def test_there_are_letters_in_the_languages_of_the_carriers_and_of_the_desk():
    assert {"en", "de", "zh", "fr", "es", "it", "nl", "pl", "pt", "sv", "cs", "ja"} <= set(letters.languages())


@every_language
def test_every_language_says_the_same(language):
    english, other = dict(leaves(letters._load("en"))), dict(leaves(letters._load(language)))
    assert set(english) == set(other)
    for key, text in other.items():
        wanted = {name for _, name, _, _ in Formatter().parse(english[key]) if name}
        assert {name for _, name, _, _ in Formatter().parse(text) if name} == wanted, key
        assert text.strip() or key == "between_sentences", key
        assert not BLAME.search(text), (key, text)
    same = {key for key in english if english[key] == other[key]} - {"between_sentences"}
    assert language == "en" or not same


@every_language
def test_everything_that_is_known_is_in_it(language):
    letter = letters.write(EVERYTHING, language)
    words = letters._load(language)
    assert letter.language == language and "CC731010015DE" in letter.subject
    for known in (
        "CC731010015DE",
        "DEMO-1001",
        "Robin Winter",
        "Musterstr. 12",
        "10115 Berlin",
        "Lamp & Light",
        "0123-45",
    ):
        assert known in letter.body
    assert re.search(r"34[.,]90", letter.body)
    for name in EVERYTHING["asks_for"]:
        assert f"- {words['asks_for'][name]}\n" in letter.body
    assert words["searched"] in letter.body and words["correction"] in letter.body
    assert re.search(r"00:30|0:30", letter.body), "the hour in the recipient's country"
    assert "{" not in letter.body + letter.subject


@every_language
def test_what_is_not_known_leaves_no_gap(language):
    letter = letters.write(NOTHING, language)
    words = letters._load(language)
    assert letter.subject == words["subject_without_number"]
    assert words["opening"]["delivered"] in letter.body and words["searched"] not in letter.body
    for line in words["facts"].values():
        assert line.split("{")[0] not in letter.body
    assert "None" not in letter.body and "\n\n\n" not in letter.body and "{" not in letter.body


@every_language
def test_a_parcel_that_has_not_arrived_is_asked_for_and_no_proof(language):
    letter = letters.write({**EVERYTHING, "about": "whereabouts", "asks_for": ["whereabouts", "next_step"]}, language)
    words = letters._load(language)
    assert words["opening"]["not_arrived"] in letter.body and words["asks_for"]["whereabouts"] in letter.body
    assert words["correction"] not in letter.body and words["asks_for"]["signature"] not in letter.body


def test_dates_and_money_are_written_as_at_home():
    assert "21 November 2026" in letters.write(EVERYTHING, "en").body, "the day in the recipient's country"
    german = letters.write(EVERYTHING, "de").body
    assert "am 21. November 2026" in german and "21.11.2026, 00:30 (UTC+01:00)" in german and "34,90" in german
    assert "Deutschland" in german and "2026年11月21日" in letters.write(EVERYTHING, "ja").body


def test_where_a_country_has_several_hours_the_letter_says_utc():
    elsewhere = {**EVERYTHING, "recipient": {**EVERYTHING["recipient"], "country": "US"}}
    assert "20 Nov 2026, 23:30 (UTC)" in letters.write(elsewhere, "en").body


def test_a_language_without_a_letter_gets_the_english_one():
    assert letters.write(EVERYTHING, "th") == letters.write(EVERYTHING, "en")


@pytest.mark.parametrize(
    "odd",
    [
        {"value": {"amount": "much", "currency": "EUR"}},
        {"value": {"amount": True, "currency": "EUR"}},
        {"value": {"amount": 5, "currency": None}},
        {"value": 5},
        {"recipient": {"country": "Germany"}},
        {"recipient": None},
        {"delivered_at": "yesterday"},
        {"asks_for": ["something new"]},
    ],
)
def test_odd_records_still_make_a_letter(odd):
    assert letters.write({**EVERYTHING, **odd}, "en").body.endswith("Yours faithfully,\n")


@given(text=st.text(max_size=200), subject=st.text(max_size=50))
def test_a_mail_link_gives_back_every_letter(text, subject):
    subject, text = subject.replace("\r", ""), text.replace("\r", "")
    link = letters.mailto("our.contact+eu@example.com", Letter("en", subject, text))
    assert link.isascii() and not re.search(r"[\s\"'<>]", link)
    parts = urlsplit(link)
    assert (parts.scheme, unquote(parts.path)) == ("mailto", "our.contact+eu@example.com")
    given_back = parse_qs(parts.query, keep_blank_values=True, strict_parsing=True)
    assert given_back["subject"] == [subject]
    assert given_back["body"] == [text.replace("\n", "\r\n")]


def test_a_mail_link_without_an_address_leaves_it_to_the_agent():
    assert letters.mailto(None, Letter("en", "A & B", "x")) == "mailto:?subject=A%20%26%20B&body=x"
