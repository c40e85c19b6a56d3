"""A message that tells no order number: the order is the one in which the buyer bought the item."""

import pytest

from actions.look_up import ActionLookUp
from actions.orders import csv_import
from actions.orders.resolver import resolver
from actions.orders.sources import plan
from cases import record, settings
from cases.database import reading, transaction
from cases.record import case_of_conversation
from tests.actions.doing import keys, slots_of


@pytest.fixture
def about(run):
    """``about(buyer_id, item_id)``: what is done about a first message of this buyer on the page of this item."""

    def act(buyer_id, item_id, asker="demo-buyer", **slots):
        with transaction() as session:
            known = {"buyer_id": buyer_id, "item_id": item_id, "marketplace": "ebay"}
            record.open_case(session, "c1", "platform", **known)
        return run(ActionLookUp(), "reports_without_an_order", buyer_id=asker, **slots)

    return act


@pytest.fixture
def production(world, monkeypatch, tmp_path):
    """A production with an imported order, which the sandbox's carrier knows."""
    for name in ("PLATFORM_SECRET", "PLATFORM_REPLIES_URL", "API_TOKEN"):
        monkeypatch.setenv(f"PORCHLIGHT_{name}", "set")
    for name in ("EBAY_KEY", "SHOPIFY_KEY", "SHOPIFY_SHOP", "ORDERS_FILE"):
        monkeypatch.delenv(f"PORCHLIGHT_{name}", raising=False)
    path = tmp_path / "orders.csv"
    path.write_text(
        "order_number,marketplace,buyer_id,item_id,postcode,country,tracking_number,carrier\n"
        "77-1,ebay,demo-buyer,110011,10115,DE,CC731010015DE,DHL\n"
        "77-2,ebay,somebody-else,110022,20095,DE,CC731010015DE,DHL\n",
        encoding="utf-8",
    )
    assert csv_import.main([str(path)]) == 0
    monkeypatch.setenv("PORCHLIGHT_MODE", "production")
    for cache in (settings.settings, resolver, plan):
        cache.cache_clear()
    yield
    for cache in (resolver, plan):
        cache.cache_clear()


def test_the_sandboxs_order_is_found_by_buyer_and_item(about):
    events, messages = about("demo-buyer", "ITEM-7001")
    assert keys(messages) == ["utter_sympathy", "utter_facts_delivered"]
    assert slots_of(events)["order_number"] == "DEMO-1001"


@pytest.mark.parametrize(
    ("buyer", "item"), [("demo-buyer", "ITEM-0000"), ("demo-buyer", None), ("somebody-else", "ITEM-7001")]
)
def test_what_does_not_lead_to_an_order_leads_to_the_question_for_its_number(about, buyer, item):
    events, messages = about(buyer, item)
    assert keys(messages) == ["utter_ask_order_number"]
    assert slots_of(events) == {"stage": "identifying", "requested_slot": "order_number", "reminded_of": None}


def test_an_imported_order_is_found_by_buyer_and_item(production, about):
    events, messages = about("demo-buyer", "110011")
    assert slots_of(events)["order_number"] == "77-1"
    # No provider has a key here, so that tracking can not be read: said honestly, with the order known.
    assert slots_of(events)["handoff_reason"] == "lookup_failed"
    with reading() as session:
        case = case_of_conversation(session, "c1")
        assert case.order_number == "77-1"
        assert [parcel["tracking_number"] for parcel in case.order_facts["parcels"]] == ["CC731010015DE"]


def test_nothing_of_another_buyers_imported_order_is_shown(production, about):
    events, messages = about("demo-buyer", "110022")
    assert keys(messages) == ["utter_ask_order_number"]
    events, messages = about("demo-buyer", None, order_number="77-2")
    assert keys(messages) == ["utter_ask_verification"]
    assert "tracking_number" not in slots_of(events)
    assert "20095" not in str(events)
