"""Tracking numbers: the formats of carriers, with check digits, and what recognises them in a text."""

from cases.tracking_numbers.recognition import Match, recognised, recognised_for_order

__all__ = ["Match", "recognised", "recognised_for_order"]
