"""Languages that we do not speak, told from the neighbours that we do by words that only they have."""

from pathlib import Path
from typing import Collection, Dict, FrozenSet, Optional, Sequence

from ruamel.yaml import YAML

from bot.nlu.spelling import without_marks

OWN_FILE = Path(__file__).with_name("neighbours.yml")
FEWEST = 2
SHARE = 0.3


def _with_and_without_marks(words: str) -> FrozenSet[str]:
    listed = words.split()
    return frozenset((*listed, *map(without_marks, listed)))


NEIGHBOURS: Dict[str, FrozenSet[str]] = {
    language: _with_and_without_marks(words)
    for language, words in YAML(typ="safe").load(OWN_FILE.read_text(encoding="utf-8")).items()
}


def neighbour(words: Sequence[str], known: FrozenSet[str], spoken: Collection[str], sure_of: str = "") -> Optional[str]:
    """The language that is not spoken and has enough of a text's words; None if there is none.

    Args:
        words: of the text, in lower case.
        known: words of the language of ours that the text looks like; they speak for no other.
        spoken: our languages, ISO 639-1.
        sure_of: a language for which one word is enough, because something else speaks for it.
    """
    own = [word for word in words if word not in known]
    for language, theirs in NEIGHBOURS.items():
        hits = sum(word in theirs for word in own)
        if language not in spoken and hits >= (1 if language == sure_of else max(FEWEST, SHARE * len(words))):
            return language
    return None
