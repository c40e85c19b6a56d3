"""Linear models that tell how probable each intent is: one for each language, and one that all languages share.

A language's model reads n-grams of characters and words, weighed by TF-IDF, and concepts, alone and in pairs. The
shared one reads concepts only, so what buyers of one language teach it helps in all. They learn with scikit-learn and
answer with their own arithmetic, one message at a time.
"""

from __future__ import annotations

import pickle
from itertools import combinations
from typing import Any, Dict, List, Optional, Tuple

import numpy as np
from joblib import Parallel, delayed
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.nlu.grams import WeightedGrams

Labelled = Tuple[str, float]
Example = Tuple[str, Tuple[str, ...]]
"""A normalized text and the names of its concepts."""
# Vowel signs of Hindi are no letters to Python, and would cut its words.
WORD = r"[\w\u0900-\u0963]+"
# How much words and concepts count beside characters.
WORDS, CONCEPT = 0.7, 0.35
# How much the shared model counts beside the language's own; chosen on utterances of writers who had not seen the
# training data.
SHARED = 0.2

# Nearer to the best weights no message is read otherwise, but learning takes half as long again.
TOLERANCE = 0.01

# The training data have more about everything else than buyers write: how much less probable it is, chosen where
# accuracy is best on utterances that were held back from training.
OTHER, OTHER_WEIGHT = "out_of_scope", 0.8
# Learnt with and without concepts, the models believe themselves too little; chosen as `SHARED`.
SHARPNESS = 1.15


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
        self.classes = classes
        self._characters = characters
        self._words = words
        self._concepts = concepts
        ends = np.cumsum([characters.size, words.size])
        self._of_characters, self._of_words, self._of_concepts = np.split(coefficients, ends)
        self._intercepts = intercepts

    @classmethod
    def train(cls, examples: List[Example], intents: List[str]) -> IntentModel:
        """Learns from examples and their intents.

        Each example is learnt with its concepts and once more without them: whoever writes the lexicon knows the
        examples' words better than those of the next buyer, and a message whose concepts are not found must still be
        read. On utterances of writers who had seen neither, this was worth five points of accuracy in each language.
        """
        characters = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(1, 5), sublinear_tf=True, min_df=2, dtype=np.float32
        )
        words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=WORD, dtype=np.float32)
        concepts = DictVectorizer(dtype=np.float32)
        texts = [text for text, _ in examples]
        written = hstack([characters.fit_transform(texts), words.fit_transform(texts) * WORDS], format="csr")
        meant = concepts.fit_transform([dict.fromkeys(with_pairs(names), 1) for _, names in examples]) * CONCEPT
        some = np.flatnonzero([bool(names) for _, names in examples])
        without = csr_matrix((len(some), meant.shape[1]), dtype=np.float32)
        features = vstack([hstack([written, meant]), hstack([written[some], without])], format="csr")
        intents = [*intents, *(intents[row] for row in some)]
        classifier = LogisticRegression(C=20, solver="liblinear", max_iter=200, tol=TOLERANCE).fit(features, intents)
        return cls(
            [str(name) for name in classifier.classes_],
            WeightedGrams(characters),
            WeightedGrams(words),
            {str(name): int(column) for name, column in concepts.vocabulary_.items()},
            np.ascontiguousarray(classifier.coef_.T, dtype=np.float32),
            classifier.intercept_.astype(np.float32),
        )

    def __getstate__(self) -> Dict[str, Any]:
        """What is stored: half the digits of the weights, which is enough for any message."""
        return {name: _with_type(value, np.float16) for name, value in vars(self).items()}

    def __setstate__(self, state: Dict[str, Any]) -> None:
        """Takes what was stored, in the type that processors count with."""
        vars(self).update({name: _with_type(value, np.float32) for name, value in state.items()})

    def probabilities(self, example: Example) -> np.ndarray:
        """How probable each of the `classes` is."""
        text, names = example
        scores = self._intercepts.copy()
        columns, weights = self._characters.row(text)
        scores += weights @ self._of_characters[columns]
        columns, weights = self._words.row(text)
        scores += WORDS * (weights @ self._of_words[columns])
        known = [self._concepts[name] for name in with_pairs(names) if name in self._concepts]
        scores += CONCEPT * self._of_concepts[known].sum(axis=0)
        return _shares(scores)


