"""Counts of n-grams in one text, for linear models that answer one message at a time.

Scikit-learn's vectorizers are made for many texts at once: for a single one, their sparse matrices cost ten times as
much as the arithmetic. They still do the learning; here only what they learnt is applied.
"""

from typing import Callable, Iterable, Mapping, Tuple

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer

Row = Tuple[np.ndarray, np.ndarray]
"""Columns, and the number that stands in each."""


class Grams:
    """Counts what a fitted vectorizer knows."""

    def __init__(self, vectorizer: CountVectorizer) -> None:
        self._analyze: Callable[[str], Iterable[str]] = vectorizer.build_analyzer()
        self._columns: Mapping[str, int] = {gram: int(column) for gram, column in vectorizer.vocabulary_.items()}

    @property
    def size(self) -> int:
        """How many n-grams are known."""
        return len(self._columns)

    def known(self, text: str) -> float:
        """The share of a text's n-grams that are known; 0 for a text without any."""
        grams = list(self._analyze(text))
        return sum(gram in self._columns for gram in grams) / max(1, len(grams))

    def row(self, text: str) -> Row:
        """How often each known n-gram stands in a text."""
        counts: dict[int, int] = {}
        columns = self._columns
        for gram in self._analyze(text):
            column = columns.get(gram)
            if column is not None:
                counts[column] = counts.get(column, 0) + 1
        size = len(counts)
        return (
            np.fromiter(counts.keys(), dtype=np.int64, count=size),
            np.fromiter(counts.values(), dtype=np.float32, count=size),
        )


class WeightedGrams:
    """Counts as a fitted ``TfidfVectorizer`` with ``sublinear_tf`` weighs them: every row has length one."""

    def __init__(self, vectorizer: CountVectorizer) -> None:
        self._grams = Grams(vectorizer)
        self._idf = vectorizer.idf_.astype(np.float32)

    @property
    def size(self) -> int:
        """How many n-grams are known."""
        return self._grams.size

    def row(self, text: str) -> Row:
        """The weight of each known n-gram in a text."""
        columns, counts = self._grams.row(text)
        weights = (1.0 + np.log(counts)) * self._idf[columns]
        length = np.sqrt(weights @ weights)
        return columns, weights / length if length else weights
