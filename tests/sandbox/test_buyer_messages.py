"""Buyers' messages reach the bot: signed, in order, once each, and however long the bot is away."""

from __future__ import annotations

import hashlib
import hmac
import signal
import time
import uuid

import pytest

from tests.sandbox.bot_double import BotDouble
from tests.sandbox.running_sandbox import SECRET, eventually, free_port


@pytest.fixture
def conversation() -> str:
    return f"conversation-{uuid.uuid4()}"


def test_the_webhook_is_exactly_the_contract(sandbox, bot, conversation):
    written = sandbox.write(conversation, "Ich habe nichts. 没收到 📦", locale="de")
    [webhook] = eventually(lambda: bot.of(conversation))
    assert webhook.path == "/webhooks/platform/messages"
    assert webhook.message == {
        "id": written["id"],
        "conversation_id": conversation,
        "buyer_id": "demo-buyer",
        "marketplace": "sandbox",
        "order_id": "DEMO-1001",
        "item_id": "ITEM-7001",
        "locale": "de",
        "sent_at": written["sent_at"],
        "text": "Ich habe nichts. 没收到 📦",
        "attachments": [],
    }
    parts = dict(part.split("=", 1) for part in webhook.signature.split(","))
    expected = hmac.new(SECRET.encode(), f"{parts['t']}.".encode() + webhook.body, hashlib.sha256).hexdigest()
    assert parts["v1"] == expected
    assert abs(time.time() - int(parts["t"])) < 60


def test_what_is_not_known_is_left_out(sandbox, bot, conversation):
    sandbox.write(conversation, "hello", order_id=None, buyer_id="b-2", marketplace="shop")
    [webhook] = eventually(lambda: bot.of(conversation))
    assert set(webhook.message) == {
        "id",
        "conversation_id",
        "buyer_id",
        "marketplace",
        "sent_at",
        "text",
        "attachments",
    }
    assert (webhook.message["buyer_id"], webhook.message["marketplace"]) == ("b-2", "shop")


def test_an_ebay_order_writes_from_ebay(sandbox, bot, conversation):
    sandbox.write(conversation, "hello", order_id="DEMO-1011")
    [webhook] = eventually(lambda: bot.of(conversation))
    assert webhook.message["marketplace"] == "ebay"


def test_a_delivered_message_is_shown_as_stored(sandbox, conversation):
    assert sandbox.write(conversation, "hello")["delivery"]["state"] == "sending"
    eventually(lambda: sandbox.delivery_state(conversation) == "stored")
    [message] = sandbox.messages(conversation)
    assert message["sender_kind"] == "buyer"
    assert message["delivery"] == {"state": "stored", "reason": None, "attempts": 1, "answer": "stored"}


def test_many_messages_arrive_in_order(sandbox, bot, conversation):
    texts = [f"message {number}" for number in range(20)]
    for text in texts:
        sandbox.write(conversation, text)
    eventually(lambda: len(bot.of(conversation)) == len(texts))
    assert [webhook.message["text"] for webhook in bot.of(conversation)] == texts
    assert [message["text"] for message in sandbox.messages(conversation)] == texts


def test_the_same_id_again_repeats_the_webhook_and_not_the_message(sandbox, bot, conversation):
    for _ in range(3):
        sandbox.write(conversation, "hello", id=f"id-of-{conversation}")
    first, second, third = eventually(lambda: len(bot.of(conversation)) == 3 and bot.of(conversation))
    assert first.body == second.body == third.body
    assert len(sandbox.messages(conversation)) == 1


def test_a_refusal_is_final_and_told(own_sandbox, conversation):
    with BotDouble() as bot:
        bot.script = [(401, {"error": "bad signature"})]
        sandbox = own_sandbox(bot.url).start()
        sandbox.write(conversation, "first")
        eventually(lambda: sandbox.delivery_state(conversation) == "not_accepted")
        sandbox.write(conversation, "second")
        eventually(lambda: sandbox.delivery_state(conversation) == "stored")
        first, _ = sandbox.messages(conversation)
        assert first["delivery"]["reason"] == "401 bad signature"
        assert [webhook.message["text"] for webhook in bot.received] == ["first", "second"]


def test_a_failing_bot_is_tried_again_with_fresh_signature_and_the_same_body(own_sandbox, conversation):
    with BotDouble() as bot:
        bot.script = [(503, {}), (500, {})]
        sandbox = own_sandbox(bot.url).start()
        sandbox.write(conversation, "first")
        sandbox.write(conversation, "second")
        eventually(lambda: sandbox.delivery_state(conversation) == "stored")
        assert [webhook.message["text"] for webhook in bot.received] == ["first", "first", "first", "second"]
        assert len({webhook.body for webhook in bot.received}) == 2
        assert sandbox.messages(conversation)[0]["delivery"]["attempts"] == 3
        stamps = [int(webhook.signature.split(",")[0][2:]) for webhook in bot.received]
        assert stamps == sorted(stamps) and stamps[2] > stamps[0]


def test_a_bot_that_is_down_gets_the_message_when_it_is_back(own_sandbox, conversation):
    port = free_port()
    sandbox = own_sandbox(f"http://127.0.0.1:{port}").start()
    sandbox.write(conversation, "are you there?")
    eventually(lambda: sandbox.delivery_state(conversation) == "trying_again")
    assert sandbox.messages(conversation)[0]["delivery"]["reason"] == "the seller cannot be reached"
    with BotDouble(port) as bot:
        eventually(lambda: sandbox.delivery_state(conversation) == "stored")
        assert [webhook.message["text"] for webhook in bot.received] == ["are you there?"]


def test_a_killed_sandbox_keeps_its_messages_and_delivers_them_later(own_sandbox, conversation):
    port = free_port()
    before = own_sandbox(f"http://127.0.0.1:{port}").start()
    written = before.write(conversation, "do not lose me")
    assert before.stop(signal.SIGKILL) == -signal.SIGKILL
    with BotDouble(port) as bot:
        after = own_sandbox(bot.url).start()
        eventually(lambda: after.delivery_state(conversation) == "stored")
        assert [webhook.message["id"] for webhook in bot.received] == [written["id"]]
    [message] = after.messages(conversation)
    assert (message["text"], message["sent_at"]) == ("do not lose me", written["sent_at"])
