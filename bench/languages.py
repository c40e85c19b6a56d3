"""``python -m bench.languages``: what twenty languages cost one bot, against three.

The same process first speaks three languages and then all; a language is unpacked when it is first spoken to. Exit code
0 when the median message costs at most `MOST` times as much, 1 when it costs more, 2 when it can not run.
"""

import os
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Dict, List, Sequence

from bench import processes
from bench.conversations import Conversation, repeated
from bench.figures import percentile
from bench.measure import Buyers, Sample
from bench.processes import BenchFailed
from bench.progress import say, step
from bench.run import RESULTS
from deploy.launcher.errors import LaunchError
from deploy.launcher.installation import ROOT
from deploy.training import TrainingFailed, train
from trainer.utterances import texts_of

FEW = ("de", "en", "zh")
MOST = 1.3
PASSES = 8
# What a buyer writes: the first utterance of each; the first one is answered with a look-up.
INTENTS = ("report_not_received", "deny", "ask_how_long", "checked_not_found", "thank")


def conversation(language: str) -> Conversation:
    """A short conversation in a language, from its training data."""
    folder = ROOT / "data" / "nlu" / language
    texts = tuple(texts_of(folder / f"{intent}.yml")[0] for intent in INTENTS)
    return Conversation(language, language, "DEMO-1001", texts)


def figures(samples: Sequence[Sample]) -> Dict[str, float]:
    """Median and 95th percentile in milliseconds, of the messages without look-up."""
    times = [1000 * sample.seconds for sample in samples if sample.turn[1] > 1]
    return {"median": median(times), "p95": percentile(times, 0.95)}


def main() -> int:
    """Measures and prints."""
    spoken = sorted(path.name for path in (ROOT / "data" / "nlu").iterdir() if path.is_dir())
    try:
        measured = _measure({"few": list(FEW), "all": spoken})
    except (BenchFailed, TrainingFailed, LaunchError, OSError) as error:
        print(f"The bench can not run.\n{error}", file=sys.stderr)
        return 2
    say(f"\n{'':<28}{'median, ms':>12}{'p95, ms':>12}{'memory, MB':>12}")
    for name, label in (("few", f"{len(FEW)} languages"), ("all", f"{len(spoken)} languages")):
        one = measured[name]
        say(f"{label:<28}{one['median']:>12.1f}{one['p95']:>12.1f}{one['memory']:>12,.0f}")
    ratio = measured["all"]["median"] / measured["few"]["median"]
    say(f"{'ratio':<28}{ratio:>12.2f}  bar: <= {MOST:g}  {'met' if ratio <= MOST else 'NOT MET'}")
    return 0 if ratio <= MOST else 1


def _measure(languages: Dict[str, List[str]]) -> Dict[str, Dict[str, float]]:
    model = train(if_needed=True).resolve()
    messages = PASSES * max(map(len, languages.values()))
    measured: Dict[str, Dict[str, float]] = {}
    with TemporaryDirectory(prefix="porchlight-bench-") as name:
        installed = processes.installation(Path(name).resolve(), RESULTS / "bytecode", os.environ)
        processes.make_database(installed)
        with processes.surroundings(installed, model), processes.porchlight(installed, model) as bot:
            buyers = Buyers(*installed.addresses["bot"], slots_first=False)
            for label, some in languages.items():
                conversations = [conversation(language) for language in some]
                with step(f"{len(some)} languages: each once, to warm up") as current:
                    buyers.one_by_one(conversations, current)
                with step(f"{len(some)} languages", messages * len(INTENTS)) as current:
                    measured[label] = figures(buyers.one_by_one(repeated(conversations, messages), current))
                measured[label]["memory"] = bot.memory()
    return measured


if __name__ == "__main__":
    sys.exit(main())
