"""Checks what buyers write: ``data/nlu/<language>/<intent>.yml``."""

from collections import defaultdict
from pathlib import Path
from typing import Any, Iterator

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

ROOT = Path(__file__).parents[1]
_AMOUNTS = YAML(typ="safe").load(Path(__file__).with_name("amounts.yml").read_text(encoding="utf-8"))
FEWEST_SENTENCES = _AMOUNTS["sentences"]
INTENTS = frozenset(
    """affirm ask_how_long ask_order_status ask_proof_of_delivery bot_challenge change_language checked_not_found deny
    dispute_proof express_anger feel_accused found_parcel goodbye greet out_of_scope provide_reference
    report_item_problem report_not_received report_theft report_wrong_address request_cancellation request_human
    request_refund request_replacement thank threaten_dispute will_check_later""".split()  # noqa: SIM905
)


def problems(root: Path = ROOT) -> list[str]:
    """What is wrong with the utterances, one readable line each, with file and line of text; empty when all is well.

    Args:
        root: the project's root folder.
    """
    found: list[str] = []
    for folder in sorted((root / "data" / "nlu").iterdir()):
        if folder.is_dir():
            found += _language_problems(root, folder)
    return found


def _language_problems(root: Path, folder: Path) -> Iterator[str]:
    where: dict[str, list[str]] = defaultdict(list)
    seen = {path.stem for path in folder.glob("*.yml")}
    name = folder.relative_to(root)
    for intent in sorted(INTENTS - seen):
        yield f"{name}: {intent}.yml is missing"
    for intent in sorted(seen - INTENTS):
        yield f"{name}/{intent}.yml: there is no intent of this name"
    for path in sorted(folder.glob("*.yml")):
        texts, wrong = _read(path, folder.name)
        yield from (f"{path.relative_to(root)}: {problem}" for problem in wrong)
        fewest = _AMOUNTS["utterances_of"].get(path.stem, _AMOUNTS["utterances"])
        if not wrong and len(texts) < fewest:
            yield f"{path.relative_to(root)}: has {len(texts)} utterances; at least {fewest} are needed"
        for text in texts:
            where[" ".join(text.casefold().split())].append(path.stem)
            if "](" in text or text.startswith("/"):
                yield f"{path.relative_to(root)}: «{text}» would be read as markup; write it as a buyer types"
    for text, intents in sorted(where.items()):
        if len(intents) > 1:
            yield f"{name}: «{text}» stands more than once: in {', '.join(intents)}"


def texts_of(path: Path) -> list[str]:
    """The utterances of a file that has no `problems`."""
    [block] = YAML(typ="safe").load(path.read_text(encoding="utf-8"))["nlu"]
    return _texts(block)


def _texts(block: dict[str, Any]) -> list[str]:
    return [line[2:].strip() for line in block["examples"].splitlines() if line.startswith("- ")]


def _read(path: Path, language: str) -> tuple[list[str], list[str]]:
    """The utterances of a file, and what is wrong with its frame."""
    try:
        blocks = YAML(typ="safe").load(path.read_text(encoding="utf-8"))["nlu"]
        block = blocks[0]
        texts = _texts(block)
    except (YAMLError, KeyError, TypeError, IndexError, AttributeError) as error:
        return [], [f"can not be read: {str(error).splitlines()[0]}"]
    wrong = []
    if len(blocks) != 1 or block.get("intent") != path.stem:
        wrong.append(f"must hold one intent, named {path.stem} as the file")
    if (block.get("metadata") or {}).get("language") != language:
        wrong.append(f"must say «metadata: language: {language}», as its folder")
    return texts, wrong
