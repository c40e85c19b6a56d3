"""Stories matter without a neural network: who changes a story file changes what the assistant does."""

import pytest

from bot.script import FORM
from tests.bot import core_model
from tests.bot.conversation import conversation, said

SEARCHING = {"stage": "checking", "delivery_class": "D0", "requested_slot": "checked_neighbors"}
STORY = """
  - story: is angry during the search
    steps:
      - slot_was_set:
          - stage: checking
      - active_loop: delivery_check
      - intent: express_anger
      - action: {}
"""


@pytest.fixture(scope="module")
def changed(tmp_path_factory):
    """An agent whose stories answer anger with other words, and do not say what to do when proof is asked for."""
    project = core_model.project_copy(tmp_path_factory.mktemp("changed"))
    file = project / "data" / "stories" / "search.yml"
    text = file.read_text(encoding="utf-8")
    assert STORY.format("utter_calm") in text, "the story that this test changes is written otherwise now"
    text = text.replace(STORY.format("utter_calm"), STORY.format("utter_goodbye"))
    begin = text.index("  - story: asks for proof of delivery during the search")
    end = text.index("  - story: asks how long it takes during the search")
    file.write_text(text[:begin] + text[end:], encoding="utf-8")
    return core_model.train(project)


def predicted(agent, intent):
    """What an agent does after such a message during the search, and which policy wants it."""
    tracker = conversation(said(intent), loop=FORM, loop_rejected=True, **SEARCHING)
    with core_model.quiet():
        action, prediction = agent.processor.predict_next_with_tracker_if_should(tracker)
    return action.name(), prediction.policy_name.split("_")[-1]


def test_the_project_answers_anger_as_its_story_says(deciding):
    assert predicted(deciding, "express_anger") == ("utter_calm", "MemoizationPolicy")


def test_a_changed_story_changes_the_answer(changed):
    assert predicted(changed, "express_anger") == ("utter_goodbye", "MemoizationPolicy")


def test_a_story_that_is_gone_is_no_longer_followed(deciding, changed):
    assert predicted(deciding, "ask_proof_of_delivery") == ("utter_proof", "MemoizationPolicy")
    assert predicted(changed, "ask_proof_of_delivery")[0] != "utter_proof"


def test_a_story_that_was_not_touched_is_followed_as_before(deciding, changed):
    assert (
        predicted(changed, "bot_challenge")
        == predicted(deciding, "bot_challenge")
        == ("utter_bot", "MemoizationPolicy")
    )
