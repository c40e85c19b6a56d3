"""Released replies reach the platform: in order, again after a failure, and not at all when it never takes them."""

import asyncio
import time
from datetime import datetime, timedelta, timezone

import pytest

from bot import sender
from bot.channels.platform import send
from bot.sender import OutboxSender
from cases import clock, database, outbox, record, settings
from cases.database import reading, transaction
from cases.models import OutboxMessage
from tests.scripted_server import Answer, ScriptedServer


@pytest.fixture
def cases_database(var, monkeypatch):
    """The newest schema, looked at often, and short pauses after a failure."""
    database.upgrade()
    monkeypatch.setattr(sender, "POLL_SECONDS", 0.02)
    return var


@pytest.fixture
def released(cases_database):
    """``released(text, conversation)``: an assistant's reply that may go out; its id."""
    count = 0

    def release(text, conversation="c1", channel="platform"):
        nonlocal count
        count += 1
        with transaction() as session:
            case = record.open_case(session, conversation, channel)
            session.add(
                OutboxMessage(
                    id=f"o-{count}",
                    case_id=case.id,
                    conversation_id=conversation,
                    channel=channel,
                    sender_kind="assistant",
                    text=text,
                    language="en",
                    buttons=[],
                    status="released",
                    created_at=clock.now() + timedelta(milliseconds=count),
                )
            )
        return f"o-{count}"

    return release


@pytest.fixture
def platform(cases_database, monkeypatch):
    """``platform(answer…)``: a platform that answers so, and takes everything afterwards."""
    started = []

    def start(*script):
        server = ScriptedServer(*script, otherwise=Answer(202)).__enter__()
        started.append(server)
        monkeypatch.setenv("PORCHLIGHT_PLATFORM_REPLIES_URL", f"{server.url}/replies")
        settings.settings.cache_clear()
        return server

    yield start
    for server in started:
        server.__exit__()


@pytest.fixture
async def sending():
    """The running sender of the platform's channel."""
    running = OutboxSender("platform", send)
    running.start()
    yield running
    await running.stop()


def row(outbox_id):
    with reading() as session:
        return session.get(OutboxMessage, outbox_id)


async def eventually(look, within=10.0):
    end = time.monotonic() + within
    while not look():
        assert time.monotonic() < end, f"not seen within {within} s"
        await asyncio.sleep(0.02)


async def is_sent(*ids):
    await eventually(lambda: all(row(outbox_id).status == "sent" for outbox_id in ids))


def texts(server):
    return [call.data["text"] for call in server.calls]


async def test_replies_of_a_conversation_are_sent_in_order_and_once_each(platform, released, sending):
    server = platform()
    ids = [released(f"reply {number}") for number in range(10)]
    await is_sent(*ids)
    await asyncio.sleep(0.1)
    assert texts(server) == [f"reply {number}" for number in range(10)]
    assert [call.data["id"] for call in server.calls] == ids
    assert row(ids[0]).sent_at is not None


@pytest.mark.parametrize("first", [Answer(503), Answer(500), Answer(hang_up=True), Answer(429), Answer(401)])
async def test_a_failure_is_tried_again_under_the_same_id_and_the_next_reply_waits(platform, released, sending, first):
    server = platform(first)
    ids = [released("first"), released("second")]
    await is_sent(*ids)
    assert texts(server) == ["first", "first", "second"]
    assert {call.data["id"] for call in server.calls[:2]} == {ids[0]}
    assert row(ids[0]).attempts == 1 and row(ids[0]).last_error is None


async def test_a_failing_conversation_keeps_no_other_back(platform, released, sending):
    platform(Answer(503, headers={"Retry-After": "600"}))
    stuck = released("stuck", "c1")
    await eventually(lambda: row(stuck).attempts == 1)
    await is_sent(released("other", "c2"))
    assert row(stuck).status == "released"


async def failed(outbox_id):
    """Waits for the first failure; how long the next attempt is away, in seconds."""
    await eventually(lambda: row(outbox_id).attempts == 1)
    return (row(outbox_id).next_attempt_at - datetime.now(timezone.utc)).total_seconds()


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [("30", 25, 30), ("999999", 3590, 3600), ("soon", 0, 1), ("Mon, 23 Nov 2026 12:00:00 GMT", 0, 1), ("-5", 0, 1)],
)
async def test_the_pause_that_a_platform_asks_for_is_kept_within_reason(
    platform, released, sending, asked, least, most
):
    platform(Answer(429, headers={"Retry-After": asked}))
    assert least <= await failed(released("hello")) <= most


