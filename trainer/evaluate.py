"""``make evaluate``: how well the trained model understands messages that nobody looked at while training it.

Prints accuracy of intents, languages and facts for each language, and what is confused most; ``--json FILE`` writes
the same as figures. ``--language de`` measures one language.
"""

import argparse
import asyncio
import json
import logging
import time
from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any, Iterator, Optional

import structlog
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent
HELD_OUT = ROOT / "tests" / "nlu" / "held_out"
FACTS = ("checked_neighbors", "checked_household", "checked_hidden_spots", "address_confirmed")


def load(name: str) -> Any:
    """A file of the held-out set."""
    return YAML(typ="safe").load((HELD_OUT / f"{name}.yml").read_text(encoding="utf-8"))


def parse(agent: Agent, text: str, locale: Optional[str] = None) -> dict[str, Any]:
    """What the model reads from a message that stands alone."""
    message = UserMessage(text, metadata={"locale": locale} if locale else None)
    return asyncio.run(agent.processor.parse_message(message))


def entities(parsed: dict[str, Any]) -> dict[str, Any]:
    """The facts of a parsed message by name."""
    return {entity["entity"]: entity["value"] for entity in parsed["entities"]}


def measure_intents(agent: Agent, language: str) -> dict[str, Any]:
    """Accuracy, out-of-scope rejection, false rejection, confusions and parse times of one language."""
    right, total, rejected_ours, ours, confused, times, wrong = 0, 0, 0, 0, Counter(), [], []
    out_rejected = out_total = 0
    for intent, texts in load(language)["intents"].items():
        for text in texts:
            began = time.perf_counter()
            parsed = parse(agent, text, language)
            times.append(time.perf_counter() - began)
            found = parsed["intent"]["name"]
            total += 1
            rejected = found in ("out_of_scope", "nlu_fallback")
            is_right = found == intent or (intent == "out_of_scope" and rejected)
            right += is_right
            if intent == "out_of_scope":
                out_total += 1
                out_rejected += rejected
            else:
                ours += 1
                rejected_ours += rejected
            if not is_right:
                confused[(intent, found)] += 1
                wrong.append((intent, found, round(parsed["intent"]["confidence"], 2), text))
    return {
        "accuracy": right / total,
        "messages": total,
        "out_of_scope_rejected": out_rejected / out_total,
        "ours_rejected": rejected_ours / ours,
        "parse_ms_median": median(times) * 1000,
        "confused": [[*pair, count] for pair, count in confused.most_common(12)],
        "wrong": wrong,
    }


def measure_languages(agent: Agent, supported: list[str]) -> dict[str, float]:
    """Share of messages whose language is right, for each language; for one that we do not speak, that this is seen."""
    result = {}
    for language, texts in load("languages").items():
        found = [entities(parse(agent, text)) for text in texts]
        if language in supported:
            hits = [facts.get("language") == language and facts.get("trigger") != "not_understood" for facts in found]
        else:
            hits = [facts.get("trigger") == "not_understood" for facts in found]
        result[language] = sum(hits) / len(hits)
    return result


def measure_facts(agent: Agent) -> dict[str, dict[str, Any]]:
    """For each language the share of messages whose facts are all right and complete."""
    rows: dict[str, list[tuple[bool, str, dict, dict]]] = {}
    for case in load("facts"):
        found = {
            name: value
            for name, value in entities(parse(agent, case["text"], case["language"])).items()
            if name in FACTS
        }
        rows.setdefault(case["language"], []).append((found == case["facts"], case["text"], case["facts"], found))
    return {
        language: {
            "exact": sum(row[0] for row in found) / len(found),
            "wrong": [row[1:] for row in found if not row[0]],
        }
        for language, found in rows.items()
    }


def _lines(report: dict[str, Any], details: bool) -> Iterator[str]:
    for language, row in report["intents"].items():
        yield (
            f"{language}  intents {row['accuracy']:.3f} of {row['messages']}   not ours, rejected "
            f"{row['out_of_scope_rejected']:.2f}   ours, rejected {row['ours_rejected']:.3f}   "
            f"parse {row['parse_ms_median']:.1f} ms"
        )
        yield "    " + ", ".join(f"{right} read as {found} ({n})" for right, found, n in row["confused"])
        if details:
            yield from (f"    {right} read as {found} {sure}: {text}" for right, found, sure, text in row["wrong"])
    if report["languages"]:
        yield "languages  " + "  ".join(f"{name} {share:.2f}" for name, share in report["languages"].items())
    for language, row in report["facts"].items():
        yield f"facts  {language} {row['exact']:.2f}"
        if details:
            yield from (f"    {text}\n        told {told}\n        read {read}" for text, told, read in row["wrong"])


def main() -> None:
    """Measures the newest model in ``models/`` and prints the report."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--language", help="only this one, for example de")
    arguments.add_argument("--model", default=str(ROOT / "models"))
    arguments.add_argument("--details", action="store_true", help="show each message that was read wrongly")
    arguments.add_argument("--json", type=Path, help="write the figures to this file")
    options = arguments.parse_args()
    spoken = sorted(path.stem for path in HELD_OUT.glob("??.yml"))
    wanted = [options.language] if options.language else spoken
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    print("Loading the model …", flush=True)
    agent = Agent.load(options.model)
    report = {
        "intents": {language: measure_intents(agent, language) for language in wanted},
        "languages": {} if options.language else measure_languages(agent, spoken),
        "facts": {name: row for name, row in measure_facts(agent).items() if name in wanted},
    }
    print("\n".join(_lines(report, options.details)))
    if options.json:
        options.json.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
