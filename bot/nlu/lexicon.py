"""Concepts in a text: the words of ``data/concepts/<language>.yml``, matched by spaCy."""

from __future__ import annotations

import hashlib
import pickle
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path
from typing import Callable, Iterable

from ruamel.yaml import YAML
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

from bot.nlu import spelling, tokens
from bot.nlu.spelling import unified, without_article, without_marks

CONCEPTS = Path(__file__).resolve().parent.parent.parent / "data" / "concepts"
# Where buyers often leave out accents; Vietnamese without them is another word too often.
TYPED_WITHOUT_MARKS = frozenset({"cs", "de", "es", "fr", "it", "nl", "pl", "pt", "sv", "tr"})
SHORTEST_WITHOUT_MARKS = 3
MOST_VARIANTS = 60  # of one form, when its stems begin other stems


@dataclass(frozen=True)
class Concept:
    """A concept that a text mentions, and where in the normalized text."""

    name: str
    start: int
    end: int


@dataclass(frozen=True)
class Patterns:
    """A language's forms, cut into tokens: all that is slow about a lexicon, and what a model keeps of it.

    Attributes:
        language: ISO 639-1.
        words: for each concept the forms whose words are matched as they are.
        norms: for each concept the forms whose words are matched by what `_Norms` makes of them.
        stems: without their stars.
        known: whole words of the lexicon.
    """

    language: str
    words: dict[str, list[list[str]]]
    norms: dict[str, list[list[str]]]
    stems: list[str]
    known: frozenset[str]


class Lexicon:
    """The concepts of one language."""

    def __init__(self, patterns: Patterns) -> None:
        self._nlp = tokens.tokenizer(patterns.language)
        self._norms = _Norms(patterns.language, patterns.stems, patterns.known)
        self._words = PhraseMatcher(self._nlp.vocab, attr="LOWER")
        self._stemmed = PhraseMatcher(self._nlp.vocab, attr="NORM")
        for name, forms in patterns.words.items():
            self._words.add(name, [Doc(self._nlp.vocab, words=form) for form in forms])
        for name, forms in patterns.norms.items():
            self._stemmed.add(name, [self._normed(form) for form in forms])

    def concepts(self, text: str) -> list[Concept]:
        """The concepts in a normalized text, in its order; a match inside a longer one is dropped."""
        doc = self._nlp.make_doc(text)
        found = self._words(doc)
        if len(self._stemmed):
            for token in doc:
                token.norm_ = self._norms.of(token.text)
            found += self._stemmed(doc)
        matches = {(begin, end, self._nlp.vocab.strings[name]) for name, begin, end in found}
        kept = [m for m in matches if not any(_inside(m, other) for other in matches)]
        return [
            Concept(name, doc[begin].idx, doc[end - 1].idx + len(doc[end - 1])) for begin, end, name in sorted(kept)
        ]

    def _normed(self, norms: list[str]) -> Doc:
        doc = Doc(self._nlp.vocab, words=norms)
        for token, norm in zip(doc, norms):
            token.norm_ = norm
        return doc


def patterns_of(language: str, forms: dict[str, list[str]]) -> Patterns:
    """Cuts the forms of a lexicon into tokens.

    Args:
        language: ISO 639-1.
        forms: the surface forms of each concept; a star at the end of a word makes it a stem.
    """
    make_doc = tokens.tokenizer(language).make_doc
    written = {name: _spellings(language, listed) for name, listed in forms.items()}
    words = {word for listed in written.values() for form in listed for word in form.split()}
    stems = sorted({word[:-1] for word in words if word.endswith("*") and len(word) > 1})
    known = frozenset(_bare(language, word) for word in words if not word.endswith("*"))
    norms = _Norms(language, stems, known)
    plain: dict[str, list[list[str]]] = {}
    stemmed: dict[str, list[list[str]]] = {}
    for name, listed in written.items():
        for form in listed:
            if "*" in form or language == "ar":  # in Arabic, prefixes are taken off all words
                stemmed.setdefault(name, []).extend(norms.variants([_cut(make_doc, part) for part in form.split()]))
            else:
                plain.setdefault(name, []).append([token.text for token in make_doc(form)])
    return Patterns(language, plain, stemmed, stems, known)


def _cut(make_doc: Callable[[str], Doc], part: str) -> list[str]:
    """The tokens of a part of a form between spaces; its star stays with the last one."""
    pieces = [token.text for token in make_doc(part.rstrip("*"))] or [""]
    return [*pieces[:-1], pieces[-1] + ("*" if part.endswith("*") else "")]


def _bare(language: str, word: str) -> str:
    return without_article(word) if language == "ar" else word


