"""What goes to a human at once, and what a human then finds in the case."""

import pytest

pytestmark = pytest.mark.processes
MISSING = "My parcel is marked as delivered but I don't have it"

AT_ONCE = [
    ("I want to talk to a real person", "human_requested"),
    ("If I don't hear back today I will file a chargeback", "dispute_threat"),
    ("I have opened a case with PayPal", "dispute_open"),
    ("I urgently need this medication", "urgent"),
    ("Someone stole it off my porch, I saw it on camera", "theft_reported"),
    ("The address is wrong, I moved last month", "wrong_address"),
    ("That is not my signature on the delivery record", "proof_disputed"),
    ("The parcel arrived but the cup is broken", "item_problem"),
    ("Please cancel my order", "cancellation_requested"),
    ("Ich möchte mit einem Menschen sprechen", "human_requested"),
    ("我要找人工客服", "human_requested"),
]


def assert_handed_over(writer, reason):
    slots, case = writer.slots, writer.case
    assert (slots["outcome"], slots["handoff_reason"], slots["requested_slot"]) == ("handed_over", reason, None)
    assert (case["status"], case["outcome"], case["handoff_reason"]) == ("handed_over", "handed_over", reason)
    assert [promise["kind"] for promise in case["promises"]] == ["agent_answer"]


@pytest.mark.parametrize(("text", "reason"), AT_ONCE)
def test_in_the_middle_of_the_search(buyer, text, reason):
    writer = buyer("DEMO-1001")
    writer.says(MISSING)
    writer.says(text)
    assert_handed_over(writer, reason)
    assert writer.says("no") == "", "nothing is said after the hand-over"


@pytest.mark.parametrize(("text", "reason"), AT_ONCE[:9])
def test_with_the_first_words(buyer, text, reason):
    writer = buyer("DEMO-1001", "platform")
    writer.says(text)
    assert_handed_over(writer, reason)
    assert writer.case["tracking"]["delivery_class"] == "D0", "the human has the facts"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("I will file a chargeback. I want to speak to a human.", "dispute_threat"),
        ("Someone stole it. I want to speak to a human.", "human_requested"),
        ("I urgently need this medication, let me talk to a person", "urgent"),
        ("I have opened a case with PayPal. Let me talk to a human.", "dispute_open"),
        ("Please cancel my order. I want to talk to a human.", "human_requested"),
    ],
)
def test_within_one_message_the_contracts_order_decides(buyer, text, reason):
    writer = buyer("DEMO-1001")
    writer.says(MISSING)
    writer.says(text)
    assert_handed_over(writer, reason)


def test_the_first_reason_stays(buyer):
    writer = buyer("DEMO-1001")
    writer.says("I want to talk to a human")
    writer.says("I will file a chargeback")
    assert_handed_over(writer, "human_requested")


def test_answers_in_the_same_message_are_kept(buyer):
    writer = buyer("DEMO-1001")
    writer.says(MISSING)
    writer.says("no garage, nothing. get me a human")
    assert_handed_over(writer, "human_requested")
    assert writer.slots["checked_hidden_spots"] == "not_there"
    assert writer.case["checks"]["checked_hidden_spots"] == "not_there"


@pytest.mark.parametrize(
    ("first", "second", "wish"),
    [
        ("I want a refund", "I want my money back now!", "refund"),
        ("Please send it again", "I want a replacement", "replacement"),
    ],
)
def test_a_wish_is_noted_first_and_handed_over_the_second_time(buyer, first, second, wish):
    writer = buyer("DEMO-1001")
    writer.says(MISSING)
    said = writer.says(first)
    assert "noted" in said and "will refund" not in said
    assert (writer.slots["buyer_wish"], writer.slots["outcome"]) == (wish, None)
    assert writer.slots["requested_slot"] == "checked_neighbors"
    writer.says("no")
    writer.says(second)
    assert_handed_over(writer, f"{wish}_requested")
    assert writer.case["checks"]["checked_neighbors"] == "not_there"


def test_a_wish_with_the_first_words_still_begins_the_search(buyer):
    writer = buyer("DEMO-1001")
    said = writer.says("I want a refund, my parcel never arrived")
    assert "noted" in said
    assert (writer.slots["buyer_wish"], writer.slots["requested_slot"]) == ("refund", "checked_neighbors")


def test_angry_twice(buyer):
    writer = buyer("DEMO-1001")
    writer.says(MISSING)
    writer.says("This is ridiculous, you are useless")
    assert writer.slots["outcome"] is None and writer.slots["requested_slot"] == "checked_neighbors"
    writer.says("You incompetent idiots")
    assert_handed_over(writer, "upset")


def test_not_understood_twice_in_a_row(buyer):
    writer = buyer("DEMO-1001")
    writer.says(MISSING)
    writer.says("asdf qwer zxcv")
    assert writer.slots["outcome"] is None
    writer.says("lkjh poiu mnbv")
    assert_handed_over(writer, "not_understood")


def test_not_understood_twice_but_not_in_a_row(buyer):
    writer = buyer("DEMO-1001")
    writer.says(MISSING)
    writer.says("asdf qwer zxcv")
    writer.says("no")
    writer.says("lkjh poiu mnbv")
    assert writer.slots["outcome"] is None


@pytest.mark.parametrize(("locale", "sorry"), [("en", "sorry"), ("de", "leid")])
def test_a_language_that_nobody_here_speaks(buyer, locale, sorry):
    writer = buyer("DEMO-1001", locale=locale)
    said = writer.says("Hol van a csomagom? Még mindig nem kaptam meg.")
    assert_handed_over(writer, "not_understood")
    assert writer.slots["language"] == locale and sorry in said


def test_the_buyer_hears_who_answers_and_by_when(buyer):
    writer = buyer("DEMO-1001")
    said = writer.says("I want to talk to a human")
    [promise] = writer.case["promises"]
    assert "by" in said and promise["due_at"][:4] in said
