"""Measures how well a trained model understands the held-out messages."""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any, Optional

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent
HELD_OUT = ROOT / "tests" / "nlu" / "held_out"
FACTS = ("checked_neighbors", "checked_household", "checked_hidden_spots", "address_confirmed")
REJECTED = ("out_of_scope", "nlu_fallback")
OTHER = "out_of_scope"


@dataclass(frozen=True)
class Read:
    """One held-out message and what the model made of it.

    Attributes:
        text: what the buyer wrote.
        wanted: the intent that its writer gave it.
        found: the intent that the model read; ``nlu_fallback`` when it was not sure enough.
        best: the most probable intent, and `confidence` its probability.
        seconds: how long reading took.
    """

    text: str
    wanted: str
    found: str
    best: str
    confidence: float
    seconds: float

    @property
    def is_right(self) -> bool:
        """Whether a buyer would get the right answer; messages about other things only have to be rejected."""
        return self.found == self.wanted or (self.wanted == OTHER and self.found in REJECTED)


def spoken() -> list[str]:
    """The languages with held-out messages (ISO 639-1)."""
    return sorted(path.stem for path in (HELD_OUT / "intents").glob("*.yml"))


def load(kind: str, language: str) -> Any:
    """The held-out messages of a kind (``intents``, ``facts``, ``languages``, ``languages/other``)."""
    path = HELD_OUT / kind / f"{language}.yml"
    return YAML(typ="safe").load(path.read_text(encoding="utf-8")) if path.is_file() else []


def parse(agent: Agent, text: str, locale: Optional[str] = None) -> dict[str, Any]:
    """What the model reads from a message that stands alone."""
    message = UserMessage(text, metadata={"locale": locale} if locale else None)
    return asyncio.run(agent.processor.parse_message(message))


def entities(parsed: dict[str, Any]) -> dict[str, Any]:
    """The facts of a parsed message by name."""
    return {entity["entity"]: entity["value"] for entity in parsed["entities"]}


def read_intents(agent: Agent, language: str) -> list[Read]:
    """Reads all held-out messages of a language, written by a buyer whose platform tells that language."""
    read = []
    parse(agent, "warm", language)
    for wanted, texts in load("intents", language)["intents"].items():
        for text in texts:
            began = time.perf_counter()
            parsed = parse(agent, str(text), language)
            seconds = time.perf_counter() - began
            ranking = parsed.get("intent_ranking") or [parsed["intent"]]
            best = next((entry for entry in ranking if entry["name"] != "nlu_fallback"), ranking[0])
            read.append(Read(str(text), wanted, parsed["intent"]["name"], best["name"], best["confidence"], seconds))
    return read


def figures(read: list[Read]) -> dict[str, float]:
    """Shares between 0 and 1, by name, and the median of the reading time in milliseconds.

    ``macro`` is the mean over the intents of the share that was read rightly, so that each counts the same.
    """
    others = [one for one in read if one.wanted == OTHER]
    ours = [one for one in read if one.wanted != OTHER]
    intents = {one.wanted for one in read}
    return {
        "messages": len(read),
        "accuracy": mean(one.is_right for one in read),
        "macro": mean(mean(one.is_right for one in read if one.wanted == intent) for intent in intents),
        "others_rejected": mean(one.found in REJECTED for one in others),
        "ours_rejected": mean(one.found in REJECTED for one in ours),
        "parse_ms": 1000 * sorted(one.seconds for one in read)[len(read) // 2],
    }


def curve(read: list[Read]) -> list[dict[str, float]]:
    """Precision and coverage on the messages that are ours, at each threshold of confidence.

    Coverage is the share that is not rejected at the threshold; precision the share of those that is read rightly.
    ``others_rejected`` is what the same threshold does to messages about other things.
    """
    ours = [one for one in read if one.wanted != OTHER]
    others = [one for one in read if one.wanted == OTHER]
    points = []
    for step in range(0, 100, 2):
        threshold = step / 100
        kept = [one for one in ours if one.best != OTHER and one.confidence >= threshold]
        rejected = mean(one.best == OTHER or one.confidence < threshold for one in others) if others else 0.0
        points.append(
            {
                "threshold": threshold,
                "coverage": len(kept) / len(ours),
                "precision": mean(one.best == one.wanted for one in kept) if kept else 1.0,
                "others_rejected": rejected,
            }
        )
    return points


def calibration(read: list[Read], bins: int = 10) -> list[dict[str, float]]:
    """How often the model is right where it is so sure: mean confidence and share of right ones in equal steps."""
    rows = []
    for number in range(bins):
        low, high = number / bins, (number + 1) / bins
        inside = [one for one in read if low <= one.confidence < high or (high == 1 and one.confidence == 1)]
        if inside:
            right = mean(one.best == one.wanted for one in inside)
            rows.append({"confidence": mean(one.confidence for one in inside), "right": right, "share": len(inside)})
    return rows


def calibration_error(read: list[Read]) -> float:
    """The expected calibration error (Guo et al. 2017, arXiv 1706.04599): the mean gap between the two."""
    return sum(abs(row["confidence"] - row["right"]) * row["share"] for row in calibration(read)) / len(read)


def language_share(agent: Agent, language: str) -> tuple[float, list[tuple[str, str]]]:
    """Share of a language's messages that are read in it without any hint, and those that are not, with what was
    read."""
    found = [(str(text), entities(parse(agent, str(text)))) for text in load("languages", language)]
    wrong = [
        (text, "not ours" if facts.get("unsupported_language") else str(facts.get("language")))
        for text, facts in found
        if facts.get("language") != language or facts.get("unsupported_language")
    ]
    return 1 - len(wrong) / len(found), wrong


def other_language_share(agent: Agent, language: str) -> float:
    """Share of messages in a language that we do not speak which are seen as such."""
    texts = load("languages/other", language)
    return mean(bool(entities(parse(agent, str(text))).get("unsupported_language")) for text in texts)


def read_facts(agent: Agent, language: str) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """For each message its text, the facts that its writer put into it, and those that were read."""
    rows = []
    for case in load("facts", language):
        found = entities(parse(agent, str(case["text"]), language))
        rows.append((str(case["text"]), dict(case["facts"]), {n: v for n, v in found.items() if n in FACTS}))
    return rows


def fact_figures(rows: list[tuple[str, dict[str, Any], dict[str, Any]]]) -> dict[str, float]:
    """The share of messages whose facts are all right and complete, and precision and recall of single facts."""
    told = sum(len(wanted) for _, wanted, _ in rows)
    read = sum(len(found) for _, _, found in rows)
    hits = sum(sum(wanted.get(name) == value for name, value in found.items()) for _, wanted, found in rows)
    return {
        "exact": mean(wanted == found for _, wanted, found in rows),
        "precision": hits / read if read else 1.0,
        "recall": hits / told if told else 1.0,
    }
