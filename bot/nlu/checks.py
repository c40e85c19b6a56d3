"""Who was asked, where was looked, and with what result.

Each clause of a message is read for places and for results; a place takes the result that stands nearest. What the
buyer says about one place never changes another.
"""

from typing import Any, Dict, Iterable, List, Optional

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
    "NO_SUCH_PLACE": (HIDDEN,),
    "EVERYWHERE": (HIDDEN,),
}
# A result that is part of the place's own meaning.
INHERENT = {"NO_NEIGHBOURS": "cannot_check", "LIVE_ALONE": "not_there", "NO_SUCH_PLACE": "not_there"}
# Results from the strongest to the weakest: "asked, nothing" is nothing, "asked" alone is nothing as well.
RESULTS: tuple[tuple[str, str], ...] = (
    ("NOT_THERE", "not_there"),
    ("FOUND", "found"),
    ("NOT_YET", "will_check"),
    ("LATER", "will_check"),
    ("CANNOT", "cannot_check"),
    ("DONT_KNOW", "cannot_check"),
    ("NO", "not_there"),
    ("ASKED", "not_there"),
    ("LOOKED", "not_there"),
)
_STRENGTH = {name: (rank, value) for rank, (name, value) in enumerate(RESULTS)}
_WEAK = ("ASKED", "LOOKED", "NO")
# What the message as a whole says of places that have no result of their own.
BY_INTENT = {
    "checked_not_found": "not_there",
    "deny": "not_there",
    "will_check_later": "will_check",
    "found_parcel": "found",
}


def places_checked(spans: Iterable[tuple[int, int]], concepts: List[Concept], intent: Optional[str]) -> Dict[str, str]:
    """The places that a message tells about.

    Args:
        spans: where its clauses begin and end.
        concepts: the concepts in it.
        intent: what it mainly does.

    Returns:
        Slot names with found, not_there, will_check or cannot_check; only what was said.
    """
    spans = list(spans)
    told: Dict[str, str] = {}
    carried: Optional[str] = None
    pending: List[str] = []
    for begin, end in spans:
        inside = [concept for concept in concepts if begin <= concept.start < end]
        results = [concept for concept in inside if concept.name in _STRENGTH]
        places = [concept for concept in inside if concept.name in PLACES]
        strong = [result for result in results if result.name not in _WEAK]
        if not places and strong and pending:
            # "the neighbours, the garage: nothing" — the result comes after the list
            for slot in pending:
                told[slot] = _strongest(strong)
            pending = []
        for place in places:
            value = INHERENT.get(place.name) or _nearest(place, strong or results) or carried or BY_INTENT.get(intent)
            for slot in PLACES[place.name]:
                if value is None:
                    pending.append(slot)
                else:
                    told[slot] = value
                    if not strong:
                        pending.append(slot)
        if places and results:
            carried = _strongest(results) if not strong else None
    return told


def _nearest(place: Concept, results: List[Concept]) -> Optional[str]:
    if not results:
        return None
    return _STRENGTH[min(results, key=lambda r: (_distance(place, r), _STRENGTH[r.name][0])).name][1]


def _distance(one: Concept, other: Concept) -> int:
    return max(other.start - one.end, one.start - other.end, 0)


def _strongest(results: List[Concept]) -> str:
    return _STRENGTH[min(results, key=lambda result: _STRENGTH[result.name][0]).name][1]


def address_confirmed(concepts: List[Concept]) -> Optional[bool]:
    """Whether the buyer says of the address that it is right (True) or wrong (False); None if nothing is said."""
    names = {concept.name for concept in concepts}
    if names & {"MOVED_AWAY", "OLD_ADDRESS"} or {"ADDRESS", "WRONG"} <= names:
        return False
    return True if {"ADDRESS", "CORRECT"} <= names else None


def answers(
    requested: Optional[str], open_places: List[str], all_at_once: bool, intent: Optional[str], names: set[str]
) -> Dict[str, Any]:
    """What a message without a place says about the question that is open.

    Args:
        requested: the open slot.
        open_places: the places that are still open; asked together in slow channels.
        all_at_once: whether the assistant asked about all of them in one message.
        intent: what the message mainly does.
        names: the concepts in it.
    """
    if requested == ADDRESS:
        if intent == "affirm" or ("YES" in names and intent not in ("deny", "report_wrong_address")):
            return {ADDRESS: True}
        return {ADDRESS: False} if intent in ("deny", "report_wrong_address") else {}
    if requested not in open_places:
        return {}
    targets = open_places if all_at_once else [requested]
    if names & {"CANNOT", "DONT_KNOW"} and intent in ("deny", "checked_not_found", "nlu_fallback", "out_of_scope"):
        return {slot: "cannot_check" for slot in targets}
    if intent in ("deny", "checked_not_found"):
        return {slot: "not_there" for slot in targets}
    if intent == "will_check_later":
        return {slot: "will_check" for slot in targets}
    if intent == "affirm":
        if names & {"ASKED", "LOOKED"}:
            return {slot: "not_there" for slot in targets}
        return {slot: "will_check" for slot in targets} if all_at_once else {requested: "found"}
    return {}
