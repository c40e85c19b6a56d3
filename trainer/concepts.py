"""Checks the concept lexicons: ``data/concepts/<language>.yml``."""

from pathlib import Path
from typing import Any, Iterator

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

ROOT = Path(__file__).parents[1]
_AMOUNTS = YAML(typ="safe").load(Path(__file__).with_name("amounts.yml").read_text(encoding="utf-8"))


def problems(root: Path = ROOT) -> list[str]:
    """What is wrong with the lexicons, one readable line each; empty when all is well.

    Args:
        root: the project's root folder.
    """
    files = {path: _load(path) for path in sorted((root / "data" / "concepts").glob("*.yml"))}
    names = {name for content in files.values() for name in _concepts(content)}
    return [
        f"{path.relative_to(root)}: {line}" for path, content in files.items() for line in _of(path, content, names)
    ]


def _of(path: Path, content: Any, names: set[str]) -> Iterator[str]:
    if isinstance(content, str):
        yield content
        return
    if content.get("language") != path.stem:
        yield f"must say «language: {path.stem}», as its name"
    concepts = _concepts(content)
    for name in sorted(names - set(concepts)):
        yield f"{name} is missing; other languages have it"
    for name, forms in concepts.items():
        fewest = _AMOUNTS["forms_of_a_language_name" if name.startswith("LANGUAGE_") else "forms"]
        if not isinstance(forms, list) or len(forms) < fewest:
            yield f"{name} needs at least {fewest} forms"
            continue
        for form in forms:
            yield from (f"{name}: «{form}» {fault}" for fault in _faults(form))
        for form in sorted({str(form) for form in forms if forms.count(form) > 1}):
            yield f"{name}: «{form}» stands twice"


def _faults(form: Any) -> Iterator[str]:
    if not isinstance(form, str):
        yield "is not a text; put it between quotes"
        return
    if form != form.lower():
        yield "must be lower case"
    if any("*" in word.rstrip("*") or word.endswith("**") or word == "*" for word in form.split()):
        yield "may have a star only at the end of a word"


def _concepts(content: Any) -> dict[str, Any]:
    concepts = content.get("concepts") if isinstance(content, dict) else None
    return concepts if isinstance(concepts, dict) else {}


def _load(path: Path) -> Any:
    """The file's content, or a line that says why it can not be read."""
    try:
        content = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    except YAMLError as error:
        return f"can not be read: {str(error).splitlines()[0]}"
    return content if isinstance(content, dict) else "must hold «language» and «concepts»"
