"""The same words mean other things after a question: the intent ranking together with the slot that is open.

The weights are data: ``bot/nlu/open_question.yml``.
"""

from pathlib import Path
from typing import List, Optional, Tuple

from rasa.shared.core.constants import REQUESTED_SLOT
from rasa.shared.core.trackers import DialogueStateTracker
from ruamel.yaml import YAML

from bot import script

_WEIGHTS = YAML(typ="safe").load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
Ranking = List[Tuple[str, float]]


def kind_of(slot: Optional[str]) -> Optional[str]:
    """The row of weights for an open slot, or None when nothing is asked."""
    if slot in script.PLACES:
        return "place"
    if slot in script.REFERENCES:
        return "reference"
    return slot


def weighed(ranking: Ranking, tracker: Optional[DialogueStateTracker]) -> Ranking:
    """The ranking as the open question makes it; probabilities still sum to 1.

    Args:
        ranking: intents with probabilities.
        tracker: the conversation before the message; None outside one.
    """
    weights = _WEIGHTS.get(kind_of(tracker.get_slot(REQUESTED_SLOT)) if tracker else None)
    if not weights:
        return ranking
    raw = [(name, probability * weights.get(name, 1.0)) for name, probability in ranking]
    total = sum(probability for _, probability in raw) or 1.0
    return sorted(((name, p / total) for name, p in raw), key=lambda entry: -entry[1])
