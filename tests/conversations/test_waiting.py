"""Waits: what the buyer still wants to check, and a scan that may have come before the parcel."""

import pytest

pytestmark = pytest.mark.processes
MISSING = "My parcel is marked as delivered but I don't have it"
CHECKED = "Neighbours and my wife don't have it, it's not in the garage or letterbox. The address is correct."
WILL_CHECK = "I'll ask the neighbours tonight. My wife doesn't have it, it's not in the garage. The address is correct."
ASKS_BACK = "I am writing as promised"


def assert_waits(writer):
    slots, case = writer.slots, writer.case
    assert (slots["outcome"], slots["handoff_reason"], slots["requested_slot"]) == ("waiting", None, None)
    assert (case["status"], case["outcome"]) == ("open", "waiting")
    [promise] = case["promises"]
    assert (promise["kind"], promise["kept_at"]) == ("follow_up", None)
    assert promise["due_at"] > promise["made_at"]


def assert_not_found(writer):
    slots, case = writer.slots, writer.case
    assert (slots["outcome"], slots["handoff_reason"], slots["requested_slot"]) == ("handed_over", "not_found", None)
    assert (case["status"], case["inquiry"]["tracking_number"]) == ("handed_over", slots["tracking_number"])


def promises(writer):
    return {promise["kind"]: bool(promise["kept_at"]) for promise in writer.case["promises"]}


@pytest.fixture
def who_will_check(buyer):
    writer = buyer("DEMO-1001", "platform")
    writer.says(MISSING)
    writer.says(WILL_CHECK)
    assert writer.slots["checked_neighbors"] == "will_check"
    return writer


@pytest.fixture
def whose_parcel_is_fresh(buyer):
    writer = buyer("DEMO-1004", "platform")
    writer.says(MISSING)
    writer.says(CHECKED)
    return writer


def test_a_check_that_comes_later_is_waited_for(who_will_check):
    assert_waits(who_will_check)


def test_a_fresh_scan_is_waited_for(whose_parcel_is_fresh):
    assert_waits(whose_parcel_is_fresh)


def test_live_chat_goes_on_asking_before_it_waits(buyer):
    writer = buyer("DEMO-1001")
    writer.says(MISSING)
    writer.says("I'll ask them tonight")
    assert writer.slots["outcome"] is None and writer.slots["requested_slot"] == "checked_household"
    for answer in ("no", "no", "yes"):
        writer.says(answer)
    assert_waits(writer)


def test_the_promised_follow_up_comes_and_a_no_ends_the_search(who_will_check, product):
    before = len(who_will_check.replies)
    product.move_clock("P2D")
    reply = who_will_check.reads(ASKS_BACK)
    assert (reply["sender_kind"], reply["in_reply_to"], reply["language"]) == ("assistant", None, "en")
    assert "neighbour" in reply["text"] and "household" not in reply["text"]
    assert promises(who_will_check) == {"follow_up": True}
    who_will_check.says("No, they don't have it")
    assert_not_found(who_will_check)
    assert promises(who_will_check) == {"follow_up": True, "agent_answer": False}
    assert len(who_will_check.replies) == before + 2, "one follow-up, one answer"


def test_after_the_follow_up_a_yes_means_found(who_will_check, product):
    product.move_clock("P2D")
    who_will_check.reads(ASKS_BACK)
    who_will_check.says("Yes! The neighbour had it")
    assert (who_will_check.slots["outcome"], who_will_check.case["status"]) == ("found", "closed")


@pytest.mark.parametrize("answer", ["No", "No, still nothing"])
def test_after_the_wait_a_no_ends_the_search(whose_parcel_is_fresh, product, answer):
    product.move_clock("P2D")
    assert "turned up" in whose_parcel_is_fresh.reads(ASKS_BACK)["text"]
    whose_parcel_is_fresh.says(answer)
    assert_not_found(whose_parcel_is_fresh)


def test_after_the_wait_a_yes_means_found(whose_parcel_is_fresh, product):
    product.move_clock("P2D")
    whose_parcel_is_fresh.reads(ASKS_BACK)
    whose_parcel_is_fresh.says("Yes")
    slots = whose_parcel_is_fresh.slots
    assert (slots["outcome"], slots["requested_slot"]) == ("found", None)
    assert whose_parcel_is_fresh.case["status"] == "closed"


def test_a_buyer_who_writes_before_the_time_is_answered_and_the_wait_stays(whose_parcel_is_fresh):
    assert "write to you" in whose_parcel_is_fresh.says("It is still not here")
    assert_waits(whose_parcel_is_fresh)


def test_a_parcel_that_turns_up_early_ends_the_wait(whose_parcel_is_fresh, product):
    whose_parcel_is_fresh.says("It just arrived, thanks!")
    assert whose_parcel_is_fresh.slots["outcome"] == "found"
    product.move_clock("P2D")
    whose_parcel_is_fresh.says("Thanks again")
    assert not any(ASKS_BACK in reply["text"] for reply in whose_parcel_is_fresh.replies)


def test_with_a_human_no_follow_up_comes(who_will_check, product):
    who_will_check.says("I want to talk to a human")
    product.move_clock("P2D")
    assert who_will_check.says("Hello?") == ""
    assert not any(ASKS_BACK in reply["text"] for reply in who_will_check.replies)


def test_the_second_wait_is_followed_up_as_well(who_will_check, product):
    product.move_clock("P2D")
    who_will_check.reads(ASKS_BACK)
    who_will_check.says("I will ask them tomorrow")
    assert who_will_check.slots["outcome"] == "waiting"
    assert promises(who_will_check) == {"follow_up": False}
    product.move_clock("P2D")
    who_will_check.reads(ASKS_BACK, times=2)


def test_a_follow_up_survives_a_restart_of_every_process(fragile_product, fragile_buyer):
    writer = fragile_buyer("DEMO-1001", "platform", locale="de")
    writer.says("Mein Paket soll zugestellt sein, aber ich habe nichts bekommen")
    writer.says("Die Nachbarn frage ich heute Abend. Meine Frau hat nichts, in der Garage ist nichts. Adresse stimmt.")
    assert_waits(writer)
    fragile_product.restart()
    assert_waits(writer)
    fragile_product.move_clock("P2D")
    assert writer.reads("wie versprochen")["language"] == "de"
    writer.says("Nein, die haben auch nichts")
    assert_not_found(writer)
