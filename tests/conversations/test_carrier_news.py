"""What the carrier does after a buyer was answered: the buyer hears of it once, and an agent finds it in the case."""

import pytest

pytestmark = pytest.mark.processes
NEWS = "There is news from the carrier"
WHERE = "Where is my parcel?"
MISSING = "My parcel is marked as delivered but I don't have it"


@pytest.fixture
def carrier(product):
    """``carrier(buyer, kind)``: the carrier scans the buyer's parcel once more and sends its webhook."""

    def scan(about, kind, number=None):
        number = number or about.case["tracking"]["number"]
        path = f"/marketplace/api/parcels/{number}/scans"
        assert product.api("sandbox", "POST", path, json={"kind": kind}).json() == {"webhook_status": 200}

    return scan


def news(writer):
    return [reply for reply in writer.replies if NEWS in reply["text"]]


def test_a_parcel_that_comes_to_a_pickup_point_is_told_once(buyer, carrier):
    writer = buyer("TEST-2101", "platform")
    writer.says(WHERE)
    carrier(writer, "pickup_point")
    reply = writer.reads(NEWS)
    assert (reply["sender_kind"], reply["in_reply_to"], reply["language"]) == ("assistant", None, "en")
    assert "Kiosk am Nordbahnhof" in reply["text"]
    assert (writer.slots["tracking_status"], writer.slots["outcome"]) == ("available_for_pickup", "informed")
    carrier(writer, "pickup_point")
    writer.says("Thank you!")
    assert len(news(writer)) == 1


def test_a_search_goes_on_with_what_the_carrier_says_now(buyer, carrier):
    writer = buyer("TEST-2102", "platform")
    writer.says(MISSING)
    carrier(writer, "neighbor")
    text = writer.reads(NEWS)["text"]
    assert "neighbouring address" in text and "?" in text
    slots = writer.slots
    assert (slots["delivery_class"], slots["stage"], slots["requested_slot"]) == ("D4", "checking", "checked_neighbors")
    assert len(news(writer)) == 1


def test_what_is_on_its_way_back_goes_to_a_human(buyer, carrier):
    writer = buyer("TEST-2103", "platform")
    writer.says(WHERE)
    carrier(writer, "returned")
    writer.reads(NEWS)
    assert (writer.case["status"], writer.case["handoff_reason"]) == ("handed_over", "returned")


def test_with_an_agent_the_news_are_in_the_case_and_not_with_the_buyer(buyer, carrier, agent):
    writer = buyer("TEST-2104", "platform")
    writer.says(MISSING)
    agent(writer).takes_over()
    carrier(writer, "on_its_way")
    assert writer.case["tracking"]["status"] == "in_transit"
    assert writer.says("Hello?") == ""
    assert news(writer) == []


def test_the_news_of_an_orders_other_parcel_leave_the_search_alone(buyer, carrier):
    writer = buyer("TEST-2105", "platform")
    writer.says(MISSING)
    before = writer.slots
    carrier(writer, "out_for_delivery", number="CC000210525DE")
    text = writer.reads(NEWS)["text"]
    assert "CC000210525DE" in text and "out for delivery" in text
    kept = ("tracking_number", "tracking_status", "delivery_class", "stage", "outcome")
    assert {name: writer.slots[name] for name in kept} == {name: before[name] for name in kept}
    assert len(news(writer)) == 1
