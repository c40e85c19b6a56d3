"""A provider that is down is left alone, and asked again carefully."""

from actions.tracking.breaker import Breaker


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def breaker():
    clock = Clock()
    return Breaker(failures=3, pause=30, now=clock), clock


def test_it_lets_through_until_so_many_failures_came_in_a_row():
    one, _ = breaker()
    for _ in range(2):
        one.failed()
        assert one.lets_through()
    one.failed()
    assert not one.lets_through()


def test_an_answer_in_between_begins_the_count_anew():
    one, _ = breaker()
    for _ in range(5):
        one.failed()
        one.failed()
        one.succeeded()
    assert one.lets_through()


def test_after_a_pause_one_is_let_through_and_the_others_wait_for_what_becomes_of_it():
    one, clock = breaker()
    for _ in range(3):
        one.failed()
    clock.now += 29
    assert not one.lets_through()
    clock.now += 1
    assert [one.lets_through() for _ in range(3)] == [True, False, False]
    one.failed()
    clock.now += 29
    assert not one.lets_through()
    clock.now += 1
    assert one.lets_through()
    one.succeeded()
    assert [one.lets_through() for _ in range(3)] == [True, True, True]


def test_whoever_never_comes_back_does_not_shut_it_for_ever():
    one, clock = breaker()
    for _ in range(3):
        one.failed()
    clock.now += 30
    assert one.lets_through()
    clock.now += 30
    assert one.lets_through()


def test_it_is_left_alone_for_as_long_as_it_asked_for_even_after_one_failure():
    one, clock = breaker()
    one.failed(leave_alone=60)
    one.succeeded()
    clock.now += 59
    assert not one.lets_through(), "an answer that was under way does not shorten it"
    clock.now += 1
    assert one.lets_through()