def with_pairs(names: Tuple[str, ...]) -> List[str]:
    """Each concept, and each pair of them: what they mean together is more than what each means."""
    ordered = sorted(set(names))
    return ordered + [f"{one}+{other}" for one, other in combinations(ordered, 2)]


class ConceptModel:
    """Probabilities of the intents for concepts alone, in whatever language they were found."""

    def __init__(self, classes: List[str], concepts: Dict[str, int], coefficients: np.ndarray, intercepts: np.ndarray):
        """Takes what was learnt; see `IntentModel`."""
        self.classes = classes
        self._concepts = concepts
        self._coefficients = coefficients
        self._intercepts = intercepts

    @classmethod
    def train(cls, names: List[Tuple[str, ...]], intents: List[str]) -> ConceptModel:
        """Learns from the names of concepts in messages, and their intents."""
        vectorizer = DictVectorizer(dtype=np.float32)
        features = vectorizer.fit_transform([dict.fromkeys(with_pairs(one), 1) for one in names])
        classifier = LogisticRegression(C=1, solver="liblinear", max_iter=200, tol=TOLERANCE).fit(features, intents)
        return cls(
            [str(name) for name in classifier.classes_],
            {str(name): int(column) for name, column in vectorizer.vocabulary_.items()},
            np.ascontiguousarray(classifier.coef_.T, dtype=np.float32),
            classifier.intercept_.astype(np.float32),
        )

    def probabilities(self, names: Tuple[str, ...]) -> np.ndarray:
        """How probable each of the `classes` is."""
        known = [self._concepts[name] for name in with_pairs(names) if name in self._concepts]
        return _shares(self._intercepts + self._coefficients[known].sum(axis=0))


def _with_type(value: Any, wanted: type) -> Any:
    return value.astype(wanted) if isinstance(value, np.ndarray) else value


def _shares(scores: np.ndarray) -> np.ndarray:
    """Probabilities that sum to one, from the scores of one classifier against the rest for each intent."""
    each = 1.0 / (1.0 + np.exp(-scores))
    return each / each.sum()


class IntentModels:
    """What tells the intents in all languages; a language's model is unpacked when its language is first met."""

    def __init__(self, packed: Dict[str, bytes], shared: ConceptModel) -> None:
        self._packed = packed
        self._shared = shared
        self._ready: Dict[str, IntentModel] = {}

    @classmethod
    def train(cls, examples: Dict[str, List[Example]], intents: Dict[str, List[str]]) -> IntentModels:
        """Learns from the examples of each language (ISO 639-1) and their intents.

        Raises:
            ValueError: a language lacks an intent that another has.
        """
        wanted = {intent for listed in intents.values() for intent in listed}
        for language, listed in intents.items():
            if missing := wanted - set(listed):
                raise ValueError(f"{language} has no utterances for {', '.join(sorted(missing))}")
        names = [concepts for listed in examples.values() for _, concepts in listed]
        all_intents = [intent for listed in intents.values() for intent in listed]
        # The shared one takes longest, so it comes first.
        shared, *each = Parallel(n_jobs=-1)(
            [
                delayed(ConceptModel.train)(names, all_intents),
                *(delayed(_packed)(listed, intents[name]) for name, listed in examples.items()),
            ]
        )
        return cls(dict(zip(examples, each)), shared)

    def ranking(self, language: Optional[str], example: Example) -> List[Labelled]:
        """All intents with their probability, the most probable first.

        Args:
            language: of the text; English's model, or any, reads a language that has none.
            example: the text and its concepts.
        """
        model = self._of(language)
        shares = model.probabilities(example) * self._shared.probabilities(example[1]) ** SHARED
        if OTHER in model.classes:
            shares[model.classes.index(OTHER)] *= OTHER_WEIGHT
        shares = shares**SHARPNESS
        shares /= shares.sum()
        return [(model.classes[i], float(shares[i])) for i in np.argsort(-shares, kind="stable")]

    def _of(self, language: Optional[str]) -> IntentModel:
        name = next(one for one in (language, "en", *self._packed) if one in self._packed)
        if name not in self._ready:
            self._ready[name] = pickle.loads(self._packed[name])
        return self._ready[name]


def _packed(examples: List[Example], intents: List[str]) -> bytes:
    return pickle.dumps(IntentModel.train(examples, intents))
