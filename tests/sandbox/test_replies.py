"""Replies come in signed, are stored once, and appear live; the failure switch makes the door fail."""

from __future__ import annotations

import json
import subprocess
import time
import uuid
from typing import Any, Dict, Iterator, Optional

import pytest
import requests

from sandbox.signature import sign
from tests.sandbox.running_sandbox import SECRET, TOKEN


@pytest.fixture
def reply() -> Dict[str, Any]:
    return {
        "id": f"reply-{uuid.uuid4()}",
        "conversation_id": f"conversation-{uuid.uuid4()}",
        "in_reply_to": "m-1",
        "text": "Das tut mir leid.",
        "language": "de",
        "sender_kind": "assistant",
        "buttons": [],
    }


@pytest.fixture
def failures(sandbox) -> Iterator[Any]:
    yield lambda switch: sandbox.post("/marketplace/api/failures", switch)
    sandbox.post("/marketplace/api/failures", {})


def send(sandbox: Any, reply: Any, header: Optional[str] = None, secret: str = SECRET) -> requests.Response:
    body = reply if isinstance(reply, bytes) else json.dumps(reply).encode()
    headers = {"X-Porchlight-Signature": sign(secret, body) if header is None else header}
    return requests.post(f"{sandbox.url}/marketplace/replies", data=body, headers=headers, timeout=10)


def test_a_reply_is_stored_once(sandbox, reply):
    first, again = send(sandbox, reply), send(sandbox, reply)
    assert (first.status_code, first.json()) == (200, {"status": "stored"})
    assert (again.status_code, again.json()) == (200, {"status": "duplicate"})
    [message] = sandbox.messages(reply["conversation_id"])
    assert {name: message[name] for name in reply} == reply
    assert message["delivery"] is None


def test_a_conversation_with_all_three_senders(sandbox, reply):
    conversation = reply["conversation_id"]
    sandbox.write(conversation, "Where is it?")
    send(sandbox, reply)
    send(sandbox, {**reply, "id": reply["id"] + "-2", "sender_kind": "agent"})
    assert [message["sender_kind"] for message in sandbox.messages(conversation)] == ["buyer", "assistant", "agent"]
    head = sandbox.get(f"/marketplace/api/conversations/{conversation}/messages").json()
    assert head["order_id"] == "DEMO-1001"


def test_the_signature_is_what_another_program_computes():
    made = subprocess.run(
        ["openssl", "dgst", "-sha256", "-hmac", "secret", "-hex"],
        input=b"1700000000.{}",
        capture_output=True,
        check=True,
    )
    digest = made.stdout.decode().split()[-1]
    assert sign("secret", b"{}", at=1700000000) == f"t=1700000000,v1={digest}"


@pytest.mark.parametrize("header", ["", "t=1", "v1=abc", "nonsense", "t=x,v1=y", "t=١٢,v1=é".encode()])
def test_unreadable_signatures(sandbox, reply, header):
    assert send(sandbox, reply, header=header).status_code == 401
    assert sandbox.messages(reply["conversation_id"]) == []


def test_wrong_and_stale_signatures(sandbox, reply):
    body = json.dumps(reply).encode()
    now = int(time.time())
    assert send(sandbox, reply, secret="another").status_code == 401
    assert send(sandbox, body + b" ", header=sign(SECRET, body)).status_code == 401
    assert send(sandbox, body, header=sign(SECRET, body, at=now - 310)).status_code == 401
    assert send(sandbox, body, header=sign(SECRET, body, at=now + 310)).status_code == 401
    assert send(sandbox, body, header=sign(SECRET, body, at=now - 290)).status_code == 200


@pytest.mark.parametrize(
    "change",
    [{"text": "x" * 2001}, {"text": ""}, {"sender_kind": "buyer"}, {"id": ""}, {"conversation_id": None}, {"text": 7}],
)
def test_replies_of_a_wrong_shape(sandbox, reply, change):
    response = send(sandbox, {**reply, **change})
    assert response.status_code == 422
    assert response.json()["error"]["errors"][0]["field"] == next(iter(change))


