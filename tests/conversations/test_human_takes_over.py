"""A human has the conversation: the assistant is silent, whatever comes, until it is handed back."""

import sqlite3
import time
from contextlib import closing, contextmanager

import pytest

from tests.running_product import eventually

pytestmark = pytest.mark.processes
MISSING = "My parcel is marked as delivered but I don't have it"
TYPED = ["no", "Hello?", "/restart", "/session_start", '/intent{"slot":1}', '/human_requested{"outcome":null}', "/back"]


@contextmanager
def locked(database):
    """Nobody else writes to a database meanwhile."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.execute("ROLLBACK")


@pytest.fixture
def searching(buyer):
    """A buyer who has told that the neighbours have nothing."""
    writer = buyer("DEMO-1001", "platform")
    writer.says(MISSING)
    writer.says("The neighbours don't have it")
    assert writer.slots["checked_neighbors"] == "not_there"
    return writer


def test_the_agents_reply_reaches_the_buyer(searching, agent):
    agent(searching).replies("Hello, this is Lena. I am looking into it.")
    reply = searching.reads("this is Lena")
    assert (reply["sender_kind"], reply["in_reply_to"]) == ("agent", None)
    case = searching.case
    assert (case["status"], case["outcome"]) == ("handed_over", "handed_over")
    assert [line["sender_kind"] for line in case["messages"]][-1] == "agent"


def test_an_answer_keeps_the_promise(searching, agent):
    searching.says("I want to talk to a human")
    assert [promise["kept_at"] for promise in searching.case["promises"]] == [None]
    agent(searching).replies("Hello, this is Lena.")
    assert all(promise["kept_at"] for promise in searching.case["promises"])


def test_the_assistant_is_silent_and_every_message_reaches_the_agent(searching, agent):
    agent(searching).takes_over()
    before = searching.replies
    assert [searching.says(text) for text in TYPED] == [""] * len(TYPED)
    assert searching.replies == before
    assert [line["text"] for line in searching.case["messages"]][-len(TYPED) :] == TYPED
    assert searching.slots["outcome"] == "handed_over"


@pytest.mark.parametrize("text", ["/restart", '/intent{"slot":1}', '/inform{"checked_neighbors": null}', "/back"])
def test_a_slash_typed_by_the_buyer_is_plain_text(searching, text):
    searching.says(text)
    slots = searching.slots
    assert (slots["checked_neighbors"], slots["requested_slot"]) == ("not_there", "checked_household")
    lines = searching.case["messages"]
    assert (lines[-2]["text"], lines[-1]["sender_kind"]) == (text, "assistant"), "kept as typed, and answered"


def test_what_was_said_to_the_human_is_not_asked_again(searching, agent):
    agent(searching).takes_over()
    searching.says("My wife doesn't have it either")
    agent(searching).hands_back()
    assert searching.slots["checked_household"] == "not_there"
    assert searching.slots["requested_slot"] == "checked_hidden_spots"


def test_handing_back_keeps_the_checks_and_empties_outcome_and_reason(searching, agent):
    searching.says("I want to talk to a human")
    assert searching.slots["handoff_reason"] == "human_requested"
    agent(searching).hands_back()
    slots, case = searching.slots, searching.case
    assert (slots["outcome"], slots["handoff_reason"]) == (None, None)
    assert (case["status"], case["outcome"], case["handoff_reason"]) == ("open", None, None)
    assert slots["checked_neighbors"] == case["checks"]["checked_neighbors"] == "not_there"
    assert slots["requested_slot"] == "checked_household"


def test_three_times_in_one_conversation(searching, agent):
    human, said = agent(searching), []
    for number in range(3):
        human.takes_over()
        assert searching.says("Is anybody there?") == ""
        human.replies(f"Yes, I am here: {number}")
        searching.reads(f"I am here: {number}")
        human.hands_back()
        said.append(searching.says("Are you a bot?"))
    assert all("not a person" in text for text in said)
    assert not any("automated assistant. A colleague" in text for text in said), "it introduces itself once"
    assert not any("neighbour" in text for text in said), "and never asks what was said"
    searching.says("My wife doesn't have it, it's not in the garage. The address is correct.")
    assert (searching.slots["outcome"], searching.slots["handoff_reason"]) == ("handed_over", "not_found")


def test_handing_back_what_was_not_searched_for(buyer, agent):
    writer = buyer("DEMO-1008", "platform")
    writer.says(MISSING)
    assert writer.slots["handoff_reason"] == "returned"
    agent(writer).hands_back()
    assert "colleague" in writer.says("Hello, where is my parcel?")
    assert (writer.slots["outcome"], writer.slots["handoff_reason"]) == ("handed_over", "returned")


def test_a_case_that_nobody_took_cannot_be_handed_back(searching, product):
    answer = product.api("desk", "POST", f"/api/cases/{searching.case['id']}/hand-back")
    assert answer.status_code == 409


def test_a_closed_conversation_goes_back_to_who_had_it(searching, agent):
    agent(searching).takes_over()
    agent(searching).closes()
    assert searching.says("It is still missing") == ""
    assert searching.case["status"] == "handed_over"


def test_a_message_that_was_being_answered_when_the_human_came_stays_unanswered(searching, agent, product):
    """The agent is faster than the assistant: held back by its locked database, it must not speak afterwards."""
    before = searching.replies
    with locked(product.var / "tracker.db"):
        written = searching.writes("Are you a bot?")
        agent(searching).replies("Hello, this is Lena.")
        searching.reads("this is Lena")
    eventually(lambda: searching.is_handled(written))
    assert [reply["sender_kind"] for reply in searching.replies[len(before) :]] == ["agent"]


def test_silent_with_the_trackers_database_locked_for_ten_seconds(buyer, searching, agent, product):
    agent(searching).takes_over()
    other = buyer("DEMO-1001", "platform")
    other.says(MISSING)
    before = searching.replies
    with locked(product.var / "tracker.db"):
        written = searching.writes("Hello? Is anybody there?")
        waits = other.writes("The neighbours don't have it")
        time.sleep(10)  # what is tested is the length of the trouble
        assert searching.replies == before
    eventually(lambda: searching.is_handled(written) and other.is_handled(waits))
    assert searching.says("no") == "" and searching.replies == before
    assert other.slots["checked_neighbors"] == "not_there"
    eventually(lambda: [reply["in_reply_to"] for reply in other.replies].count(waits["id"]) == 1)


def test_silent_after_a_restart_of_the_bot(fragile_product, fragile_buyer, fragile_agent):
    writer = fragile_buyer("DEMO-1001", "platform")
    writer.says(MISSING)
    human = fragile_agent(writer)
    human.takes_over()
    fragile_product.restart(["bot"])
    before = writer.replies
    assert [writer.says(text) for text in ("no", "/restart", "Hello?")] == ["", "", ""]
    assert writer.replies == before
    human.hands_back()
    assert "not a person" in writer.says("Are you a bot?")
