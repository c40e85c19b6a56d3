"""A turn that begins with a carrier's news: who hears them, with a real tracker, a real case and an action server."""

import pytest
from rasa.shared.core.events import ActionExecuted, ConversationPaused, SlotSet

from bot.action_endpoint import StrictActionEndpoint
from bot.processor import turn_processor
from bot.tracker_store import BoundedTrackerStore
from bot.turns import run_turn
from cases import clock, database, inbox, record
from cases.database import reading, transaction
from cases.models import Case, InboxMessage, OutboxMessage
from tests.bot.core_model import quiet
from tests.scripted_server import Answer, ScriptedServer

NEWS = {"tracking_number": "CC1", "status": "available_for_pickup", "delivery_class": "D7"}
TOLD = {"tracking_number": "CC1", "tracking_status": "in_transit", "stage": "settled", "outcome": "informed"}
SAYS = Answer(body={"events": [], "responses": [{"text": "There is news."}]})


@pytest.fixture
def server():
    with ScriptedServer(otherwise=SAYS) as running:
        yield running


@pytest.fixture
def hear(var, deciding, server, monkeypatch):
    """``await hear(events, status)``: the reply to news, for a buyer whose tracker holds these events."""
    database.upgrade()
    processor = turn_processor(deciding)
    store = BoundedTrackerStore(processor.domain)
    monkeypatch.setattr(processor, "tracker_store", store)
    monkeypatch.setattr(processor, "action_endpoint", StrictActionEndpoint(server.url))

    async def act(*events, status="open", times=1):
        inbox.store_buyer_message("platform", "m1", "c1", "Where is it?", [], {}, {})
        with transaction() as session:
            session.query(InboxMessage).one().status = "done"
            case = session.query(Case).one()
            case.status, case.outcome = status, "informed"
            record.add_message(session, case, "assistant", "It is on its way.", clock.now())
            record.tell_news(session, case, "digest", NEWS)
        if events:
            tracker = store.init_tracker("c1")
            tracker.update_with_events(list(events), processor.domain)
            await store.save(tracker)
        with reading() as session:
            work = inbox.next_work(session, "c1")
        with quiet():
            return [await run_turn(deciding, work) for _ in range(times)]

    return act


def slots(**changed):
    """The events of a conversation that waits for the next message."""
    known = {**TOLD, **changed}
    return [*(SlotSet(name, known[name]) for name in known if known[name] is not None), ActionExecuted("action_listen")]


def is_done():
    with reading() as session:
        return [row.status for row in session.query(InboxMessage)] == ["done", "done"]


async def test_a_buyer_who_was_told_what_was_before_hears_it_once(hear, server):
    first, second = await hear(*slots(), times=2)
    assert (first.text, first.status, first.in_reply_to) == ("There is news.", "released", None)
    assert second is None and is_done()
    [call] = server.calls
    assert call.data["next_action"] == "action_follow_up"
    assert call.data["tracker"]["latest_message"]["metadata"]["news"] == NEWS


@pytest.mark.parametrize(
    "known",
    [
        {"tracking_status": None},
        {"stage": "identifying"},
        {"tracking_status": "available_for_pickup", "delivery_class": "D7"},
        {"tracking_number": "cc-1", "tracking_status": "available_for_pickup", "delivery_class": "D7"},
    ],
    ids=["was told nothing yet", "is not known to be the buyer", "has asked meanwhile", "however it is written"],
)
async def test_others_hear_nothing(hear, server, known):
    assert await hear(*slots(**known)) == [None]
    assert server.calls == [] and is_done()


async def test_with_an_agent_nothing_is_said(hear, server):
    assert await hear(*slots(), ConversationPaused()) == [None]
    assert server.calls == [] and is_done()


@pytest.mark.parametrize("status", ["handed_over", "closed"])
async def test_whoever_no_longer_has_the_case_says_nothing(hear, server, status):
    assert await hear(*slots(), status=status) == [None]
    assert server.calls == [] and is_done()
    with reading() as session:
        assert session.query(Case).one().status == status


async def test_without_a_tracker_nothing_is_said(hear, server):
    assert await hear() == [None]
    assert server.calls == [] and is_done()
    with reading() as session:
        assert session.query(OutboxMessage).count() == 0


async def test_another_parcels_news_are_for_the_action_to_judge(hear, server):
    [reply] = await hear(*slots(tracking_number="CC2"))
    assert reply.text == "There is news."
    assert len(server.calls) == 1
