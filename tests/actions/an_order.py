"""An order that most tests can do with: bought by demo-buyer, sent to Berlin."""

from actions.orders.order import Order

ORDER = Order(
    number="DEMO-1001",
    buyer_id="demo-buyer",
    email="buyer@example.com",
    marketplace="sandbox",
    street="Musterstraße 12",
    city="Berlin",
    postcode="10115",
    country="DE",
    amount=34.9,
    currency="EUR",
    dispute_open=False,
    reported_missing=0,
    reported_before=False,
    parcels=(),
)
