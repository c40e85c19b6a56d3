"""Tells our languages apart by what buyers write in them, and others by langdetect."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Dict, FrozenSet, List, Optional

import numpy as np
from langdetect import PROFILES_DIRECTORY, DetectorFactory
from langdetect.lang_detect_exception import LangDetectException
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import MultinomialNB

from bot.nlu import scripts
from bot.nlu.grams import Grams
from bot.nlu.neighbours import NEIGHBOURS, neighbour
from bot.nlu.spelling import without_marks

_NUMBER = re.compile(r"[\w-]*\d[\w-]*", re.ASCII)  # order and tracking numbers are no words of any language
_VOWEL = re.compile("[aeiouy]")
_WORD = re.compile(r"[^\W\d_]{2,}")
SURE_WORDS = 3
SURE = 0.9
SURE_KNOWN = 0.3  # of its words; code and nonsense look like some language, too
OTHER_SURE_WORDS = 3
OTHER_SURE = 0.97
OTHER_LIKELY = 0.8
MANY_KNOWN_WORDS = 0.5
FEW_KNOWN_WORDS = 0.34
MANY_KNOWN_GRAMS = 0.97  # of the characters: whatever langdetect says, such a text is written as our buyers write
# Languages in which a buyer may write although the assistant does not speak them. Langdetect knows more, but takes
# misspelt English or German for Afrikaans or Somali.
MAY_BE_WRITTEN = frozenset("bg da et fa fi hr hu lt lv mk mr ne no ro sk sl sq tl uk ur".split())  # noqa: SIM905
NOTHING: FrozenSet[str] = frozenset()


@dataclass(frozen=True)
class Reading:
    """What a text says about its language: a code or None, whether that is sure, or at least likely, and whether it is
    one of ours."""

    language: Optional[str]
    sure: bool = False
    likely: bool = False
    supported: bool = True


class LanguageModel:
    """Tells our languages apart by what buyers write, and others by langdetect."""

    def __init__(
        self, languages: List[str], characters: Grams, logarithms: np.ndarray, words: Dict[str, frozenset]
    ) -> None:
        """Takes what was learnt.

        Args:
            languages: ISO 639-1.
            characters: the n-grams.
            logarithms: of the probability of each n-gram (row) in each language (column).
            words: of each language, the Latin words that were seen more than once.
        """
        self.languages = languages
        self._characters = characters
        self._logarithms = logarithms
        self._words = words
        self._others: Optional[DetectorFactory] = None

    @classmethod
    def train(cls, texts: List[str], languages: List[str]) -> LanguageModel:
        """Learns from utterances and their languages."""
        vectorizer = CountVectorizer(analyzer="char_wb", ngram_range=(1, 4), dtype=np.float32, min_df=2)
        features = vectorizer.fit_transform(texts)
        classifier = MultinomialNB(alpha=0.05, fit_prior=False).fit(features, languages)
        counts: Dict[str, Counter] = {}
        for text, language in zip(texts, languages):
            counts.setdefault(language, Counter()).update(_WORD.findall(text))
        return cls(
            [str(name) for name in classifier.classes_],
            Grams(vectorizer),
            np.ascontiguousarray(classifier.feature_log_prob_.T, dtype=np.float32),
            {language: frozenset(w for w, count in seen.items() if count > 1) for language, seen in counts.items()},
        )

    def read(self, text: str) -> Reading:
        """Reads a normalized text."""
        text = _NUMBER.sub(" ", text)
        if scripts.is_in_another_script(text):
            return Reading(None, sure=True, supported=False)
        written = scripts.language_of_script(text)
        if written == "zh" and "ja" in self.languages:
            return self._han(text)
        words = _WORD.findall(text)
        if written is not None:
            foreign = scripts.has_letters_of_others(text, written) or neighbour(words, NOTHING, self.languages)
            return Reading(None if foreign else written, sure=True, supported=written in self.languages and not foreign)
        if not words:
            return Reading(None)
        language, score = max(self._shares(text).items(), key=lambda entry: entry[1])
        ours = self._words[language]
        if neighbour(words, ours, self.languages) or self._is_foreign(text, words, ours):
            return Reading(None, sure=True, supported=False)
        known = sum(word in ours for word in words) / len(words)
        is_sure = len(words) >= SURE_WORDS and score >= SURE and known >= SURE_KNOWN
        return Reading(language, sure=is_sure, likely=score >= SURE and known == 1)

    def _han(self, text: str) -> Reading:
        """Chinese, or Japanese without a single kana; a few characters may be either."""
        shares = self._shares(text)
        chinese, japanese = shares["zh"], shares["ja"]
        language = "zh" if chinese >= japanese else "ja"
        return Reading(language, sure=max(chinese, japanese) >= SURE * (chinese + japanese), likely=True)

    def _shares(self, text: str) -> Dict[str, float]:
        """How probable each language is."""
        columns, counts = self._characters.row(text)
        scores = counts @ self._logarithms[columns]
        each = np.exp(scores - scores.max())
        return {language: float(share) for language, share in zip(self.languages, each / each.sum())}

    def _is_foreign(self, text: str, words: List[str], ours: FrozenSet[str]) -> bool:
        """Whether langdetect sees only other languages in it; the more words are known, the surer it must be.

        Args:
            ours: words of the language of ours that the text looks like.
        """
        if (
            len(words) < OTHER_SURE_WORDS
            or sum(_VOWEL.search(without_marks(word)) is not None for word in words) < OTHER_SURE_WORDS
        ):
            return False  # nobody's language: "lkjh poiu mnbv"
        known = sum(any(word in listed for listed in self._words.values()) for word in words) / len(words)
        if known > MANY_KNOWN_WORDS:
            return False
        if self._others is None:
            self._others = DetectorFactory()
            self._others.load_profile(PROFILES_DIRECTORY)
            self._others.set_seed(0)
        detector = self._others.create()
        detector.append(text)
        try:
            guesses = detector.get_probabilities()
        except LangDetectException:
            return False
        elsewhere = MAY_BE_WRITTEN - set(self.languages)
        others = [guess for guess in guesses if guess.lang in elsewhere]
        if sum(guess.prob for guess in others) < (OTHER_LIKELY if known <= FEW_KNOWN_WORDS else OTHER_SURE):
            return False
        if others[0].lang in NEIGHBOURS:
            return neighbour(words, ours, self.languages, sure_of=others[0].lang) is not None
        return self._characters.known(text) < MANY_KNOWN_GRAMS
