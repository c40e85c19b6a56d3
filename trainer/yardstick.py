"""``make yardstick FOLDER=…``: the bot's intent model on public test sets, so that it can be compared with others'.

The folder holds tab-separated files with the columns ``intent`` and ``text``: a test part (``test….tsv``) and one or
more training parts (``train….tsv``). BANKING77, CLINC150 and HWU64 are published so; nothing of them comes into the
project. Their subject is another one, so only the general words of the English lexicon help.
"""

import argparse
import csv
import sys
from pathlib import Path

from bot.nlu.intent_model import Example, IntentModel
from bot.nlu.lexicon import Lexicon, Lexicons
from bot.nlu.text import normalized


class YardstickError(ValueError):
    """The folder does not hold what is needed; the text says what is missing."""


def read(path: Path, lexicon: Lexicon) -> tuple[list[Example], list[str]]:
    """The messages of a file, and their intents.

    Raises:
        YardstickError: the file has other columns.
    """
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    if not rows or not {"intent", "text"} <= set(rows[0]):
        raise YardstickError(f"{path.name} needs the columns “intent” and “text”")
    texts = [normalized(row["text"]) for row in rows]
    names = [tuple(sorted({concept.name for concept in lexicon.concepts(text)})) for text in texts]
    return list(zip(texts, names)), [row["intent"] for row in rows]


def measure(folder: Path) -> dict[str, float]:
    """For each training part the share of the test part that is read rightly.

    Raises:
        YardstickError: the folder lacks a part.
    """
    tests, parts = sorted(folder.glob("test*.tsv")), sorted(folder.glob("train*.tsv"))
    if not tests or not parts:
        raise YardstickError(f"{folder} needs files named test….tsv and train….tsv")
    lexicon = Lexicons.read(["en"]).of("en")
    asked, wanted = read(tests[0], lexicon)
    shares = {}
    for part in parts:
        model = IntentModel.train(*read(part, lexicon))
        found = [model.classes[int(model.probabilities(example).argmax())] for example in asked]
        shares[part.stem] = sum(one == other for one, other in zip(found, wanted)) / len(wanted)
        print(f"{folder.name} {part.stem}: {shares[part.stem]:.3f} of {len(wanted)}", flush=True)
    return shares


def main() -> int:
    """Measures one folder, or each folder in a folder; returns how the process should exit."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", type=Path)
    folder = arguments.parse_args().folder
    inside = sorted(path for path in folder.glob("*") if path.is_dir() and list(path.glob("train*.tsv")))
    try:
        for one in inside or [folder]:
            measure(one)
    except (YardstickError, OSError) as error:
        print(f"This can not be measured: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
