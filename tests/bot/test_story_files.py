"""The conversations in ``tests/stories`` go as they are written, as ``rasa test core`` sees it."""

from collections import Counter
from pathlib import Path
from typing import Any, Dict, List

import pytest
import rasa.core.test as conversations
from rasa.shared.core import generator
from ruamel.yaml import YAML

from tests.bot.core_model import ROOT, quiet

STORIES = ROOT / "tests" / "stories"
FILES = sorted(path.relative_to(STORIES).as_posix() for path in STORIES.rglob("*.yml"))
BEHAVIOURS = {"happy_path", "digressions", "escalations", "corrections", "waiting", "small_talk"}


def stories_of(path: Path) -> List[Dict[str, Any]]:
    """The stories of a file, as they stand there."""
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))["stories"]


class EveryStory(generator.TrainingDataGenerator):
    """Keeps all stories; Rasa drops those that differ only in slots which steer no story, such as the reason."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, remove_duplicates=False, **kwargs)

    def _remove_duplicate_story_end_trackers(self, trackers: List[Any]) -> List[Any]:
        return trackers


@pytest.fixture
def run(deciding, monkeypatch):
    """``run(file)``: what the project's agent does otherwise than the stories of a file say, one line each."""
    monkeypatch.setattr(generator, "TrainingDataGenerator", EveryStory)

    async def go(path: Path) -> List[str]:
        with quiet():
            result = await conversations.test(str(path), deciding, disable_plotting=True)
        looked_at = Counter(row["action"] for row in result["actions"] if row["action"] != "action_listen")
        written = Counter(step["action"] for story in stories_of(path) for step in story["steps"] if "action" in step)
        assert looked_at == written, "not every action was looked at"
        return [
            f"{row['predicted']} ({row['policy']}) instead of {row['action']}"
            for row in result["actions"]
            if row["predicted"] != row["action"]
        ]

    return go


@pytest.mark.parametrize("file", FILES)
async def test_the_conversations_of_a_file_go_as_written(run, file):
    assert await run(STORIES / file) == []


async def test_a_conversation_that_goes_otherwise_is_noticed(run, tmp_path):
    text = (STORIES / "happy_path" / "test_found.yml").read_text(encoding="utf-8")
    changed = tmp_path / "test_changed.yml"
    changed.write_text(text.replace("action: utter_found", "action: utter_welcome", 1), encoding="utf-8")
    assert await run(changed) == ["utter_found (DeliveryCheckPolicy) instead of utter_welcome"]


def test_the_stories_are_foldered_by_behaviour_and_named_as_rasa_wants_it():
    assert {Path(file).parent.as_posix() for file in FILES} == BEHAVIOURS
    assert all(Path(file).name.startswith("test_") for file in FILES)


def test_no_two_stories_have_the_same_name():
    names = Counter(story["story"] for file in FILES for story in stories_of(STORIES / file))
    assert [name for name, count in names.items() if count > 1] == []
