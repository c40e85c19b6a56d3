"""The signed door: who may come in, and what comes in."""

import json
import time

import pytest

from bot.channels.signature import sign
from tests.running_product import SECRET, eventually

pytestmark = pytest.mark.processes
MISSING = "My parcel is marked as delivered but I don't have it"
REQUIRED = ["id", "conversation_id", "buyer_id", "marketplace", "sent_at"]
STRANGE = {
    "nothing": "",
    "only spaces": " \n\t ",
    "only emoji": "😡😡😡",
    "only punctuation": "?!?!...",
    "only NUL bytes": "\x00\x00",
    "right-to-left marks": "\u202e\u200f\u2067 no \u2069\u202c",
    "zero-width characters": "\u200b\u2060\ufeff",
    "a slash": "/",
    "a hidden slash": "\u200b/restart",
    "a template": "{order_number} {{7*7}}",
    "JSON": '{"intent": "affirm", "slots": {"outcome": "found"}}',
    "SQL": "'; DROP TABLE cases; --",
    "HTML": "<img src=x onerror=alert(1)>",
}


def test_a_signed_message_is_stored(product, buyer):
    answer = product.post_signed(buyer().webhook(MISSING))
    assert (answer.status_code, answer.json()) == (202, {"status": "stored"})


@pytest.mark.parametrize(
    "signature",
    {
        "none": lambda raw: "",
        "of another secret": lambda raw: sign("another-secret", raw),
        "of another body": lambda raw: sign(SECRET, raw + b" "),
        "stale": lambda raw: sign(SECRET, raw, int(time.time()) - 301),
        "from the future": lambda raw: sign(SECRET, raw, int(time.time()) + 330),
        "without a time": lambda raw: sign(SECRET, raw).split(",")[1],
        "nonsense": lambda raw: "t=soon,v1=trust-me",
    }.items(),
    ids=lambda pair: pair[0],
)
def test_without_a_fresh_signature_nothing_is_taken(product, buyer, signature):
    writer = buyer()
    raw = json.dumps(writer.webhook(MISSING)).encode()
    assert product.post_signed(raw, signature[1](raw)).status_code == 401
    assert writer.case is None


def test_a_signature_of_some_minutes_ago_is_taken(product, buyer):
    raw = json.dumps(buyer().webhook(MISSING)).encode()
    assert product.post_signed(raw, sign(SECRET, raw, int(time.time()) - 240)).status_code == 202


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'"text"', b"null", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json_object_is_refused(product, raw):
    assert product.post_signed(raw).status_code == 400


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("value", ["missing", None, "", 7])
def test_a_field_that_is_missing_or_wrong_is_refused_by_name(product, buyer, name, value):
    body = buyer().webhook(MISSING, **{name: value})
    if value == "missing":
        del body[name]
    answer = product.post_signed(body)
    assert answer.status_code == 400 and name in answer.text


@pytest.mark.parametrize("wrong", [{"text": 7}, {"attachments": "photo"}, {"locale": ["de"]}, {"id": "x" * 300}])
def test_a_field_of_the_wrong_kind_is_refused(product, buyer, wrong):
    assert product.post_signed({**buyer().webhook(MISSING), **wrong}).status_code == 400


def test_a_message_that_is_too_large_is_refused(product, buyer):
    writer = buyer()
    assert product.post_signed(writer.webhook("x" * 600_000)).status_code == 413
    assert writer.case is None


def test_what_the_platform_sends_besides_is_ignored(product, buyer):
    writer = buyer()
    assert product.post_signed(writer.webhook(MISSING, outcome="found", shop={"id": 7})).status_code == 202
    eventually(lambda: writer.replies)
    assert writer.slots["outcome"] is None


def test_the_same_message_twice_is_one_message(product, buyer):
    writer = buyer("DEMO-1001", "platform")
    body = writer.webhook(MISSING)
    assert [product.post_signed(body).json()["status"] for _ in range(3)] == ["stored", "duplicate", "duplicate"]
    eventually(lambda: writer.replies)
    writer.writes("The neighbours don't have it")
    eventually(lambda: len(writer.case["messages"]) >= 4)
    assert [line["sender_kind"] for line in writer.case["messages"]] == ["buyer", "assistant"] * 2
    assert product.post_signed(body).json() == {"status": "duplicate"}, "also after it was answered"


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_message_is_answered_and_the_question_stays(buyer, name):
    writer = buyer("DEMO-1001", "platform")
    writer.says(MISSING)
    said = writer.says(STRANGE[name])
    assert said or name == "right-to-left marks"
    slots = writer.slots
    assert "{" not in said and "49" not in said
    if name == "right-to-left marks":
        assert slots["checked_neighbors"] == "not_there", "the marks are not seen, the word is"
        return
    assert (slots["outcome"], slots["requested_slot"]) == (None, "checked_neighbors")
    assert "neighbour" in writer.says("Hello?") or "neighbour" in said


@pytest.mark.parametrize("name", ["nothing", "only emoji", "only NUL bytes", "a slash"])
def test_a_strange_first_message_is_answered(buyer, name):
    writer = buyer("DEMO-1001", "platform")
    assert "automated assistant" in writer.says(STRANGE[name])
    writer.says(MISSING)
    assert writer.slots["requested_slot"] == "checked_neighbors"


def test_nul_bytes_within_words_do_no_harm(buyer):
    writer = buyer("DEMO-1001", "platform")
    writer.says(MISSING)
    writer.says("The neigh\x00bours don't have it\x00")
    assert writer.slots["checked_neighbors"] == "not_there"
    assert "\x00" not in json.dumps(writer.case)


def test_half_a_character_at_the_end_of_a_cut_text_does_no_harm(product, buyer):
    writer = buyer("DEMO-1001", "platform")
    answer = product.post_signed(writer.webhook(f"{MISSING} \ud83d"))
    assert answer.status_code == 202
    assert eventually(lambda: writer.replies)
    assert writer.case["messages"][0]["text"] == f"{MISSING} ?"


def test_only_an_attachment_is_thanked_for_and_kept_for_the_agent(product, buyer):
    writer = buyer("DEMO-1001", "platform")
    writer.says(MISSING)
    said = writer.says("", attachments=[{"type": "image/jpeg", "url": "https://marketplace.example/1.jpg"}])
    assert "attachment" in said and "neighbour" in said
    assert writer.slots["requested_slot"] == "checked_neighbors"


def test_twenty_thousand_characters_are_read(buyer):
    writer = buyer("DEMO-1001", "platform")
    writer.says(MISSING)
    text = ("The neighbours don't have it. " * 700)[:20_000]
    writer.says(text)
    assert writer.case["messages"][2]["text"] == text
    assert writer.slots["checked_neighbors"] == "not_there"
    assert "garage" in writer.says("Hello?") or writer.slots["requested_slot"] == "checked_household"


def test_twenty_thousand_characters_without_a_space(buyer):
    writer = buyer("DEMO-1001", "platform", locale="en")
    assert "automated assistant" in writer.says("a" * 20_000)


def test_the_development_door_refuses_nonsense_as_well(product):
    for body in ([], {}, {"sender": "", "message": "x"}, {"sender": 7}, {"sender": "x", "message": ["y"]}):
        assert product.say_at_rest_door(body).status_code == 400
