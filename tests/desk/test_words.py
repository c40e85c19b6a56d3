import re
from datetime import datetime, timedelta, timezone
from string import Formatter

import pytest

from desk.formats import Formats, direction_of
from desk.masks import mask_buyer
from desk.words import Words, _load, language_of, languages
from tests.leaves import leaves

REASONS = [
    "human_requested",
    "dispute_threat",
    "dispute_open",
    "refund_requested",
    "replacement_requested",
    "cancellation_requested",
    "wrong_address",
    "not_found",
    "proof_disputed",
    "theft_reported",
    "item_problem",
    "tracking_mismatch",
    "carrier_problem",
    "returned",
    "customs",
    "lookup_failed",
    "not_understood",
    "upset",
    "high_value",
    "repeat_contact",
    "urgent",
    "identity_unverified",
]
INTENTS = [
    "greet",
    "goodbye",
    "thank",
    "affirm",
    "deny",
    "report_not_received",
    "ask_order_status",
    "provide_reference",
    "checked_not_found",
    "found_parcel",
    "will_check_later",
    "report_wrong_address",
    "request_refund",
    "request_replacement",
    "request_human",
    "express_anger",
    "threaten_dispute",
    "report_theft",
    "ask_proof_of_delivery",
    "dispute_proof",
    "ask_how_long",
    "feel_accused",
    "report_item_problem",
    "request_cancellation",
    "bot_challenge",
    "change_language",
    "out_of_scope",
]
STATUSES = [
    "pre_transit",
    "in_transit",
    "out_for_delivery",
    "delivered",
    "available_for_pickup",
    "attempted",
    "exception",
    "returned",
    "unknown",
]
CONTRACT = {
    "handoff_reason": REASONS,
    "intent": INTENTS,
    "tracking_status": STATUSES,
    "delivery_class": [f"D{number}" for number in range(15)],
    "outcome": ["found", "informed", "waiting", "handed_over"],
    "status": ["open", "handed_over", "closed"],
    "check": ["checked_neighbors", "checked_household", "checked_hidden_spots", "address_confirmed"],
    "check_state": ["found", "not_there", "will_check", "cannot_check", "true", "false", "open"],
    "wish": ["find", "refund", "replacement"],
    "delivery": ["draft", "released", "retrying", "sent", "refused", "dead", "kept_here"],
}


def test_the_contract_has_27_intents_and_22_reasons():
    assert (len(INTENTS), len(REASONS)) == (27, 22)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("table", CONTRACT)
def test_every_value_of_the_contract_has_words(language, table):
    words = Words(language)
    missing = [value for value in CONTRACT[table] if not words.has(table, value)]
    assert not missing
    assert not set(CONTRACT["intent"]) ^ set(_load(language)["intent"])


def test_all_languages_say_the_same():
    assert {"en", "zh", "de"} <= set(languages())
    english = dict(leaves(_load("en")))
    for language in languages():
        other = dict(leaves(_load(language)))
        plural = {key for key in set(english) ^ set(other) if key.endswith(".one")}
        assert set(english) ^ set(other) == plural, language
        for key in set(english) & set(other):
            fields = [
                {name for _, name, _, _ in Formatter().parse(text) if name} for text in (english[key], other[key])
            ]
            assert fields[0] == fields[1], (language, key)
            assert isinstance(other[key], str) and other[key].strip(), (language, key)


def test_chinese_is_chinese_and_german_no_english():
    chinese = dict(leaves(_load("zh")))
    plain = [key for key, text in chinese.items() if not re.search(r"[\u4e00-\u9fff]", text)]
    assert set(plain) <= {"actor.system", "action.characters"}


def test_unknown_values_are_shown_as_they_are():
    words = Words("en")
    assert words.of("handoff_reason", "brand_new") == "brand_new"
    assert words.of("handoff_reason", None) == ""
    assert Words("xx")("name") == "English"
    with pytest.raises(KeyError):
        words("no.such")


def test_counts_have_the_number_of_the_language():
    key = "flag.reported_missing_last_12_months"
    assert Words("en").count(key, 1) == "1 other parcel reported missing in 12 months"
    assert Words("en").count(key, 2) == "2 other parcels reported missing in 12 months"
    assert "2" in Words("zh").count(key, 2)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("de-DE,de;q=0.9,en;q=0.8", "de"),
        ("fr,zh-CN;q=0.5", "zh"),
        ("en;q=0.2,de;q=0.8", "de"),
        ("x;q=a", "en"),
    ],
)
def test_strangers_are_met_in_their_language(accepted, language):
    assert language_of(accepted) == language


def test_times_spans_and_money_are_read_as_at_home():
    at = datetime(2026, 1, 31, 23, 30, tzinfo=timezone.utc)
    assert Formats("en", "Asia/Shanghai").when(at) == "1 Feb 2026, 07:30"
    assert Formats("de", "Europe/Berlin").when(at) == "01.02.2026, 00:30"
    assert Formats("zh", "Asia/Shanghai").when(at) == "2026年2月1日 07:30"
    assert Formats("en", "No/Where").when(at) == "31 Jan 2026, 23:30"
    formats = Formats("en", "UTC")
    assert formats.utc(at) == "2026-01-31 23:30:00 UTC"
    assert formats.span(timedelta(hours=3, minutes=20)) == "3 hrs 20 mins"
    assert formats.span(timedelta(days=-1, hours=-2)) == "1 day 2 hrs"
    assert formats.span(timedelta(seconds=20)) == "0 mins"
    assert formats.money({"amount": 820, "currency": "USD"}) == "US$820.00"
    assert formats.money(None) == "" and formats.money({"amount": 5}) == "5"
    assert formats.language("pl") == "Polish" and formats.language("qqq") == "qqq"


@pytest.mark.parametrize(
    ("buyer", "shown"),
    [(None, ""), ("", ""), ("abc", "•••"), ("abcde", "•••"), ("abcdef", "ab•••f"), ("王小明王小明", "王小•••明")],
)
def test_buyers_are_masked(buyer, shown):
    assert mask_buyer(buyer) == shown


@pytest.mark.parametrize(
    ("language", "shown"),
    [("ar", "rtl"), ("he", "rtl"), ("fa", "rtl"), ("pl", "auto"), (None, "auto"), ("", "auto"), ("xx-y", "auto")],
)
def test_a_message_stands_in_the_direction_of_its_language(language, shown):
    assert direction_of(language) == shown
