"""Checks the wording of all languages against the English one.

English stands in ``domain.yml``, the other languages in ``bot/replies/<language>.yml``.
"""

from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any, Iterator

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

ROOT = Path(__file__).parents[1]
_ENGLISH = "domain.yml"
_VARIANT_KEYS = {"text", "buttons"}
_BUTTON_KEYS = {"title", "payload"}


@dataclass(frozen=True)
class Wording:
    """One text that a buyer can read, and where it stands.

    Attributes:
        file: path below the project's root.
        language: ISO 639-1.
        key: the response's name, ``utter_…``.
        text: a sentence with its placeholders, or the title or payload of a button.
    """

    file: str
    language: str
    key: str
    text: str


def wordings(root: Path = ROOT) -> list[Wording]:
    """Everything that a buyer can read, in all languages, with the titles and payloads of buttons.

    Args:
        root: the project's root folder.

    Files and entries that can not be read are left out; ``problems`` names them.
    """
    found = []
    for file in _files(root):
        responses = _load(root / file)[0].get("responses")
        for key, variants in (responses if isinstance(responses, dict) else {}).items():
            found += [Wording(file, _language(file), key, text) for text in _texts(variants)]
    return found


def problems(root: Path = ROOT) -> list[str]:
    """What is wrong with the wording, one readable line each; empty when all languages fit the English one.

    Args:
        root: the project's root folder.
    """
    english, unreadable = _load(root / _ENGLISH)
    if unreadable:
        return [f"{_ENGLISH}: {unreadable}"]
    english_responses = english.get("responses")
    if not isinstance(english_responses, dict) or not english_responses:
        return [f"{_ENGLISH}: there are no responses"]
    found = [f"{_ENGLISH}: {line}" for key in english_responses for line in _faults(key, english_responses[key])]
    for file in _files(root)[1:]:
        found += [f"{file}: {line}" for line in _compared(*_load(root / file), _language(file), english_responses)]
    return found


def _files(root: Path) -> list[str]:
    others = sorted((root / "bot" / "replies").glob("*.yml"))
    return [_ENGLISH, *(path.relative_to(root).as_posix() for path in others)]


def _language(file: str) -> str:
    return "en" if file == _ENGLISH else Path(file).stem


def _load(path: Path) -> tuple[dict[str, Any], str]:
    """A file's content and, when there is none, why."""
    try:
        content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}, "the file is missing"
    except UnicodeDecodeError:
        return {}, "the file is not written in UTF-8"
    except YAMLError as error:
        return {}, f"not readable as YAML: {' '.join(str(error).split())}"
    if not isinstance(content, dict):
        return {}, "the file needs the entries “language” and “responses”"
    return content, ""


def _compared(content: dict[str, Any], unreadable: str, language: str, english: dict[str, Any]) -> Iterator[str]:
    if unreadable:
        yield unreadable
        return
    if content.get("language") != language:
        yield f"the language is {content.get('language')}, but the file's name says {language}"
    responses = content.get("responses")
    if not isinstance(responses, dict):
        yield "there are no responses"
        return
    for key in english:
        if key not in responses:
            yield f"{key} is missing"
            continue
        faults = list(_faults(key, responses[key]))
        yield from faults
        if not faults and not list(_faults(key, english[key])):
            yield from _differences(key, responses[key], english[key])
    yield from (f"{key} is not one of the English responses" for key in responses if key not in english)


def _faults(key: str, variants: Any) -> Iterator[str]:
    """What is wrong with a response by itself."""
    if not isinstance(variants, list) or not variants or not all(isinstance(variant, dict) for variant in variants):
        yield f"{key} needs a list of entries that begin with “- text:”"
        return
    for variant in variants:
        yield from (f"{key} has the unknown entry “{name}”" for name in variant if name not in _VARIANT_KEYS)
        yield from _text_faults(key, "text", variant.get("text"))
        buttons = variant.get("buttons", [])
        if not isinstance(buttons, list) or not all(isinstance(button, dict) for button in buttons):
            yield f"{key}: buttons need a list of entries with title and payload"
            continue
        for button in buttons:
            yield from (
                f"{key}: a button has the unknown entry “{name}”" for name in button if name not in _BUTTON_KEYS
            )
            for name in ("title", "payload"):
                yield from _text_faults(key, f"a button's {name}", button.get(name))


def _text_faults(key: str, what: str, text: Any) -> Iterator[str]:
    if not isinstance(text, str) or not text.strip():
        yield f"{key}: {what} is missing"
        return
    if text != text.strip() or "  " in text:
        yield f"{key}: {what} has a space too many"
    try:
        names = _placeholders(text)
        rendered = text.format_map({name: f"«{name}»" for name in names})
    except (ValueError, KeyError, IndexError, AttributeError) as error:
        yield f"{key}: {what} can not be filled in: {error}"
        return
    if "{" in rendered or "}" in rendered:
        yield f"{key}: {what} shows a curly bracket"


def _placeholders(text: str) -> set[str]:
    """The names in curly brackets.

    Raises:
        ValueError: brackets do not fit, or hold something else than a plain name.
    """
    names = set()
    for _, name, form, conversion in Formatter().parse(text):
        if name is None:
            continue
        if not name.isidentifier() or form or conversion:
            raise ValueError(f"“{{{name}}}” is not a plain name")
        names.add(name)
    return names


def _differences(key: str, variants: list[dict[str, Any]], english: list[dict[str, Any]]) -> Iterator[str]:
    """What a response lacks or has too much beside the English one; both are well-formed."""
    wanted = set().union(*(_placeholders(variant["text"]) for variant in english))
    count = len(english[0].get("buttons", []))
    for variant in variants:
        present = _placeholders(variant["text"])
        yield from (f"{key} lacks the placeholder {{{name}}}" for name in sorted(wanted - present))
        yield from (f"{key} has the placeholder {{{name}}}, English has not" for name in sorted(present - wanted))
        if len(variant.get("buttons", [])) != count:
            yield f"{key} has {len(variant.get('buttons', []))} buttons, English has {count}"


def _texts(variants: Any) -> Iterator[str]:
    for variant in variants if isinstance(variants, list) else []:
        if not isinstance(variant, dict):
            continue
        buttons = variant.get("buttons") or []
        texts = [variant.get("text")]
        texts += [text for button in buttons if isinstance(button, dict) for text in button.values()]
        yield from (text for text in texts if isinstance(text, str))
