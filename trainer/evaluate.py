"""``make evaluate``: how well the trained model understands messages that nobody looked at while training it.

Prints a summary, and writes ``var/evaluation/report.html`` for people and ``report.json`` for programs.
"""

import argparse
import json
import logging
from collections import Counter
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from statistics import mean
from typing import Any

import structlog
from rasa.core.agent import Agent
from ruamel.yaml import YAML

from trainer import evaluation, report

FOLDER = evaluation.ROOT / "var" / "evaluation"
# What a release must reach (goal: 0.93 over all, 0.88 for each language, 0.95 of other things rejected).
BARS = {"mean": 0.90, "language": 0.85, "others_rejected": 0.90, "ours_rejected": 0.02}


def measure(agent: Agent, languages: list[str], threshold: float) -> dict[str, Any]:
    """Measures everything; progress is printed, since it takes about five seconds a language.

    Args:
        agent: with the model.
        languages: ISO 639-1.
        threshold: the model's threshold of confidence, for the picture.
    """
    read, intents, spoken, facts = {}, {}, {}, {}
    for language in languages:
        print(f"  {language} …", end="", flush=True)
        read[language] = evaluation.read_intents(agent, language)
        intents[language] = _intents(read[language])
        if evaluation.load("languages", language):
            share, wrong = evaluation.language_share(agent, language)
            spoken[language] = {"share": share, "wrong": wrong}
        if rows := evaluation.read_facts(agent, language):
            wrong_facts = [row for row in rows if row[1] != row[2]]
            facts[language] = {"figures": evaluation.fact_figures(rows), "wrong": wrong_facts}
        print(f" {intents[language]['figures']['accuracy']:.3f}", flush=True)
    together = [one for listed in read.values() for one in listed]
    return {
        "at": datetime.now(timezone.utc).isoformat(timespec="minutes"),
        "bars": BARS,
        "threshold": threshold,
        "intents": intents,
        "mean": {
            name: mean(row["figures"][name] for row in intents.values())
            for name in ("accuracy", "macro", "others_rejected", "ours_rejected")
        },
        "curve": evaluation.curve(together),
        "calibration": evaluation.calibration(together),
        "calibration_error": evaluation.calibration_error(together),
        "languages": spoken,
        "other_languages": {
            path.stem: evaluation.other_language_share(agent, path.stem)
            for path in sorted((evaluation.HELD_OUT / "languages" / "other").glob("*.yml"))
        },
        "facts": facts,
        "slowest": [
            (one.text, 1000 * one.seconds) for one in sorted(together, key=lambda one: one.seconds, reverse=True)[:12]
        ],
    }


def _intents(read: list[evaluation.Read]) -> dict[str, Any]:
    confusion: dict[str, Counter] = {}
    for one in read:
        confusion.setdefault(one.wanted, Counter())[one.found] += 1
    return {
        "figures": evaluation.figures(read),
        "confusion": confusion,
        "wrong": [asdict(one) for one in read if not one.is_right],
    }


def summary(result: dict[str, Any]) -> str:
    """The figures that a trainer looks at first, as text."""
    lines = ["language  right  others rejected  ours rejected  language right  facts exact  parse ms"]
    for name, row in result["intents"].items():
        figures = row["figures"]
        share = result["languages"].get(name, {}).get("share")
        exact = result["facts"].get(name, {}).get("figures", {}).get("exact")
        shares = f"{figures['accuracy']:.3f}  {figures['others_rejected']:15.2f}  {figures['ours_rejected']:13.3f}"
        rest = f"{_or_dash(share):>14}  {_or_dash(exact):>11}  {figures['parse_ms']:8.1f}"
        lines.append(f"{name:8}  {shares}  {rest}")
    means = result["mean"]
    lines.append(
        f"{'mean':8}  {means['accuracy']:.3f}  {means['others_rejected']:15.2f}  {means['ours_rejected']:13.3f}   "
        f"(macro {means['macro']:.3f}, calibration error {result['calibration_error']:.3f})"
    )
    if result["other_languages"]:
        shares = "  ".join(f"{name} {share:.2f}" for name, share in result["other_languages"].items())
        lines.append(f"not spoken, seen as such: {shares}")
    return "\n".join(lines)


def _or_dash(share: Any) -> str:
    return "–" if share is None else f"{share:.2f}"


def _threshold() -> float:
    config = YAML(typ="safe").load((evaluation.ROOT / "config.yml").read_text(encoding="utf-8"))
    return next(entry["fallback_threshold"] for entry in config["pipeline"] if "fallback_threshold" in entry)


def main() -> None:
    """Measures the newest model in ``models/`` and writes the reports."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--language", help="only this one, for example de")
    arguments.add_argument("--model", default=str(evaluation.ROOT / "models"))
    arguments.add_argument("--out", type=Path, default=FOLDER, help="the folder of the reports")
    options = arguments.parse_args()
    known = evaluation.spoken()
    if options.language and options.language not in known:
        arguments.error(f"there are no held-out messages in {options.language}; there are: {', '.join(known)}")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    print("Loading the model …", flush=True)
    agent = Agent.load(options.model)
    result = measure(agent, [options.language] if options.language else known, _threshold())
    result["model"] = agent.model_id or ""
    name = f"report-{options.language}" if options.language else "report"
    report.write(options.out / f"{name}.html", result)
    text = json.dumps(result, ensure_ascii=False, indent=1)
    (options.out / f"{name}.json").write_text(text, encoding="utf-8")
    print(summary(result))
    print(f"Open {options.out / name}.html to see what is confused with what.")


if __name__ == "__main__":
    main()
