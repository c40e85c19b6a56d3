"""17TRACK's Tracking API, version 2.4 (https://asset.17track.net/api/document/v2.4_en/index.html), and its webhooks.

Every answer has the status 200 and an envelope ``{"code", "data": {"accepted", "rejected"}}``; errors have codes.
Webhooks have an entry as in ``accepted`` in ``data``, and in ``sign`` the SHA-256 of the raw body, a slash and the
account's key, in hexadecimal (the same document, "Webhook"). They tell no time.
"""

import hashlib
import json
from datetime import date
from typing import Any, Mapping, Optional

from actions.tracking import bounded_request
from actions.tracking.documented_shape import documented_shape, part, rows, text, text_or_none
from actions.tracking.newest_state import newest_state
from actions.tracking.parcel_facts import REFUSED, LabelAddress, LastMile, ParcelFacts, Scan, TrackingFailed
from actions.tracking.scan_times import read_time
from actions.tracking.status_tables import StatusTable
from actions.tracking.webhook_signature import require, require_same

NAME = "seventeen_track"
PRODUCTION_URL = "https://api.17track.net"
VERSION = "v2.4"
NOT_REGISTERED = -18019902
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
    """Asks 17TRACK for a parcel's newest state. See `Provider.look_up`; the carrier is left to 17TRACK to find out.

    A number that 17TRACK does not know yet is registered (which uses up one of the account's numbers), so that a later
    look-up finds it; this one ends as not found.
    """

    def ask(what: str) -> str:
        return bounded_request.ask(
            "POST",
            f"{base_url or PRODUCTION_URL}/track/{VERSION}/{what}",
            json=[{"number": tracking_number}],
            headers={"17token": key},
            deadline=deadline,
        )

    body = ask("gettrackinfo")
    with documented_shape():
        accepted, error = _envelope(json.loads(body))
        if accepted:
            return read(accepted[0], body)
    if error == NOT_REGISTERED:
        ask("register")
    raise TrackingFailed(f"error {error}", _TABLE.get("errors", error) or REFUSED)


def verify_webhook(headers: Mapping[str, str], body: bytes, secret: str) -> None:
    """See `Notifier.verify_webhook`; the secret is the API key."""
    require_same(hashlib.sha256(body + b"/" + secret.encode()).hexdigest(), require(headers, "sign"))


def read_webhook(body: str) -> Optional[ParcelFacts]:
    """See `Notifier.read_webhook`. ``TRACKING_STOPPED`` tells nothing of a parcel."""
    event = json.loads(body)
    return read(part(event["data"]), body) if text(event["event"]) == "TRACKING_UPDATED" else None


def read(data: dict[str, Any], body: str) -> ParcelFacts:
    """The facts in an accepted number's entry.

    Args:
        data: the entry of ``accepted``.
        body: the whole answer, for the case.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: it is no such entry.
    """
    info = part(data["track_info"])
    latest = part(info["latest_status"])
    events = _events(info)
    scans = [scan for scan, _ in events]
    estimate = part(part(info.get("time_metrics")).get("estimated_delivery_date"))
    # 17TRACK's own estimate is no promise of the carrier's.
    expected = text_or_none(estimate.get("to")) if estimate.get("source") == "Official" else None
    return newest_state(
        NAME,
        text(data["number"]),
        _TABLE.status(status_sub=latest.get("sub_status"), status=latest["status"]),
        scans,
        [scan for scan, sub_status in events if sub_status.startswith("Delivered")],
        body,
        no_news=_TABLE.get("no_news", latest["status"]) is True,
        special=_TABLE.get("special", latest.get("sub_status")),
        expected_on=date.fromisoformat(expected[:10]) if expected else None,
        last_mile=_last_mile(info),
        label_address=_label_address(part(part(info.get("shipping_info")).get("recipient_address"))),
    )


def _last_mile(info: dict[str, Any]) -> Optional[LastMile]:
    told = part(info.get("misc_info"))
    number, carrier = text_or_none(told.get("local_number")), text_or_none(told.get("local_provider"))
    if number is None:
        return None
    with_events = [part(row.get("provider")) for row in _providers(info) if row["events"]]
    is_followed = told.get("local_key") in [provider.get("key") for provider in with_events]
    return LastMile(number, carrier, NAME, is_followed)


def _label_address(place: dict[str, Any]) -> LabelAddress:
    street, postcode, city, country = (text_or_none(place.get(n)) for n in ("street", "postal_code", "city", "country"))
    return LabelAddress(street, postcode, city, country)


def _envelope(answer: dict[str, Any]) -> tuple[list[dict[str, Any]], Optional[int]]:
    """The accepted entries, and the code of the first error when there are none."""
    data = part(answer.get("data"))
    accepted = rows(data.get("accepted"))
    codes = [answer["code"]] if answer["code"] else []
    codes += [error["code"] for error in rows(data.get("errors"))]
    codes += [part(entry["error"])["code"] for entry in rows(data.get("rejected"))]
    if not all(isinstance(code, int) for code in codes):
        raise TypeError("an error's code is documented as a number")
    if not accepted and not codes:
        raise ValueError("neither accepted nor rejected")
    return accepted, codes[-1] if codes else None


def _providers(info: dict[str, Any]) -> list[dict[str, Any]]:
    """What each carrier tells."""
    return rows(part(info["tracking"])["providers"])


def _events(info: dict[str, Any]) -> list[tuple[Scan, str]]:
    """All carriers' events, oldest first, each with its sub-status."""
    events = []
    for provider in _providers(info):
        events += [(_scan(row), text(row.get("sub_status") or "")) for row in reversed(rows(provider["events"]))]
    return sorted(events, key=lambda event: event[0].at) if all(scan.at for scan, _ in events) else events


def _scan(row: dict[str, Any]) -> Scan:
    place = part(row.get("address"))
    country = text_or_none(place.get("country"))
    raw = part(row.get("time_raw"))
    local = "T".join(filter(None, (text_or_none(raw.get("date")), text_or_none(raw.get("time")))))
    at, local_at = read_time(text_or_none(row.get("time_iso")) or text_or_none(row.get("time_utc")) or local, country)
    said = text_or_none(row.get("description")) or ""
    english = text_or_none(part(row.get("description_translation")).get("description"))
    return Scan(
        at=at,
        local_at=local_at,
        text=f"{said} ({english})" if english and english != said else said,
        city=text_or_none(place.get("city")),
        postcode=text_or_none(place.get("postal_code")),
        country=country,
    )