async def test_pauses_double_and_end_with_a_reply_that_an_agent_must_see(platform, released):
    outbox_id = released("hello")
    pauses = []
    for _ in range(outbox.MOST_ATTEMPTS):
        before = datetime.now(timezone.utc)
        with transaction() as session:
            outbox.mark_failed(session, outbox_id, "ConnectionError", final=False)
        if row(outbox_id).status == "released":
            pauses.append((row(outbox_id).next_attempt_at - before).total_seconds())
    assert all(1.9 < later / earlier < 2.1 for earlier, later in zip(pauses[:7], pauses[1:8]))
    assert max(pauses) < 301
    assert row(outbox_id).status == "dead"


@pytest.mark.parametrize("status", [400, 404, 410, 413, 422])
async def test_what_a_platform_never_takes_is_given_up_at_once_and_the_next_goes_out(
    platform, released, sending, status
):
    server = platform(Answer(status))
    refused, next_one = released("too long"), released("short")
    await is_sent(next_one)
    assert texts(server) == ["too long", "short"]
    assert (row(refused).status, row(refused).attempts) == ("dead", 1)
    assert str(status) in row(refused).last_error


async def test_a_reply_of_another_channel_is_left_alone(platform, released, sending):
    server = platform()
    other = released("by another door", "c2", channel="shop")
    await is_sent(released("hello"))
    assert texts(server) == ["hello"]
    assert row(other).status == "released"


async def test_a_platform_that_is_down_gets_everything_when_it_is_back(platform, released, sending, monkeypatch):
    with ScriptedServer() as gone:
        url = gone.url
    monkeypatch.setenv("PORCHLIGHT_PLATFORM_REPLIES_URL", url)
    settings.settings.cache_clear()
    ids = [released("first"), released("second")]
    await eventually(lambda: row(ids[0]).attempts == 1)
    assert row(ids[0]).last_error == "ConnectionError"
    server = platform()
    await is_sent(*ids)
    assert texts(server) == ["first", "second"]


async def test_an_agent_who_takes_over_while_a_reply_is_on_its_way_stops_further_attempts(platform, released, sending):
    server = platform(Answer(503))
    outbox_id = released("hello")
    await eventually(lambda: row(outbox_id).attempts == 1)
    with transaction() as session:
        record.take_over(session, record.case_of_conversation(session, "c1"), "agnes")
    await asyncio.sleep(1.5)
    assert texts(server) == ["hello"]
    assert row(outbox_id).status == "refused"


async def test_a_database_that_is_away_for_a_moment_stops_nothing(platform, released, sending, monkeypatch):
    platform()
    outbox_id = released("hello")
    monkeypatch.setenv("PORCHLIGHT_CASES_URL", "sqlite:////dev/null/nowhere.db")
    settings.settings.cache_clear()
    await asyncio.sleep(0.2)
    monkeypatch.delenv("PORCHLIGHT_CASES_URL")
    settings.settings.cache_clear()
    await is_sent(outbox_id)


async def test_stopping_leaves_what_was_not_sent_for_the_next_start(platform, released, monkeypatch):
    monkeypatch.setattr("bot.channels.platform.SEND_SECONDS", (1, 0.5))
    server = platform(Answer(202, after=30))
    running = OutboxSender("platform", send)
    running.start()
    outbox_id = released("hello")
    await eventually(lambda: server.calls)
    await running.stop()
    assert row(outbox_id).status == "released"


@pytest.mark.parametrize("error", [ValueError("a Retry-After of ²"), UnicodeEncodeError("utf-8", "\ud83d", 0, 1, "no")])
async def test_an_error_that_nobody_thought_of_counts_as_a_failure(released, error):
    calls = []

    def broken(reply):
        calls.append(reply.id)
        raise error

    running = OutboxSender("platform", broken)
    running.start()
    outbox_id = released("hello")
    await eventually(lambda: calls)
    await asyncio.sleep(0.3)
    await running.stop()
    assert row(outbox_id).attempts == 1
    assert len(calls) == 1
