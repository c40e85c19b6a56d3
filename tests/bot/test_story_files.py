"""The conversations in ``tests/stories`` go as they are written, as ``rasa test core`` sees it."""

from pathlib import Path
from typing import List

import pytest
import rasa.core.test as conversations

from tests.bot.core_model import ROOT, quiet

STORIES = ROOT / "tests" / "stories"
FILES = sorted(path.relative_to(STORIES).as_posix() for path in STORIES.rglob("*.yml"))
BEHAVIOURS = {"happy_path", "digressions", "escalations", "corrections", "waiting", "small_talk"}


async def otherwise(agent, stories: Path) -> List[str]:
    """What the agent does otherwise than the stories say, one line each."""
    with quiet():
        result = await conversations.test(str(stories), agent, disable_plotting=True)
    assert result["actions"], "no action was looked at"
    return [
        f"{row['predicted']} ({row['policy']}) instead of {row['action']}"
        for row in result["actions"]
        if row["predicted"] != row["action"]
    ]


@pytest.mark.parametrize("file", FILES)
async def test_the_conversations_of_a_file_go_as_written(deciding, file):
    assert await otherwise(deciding, STORIES / file) == []


async def test_a_conversation_that_goes_otherwise_is_noticed(deciding, tmp_path):
    text = (STORIES / "happy_path" / "test_found.yml").read_text(encoding="utf-8")
    changed = tmp_path / "test_changed.yml"
    changed.write_text(text.replace("action: utter_found", "action: utter_welcome", 1), encoding="utf-8")
    [difference] = await otherwise(deciding, changed)
    assert difference == "utter_found (DeliveryCheckPolicy) instead of utter_welcome"


def test_the_stories_are_foldered_by_behaviour_and_named_as_rasa_wants_it():
    assert {Path(file).parent.as_posix() for file in FILES} == BEHAVIOURS
    assert all(Path(file).name.startswith("test_") for file in FILES)
