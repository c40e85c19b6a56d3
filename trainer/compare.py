"""``make compare``: which classifier reads buyers' messages best, all on the same training and held-out messages.

Trains each candidate on ``data/nlu`` outside of Rasa, reads the held-out messages with it, and prints a table in
Markdown: the share read rightly (mean over the languages, and the worst one), milliseconds a message, seconds of
training, megabytes of the stored model. Takes about half an hour for twenty languages; DIET is left out unless it is
asked for (``python -m trainer.compare --languages en,de,zh --stock 20``).
"""

import argparse
import pickle
import random
import sys
import time
from dataclasses import dataclass
from statistics import mean
from typing import Any, Callable, Iterator

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import FeatureUnion
from sklearn.svm import LinearSVC

from bot.nlu.intent_model import CONCEPT, WORDS, IntentModel, IntentModels, with_pairs
from bot.nlu.lexicon import Lexicons
from bot.nlu.text import normalized
from trainer import evaluation
from trainer.stock_classifier import Stock
from trainer.utterances import texts_of


@dataclass(frozen=True)
class Line:
    """A labelled message with the names of its concepts."""

    language: str
    text: str
    concepts: tuple[str, ...]
    intent: str


# So many utterances an intent and language that DIET learns them in half an hour.
FEW = 60

Reader = Callable[[list[Line]], list[str]]


class Joint:
    """The bot's kind of model, one for all languages."""

    def __init__(self, with_lexicon: bool = True) -> None:
        self._with_lexicon = with_lexicon

    def train(self, lines: list[Line]) -> Reader:
        """Learns, and returns what reads."""
        examples = [self._example(line) for line in lines]
        self.model = IntentModel.train(examples, [line.intent for line in lines])
        model = self.model
        return lambda asked: [model.classes[int(model.probabilities(self._example(line)).argmax())] for line in asked]

    def _example(self, line: Line) -> tuple[str, tuple[str, ...]]:
        return line.text, line.concepts if self._with_lexicon else ()


class Scikit:
    """A classifier of scikit-learn on n-grams of characters and words, with or without concepts."""

    def __init__(self, classifier: Any, features: Callable[[], Any], with_lexicon: bool) -> None:
        self._classifier = classifier
        self._features = features()
        self._concepts = DictVectorizer(dtype=np.float32) if with_lexicon else None

    def train(self, lines: list[Line]) -> Reader:
        """Learns, and returns what reads."""
        made = self._matrix(lines, "fit_transform")
        self._classifier.fit(made, [line.intent for line in lines])
        self.model = (self._classifier, self._features, self._concepts)
        return lambda asked: [str(self._classifier.predict(self._matrix([line], "transform"))[0]) for line in asked]

    def _matrix(self, lines: list[Line], step: str) -> csr_matrix:
        parts = [getattr(self._features, step)([line.text for line in lines])]
        if self._concepts is not None:
            rows = [dict.fromkeys(with_pairs(line.concepts), 1) for line in lines]
            parts.append(getattr(self._concepts, step)(rows) * CONCEPT)
        return hstack(parts, format="csr")


class OneALanguage:
    """A model for each language by itself."""

    def __init__(self, with_lexicon: bool = True) -> None:
        self._with_lexicon = with_lexicon

    def train(self, lines: list[Line]) -> Reader:
        """Learns, and returns what reads."""
        self.model = {}
        for language in {line.language for line in lines}:
            own = [line for line in lines if line.language == language]
            self.model[language] = Joint(self._with_lexicon).train(own)
        return lambda asked: [self.model[line.language]([line])[0] for line in asked]


class Ours:
    """What the bot uses: a model for each language, and one on concepts that all share."""

    def train(self, lines: list[Line]) -> Reader:
        """Learns, and returns what reads."""
        examples: dict[str, list] = {}
        intents: dict[str, list[str]] = {}
        for line in lines:
            examples.setdefault(line.language, []).append((line.text, line.concepts))
            intents.setdefault(line.language, []).append(line.intent)
        self.model = IntentModels.train(examples, intents)
        return lambda asked: [self.model.ranking(one.language, (one.text, one.concepts))[0][0] for one in asked]


def _tf_idf() -> FeatureUnion:
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\b\w+\b", dtype=np.float32)
    return FeatureUnion([("characters", _characters(5)), ("words", words)], transformer_weights={"words": WORDS})


def _characters(longest: int) -> TfidfVectorizer:
    return TfidfVectorizer(analyzer="char_wb", ngram_range=(1, longest), sublinear_tf=True, min_df=2, dtype=np.float32)


def _as_rasa_counts() -> FeatureUnion:
    return FeatureUnion(
        [
            ("words", CountVectorizer(token_pattern=r"(?u)\b\w+\b", dtype=np.float32)),
            ("characters", CountVectorizer(analyzer="char_wb", ngram_range=(1, 4), dtype=np.float32)),
        ]
    )


