"""From measured times to figures, ratios and bars."""

from dataclasses import dataclass, field
from statistics import median
from typing import AbstractSet, Callable, Dict, List, Mapping, Optional, Sequence

from bench.measure import Load, Sample, Seen, Turn

EARLY = 5
Figures = Dict[str, float]


@dataclass
class Measured:
    """All that was measured of one bot; times in seconds, memory in megabytes.

    processor_time: what the bot's process used while the buyers wrote one by one.
    """

    boots: List[float] = field(default_factory=list)
    memory: float = 0.0
    peak: float = 0.0
    seen: Dict[Turn, Seen] = field(default_factory=dict)
    one_by_one: List[Sample] = field(default_factory=list)
    processor_time: float = 0.0
    side_by_side: Optional[Load] = None
    after_look_up: Optional[Load] = None
    long: List[Sample] = field(default_factory=list)


@dataclass(frozen=True)
class Bar:
    """One of the bars: whether a figure, or a ratio, is good enough.

    against: whether the figure is divided by stock's. at_least: whether more is better.
    """

    figure: str
    limit: float
    against: bool = True
    at_least: bool = False

    def value(self, own: Figures, stock: Optional[Figures]) -> Optional[float]:
        """What the bar is about; None when nothing was measured to compare with."""
        if not self.against:
            return own[self.figure]
        return own[self.figure] / stock[self.figure] if stock else None

    def met(self, own: Figures, stock: Optional[Figures]) -> Optional[bool]:
        """Whether the bar is met; None when that can not be told."""
        value = self.value(own, stock)
        if value is None:
            return None
        return value >= self.limit if self.at_least else value <= self.limit


BARS = (
    Bar("load_per_second", 5.0, at_least=True),
    Bar("p95_ms", 1 / 5),
    Bar("p50_without_look_up_ms", 25.0, against=False),
    Bar("memory_mb", 0.8),
    Bar("boot_s", 0.7),
    Bar("growth", 1.5, against=False),
)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of the values lies, linear between neighbours.

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("no values were measured")
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def look_ups(*seen: Mapping[Turn, Seen]) -> AbstractSet[Turn]:
    """The turns in which at least one bot looked something up."""
    return {turn for one in seen for turn, what in one.items() if what.looked_up}


def figures(measured: Measured, look_up_turns: AbstractSet[Turn], around: int) -> Figures:
    """The figures of one bot, by name.

    Args:
        look_up_turns: the turns that are left out where figures are without look-up.
        around: over how many messages growth is taken; a whole round, so that early and late are the same texts.
    """
    without = [sample for sample in measured.one_by_one if sample.turn not in look_up_turns]
    early = [s.seconds for s in measured.long if abs(s.turn[1] - EARLY) <= around // 2]
    last = max(sample.turn[1] for sample in measured.long)
    late = [s.seconds for s in measured.long if s.turn[1] > last - around]
    return {
        **_speed(measured.one_by_one, ""),
        **_speed(without, "_without_look_up"),
        "processor_ms": 1000 * measured.processor_time / len(measured.one_by_one),
        **_load(measured.side_by_side, ""),
        **_load(measured.after_look_up, "_without_look_up"),
        "memory_mb": measured.memory,
        "peak_mb": measured.peak,
        "boot_s": median(measured.boots),
        "early_ms": 1000 * median(early),
        "late_ms": 1000 * median(late),
        "growth": median(late) / median(early),
    }


def _speed(samples: Sequence[Sample], which: str) -> Figures:
    times = [sample.seconds for sample in samples]
    return {
        f"messages{which}": len(times),
        f"per_second{which}": len(times) / sum(times),
        f"p50{which}_ms": 1000 * percentile(times, 0.5),
        f"p95{which}_ms": 1000 * percentile(times, 0.95),
    }


def _load(load: Load, which: str) -> Figures:
    times = [sample.seconds for sample in load.samples]
    return {
        f"load_messages{which}": len(times),
        f"load_per_second{which}": len(times) / load.seconds,
        f"load_p50{which}_ms": 1000 * percentile(times, 0.5),
        f"load_p95{which}_ms": 1000 * percentile(times, 0.95),
    }


def different(own: Mapping[Turn, Seen], stock: Mapping[Turn, Seen], what: Callable[[Seen], object]) -> List[Turn]:
    """The turns after which the bots differ in something."""
    return [turn for turn in own if turn in stock and what(own[turn]) != what(stock[turn])]
