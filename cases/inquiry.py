"""The inquiry that a seller sends to the carrier when a delivered parcel can not be found."""

from typing import Any

from cases import clock
from cases.models import Case

ASKED_FOR = ("signature", "photo", "gps")


def prepare_inquiry(case: Case) -> dict[str, Any]:
    """Everything that the inquiry needs, from the record.

    What it asks the carrier for follows `docs` of the carriers in scope: signature, delivery photo and the place of
    the scan. What is not known stays None; nothing is guessed.

    Returns:
        ``carrier``, ``tracking_number``, ``asks_for``, ``recipient_place``, ``value``, ``prepared_at`` (ISO 8601, UTC).
    """
    facts = case.order_facts or {}
    parcel = next(
        (p for p in facts.get("parcels", []) if p.get("tracking_number") == case.tracking_number),
        {},
    )
    address = facts.get("address", {})
    return {
        "carrier": parcel.get("carrier"),
        "tracking_number": case.tracking_number,
        "order_number": case.order_number,
        "asks_for": list(ASKED_FOR),
        "recipient_place": {name: address.get(name) for name in ("postcode", "city", "country")},
        "value": facts.get("value"),
        "prepared_at": clock.now().isoformat(),
    }
