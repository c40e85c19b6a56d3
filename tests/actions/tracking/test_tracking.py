"""The front door of tracking: who is asked when, and that it always ends in time."""

import inspect
import socket
import threading
import time
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime, timezone

import pytest
from structlog.testing import capture_logs

from actions.orders.order import Parcel
from actions.tracking import easypost
from actions.tracking.parcel_facts import NOT_FOUND, LastMile, ParcelFacts, TrackingFailed
from actions.tracking.provider import Provider
from actions.tracking.providers import Plan, read_plan
from actions.tracking.tracking import Tracking
from tests.actions.tracking.providers_under_test import PROVIDERS
from tests.scripted_server import Answer, ScriptedServer

NUMBER = "CC731010015DE"
NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
ORDER = ("easypost", "aftership", "seventeen_track")
BY_NAME = {str(provider): provider for provider in PROVIDERS}


def delivered(name="easypost", number=NUMBER):
    """A provider's answer about the delivered parcel."""
    data = BY_NAME[name].answer()
    if name == "easypost":
        data["tracking_code"] = number
    return Answer(body=data)


def nothing_known():
    data = BY_NAME["easypost"].answer()
    return Answer(body={**data, "tracking_code": NUMBER, "status": "unknown", "tracking_details": []})


@pytest.fixture
def door(monkeypatch):
    """``with door(easypost=[Answer(…), …], aftership=[…]) as (tracking, servers):`` asked in the order of `ORDER`."""

    @contextmanager
    def opened(limits=None, **scripts):
        with ExitStack() as stack:
            servers = {name: stack.enter_context(ScriptedServer(*script)) for name, script in scripts.items()}
            own = read_plan()
            for name in servers:
                monkeypatch.setenv(own.providers[name]["key"], f"secret-{name}")
            addresses = {
                name: {**about, "address": servers[name].url if name in servers else None}
                for name, about in own.providers.items()
            }
            plan = Plan(addresses, {"other": tuple(n for n in ORDER if n in servers)}, {**own.limits, **(limits or {})})
            yield Tracking(plan, now=lambda: NOW), servers

    return opened


def ask(tracking, number=NUMBER, fresh=False):
    """One look-up's facts."""
    [facts] = tracking.look_up([Parcel(number, "CityCourier", "")], fresh=fresh)
    return facts


def counts(servers):
    return {name: len(server.calls) for name, server in servers.items()}


# In order of preference


def test_the_first_who_knows_is_the_only_one_asked(door):
    with door(easypost=[delivered()], aftership=[]) as (tracking, servers):
        facts = ask(tracking)
        assert (facts.provider, facts.status, facts.fetched_at) == ("easypost", "delivered", NOW)
        assert counts(servers) == {"easypost": 1, "aftership": 0}


@pytest.mark.parametrize(
    "answer",
    [
        Answer(401),
        Answer(404),
        Answer(418),
        Answer(422),
        Answer(429, headers={"Retry-After": "60"}),
        Answer(body=b"<html>"),
        delivered(number="ANOTHER1"),
        nothing_known(),
    ],
    ids=["401", "404", "418", "422", "429", "page", "another parcel", "nothing known"],
)
def test_whoever_can_not_tell_is_followed_by_the_next(door, answer):
    with door(easypost=[answer], aftership=[delivered("aftership")]) as (tracking, servers):
        assert ask(tracking).provider == "aftership"
        assert counts(servers) == {"easypost": 1, "aftership": 1}


def test_whoever_is_silent_leaves_time_for_the_next(door):
    scripts = {"easypost": [Answer(after=20)], "aftership": [Answer(after=20)]}
    with door({"seconds": 2.4}, **scripts, seventeen_track=[delivered("seventeen_track")]) as (tracking, _):
        began = time.monotonic()
        assert ask(tracking).provider == "seventeen_track"
        assert time.monotonic() - began < 2.4


def test_if_nobody_knows_more_the_first_one_is_believed(door):
    with door(easypost=[nothing_known()], aftership=[Answer(404)]) as (tracking, _):
        facts = ask(tracking)
        assert (facts.provider, facts.status) == ("easypost", "unknown")


