"""Points in time as the record holds them, and countries' time zones."""

from datetime import datetime
from typing import Any, Optional

import pytz


def read_time(text: Any) -> Optional[datetime]:
    """A point in time from ISO 8601 with a zone; None when it is none or has no zone."""
    try:
        at = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    except ValueError:
        return None
    return at if at.tzinfo else None


def zone_of_country(country: Optional[str]) -> Optional[str]:
    """A time zone (IANA name) of a country (ISO 3166, two letters), its main one; None when it is not known."""
    zones = pytz.country_timezones.get(country or "", [])
    return zones[0] if zones else None
