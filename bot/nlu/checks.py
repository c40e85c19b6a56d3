"""Who was asked, where was looked, and with what result.

Each clause of a message is read for places and for results; a place takes the result that stands nearest. A result
counts only where the clause, or the message, is about checking: "the driver should have rung, as I asked" tells
nothing about a search.
"""

from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Sequence

from bot.nlu.lexicon import Concept

NEIGHBORS, HOUSEHOLD, HIDDEN = "checked_neighbors", "checked_household", "checked_hidden_spots"
ADDRESS = "address_confirmed"
PLACES: Dict[str, tuple[str, ...]] = {
    "NEIGHBOUR": (NEIGHBORS,),
    "RECEPTION": (NEIGHBORS,),
    "NO_NEIGHBOURS": (NEIGHBORS,),
    "HOUSEHOLD": (HOUSEHOLD,),
    "LIVE_ALONE": (HOUSEHOLD,),
    "WORKPLACE": (HOUSEHOLD,),
    "EVERYONE": (NEIGHBORS, HOUSEHOLD),
    "PORCH": (HIDDEN,),
    "GARAGE": (HIDDEN,),
    "GARDEN_SHED": (HIDDEN,),
    "TERRACE_BALCONY": (HIDDEN,),
    "BACK_DOOR": (HIDDEN,),
    "STAIRWELL_CELLAR": (HIDDEN,),
    "BIN": (HIDDEN,),
    "LETTERBOX": (HIDDEN,),
    "LOCKER": (HIDDEN,),
    "SAFE_PLACE": (HIDDEN,),
    "EVERYWHERE": (HIDDEN,),
}
# A result that is part of the place's own meaning.
INHERENT = {"NO_NEIGHBOURS": "cannot_check", "LIVE_ALONE": "not_there"}
CHECKING = frozenset({"checked_not_found", "deny"})
ANSWERING = CHECKING | {"will_check_later", "affirm", "nlu_fallback"}
FINDING = frozenset({"found_parcel", "affirm", "thank"})


@dataclass(frozen=True)
class Result:
    """What a concept says about a place, and in which kinds of message it says so (None: in any)."""

    value: str
    within: Optional[frozenset] = None


# From the strongest to the weakest: "asked, nothing" is nothing, and "asked" alone means nothing as well.
RESULTS: Dict[str, Result] = {
    "NOT_THERE": Result("not_there"),
    "FOUND": Result("found", FINDING),
    "NOT_YET": Result("will_check", ANSWERING),
    "LATER": Result("will_check", ANSWERING),
    "CANNOT": Result("cannot_check", ANSWERING),
    "DONT_KNOW": Result("cannot_check", ANSWERING),
    "NO_SUCH_PLACE": Result("not_there", CHECKING | {"nlu_fallback"}),
    "NO": Result("not_there", CHECKING),
    "ASKED": Result("not_there", CHECKING),
    "LOOKED": Result("not_there", CHECKING),
}
_STRENGTH = {name: rank for rank, name in enumerate(RESULTS)}
_WEAK = ("ASKED", "LOOKED", "NO")
# What the message says of places that have no result of their own.
BY_INTENT = {
    "checked_not_found": "not_there",
    "deny": "not_there",
    "will_check_later": "will_check",
    "found_parcel": "found",
}


@dataclass(frozen=True)
class Clause:
    """A part of a message: its offsets in the normalized text, and what it wants by itself."""

    begin: int
    end: int
    intent: Optional[str]

    def holds(self, concept: Concept) -> bool:
        """Whether the concept stands in this clause."""
        return self.begin <= concept.start < self.end


def places_checked(parts: Sequence[Clause], concepts: List[Concept], intent: Optional[str]) -> Dict[str, str]:
    """The places that a message tells about.

    Args:
        parts: its clauses.
        concepts: the concepts in it.
        intent: what it mainly does.

    Returns:
        Slot names with found, not_there, will_check or cannot_check; only what was said.
    """
    told: Dict[str, str] = {}
    listed: List[str] = []  # places that still take a result which comes after the list: "neighbours, garage: nothing"
    for clause in parts:
        inside = [concept for concept in concepts if clause.holds(concept)]
        results = [c for c in inside if _counts(c, {clause.intent, intent})]
        strong = [result for result in results if result.name not in _WEAK]
        places = [concept for concept in inside if concept.name in PLACES]
        if not places and strong:
            told.update({slot: RESULTS[_strongest(strong).name].value for slot in listed})
            listed = []
        for place in places:
            value = INHERENT.get(place.name) or _nearest(place, strong or results) or BY_INTENT.get(intent)
            for slot in PLACES[place.name]:
                if value is not None:
                    told[slot] = value
                if not strong:
                    listed.append(slot)
        if "NO_SUCH_PLACE" in {result.name for result in results} and not places:
            told.setdefault(HIDDEN, "not_there")
    return told


def _counts(concept: Concept, intents: set) -> bool:
    result = RESULTS.get(concept.name)
    return result is not None and (result.within is None or bool(result.within & intents))


def _nearest(place: Concept, results: List[Concept]) -> Optional[str]:
    if not results:
        return None
    nearest = min(results, key=lambda result: (_distance(place, result), _STRENGTH[result.name]))
    return RESULTS[nearest.name].value


def _distance(one: Concept, other: Concept) -> int:
    return max(other.start - one.end, one.start - other.end, 0)


def _strongest(results: List[Concept]) -> Concept:
    return min(results, key=lambda result: _STRENGTH[result.name])


def address_confirmed(parts: Sequence[Clause], concepts: List[Concept], intent: Optional[str]) -> Optional[bool]:
    """Whether the buyer says of the address that it is right (True) or wrong (False); None if nothing is said."""
    names = {concept.name for concept in concepts}
    if intent == "report_wrong_address" or names & {"MOVED_AWAY", "OLD_ADDRESS"} and intent in ("deny", "nlu_fallback"):
        return False
    for clause in parts:
        inside = {concept.name for concept in concepts if clause.holds(concept)}
        if {"ADDRESS", "WRONG"} <= inside:
            return False
        if {"ADDRESS", "CORRECT"} <= inside:
            return True
    return None


def answers(
    requested: Optional[str],
    open_places: List[str],
    all_at_once: bool,
    intent: Optional[str],
    names: set[str],
    names_a_person: bool = False,
) -> Dict[str, Any]:
    """What a message without a place says about the question that is open.

    Args:
        requested: the open slot.
        open_places: the places that are still open; asked together in slow channels.
        all_at_once: whether the assistant asked about all of them in one message.
        intent: what the message mainly does.
        names: the concepts in it.
        names_a_person: the question gave the name of who signed; a yes then means that this person can be asked.
    """
    if requested == ADDRESS:
        if intent == "affirm" or ("YES" in names and intent not in ("deny", "report_wrong_address")):
            return {ADDRESS: True}
        return {ADDRESS: False} if intent in ("deny", "report_wrong_address") else {}
    if requested not in open_places:
        return {}
    targets = open_places if all_at_once else [requested]
    value: Optional[str] = None
    if names & {"CANNOT", "DONT_KNOW"} and intent in ("deny", "checked_not_found", "nlu_fallback", "out_of_scope"):
        value = "cannot_check"
    elif intent in CHECKING:
        value = "not_there"
    elif intent == "will_check_later":
        value = "will_check"
    elif intent == "affirm" and names & {"ASKED", "LOOKED"}:
        value = "not_there"
    elif intent == "affirm":
        value = "will_check" if all_at_once or names_a_person else "found"
    return {slot: value for slot in targets} if value else {}
