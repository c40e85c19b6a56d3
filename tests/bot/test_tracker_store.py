"""The tracker stays small however long a conversation gets, and an error never becomes an empty one."""

import sqlite3

import pytest
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import (
    ActionExecuted,
    ActionExecutionRejected,
    ActiveLoop,
    BotUttered,
    ConversationPaused,
    ConversationResumed,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.tracker_store import TURNS, BoundedTrackerStore
from bot.turn_failed import TurnFailed
from cases import database
from tests.bot.conversation import domain, said


@pytest.fixture
def file(tmp_path, monkeypatch):
    """Where the trackers are; a database that is locked is waited for only shortly."""
    monkeypatch.setattr(database, "SQLITE_BUSY_SECONDS", 0.1)
    return tmp_path / "tracker.db"


@pytest.fixture
def store(file):
    """An empty tracker store."""
    return BoundedTrackerStore(domain(), url=f"sqlite:///{file}")


def empty(sender="c1"):
    return DialogueStateTracker(sender, domain().slots)


def take_turn(tracker, number, *further):
    """A buyer's message and the answer, as Rasa writes them down."""
    events = [
        said("deny", f"message {number:04}", checked_neighbors="not_there"),
        SlotSet("checked_neighbors", "not_there"),
        ActionExecuted("utter_noted"),
        BotUttered(f"answer {number:04}", {"buttons": []}),
        *further,
        ActionExecuted(ACTION_LISTEN_NAME),
    ]
    for event in events:
        tracker.update(event, domain())


def stored_size(file):
    with sqlite3.connect(file) as connection:
        return connection.execute("SELECT length(events) FROM trackers").fetchone()[0]


def texts(tracker):
    return [event.text for event in tracker.events if isinstance(event, (UserUttered, BotUttered))]


async def after(store, turns, *further):
    """The conversation after so many turns, each read, taken and saved."""
    await store.save(empty())
    for number in range(turns):
        tracker = await store.retrieve("c1")
        take_turn(tracker, number, *(further if number == 0 else ()))
        await store.save(tracker)
    return await store.retrieve("c1")


async def test_two_hundred_turns_take_as_much_room_as_five(store, file):
    await after(store, 5)
    at_five = stored_size(file)
    tracker = await after(store, 200)
    assert stored_size(file) <= at_five * 1.05
    assert len(tracker.events) < 20


async def test_the_last_two_turns_are_kept_as_they_were(store):
    tracker = await after(store, 200)
    assert texts(tracker) == ["message 0198", "answer 0198", "message 0199", "answer 0199"]
    assert TURNS == 2
    assert tracker.latest_message.intent["name"] == "deny"
    assert tracker.latest_message.entities == [{"entity": "checked_neighbors", "value": "not_there"}]
    assert tracker.latest_action_name == ACTION_LISTEN_NAME


async def test_what_was_said_two_hundred_turns_ago_is_still_in_the_slots(store):
    told = {
        "order_number": "DEMO-1001",
        "address_confirmed": False,
        "delivered_at": "2026-11-20T12:00:00+00:00",
        "has_photo": True,
        "misunderstandings": 1,
        "requested_slot": "checked_household",
        "stage": "checking",
    }
    tracker = await after(store, 200, *(SlotSet(name, value) for name, value in told.items()))
    assert {name: tracker.get_slot(name) for name in told} == told
    assert tracker.get_slot("checked_neighbors") == "not_there"
    assert tracker.get_slot("buyer_wish") is None


async def test_a_slot_that_was_emptied_stays_empty(store):
    tracker = await after(store, 3, SlotSet("outcome", "waiting"), SlotSet("outcome", None))
    assert tracker.get_slot("outcome") is None


async def test_the_form_that_was_begun_two_hundred_turns_ago_is_still_active_and_rules_are_heard(store):
    tracker = await after(store, 200, ActiveLoop("delivery_check"), ActionExecutionRejected("delivery_check"))
    assert tracker.active_loop_name == "delivery_check"
    assert tracker.is_active_loop_rejected


async def test_a_form_that_ended_stays_ended(store):
    tracker = await after(store, 3, ActiveLoop("delivery_check"), ActiveLoop(None))
    assert tracker.active_loop_name is None


async def test_a_pause_two_hundred_turns_ago_still_holds(store):
    assert (await after(store, 200, ConversationPaused())).is_paused()


async def test_a_pause_that_was_ended_does_not_come_back(store):
    assert not (await after(store, 3, ConversationPaused(), ConversationResumed())).is_paused()


async def test_a_long_pause_in_which_the_buyer_goes_on_writing_stays_small(store, file):
    await store.save(empty())
    sizes = []
    for number in range(60):
        tracker = await store.retrieve("c1")
        tracker.update(said("deny", f"message {number:04}"), domain())
        if number == 0:
            tracker.update(ConversationPaused(), domain())
        await store.save(tracker)
        sizes.append(stored_size(file))
    assert (await store.retrieve("c1")).is_paused()
    assert sizes[-1] <= sizes[5] * 1.05


async def test_of_a_message_only_what_is_needed_later_is_kept(store, file):
    tracker = empty()
    message = said("deny", "nothing")
    message.parse_data["intent_ranking"] = [{"name": "deny", "confidence": 1.0}] * 10
    tracker.update(message, domain())
    await store.save(tracker)
    with sqlite3.connect(file) as connection:
        assert "intent_ranking" not in connection.execute("SELECT events FROM trackers").fetchone()[0]


async def test_saving_the_same_tracker_again_changes_nothing(store):
    tracker = await after(store, 10)
    before = [event.as_dict() for event in tracker.events]
    await store.save(tracker)
    again = await store.retrieve("c1")
    assert [{**event.as_dict(), "timestamp": 0} for event in again.events] == [
        {**event, "timestamp": 0} for event in before
    ]


async def test_conversations_are_kept_apart(store):
    for sender, order in (("a", "DEMO-1001"), ("b", "DEMO-1002")):
        tracker = empty(sender)
        tracker.update(SlotSet("order_number", order), domain())
        await store.save(tracker)
    assert (await store.retrieve("a")).get_slot("order_number") == "DEMO-1001"
    assert (await store.retrieve("b")).get_slot("order_number") == "DEMO-1002"
    assert sorted(await store.keys()) == ["a", "b"]


async def test_a_conversation_that_nobody_has_begun_is_none(store):
    assert await store.retrieve("nobody") is None


async def test_a_new_process_finds_the_tracker(store, file):
    await after(store, 3, ConversationPaused())
    other = BoundedTrackerStore(domain(), url=f"sqlite:///{file}")
    assert (await other.retrieve("c1")).is_paused()


def lock(file):
    """Keeps everybody else from reading and writing."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA locking_mode=EXCLUSIVE")
    connection.execute("BEGIN EXCLUSIVE")
    connection.execute("DELETE FROM trackers WHERE sender_id = ''")
    connection.execute("COMMIT")
    return connection


@pytest.fixture(params=["alone", "inside Rasa's fail-safe store"])
def broken(request, store, file):
    """``broken(how)``: the store, with the paused conversation ``c1`` in a database that nobody can use."""

    async def make(how):
        await after(store, 2, ConversationPaused())
        store._engine.dispose()
        request.addfinalizer(how(file).close)
        return store if request.param == "alone" else FailSafeTrackerStore(store)

    return make


class Corrupted:
    """Overwrites the database with nonsense."""

    def __init__(self, file):
        for name in (file, f"{file}-wal", f"{file}-shm"):
            with open(name, "wb") as database_file:
                database_file.write(b"no database at all " * 500)

    def close(self):
        """Nothing to close."""


@pytest.mark.parametrize("how", [lock, Corrupted])
async def test_a_database_that_can_not_be_read_fails_the_turn_instead_of_forgetting_the_pause(broken, how):
    found = await broken(how)
    with pytest.raises(TurnFailed):
        await found.retrieve("c1")


@pytest.mark.parametrize("how", [lock, Corrupted])
async def test_a_database_that_can_not_be_written_fails_the_turn(broken, how):
    found = await broken(how)
    with pytest.raises(TurnFailed):
        await found.save(empty())


@pytest.mark.parametrize("how", [lock, Corrupted])
async def test_a_database_that_can_not_be_listed_fails(broken, how):
    found = await broken(how)
    with pytest.raises(TurnFailed):
        await found.keys()


class Scrambled:
    """Leaves the database as it is, and half of the tracker in it."""

    def __init__(self, file):
        with sqlite3.connect(file) as connection:
            connection.execute("UPDATE trackers SET events = substr(events, 1, 20)")

    def close(self):
        """Nothing to close."""


async def test_half_a_tracker_fails_the_turn_instead_of_forgetting_the_pause(broken):
    found = await broken(Scrambled)
    with pytest.raises(TurnFailed):
        await found.retrieve("c1")


async def test_when_the_database_is_back_the_pause_is_too(store, file):
    await after(store, 2, ConversationPaused())
    store._engine.dispose()
    locked = lock(file)
    with pytest.raises(TurnFailed):
        await store.retrieve("c1")
    locked.close()
    assert (await store.retrieve("c1")).is_paused()
