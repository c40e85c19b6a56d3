"""The search for the parcel: what is asked, what is understood, how it ends."""

import pytest

pytestmark = pytest.mark.processes
MISSING = "My parcel is marked as delivered but I don't have it"
CHECKS = ("checked_neighbors", "checked_household", "checked_hidden_spots", "address_confirmed")
ALL_CHECKED = {
    "checked_neighbors": "not_there",
    "checked_household": "not_there",
    "checked_hidden_spots": "not_there",
    "address_confirmed": True,
}
ONE_BY_ONE = {
    "en": ["No, I asked them, they have nothing", "Nobody here has it", "I looked everywhere, it is not there", "Yes"],
    "de": ["Nein, die Nachbarn haben nichts", "Nein, bei uns hat es niemand", "Überall nachgesehen, nichts", "Ja"],
    "zh": ["邻居说没有", "没有，问过家里人了", "都找过了，没有", "对的"],
}
ALL_AT_ONCE = {
    "en": "I asked the neighbours and my husband, nothing. It's not in the garage or letterbox either. "
    "The address is correct.",
    "de": "Die Nachbarn und meine Frau haben nichts. In der Garage und im Briefkasten habe ich nachgesehen, "
    "auch nichts. Die Adresse stimmt.",
    "zh": "邻居和家人都没有收到，信箱和车库也找过了，没有。地址是对的。",
}
languages = pytest.mark.parametrize("language", ["en", "de", "zh"])


def checks(writer):
    return {name: writer.slots[name] for name in CHECKS}


def assert_not_found(writer):
    slots, case = writer.slots, writer.case
    assert (slots["outcome"], slots["handoff_reason"], slots["requested_slot"]) == ("handed_over", "not_found", None)
    assert (case["status"], case["outcome"], case["handoff_reason"]) == ("handed_over", "handed_over", "not_found")
    assert case["inquiry"]["tracking_number"] == slots["tracking_number"]
    assert set(case["inquiry"]["asks_for"]) == {"signature", "photo", "gps"}


@languages
def test_live_chat_asks_one_question_at_a_time(buyer, missing, language):
    writer = buyer("DEMO-1001")
    said = [writer.says(missing[language])]
    for check, answer in zip(CHECKS, ONE_BY_ONE[language]):
        assert writer.slots["requested_slot"] == check
        said.append(writer.says(answer))
    assert writer.slots["language"] == writer.case["language"] == language
    assert checks(writer) == writer.case["checks"] == ALL_CHECKED
    assert all(text.count("?") + text.count("？") == 1 for text in said[:-1])
    assert_not_found(writer)


@languages
def test_a_slow_channel_asks_everything_in_one_message(buyer, missing, language):
    writer = buyer("DEMO-1001", "platform")
    said = writer.says(missing[language])
    assert said.count("\n– ") == len(CHECKS)
    assert writer.slots["requested_slot"] == CHECKS[0]
    writer.says(ALL_AT_ONCE[language])
    assert writer.slots["language"] == language
    assert checks(writer) == writer.case["checks"] == ALL_CHECKED
    assert {reply["language"] for reply in writer.replies} == {language}
    assert_not_found(writer)


def test_a_slow_channel_asks_again_only_for_what_is_open(buyer):
    writer = buyer("DEMO-1001", "platform")
    writer.says(MISSING)
    said = writer.says("The neighbours don't have it and my wife doesn't either")
    assert said.count("\n– ") == 2 and "neighbour" not in said and "household" not in said
    assert writer.slots["requested_slot"] == "checked_hidden_spots"


def test_one_message_may_answer_three_questions(buyer):
    writer = buyer("DEMO-1001")
    writer.says(MISSING)
    writer.says("asked the neighbours and my wife, looked in the garage")
    assert checks(writer) == {**ALL_CHECKED, "address_confirmed": None}
    assert writer.slots["requested_slot"] == "address_confirmed"


def test_what_the_first_message_says_is_never_asked(buyer):
    writer = buyer("DEMO-1001")
    said = writer.says("It says delivered but I have nothing. I asked all my neighbours and my wife, nobody has it.")
    assert writer.slots["requested_slot"] == "checked_hidden_spots"
    assert "neighbour" not in said and "household" not in said
    writer.says("no")
    writer.says("yes")
    assert_not_found(writer)


def test_a_parcel_found_in_the_middle_ends_the_search(buyer):
    writer = buyer("DEMO-1001")
    writer.says(MISSING)
    writer.says("no")
    writer.says("Found it! My daughter had it")
    slots, case = writer.slots, writer.case
    assert (slots["outcome"], slots["handoff_reason"], slots["requested_slot"]) == ("found", None, None)
    assert (slots["checked_neighbors"], slots["checked_household"]) == ("not_there", "found")
    assert (case["status"], case["outcome"], case["inquiry"]) == ("closed", "found", {})


def test_a_yes_to_the_neighbours_means_found(buyer):
    writer = buyer("DEMO-1006")
    writer.says(MISSING)
    writer.says("Yes, the lady next door has it!")
    assert (writer.slots["outcome"], writer.slots["checked_neighbors"]) == ("found", "found")


def test_a_right_address_is_no_found_parcel(buyer):
    writer = buyer("DEMO-1001")
    writer.says(MISSING)
    writer.says("Yes, the address is correct")
    assert writer.slots["outcome"] is None and writer.slots["address_confirmed"] is True
    assert writer.slots["checked_neighbors"] is None and writer.slots["requested_slot"] == "checked_neighbors"


def test_all_the_neighbours_are_not_the_household(buyer):
    writer = buyer("DEMO-1001")
    writer.says(MISSING)
    writer.says("I asked all my neighbours, they don't have it")
    assert (writer.slots["checked_neighbors"], writer.slots["checked_household"]) == ("not_there", None)


def test_what_cannot_be_checked_is_noted_and_left(buyer):
    writer = buyer("DEMO-1001")
    writer.says(MISSING)
    writer.says("I can't ask the neighbours, I don't know them")
    assert writer.slots["checked_neighbors"] == "cannot_check"
    assert writer.slots["requested_slot"] == "checked_household"


def test_a_wish_stays_when_the_search_ends(buyer):
    writer = buyer("DEMO-1001")
    writer.says(MISSING)
    writer.says("I want my money back")
    assert writer.slots["requested_slot"] == "checked_neighbors" and writer.slots["outcome"] is None
    writer.says("asked the neighbours and my wife, looked in the garage")
    writer.says("yes")
    assert_not_found(writer)
    assert writer.slots["buyer_wish"] == writer.case["buyer_wish"] == "refund"


def test_only_the_first_reply_introduces_the_assistant(buyer):
    writer = buyer("DEMO-1001", "platform")
    said = [writer.says("Hello"), writer.says(MISSING), writer.says("no idea, let me see")]
    assert ["automated assistant" in text for text in said] == [True, False, False]