def test_if_nobody_answers_nothing_is_known(door):
    with door(easypost=[Answer(404)], aftership=[Answer(401)]) as (tracking, _):
        assert ask(tracking) is None


def test_without_any_provider_nothing_is_known(door):
    with door() as (tracking, _):
        assert ask(tracking) is None


def test_the_postcode_goes_to_the_provider(door, monkeypatch):
    told = []
    real = easypost.look_up
    monkeypatch.setattr(
        easypost, "look_up", lambda *asked, **more: told.append(more["postcode"]) or real(*asked, **more)
    )
    with door(easypost=[delivered()]) as (tracking, _):
        tracking.look_up([Parcel(NUMBER, None, "")], postcode="10115")
    assert told == ["10115"]


def test_a_fault_of_our_own_is_told_and_followed_by_the_next_provider(door, monkeypatch):
    def faulty(tracking_number, *asked, **more):
        raise ZeroDivisionError(f"the text of an error may hold the number: {tracking_number}")

    monkeypatch.setattr(easypost, "look_up", faulty)
    with door(easypost=[], aftership=[delivered("aftership")]) as (tracking, _), capture_logs() as logs:
        assert ask(tracking).provider == "aftership"
    [fault] = [log for log in logs if log["event"] == "tracking.fault"]
    assert fault["error"].startswith("ZeroDivisionError in faulty, line ")


# The last mile

USPS = "9400111206206406260787"


def handed_over(by="USPS"):
    """EasyPost's answer about a parcel that USPS took over."""
    data = BY_NAME["easypost"].answer()
    scan = {"status": "in_transit", "datetime": "2026-11-18T12:00:00Z", "message": f"Tendered to {by}, {USPS}"}
    return Answer(body={**data, "tracking_code": NUMBER, "status": "in_transit", "tracking_details": [scan]})


def test_a_last_mile_is_asked_for_once_and_the_facts_are_joined(door):
    with door(easypost=[handed_over(), delivered(number=USPS)]) as (tracking, servers):
        facts = ask(tracking)
        assert [call.data["tracker"] for call in servers["easypost"].calls] == [
            {"tracking_code": NUMBER, "carrier": "CityCourier"},
            {"tracking_code": USPS, "carrier": "USPS"},
        ]
    assert (facts.tracking_number, facts.status, facts.last_mile.carrier) == (NUMBER, "delivered", "USPS")
    assert [answer.tracking_number for answer in facts.answers] == [NUMBER, USPS]
    assert all(answer.fetched_at == NOW for answer in facts.answers)


def test_there_is_one_hop_only(door):
    """What the last mile says of still another carrier is not followed."""
    further = handed_over()
    further.body = {**further.body, "tracking_code": USPS}
    further.body["tracking_details"][0]["message"] = "Handed over to DPD, tracking number 09980000020033F"
    with door(easypost=[handed_over(), further, Answer(500)]) as (tracking, servers):
        assert ask(tracking).last_mile.tracking_number == USPS
        assert counts(servers) == {"easypost": 2}


@pytest.mark.parametrize("answer", [Answer(404), Answer(500), Answer(body=b"x"), Answer(after=20)])
def test_a_last_mile_that_can_not_be_asked_leaves_the_first_answer_in_time(door, answer):
    with door({"seconds": 1.2, "attempts": 1}, easypost=[handed_over(), answer]) as (tracking, _):
        began = time.monotonic()
        facts = ask(tracking)
        assert time.monotonic() - began < 2
    assert (facts.tracking_number, facts.status, facts.parts) == (NUMBER, "in_transit", ())
    assert facts.last_mile.tracking_number == USPS


def test_who_tells_the_other_carriers_scans_already_is_not_asked_again_and_others_are(door):
    data = BY_NAME["aftership"].answer()
    data["data"]["trackings"][0]["last_mile"] = {"slug": "citycourier", "tracking_number": USPS}
    with door(aftership=[Answer(body=data)]) as (tracking, servers):
        assert ask(tracking).last_mile.is_followed
        assert counts(servers) == {"aftership": 1}
    scripts = {"easypost": [Answer(404), delivered(number=USPS)], "aftership": [Answer(body=data)]}
    with door(**scripts) as (tracking, servers):
        facts = ask(tracking)
        assert counts(servers) == {"easypost": 2, "aftership": 1}
    assert (facts.provider, facts.signed_by) == ("easypost", "M. Keller")


