"""The reply is in the buyer's language, filled in, with dates as that language writes them."""

from string import Formatter

import pytest
from ruamel.yaml import YAML

from bot import nlg, script
from bot.nlg import ReplyGenerator, languages, localized, replies
from bot.turn_failed import TurnFailed
from tests.bot.conversation import ROOT, conversation, domain

AT = "2026-11-20T12:05:00+00:00"
SIGNED = {"tracking_status": "delivered", "signed_by": "A. B.", "delivered_at": AT}
LANGUAGES = sorted({"en", *(path.stem for path in (ROOT / "bot" / "replies").glob("??.yml"))})
KEYS = list(YAML(typ="safe", pure=True).load((ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"])
VALUES = {
    "answer_by": AT,
    "delivered_at": AT,
    "expected_on": "2026-11-25",
    "follow_up_at": AT,
    "masked_address": "Musterstraße, Berlin",
    "order_number": "DEMO-1001",
    "other_tracking_number": "CC731101224DE",
    "pickup_point": "Kiosk am Nordbahnhof",
    "pickup_until": "2026-11-28",
    "signed_by": "M. Keller",
    "tracking_number": "CC731010015DE",
    "time_zone": "Europe/Berlin",
}
SEARCHING = {"delivery_class": "D0", "tracking_status": "delivered", "masked_address": "Musterstraße, Berlin"}


@pytest.fixture(scope="module")
def generator():
    """The product's wording."""
    return ReplyGenerator(domain=domain())


async def said(generator, key, **slots):
    return await generator.generate(key, conversation(**slots), "unsent")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", KEYS)
def test_every_reply_can_be_said_in_every_language(generator, key, language):
    reply = generator.say(key, {"language": language}, **VALUES)
    assert reply["language"] == language
    assert reply["text"].strip()
    assert not set("{}") & set(reply["text"]) and "None" not in reply["text"]
    assert AT not in reply["text"]


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "en"])
def test_no_other_language_repeats_the_english_wording(generator, language):
    english = {generator.say(key, {"language": "en"}, **VALUES)["text"] for key in KEYS}
    assert not english & {generator.say(key, {"language": language}, **VALUES)["text"] for key in KEYS}


def test_the_languages_are_those_with_a_file_and_english():
    assert languages()[0] == "en"
    assert sorted(languages()) == LANGUAGES


@pytest.mark.parametrize(
    ("language", "beginning"), [("de", "Guten Tag"), ("en", "Hello"), (None, "Hello"), ("eo", "Hello")]
)
async def test_a_reply_is_in_the_conversations_language_and_else_in_english(generator, language, beginning):
    reply = await said(generator, "utter_greet", language=language)
    assert reply["text"].startswith(beginning)


async def test_a_reply_that_fell_back_to_english_says_so(generator):
    assert (await said(generator, "utter_greet", language="eo"))["language"] == "en"


async def test_a_key_that_a_language_lacks_is_said_in_english_with_english_dates(generator, tmp_path, monkeypatch):
    (tmp_path / "de.yml").write_text("responses: {utter_greet: [{text: Servus}]}", encoding="utf-8")
    monkeypatch.setattr(nlg, "REPLIES", tmp_path)
    replies.cache_clear()
    try:
        assert (await said(generator, "utter_greet", language="de"))["text"] == "Servus"
        reply = await said(generator, "utter_facts_collected", language="de", delivered_at=AT, time_zone="UTC")
    finally:
        replies.cache_clear()
    assert reply["language"] == "en"
    assert "November 20, 2026" in reply["text"]


@pytest.mark.parametrize(
    ("language", "written"),
    [("en", "November 20, 2026, 1:05 PM"), ("de", "20. November 2026, 13:05"), ("zh", "2026年11月20日 13:05")],
)
def test_a_time_is_written_as_the_language_writes_it(language, written):
    [found] = localized({"delivered_at": AT}, language, "Europe/Berlin").values()
    assert " ".join(found.split()) == written


@pytest.mark.parametrize(
    ("language", "written"), [("en", "November 25, 2026"), ("de", "25. November 2026"), ("zh", "2026年11月25日")]
)
@pytest.mark.parametrize("name", ["expected_on", "pickup_until"])
def test_a_date_is_written_as_the_language_writes_it(language, written, name):
    assert localized({name: "2026-11-25"}, language, None) == {name: written}


@pytest.mark.parametrize(
    ("zone", "written"),
    [
        ("Asia/Shanghai", "21. November 2026, 07:30"),
        ("America/Los_Angeles", "20. November 2026, 15:30"),
        (None, "21. November 2026, 00:30"),  # the desk's, Europe/Berlin
    ],
)
def test_a_time_is_told_in_the_readers_time_zone(zone, written):
    assert localized({"answer_by": "2026-11-20T23:30:00+00:00"}, "de", zone) == {"answer_by": written}


async def test_the_time_zone_of_the_order_is_used(generator):
    reply = await said(generator, "utter_handover_who_when", language="de", answer_by=AT, time_zone="Asia/Shanghai")
    assert "20:05" in reply["text"]


def test_only_times_are_rewritten():
    values = {"order_number": "2026-11-25", "delivered_at": None, "has_photo": True, "pickup_point": "10:00 Kiosk"}
    assert localized(values, "de", None) == values


async def test_a_placeholder_without_a_value_fails_the_turn_and_nobody_reads_none(generator):
    with pytest.raises(TurnFailed, match="utter_order_unknown"):
        await said(generator, "utter_order_unknown")
    with pytest.raises(TurnFailed, match="masked_address"):
        await said(generator, "utter_ask_address_confirmed", masked_address=None)


async def test_a_key_without_wording_fails_the_turn(generator):
    with pytest.raises(TurnFailed, match="utter_sing"):
        await said(generator, "utter_sing")


async def test_what_is_said_with_the_reply_wins_over_slots(generator):
    reply = await generator.generate(
        "utter_order_unknown", conversation(order_number="DEMO-1"), "unsent", order_number="DEMO-2"
    )
    assert "DEMO-2" in reply["text"]


async def test_curly_brackets_in_a_value_are_only_text(generator):
    reply = await said(generator, "utter_order_unknown", order_number="{language}")
    assert "{language}" in reply["text"]


@pytest.mark.parametrize(
    ("key", "slots", "part"),
    [
        ("utter_ask_checked_household", {"delivery_class": "D1", "signed_by": "M. Keller"}, "M. Keller"),
        ("utter_ask_checked_hidden_spots", {"delivery_class": "D2"}, "in the letterbox after all"),
        ("utter_ask_checked_hidden_spots", {"delivery_class": "D3", "delivery_place": "porch"}, "on the porch"),
        ("utter_ask_checked_hidden_spots", {"delivery_class": "D0"}, "less obvious place"),
        ("utter_proof", {**SIGNED, "delivery_class": "D1"}, "A. B."),
        ("utter_proof", {**SIGNED, "delivery_class": "D4"}, "at a neighbouring address"),
        ("utter_proof", {**SIGNED, "delivery_class": "D13"}, "handed to a person"),
        ("utter_proof", {"tracking_status": "in_transit"}, "no delivery yet"),
    ],
)
async def test_the_wording_fits_what_the_carrier_recorded(generator, key, slots, part):
    assert part in (await said(generator, key, **slots))["text"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_who_signed_for_somebody_else_is_named_to_nobody(generator, language):
    questions = [f"utter_{how}_{check}" for how in ("ask", "again") for check in script.CHECKS]
    for delivery_class in (f"D{number}" for number in range(15) if number not in (1, 8)):
        known = {**SIGNED, "delivery_class": delivery_class, "language": language, "masked_address": "Bonn"}
        for key in ("utter_proof", *questions):
            assert SIGNED["signed_by"] not in (await said(generator, key, **known))["text"], (delivery_class, key)


async def test_one_question_at_a_time_brings_its_buttons(generator):
    reply = await said(generator, "utter_ask_checked_neighbors", **SEARCHING, ask_style="one_at_a_time")
    assert [button["title"] for button in reply["buttons"]] == ["Yes", "No", "I will ask"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_slow_channels_get_all_open_questions_as_one_list(generator, language):
    reply = await said(
        generator, "utter_ask_checked_neighbors", **SEARCHING, ask_style="all_at_once", language=language
    )
    first, *questions = reply["text"].splitlines()
    expected = [generator.say(f"utter_ask_{check}", {"language": language, **SEARCHING}) for check in script.CHECKS]
    assert questions == [f"– {question['text']}" for question in expected]
    assert first == generator.say("utter_open_points", {"language": language})["text"]
    assert reply["language"] == language
    assert not reply.get("buttons")


async def test_the_list_holds_only_what_is_still_open_and_fits_the_class(generator):
    slots = {**SEARCHING, "delivery_class": "D1", "signed_by": "M. Keller", "checked_neighbors": "not_there"}
    reply = await said(generator, "utter_ask_checked_household", **slots, ask_style="all_at_once")
    _, *questions = reply["text"].splitlines()
    assert len(questions) == 3
    assert "M. Keller" in questions[0]


async def test_asking_again_has_another_first_sentence(generator):
    once = await said(generator, "utter_ask_checked_neighbors", **SEARCHING, ask_style="all_at_once")
    again = await said(generator, "utter_again_checked_neighbors", **SEARCHING, ask_style="all_at_once")
    assert once["text"].splitlines()[0] != again["text"].splitlines()[0]
    assert once["text"].splitlines()[1:] == again["text"].splitlines()[1:]


async def test_the_last_open_question_is_asked_alone_and_not_as_a_list(generator):
    slots = {**SEARCHING, **dict.fromkeys(script.PLACES, "not_there"), "ask_style": "all_at_once"}
    for key in ("utter_ask_address_confirmed", "utter_again_address_confirmed"):
        assert (await said(generator, key, **slots))["text"] == generator.say(key, slots)["text"]


async def test_order_number_and_verification_are_never_put_into_a_list(generator):
    reply = await said(generator, "utter_ask_order_number", ask_style="all_at_once")
    assert "\n" not in reply["text"]


def test_the_dummy_values_cover_every_placeholder():
    responses = domain().responses
    names = {name for key in KEYS for _, name, _, _ in Formatter().parse(responses[key][0]["text"]) if name}
    assert names <= set(VALUES)
