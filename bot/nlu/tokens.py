"""Where words begin and end, in each language."""

import re

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

# Written without spaces: each character is a token, and a form matches wherever it stands. Segmenters cut the same
# word differently in different sentences, and a lexicon must not depend on that.
BY_CHARACTER = frozenset({"ja", "th", "zh"})
# spaCy's pipelines for these need a morphological analyser that is not in any package (Korean), or join syllables to
# words by a model (Vietnamese); the forms of the lexicon are written for what stands between spaces.
BY_SPACES = frozenset({"ko", "vi", "xx"})
_PIECES = re.compile(r"[A-Za-z0-9]+|\S")


class CharacterTokenizer:
    """Makes a token of each character, and of each run of Latin letters and digits."""

    def __init__(self, vocab: Vocab) -> None:
        self._vocab = vocab

    def __call__(self, text: str) -> Doc:
        """The tokens of a text; spaces between them are kept as such."""
        words, spaces, end = [], [], 0
        for match in _PIECES.finditer(text):
            if match.start() > end and words:
                spaces[-1] = True
                words += [" "] * (match.start() - end - 1)
                spaces += [False] * (match.start() - end - 1)
            words.append(match.group())
            spaces.append(False)
            end = match.end()
        return Doc(self._vocab, words=words, spaces=spaces)


def tokenizer(language: str) -> Language:
    """A blank spaCy pipeline that only finds tokens.

    Args:
        language: ISO 639-1, or ``xx`` for none.
    """
    if language in BY_CHARACTER:
        nlp = spacy.blank("xx")
        nlp.tokenizer = CharacterTokenizer(nlp.vocab)
        return nlp
    return spacy.blank("xx" if language in BY_SPACES else language)
