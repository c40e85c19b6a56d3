"""From a message to the order: who is asked in turn, how long, and that nothing is guessed."""

import threading
import time
from dataclasses import replace
from datetime import datetime, timezone
from types import SimpleNamespace

import pytest
from structlog.testing import capture_logs

from actions.orders import resolver, sandbox, sources
from actions.orders.order import OrderNotFound, OrderSourceFailed
from actions.orders.resolver import Resolver, find_order
from actions.orders.sources import Plan, read_plan
from actions.tracking.parcel_facts import BUSY, REFUSED, SLOW, UNAVAILABLE, WRONG_KEY, TrackingFailed
from cases import settings
from tests.actions.an_order import ORDER

AS_OF = datetime(2026, 11, 23, tzinfo=timezone.utc)
PRODUCTION = ("PLATFORM_SECRET", "PLATFORM_REPLIES_URL", "API_TOKEN")


class Source:
    """A source that gives its outcomes one after the other, the last one again and again."""

    def __init__(self, *outcomes):
        self.outcomes, self.asked = list(outcomes), []

    def find_by_number(self, number, terms):
        return self._next(number, terms)

    def find_by_buyer(self, buyer_id, item_id, terms):
        return self._next((buyer_id, item_id), terms)

    def _next(self, about, terms):
        self.asked.append((about, terms))
        outcome = self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome() if callable(outcome) else outcome


@pytest.fixture
def production(monkeypatch):
    """``production(table=Source(…), …)``: an installation with these sources, asked in this order."""
    monkeypatch.setenv("PORCHLIGHT_MODE", "production")
    for name in PRODUCTION:
        monkeypatch.setenv(f"PORCHLIGHT_{name}", "set")
    settings.settings.cache_clear()

    def install(limits=None, **given):
        def candidate(name):
            return SimpleNamespace(name=name, address=None, key=None, module=given[name])

        plan = Plan({}, {"other": tuple(given)}, {**read_plan().limits, **(limits or {})})
        monkeypatch.setattr(Plan, "candidates", lambda self, marketplace: [candidate(name) for name in given])
        own = Resolver(plan)
        monkeypatch.setattr(resolver, "resolver", lambda: own)

    yield install
    settings.settings.cache_clear()


def find(number="DEMO-1001", **more):
    return find_order(number, as_of=AS_OF, **more)


def failed(kind, retry_after=None):
    return OrderSourceFailed("of a test", kind, retry_after)


NONE = OrderNotFound("none")


def test_the_first_source_that_has_the_order_is_believed(production):
    table, shop, other = Source(NONE), Source(ORDER), Source(replace(ORDER, city="Hamburg"))
    production(table=table, shopify=shop, ebay=other)
    assert find() is ORDER
    assert (len(table.asked), len(shop.asked), other.asked) == (1, 1, [])


def test_no_source_has_it(production):
    production(table=Source(NONE), ebay=Source(NONE))
    with pytest.raises(OrderNotFound):
        find()


def test_an_order_that_could_not_be_looked_for_everywhere_is_not_unknown(production):
    """Who is told that there is no such order would look for a mistake of their own."""
    for order in ([NONE, failed(SLOW)], [failed(SLOW), NONE]):
        production(table=Source(order[0]), ebay=Source(order[1]))
        with pytest.raises(OrderSourceFailed):
            find()


def test_a_source_that_fails_is_no_reason_not_to_ask_the_next(production):
    for failure in (failed(WRONG_KEY), failed(None), TrackingFailed("half", SLOW), KeyError("DEMO-1001"), OSError("x")):
        production(table=Source(failure), ebay=Source(ORDER))
        assert find() is ORDER


@pytest.mark.parametrize("kind", [UNAVAILABLE, BUSY])
def test_what_may_pass_is_tried_again(production, kind):
    source = Source(failed(kind), ORDER)
    production(ebay=source)
    assert find() is ORDER
    assert len(source.asked) == 2


