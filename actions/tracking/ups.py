"""UPS's Track API (https://developer.ups.com/api/reference/tracking/product-info), over plain HTTP.

The shapes are those of Tracking.yaml and OAuthClientCredentials.yaml in https://github.com/UPS-API/api-documentation.
"""

import base64
import json
import re
import time
import uuid
from datetime import date, datetime
from typing import Any, Optional
from urllib.parse import quote

from actions.access_tokens import AccessTokens
from actions.tracking import bounded_request
from actions.tracking.documented_shape import documented_shape, part, rows, text, text_or_none
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

NAME = "ups"
PRODUCTION_URL = "https://onlinetools.ups.com"
TOKENS = AccessTokens("/security/v1/oauth/token")
_TABLE = StatusTable(NAME)
_TEXTS = [(re.compile(row["pattern"], re.IGNORECASE), row["status"]) for row in _TABLE.rows("texts")]


def look_up(
    tracking_number: str,
    carrier: Optional[str],
    key: str,
    base_url: Optional[str] = None,
    *,
    postcode: Optional[str] = None,
    deadline: Optional[float] = None,
) -> ParcelFacts:
    """Asks UPS for a parcel's newest state. See `Provider.look_up`; the key is "client id:client secret".

    The first look-up, and one every few hours, fetches a token before.
    """
    base = base_url or PRODUCTION_URL
    if deadline is None:
        deadline = time.monotonic() + sum(bounded_request.SECONDS)
    user, _, secret = key.partition(":")

    def request(token: str) -> str:
        return _details(base, tracking_number, token, deadline)

    grant = {"grant_type": "client_credentials"}
    body = TOKENS.used_for(base, key, deadline, request, data=grant, auth=(user, secret))
    with documented_shape():
        shipments = rows(json.loads(body)["trackResponse"]["shipment"])
        packages = [package for shipment in shipments for package in rows(shipment.get("package"))]
        found = next((one for one in packages if same_number(text(one["trackingNumber"]), tracking_number)), None)
        if found is not None:
            return read(found, body)
    raise TrackingFailed("no such package", NOT_FOUND)


def read(data: dict[str, Any], body: str) -> ParcelFacts:
    """The facts in a package.

    Args:
        data: the package.
        body: the whole answer, for the case.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: it is no package.
    """
    activities = list(reversed(rows(data.get("activity"))))  # UPS puts the newest first
    scans = [_scan(row) for row in activities]
    dates = {text(row["type"]): text(row["date"]) for row in rows(data.get("deliveryDate"))}
    delivery = part(data.get("deliveryInformation"))  # populated only when the package is delivered
    arrived = bool(dates.get("DEL") or delivery)
    newest = part(data.get("currentStatus")) or (part(activities[-1]["status"]) if activities else {})
    photo = part(delivery.get("deliveryPhoto"))
    signed_by = text_or_none(delivery.get("receivedBy"))
    expected = dates.get("RDD") or dates.get("SDD")
    until = text_or_none(part(data.get("accessPointInformation")).get("pickupByDate"))
    return newest_state(
        NAME,
        text(data["trackingNumber"]),
        _status(newest, arrived),
        scans,
        _deliveries(activities, scans, arrived),
        body,
        said=text_or_none(delivery.get("location")),
        signed_by=None if (signed_by or "").upper() in _TABLE.rows("nobody") else signed_by,
        proofs=_proofs(("signature", part(delivery.get("signature")).get("image")), ("photo", photo.get("photo"))),
        has_photo=bool(photo.get("photo")) or photo.get("photoDispositionCode") == "V",
        expected_on=_day(expected) if expected else None,
        pickup_until=_day(until) if until else None,
        last_mile=_last_mile(data),
        label_address=_label_address(data),
    )


