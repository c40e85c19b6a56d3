"""Questions in between are answered, and then the open question comes back, once and in other words."""

import pytest

pytestmark = pytest.mark.processes
MISSING = "My parcel is marked as delivered but I don't have it"
BACK = "Back to the search"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Who signed for it?", "no signature"),
        ("How long will this take?", "by when"),
        ("Why are you asking me this? Do you think I am lying?", "I do believe you"),
        ("Are you a bot?", "not a person"),
        ("Thanks", "welcome"),
        ("What is the weather like tomorrow?", "only help with parcels"),
        ("This is ridiculous, you are useless", "annoying"),
    ],
)
def test_each_is_answered_and_the_question_stays_open(buyer, text, answer):
    writer = buyer("DEMO-1001")
    first = writer.says(MISSING)
    said = writer.says(text)
    assert answer in said and BACK in said
    assert said.rsplit("\n", 1)[-1] not in first, "the question comes back in other words"
    slots = writer.slots
    assert (slots["requested_slot"], slots["outcome"]) == ("checked_neighbors", None)
    writer.says("no")
    assert writer.slots["checked_neighbors"] == "not_there"
    assert writer.slots["requested_slot"] == "checked_household"


def test_the_question_comes_back_only_once(buyer):
    writer = buyer("DEMO-1001")
    writer.says(MISSING)
    said = [writer.says(text) for text in ("Who signed for it?", "How long will this take?", "Are you a bot?")]
    assert [BACK in text for text in said] == [True, False, False]
    writer.says("no")
    assert BACK in writer.says("Are you a bot?"), "the next question may come back once as well"


def test_a_goodbye_is_not_answered_with_a_question(buyer):
    writer = buyer("DEMO-1001")
    writer.says(MISSING)
    assert "?" not in writer.says("bye, have a nice day")
    assert writer.slots["requested_slot"] == "checked_neighbors"


def test_who_signed_is_answered_from_the_record(buyer):
    writer = buyer("DEMO-1003")
    writer.says(MISSING)
    assert "M. Keller" in writer.says("Who signed for it?")


def test_a_photo_is_told_of(buyer):
    writer = buyer("DEMO-1013")
    writer.says(MISSING)
    assert "photo" in writer.says("Is there any proof of delivery?")


def test_an_informed_buyer_can_go_on_asking(buyer):
    writer = buyer("DEMO-1002")
    first = writer.says("Where is my parcel?")
    assert first.rsplit("\n", 1)[-1] in writer.says("Where is my parcel now?")
    assert writer.slots["outcome"] == "informed"
    writer.says("I want to talk to a human")
    assert (writer.slots["outcome"], writer.slots["handoff_reason"]) == ("handed_over", "human_requested")
