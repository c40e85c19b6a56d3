"""Whatever dies, every message is answered, once and in order."""

import signal

import pytest

from tests.running_product import eventually

pytestmark = pytest.mark.processes
MISSING = "My parcel is marked as delivered but I don't have it"
# Each of them is always answered.
STREAM = ["Hello", MISSING, "Who signed for it?", "no", "Are you a bot?", "How long will this take?", "Thanks"]


@pytest.fixture
def failures(fragile_product):
    yield fragile_product.switch_failures
    fragile_product.switch_failures()


def answered(writer):
    """What each reply answers, in the order in which the replies came."""
    return [reply["in_reply_to"] for reply in writer.replies]


def test_the_bot_is_killed_while_messages_stream_in(fragile_product, fragile_buyer):
    writers = [fragile_buyer("DEMO-1001", "platform") for _ in range(4)]
    written = {writer: [writer.writes(text)["id"] for text in STREAM] for writer in writers}
    eventually(lambda: sum(len(writer.replies) for writer in writers) >= 3, within=60)
    fragile_product.stop(["bot"], signal.SIGKILL)
    assert sum(len(writer.replies) for writer in writers) < len(writers) * len(STREAM), "killed in the middle"
    fragile_product.start(["bot"])
    for writer in writers:
        eventually(lambda writer=writer: len(answered(writer)) >= len(STREAM), within=90)
    for writer in writers:
        assert answered(writer) == written[writer]
        lines = [line["sender_kind"] for line in writer.case["messages"]]
        assert (lines.count("buyer"), lines.count("assistant")) == (len(STREAM), len(STREAM))
        introductions = [reply for reply in writer.replies if "automated assistant. A colleague" in reply["text"]]
        assert len(introductions) == 1
        assert writer.slots["checked_neighbors"] == "not_there"


def test_the_actions_are_away_for_some_seconds(fragile_product, fragile_buyer):
    fragile_product.stop(["actions"])
    try:
        writer = fragile_buyer("DEMO-1001", "platform")
        written = [writer.writes(MISSING)["id"], writer.writes("Are you a bot?")["id"]]
        eventually(lambda: "turn.failed" in fragile_product.log("bot"), what="the first attempt has failed")
        assert writer.replies == []
    finally:
        fragile_product.start(["actions"])
    eventually(lambda: len(answered(writer)) >= 2, within=90)
    assert answered(writer) == written
    assert "recorded a delivery" in writer.replies[0]["text"]
    assert writer.slots["requested_slot"] == "checked_neighbors"


def test_the_development_door_says_so_when_an_answer_must_wait(fragile_product, fragile_buyer):
    writer = fragile_buyer("DEMO-1001")
    fragile_product.stop(["actions"])
    try:
        body = {"sender": writer.conversation_id, "message": MISSING, "metadata": {"order_id": "DEMO-1001"}}
        answer = fragile_product.say_at_rest_door(body)
        assert (answer.status_code, answer.json()["status"]) == (503, "stored")
    finally:
        fragile_product.start(["actions"])


def test_the_marketplace_is_away_while_the_bot_answers(fragile_product, fragile_buyer):
    writer = fragile_buyer("DEMO-1001", "platform")
    writer.says("Hello")
    body = writer.webhook(MISSING)
    fragile_product.stop(["sandbox"])
    try:
        assert fragile_product.post_signed(body).status_code == 202
    finally:
        fragile_product.start(["sandbox"])
    eventually(lambda: body["id"] in answered(writer), within=60)
    assert answered(writer).count(body["id"]) == 1


@pytest.mark.parametrize(
    "failure",
    [
        {"status": 500, "times": 2},
        {"status": 503, "times": 2, "after_storing": True},
        {"status": 429, "times": 1},
        {"delay_seconds": 16, "times": 1},
    ],
    ids=["it fails", "its answer is lost", "it is too much", "it is too slow"],
)
def test_a_reply_is_delivered_once_after_the_marketplace_has_failed(fragile_buyer, failures, failure):
    writer = fragile_buyer("DEMO-1001", "platform")
    failures(**failure)
    written = [writer.writes(MISSING)["id"], writer.writes("Are you a bot?")["id"]]
    eventually(lambda: set(answered(writer)) == set(written), within=60)
    eventually(writer.has_nothing_under_way)
    assert answered(writer) == written


def test_an_agents_reply_survives_a_failing_marketplace(fragile_buyer, fragile_agent, failures):
    writer = fragile_buyer("DEMO-1001", "platform")
    writer.says(MISSING)
    failures(status=500, times=2)
    fragile_agent(writer).replies("Hello, this is Lena.")
    writer.reads("this is Lena")
    eventually(writer.has_nothing_under_way)
    assert [reply["sender_kind"] for reply in writer.replies] == ["assistant", "agent"]


def test_a_reply_that_the_marketplace_refuses_for_good_is_shown_to_the_agent(fragile_buyer, failures):
    writer = fragile_buyer("DEMO-1001", "platform")
    failures(status=422, times=1)
    assert writer.says(MISSING) == ""
    assert [line["delivery"] for line in writer.case["messages"]] == [None, "dead"]
    assert writer.says("Are you a bot?"), "the next one goes out all the same"
