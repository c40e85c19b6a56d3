"""Time zones of those whom the product writes to."""

from typing import Optional

import pytz


def zone_of_country(country: Optional[str]) -> Optional[str]:
    """A time zone (IANA name) of a country (ISO 3166, two letters), its main one; None when it is not known."""
    zones = pytz.country_timezones.get(country or "", [])
    return zones[0] if zones else None
