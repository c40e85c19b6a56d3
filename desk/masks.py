"""Buyers' ids as the desk shows them."""

from typing import Optional


def mask_buyer(buyer_id: Optional[str]) -> str:
    """Enough of an id to tell two buyers apart: its first two characters and its last one; "" for None.

    Ids of fewer than six characters are hidden whole.
    """
    if not buyer_id:
        return ""
    if len(buyer_id) < 6:
        return "•••"
    return f"{buyer_id[:2]}•••{buyer_id[-1]}"