@pytest.fixture
def answering(monkeypatch):
    """``answering({number: facts})``: a Tracking whose only provider knows these, and who was asked about."""
    monkeypatch.setenv("PORCHLIGHT_EASYPOST_KEY", "secret-easypost")
    asked = []

    def opened(known, wait=lambda: None):
        def look_up(number, *about, **more):
            asked.append(number)
            wait()
            if number not in known:
                raise TrackingFailed("not known", NOT_FOUND)
            return known[number]

        monkeypatch.setattr(easypost, "look_up", look_up)
        return Tracking(_with(), now=lambda: NOW), asked

    return opened


IN_TRANSIT = ParcelFacts(NUMBER, "easypost", "in_transit")
DELIVERED = ParcelFacts(USPS, "easypost", "delivered")


@pytest.mark.parametrize("known", [{NUMBER: IN_TRANSIT, USPS: DELIVERED}, {USPS: DELIVERED}], ids=["both", "one"])
def test_a_last_mile_that_the_order_tells_is_asked_for_at_the_same_time(answering, known):
    both = threading.Barrier(2)  # nobody answers before both are asked
    tracking, asked = answering(known, lambda: both.wait(5))
    parcel = Parcel(NUMBER, "Cainiao", last_mile=LastMile(USPS, "USPS"))
    [facts] = tracking.look_up([parcel])
    assert sorted(asked) == sorted([NUMBER, USPS])
    assert (facts.tracking_number, facts.status, facts.last_mile) == (NUMBER, "delivered", parcel.last_mile)


def test_the_orders_last_mile_goes_before_another_one_that_a_provider_tells(answering):
    other = replace(IN_TRANSIT, last_mile=LastMile("09980000020033F", "DPD", "easypost"))
    tracking, asked = answering({NUMBER: other, USPS: DELIVERED})
    [facts] = tracking.look_up([Parcel(NUMBER, "Cainiao", last_mile=LastMile(USPS, "USPS"))])
    assert facts.last_mile.tracking_number == USPS
    assert "09980000020033F" not in asked


def test_a_last_mile_that_the_order_lists_as_a_parcel_is_asked_as_that_one(answering):
    told = replace(IN_TRANSIT, last_mile=LastMile(USPS, "usps", "easypost"))
    tracking, asked = answering({NUMBER: told, USPS: DELIVERED})
    parcels = [Parcel(NUMBER, "Cainiao"), Parcel(USPS, "a name of the shop's own")]
    tracking.look_up(parcels[1:])
    [facts, other] = tracking.look_up(parcels)
    assert (facts.status, other.status) == ("delivered", "delivered")
    assert asked == [USPS, NUMBER], "what was known of it a moment ago did"


# Tried again


@pytest.mark.parametrize("answer", [Answer(500), Answer(503), Answer(hang_up=True), Answer(429)])
def test_what_may_pass_is_tried_again(door, answer):
    with door(easypost=[answer, answer, delivered()]) as (tracking, servers):
        assert ask(tracking).status == "delivered"
        assert counts(servers) == {"easypost": 3}


def test_it_is_not_tried_for_ever(door):
    with door(easypost=[Answer(500)] * 9) as (tracking, servers):
        assert ask(tracking) is None
        assert counts(servers) == {"easypost": 3}


def test_a_provider_that_says_when_is_asked_then_and_not_before(door):
    with door(easypost=[Answer(429, headers={"Retry-After": "1"}), delivered()]) as (tracking, servers):
        began = time.monotonic()
        assert ask(tracking).status == "delivered"
        assert 1 <= time.monotonic() - began < 3


def test_a_provider_that_wants_to_be_left_alone_for_long_is(door):
    busy = Answer(429, headers={"Retry-After": "60"})
    scripts = {"easypost": [busy, delivered()], "aftership": [delivered("aftership")] * 2}
    with door(**scripts) as (tracking, servers):
        assert [ask(tracking, fresh=True).provider for _ in range(2)] == ["aftership", "aftership"]
        assert counts(servers) == {"easypost": 1, "aftership": 2}


