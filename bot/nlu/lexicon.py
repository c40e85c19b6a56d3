"""Concepts in a text: the words of ``data/concepts/<language>.yml``, matched by spaCy."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import spacy
from ruamel.yaml import YAML
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc

CONCEPTS = Path(__file__).resolve().parent.parent.parent / "data" / "concepts"


@dataclass(frozen=True)
class Concept:
    """A concept that a text mentions, and where in the normalized text."""

    name: str
    start: int
    end: int


class Lexicon:
    """The concepts of one language."""

    def __init__(self, language: str, forms: dict[str, list[str]]) -> None:
        """Prepares the matching.

        Args:
            language: ISO 639-1; spaCy must have a blank pipeline for it.
            forms: the surface forms of each concept; a star at the end of a word makes it a stem.
        """
        self._nlp = spacy.blank(language)
        self._stems = sorted(
            {
                word[:-1]
                for names in forms.values()
                for form in names
                for word in form.split()
                if word.endswith("*") and len(word) > 1
            },
            key=len,
            reverse=True,
        )
        self._stems_by_start: dict[str, list[str]] = {}
        for stem in self._stems:
            self._stems_by_start.setdefault(stem[:2], []).append(stem)
        self._words = PhraseMatcher(self._nlp.vocab, attr="LOWER")
        self._stemmed = PhraseMatcher(self._nlp.vocab, attr="NORM")
        for name, names in forms.items():
            exact = [self._nlp.make_doc(form) for form in names if "*" not in form]
            stemmed = [self._pattern(form) for form in names if "*" in form]
            if exact:
                self._words.add(name, exact)
            if stemmed:
                self._stemmed.add(name, stemmed)

    def _stem(self, word: str) -> str:
        for stem in self._stems_by_start.get(word[:2], ()):
            if word.startswith(stem):
                return stem + "*"
        return word

    def _pattern(self, form: str) -> Doc:
        words = [token.text for part in form.split() for token in self._nlp.make_doc(part.rstrip("*"))]
        doc = Doc(self._nlp.vocab, words=words)
        for token in doc:
            token.norm_ = self._stem(token.text)
        return doc

    def concepts(self, text: str) -> list[Concept]:
        """The concepts in a normalized text, in its order; a match inside a longer one is dropped."""
        doc = self._nlp.make_doc(text)
        found = self._words(doc)
        if self._stems:
            for token in doc:
                token.norm_ = self._stem(token.text)
            found += self._stemmed(doc)
        matches = {(begin, end, self._nlp.vocab.strings[name]) for name, begin, end in found}
        kept = [m for m in matches if not any(_inside(m, other) for other in matches)]
        return [
            Concept(name, doc[begin].idx, doc[end - 1].idx + len(doc[end - 1])) for begin, end, name in sorted(kept)
        ]


def _inside(match: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    return other[0] <= match[0] and match[1] <= other[1] and (other[1] - other[0]) > (match[1] - match[0])


@lru_cache(maxsize=None)
def lexicon(language: str) -> Lexicon:
    """The lexicon of a language, built when it is first needed; empty when there is no file for it."""
    path = CONCEPTS / f"{language}.yml"
    if not path.is_file():
        return Lexicon("xx", {})
    return Lexicon(language, YAML(typ="safe").load(path.read_text(encoding="utf-8"))["concepts"])


def fingerprint(*modules: str) -> str:
    """A hash over all lexicon files and the given Python files: Rasa trains again when it changes.

    Rasa itself looks only at the source of the component's class, and not at what that uses.
    """
    digest = hashlib.sha256()
    for path in [*sorted(CONCEPTS.glob("*.yml")), Path(__file__), *map(Path, modules)]:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
