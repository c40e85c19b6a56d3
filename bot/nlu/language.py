"""Which language a message is written in, and in which one the assistant answers.

A message of its own words decides; a short or ambiguous one never changes what was decided before. A language that
the buyer asked for holds until another wish. When nothing is known yet, the platform's locale decides, else English.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Optional, Text, Tuple

import joblib
import numpy as np
from langdetect import PROFILES_DIRECTORY, DetectorFactory
from langdetect.lang_detect_exception import LangDetectException
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.naive_bayes import MultinomialNB

from bot.nlu import grams
from bot.nlu.grams import Grams
from bot.nlu.lexicon import fingerprint
from bot.nlu.spelling import without_marks
from bot.nlu.text import normalized

FALLBACK = "en"
MESSAGE_LANGUAGE = "message_language"
UNSUPPORTED = "unsupported_language"
# Scripts that tell the language by themselves, most telling first: kana before the Han characters beside it.
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
)
_NUMBER = re.compile(r"[\w-]*\d[\w-]*", re.ASCII)  # order and tracking numbers are no words of any language
_VOWEL = re.compile("[aeiouy]")
_LATIN_WORD = re.compile(r"[^\W\d_]{2,}")
# Characters that only one of the two scripts uses, among the most frequent ones.
_TRADITIONAL = frozenset(
    "們個這來時說對還沒會過後開關門東車問題買賣貨單號發現點話請實訂錯總間裡樣嗎郵遞驗證聯繫讓廳鄰櫃錢處為與應該麼"
)
_SIMPLIFIED = frozenset(
    "们个这来时说对还没会过后开关门东车问题买卖货单号发现点话请实订错总间里样吗邮递验证联系让厅邻柜钱处为与应该么"
)
_ONLY_TRADITIONAL = _TRADITIONAL - _SIMPLIFIED
_ONLY_SIMPLIFIED = _SIMPLIFIED - _TRADITIONAL
SURE_WORDS = 3
SURE = 0.9
SURE_KNOWN = 0.3  # of its words; code and nonsense look like some language, too
OTHER_SURE_WORDS = 3
OTHER_SURE = 0.97
OTHER_LIKELY = 0.8
MANY_KNOWN_WORDS = 0.5
FEW_KNOWN_WORDS = 0.34
# Languages in which a buyer may write although the assistant does not speak them. Langdetect knows more, but takes
# misspelt English or German for Afrikaans or Somali.
MAY_BE_WRITTEN = frozenset("bg da et fa fi hr hu lt lv mk mr ne no ro sk sl sq tl uk ur".split())  # noqa: SIM905
# Letters of languages that share a script with one of ours, and which that one does not have.
_OTHER_LETTERS = (
    ("ru", re.compile("[іїєґўјљњћђџѓќѕ]")),
    ("ar", re.compile("[ٹڈڑےہھںپچژ]")),
)
_OUR_SCRIPTS = re.compile(
    "[\u0000-\u024f\u0300-\u036f\u0400-\u04ff\u0600-\u06ff\u0900-\u097f\u0e00-\u0e7f\u1e00-\u1eff\u1100-\u11ff"
    "\u3000-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]"
)


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
            counts.setdefault(language, Counter()).update(_LATIN_WORD.findall(text))
        return cls(
            [str(name) for name in classifier.classes_],
            Grams(vectorizer),
            np.ascontiguousarray(classifier.feature_log_prob_.T, dtype=np.float32),
            {language: frozenset(w for w, count in seen.items() if count > 1) for language, seen in counts.items()},
        )

    def read(self, text: str) -> Reading:
        """Reads a normalized text."""
        text = _NUMBER.sub(" ", text)
        if _is_in_another_script(text):
            return Reading(None, sure=True, supported=False)
        written = language_of_script(text)
        if written == "zh" and "ja" in self.languages:
            return self._han(text)
        if written is not None and _has_letters_of_others(text):
            return Reading(None, sure=True, supported=False)
        if written is not None:
            return Reading(written, sure=True, supported=written in self.languages)
        words = _LATIN_WORD.findall(text)
        if not words:
            return Reading(None)
        language, score = max(self._shares(text).items(), key=lambda entry: entry[1])
        if len(words) >= OTHER_SURE_WORDS and self._is_foreign(text, words):
            return Reading(None, sure=True, supported=False)
        known = sum(word in self._words[language] for word in words) / len(words)
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

    def _is_foreign(self, text: str, words: List[str]) -> bool:
        """Whether langdetect sees only other languages in it; the more words are known, the surer it must be."""
        if sum(_VOWEL.search(without_marks(word)) is not None for word in words) < OTHER_SURE_WORDS:
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
        share = sum(guess.prob for guess in guesses if guess.lang.split("-")[0] in elsewhere)
        return share >= (OTHER_LIKELY if known <= FEW_KNOWN_WORDS else OTHER_SURE)


def language_of_script(text: str) -> Optional[str]:
    """The language that the characters tell by themselves, unless they are a mere name in a sentence."""
    letters = sum(character.isalpha() for character in text)
    for language, characters in _SCRIPTS:
        count = len(characters.findall(text))
        if count >= 2 and count * 4 >= letters:
            return language
    return None


def _is_in_another_script(text: str) -> bool:
    """Whether many of the letters belong to a script that none of our languages uses: Greek, Hebrew, Bengali …"""
    letters = [character for character in text if character.isalpha()]
    others = sum(_OUR_SCRIPTS.match(character) is None for character in letters)
    return others >= 2 and others * 4 >= len(letters)


def _has_letters_of_others(text: str) -> bool:
    return any(
        language == language_of_script(text) and len(letters.findall(text)) * 20 >= sum(map(str.isalpha, text))
        for language, letters in _OTHER_LETTERS
    )


def script_of(text: str) -> Optional[str]:
    """``Hans`` or ``Hant`` for Chinese text that shows which, else None."""
    traditional = sum(character in _ONLY_TRADITIONAL for character in text)
    simplified = sum(character in _ONLY_SIMPLIFIED for character in text)
    if traditional == simplified:
        return None
    return "Hant" if traditional > simplified else "Hans"


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
        return fingerprint(__file__, grams.__file__)

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
            read_as = _read_as(reading, slot("language"), answer, self._model.languages)
            message.set(MESSAGE_LANGUAGE, read_as, add_to_output=True)
            message.set(UNSUPPORTED, reading.sure and not reading.supported)
            entities = [{"entity": "language", "value": answer}]
            if answer == "zh" and (script := script_of(text)):
                entities.append({"entity": "script", "value": script})
            message.set(ENTITIES, message.get(ENTITIES, []) + entities, add_to_output=True)
        return messages


def _read_as(reading: Reading, known: Optional[str], answer: str, languages: List[str]) -> str:
    """The language whose words are looked for in the message: its own if that is sure, else the conversation's."""
    if reading.language in languages and (reading.sure or known is None):
        return reading.language
    return known if known in languages else answer


def _labelled(example: Message) -> Optional[Tuple[str, str]]:
    language = ((example.get("metadata") or {}).get("intent") or {}).get("language")
    return (normalized(example.get(TEXT)), language) if language else None
