"""Checks that an answer has the documented types, deep inside too, so that nonsense becomes no fact."""

from contextlib import contextmanager
from typing import Any, Iterator, Optional

from actions.tracking.parcel_facts import NONSENSE, TrackingFailed


@contextmanager
def documented_shape() -> Iterator[None]:
    """What is read inside must have the documented shape.

    Raises:
        TrackingFailed: it has another; the text tells the kind of fault and nothing of the answer.
    """
    try:
        yield
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        raise TrackingFailed(f"unreadable answer: {type(error).__name__}", NONSENSE) from None


def text(value: Any) -> str:
    """A text as it stands; TypeError for anything else."""
    if not isinstance(value, str):
        raise TypeError(f"a text is documented, not {type(value).__name__}")
    return value


def text_or_none(value: Any) -> Optional[str]:
    """A text without blanks around it; None for null and for one without content. TypeError for anything else."""
    return None if value is None else text(value).strip() or None


def rows(value: Any) -> list[dict[str, Any]]:
    """A list of objects; [] for null. TypeError for anything else."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise TypeError("a list of objects is documented")
    return value


def part(value: Any) -> dict[str, Any]:
    """An object; {} for null. TypeError for anything else."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise TypeError(f"an object is documented, not {type(value).__name__}")
    return value
