"""Which language a message is written in, and in which one the assistant answers.

A message of its own words decides; a short or ambiguous one never changes what was decided before. A language that
the buyer asked for holds until another wish. When nothing is known yet, the platform's locale decides, else English.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Dict, List, Optional, Text, Tuple

import joblib
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import grams, language_model, neighbours, scripts
from bot.nlu.language_model import LanguageModel, Reading
from bot.nlu.lexicon import fingerprint
from bot.nlu.text import normalized

FALLBACK = "en"
MESSAGE_LANGUAGE = "message_language"
UNSUPPORTED = "unsupported_language"
_PARTS = (
    __file__,
    grams.__file__,
    language_model.__file__,
    neighbours.__file__,
    str(neighbours.OWN_FILE),
    scripts.__file__,
)


def language_of_locale(locale: Optional[str]) -> Optional[str]:
    """The language of a locale such as ``de-AT`` or ``zh_TW``; None for nothing."""
    return re.split("[-_]", locale)[0].lower() if locale else None


def answer_language(
    reading: Reading, known: Optional[str], wish: Optional[str], locale: Optional[str], languages: List[str]
) -> str:
    """The language to answer in.

    Args:
        reading: of the newest message.
        known: the language of the conversation so far.
        wish: the language that the buyer asked for.
        locale: what the platform says of the buyer.
        languages: the ones that the assistant speaks.
    """
    if wish in languages:
        return wish
    if reading.sure and reading.supported:
        return reading.language
    if known:
        return known
    from_locale = language_of_locale(locale)
    if from_locale in languages:
        return from_locale
    return reading.language if reading.likely and not locale else FALLBACK


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR], is_trainable=True)
class LanguageRecognizer(GraphComponent):
    """Sets the message's language, and as entities the language (and script) to answer in."""

    def __init__(self, storage: ModelStorage, resource: Resource, model: Optional[LanguageModel] = None) -> None:
        self._storage = storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LanguageRecognizer:
        """A new, untrained recognizer."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LanguageRecognizer:
        """The trained recognizer of a model."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, joblib.load(Path(folder) / "language.joblib"))

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """A changed model makes Rasa train the recognizer again."""
        return fingerprint(*_PARTS)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from the utterances of ``data/nlu``, each of which names its language."""
        pairs = [pair for example in training_data.intent_examples if (pair := _labelled(example))]
        self._model = LanguageModel.train([text for text, _ in pairs], [language for _, language in pairs])
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(self._model, Path(folder) / "language.joblib")
        return self._resource

    def process(self, messages: List[Message], tracker: Optional[DialogueStateTracker] = None) -> List[Message]:
        """Adds the language to each message."""
        for message in messages:
            text = normalized(message.get(TEXT) or "")
            if text.startswith("/"):
                continue
            metadata = message.get("metadata") or {}
            slot = tracker.get_slot if tracker else (lambda name: None)
            reading = self._model.read(text)
            answer = answer_language(
                reading, slot("language"), slot("language_wish"), metadata.get("locale"), self._model.languages
            )
            words_of = read_as(reading, slot("language"), metadata.get("locale"), answer, self._model.languages)
            message.set(MESSAGE_LANGUAGE, words_of, add_to_output=True)
            message.set(UNSUPPORTED, reading.sure and not reading.supported)
            entities = [{"entity": "language", "value": answer}]
            if answer == "zh" and (script := scripts.script_of(text)):
                entities.append({"entity": "script", "value": script})
            message.set(ENTITIES, message.get(ENTITIES, []) + entities, add_to_output=True)
        return messages


def read_as(reading: Reading, known: Optional[str], locale: Optional[str], answer: str, languages: List[str]) -> str:
    """The language whose words are looked for in the message: its own if that is sure, else the conversation's.

    Where nothing is known yet, the platform's locale goes before a mere guess: "nee" and "negativ" are German, too.
    """
    if reading.sure and reading.language in languages:
        return reading.language
    guesses = (known, None if reading.likely else language_of_locale(locale), reading.language, answer)
    return next(language for language in guesses if language in languages)


def _labelled(example: Message) -> Optional[Tuple[str, str]]:
    language = ((example.get("metadata") or {}).get("intent") or {}).get("language")
    return (normalized(example.get(TEXT)), language) if language else None
