"""What a message wants: one linear model for all languages, on characters, words and shared concepts.

The model is asked twice: about the whole message, and about each of its clauses, so that a message that does two
things ("no garage, nothing. get me a human") is read as both.
"""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any, Dict, List, Optional, Text, Tuple

import joblib
import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import hstack
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.nlu import grams
from bot.nlu.grams import WeightedGrams
from bot.nlu.language import MESSAGE_LANGUAGE
from bot.nlu.lexicon import Concept, Lexicons, fingerprint
from bot.nlu.open_question import weighed
from bot.nlu.text import clauses, looks_like_command, normalized

CONCEPTS = "concepts"
CLAUSES = "clauses"
FALLBACK = "nlu_fallback"
Labelled = Tuple[str, float]
Example = Tuple[str, Tuple[str, ...]]
# How much words and concepts count beside characters.
WORDS, CONCEPT = 0.7, 0.35


class IntentModel:
    """Probabilities of the intents for normalized texts with the names of their concepts."""

    def __init__(
        self,
        classes: List[str],
        characters: WeightedGrams,
        words: WeightedGrams,
        concepts: Dict[str, int],
        coefficients: np.ndarray,
        intercepts: np.ndarray,
    ) -> None:
        """Takes what was learnt.

        Args:
            classes: the intents.
            characters, words: the weights of n-grams.
            concepts: the column of each concept and pair of concepts.
            coefficients: a row for each n-gram of characters, then of words, then for each concept; a column for each
                intent.
            intercepts: of each intent.
        """
        self._classes = classes
        self._characters = characters
        self._words = words
        self._concepts = concepts
        ends = np.cumsum([characters.size, words.size])
        self._of_characters, self._of_words, self._of_concepts = np.split(coefficients, ends)
        self._intercepts = intercepts

    @classmethod
    def train(cls, examples: List[Example], intents: List[str]) -> IntentModel:
        """Learns from examples and their intents."""
        characters = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(1, 5), sublinear_tf=True, min_df=2, dtype=np.float32
        )
        words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\b\w+\b", dtype=np.float32)
        concepts = DictVectorizer(dtype=np.float32)
        texts = [text for text, _ in examples]
        features = hstack(
            [
                characters.fit_transform(texts),
                words.fit_transform(texts) * WORDS,
                concepts.fit_transform([dict.fromkeys(with_pairs(names), 1) for _, names in examples]) * CONCEPT,
            ],
            format="csr",
        )
        classifier = LogisticRegression(C=20, solver="liblinear", max_iter=200).fit(features, intents)
        return cls(
            [str(name) for name in classifier.classes_],
            WeightedGrams(characters),
            WeightedGrams(words),
            {str(name): int(column) for name, column in concepts.vocabulary_.items()},
            np.ascontiguousarray(classifier.coef_.T, dtype=np.float32),
            classifier.intercept_.astype(np.float32),
        )

    def ranking(self, example: Example) -> List[Labelled]:
        """All intents with their probability, the most probable first."""
        text, names = example
        scores = self._intercepts.copy()
        columns, weights = self._characters.row(text)
        scores += weights @ self._of_characters[columns]
        columns, weights = self._words.row(text)
        scores += WORDS * (weights @ self._of_words[columns])
        known = [self._concepts[name] for name in with_pairs(names) if name in self._concepts]
        scores += CONCEPT * self._of_concepts[known].sum(axis=0)
        each = 1.0 / (1.0 + np.exp(-scores))
        shares = each / each.sum()
        return [(self._classes[i], float(shares[i])) for i in np.argsort(-shares, kind="stable")]


def with_pairs(names: Tuple[str, ...]) -> List[str]:
    """Each concept, and each pair of them: what they mean together is more than what each means."""
    ordered = sorted(set(names))
    return ordered + [f"{one}+{other}" for one, other in combinations(ordered, 2)]


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
        model: Optional[IntentModel] = None,
        lexicons: Optional[Lexicons] = None,
    ) -> None:
        self._threshold = config["fallback_threshold"]
        self._storage = storage
        self._resource = resource
        self._model = model
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
        return fingerprint(__file__, grams.__file__)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from the utterances of ``data/nlu``."""
        labelled = [(example, _language(example)) for example in training_data.intent_examples]
        self._lexicons = Lexicons.read(sorted({language for _, language in labelled}))
        examples = [self._as_example(normalized(example.get(TEXT)), language) for example, language in labelled]
        self._model = IntentModel.train(examples, [example.get(INTENT) for example, _ in labelled])
        with self._storage.write_to(self._resource) as folder:
            joblib.dump((self._model, self._lexicons), Path(folder) / "intent.joblib")
        return self._resource

    def _as_example(self, text: str, language: str) -> Example:
        return text, _names(self._lexicons.of(language).concepts(text))

    def process(self, messages: List[Message], tracker: Optional[DialogueStateTracker] = None) -> List[Message]:
        """Adds the intent to each message."""
        for message in messages:
            written = message.get(TEXT) or ""
            text = normalized(written)
            if written.startswith("/"):
                continue  # the bot's own command; Rasa reads it after the pipeline
            if not text or looks_like_command(written):
                _set_not_understood(message)  # a typed command is no sentence: "/back" does not ask for money back
            else:
                self._read(message, text, tracker)
        return messages

    def _read(self, message: Message, text: str, tracker: Optional[DialogueStateTracker]) -> None:
        concepts = self._lexicons.of(message.get(MESSAGE_LANGUAGE) or "en").concepts(text)
        parts = clauses(text)
        inside = [[c for c in concepts if begin <= c.start < end] for begin, end in parts]
        examples = [(text, _names(concepts))]
        if len(parts) > 1:
            examples += [(text[begin:end].strip(), _names(found)) for (begin, end), found in zip(parts, inside)]
        whole, *each = [self._model.ranking(example) for example in examples]
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


def _names(concepts: List[Concept]) -> Tuple[str, ...]:
    return tuple(sorted({concept.name for concept in concepts}))


def _as_dict(entry: Labelled) -> Dict[str, Any]:
    return {"name": entry[0], "confidence": round(entry[1], 5)}
