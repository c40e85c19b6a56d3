"""One message of a conversation, from the buyer, the assistant or an agent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional

SENDING, TRYING_AGAIN, STORED, NOT_ACCEPTED = "sending", "trying_again", "stored", "not_accepted"


@dataclass(frozen=True)
class Delivery:
    """How far a buyer's message has come on its way to the seller's bot.

    state: sending (not tried yet), trying_again (failed, will be tried again), stored (the bot has it) or
    not_accepted (the bot refused it for good). reason: why the last try failed. attempts: tries so far.
    answer: the bot's own word ("stored" or "duplicate") when it took the message.
    """

    state: str = SENDING
    reason: Optional[str] = None
    attempts: int = 0
    answer: Optional[str] = None


@dataclass(frozen=True)
class Message:
    """A message as the store keeps it.

    position: its place in the order of all messages. revision: grows with every change of any message, so a
    reader who has seen revision n asks for what came after n. sent_at: UTC, ISO 8601. delivery: only on buyers'
    messages; language, in_reply_to and buttons: only on replies.
    """

    id: str
    conversation_id: str
    sender_kind: str
    text: str
    sent_at: str
    language: Optional[str] = None
    locale: Optional[str] = None
    in_reply_to: Optional[str] = None
    buttons: List[Any] = field(default_factory=list)
    attachments: List[Any] = field(default_factory=list)
    delivery: Optional[Delivery] = None
    position: int = 0
    revision: int = 0

    def record(self) -> Dict[str, Any]:
        """The message as JSON, for the API and the message box."""
        delivery = self.delivery
        return {
            "id": self.id,
            "conversation_id": self.conversation_id,
            "position": self.position,
            "revision": self.revision,
            "sender_kind": self.sender_kind,
            "text": self.text,
            "sent_at": self.sent_at,
            "language": self.language,
            "locale": self.locale,
            "in_reply_to": self.in_reply_to,
            "buttons": self.buttons,
            "attachments": self.attachments,
            "delivery": {
                "state": delivery.state,
                "reason": delivery.reason,
                "attempts": delivery.attempts,
                "answer": delivery.answer,
            }
            if delivery
            else None,
        }