def test_a_good_answer_is_waited_for_by_nobody(door, monkeypatch):
    import tenacity.nap

    monkeypatch.setattr(tenacity.nap.time, "sleep", lambda seconds: pytest.fail("it slept"))
    with door(easypost=[delivered()]) as (tracking, _):
        assert ask(tracking).status == "delivered"


# Left alone


def test_after_some_failures_a_provider_is_not_asked_any_more(door):
    with door({"attempts": 1}, easypost=[Answer(500)] * 9) as (tracking, servers):
        for _ in range(5):
            assert ask(tracking) is None
        assert counts(servers) == {"easypost": 3}


@pytest.mark.parametrize("answer", [Answer(404), Answer(418), Answer(body=b"x")], ids=["404", "418", "nonsense"])
def test_an_answer_that_is_no_help_does_not_speak_against_a_provider(door, answer):
    with door(easypost=[answer] * 5 + [delivered()]) as (tracking, _):
        for _ in range(5):
            assert ask(tracking) is None
        assert ask(tracking).status == "delivered"


@pytest.mark.parametrize("answer", [delivered(), Answer(404)], ids=["an answer", "not found"])
def test_any_answer_in_between_begins_the_count_of_failures_anew(door, answer):
    script = [Answer(500), Answer(500), answer, Answer(500), Answer(500), delivered()]
    with door({"attempts": 1}, easypost=script) as (tracking, servers):
        for _ in range(5):
            ask(tracking, fresh=True)
        assert ask(tracking, fresh=True).status == "delivered"


def test_silence_at_one_address_trips_no_other_address_of_the_provider():
    """DEMO-1009 has an address of its own."""
    with ScriptedServer(otherwise=Answer(after=20)) as silent, ScriptedServer(otherwise=delivered()) as answers:
        tracking = Tracking(_with(seconds=0.6), now=lambda: NOW)
        for _ in range(5):
            assert tracking.look_up([Parcel(NUMBER, None, "easypost", f"{silent.url}/silent-carrier")]) == [None]
        assert len(silent.calls) == 3
        [facts] = tracking.look_up([Parcel(NUMBER, None, "easypost", f"{answers.url}/carrier")])
        assert facts.status == "delivered"


def test_a_provider_that_is_up_again_is_found_out(door):
    with door({"attempts": 1, "pause": 0}, easypost=[Answer(500)] * 5 + [delivered()]) as (tracking, servers):
        assert [ask(tracking) for _ in range(5)] == [None] * 5
        assert ask(tracking).status == "delivered"


# Remembered and shared


def test_an_answer_is_remembered_for_a_short_time_and_asked_for_anew_when_it_must_be_fresh(door):
    with door(easypost=[delivered(), delivered()]) as (tracking, servers):
        first = ask(tracking)
        assert ask(tracking) is first
        assert counts(servers) == {"easypost": 1}
        assert ask(tracking, fresh=True) is not first
        assert counts(servers) == {"easypost": 2}


def test_what_is_remembered_is_of_this_parcel_at_this_address(door):
    with door(easypost=[delivered(), delivered(number="CC731010024DE")]) as (tracking, servers):
        assert ask(tracking).tracking_number == NUMBER
        assert ask(tracking, "CC731010024DE").tracking_number == "CC731010024DE"


def test_an_old_answer_is_forgotten(door):
    with door({"cache_seconds": 0}, easypost=[delivered(), delivered()]) as (tracking, servers):
        ask(tracking), ask(tracking)
        assert counts(servers) == {"easypost": 2}


@pytest.mark.parametrize("answer", [Answer(404), nothing_known()])
def test_what_tells_nothing_is_not_remembered(door, answer):
    with door(easypost=[answer, delivered()]) as (tracking, _):
        ask(tracking)
        assert ask(tracking).status == "delivered"


