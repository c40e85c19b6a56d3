"""Who was asked, where was looked, and with what result.

Each clause of a message is read for places and for results; a place takes the result that stands nearest. A result
counts only where the clause, or the message, is about checking: "the driver should have rung, as I asked" tells
nothing about a search. Clauses end at punctuation, before words of contrast, and between two results.
"""

from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, List, Optional, Sequence

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
# Who was asked by name goes before "everyone" in the same clause: "all the neighbours" are not the family.
PEOPLE = frozenset({"NEIGHBOUR", "RECEPTION", "HOUSEHOLD", "WORKPLACE"})
# Whose word it is that the parcel is there; without a result a place beside them was not searched.
REPORTED = frozenset({"TRACKING", "DELIVERED", "COURIER", "CARRIER", "PHOTO", "GPS"})
NOT_ABOUT_SEARCH = "ANOTHER_TIME"  # "please never leave it with neighbours again", "last time it lay in the porch"
CHECKING = frozenset({"checked_not_found", "deny"})
ANSWERING = CHECKING | {"will_check_later", "affirm", "nlu_fallback"}
FINDING = frozenset({"found_parcel", "affirm", "thank"})
# "right" and "fine" say much; of an address they say that it is right, but only in such messages.
SAYING_SO = CHECKING | {"affirm", "will_check_later"}
_ADDRESS = frozenset({"ADDRESS", "HOUSE_NUMBER", "POSTCODE"})


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
    "NO": Result("not_there", CHECKING | {"will_check_later"}),
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


@dataclass
class _Told:
    """What was told so far: for each slot the value of each place."""

    values: Dict[str, Dict[str, str]] = field(default_factory=dict)
    guesses: Dict[str, str] = field(default_factory=dict)

    def add(self, place: Concept, value: str) -> None:
        for slot in PLACES[place.name]:
            self.values.setdefault(slot, {}).pop(place.name, None)
            self.values[slot][place.name] = value

    def guess(self, place: Concept, value: str) -> None:
        self.guesses.update(dict.fromkeys(PLACES[place.name], value))

    def value(self, place: Concept) -> Optional[str]:
        return self.values.get(PLACES[place.name][0], {}).get(place.name)

    def summed_up(self) -> Dict[str, str]:
        """One value for each slot: found goes before will_check, and that before what was told last."""
        told = {slot: list(each.values()) for slot, each in self.values.items()}
        first = ("found", "will_check")
        return {
            **self.guesses,
            **{slot: next((v for v in first if v in values), values[-1]) for slot, values in told.items()},
        }


def places_checked(parts: Sequence[Clause], concepts: List[Concept], intent: Optional[str]) -> Dict[str, str]:
    """The places that a message tells about.

    Args:
        parts: its clauses.
        concepts: the concepts in it.
        intent: what it mainly does.

    Returns:
        Slot names with found, not_there, will_check or cannot_check; only what was said.
    """
    told = _Told()
    listed: List[Concept] = []  # places that still take a result which comes after the list: "neighbours, bin: nothing"
    named: List[Concept] = []  # the places of the clause before; "I will do it later" is about them
    other = False  # one of several neighbours is still to be asked
    for clause in _split(parts, concepts):
        inside = [concept for concept in concepts if clause.holds(concept)]
        names = {concept.name for concept in inside}
        if NOT_ABOUT_SEARCH in names:
            continue
        results = [c for c in _with_negations(inside) if _counts(c, {clause.intent, intent})]
        strong = [result for result in results if result.name not in _WEAK]
        places = _places(inside)
        other = "THE_OTHER" in names or other and not places
        if not places and results:
            value = RESULTS[_strongest(strong or results).name].value
            for place in listed:
                told.add(place, value)
            listed = [] if strong else listed
        elif places and REPORTED & names and not results:
            listed, named = places, []
            continue
        elif places and (not named or "CONTRAST" in names):
            listed = []
        for place in places:
            said = INHERENT.get(place.name) or _nearest(place, strong or results)
            meant = BY_INTENT.get(clause.intent or "", BY_INTENT.get(intent or "")) if intent in BY_INTENT else None
            if said:
                told.add(place, said)
            elif meant:
                told.guess(place, meant)
            if not strong and "NO" not in names and place.name not in INHERENT:
                listed.append(place)
        named = places or named
        if "will_check" in {RESULTS[result.name].value for result in strong}:
            for place in named:
                if other or not places and told.value(place) == "cannot_check":
                    told.add(place, "will_check")
        if "NO_SUCH_PLACE" in {result.name for result in results} and not places:
            told.guesses.setdefault(HIDDEN, "not_there")
    return told.summed_up()


def _places(concepts: List[Concept]) -> List[Concept]:
    places = [concept for concept in concepts if concept.name in PLACES]
    if any(place.name in PEOPLE for place in places):
        return [place for place in places if place.name != "EVERYONE"]
    return places


def _split(parts: Sequence[Clause], concepts: List[Concept]) -> Iterator[Clause]:
    """The clauses, split further before words of contrast, and at other conjunctions if both sides have a result."""
    for clause in parts:
        begin = clause.begin
        inside = [concept for concept in concepts if clause.holds(concept)]
        for word in inside:
            ends = word.name == "CONTRAST" or word.name == "JOIN" and _both_told(inside, begin, word.start)
            if ends and word.start > begin:
                yield Clause(begin, word.start, clause.intent)
                begin = word.start
        yield Clause(begin, clause.end, clause.intent)


def _both_told(concepts: List[Concept], begin: int, at: int) -> bool:
    before = [concept for concept in concepts if begin <= concept.start < at]
    after = [concept for concept in concepts if concept.start >= at]
    return all(any(_is_strong(concept) for concept in _with_negations(side)) for side in (before, after))


def _is_strong(concept: Concept) -> bool:
    return concept.name in INHERENT or concept.name in RESULTS and concept.name not in _WEAK


def _with_negations(concepts: List[Concept]) -> List[Concept]:
    """The concepts of a clause, with "nobody … has it" and "have not … found" read as not there."""
    names = {concept.name for concept in concepts}
    cannot = [c for c in concepts if c.name == "CANNOT"]  # "kann [nicht] in der Garage nachsehen" is not "nicht in der"
    kept = [c for c in concepts if c.name != "NOT_THERE" or not any(o.start < c.start < o.end for o in cannot)]
    if "NEGATION" not in names or names & {"COURIER", "CARRIER"}:
        return kept
    return [Concept("NOT_THERE", c.start, c.end) if c.name in ("HAS_IT", "FOUND") else c for c in kept]


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
    said = None
    for clause in _split(parts, concepts):
        inside = {concept.name for concept in concepts if clause.holds(concept)}
        if {"ADDRESS", "WRONG"} <= inside:
            return False
        if inside & _ADDRESS and "WRONG" in inside:
            return None
        if inside & _ADDRESS and ("CORRECT" in inside or _fine(inside, intent)):
            said = True
    return said


def _fine(names: set, intent: Optional[str]) -> bool:
    return "FINE" in names and "NEGATION" not in names and intent in SAYING_SO


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
