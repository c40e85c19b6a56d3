"""The search script: which checks are open, and in which order they are asked (data: ``bot/script.yml``)."""

from pathlib import Path
from typing import Any, Mapping, Optional

from ruamel.yaml import YAML

from cases.parcels import NAME_MAY_BE_ASKED

_TABLE = YAML(typ="safe", pure=True).load((Path(__file__).parent / "script.yml").read_text(encoding="utf-8"))

FORM = "delivery_check"
CHECKS: tuple[str, ...] = tuple(_TABLE["usual_order"])
SEARCHED: frozenset[str] = frozenset(_TABLE["searched"])
PLACES = ("checked_neighbors", "checked_household", "checked_hidden_spots")
# Who signed is asked about only where it can be somebody of the household; a verified buyer alone comes that far.
# Who took it there is a third person: what was recorded is said again, without a name.
NOBODY_NAMED = {"D4": "utter_facts_neighbor", "D5": "utter_facts_reception"}
REFERENCES = ("order_number", "verification")


def order_of_checks(delivery_class: Optional[str]) -> list[str]:
    """All checks in the order in which they are asked for a class of delivery (D0…D14)."""
    first = _TABLE["first_by_class"].get(delivery_class)
    return ([first] if first else []) + [check for check in CHECKS if check != first]


def open_checks(slots: Mapping[str, Any]) -> list[str]:
    """The checks that the buyer has not said anything about, in the order in which they are asked.

    Args:
        slots: the tracker's slot values.
    """
    return [check for check in order_of_checks(slots.get("delivery_class")) if slots.get(check) is None]


def wording(check: str, slots: Mapping[str, Any]) -> Optional[str]:
    """The name of a wording of the question that fits what the carrier recorded, or None for the general one."""
    table = _TABLE["wording_by_place"].get(check, {})
    delivery_class = slots.get("delivery_class")
    found = table.get(f"{delivery_class}_{slots.get('delivery_place')}") or table.get(delivery_class)
    return None if found == "signed" and not slots.get("signed_by") else found


def proof_wording(slots: Mapping[str, Any]) -> str:
    """The response that says which proof of the delivery the tracking shows; it names no third person.

    Args:
        slots: the tracker's slot values; a ``signed_by`` of "" tells that somebody signed whose name is withheld.
    """
    found_class = slots.get("delivery_class")
    if slots.get("tracking_status") != "delivered":
        return "utter_proof_not_delivered"
    if slots.get("signed_by") is not None or found_class in NOBODY_NAMED:
        if slots.get("delivered_at") is None:
            return "utter_facts_delivered_undated"
        if found_class in NAME_MAY_BE_ASKED and slots.get("signed_by"):
            return "utter_proof_signed"
        return NOBODY_NAMED.get(found_class, "utter_facts_signed_unnamed")
    return "utter_proof_photo" if slots.get("has_photo") else "utter_proof"
