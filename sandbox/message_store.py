"""Where conversations live: one small SQLite file, so that a restart keeps them."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Optional

from sandbox.message import TRYING_AGAIN, Delivery, Message

_SCHEMA = """
CREATE TABLE IF NOT EXISTS conversation (
    id TEXT PRIMARY KEY, order_id TEXT, buyer_id TEXT, started_at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS conversation_of_order ON conversation (order_id);
CREATE TABLE IF NOT EXISTS message (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    direction TEXT NOT NULL CHECK (direction IN ('from_buyer', 'to_buyer')),
    id TEXT NOT NULL,
    conversation_id TEXT NOT NULL REFERENCES conversation (id),
    sender_kind TEXT NOT NULL, text TEXT NOT NULL, sent_at TEXT NOT NULL,
    language TEXT, locale TEXT, in_reply_to TEXT,
    buttons TEXT NOT NULL, attachments TEXT NOT NULL,
    webhook TEXT, deliveries_due INTEGER NOT NULL DEFAULT 0,
    delivery_state TEXT, delivery_reason TEXT, attempts INTEGER NOT NULL DEFAULT 0, answer TEXT,
    revision INTEGER NOT NULL,
    UNIQUE (direction, id));
CREATE INDEX IF NOT EXISTS message_of_conversation ON message (conversation_id, position);
CREATE INDEX IF NOT EXISTS message_by_revision ON message (revision);
CREATE INDEX IF NOT EXISTS message_undelivered ON message (conversation_id, position)
    WHERE deliveries_due > 0;
"""

_NEXT_REVISION = "(SELECT COALESCE(MAX(revision), 0) + 1 FROM message)"


@dataclass(frozen=True)
class Conversation:
    """A conversation's head. order_id and buyer_id are None when it was begun elsewhere. started_at: UTC ISO."""

    id: str
    order_id: Optional[str]
    buyer_id: Optional[str]
    started_at: str


class MessageStore:
    """Conversations and their messages. Every method is one transaction; all belong to one thread.

    Raises sqlite3.Error when the file cannot be read or written; nothing is ever dropped silently.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, timeout=10, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def keep_buyer_message(self, message: Message, head: Conversation, webhook: Dict[str, Any]) -> bool:
        """Store a buyer's message to be delivered as `webhook`. True: new.

        False: this id is known; the stored message is marked for delivery once more, as marketplaces do that
        send a webhook twice.
        """
        values = {**_columns(message), "webhook": json.dumps(webhook, ensure_ascii=False), "deliveries_due": 1}
        with self._transaction():
            self._begin(head)
            if self._insert("from_buyer", values):
                return True
            self._db.execute(
                "UPDATE message SET deliveries_due = deliveries_due + 1, delivery_state = 'sending', "
                f"delivery_reason = NULL, revision = {_NEXT_REVISION} WHERE direction = 'from_buyer' AND id = ?",
                (message.id,),
            )
            return False

    def keep_reply(self, message: Message) -> bool:
        """Store a reply to the buyer. False: a reply with this id is stored already; nothing has changed."""
        with self._transaction():
            self._begin(Conversation(message.conversation_id, None, None, message.sent_at))
            return self._insert("to_buyer", _columns(message))

    def note_delivery(self, message: Message, delivery: Delivery) -> None:
        """Record how a try to deliver this buyer's message went; only trying_again leaves it due."""
        settled = 0 if delivery.state == TRYING_AGAIN else 1
        self._db.execute(
            "UPDATE message SET delivery_state = ?, delivery_reason = ?, attempts = ?, answer = ?, "
            f"deliveries_due = deliveries_due - ?, revision = {_NEXT_REVISION} WHERE position = ?",
            (delivery.state, delivery.reason, delivery.attempts, delivery.answer, settled, message.position),
        )

    def messages(self, conversation_id: str, after: int = 0) -> List[Message]:
        """The conversation's messages that changed after this revision (0: all), in order; maybe none."""
        rows = self._db.execute(
            "SELECT * FROM message WHERE conversation_id = ? AND revision > ? ORDER BY position",
            (conversation_id, after),
        )
        return [_message(row) for row in rows]

    def buyer_message(self, message_id: str) -> Optional[Message]:
        """The buyer's message with this id, or None."""
        row = self._db.execute(
            "SELECT * FROM message WHERE direction = 'from_buyer' AND id = ?", (message_id,)
        ).fetchone()
        return _message(row) if row else None

    def last_revision(self) -> int:
        """The newest revision; 0 while there are no messages."""
        return self._db.execute("SELECT COALESCE(MAX(revision), 0) FROM message").fetchone()[0]

    def next_undelivered(self, conversation_id: str) -> Optional[Message]:
        """The conversation's oldest message that still has to reach the bot, or None."""
        row = self._db.execute(
            "SELECT * FROM message WHERE conversation_id = ? AND deliveries_due > 0 ORDER BY position LIMIT 1",
            (conversation_id,),
        ).fetchone()
        return _message(row) if row else None

    def webhook_of(self, message: Message) -> bytes:
        """The webhook body of a buyer's message; the same bytes at every try."""
        row = self._db.execute("SELECT webhook FROM message WHERE position = ?", (message.position,)).fetchone()
        return row["webhook"].encode("utf-8")

    def undelivered_conversations(self) -> List[str]:
        """Ids of the conversations with messages that still have to reach the bot."""
        rows = self._db.execute("SELECT DISTINCT conversation_id FROM message WHERE deliveries_due > 0")
        return [row["conversation_id"] for row in rows]

    def conversation(self, conversation_id: str) -> Optional[Conversation]:
        """The head of a conversation, or None when nothing was ever said in it."""
        row = self._db.execute("SELECT * FROM conversation WHERE id = ?", (conversation_id,)).fetchone()
        return Conversation(**dict(row)) if row else None

    def conversations(self, order_id: str) -> List[Conversation]:
        """The order's conversations, newest first."""
        rows = self._db.execute("SELECT * FROM conversation WHERE order_id = ? ORDER BY rowid DESC", (order_id,))
        return [Conversation(**dict(row)) for row in rows]

    def _transaction(self) -> _Transaction:
        return _Transaction(self._db)

    def _begin(self, head: Conversation) -> None:
        self._db.execute(
            "INSERT INTO conversation (id, order_id, buyer_id, started_at) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET order_id = COALESCE(order_id, excluded.order_id), "
            "buyer_id = COALESCE(buyer_id, excluded.buyer_id)",
            (head.id, head.order_id, head.buyer_id, head.started_at),
        )

    def _insert(self, direction: str, values: Dict[str, Any]) -> bool:
        names = ["direction", *values]
        marks = ", ".join("?" for _ in names)
        done = self._db.execute(
            f"INSERT INTO message ({', '.join(names)}, revision) VALUES ({marks}, {_NEXT_REVISION}) "
            "ON CONFLICT (direction, id) DO NOTHING",
            (direction, *values.values()),
        )
        return done.rowcount == 1


class _Transaction:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        self._db.execute("ROLLBACK" if kind else "COMMIT")


def _columns(message: Message) -> Dict[str, Any]:
    delivery = message.delivery
    return {
        "id": message.id,
        "conversation_id": message.conversation_id,
        "sender_kind": message.sender_kind,
        "text": message.text,
        "sent_at": message.sent_at,
        "language": message.language,
        "locale": message.locale,
        "in_reply_to": message.in_reply_to,
        "buttons": json.dumps(message.buttons, ensure_ascii=False),
        "attachments": json.dumps(message.attachments, ensure_ascii=False),
        "delivery_state": delivery.state if delivery else None,
    }


def _message(row: sqlite3.Row) -> Message:
    delivery = None
    if row["delivery_state"]:
        delivery = Delivery(row["delivery_state"], row["delivery_reason"], row["attempts"], row["answer"])
    return Message(
        id=row["id"],
        conversation_id=row["conversation_id"],
        sender_kind=row["sender_kind"],
        text=row["text"],
        sent_at=row["sent_at"],
        language=row["language"],
        locale=row["locale"],
        in_reply_to=row["in_reply_to"],
        buttons=json.loads(row["buttons"]),
        attachments=json.loads(row["attachments"]),
        delivery=delivery,
        position=row["position"],
        revision=row["revision"],
    )
