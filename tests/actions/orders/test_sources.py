"""Which order sources are asked, in which order, and what an installation may change about it."""

import pytest

from actions.orders import sources
from actions.orders.sources import Candidate, check, read_plan
from cases.settings import SettingsError
from deploy.launcher.errors import LaunchError
from deploy.launcher.installation import read_installation

SHOPIFY = {"PORCHLIGHT_SHOPIFY_KEY": "a-key", "PORCHLIGHT_SHOPIFY_SHOP": "my-shop.myshopify.com"}
EBAY = {"PORCHLIGHT_EBAY_KEY": "id:secret:refresh"}


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """No keys; ``environment(SHOPIFY, EBAY)`` sets some."""
    for name in (*SHOPIFY, *EBAY, "PORCHLIGHT_ORDERS_FILE"):
        monkeypatch.delenv(name, raising=False)
    return lambda *given: [monkeypatch.setenv(name, value) for one in given for name, value in one.items()]


@pytest.fixture
def laid_over(tmp_path):
    """``laid_over(text)``: the plan with an installation's own file over it."""

    def read(text):
        path = tmp_path / "my.yml"
        path.write_text(text, encoding="utf-8")
        return read_plan(laid_over=path)

    return read


def asked(marketplace, plan=None):
    return [one.name for one in (plan or read_plan()).candidates(marketplace)]


@pytest.mark.parametrize(
    ("marketplace", "names"),
    [
        ("ebay", ["ebay", "table"]),
        ("eBay.de", ["ebay", "table"]),
        ("EBAY_US", ["ebay", "table"]),
        ("shopify", ["shopify", "table"]),
        ("amazon", ["table", "shopify", "ebay"]),
        ("", ["table", "shopify", "ebay"]),
        (None, ["table", "shopify", "ebay"]),
    ],
)
def test_the_order_of_preference_depends_on_the_marketplace(environment, marketplace, names):
    environment(SHOPIFY, EBAY)
    assert asked(marketplace) == names


def test_only_those_with_a_key_are_asked_and_the_table_needs_none(environment):
    assert asked(None) == asked("ebay") == ["table"]
    environment({"PORCHLIGHT_SHOPIFY_KEY": "a-key"})
    assert asked("shopify") == ["table"], "a key without a shop"
    environment(SHOPIFY)
    assert read_plan().candidates("shopify")[0] == Candidate("shopify", "https://my-shop.myshopify.com", "a-key")


def test_a_key_is_not_shown(environment):
    environment(SHOPIFY)
    assert "a-key" not in repr(read_plan().candidates("shopify"))


def test_an_installation_changes_order_and_addresses_and_keeps_the_rest(environment, laid_over):
    environment(SHOPIFY, EBAY)
    plan = laid_over(
        "marketplaces: {etsy: [table], other: [ebay]}\n"
        "sources: {ebay: {address: 'https://api.sandbox.ebay.com'}}\n"
        "limits: {seconds: 2}\n"
    )
    assert (asked("etsy", plan), asked("x", plan), asked("shopify", plan)) == (
        ["table"],
        ["ebay"],
        ["shopify", "table"],
    )
    assert plan.candidates("x") == [Candidate("ebay", "https://api.sandbox.ebay.com", "id:secret:refresh")]
    assert (plan.limits["seconds"], plan.limits["attempts"]) == (2, read_plan().limits["attempts"])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("marketplaces: {ebay: [ebayy]}", "ebay must be a list of sources that are listed"),
        ("marketplaces: {ebay: ebay}", "ebay must be a list of sources that are listed"),
        ("sources: {etsy: {key: X}}", "no order source etsy"),
        ("source: {}", "no section source"),
        ("- a list", "not a mapping"),
        ("{", "my.yml"),
    ],
)
def test_a_mistake_in_it_is_told(laid_over, text, told):
    with pytest.raises(SettingsError, match=told):
        laid_over(text)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"PORCHLIGHT_SHOPIFY_KEY": "a-key"}, "PORCHLIGHT_SHOPIFY_SHOP must be set"),
        ({"PORCHLIGHT_SHOPIFY_SHOP": "my-shop.myshopify.com"}, "PORCHLIGHT_SHOPIFY_KEY must be set"),
        ({**SHOPIFY, "PORCHLIGHT_SHOPIFY_SHOP": "https://my-shop.myshopify.com/"}, "must be a host"),
        ({**SHOPIFY, "PORCHLIGHT_SHOPIFY_SHOP": "evil.example/x.myshopify.com"}, "must be a host"),
        ({**SHOPIFY, "PORCHLIGHT_SHOPIFY_SHOP": "user@evil.example"}, "must be a host"),
        ({"PORCHLIGHT_ORDERS_FILE": "/nowhere/orders.yml"}, "/nowhere/orders.yml"),
    ],
)
def test_settings_that_make_no_sense_are_told_at_the_start_without_the_key(given, told):
    with pytest.raises(LaunchError, match=told) as raised:
        read_installation(given)
    assert "a-key" not in str(raised.value)


def test_settings_that_make_sense_are_taken():
    check({**SHOPIFY, **EBAY})
    check({})


def test_the_installations_file_is_named_by_the_environment(environment, tmp_path):
    path = tmp_path / "my.yml"
    path.write_text("limits: {seconds: 2}", encoding="utf-8")
    environment({"PORCHLIGHT_ORDERS_FILE": str(path)})
    sources.plan.cache_clear()
    try:
        assert sources.plan().limits["seconds"] == 2
    finally:
        sources.plan.cache_clear()
