"""Lets buyers write to a running bot, and keeps how long each message took."""

import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Dict, Iterable, List, Mapping, Tuple

from bench.client import Client
from bench.conversations import Conversation
from bench.progress import Step

CLIENTS = 4
SLOTS = {"order_id": "order_number", "buyer_id": "buyer_id", "marketplace": "marketplace"}
Turn = Tuple[str, int]
"""A conversation's name and the number of a message in it, counted from 1."""


@dataclass(frozen=True)
class Sample:
    """How long one message took."""

    turn: Turn
    seconds: float


@dataclass(frozen=True)
class Seen:
    """What a bot made of one message.

    question: the check that is open afterwards. replies: how many messages the buyer got.
    """

    intent: str
    actions: Tuple[str, ...]
    question: str
    outcome: str
    replies: int

    @property
    def looked_up(self) -> bool:
        """Whether it was answered with a look-up."""
        return "action_look_up" in self.actions


@dataclass(frozen=True)
class Load:
    """Several conversations side by side: how long all of it took, and each message."""

    seconds: float
    samples: List[Sample]


class Buyers:
    """Writes to one bot; every conversation is a new one.

    Args:
        host, port: where the bot is.
        slots_first: whether the bot is told by slots, before the first message, what the platform knows. For a bot
            that does not read it from the messages; the time for it is not counted.
    """

    def __init__(self, host: str, port: int, slots_first: bool) -> None:
        self._address = host, port
        self._slots_first = slots_first
        self._numbers = itertools.count(1)

    def rehearse(self, conversations: Iterable[Conversation], step: Step) -> Dict[Turn, Seen]:
        """Goes through each conversation once, to warm the bot up and to see what it makes of each message."""
        seen: Dict[Turn, Seen] = {}
        with Client(*self._address) as client:
            for conversation in conversations:
                name = self._begin(client, conversation)
                for number, text in enumerate(conversation.messages, start=1):
                    _, replies = client.say(name, text, conversation.told)
                    seen[conversation.name, number] = _seen(client.tracker(name), len(replies))
                    step.done += 1
        return seen

    def one_by_one(self, conversations: Iterable[Conversation], step: Step) -> List[Sample]:
        """One conversation at a time, and in it one message at a time."""
        samples: List[Sample] = []
        with Client(*self._address) as client:
            for conversation in conversations:
                name = self._begin(client, conversation)
                samples += _write(client, name, conversation, 1, len(conversation.messages), step)
        return samples

    def side_by_side(self, conversations: List[Conversation], step: Step, after_look_up: bool = False) -> Load:
        """Several clients, each with one conversation at a time.

        Args:
            after_look_up: whether the messages up to the look-up are sent beforehand and not counted.
        """
        with Client(*self._address) as client:
            named = [(self._begin(client, conversation), conversation) for conversation in conversations]
        if after_look_up:
            self._together([(name, one, 1, one.look_up_at) for name, one in named], step)
        began = time.perf_counter()
        first = [one.look_up_at + 1 if after_look_up else 1 for one in conversations]
        parts = [(name, one, begin, len(one.messages)) for (name, one), begin in zip(named, first)]
        samples = self._together(parts, step)
        return Load(time.perf_counter() - began, samples)

    def _together(self, parts: List[Tuple[str, Conversation, int, int]], step: Step) -> List[Sample]:
        waiting = iter(parts)

        def work(_: int) -> List[Sample]:
            samples: List[Sample] = []
            with Client(*self._address) as client:
                # An iterator over a list hands each part to one thread only.
                for name, conversation, begin, end in waiting:
                    samples += _write(client, name, conversation, begin, end, step)
            return samples

        with ThreadPoolExecutor(CLIENTS) as pool:
            return [sample for samples in pool.map(work, range(CLIENTS)) for sample in samples]

    def _begin(self, client: Client, conversation: Conversation) -> str:
        name = f"bench-{next(self._numbers)}"
        if self._slots_first:
            client.set_slots(name, {slot: conversation.told[key] for key, slot in SLOTS.items()})
        return name


def _write(client: Client, name: str, conversation: Conversation, begin: int, end: int, step: Step) -> List[Sample]:
    samples = []
    for number in range(begin, end + 1):
        seconds, _ = client.say(name, conversation.messages[number - 1], conversation.told)
        samples.append(Sample((conversation.name, number), seconds))
        step.done += 1
    return samples


def _seen(tracker: Mapping[str, Any], replies: int) -> Seen:
    actions: List[str] = []
    intent: Mapping[str, Any] = {}
    for event in reversed(tracker["events"]):
        if event["event"] == "user":
            # Not the tracker's latest message: stock's fallback takes that one back.
            intent = event["parse_data"].get("intent") or {}
            break
        if event["event"] == "action":
            actions.insert(0, event["name"])
    slots = tracker["slots"]
    return Seen(
        intent=intent.get("name") or "",
        actions=tuple(actions),
        question=slots.get("requested_slot") or "",
        outcome=slots.get("outcome") or "",
        replies=replies,
    )
