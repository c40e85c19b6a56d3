"""Turns and attempts within a time limit."""

import time

import pytest

from actions.patience import Patience, fault
from actions.tracking.parcel_facts import BUSY, NOT_FOUND, UNAVAILABLE, TrackingFailed

LIMITS = {"attempts": 3, "first_wait": 0.001, "longest_wait": 0.002, "least_seconds": 0.5}


def turns(candidates, seconds):
    """Each candidate with the seconds that it has; None where it has no turn."""
    now = time.monotonic()
    given = Patience(LIMITS, TrackingFailed).turns(candidates, now + seconds)
    return [(candidate, None if end is None else round(end - now, 1)) for candidate, end in given]


def test_each_has_half_of_the_time_that_is_left_and_the_last_one_all():
    assert turns(["a", "b", "c"], 8) == [("a", 4.0), ("b", 4.0), ("c", 8.0)], "nobody has used any yet"
    assert turns(["a"], 8) == [("a", 8.0)]
    assert turns([], 8) == []


def test_with_too_little_time_left_nobody_has_a_turn():
    assert turns(["a", "b"], 0.4) == [("a", None), ("b", None)]


def tried(*errors, seconds=5.0):
    """How often work that fails like this is done, and how it ends."""
    left, end = list(errors), time.monotonic() + seconds

    def work(deadline):
        assert deadline == end
        if left:
            raise left.pop(0)
        return "found"

    try:
        result = Patience(LIMITS, TrackingFailed).ask(work, end)
    except Exception as error:
        result = error
    return len(errors) - len(left), result


def test_work_is_done_again_only_where_waiting_may_help():
    passing = TrackingFailed("status 503", UNAVAILABLE)
    assert tried(passing, passing) == (2, "found")
    assert tried(passing, passing, passing) == (3, passing), "three attempts, and no more"
    for final in (TrackingFailed("status 404", NOT_FOUND), ValueError("ours")):
        assert tried(final, final) == (1, final)


@pytest.mark.parametrize(("wait", "attempts"), [(0.0, 2), (30.0, 1)])
def test_a_wait_that_leaves_no_time_is_not_begun(wait, attempts):
    busy = TrackingFailed("status 429", BUSY, retry_after=wait)
    began = time.monotonic()
    assert tried(busy, TrackingFailed("status 404", NOT_FOUND))[0] == attempts
    assert time.monotonic() - began < 3


def test_a_fault_is_told_by_its_place_and_not_by_its_text():
    def faulty():
        raise ValueError("CC731010015DE")

    with pytest.raises(ValueError) as raised:
        faulty()
    assert fault(raised.value).startswith("ValueError in faulty, line ")
    assert "CC731010015DE" not in fault(raised.value)