def test_two_thousand_characters_pass_in_any_script(sandbox, reply):
    assert send(sandbox, {**reply, "text": "包" * 2000}).status_code == 200


def test_no_json(sandbox):
    assert send(sandbox, b"{").status_code == 400


def test_buttons_may_be_words_or_objects(sandbox, reply):
    send(sandbox, {**reply, "buttons": ["Yes", {"title": "No", "payload": "/deny"}]})
    [message] = sandbox.messages(reply["conversation_id"])
    assert message["buttons"] == [{"title": "Yes", "payload": None}, {"title": "No", "payload": "/deny"}]


def test_the_switch_fails_the_next_replies(sandbox, reply, failures):
    assert failures({"replies": {"status": 500, "times": 2}}).status_code == 200
    assert [send(sandbox, reply).status_code for _ in range(3)] == [500, 500, 200]
    assert len(sandbox.messages(reply["conversation_id"])) == 1


def test_the_switch_slows_a_reply_down(sandbox, reply, failures):
    failures({"replies": {"delay_seconds": 0.5, "times": 1}})
    started = time.monotonic()
    assert send(sandbox, reply).json() == {"status": "stored"}
    assert time.monotonic() - started >= 0.5


def test_the_switch_loses_an_answer(sandbox, reply, failures):
    failures({"replies": {"status": 503, "times": 1, "after_storing": True}})
    assert send(sandbox, reply).status_code == 503
    assert send(sandbox, reply).json() == {"status": "duplicate"}


def test_the_switch_refuses_what_it_does_not_know(sandbox, failures):
    assert failures({"replies": {"times": 1}}).status_code == 422
    assert failures({"answers": {"status": 500}}).status_code == 422


def test_a_bad_signature_does_not_use_up_the_switch(sandbox, reply, failures):
    failures({"replies": {"status": 500, "times": 1}})
    send(sandbox, reply, secret="another")
    assert sandbox.get("/marketplace/api/failures").json()["replies"]["times"] == 1


def events(sandbox: Any, conversation: str, **headers: str) -> Iterator[Dict[str, Any]]:
    response = requests.get(
        f"{sandbox.url}/marketplace/api/conversations/{conversation}/events",
        stream=True,
        headers={"Authorization": f"Bearer {TOKEN}", **headers},
        timeout=10,
    )
    event: Dict[str, Any] = {}
    # Small chunks: requests holds back lines until a chunk is full.
    for line in response.iter_lines(chunk_size=1, decode_unicode=True):
        if line.startswith("id: "):
            event["id"] = line[4:]
        elif line.startswith("data: "):
            event["message"] = json.loads(line[6:])
        elif not line and event:
            yield event
            event = {}


def test_live_events_and_coming_back_to_them(sandbox, reply):
    conversation = reply["conversation_id"]
    send(sandbox, reply)
    live = events(sandbox, conversation)
    first = next(live)
    assert first["message"]["text"] == "Das tut mir leid."
    send(sandbox, {**reply, "id": reply["id"] + "-2", "text": "second"})
    assert next(live)["message"]["text"] == "second"
    send(sandbox, {**reply, "id": reply["id"] + "-3", "text": "third"})
    missed = events(sandbox, conversation, **{"Last-Event-ID": first["id"]})
    assert [next(missed)["message"]["text"] for _ in range(2)] == ["second", "third"]


def test_live_events_tell_the_delivery_state(sandbox, reply):
    sandbox.write(reply["conversation_id"], "hello")
    live = events(sandbox, reply["conversation_id"])
    while next(live)["message"]["delivery"]["state"] != "stored":
        pass


def test_a_restart_keeps_the_conversation(own_sandbox, bot, reply):
    before = own_sandbox(bot.url).start()
    before.write(reply["conversation_id"], "hello")
    send(before, reply)
    said = [message["text"] for message in before.messages(reply["conversation_id"])]
    before.stop()
    after = own_sandbox(bot.url).start()
    assert (
        [message["text"] for message in after.messages(reply["conversation_id"])]
        == said
        == ["hello", "Das tut mir leid."]
    )
    assert send(after, reply).json() == {"status": "duplicate"}
