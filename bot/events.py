"""Rasa's events from their stored or transmitted form."""

from typing import Any, Mapping

from rasa.shared.core.events import Event
from rasa.shared.utils.common import all_subclasses

# Rasa looks through all event classes for every single event that it reads, which is most of what a read costs.
_CLASSES = {cls.type_name: cls for cls in all_subclasses(Event)}


def event_of(data: Mapping[str, Any]) -> Event:
    """The event that a dictionary describes.

    Raises:
        KeyError, TypeError, ValueError: there is no such event, or a part of it is missing.
    """
    return _CLASSES[data["event"]]._from_parameters(data)
