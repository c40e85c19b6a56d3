"""What the bench prints and writes: a table with ratios, the bars, and where the bots did different things."""

from itertools import groupby
from typing import Any, Dict, List, Mapping, Optional, Sequence

from bench.conversations import Conversation
from bench.figures import BARS, Figures, Measured, different
from bench.measure import CLIENTS, Seen, Turn

# A heading, or: the label, the figure, and how many digits it has after the point.
ROWS = (
    "One conversation at a time",
    ("all: messages/s", "per_second", 1),
    ("all: median, ms", "p50_ms", 1),
    ("all: 95th percentile, ms", "p95_ms", 1),
    ("all: processor time of the bot a message, ms", "processor_ms", 1),
    ("without look-up: messages/s", "per_second_without_look_up", 1),
    ("without look-up: median, ms", "p50_without_look_up_ms", 1),
    ("without look-up: 95th percentile, ms", "p95_without_look_up_ms", 1),
    f"{CLIENTS} conversations side by side",
    ("all: messages/s", "load_per_second", 1),
    ("all: median, ms", "load_p50_ms", 1),
    ("all: 95th percentile, ms", "load_p95_ms", 1),
    ("after the look-up: messages/s", "load_per_second_without_look_up", 1),
    ("after the look-up: median, ms", "load_p50_without_look_up_ms", 1),
    ("after the look-up: 95th percentile, ms", "load_p95_without_look_up_ms", 1),
    "A long conversation, a question open all the time",
    ("around the 5th message, ms", "early_ms", 1),
    ("the last messages, up to the {length}th, ms", "late_ms", 1),
    ("growth: last / 5th", "growth", 2),
    "The process",
    ("memory after the run, MB", "memory_mb", 0),
    ("most memory, MB", "peak_mb", 0),
    ("boot to the first /status with a model, s", "boot_s", 1),
)
LABELS = {
    "load_per_second": f"messages/s, {CLIENTS} side by side",
    "p95_ms": "95th percentile of a message",
    "p50_without_look_up_ms": "median without look-up, ms",
    "memory_mb": "memory after the run",
    "boot_s": "boot",
    "growth": "growth: last messages / around the 5th",
}
METHOD = """\
Stock is rasa init's pipeline and policies, 5 epochs, with the same domain, actions, NLU data, rules and stories, the
SQL tracker store on SQLite and Rasa's rest channel. Both run with the same action server and sandbox, one after the
other. Where they can not be the same:
- The platform's facts (order, buyer, marketplace) come with each message. Stock's NLU does not read them: its slots
  are set by Rasa's HTTP API before the first message, and neither that nor the session's start is counted.
- Porchlight's policy asks the questions. Stock asks them with the same form, begun and ended by bench/stock_rules.yml
  and filled by intents (bench/stock_slots.yml): always in the same order, and of several answers in one message it
  takes one. After an answer in between its stories go on with the form.
- Porchlight also keeps the case record (inbox, transcript, outbox); stock keeps its tracker only.
- Stock sets no outcome where Porchlight's policy does (found), answers in English only, and understands less after 5
  epochs. So some turns go another way; they are listed below."""
WIDTH = 48


def table(own: Figures, stock: Optional[Figures], length: int) -> str:
    """All figures, side by side."""
    lines = [f"{'':<{WIDTH}}{'Porchlight':>12}" + (f"{'stock':>12}{'ratio':>9}" if stock else "")]
    for row in ROWS:
        if isinstance(row, str):
            lines += ["", row]
            continue
        label, figure, digits = row
        line = f"  {label.format(length=length):<{WIDTH - 2}}{own[figure]:>12,.{digits}f}"
        if stock:
            line += f"{stock[figure]:>12,.{digits}f}{own[figure] / stock[figure]:>9.2f}"
        lines.append(line)
    return "\n".join(lines)


def bars(own: Figures, stock: Optional[Figures]) -> str:
    """The bars, and whether each is met."""
    lines = [f"{'Bars':<{WIDTH}}{'measured':>12}{'bar':>12}"]
    for bar in BARS:
        value = bar.value(own, stock)
        sign, unit = (">=" if bar.at_least else "<="), (" x" if bar.against else "")
        measured = "-" if value is None else f"{value:.2f}{unit}"
        met = {True: "met", False: "NOT MET", None: "needs stock"}[bar.met(own, stock)]
        lines.append(f"  {LABELS[bar.figure]:<{WIDTH - 2}}{measured:>12}{f'{sign} {bar.limit:g}{unit}':>12}  {met}")
    return "\n".join(lines)


def all_met(own: Figures, stock: Optional[Figures]) -> bool:
    """Whether no bar is missed; one that can not be told is not missed."""
    return all(bar.met(own, stock) is not False for bar in BARS)


def differences(own: Mapping[Turn, Seen], stock: Mapping[Turn, Seen], conversations: Sequence[Conversation]) -> str:
    """Which turns went another way in stock, conversation by conversation."""
    intents = different(own, stock, lambda seen: seen.intent)
    states = different(own, stock, lambda seen: (seen.question, seen.outcome))
    look_ups = different(own, stock, lambda seen: seen.looked_up)
    lines = [
        f"Of {len(own)} turns, stock read {len(intents)} as another intent. After {len(states)} it stood elsewhere: "
        "another open question or outcome.",
        f"In {len(look_ups)} only one of the two looked up; these are left out of both in the figures without look-up "
        "of one conversation at a time.",
        f"Turns without an answer: Porchlight {_silent(own)}, stock {_silent(stock)}.",
    ]
    names = {conversation.name for conversation in conversations}
    ways = [(name, [turn for _, turn in turns]) for name, turns in groupby(states, key=lambda turn: turn[0])]
    for name, numbers in ways:
        if name in names:
            first = numbers[0]
            ours, theirs = (_state(seen[name, first]) for seen in (own, stock))
            listed = ", ".join(map(str, numbers))
            lines.append(f"  {name}: messages {listed} (at {first}: Porchlight {ours}, stock {theirs})")
    return "\n".join(lines)


def _silent(seen: Mapping[Turn, Seen]) -> int:
    return sum(not one.replies for one in seen.values())


def _state(seen: Seen) -> str:
    if seen.outcome:
        return f"is at outcome {seen.outcome}"
    return f"asks {seen.question}" if seen.question else "asks nothing"


def as_json(
    own: Figures, stock: Optional[Figures], measured: Mapping[str, Measured], settings: Mapping[str, Any]
) -> Dict[str, Any]:
    """Everything for machines: settings, figures, bars, and what each bot made of each message."""
    judged: List[Dict[str, Any]] = [
        {
            "figure": bar.figure,
            "against_stock": bar.against,
            "limit": bar.limit,
            "at_least": bar.at_least,
            "value": bar.value(own, stock),
            "met": bar.met(own, stock),
        }
        for bar in BARS
    ]
    return {
        "settings": dict(settings),
        "porchlight": own,
        "stock": stock,
        "bars": judged,
        "boots": {name: one.boots for name, one in measured.items()},
        "turns": {
            name: [{"conversation": turn[0], "message": turn[1], **vars(seen)} for turn, seen in one.seen.items()]
            for name, one in measured.items()
        },
    }
