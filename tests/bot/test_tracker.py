"""A tracker that is copied quickly is the tracker that Rasa would have made."""

import pytest
from rasa.shared.core.events import ActionExecuted, ActiveLoop, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker, EventVerbosity

from bot.script import FORM
from bot.tracker import TurnTracker
from tests.bot.conversation import conversation, domain, said

CONVERSATIONS = {
    "new": conversation(),
    "an answer": conversation(
        said("deny", checked_neighbors="not_there"), loop=FORM, loop_rejected=True, stage="checking", language="pl"
    ),
    "after two actions": conversation(said("thank"), done=["utter_thanks", "action_listen"], order_number="DEMO-1001"),
    "its loop has ended": conversation(said("found_parcel"), done=["utter_found"], loop=FORM, outcome="found"),
}


def own(tracker: DialogueStateTracker) -> TurnTracker:
    return TurnTracker.from_events(tracker.sender_id, list(tracker.events), domain().slots, domain=domain())


def state(tracker: DialogueStateTracker):
    return tracker.current_state(EventVerbosity.ALL), tracker.active_loop, tracker.past_states(domain())


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_it_holds_what_rasas_own_holds(name):
    assert state(own(CONVERSATIONS[name])) == state(CONVERSATIONS[name])


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_its_copy_holds_what_rasas_own_copy_holds(name):
    assert state(own(CONVERSATIONS[name]).copy()) == state(CONVERSATIONS[name].copy())


def test_the_way_back_through_its_actions_is_rasas():
    mine, wanted = own(CONVERSATIONS["after two actions"]), CONVERSATIONS["after two actions"]
    seen = [(state(earlier), hidden) for earlier, hidden in mine.generate_all_prior_trackers()]
    assert seen == [(state(earlier), hidden) for earlier, hidden in wanted.generate_all_prior_trackers()]


def test_what_is_added_to_a_copy_does_not_show_in_the_first():
    first = own(CONVERSATIONS["an answer"])
    before = state(first)
    second = first.copy()
    second.update_with_events(
        [ActionExecuted("utter_calm"), ActiveLoop(None), SlotSet("stage", "settled"), UserUttered("hello")], domain()
    )
    assert state(first) == before
    assert state(second) != before


def test_the_slots_of_the_domain_stay_as_they_are():
    tracker = own(CONVERSATIONS["new"])
    tracker.update(SlotSet("order_number", "DEMO-1002"))
    assert all(slot.value == slot.initial_value for slot in domain().slots)