def together(*works):
    """The results of all, done at the same time."""
    results, ready = [None] * len(works), threading.Barrier(len(works))

    def run(index, work):
        ready.wait()
        results[index] = work()

    threads = [threading.Thread(target=run, args=entry) for entry in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_who_asks_the_same_at_the_same_time_shares_an_answer(door):
    late = delivered()
    late.after = 0.5
    with door(easypost=[late]) as (tracking, servers):
        first, *others = together(*[lambda: ask(tracking, fresh=True)] * 4)
        assert first.status == "delivered"
        assert all(facts is first for facts in others)
        assert counts(servers) == {"easypost": 1}


def test_who_asks_the_same_at_the_same_time_shares_a_failure_too(door):
    with door({"attempts": 1}, easypost=[Answer(500, after=0.5)]) as (tracking, servers):
        assert together(*[lambda: ask(tracking)] * 3) == [None] * 3
        assert counts(servers) == {"easypost": 1}


# In time


def _with(**limits):
    own = read_plan()
    return Plan(own.providers, own.carriers, {**own.limits, **limits})


@contextmanager
def dripping_head():
    """A server that sends the head of its answer a byte at a time, and never ends."""
    stopping = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def drip(connection):
        with connection:
            connection.recv(65536)
            while not stopping.wait(0.05):
                try:
                    connection.sendall(b"H")
                except OSError:
                    return

    def serve():
        while True:
            try:
                threading.Thread(target=drip, args=(listener.accept()[0],), daemon=True).start()
            except OSError:
                return

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stopping.set()
        listener.close()


def test_a_server_that_never_ends_even_the_head_of_its_answer_is_left_in_time():
    with dripping_head() as url:
        tracking = Tracking(_with(seconds=0.6, grace=0.1), now=lambda: NOW)
        began = time.monotonic()
        assert tracking.look_up([Parcel(NUMBER, None, "easypost", url)]) == [None]
        assert time.monotonic() - began < 2


def test_many_silent_parcels_take_as_long_as_one():
    with ScriptedServer(otherwise=Answer(after=20)) as silent:
        tracking = Tracking(_with(seconds=0.6, failures=99), now=lambda: NOW)
        began = time.monotonic()
        parcels = [Parcel(f"CC{place}", None, "easypost", silent.url) for place in range(20)]
        assert tracking.look_up(parcels) == [None] * 20
        assert time.monotonic() - began < 3


def test_the_parcels_of_an_order_are_told_in_their_order():
    slow, other = delivered(), delivered(number="CC731010024DE")
    slow.after = 0.3
    with ScriptedServer(slow) as one, ScriptedServer(other) as two:
        tracking = Tracking(_with(), now=lambda: NOW)
        parcels = [Parcel(NUMBER, None, "easypost", one.url), Parcel("CC731010024DE", None, "easypost", two.url)]
        assert [facts.tracking_number for facts in tracking.look_up(parcels)] == [NUMBER, "CC731010024DE"]
        assert tracking.look_up([]) == []


def test_there_is_an_end_to_how_much_may_hang():
    with dripping_head() as url, ScriptedServer(otherwise=delivered()) as answers:
        tracking = Tracking(_with(seconds=0.6, grace=0.0, under_way=1, failures=99), now=lambda: NOW)
        assert tracking.look_up([Parcel(NUMBER, None, "easypost", url)]) == [None]
        began = time.monotonic()
        with capture_logs() as logs:
            assert tracking.look_up([Parcel(NUMBER, None, "easypost", answers.url)]) == [None]
        assert time.monotonic() - began < 1
        assert "overloaded" in {log.get("kind") for log in logs}
        assert answers.calls == []


# Said in the log


@pytest.mark.parametrize(
    "answer", [Answer(401), Answer(500), Answer(418), Answer(body=b"x"), Answer(hang_up=True), Answer(after=20)]
)
def test_what_went_wrong_is_logged_without_key_address_or_number(door, answer):
    limits = {"attempts": 1, "seconds": 0.6}
    with door(limits, easypost=[answer]) as (tracking, servers), capture_logs() as logs:
        ask(tracking)
    failed = next(log for log in logs if log["event"] == "tracking.failed")
    assert failed["provider"] == "easypost"
    assert failed["kind"]
    assert failed["log_level"] == ("error" if answer.status in (401, 418) else "warning")
    for secret in (NUMBER, "secret-easypost", servers["easypost"].url, "127.0.0.1"):
        assert secret not in str(logs)


def test_all_five_are_providers_of_the_protocol():
    for provider in PROVIDERS:
        told = inspect.signature(provider.module.look_up).parameters
        assert list(told) == list(inspect.signature(Provider.look_up).parameters)[1:]
