"""Coming back to the buyer at the time that was promised."""

from actions.follow_up import ActionFollowUp
from tests.actions.doing import keys, sets


def test_a_wait_for_the_parcel_ends_with_the_question_whether_it_turned_up(run):
    events, messages = run(ActionFollowUp(), "waits_for_the_parcel")
    assert events == sets(requested_slot="outcome")
    assert keys(messages) == ["utter_follow_up_wait_over"]


def test_checks_that_the_buyer_wanted_to_make_are_open_again(run):
    events, messages = run(ActionFollowUp(), "wants_to_ask_the_neighbours")
    assert events == sets(
        checked_neighbors=None, checked_household=None, stage="checking", requested_slot=None, reminded_of=None
    )
    assert keys(messages) == ["utter_follow_up_check"]


def test_what_was_checked_is_not_asked_again(run):
    events, _ = run(ActionFollowUp(), "wants_to_ask_the_neighbours")
    assert not {"checked_hidden_spots", "address_confirmed"} & {event["name"] for event in events}


def test_a_case_that_is_over_is_left_in_peace(run):
    events, messages = run(ActionFollowUp(), "found_it_before_the_time")
    assert events == sets(reminded_of=None)
    assert messages == []


def test_a_case_that_a_human_has_is_left_in_peace(run):
    events, messages = run(ActionFollowUp(), "waits_for_the_parcel", outcome="handed_over")
    assert events == sets(reminded_of=None)
    assert messages == []
