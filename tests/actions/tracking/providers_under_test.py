"""The five providers, as tests that hold for all of them need them: a delivered parcel, and how to ask about it."""

import copy
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Tuple

from actions.tracking import aftership, dhl, easypost, seventeen_track, ups
from tests.actions.tracking.samples import samples
from tests.scripted_server import Answer

KEY = "client:a-key-for-tests"


@dataclass(frozen=True)
class UnderTest:
    """A provider, the number of a delivered parcel, its answer, and what it answers before (a token)."""

    module: ModuleType
    number: str
    delivered: Any
    before: Tuple[Answer, ...] = ()

    def __str__(self) -> str:
        return self.module.NAME

    def answer(self) -> Any:
        """The delivered parcel, to be changed."""
        return copy.deepcopy(self.delivered)


def _easypost() -> Any:
    """A Tracker that has a place with each scan, unlike the documented ones."""
    data = samples("easypost")["tracker"]
    scan = {
        "message": "Delivered, In/At Mailbox",
        "status": "delivered",
        "datetime": "2026-11-20T12:00:00Z",
        "tracking_location": {"city": "Berlin", "country": "DE", "zip": "10115"},
    }
    return {**data, "status": "delivered", "signed_by": "M. Keller", "tracking_details": [scan]}


PROVIDERS = [
    UnderTest(easypost, "EZ1000000001", _easypost()),
    UnderTest(aftership, "CC731010015DE", samples("aftership")["delivered"]),
    UnderTest(seventeen_track, "CC731010015DE", samples("seventeen_track")["delivered"]),
    UnderTest(dhl, "00340434161094000001", samples("dhl")["delivered"]),
    UnderTest(ups, "1Z999AA10123456784", samples("ups")["delivered"], (Answer(body=samples("ups")["token"]),)),
]
