"""One run: Porchlight's bot and then stock Rasa, each measured in the same way."""

import os
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Callable, Dict, List

from bench import processes
from bench.conversations import Conversation
from bench.figures import Measured
from bench.measure import Buyers
from bench.processes import Running
from bench.progress import step
from bench.stock import stock_model, write_endpoints, write_project
from deploy.launcher.installation import ROOT, Installation
from deploy.training import train

RESULTS = ROOT / "var" / "bench"
Start = Callable[[], "AbstractContextManager[Running]"]


@dataclass(frozen=True)
class Plan:
    """How much is measured.

    once: each conversation a single time. whole: the conversations of one pass. boots: how many boots are counted.
    """

    once: List[Conversation]
    whole: List[Conversation]
    long: List[Conversation]
    boots: int


def measure(plan: Plan, with_stock: bool) -> Dict[str, Measured]:
    """Measures ``porchlight`` and, if wanted, ``stock``, each trained first when its data have changed.

    ``PORCHLIGHT_MODEL`` in the environment is used, as it is, in place of a model of the data as they are now.

    Raises:
        BenchFailed: a process did not do its work; its last lines are in the text.
        StockFailed: stock Rasa could not be trained.
        TrainingFailed: Porchlight could not be trained.
    """
    measured: Dict[str, Measured] = {}
    given = os.environ.get("PORCHLIGHT_MODEL")
    model = (Path(given) if given else train(if_needed=True)).resolve()
    with TemporaryDirectory(prefix="porchlight-bench-") as name:
        folder = Path(name).resolve()
        installed = processes.installation(folder, RESULTS / "bytecode", os.environ)
        trained_stock = stock_model(RESULTS, installed.environment) if with_stock else None
        processes.make_database(installed)
        with processes.surroundings(installed, model):
            start: Start = lambda: processes.porchlight(installed, model)  # noqa: E731
            measured["porchlight"] = _measure_bot("Porchlight", installed, plan, start)
            if trained_stock:
                write_project(folder)
                endpoints = write_endpoints(folder, installed.environment["PORCHLIGHT_ACTIONS_URL"])
                start = lambda: processes.stock(installed, trained_stock, endpoints)  # noqa: E731
                measured["stock"] = _measure_bot("Stock", installed, plan, start, slots_first=True)
    return measured


def _measure_bot(name: str, installed: Installation, plan: Plan, start: Start, slots_first: bool = False) -> Measured:
    """Boots a bot as often as planned, and measures everything else with the last one."""
    result = Measured()
    with start():
        pass  # not counted: it brings the files into memory, also for the bots that come after it
    for _ in range(plan.boots - 1):
        with start() as bot:
            result.boots.append(bot.seconds)
    messages = sum(len(one.messages) for one in plan.whole)
    with start() as bot:
        result.boots.append(bot.seconds)
        buyers = Buyers(*installed.addresses["bot"], slots_first)
        with step(f"{name}: each conversation once, to warm up", sum(len(c.messages) for c in plan.once)) as current:
            result.seen = buyers.rehearse(plan.once, current)
        with step(f"{name}: one conversation at a time", messages) as current:
            before = bot.processor_time()
            result.one_by_one = buyers.one_by_one(plan.whole, current)
            result.processor_time = bot.processor_time() - before
        with step(f"{name}: conversations side by side", messages) as current:
            result.side_by_side = buyers.side_by_side(plan.whole, current)
        with step(f"{name}: conversations side by side, after the look-up", messages) as current:
            result.after_look_up = buyers.side_by_side(plan.whole, current, after_look_up=True)
        with step(f"{name}: long conversations", sum(len(c.messages) for c in plan.long)) as current:
            result.long = buyers.one_by_one(plan.long, current)
        result.memory, result.peak = bot.memory(), bot.peak()
    return result
