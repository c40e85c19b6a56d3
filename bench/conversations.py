"""The conversations of ``messages.yml``."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Mapping, Tuple

from ruamel.yaml import YAML

MESSAGES = Path(__file__).with_name("messages.yml")


@dataclass(frozen=True)
class Conversation:
    """What one buyer writes, from the first to the last message.

    order: the order that the platform names with each message.
    look_up_at: the number of the message that is answered with a look-up, counted from 1.
    """

    name: str
    language: str
    order: str
    messages: Tuple[str, ...]
    look_up_at: int = 1

    @property
    def told(self) -> Dict[str, str]:
        """What the platform tells with each message."""
        return {
            "order_id": self.order,
            "buyer_id": "demo-buyer",
            "marketplace": "sandbox",
            "locale": self.language,
        }


@dataclass(frozen=True)
class Conversations:
    """All conversations.

    whole: conversations with a natural end.
    long: conversations in which a question stays open; each `round` holds the messages that come again and again.
    """

    whole: List[Conversation]
    long: List[Conversation]
    round: int


def load(length: int, path: Path = MESSAGES) -> Conversations:
    """Reads the conversations.

    Args:
        length: how many messages the long ones have.

    Raises:
        ValueError: the rounds of the long conversations differ in length.
    """
    content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    rounds = {len(entry["round"]) for entry in content["long"]}
    if len(rounds) != 1:
        raise ValueError(f"{path.name}: the rounds of the long conversations must have the same number of messages")
    return Conversations(
        [_conversation(entry, entry["messages"]) for entry in content["conversations"]],
        [_conversation(entry, _lengthened(entry, length)) for entry in content["long"]],
        rounds.pop(),
    )


def repeated(conversations: List[Conversation], times: int) -> List[Conversation]:
    """`times` conversations: the given ones in turn, languages mixed."""
    return [conversations[number % len(conversations)] for number in range(times)]


def _conversation(entry: Mapping[str, Any], messages: List[str]) -> Conversation:
    look_up_at = entry.get("look_up_at", 1)
    return Conversation(entry["name"], entry["language"], str(entry["order"]), tuple(messages), look_up_at)


def _lengthened(entry: Mapping[str, Any], length: int) -> List[str]:
    messages = list(entry["messages"])
    while len(messages) < length:
        messages.append(entry["round"][(len(messages) - len(entry["messages"])) % len(entry["round"])])
    return messages[:length]
