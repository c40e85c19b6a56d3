"""``make language CODE=ro``: begins a new language, says what it still lacks, and takes it in when it is complete.

A language is written in ``drafts/<code>``, where neither training nor the bot sees it. Running the command again checks
the draft; one without problems is moved to its places.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any, Iterator

from babel import Locale, UnknownLocaleError
from ruamel.yaml import YAML

from trainer import concepts, replies, utterances

ROOT = Path(__file__).resolve().parent.parent
SHOWN = 40
PLACES = (
    "data/nlu/{code}",
    "data/concepts/{code}.yml",
    "bot/replies/{code}.yml",
    "trainer/tone/{code}.yml",
    "tests/replies/tone/{code}.yml",
)


class LanguageError(ValueError):
    """The language can not be begun; the text says why."""


def begin(code: str, root: Path = ROOT) -> Path:
    """Makes the files of a new language, with everything in them but the words.

    Args:
        code: ISO 639-1.
        root: the project's root folder.

    Returns:
        The folder of the draft.

    Raises:
        LanguageError: there is no such language, or it is spoken already.
    """
    if len(code) != 2 or not code.isalpha() or code != code.lower():
        raise LanguageError(f"“{code}” is no code of a language: two small letters are needed, for example ro")
    try:
        Locale.parse(code)
    except UnknownLocaleError as error:
        raise LanguageError(f"there is no language with the code {code}") from error
    if (root / "data" / "nlu" / code).exists():
        raise LanguageError(f"{code} is spoken already; its utterances are in data/nlu/{code}")
    draft = root / "drafts" / code
    for path, text in _files(code, root):
        file = draft / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return draft


def problems(code: str, root: Path = ROOT) -> list[str]:
    """What a draft still lacks, one readable line each."""
    draft = root / "drafts" / code
    with tempfile.TemporaryDirectory() as name:
        trial = Path(name)
        shutil.copytree(draft, trial, dirs_exist_ok=True)
        shutil.copy(root / "domain.yml", trial)
        shutil.copy(root / "data" / "concepts" / "en.yml", trial / "data" / "concepts")
        found = [*utterances.problems(trial), *concepts.problems(trial), *replies.problems(trial)]
        found += list(_tone_problems(code, trial))
    return [f"drafts/{code}/{line}" for line in found]


def take_in(code: str, root: Path = ROOT) -> None:
    """Moves a complete draft to its places."""
    draft = root / "drafts" / code
    for place in PLACES:
        path = place.format(code=code)
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.move(str(draft / path), str(root / path))
    shutil.rmtree(draft)


def _tone_problems(code: str, trial: Path) -> Iterator[str]:
    for place in PLACES[3:]:
        path = place.format(code=code)
        content = YAML(typ="safe", pure=True).load((trial / path).read_text(encoding="utf-8"))
        for rule in content.get("rules") or []:
            if not rule.get("patterns"):
                yield f"{path}: the rule {rule.get('name')} has no patterns"
        for kind in ("bad", "good"):
            if kind in content and len(content[kind] or []) < utterances.FEWEST_SENTENCES:
                yield f"{path}: needs {utterances.FEWEST_SENTENCES} {kind} sentences"


def _files(code: str, root: Path) -> Iterator[tuple[str, str]]:
    """The files of a draft: path and text."""
    for intent in sorted(utterances.INTENTS):
        head = f'version: "3.1"\nnlu:\n- intent: {intent}\n  metadata:\n    language: {code}\n  examples: |\n'
        yield f"data/nlu/{code}/{intent}.yml", head
    names = _load(root / "data" / "concepts" / "en.yml")["concepts"]
    lines = [f"  # English: {', '.join(map(str, forms[:8]))}\n  {name}: []" for name, forms in names.items()]
    yield f"data/concepts/{code}.yml", f"language: {code}\nconcepts:\n" + "\n".join(lines) + "\n"
    yield f"bot/replies/{code}.yml", _replies(code, _load(root / "domain.yml")["responses"])
    rules = _load(root / "trainer" / "tone" / "en.yml")["rules"]
    text = "".join(
        f"  - name: {rule['name']}\n    why: {rule['why']}\n    source: {rule['source']}\n    patterns: []\n"
        for rule in rules
    )
    yield f"trainer/tone/{code}.yml", f"language: {code}\nrules:\n{text}"
    yield f"tests/replies/tone/{code}.yml", f"language: {code}\nbad: []\ngood: []\n"


def _replies(code: str, english: dict[str, Any]) -> str:
    lines = [f"language: {code}", "responses:"]
    for key, [variant, *_] in english.items():
        lines += [f"  {key}:", f"    # {variant['text']}", '    - text: ""']
        if variant.get("buttons"):
            lines.append("      buttons:")
            for button in variant["buttons"]:
                lines += [f"        # {button['title']}", '        - {title: "", payload: ""}']
    return "\n".join(lines) + "\n"


def _load(path: Path) -> Any:
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


def main(root: Path = ROOT) -> int:
    """Begins, checks or takes in a language; returns how the process should exit."""
    arguments = argparse.ArgumentParser(prog="make language", description=__doc__.splitlines()[0])
    arguments.add_argument("code", help="ISO 639-1, for example ro")
    code = arguments.parse_args().code
    if not (root / "drafts" / code).is_dir():
        try:
            draft = begin(code, root)
        except LanguageError as error:
            print(f"The language can not be begun: {error}", file=sys.stderr)
            return 2
        print(f"The files are in {draft.relative_to(root)}. Fill them in (docs/training.md), then run the same again.")
        return 0
    found = problems(code, root)
    if found:
        print(f"{len(found)} things are still to do:")
        print(*(f"  {line}" for line in found[:SHOWN]), sep="\n")
        if len(found) > SHOWN:
            print(f"  … and {len(found) - SHOWN} more")
        return 1
    take_in(code, root)
    print(f"{code} is complete and has been taken in. Now: make check, make train, make evaluate.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
