"""``make yardsticks FOLDER=…``: the bot's intent model on public test sets, beside what others have published of them.

The folder, or each folder in it, holds tab-separated files with the columns ``intent`` and ``text``: a test part
(``test….tsv``) and one or more training parts (``train….tsv``); with ``valid.tsv``, ``oos_valid.tsv`` and
``oos_test.tsv`` also what is out of scope. BANKING77, CLINC150 and HWU64 are published so; nothing of them comes into
the project. Their subject is another one, so only the general words of the English lexicon help.
"""

import argparse
import csv
import sys
from pathlib import Path
from statistics import mean
from typing import Mapping

from ruamel.yaml import YAML

from bot.nlu.intent_model import Example, IntentModel
from bot.nlu.lexicon import Lexicon, Lexicons
from bot.nlu.text import normalized

PUBLISHED = YAML(typ="safe").load(Path(__file__).with_name("published_figures.yml").read_text(encoding="utf-8"))
Labelled = tuple[list[Example], list[str]]


class YardstickError(ValueError):
    """The folder does not hold what is needed; the text says what is missing."""


def read(path: Path, lexicon: Lexicon) -> Labelled:
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

    Where the folder has messages that are out of scope, ``out_of_scope`` is the share of them that is known as such by
    the whole training part, and ``in_scope`` that of the others that is read rightly all the same: an answer is taken
    from a confidence on that was best on the validation parts (the ``oos-threshold`` of Larson et al. 2019).

    Raises:
        YardstickError: the folder lacks a part.
    """
    tests, parts = sorted(folder.glob("test*.tsv")), sorted(folder.glob("train*.tsv"))
    if not tests or not parts:
        raise YardstickError(f"{folder} needs files named test….tsv and train….tsv")
    lexicon = Lexicons.read(["en"]).of("en")
    asked = read(tests[0], lexicon)
    shares = {}
    for part in parts:
        model = IntentModel.train(*read(part, lexicon))
        shares[part.stem] = mean(_right(model, asked))
        if part.stem == "train" and (folder / "oos_test.tsv").is_file():
            shares.update(_out_of_scope(model, folder, lexicon, asked))
    return shares


def _out_of_scope(model: IntentModel, folder: Path, lexicon: Lexicon, asked: Labelled) -> dict[str, float]:
    known, strange = (read(folder / name, lexicon) for name in ("valid.tsv", "oos_valid.tsv"))
    sure, right, others = _confidence(model, known), _right(model, known), _confidence(model, strange)

    def good(limit: float) -> int:
        return sum(ok and one >= limit for one, ok in zip(sure, right)) + sum(one < limit for one in others)

    limit = max(sorted({*sure, *others}), key=good)
    strange = read(folder / "oos_test.tsv", lexicon)
    kept = [ok and one >= limit for one, ok in zip(_confidence(model, asked), _right(model, asked))]
    return {"in_scope": mean(kept), "out_of_scope": mean(one < limit for one in _confidence(model, strange))}


def _confidence(model: IntentModel, messages: Labelled) -> list[float]:
    return [float(model.probabilities(example).max()) for example in messages[0]]


def _right(model: IntentModel, messages: Labelled) -> list[bool]:
    examples, intents = messages
    found = (model.classes[int(model.probabilities(example).argmax())] for example in examples)
    return [one == intent for one, intent in zip(found, intents)]


def report(name: str, shares: Mapping[str, float]) -> list[str]:
    """What was measured, and what others have published of the set of this name, as rows of a Markdown table."""
    rows = [f"| {name}, {what.replace('_', ' ')} | {100 * share:.1f} | ours |" for what, share in shares.items()]
    for entry in PUBLISHED.get(name, []):
        figures = {what: figure for what, figure in entry.items() if what != "who"}
        rows += [
            f"| {name}, {what.replace('_', ' ')} | {figure} | {entry['who']} |" for what, figure in figures.items()
        ]
    return rows


def main() -> int:
    """Measures one folder, or each folder in a folder; returns how the process should exit."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", type=Path)
    folder = arguments.parse_args().folder
    inside = sorted(path for path in folder.glob("*") if path.is_dir() and list(path.glob("train*.tsv")))
    try:
        print("| test set, trained on | right, % | by |\n|---|---|---|")
        for one in inside or [folder]:
            print("\n".join(report(one.name, measure(one))), flush=True)
    except (YardstickError, OSError) as error:
        print(f"This can not be measured: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
