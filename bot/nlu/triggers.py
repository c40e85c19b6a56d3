"""What in a message makes a human take over, and which reason goes first."""

from typing import Iterable, List, Mapping, Optional, Set, Tuple

# Within one message the first of these wins (the contract's order).
PRECEDENCE = (
    "dispute_open",
    "dispute_threat",
    "urgent",
    "human_requested",
    "theft_reported",
    "wrong_address",
    "proof_disputed",
    "item_problem",
    "cancellation_requested",
    "refund_requested",
    "replacement_requested",
    "upset",
    "not_understood",
)
BY_INTENT = {
    "threaten_dispute": "dispute_threat",
    "request_human": "human_requested",
    "report_theft": "theft_reported",
    "report_wrong_address": "wrong_address",
    "dispute_proof": "proof_disputed",
    "report_item_problem": "item_problem",
    "request_cancellation": "cancellation_requested",
}
# Words of a threat count beside another complaint; alone they may be a question.
THREATS = frozenset({"CHARGEBACK", "LAWYER", "CONSUMER_OFFICE"})
UPSET = frozenset({"express_anger", "report_theft", "request_human", "request_refund", "request_replacement"})
BY_CONCEPT = {"DISPUTE_OPENED": "dispute_open", "MEDICINE": "urgent", "URGENT": "urgent"}
WISHES = {"request_refund": "refund", "request_replacement": "replacement"}
# A clause alone is a short text: it must be clearer than a message to hand over.
CLEAR_CLAUSE = 0.6


def intents_told(intent: Optional[str], clauses: Iterable[Tuple[str, float]]) -> Set[str]:
    """The message's intent, and those of its clauses that are clear enough to act on."""
    clear = {name for name, confidence in clauses if confidence >= CLEAR_CLAUSE}
    return clear | ({intent} if intent else set())


def reasons(
    intents: Set[str],
    concepts: Set[str],
    address_confirmed: Optional[bool],
    repeated_wish: Optional[str],
    angry_messages: int,
    misunderstandings: int,
    unsupported_language: bool,
) -> List[str]:
    """All reasons in a message, the one that wins first.

    Args:
        intents: see `intents_told`.
        concepts: names of the concepts in the message.
        address_confirmed: False when the buyer says that the address is wrong.
        repeated_wish: refund or replacement, when it is asked for the second time.
        angry_messages: how many angry messages there were, with this one.
        misunderstandings: how many messages in a row were not understood, with this one.
        unsupported_language: the message is in a language that the assistant does not speak.
    """
    found = {BY_INTENT[name] for name in intents if name in BY_INTENT}
    if "out_of_scope" not in intents:
        found |= {BY_CONCEPT[name] for name in concepts if name in BY_CONCEPT}
    if concepts & THREATS and intents & UPSET:
        found.add("dispute_threat")
    if address_confirmed is False:
        found.add("wrong_address")
    if repeated_wish:
        found.add(f"{repeated_wish}_requested")
    if angry_messages >= 2:
        found.add("upset")
    if misunderstandings >= 2 or unsupported_language:
        found.add("not_understood")
    return [reason for reason in PRECEDENCE if reason in found]


def wish(intents: Set[str]) -> Optional[str]:
    """The wish that a message tells: refund or replacement; a refund when it tells both."""
    return next((value for name, value in WISHES.items() if name in intents), None)


def count_after(slots: Mapping[str, object], name: str, happened: bool, resets: bool) -> int:
    """A counter's new value: one more when it happened, zero again when it counts only what comes in a row."""
    before = slots.get(name) or 0
    if happened:
        return int(before) + 1
    return 0 if resets else int(before)
