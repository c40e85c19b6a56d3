"""Work with a hard limit: what hangs is left behind, threads are kept, and there are only so many."""

import threading
from contextlib import contextmanager

import pytest

from actions.tracking import hard_limit
from actions.tracking.hard_limit import HardLimit
from actions.tracking.parcel_facts import OVERLOADED, SLOW, TrackingFailed


@contextmanager
def hanging(limit, times=1):
    """So much work under way that does not end before this block does."""
    going_on, ended = threading.Event(), threading.Semaphore(0)

    def hang():
        going_on.wait(10)
        ended.release()
        return threading.current_thread()

    try:
        for _ in range(times):
            with pytest.raises(TrackingFailed) as raised:
                limit.within(0, hang)
            assert raised.value.kind == SLOW
        yield
    finally:
        going_on.set()
        for _ in range(times):
            assert ended.acquire(timeout=5)


def test_the_result_and_the_error_are_the_works_own():
    limit = HardLimit(1)
    assert limit.within(5, lambda: "found") == "found"
    with pytest.raises(ZeroDivisionError):
        limit.within(5, lambda: 1 / 0)
    with pytest.raises(SystemExit):
        limit.within(5, lambda: exit(1))
    assert limit.within(5, lambda: "found again") == "found again"


def test_a_thread_is_kept_for_the_next_work():
    limit = HardLimit(4)
    threads = {limit.within(5, threading.current_thread) for _ in range(20)}
    assert len(threads) == 1
    assert all(thread.daemon for thread in threads), "what hangs must not keep the process from ending"


def test_what_hangs_is_left_behind_and_others_go_on():
    limit = HardLimit(3)
    with hanging(limit, times=2):
        assert [limit.within(5, lambda: "found") for _ in range(3)] == ["found"] * 3


def test_only_so_much_is_under_way_and_what_ends_late_makes_room():
    limit = HardLimit(2)
    with hanging(limit, times=2), pytest.raises(TrackingFailed) as raised:
        limit.within(5, lambda: "found")
    assert raised.value.kind == OVERLOADED
    # The place is free a moment after the work has ended.
    assert _until_there_is_room(limit, lambda: "found") == "found"


def test_as_many_are_done_at_the_same_time_as_may_be_under_way():
    limit, together = HardLimit(8), threading.Barrier(8)
    callers = [threading.Thread(target=limit.within, args=(5, lambda: together.wait(5))) for _ in range(8)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert not together.broken


def test_a_thread_without_work_ends_and_the_next_work_has_a_new_one(monkeypatch):
    monkeypatch.setattr(hard_limit, "KEPT_FOR", 0.01)
    limit = HardLimit(1)
    first = limit.within(5, threading.current_thread)
    first.join(5)
    assert not first.is_alive()
    assert limit.within(5, threading.current_thread) is not first


def _until_there_is_room(limit, work):
    for _ in range(1000):
        try:
            return limit.within(5, work)
        except TrackingFailed as error:
            assert error.kind == OVERLOADED
            threading.Event().wait(0.005)
    return None
