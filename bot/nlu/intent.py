"""What a message wants.

The models are asked twice: about the whole message, and about each of its clauses, so that a message that does two
things ("no garage, nothing. get me a human") is read as both.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Optional, Text

import joblib
from joblib import Parallel, delayed
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import grams, intent_model
from bot.nlu.intent_model import IntentModels, Labelled
from bot.nlu.language import MESSAGE_LANGUAGE
from bot.nlu.lexicon import Lexicons, fingerprint, names_in, names_of
from bot.nlu.open_question import weighed
from bot.nlu.text import clauses, is_no_sentence, normalized

CONCEPTS = "concepts"
CLAUSES = "clauses"
FALLBACK = "nlu_fallback"


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER], is_trainable=True)
class IntentClassifier(GraphComponent):
    """Sets intent and ranking of a message, its concepts, and what each of its clauses wants."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        """``fallback_threshold``: below this probability a message counts as not understood."""
        return {"fallback_threshold": 0.25}

    def __init__(
        self,
        config: Dict[Text, Any],
        storage: ModelStorage,
        resource: Resource,
        models: Optional[IntentModels] = None,
        lexicons: Optional[Lexicons] = None,
    ) -> None:
        self._threshold = config["fallback_threshold"]
        self._storage = storage
        self._resource = resource
        self._models = models
        self._lexicons = lexicons

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> IntentClassifier:
        """A new, untrained classifier."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> IntentClassifier:
        """The trained classifier of a model."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, *joblib.load(Path(folder) / "intent.joblib"))

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """A changed lexicon or model makes Rasa train the classifier again."""
        return fingerprint(__file__, grams.__file__, intent_model.__file__)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from the utterances of ``data/nlu``."""
        texts: Dict[str, List[str]] = {}
        intents: Dict[str, List[str]] = {}
        for example in training_data.intent_examples:
            texts.setdefault(_language(example), []).append(normalized(example.get(TEXT)))
            intents.setdefault(_language(example), []).append(example.get(INTENT))
        read = Parallel(n_jobs=-1)(delayed(names_in)(language, listed) for language, listed in texts.items())
        lexicons = Lexicons({language: packed for language, (packed, _) in zip(texts, read)})
        examples = {language: list(zip(texts[language], names)) for language, (_, names) in zip(texts, read)}
        models = IntentModels.train(examples, intents)
        with self._storage.write_to(self._resource) as folder:
            joblib.dump((models, lexicons), Path(folder) / "intent.joblib")
        return self._resource

    def process(self, messages: List[Message], tracker: Optional[DialogueStateTracker] = None) -> List[Message]:
        """Adds the intent to each message."""
        for message in messages:
            written = message.get(TEXT) or ""
            text = normalized(written)
            if written.startswith("/"):
                continue  # the bot's own command; Rasa reads it after the pipeline
            if not text or is_no_sentence(written):
                _set_not_understood(message)  # a typed command is no sentence: "/back" does not ask for money back
            else:
                self._read(message, text, tracker)
        return messages

    def _read(self, message: Message, text: str, tracker: Optional[DialogueStateTracker]) -> None:
        language = message.get(MESSAGE_LANGUAGE) or "en"
        concepts = self._lexicons.of(language).concepts(text)
        parts = clauses(text)
        inside = [[c for c in concepts if begin <= c.start < end] for begin, end in parts]
        examples = [(text, names_of(concepts))]
        if len(parts) > 1:
            examples += [(text[begin:end].strip(), names_of(found)) for (begin, end), found in zip(parts, inside)]
        whole, *each = [self._models.ranking(language, example) for example in examples]
        whole = weighed(whole, tracker)
        name, confidence = whole[0]
        if confidence < self._threshold:
            whole = [(FALLBACK, 1.0 - confidence), *whole]
        message.set(CONCEPTS, concepts)
        message.set(CLAUSES, [(span, ranking[0]) for span, ranking in zip(parts, each or [whole])])
        message.set(INTENT, _as_dict(whole[0]), add_to_output=True)
        message.set("intent_ranking", [_as_dict(entry) for entry in whole[:10]], add_to_output=True)


def _set_not_understood(message: Message) -> None:
    message.set(CONCEPTS, [])
    message.set(CLAUSES, [])
    message.set(INTENT, _as_dict((FALLBACK, 1.0)), add_to_output=True)


def _language(example: Message) -> str:
    return ((example.get("metadata") or {}).get("intent") or {}).get("language", "en")


def _as_dict(entry: Labelled) -> Dict[str, Any]:
    return {"name": entry[0], "confidence": round(entry[1], 5)}
