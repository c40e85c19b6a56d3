from datetime import timedelta

import pytest

from cases import clock, follow_ups, record
from cases.database import reading, transaction
from cases.models import Case, InboxMessage


def _queue():
    with transaction() as session:
        return follow_ups.queue_due(session)


def _due():
    with reading() as session:
        return session.query(InboxMessage).filter(InboxMessage.kind == "follow_up").all()


@pytest.fixture
def waiting(write, turn):
    """A case that waits for its buyer until in an hour."""
    turn(write(), outcome="waiting", follow_up_at=clock.now() + timedelta(hours=1))


def test_a_follow_up_is_queued_when_it_is_due_and_only_once(waiting):
    assert _queue() == 0
    clock.advance(timedelta(hours=2))
    assert [_queue(), _queue()] == [1, 0]
    assert [row.payload for row in _due()] == [{"about": "wait_over"}]


def test_two_that_look_at_the_same_moment_queue_it_once(waiting):
    from threading import Barrier, Thread

    clock.advance(timedelta(hours=2))
    together, results = Barrier(4), []

    def look():
        together.wait()
        results.append(_queue())

    threads = [Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [0, 0, 0, 1]


def test_a_case_with_the_agents_is_not_followed_up(waiting, record_of):
    with transaction() as session:
        record.take_over(session, session.query(Case).one(), "lena")
    clock.advance(timedelta(hours=2))
    assert _queue() == 0
    assert record_of().follow_ups[0].status == "cancelled"


def test_a_new_plan_takes_the_place_of_the_old_one(waiting, write, turn, record_of):
    later = clock.now() + timedelta(hours=9)
    turn(write("tomorrow"), outcome="waiting", follow_up_at=later)
    assert [plan.status for plan in record_of().follow_ups] == ["cancelled", "planned"]
    assert [promise.due_at for promise in record_of().promises] == [later]


def test_two_plans_in_one_transaction_leave_one(write, record_of):
    write()
    with transaction() as session:
        case = session.query(Case).one()
        for hours in (1, 2):
            follow_ups.plan(session, case, "wait_over", clock.now() + timedelta(hours=hours))
    assert [plan.status for plan in record_of().follow_ups] == ["cancelled", "planned"]
    assert len(record_of().promises) == 1


def test_writing_again_keeps_the_promise_even_when_the_next_one_is_made(waiting, turn, record_of):
    clock.advance(timedelta(hours=2))
    _queue()
    again = clock.now() + timedelta(hours=20)
    turn(_due()[0].id, "Any news?", outcome="waiting", follow_up_at=again)
    promises = record_of().promises
    assert [bool(promise.kept_at) for promise in promises] == [True, False]
    assert promises[1].due_at == again


def test_a_follow_up_that_was_refused_keeps_no_promise(waiting, turn, record_of):
    clock.advance(timedelta(hours=2))
    _queue()

    def take_over():
        with transaction() as session:
            record.take_over(session, session.query(Case).one(), "lena")

    turn(_due()[0].id, "Any news?", between=take_over)
    assert record_of().promises[0].kept_at is None


def test_the_clock_only_moves_forward_and_only_in_the_sandbox(waiting, monkeypatch):
    before = clock.now()
    assert timedelta(hours=3) <= clock.advance(timedelta(hours=3)) - before < timedelta(hours=3, minutes=1)
    with pytest.raises(ValueError, match="forward"):
        clock.advance(timedelta(seconds=-1))
