"""The facts in a message, as entities: Rasa maps them to slots by ``from_entity``, without a custom action."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Text

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import REQUESTED_SLOT
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot import script
from bot.nlg import languages
from bot.nlu import checks, references, triggers
from bot.nlu.intent import CLAUSES, CONCEPTS
from bot.nlu.language import UNSUPPORTED
from bot.nlu.lexicon import Concept

# What the platform tells with a message, and the slot that it fills.
FROM_PLATFORM = {
    "order_id": "order_number",
    "buyer_id": "buyer_id",
    "marketplace": "marketplace",
    "case_id": "case_id",
    "ask_style": "ask_style",
}
NOT_UNDERSTOOD = ("nlu_fallback", "out_of_scope")


@DefaultV1Recipe.register([DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR], is_trainable=False)
class FactExtractor(GraphComponent):
    """Reads numbers, checked places, wishes and reasons for a human from a message; needs intent and concepts."""

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> FactExtractor:
        """A new extractor; it has nothing to learn."""
        return cls()

    def process(self, messages: List[Message], tracker: Optional[DialogueStateTracker] = None) -> List[Message]:
        """Adds the facts to each message."""
        slots = tracker.current_slot_values() if tracker else {}
        for message in messages:
            facts = _from_platform(message, slots)
            if not (message.get(TEXT) or "").startswith("/"):
                facts.update(_from_text(message, {**slots, **facts}))
            found = [{"entity": name, "value": value} for name, value in facts.items()]
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages


def _from_platform(message: Message, slots: Dict[str, Any]) -> Dict[str, Any]:
    metadata = message.get("metadata") or {}
    told = {slot: metadata[name] for name, slot in FROM_PLATFORM.items() if metadata.get(name)}
    if slots.get(REQUESTED_SLOT) == "order_number":
        told.pop("order_number", None)  # the platform's number led nowhere; what the buyer types counts now
    return {slot: value for slot, value in told.items() if slots.get(slot) != value}


def _from_text(message: Message, slots: Dict[str, Any]) -> Dict[str, Any]:
    text = message.get(TEXT) or ""
    concepts = message.get(CONCEPTS) or []
    names = {concept.name for concept in concepts}
    parts = message.get(CLAUSES) or []
    intent = (message.get(INTENT) or {}).get("name")
    requested = slots.get(REQUESTED_SLOT)
    facts: Dict[str, Any] = {}

    asked = requested == "order_number"
    if asked or not (message.get("metadata") or {}).get("order_id"):
        _add(facts, "order_number", references.order_number(text, names, asked))
    _add(facts, "tracking_number", None if slots.get("tracking_number") else references.tracking_number(text))
    _add(facts, "verification", references.verification(text, asked=requested == "verification"))

    _add_language_wish(facts, intent, concepts, slots)
    clauses = [checks.Clause(begin, end, label) for (begin, end), (label, _) in parts]
    facts.update(checks.places_checked(clauses, concepts, intent))
    _add(facts, checks.ADDRESS, checks.address_confirmed(clauses, concepts, intent))
    _answer_open_question(facts, clauses, concepts, intent, slots)
    _add_triggers(facts, message, intent, names, slots)
    return facts


def _add(facts: Dict[str, Any], name: str, value: Any) -> None:
    if value is not None:
        facts[name] = value


def _answer_open_question(
    facts: Dict[str, Any],
    clauses: List[checks.Clause],
    concepts: List[Concept],
    intent: Optional[str],
    slots: Dict[str, Any],
) -> None:
    """Reads the message as an answer to the open question, unless it speaks of that by name."""
    requested = slots.get(REQUESTED_SLOT)
    if requested in facts or requested not in script.CHECKS:
        return
    if checks.ADDRESS in facts and intent == "affirm":
        return  # "yes, the address is right" is no yes to the place that is asked about
    tells_of_places = any(place in facts for place in script.PLACES)
    if tells_of_places and clauses and any(c.name in checks.PLACES and clauses[0].holds(c) for c in concepts):
        return  # it begins with another place, so what follows is about that one: "garage: nothing"
    open_places = [place for place in script.PLACES if slots.get(place) is None]
    names = {concept.name for concept in concepts}
    all_at_once = slots.get("ask_style") == "all_at_once"
    named = script.wording(requested, slots) == "signed"
    found = checks.answers(requested, open_places, all_at_once, intent, names, named)
    for name, value in found.items():
        if name == requested or not tells_of_places:
            facts.setdefault(name, value)


def _add_language_wish(
    facts: Dict[str, Any], intent: Optional[str], concepts: List[Concept], slots: Dict[str, Any]
) -> None:
    """The language that the buyer asks for: of those named the first that is not spoken already."""
    if intent != "change_language":
        return
    named = [c.name.removeprefix("LANGUAGE_").lower() for c in concepts if c.name.startswith("LANGUAGE_")]
    wished = next((code for code in named if code != slots.get("language")), named[0] if named else None)
    if wished in languages():
        facts.update(language_wish=wished, language=wished)
    elif wished:
        facts.update(trigger="not_understood", unsupported_language=wished)


def _asks_for_human(part: tuple, concepts: List[Concept]) -> bool:
    """Whether a clause whose intent is not clear puts "human" and "speak to" together."""
    (begin, end), (label, confidence) = part
    if label != "request_human" and confidence >= triggers.CLEAR_CLAUSE:
        return False
    inside = {concept.name for concept in concepts if begin <= concept.start < end}
    return {"HUMAN", "SPEAK_TO"} <= inside


def _add_triggers(
    facts: Dict[str, Any], message: Message, intent: Optional[str], names: set[str], slots: Dict[str, Any]
) -> None:
    told = triggers.intents_told(intent, [label for _, label in message.get(CLAUSES) or []])
    if any(_asks_for_human(part, message.get(CONCEPTS) or []) for part in message.get(CLAUSES) or []):
        told.add("request_human")
    wish = triggers.wish(told)
    repeated = wish if wish and slots.get("buyer_wish") in ("refund", "replacement") else None
    understood = intent not in NOT_UNDERSTOOD or any(name in facts for name in script.CHECKS + script.REFERENCES)
    angry = triggers.count_after(slots, "angry_messages", intent == "express_anger", resets=False)
    missed = triggers.count_after(slots, "misunderstandings", not understood, resets=True)
    if wish or intent == "found_parcel":
        _add(facts, "buyer_wish", wish)
    elif not slots.get("buyer_wish") and intent in ("report_not_received", "checked_not_found"):
        facts["buyer_wish"] = "find"
    for name, value in (("angry_messages", angry), ("misunderstandings", missed)):
        if value != (slots.get(name) or 0):
            facts[name] = value
    if message.get(UNSUPPORTED):
        facts["unsupported_language"] = True
    found = triggers.reasons(
        told, names, facts.get(checks.ADDRESS), repeated, angry, missed, "unsupported_language" in facts
    )
    if found:
        facts["trigger"] = found[0]