RASAS = "Rasa's LogisticRegressionClassifier (its counts, its settings)"
CANDIDATES: dict[str, Callable[[], Any]] = {
    "logistic, characters, words, lexicon; a model a language and shared concepts (ours)": Ours,
    "the same without the shared model": OneALanguage,
    "the same without the lexicon": lambda: OneALanguage(with_lexicon=False),
    "logistic, characters, words, lexicon; one model for all languages": Joint,
    "linear SVM, characters, words and lexicon": lambda: Scikit(LinearSVC(C=0.5), _tf_idf, True),
    "linear SVM without the lexicon": lambda: Scikit(LinearSVC(C=0.5), _tf_idf, False),
    "characters 1–3 only, logistic": lambda: Scikit(
        LogisticRegression(C=20, solver="liblinear"), lambda: _characters(3), False
    ),
    "naive Bayes (complement), characters, words and lexicon": lambda: Scikit(ComplementNB(alpha=0.1), _tf_idf, True),
    RASAS: lambda: Scikit(
        LogisticRegression(solver="lbfgs", tol=1e-4, C=1.0, max_iter=100, class_weight="balanced"),
        _as_rasa_counts,
        False,
    ),
}


def training_lines(lexicons: Lexicons, languages: list[str]) -> Iterator[Line]:
    """All utterances of the languages."""
    for language in languages:
        for path in sorted((evaluation.ROOT / "data" / "nlu" / language).glob("*.yml")):
            yield from (_line(lexicons, language, text, path.stem) for text in texts_of(path))


def held_out_lines(lexicons: Lexicons, languages: list[str]) -> Iterator[Line]:
    """All held-out messages of the languages."""
    for language in languages:
        for intent, texts in evaluation.load("intents", language)["intents"].items():
            yield from (_line(lexicons, language, str(text), intent) for text in texts)


def _line(lexicons: Lexicons, language: str, text: str, intent: str) -> Line:
    text = normalized(text)
    names = {concept.name for concept in lexicons.of(language).concepts(text)}
    return Line(language, text, tuple(sorted(names)), intent)


def sample(lines: list[Line], most: int) -> list[Line]:
    """At most so many utterances of each intent in each language, always the same ones."""
    groups: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        groups.setdefault((line.language, line.intent), []).append(line)
    chosen = random.Random(0)
    return [line for group in groups.values() for line in chosen.sample(group, min(most, len(group)))]


def row(name: str, candidate: Any, training: list[Line], asked: list[Line]) -> str:
    """Trains and measures one candidate; a row of the table."""
    began = time.perf_counter()
    reads = candidate.train(training)
    trained = time.perf_counter() - began
    began = time.perf_counter()
    found = reads(asked)
    milliseconds = 1000 * (time.perf_counter() - began) / len(asked)
    right: dict[str, list[bool]] = {}
    for line, intent in zip(asked, found):
        right.setdefault(line.language, []).append(intent == line.intent)
    shares = {language: mean(hits) for language, hits in right.items()}
    worst = min(shares, key=lambda language: shares[language])
    size = _megabytes(candidate.model)
    return (
        f"| {name} | {mean(shares.values()):.3f} | {shares[worst]:.3f} ({worst}) | {milliseconds:.1f} | "
        f"{trained:.0f} | {size} |"
    )


def _megabytes(model: Any) -> str:
    try:
        return f"{len(pickle.dumps(model)) / 1e6:.0f}"
    except (AttributeError, pickle.PicklingError, TypeError):
        return "–"


def main() -> None:
    """Compares."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--languages", help="only these, for example en,de,zh")
    arguments.add_argument("--stock", type=int, metavar="EPOCHS", help="also train Rasa's DIET (two minutes an epoch)")
    arguments.add_argument("--rows", choices=("all", "candidates", "amounts", "stock"), default="all")
    options = arguments.parse_args()
    languages = options.languages.split(",") if options.languages else evaluation.spoken()
    print(f"Reading the data of {len(languages)} languages …", file=sys.stderr, flush=True)
    lexicons = Lexicons.read(languages)
    training = list(training_lines(lexicons, languages))
    asked = list(held_out_lines(lexicons, languages))
    print(f"{len(training)} utterances, {len(asked)} held-out messages\n")
    print("| classifier | right | worst language | ms | training s | MB |\n|---|---|---|---|---|---|", flush=True)
    if options.stock:
        few = sample(training, FEW)
        print(row(f"Rasa's DIET, {options.stock} epochs, {FEW} utterances an intent", Stock(options.stock), few, asked))
        print(row(f"ours, {FEW} utterances an intent", Ours(), few, asked), flush=True)
    if options.rows in ("all", "candidates"):
        for name, candidate in CANDIDATES.items():
            print(row(name, candidate(), training, asked), flush=True)
    if options.rows in ("all", "amounts"):
        for most in (20, 40, 60):
            some = sample(training, most)
            for with_lexicon in (True, False):
                name = f"{most} utterances an intent, {'with' if with_lexicon else 'without'} the lexicon"
                candidate = Ours() if with_lexicon else OneALanguage(with_lexicon=False)
                print(row(name, candidate, some, asked), flush=True)
        print(
            row(f"{FEW} utterances an intent, {RASAS}", CANDIDATES[RASAS](), sample(training, FEW), asked), flush=True
        )


if __name__ == "__main__":
    main()
