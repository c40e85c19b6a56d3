"""``make bench``, ``python -m bench``: exit code 0 when all bars are met, 1 when one is not, 2 when it can not run."""

import argparse
import json
import os
import platform
import signal
import sys
from datetime import datetime, timezone
from typing import Dict

from bench import report
from bench.conversations import load, repeated
from bench.figures import Measured, figures, look_ups
from bench.processes import BenchFailed
from bench.progress import say
from bench.run import RESULTS, Plan, measure
from bench.stock import StockFailed
from deploy.launcher.errors import LaunchError
from deploy.launcher.installation import ROOT
from deploy.training import TrainingFailed

SHORTEST = 20


def main() -> int:
    """Measures and reports."""
    # Told to end, it ends its processes as it does on Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    arguments = _arguments()
    texts = load(arguments.messages)
    plan = Plan(
        once=texts.whole,
        whole=repeated(texts.whole, arguments.conversations),
        long=texts.long if arguments.quick else 2 * texts.long,
        boots=1 if arguments.quick else 3,
    )
    try:
        measured = measure(plan, with_stock=arguments.only is None)
    except (BenchFailed, StockFailed, TrainingFailed, LaunchError, OSError) as error:
        print(f"The bench can not run.\n{error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return _report(measured, plan, arguments, texts.round)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Porchlight against stock Rasa.")
    parser.add_argument("--conversations", type=int, help="whole conversations in each pass (default 48; quick: 12)")
    parser.add_argument("--messages", type=int, help="length of the long conversations (default 100; quick: 40)")
    parser.add_argument("--quick", action="store_true", help="fewer of everything; the figures are less certain")
    parser.add_argument("--only", choices=["porchlight"], help="without stock: for a quick look after a change")
    arguments = parser.parse_args()
    arguments.conversations = arguments.conversations or (12 if arguments.quick else 48)
    arguments.messages = arguments.messages or (40 if arguments.quick else 100)
    if arguments.conversations < 1:
        parser.error("--conversations must be 1 or more")
    if arguments.messages < SHORTEST:
        parser.error(f"--messages must be {SHORTEST} or more")
    return arguments


def _report(measured: Dict[str, Measured], plan: Plan, arguments: argparse.Namespace, around: int) -> int:
    turns = look_ups(*(one.seen for one in measured.values()))
    own = figures(measured["porchlight"], turns, around)
    stock = figures(measured["stock"], turns, around) if "stock" in measured else None
    settings = {
        "at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "conversations": arguments.conversations,
        "messages": arguments.messages,
        "quick": arguments.quick,
        "long_conversations": len(plan.long),
        "processors": os.cpu_count(),
        "python": platform.python_version(),
    }
    say("\n" + report.table(own, stock, arguments.messages))
    say("\n" + report.bars(own, stock))
    if stock:
        say("\n" + report.METHOD)
        say("\n" + report.differences(measured["porchlight"].seen, measured["stock"].seen, plan.once))
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / ("last.json" if stock else "last-porchlight.json")
    content = report.as_json(own, stock, measured, settings)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
    say(f"\nAll figures are in {path.relative_to(ROOT)}")
    return 0 if report.all_met(own, stock) else 1


if __name__ == "__main__":
    sys.exit(main())
