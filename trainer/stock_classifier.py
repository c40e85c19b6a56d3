"""Rasa's own way to read messages, for comparison: the pipeline of ``rasa init`` with DIET."""

import asyncio
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Callable, Protocol, Sequence

import rasa
from rasa.core.agent import Agent
from rasa.model_training import train_nlu
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME
from rasa.utils.log_utils import configure_structlog
from ruamel.yaml import YAML

DEFAULT = Path(rasa.__file__).parent / "engine" / "recipes" / "config_files" / "default_config.yml"


class Labelled(Protocol):
    """A message with its intent."""

    text: str
    intent: str


class Stock:
    """``rasa init``'s pipeline. It is slow to learn: two minutes an epoch on twelve thousand messages."""

    def __init__(self, epochs: int) -> None:
        """Args: epochs: how often DIET goes through all messages; Rasa's own default is a hundred."""
        self._epochs = epochs

    def train(self, lines: Sequence[Labelled]) -> Callable[[Sequence[Labelled]], list[str]]:
        """Learns, and returns what reads."""
        configure_structlog()  # it would print every message that it reads
        with TemporaryDirectory() as name:
            folder = Path(name)
            _write(folder / "config.yml", self._config())
            _write(folder / "nlu.yml", {"version": "3.1", "nlu": _examples(lines)})
            model = train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder))
            self.model = Path(model).read_bytes()
            agent = Agent.load(model)
        return lambda asked: [_best(asyncio.run(agent.parse_message(one.text))) for one in asked]

    def _config(self) -> dict:
        default = YAML(typ="safe", pure=True).load(DEFAULT.read_text(encoding="utf-8"))
        pipeline = [
            {**part, "epochs": self._epochs} if "epochs" in part else dict(part) for part in default["pipeline"]
        ]
        return {"recipe": default["recipe"], "assistant_id": "stock", "language": "en", "pipeline": pipeline}


def _best(parsed: dict) -> str:
    """The first of the ranking; where DIET is unsure, the fallback stands before it."""
    names = [one["name"] for one in parsed["intent_ranking"]]
    return next(name for name in names if name != DEFAULT_NLU_FALLBACK_INTENT_NAME)


def _examples(lines: Sequence[Labelled]) -> list[dict[str, str]]:
    texts: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        texts[line.intent].append(f"- {line.text}\n")
    return [{"intent": intent, "examples": "".join(group)} for intent, group in texts.items()]


def _write(path: Path, content: dict) -> None:
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False  # Rasa tells its files apart by lines that begin with a key
    with open(path, "w", encoding="utf-8") as file:
        yaml.dump(content, file)
