"""Postcodes as carriers, platforms and people write them."""

import re

_COUNTRY = re.compile(r"^[a-z]{1,2}-(?=\d)")


def same_postcode(one: str, other: str) -> bool:
    """Whether two postcodes name the same place; one may be the longer form (ZIP+4) or have a country before it."""
    short, long = sorted((_plain(code) for code in (one, other)), key=len)
    return bool(short) and long.startswith(short)


def _plain(code: str) -> str:
    return _COUNTRY.sub("", "".join(code.split()).lower()).replace("-", "")


def postcode_area(code: str) -> str:
    """The beginning of a postcode, "101…" for 10115: it tells a part of a town and no house; "" for no postcode."""
    first = re.split(r"[\s-]", _COUNTRY.sub("", code.strip().lower()))[0].upper()
    return f"{first[:3]}…" if first else ""
