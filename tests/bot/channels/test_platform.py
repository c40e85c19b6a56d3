"""A platform's message is read as the contract says, and a reply is posted as the contract says."""

import json

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.platform import NotReadable, read_message, send
from bot.channels.signature import HEADER, BadSignature, verify
from bot.sender import PermanentlyRefused
from cases import settings
from cases.models import OutboxMessage
from tests.scripted_server import Answer, ScriptedServer

MESSAGE = {
    "id": "m-1",
    "conversation_id": "c-1",
    "buyer_id": "b-1",
    "marketplace": "ebay",
    "order_id": "DEMO-1001",
    "item_id": "ITEM-7001",
    "locale": "de-AT",
    "sent_at": "2026-11-23T12:00:00Z",
    "text": "Es ist nicht da. 没收到 📦",
    "attachments": [{"name": "door.jpg"}],
}
REQUIRED = ("id", "conversation_id", "buyer_id", "marketplace", "sent_at")
OPTIONAL = ("order_id", "item_id", "locale", "text", "attachments")


def body(**changed):
    return json.dumps({**MESSAGE, **changed}).encode()


def test_a_message_of_the_contract_is_read():
    assert read_message(body()) == MESSAGE


@pytest.mark.parametrize("name", OPTIONAL)
def test_what_is_optional_may_be_missing(name):
    kept = {key: value for key, value in MESSAGE.items() if key != name}
    assert read_message(json.dumps(kept).encode()) == kept


@pytest.mark.parametrize("name", ["order_id", "item_id", "locale"])
def test_what_is_optional_may_be_null(name):
    assert read_message(body(**{name: None}))[name] is None


def test_fields_that_nobody_knows_are_passed_over():
    assert read_message(body(mood="cross"))["id"] == "m-1"


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("value", [None, "", "  ", 7, [], {}])
def test_what_is_required_must_be_a_text_that_is_not_empty(name, value):
    with pytest.raises(NotReadable, match=f"'{name}'"):
        read_message(body(**{name: value}))


@pytest.mark.parametrize("name", REQUIRED)
def test_what_is_required_must_be_there(name):
    with pytest.raises(NotReadable, match=f"'{name}'"):
        read_message(json.dumps({key: value for key, value in MESSAGE.items() if key != name}).encode())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("order_id", 7),
        ("item_id", ["a"]),
        ("locale", {}),
        ("text", 7),
        ("text", None),
        ("text", ["a"]),
        ("attachments", "door.jpg"),
        ("attachments", None),
        ("attachments", {}),
    ],
)
def test_a_wrong_type_is_told_by_the_fields_name(name, value):
    with pytest.raises(NotReadable, match=f"'{name}'"):
        read_message(body(**{name: value}))


@pytest.mark.parametrize("name", ["id", "conversation_id", "buyer_id", "order_id", "item_id"])
def test_an_identifier_longer_than_the_database_keeps_is_refused(name):
    assert read_message(body(**{name: "x" * 255}))[name] == "x" * 255
    with pytest.raises(NotReadable, match="longer than 255"):
        read_message(body(**{name: "x" * 256}))


@pytest.mark.parametrize(("name", "length"), [("marketplace", 65), ("locale", 36)])
def test_a_marketplace_or_locale_longer_than_the_database_keeps_is_refused(name, length):
    with pytest.raises(NotReadable):
        read_message(body(**{name: "x" * length}))


@pytest.mark.parametrize(
    "raw",
    [b"", b"nothing", b'{"id": ', b"[]", b"7", b"null", b'"text"', b"\xff\xfe\xfa", b"[" * 100_000, b"{}"],
    ids=["empty", "words", "half", "list", "number", "null", "text", "no UTF-8", "deep", "object"],
)
def test_what_is_no_message_is_not_readable(raw):
    with pytest.raises(NotReadable):
        read_message(raw)


def test_half_an_emoji_is_left_out_because_no_database_keeps_it():
    raw = body().replace("没收到".encode("unicode_escape"), b"\\ud83d")
    assert read_message(raw)["text"] == "Es ist nicht da. ? 📦"


@given(st.binary(max_size=200))
def test_no_bytes_at_all_break_the_door(raw):
    with pytest.raises(NotReadable):
        read_message(raw)


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=3))


@given(st.dictionaries(st.sampled_from([*REQUIRED, *OPTIONAL]), JSON))
def test_whatever_is_read_has_the_types_of_the_contract(changed):
    try:
        found = read_message(body(**changed))
    except NotReadable:
        return
    assert all(isinstance(found[name], str) and found[name].strip() for name in REQUIRED)
    assert isinstance(found["text"], str) and isinstance(found["attachments"], list)


@pytest.fixture
def platform(var, monkeypatch):
    """``platform(answer…)``: a platform that takes replies, where `send` posts them."""
    started = []

    def start(*script):
        server = ScriptedServer(*script, otherwise=Answer(202)).__enter__()
        started.append(server)
        monkeypatch.setenv("PORCHLIGHT_PLATFORM_REPLIES_URL", f"{server.url}/replies")
        monkeypatch.setenv("PORCHLIGHT_PLATFORM_SECRET", "a-secret-for-tests")
        settings.settings.cache_clear()
        return server

    yield start
    for server in started:
        server.__exit__()


@pytest.fixture
def reply():
    """A reply on its way out."""
    return OutboxMessage(
        id="o-1",
        conversation_id="c-1",
        in_reply_to="m-1",
        text="Schauen wir nach. 没收到 📦",
        language="de",
        sender_kind="assistant",
        buttons=[{"title": "Ja", "payload": "Ja"}],
    )


def test_a_reply_is_posted_as_the_contract_says(platform, reply):
    server = platform()
    send(reply)
    [call] = server.calls
    assert (call.method, call.path) == ("POST", "/replies")
    assert call.data == {
        "id": "o-1",
        "conversation_id": "c-1",
        "in_reply_to": "m-1",
        "text": "Schauen wir nach. 没收到 📦",
        "language": "de",
        "sender_kind": "assistant",
        "buttons": [{"title": "Ja", "payload": "Ja"}],
    }


def test_a_reply_is_signed_over_the_bytes_that_are_sent(platform, reply):
    server = platform()
    send(reply)
    [call] = server.calls
    verify("a-secret-for-tests", call.body, call.headers[HEADER])
    with pytest.raises(BadSignature):
        verify("another-secret", call.body, call.headers[HEADER])


@pytest.mark.parametrize("status", [400, 404, 410, 413, 422])
def test_a_refusal_that_stays_one_is_told_as_permanent(platform, reply, status):
    platform(Answer(status))
    with pytest.raises(PermanentlyRefused, match=str(status)):
        send(reply)


@pytest.mark.parametrize("status", [401, 403, 408, 409, 429, 500, 502, 503, 504])
def test_a_refusal_that_may_pass_is_told_as_a_failure_to_be_tried_again(platform, reply, status):
    platform(Answer(status, headers={"Retry-After": "7"}))
    with pytest.raises(requests.HTTPError) as raised:
        send(reply)
    assert raised.value.response.headers["Retry-After"] == "7"


def test_a_platform_that_hangs_up_or_is_slow_is_a_failure_to_be_tried_again(platform, reply, monkeypatch):
    monkeypatch.setattr("bot.channels.platform.SEND_SECONDS", (1, 0.2))
    platform(Answer(hang_up=True), Answer(after=3))
    for _ in range(2):
        with pytest.raises(requests.RequestException):
            send(reply)
