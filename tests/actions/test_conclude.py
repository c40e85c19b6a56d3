"""The end of the search: waiting with a time, or a human."""

import pytest

from actions.conclude import ActionConclude
from tests.actions.doing import END, keys, sets

TOMORROW = "2026-11-24T18:00:00+01:00"


def waiting(until):
    return END + sets(outcome="waiting", stage="waiting", follow_up_at=until)


def test_all_checked_and_not_there_is_not_found(run):
    events, messages = run(ActionConclude(), "checked_everything")
    assert events == END + sets(handoff_reason="not_found", stage="settled")
    assert messages == []


@pytest.mark.parametrize("value", ["not_there", "cannot_check"])
def test_what_can_not_be_checked_is_checked_enough(run, value):
    events, _ = run(ActionConclude(), "checked_everything", checked_neighbors=value)
    assert events == END + sets(handoff_reason="not_found", stage="settled")


@pytest.mark.parametrize("wish", ["refund", "replacement", "find", None])
def test_not_found_is_the_reason_whatever_is_wished(run, wish):
    events, _ = run(ActionConclude(), "checked_everything", buyer_wish=wish)
    assert events == END + sets(handoff_reason="not_found", stage="settled")


@pytest.mark.parametrize("place", ["checked_neighbors", "checked_household", "checked_hidden_spots"])
def test_what_the_buyer_will_check_is_waited_for_to_the_next_evening(run, place):
    events, messages = run(ActionConclude(), "checked_everything", **{place: "will_check"})
    assert events == waiting(TOMORROW)
    assert [(message["response"], message["follow_up_at"]) for message in messages] == [("utter_wait_check", TOMORROW)]


def test_will_check_is_waiting_and_not_not_found(run):
    events, messages = run(ActionConclude(), "will_ask_the_neighbours")
    assert events == waiting(TOMORROW)
    assert keys(messages) == ["utter_wait_check"]


def test_a_fresh_scan_is_waited_for_to_the_end_of_the_next_day(run):
    events, messages = run(ActionConclude(), "checked_everything_of_a_fresh_scan")
    assert events == waiting(TOMORROW)
    assert keys(messages) == ["utter_wait_fresh"]


def test_who_writes_earlier_hears_the_same_time_again(run):
    events, messages = run(ActionConclude(), "writes_before_the_fresh_scan_is_over")
    assert events == waiting(TOMORROW)
    assert [(m["response"], m["follow_up_at"]) for m in messages] == [("utter_still_waiting", TOMORROW)]


def test_after_the_time_that_was_told_the_search_is_over(run):
    events, messages = run(ActionConclude(), "writes_after_the_fresh_scan_is_over")
    assert events == END + sets(handoff_reason="not_found", stage="settled")
    assert messages == []
