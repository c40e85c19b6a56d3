"""DHL's Shipment Tracking - Unified API (https://developer.dhl.com/api-reference/shipment-tracking), over plain HTTP.

Two traps of it: the number may find another shipment
(https://support-developer.dhl.com/support/solutions/folders/47000779436/page/2), and what was returned is "delivered"
with a flag (https://support-developer.dhl.com/support/solutions/articles/47001251916). Its times are local.
"""

import json
from datetime import date
from typing import Any, Optional

from actions.tracking import bounded_request
from actions.tracking.documented_shape import documented_shape, part, rows, text_or_none
from actions.tracking.newest_state import newest_state
from actions.tracking.parcel_facts import (
    NOT_FOUND,
    LabelAddress,
    LastMile,
    ParcelFacts,
    ProofFound,
    Scan,
    TrackingFailed,
)
from actions.tracking.scan_times import read_time
from actions.tracking.status_tables import StatusTable
from cases.parcels import same_number

NAME = "dhl"
PRODUCTION_URL = "https://api-eu.dhl.com"
LOCAL_NUMBER = "local-tracking-number"
"""The type of a reference that is the number of the carrier which delivers."""
_TABLE = StatusTable(NAME)


def look_up(
    tracking_number: str,
    carrier: Optional[str],
    key: str,
    base_url: Optional[str] = None,
    *,
    postcode: Optional[str] = None,
    deadline: Optional[float] = None,
) -> ParcelFacts:
    """Asks DHL for a parcel's newest state. See `Provider.look_up`.

    The recipient's postcode makes DHL tell the parcels of Germany and the Netherlands whole.
    """
    asked = {"trackingNumber": tracking_number, "language": "en"}
    body = bounded_request.ask(
        "GET",
        f"{base_url or PRODUCTION_URL}/track/shipments",
        params={**asked, **({"recipientPostalCode": postcode} if postcode else {})},
        headers={"DHL-API-Key": key},
        deadline=deadline,
    )
    with documented_shape():
        shipments = rows(json.loads(body)["shipments"])
        found = next((one for one in shipments if _goes_by(tracking_number, one)), None)
        if found is not None:
            return read(found, tracking_number, body)
    raise TrackingFailed("another shipment" if shipments else "no shipment", NOT_FOUND)


def read(data: dict[str, Any], tracking_number: str, body: str) -> ParcelFacts:
    """The facts in a shipment.

    Args:
        data: the shipment.
        tracking_number: what was asked for; a shipment may go by another number, too.
        body: the whole answer, for the case.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: it is no shipment.
    """
    newest = part(data["status"])
    home = _home(data)
    # The newest event is first; a shipment without events has its status at least.
    events = list(reversed(rows(data.get("events")))) or [newest]
    scans = [_scan(event, home) for event in events]
    details = part(data.get("details"))
    proof = part(details.get("proofOfDelivery"))
    status = _TABLE.status(status=newest["statusCode"])
    expected = text_or_none(data.get("estimatedTimeOfDelivery"))
    return newest_state(
        NAME,
        tracking_number,
        "returned" if data.get("returnFlag") is True else status,
        scans,
        [scan for event, scan in zip(events, scans) if event.get("statusCode") == "delivered"],
        body,
        said=_words(newest),
        signed_by=_name(part(proof.get("signed"))),
        expected_on=date.fromisoformat(expected[:10]) if expected else None,
        proofs=_proofs(proof),
        last_mile=_last_mile(details),
        label_address=_label_address(part(part(data.get("destination")).get("address"))),
        left_open=_TABLE.get("left_open", newest["statusCode"]) or (),
    )


def _proofs(proof: dict[str, Any]) -> list[ProofFound]:
    """The addresses of the proof; they carry a token of their own and need no key."""
    told = (
        ("document", text_or_none(proof.get("documentUrl"))),
        ("signature", text_or_none(proof.get("signatureUrl"))),
    )
    return [ProofFound(kind, url) for kind, url in told if url]


def _goes_by(tracking_number: str, shipment: dict[str, Any]) -> bool:
    """Whether the number is the shipment's own, one of its pieces' or one of its references'."""
    details = part(shipment.get("details"))
    references = [entry.get("number") for entry in _references(details)]
    numbers = [shipment["id"], *(details.get("pieceIds") or []), *references]
    return any(same_number(tracking_number, str(number)) for number in numbers)


def _references(details: dict[str, Any]) -> list[dict[str, Any]]:
    told = details.get("references")
    return [told] if isinstance(told, dict) else rows(told)


def _last_mile(details: dict[str, Any]) -> Optional[LastMile]:
    """The number in the country of destination; DHL does not tell whose it is."""
    told = (text_or_none(entry.get("number")) for entry in _references(details) if entry.get("type") == LOCAL_NUMBER)
    return next((LastMile(number, None, NAME) for number in told if number), None)


def _label_address(place: dict[str, Any]) -> LabelAddress:
    names = ("streetAddress", "postalCode", "addressLocality", "countryCode")
    return LabelAddress(*(text_or_none(place.get(name)) for name in names))


def _home(shipment: dict[str, Any]) -> Optional[str]:
    """The country in which all of the journey is, if origin and destination are the same."""
    ends = [part(part(shipment.get(end)).get("address")) for end in ("origin", "destination")]
    countries = {text_or_none(address.get("countryCode")) for address in ends}
    return countries.pop() if len(countries) == 1 else None


def _scan(event: dict[str, Any], home: Optional[str]) -> Scan:
    address = part(part(event.get("location")).get("address"))
    country = text_or_none(address.get("countryCode")) or home
    at, local_at = read_time(text_or_none(event.get("timestamp")), country)
    return Scan(
        at=at,
        local_at=local_at,
        text=_words(event),
        # DHL's locality is a depot, a service area or a whole country; never the address.
        area=text_or_none(address.get("addressLocality")),
        country=country,
    )


def _words(event: dict[str, Any]) -> str:
    told = [text_or_none(event.get(name)) for name in ("status", "description", "remark")]
    return ". ".join(dict.fromkeys(words.rstrip(".") for words in told if words))


def _name(person: dict[str, Any]) -> Optional[str]:
    parts = [text_or_none(person.get(name)) for name in ("givenName", "familyName")]
    return text_or_none(person.get("name")) or " ".join(filter(None, parts)) or None
