"""Which order, and whose: asked once, and nothing is shown to anybody else."""

import pytest

pytestmark = pytest.mark.processes
MISSING = "My parcel is marked as delivered but I don't have it"
# Everything about TEST-2003 that only its buyer may read.
SECRETS = ("Nebenweg", "Rostock", "18055", "Sommer", "CC000020039DE", "signature", "recorded")


def discloses(said: str) -> list:
    return [secret for secret in SECRETS if secret in said]


def test_an_order_number_that_the_platform_told_is_not_asked_for(buyer):
    assert "order number" not in buyer("DEMO-1001").says(MISSING)


def test_a_missing_order_number_is_asked_for_and_taken(buyer):
    writer = buyer(None)
    assert "order number" in writer.says(MISSING)
    assert writer.slots["requested_slot"] == "order_number"
    writer.says("It is DEMO-1003")
    assert (writer.slots["order_number"], writer.slots["delivery_class"]) == ("DEMO-1003", "D1")


def test_the_order_number_in_the_first_message_is_enough(buyer):
    writer = buyer(None)
    writer.says("Order DEMO-1001 is marked as delivered but I don't have it")
    assert writer.slots["requested_slot"] == "checked_neighbors"


def test_an_unknown_order_is_asked_about_once_and_then_handed_over(buyer):
    writer = buyer("DEMO-4242")
    assert "DEMO-4242" in writer.says(MISSING)
    assert writer.slots["outcome"] is None and writer.slots["requested_slot"] == "order_number"
    writer.says("DEMO-4243")
    assert (writer.slots["outcome"], writer.slots["handoff_reason"]) == ("handed_over", "lookup_failed")


@pytest.mark.parametrize("detail", ["18055", "it's 18055", "another@example.com"])
def test_somebody_the_platform_does_not_know_shows_who_they_are(buyer, detail):
    writer = buyer("TEST-2003")
    assert not discloses(writer.says(MISSING))
    assert writer.slots["requested_slot"] == "verification"
    assert "K. Sommer" in writer.says(detail)
    assert writer.slots["requested_slot"] == "checked_household"


@pytest.mark.parametrize("door", ["rest", "platform"])
def test_an_order_of_another_buyer_shows_nothing(buyer, door):
    writer = buyer("TEST-2003", door, buyer_id="somebody-else")
    said = writer.says(MISSING) + writer.says("99999")
    assert (writer.slots["outcome"], writer.slots["handoff_reason"]) == ("handed_over", "identity_unverified")
    assert not discloses(said)


def test_a_human_and_back_shows_nothing_to_somebody_else(buyer, agent):
    writer = buyer("TEST-2003")
    said = writer.says("I want to talk to a human")
    assert writer.slots["handoff_reason"] == "human_requested"
    agent(writer).hands_back()
    said += writer.says(MISSING) + writer.says("Who signed for it?") + writer.says("no")
    assert not discloses(said)
