"""What a provider's code says goes before what its texts say, and the difference is not hidden."""

from datetime import datetime, timedelta, timezone

import pytest

from actions.tracking.delivery_class import delivery_class
from actions.tracking.newest_state import newest_state
from actions.tracking.parcel_facts import Scan
from tests.actions.an_order import ORDER

MORNING = datetime(2026, 11, 20, 8, tzinfo=timezone.utc)
NOW = MORNING + timedelta(days=3)


def scans(*texts, hours=range(24)):
    """Scans with these texts, one an hour."""
    return [Scan(MORNING + timedelta(hours=hour), text) for hour, text in zip(hours, texts)]


def state(status, *texts, deliveries=None, **more):
    """The newest state; the scans whose text begins with "Delivered" are the deliveries, unless told otherwise."""
    rows = scans(*texts)
    said = [scan for scan in rows if scan.text.startswith("Delivered")] if deliveries is None else deliveries
    return newest_state("easypost", "CC731010015DE", status, rows, said, "{}", **more)


def kinds(facts):
    """The kinds of evidence."""
    return [row["kind"] for row in facts.evidence()]


@pytest.mark.parametrize(
    ("code", "text", "status", "differs"),
    [
        # raised from unknown
        ("unknown", "Out for Delivery", "out_for_delivery", None),
        ("unknown", "Zending is bezorgd bij de buren", "delivered", None),
        ("unknown", "Incidencia en el proceso de entrega", "unknown", None),
        # never contradicted, and never silently
        ("delivered", "Die Sendung konnte nicht zugestellt werden", "delivered", "attempted"),
        ("in_transit", "Your item was delivered on [X].", "in_transit", "delivered"),
        ("available_for_pickup", "Zending is vermist", "available_for_pickup", "exception"),
        # the same in other words, or more of it
        ("in_transit", "Out for Delivery", "in_transit", None),
        ("exception", "The recipient was not present", "exception", None),
        ("delivered", "Delivered by driver to Pickup parcelshop", "delivered", None),
        ("delivered", "Das Paket wurde im GLS PaketShop zugestellt", "delivered", None),
        # what is said to have been returned is a matter of its own (D9)
        ("delivered", "Delivered, To Original Sender", "returned", None),
    ],
)
def test_a_code_goes_before_a_text(code, text, status, differs):
    facts = state(code, text)
    assert (facts.status, facts.text_says) == (status, differs)
    assert ("text_differs" in kinds(facts)) is bool(differs)


def test_what_the_code_leaves_open_a_text_may_say():
    assert state("in_transit", "Notice Left", left_open=["attempted"]).status == "attempted"
    assert state("in_transit", "Notice Left", left_open=["out_for_delivery"]).status == "in_transit"


def test_an_old_text_tells_no_status():
    assert state("unknown", "Out for Delivery", no_news=True).status == "unknown"


def test_a_text_that_tells_a_delivery_is_its_scan():
    facts = state("unknown", "Out for Delivery", "Zugestellt; PLZ 5700", deliveries=[])
    assert (facts.status, facts.delivery_scan.text) == ("delivered", "Zugestellt; PLZ 5700")
    assert facts.delivered_at == MORNING + timedelta(hours=1)


def test_a_scan_on_the_way_after_the_delivery_is_a_mismatch_and_evidence():
    facts = state("delivered", "Out for Delivery", "Delivered, Front Door/Porch", "Departed USPS Regional Facility")
    assert facts.moved_on.text == "Departed USPS Regional Facility"
    assert delivery_class(facts, ORDER, NOW) == "D13"
    assert kinds(facts) == ["delivery_scan", "place", "moved_on"]
    assert facts.evidence()[-1]["at"] == "2026-11-20T10:00:00+00:00"


@pytest.mark.parametrize(
    ("texts", "delivered_hour"),
    [
        # a note is no scan on the way
        (("Out for Delivery", "Delivered", "Signature image recorded for Online viewing"), 1),
        (("Out for Delivery", "Delivered", "Delivered, In/At Mailbox"), 2),
        (("Out for Delivery", "Delivered", "There is a preferred location/neighbour for this item"), 1),
        # moved on, and delivered again: the last delivery counts
        (("Delivered, Front Door/Porch", "Out for Delivery", "Delivered"), 2),
    ],
)
def test_what_is_no_mismatch(texts, delivered_hour):
    facts = state("delivered", *texts)
    assert facts.moved_on is None
    assert facts.delivered_at == MORNING + timedelta(hours=delivered_hour)
    assert delivery_class(facts, ORDER, NOW) != "D13"


def test_at_the_same_minute_or_without_a_time_nothing_came_later():
    rows = scans("Delivered", "Out for Delivery", hours=[1, 1])
    assert newest_state("easypost", "C", "delivered", rows, rows[:1], "").moved_on is None
    rows = [Scan(None, "Delivered"), Scan(None, "Out for Delivery")]
    assert newest_state("easypost", "C", "delivered", rows, rows[:1], "").moved_on is None


def test_local_times_are_compared_in_one_country_only():
    def moved_on(country):
        delivered = Scan(None, "Delivered", country="US", local_at=datetime(2026, 11, 20, 9))
        later = Scan(None, "Out for Delivery", country=country, local_at=datetime(2026, 11, 20, 10))
        return newest_state("ups", "C", "delivered", [delivered, later], [delivered], "").moved_on

    assert moved_on("US").text == "Out for Delivery"
    assert moved_on("JP") is None


def test_a_parcel_that_is_on_its_way_again_is_not_called_delivered():
    facts = state("in_transit", "Delivered", "In Transit to Next Facility")
    assert (facts.status, facts.moved_on, delivery_class(facts, ORDER, NOW)) == ("in_transit", None, None)
