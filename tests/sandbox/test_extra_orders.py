"""Orders of a file of one's own, and clear words about a wrong file."""

from __future__ import annotations

import pytest

from sandbox.orders import OrdersFileError, load_orders

ORDER = """
places:
  dresden: {city: Dresden, zip: "01067", country: DE}
orders:
  - order_id: TEST-1
    title: Teapot
    summary: On its way
    value: {amount: 12, currency: EUR}
    ordered: P2D
    parcels:
      - tracking_number: XX1
        carrier: DPD
        scans:
          - {age: P1D, status: in_transit, detail: departed_facility, at: dresden, message: Departed}
          - {age: PT1H, status: out_for_delivery, detail: out_for_delivery, message: On the van,
             at: {city: Ulm, zip: "89073", country: DE}}
"""


def test_a_running_sandbox_serves_them(own_sandbox, bot, tmp_path):
    extra = tmp_path / "extra.yml"
    extra.write_text(ORDER, encoding="utf-8")
    sandbox = own_sandbox(bot.url, PORCHLIGHT_SANDBOX_EXTRA_ORDERS=str(extra)).start()
    order = sandbox.order("TEST-1")
    assert order["address"]["postcode"] == "10115"
    cities = [scan["tracking_location"]["city"] for scan in sandbox.tracker(order["parcels"][0])["tracking_details"]]
    assert cities == ["Dresden", "Ulm"]
    assert sandbox.order("DEMO-1001")["title"]


def test_an_order_of_the_same_id_replaces_the_own_one(tmp_path):
    extra = tmp_path / "extra.yml"
    extra.write_text(ORDER.replace("TEST-1", "DEMO-1001"), encoding="utf-8")
    assert load_orders(extra)["DEMO-1001"].title == "Teapot"


@pytest.mark.parametrize(
    "wrong, right, told",
    [
        ("PT1H", "one hour", "'one hour' is no ISO 8601 duration"),
        ("PT1H", "-PT1H", "zero or more"),
        ("PT1H", "P3D", "oldest first"),
        ("at: dresden", "at: atlantis", "no place called 'atlantis'"),
        ("carrier: DPD", "courier: DPD", "courier"),
        ("XX1", "CC731010015DE", "stands in DEMO-1001 and in TEST-1"),
        ("message: Departed", "message: 'until {last_day}'", "needs collect_within"),
        ("places:", "spaces:", "unknown at the top: spaces"),
        ("orders:", "orders: [", "extra.yml"),
    ],
)
def test_a_wrong_file_is_told(tmp_path, wrong, right, told):
    extra = tmp_path / "extra.yml"
    extra.write_text(ORDER.replace(wrong, right), encoding="utf-8")
    with pytest.raises(OrdersFileError, match=None) as refused:
        load_orders(extra)
    assert told in str(refused.value)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(OrdersFileError) as refused:
        load_orders(tmp_path / "nowhere.yml")
    assert "nowhere.yml" in str(refused.value)