def _last_mile(data: dict[str, Any]) -> Optional[LastMile]:
    """Who delivers when UPS hands the package over; other alternate numbers are UPS's own."""
    told = rows(data.get("alternateTrackingNumber"))
    numbers = ((text_or_none(row.get("number")), _TABLE.get("last_mile", row.get("type"))) for row in told)
    return next((LastMile(number, carrier, NAME) for number, carrier in numbers if number and carrier), None)


def _label_address(data: dict[str, Any]) -> Optional[LabelAddress]:
    told = [row for row in rows(data.get("packageAddress")) if row.get("type") == "DESTINATION"]
    if not told:
        return None
    place = part(told[0].get("address"))
    lines = (text_or_none(place.get(name)) for name in ("addressLine1", "addressLine2", "addressLine3"))
    postcode, city, country = (text_or_none(place.get(name)) for name in ("postalCode", "city", "countryCode"))
    return LabelAddress(" ".join(filter(None, lines)) or None, postcode, city, country)


def _proofs(*told: tuple[str, Any]) -> list[ProofFound]:
    """The pictures that stand in the answer itself, in Base64; one that can not be read is none."""
    found = []
    for kind, encoded in told:
        try:
            body = base64.b64decode("".join((text_or_none(encoded) or "").split()), validate=True)
        except ValueError:
            continue
        if body:
            found.append(ProofFound(kind, body=body))
    return found


def _details(base: str, tracking_number: str, token: str, deadline: float) -> str:
    return bounded_request.ask(
        "GET",
        f"{base}/api/track/v1/details/{quote(tracking_number, safe='')}",
        params={"locale": "en_US", "returnSignature": "true", "returnMilestones": "false", "returnPOD": "false"},
        headers={"Authorization": f"Bearer {token}", "transId": uuid.uuid4().hex, "transactionSrc": "porchlight"},
        deadline=deadline,
    )


def _status(told: dict[str, Any], arrived: bool) -> str:
    """The status; type D is a delivery only when the package says elsewhere that it has arrived."""
    words = " ".join(filter(None, (text_or_none(told.get(n)) for n in ("description", "simplifiedTextDescription"))))
    by_text = next((status for pattern, status in _TEXTS if pattern.search(words)), None)
    kind = text_or_none(told.get("type"))
    known = by_text or _TABLE.status(status_code=told.get("statusCode"), status_type=kind)
    return "delivered" if known == "unknown" and kind == "D" and arrived else known


def _deliveries(activities: list[dict[str, Any]], scans: list[Scan], arrived: bool) -> list[Scan]:
    """The scans that say "delivered" by code; of a package that has arrived without one, the last if of type D."""
    told = [part(row.get("status")) for row in activities]
    sure = [scan for status, scan in zip(told, scans) if _status(status, arrived=False) == "delivered"]
    return sure or [scan for status, scan in zip(told[-1:], scans[-1:]) if _status(status, arrived) == "delivered"]


def _scan(row: dict[str, Any]) -> Scan:
    place = part(part(row.get("location")).get("address"))
    country = text_or_none(place.get("countryCode"))
    gmt = _iso(row.get("gmtDate"), row.get("gmtTime"))
    at, local_at = read_time(f"{gmt}Z", None) if gmt else read_time(_iso(row.get("date"), row.get("time")), country)
    return Scan(
        at=at,
        local_at=local_at,
        text=text_or_none(part(row.get("status")).get("description")) or "",
        city=text_or_none(place.get("city")),
        postcode=text_or_none(place.get("postalCode")),
        country=country,
    )


def _iso(day: Any, clock: Any) -> Optional[str]:
    """ISO 8601 from YYYYMMDD and HHMMSS, whose leading zeros may be missing; None when either is not told."""
    day, clock = text_or_none(day), text_or_none(clock)
    return datetime.strptime(f"{day}{clock.zfill(6)}", "%Y%m%d%H%M%S").isoformat() if day and clock else None


def _day(value: str) -> date:
    return datetime.strptime(value, "%Y%m%d").date()
