"""Reads what buyers write into Rasa's training data, in seconds instead of minutes.

Rasa reads each file four times, and goes through all messages for each of its seven merges, with a generic copy and a
checksum of every one. With the files of twenty languages that was four minutes of a training of five.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any, Dict, List, Optional, Text, Union

from rasa.shared.data import get_data_files
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.importers.utils import training_data_from_paths
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.io import get_text_hash
from ruamel.yaml import YAML


class Utterance(Message):
    """A labelled message whose copies share what nobody changes in place: its texts, and what is known of its file."""

    def __deepcopy__(self, memo: Dict[int, Any]) -> Utterance:
        """A copy that can be given other values and features without changing this one."""
        other = copy.copy(self)
        other.data = dict(self.data)
        other.features = list(self.features)
        other.output_properties = set(self.output_properties)
        return other

    def fingerprint(self) -> Text:
        """The hash of what it says; Rasa's own goes through each container, which takes long for many messages."""
        if self.features:
            return super().fingerprint()
        if self._cached_fingerprint is None:
            self._cached_fingerprint = get_text_hash(repr(sorted(self.data.items())))
        return self._cached_fingerprint

    def __eq__(self, other: Any) -> bool:
        """Whether both say the same; see `Message`."""
        return super().__eq__(other)

    def __hash__(self) -> int:
        """The same for utterances that say the same."""
        return hash((self.get(TEXT), self.get(INTENT)))


class UtteranceImporter(RasaFileImporter):
    """Rasa's own importer, but for plain utterances in ``nlu/<language>/<intent>.yml``."""

    def __init__(
        self,
        config_file: Optional[Text] = None,
        domain_path: Optional[Text] = None,
        training_data_paths: Optional[Union[List[Text], Text]] = None,
    ) -> None:
        """See `RasaFileImporter`."""
        self._files = sorted(get_data_files(training_data_paths, _is_of_one_intent))
        others = get_data_files(training_data_paths, lambda path: not _is_of_one_intent(path))
        super().__init__(config_file, domain_path, others)

    def get_nlu_data(self, language: Optional[Text] = "en") -> TrainingData:
        """All training data for NLU; `language` is only for what Rasa itself reads."""
        read = YAML(typ="safe")
        plain = {path: _plain_utterances(read, path) for path in self._files}
        others = [*self._nlu_files, *(path for path, utterances in plain.items() if utterances is None)]
        utterances = [utterance for found in plain.values() for utterance in found or []]
        return training_data_from_paths(others, language).merge(TrainingData(utterances))


def _is_of_one_intent(path: Text) -> bool:
    place = Path(path).absolute()
    return place.suffix == ".yml" and place.parent.parent.name == "nlu"


def _plain_utterances(read: YAML, path: Text) -> Optional[List[Utterance]]:
    """The utterances of a file; None if it holds anything else, for Rasa to read or to complain about."""
    blocks = read.load(Path(path).read_text(encoding="utf-8"))["nlu"]
    if len(blocks) != 1 or not isinstance(blocks[0].get("examples"), str) or "](" in blocks[0]["examples"]:
        return None
    intent, metadata = blocks[0].get("intent"), blocks[0].get("metadata")
    lines = [line for line in blocks[0]["examples"].splitlines() if line.strip()]
    if not intent or not all(line.startswith("- ") for line in lines):
        return None
    return [Utterance.build(line[2:].strip(), intent, intent_metadata=metadata) for line in lines]