class _Norms:
    """What stands for a word when stems are matched: its stem with a star, or the word itself."""

    def __init__(self, language: str, stems: Iterable[str], known: frozenset[str]) -> None:
        self._language = language
        self._stems = _Stems(stems)
        self._known = known

    def of(self, word: str) -> str:
        """The norm of a word in a text. Arabic words lose article and prefixes, unless the lexicon knows them so."""
        if self._language != "ar":
            return self._stems.longest(word)
        bare = without_article(word)
        stemmed = self._stems.longest(bare)
        if bare in self._known or stemmed != bare or bare[:1] not in spelling.ARABIC_PREFIXES:
            return stemmed
        rest = without_article(bare[1:])
        stemmed_rest = self._stems.longest(rest)
        return stemmed_rest if rest in self._known or stemmed_rest != rest else bare

    def variants(self, parts: list[list[str]]) -> list[list[str]]:
        """What a form looks like after `of`; a stem of it also as each longer one that begins with it.

        Args:
            parts: the tokens of the form, those of stems with a star.
        """
        choices = [
            self._stems.beginning_with(_bare(self._language, token[:-1]))
            if token.endswith("*")
            else [self.of(_bare(self._language, token))]
            for part in parts
            for token in part
        ]
        return [list(norms) for norms in islice(product(*choices), MOST_VARIANTS)]


class _Stems:
    """The stems of a language, found by how a word begins."""

    def __init__(self, stems: Iterable[str]) -> None:
        self._by_start: dict[str, list[str]] = {}
        for stem in sorted(set(stems), key=len, reverse=True):
            self._by_start.setdefault(stem[:2], []).append(stem)

    def longest(self, word: str) -> str:
        """The longest stem that begins a word, with its star; the word if there is none."""
        return next((stem + "*" for stem in self._by_start.get(word[:2], ()) if word.startswith(stem)), word)

    def beginning_with(self, stem: str) -> list[str]:
        """A stem and all longer ones that begin with it, with their stars, the shortest first."""
        listed = (
            self._by_start.get(stem[:2], ()) if len(stem) > 1 else [s for all_ in self._by_start.values() for s in all_]
        )
        return [other + "*" for other in reversed(listed) if other.startswith(stem)] or [stem + "*"]


def _spellings(language: str, forms: list[str]) -> list[str]:
    """The forms in one way of writing, and as they are typed without accents."""
    written = dict.fromkeys(unified(form) for form in forms)
    if language in TYPED_WITHOUT_MARKS:
        bare = (without_marks(form) for form in list(written))
        written.update(dict.fromkeys(form for form in bare if len(form.rstrip("*")) >= SHORTEST_WITHOUT_MARKS))
    return list(written)


def _inside(match: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    return other[0] <= match[0] and match[1] <= other[1] and (other[1] - other[0]) > (match[1] - match[0])


def patterns_in_file(language: str) -> Patterns:
    """The patterns of a language's file; none when there is no file."""
    path = CONCEPTS / f"{language}.yml"
    if not path.is_file():
        return patterns_of("xx", {})
    return patterns_of(language, YAML(typ="safe").load(path.read_text(encoding="utf-8"))["concepts"])


def names_in(language: str, texts: list[str]) -> tuple[bytes, list[tuple[str, ...]]]:
    """Reads the lexicon of a language, and with it normalized texts.

    Returns:
        What a model keeps of the lexicon, and for each text the names of its concepts.
    """
    patterns = patterns_in_file(language)
    lexicon = Lexicon(patterns)
    return pickle.dumps(patterns), [names_of(lexicon.concepts(text)) for text in texts]


def names_of(concepts: Iterable[Concept]) -> tuple[str, ...]:
    """The names of concepts, each once and in order."""
    return tuple(sorted({concept.name for concept in concepts}))


class Lexicons:
    """The lexicons of all languages of a model, each made ready when its language is first met."""

    def __init__(self, packed: dict[str, bytes]) -> None:
        self._packed = packed
        self._ready: dict[str, Lexicon] = {}

    @classmethod
    def read(cls, languages: Iterable[str]) -> Lexicons:
        """Reads the files of the languages. Takes about a second for each."""
        return cls({language: pickle.dumps(patterns_in_file(language)) for language in languages})

    def of(self, language: str) -> Lexicon:
        """The lexicon of a language; an empty one when the model has none."""
        if language not in self._ready:
            packed = self._packed.get(language)
            self._ready[language] = Lexicon(pickle.loads(packed) if packed else patterns_of("xx", {}))
        return self._ready[language]

    @property
    def packed(self) -> dict[str, bytes]:
        """What a model keeps."""
        return self._packed


def fingerprint(*modules: str) -> str:
    """A hash over all lexicon files and the given Python files: Rasa trains again when it changes.

    Rasa itself looks only at the source of the component's class, and not at what that uses.
    """
    digest = hashlib.sha256()
    own = (__file__, spelling.__file__, tokens.__file__)
    for path in [*sorted(CONCEPTS.glob("*.yml")), *map(Path, own), *map(Path, modules)]:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