@pytest.mark.parametrize("failure", [failed(WRONG_KEY), failed(REFUSED), failed(SLOW), failed(BUSY, 60.0)])
def test_what_does_not_pass_or_not_in_time_is_not(production, failure):
    source = Source(failure)
    production(ebay=source)
    began = time.monotonic()
    with pytest.raises(OrderSourceFailed):
        find()
    assert len(source.asked) == 1
    assert time.monotonic() - began < 1


def test_a_source_that_hangs_is_left_behind_and_the_next_one_has_its_turn(production):
    never = threading.Event()
    production({"seconds": 1.0, "grace": 0.05}, ebay=Source(lambda: never.wait(20)), table=Source(ORDER))
    began = time.monotonic()
    assert find() is ORDER
    assert time.monotonic() - began < 1
    never.set()


def test_all_sources_together_have_their_time_and_no_more(production):
    never = threading.Event()
    hang = Source(lambda: never.wait(20))
    production({"seconds": 0.8, "grace": 0.05}, ebay=hang, shopify=hang, table=hang)
    began = time.monotonic()
    with pytest.raises(OrderSourceFailed):
        find()
    assert time.monotonic() - began < 1.2
    never.set()


def test_no_time_left_for_the_last_source_is_a_failure_and_not_no_order(production):
    production({"seconds": 0.2, "least_seconds": 0.3}, table=Source(NONE))
    with pytest.raises(OrderSourceFailed):
        find()


def test_without_a_number_buyer_and_item_are_asked_for(production):
    source = Source(ORDER)
    production(ebay=source)
    assert find(None, buyer_id="demo-buyer", item_id="ITEM-7001") is ORDER
    [(about, terms)] = source.asked
    assert about == ("demo-buyer", "ITEM-7001")
    assert terms.as_of == AS_OF


def test_another_buyers_order_is_none_even_if_a_source_gives_it(production):
    production(ebay=Source(replace(ORDER, buyer_id="somebody-else")), table=Source(replace(ORDER, buyer_id=None)))
    with pytest.raises(OrderNotFound):
        find(None, buyer_id="demo-buyer", item_id="ITEM-7001")


@pytest.mark.parametrize(
    "known", [{}, {"buyer_id": "demo-buyer"}, {"item_id": "ITEM-7001"}, {"buyer_id": "", "item_id": ""}]
)
def test_half_of_what_must_be_known_is_not_asked_for(production, known):
    source = Source(ORDER)
    production(ebay=source)
    with pytest.raises(OrderNotFound):
        find(None, **known)
    assert source.asked == []


def test_no_number_buyer_or_text_of_an_error_is_in_the_log(production):
    production(
        table=Source(KeyError("DEMO-1001 of demo-buyer")), shopify=Source(failed(WRONG_KEY)), ebay=Source(failed(SLOW))
    )
    with capture_logs() as logs, pytest.raises(OrderSourceFailed):
        find(buyer_id="demo-buyer")
    assert [(entry["event"], entry["log_level"]) for entry in logs] == [
        ("order.fault", "error"),
        ("order.source_failed", "warning"),
        ("order.source_failed", "error"),
        ("order.source_failed", "warning"),
    ]
    assert not any(secret in str(logs) for secret in ("DEMO-1001", "demo-buyer"))


def test_in_the_sandbox_the_sandbox_alone_is_asked(monkeypatch):
    monkeypatch.delenv("PORCHLIGHT_MODE", raising=False)
    monkeypatch.setenv("PORCHLIGHT_EBAY_KEY", "id:secret:refresh")
    settings.settings.cache_clear()
    source = Source(ORDER)
    monkeypatch.setattr(sandbox, "find_by_number", source.find_by_number)
    monkeypatch.setattr(resolver, "resolver", lambda: pytest.fail("another source would be asked"))
    try:
        assert find() is ORDER
        assert len(source.asked) == 1
    finally:
        settings.settings.cache_clear()


def test_the_resolver_of_a_process_has_its_own_plan(monkeypatch):
    resolver.resolver.cache_clear()
    sources.plan.cache_clear()
    assert resolver.resolver()._plan is sources.plan()
    resolver.resolver.cache_clear()
