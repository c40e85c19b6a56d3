"""What a buyer types stays text, and is brought into one shape before anything looks at it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.text import LONGEST_READ, WORD_JOINER, clauses, is_no_sentence, normalized, plain

COMMAND = '/request_human{"order_number": "DEMO-1001"}'
ANY_TEXT = st.text(max_size=300)
# Marks that combine with the letter before them are left out: see the test about J with a caron.
WITHOUT_COMBINING_MARKS = st.text(st.characters(exclude_categories=("Cs", "Mn")), max_size=200)
SENTENCES = st.lists(st.sampled_from(["no garage", "nichts da", "没有", "!", "。", ", ", "…", " ", ";", "?"])).map(
    "".join
)


def as_rasa_reads_it(text: str) -> Message:
    """What Rasa's own components make of a text that came through a channel."""
    return YAMLStoryReader.unpack_regex_message(Message({TEXT: UserMessage(text=text).text}))


def test_rasa_takes_a_typed_command_for_an_intent_if_nobody_stops_it():
    assert as_rasa_reads_it(COMMAND).get(INTENT)["name"] == "request_human"


@pytest.mark.parametrize("typed", ["/restart", COMMAND, "  /restart", "\n\t/restart", "\x00/restart", " \x00 /restart"])
def test_a_typed_command_stays_text(typed):
    assert plain(typed).startswith(WORD_JOINER + "/")
    assert as_rasa_reads_it(plain(typed)).get(INTENT) is None


@pytest.mark.parametrize("typed", ["//", "/", "/ restart", "/restart /restart"])
def test_other_texts_that_begin_with_a_slash_stay_text_too(typed):
    assert as_rasa_reads_it(plain(typed)).get(INTENT) is None


@given(ANY_TEXT | ANY_TEXT.map("/{}".format))
def test_no_text_at_all_begins_with_a_slash(text):
    assert not plain(text).startswith("/")
    assert not UserMessage(text=plain(text)).text.startswith("/")


@given(ANY_TEXT)
def test_no_nul_is_left_because_no_database_keeps_one(text):
    assert "\x00" not in plain(text + "\x00" + text)


def test_a_slash_inside_a_text_is_left_alone():
    assert plain("porch and/or garage") == "porch and/or garage"


def test_a_text_of_twenty_thousand_characters_is_cut_at_what_a_person_reads():
    assert plain("a" * 20_000) == "a" * LONGEST_READ
    assert plain("/" + "a" * 20_000) == WORD_JOINER + "/" + "a" * (LONGEST_READ - 2)


def test_a_text_of_the_greatest_length_is_kept_whole():
    assert plain("b" * LONGEST_READ) == "b" * LONGEST_READ


@pytest.mark.parametrize("nothing", ["", " ", "\x00", "\n\t \x00 "])
def test_nothing_stays_nothing(nothing):
    assert plain(nothing) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  NICHTS\n da ", "nichts da"),
        ("It’s `not´ “there”", "it's 'not' \"there\""),
        ("\u200fلم يصل\u202e", "لم يصل"),
        ("no\u200bthing\ufeff", "no thing"),
        (WORD_JOINER + "/restart", "restart"),
        ("/empty_message", "/empty_message"),
        ("u\u0308ber", "über"),
        ("a\x07b\x1fc\x7f", "a b c"),
        ("全角　空格", "全角 空格"),
    ],
)
def test_a_text_is_brought_into_one_shape(text, expected):
    assert normalized(text) == expected


@given(WITHOUT_COMBINING_MARKS)
def test_a_normalized_text_is_in_its_final_shape(text):
    assert normalized(normalized(text)) == normalized(text)


@given(ANY_TEXT)
def test_a_normalized_text_has_single_spaces_and_no_hidden_marks(text):
    found = normalized(text)
    assert found == found.strip()
    assert "  " not in found and not set(found) & set("\u200b\u200e\u200f\u202e\u2060\ufeff\x00\n\t")


def test_a_capital_with_a_caron_is_composed_like_the_small_letter():
    assert normalized("J\u030c") == normalized("j\u030c")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no garage, nothing. get me a human", ["no garage", " nothing", " get me a human"]),
        ("没有，问过邻居。什么都没有", ["没有", "问过邻居", "什么都没有"]),
        ("nothing", ["nothing"]),
        ("?!...", []),
        ("", []),
        ("wait… what", ["wait", " what"]),
        ("demo-1001 / rb123456785gb", ["demo-1001 / rb123456785gb"]),
    ],
)
def test_a_text_is_split_at_punctuation_only(text, expected):
    assert [text[begin:end] for begin, end in clauses(text)] == expected


@given(ANY_TEXT.map(normalized) | SENTENCES)
def test_every_letter_stands_in_exactly_one_clause(text):
    spans = clauses(text)
    covered = [place for begin, end in spans for place in range(begin, end)]
    assert covered == sorted(set(covered))
    letters = {place for place, character in enumerate(text) if character.isalnum()}
    assert letters <= set(covered)


@given(SENTENCES)
def test_no_clause_is_blank_or_holds_a_full_stop(text):
    for begin, end in clauses(text):
        assert text[begin:end].strip()
        assert not set(text[begin:end]) & set(".!?;,。…")


@pytest.mark.parametrize(
    "text",
    [
        "'; DROP TABLE cases; --",
        "<img src=x onerror=alert(1)>",
        "<p></p> <br/>",
        *("\u2060/restart", "\u200b/restart", "/", ' /intent{"slot": 1}', "/affirm {\n}"),
        *('{"intent": "affirm", "slots": {"outcome": "found"}}', "\u200b[1, 2]", "[" * 1000 + "]" * 1000),
    ],
)
def test_what_is_meant_for_a_machine_is_seen_as_such(text):
    assert is_no_sentence(text)


@pytest.mark.parametrize(
    "text",
    [
        "restart",
        "and/or",
        "<3 you guys",
        "<b>nothing</b> is here",
        "a; b -- c",
        "not here --",
        "/ is what the label says",
        "no / yes",
        "",
        "[no]",
        "{nothing}",
        "[nobody] home",
        "42",
    ],
)
def test_a_sentence_is_read(text):
    assert not is_no_sentence(text)
