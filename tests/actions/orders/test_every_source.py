"""What holds for every source: whatever its server does, it ends in time, in an order or in a failure that is named."""

import copy
import time
from datetime import datetime, timezone

import pytest

from actions.orders import sources
from actions.orders.order import Order, OrderNotFound, OrderSourceFailed
from actions.orders.source import Terms
from actions.tracking.parcel_facts import BUSY, NONSENSE, NOT_FOUND, REFUSED, SLOW, UNAVAILABLE, WRONG_KEY
from tests.actions.orders.sources_under_test import PARCELS, SOURCES, TOKEN
from tests.scripted_server import Answer, ScriptedServer

EVERY = pytest.mark.parametrize("source", SOURCES, ids=str)
AS_OF = datetime(2026, 11, 23, tzinfo=timezone.utc)
SECRETS = ("a-key-for-tests", "a-token-for-tests", "127.0.0.1", "v^1.1", "buyer@example.com", "Winter")


@pytest.fixture(autouse=True)
def no_tokens():
    """No token of an earlier test: a port may come again."""
    for source in SOURCES:
        source.module.TOKENS.forget()


def terms(source, server, seconds=5.0):
    return Terms(AS_OF, time.monotonic() + seconds, None, server.url, source.key)


def asked(source, *script, by_buyer=False, seconds=5.0, paths=None):
    """The order that a source's answers lead to. Without a script, they are its own."""
    if paths is None:
        paths = {source.token_path: TOKEN} if script else source.paths(by_buyer)
    otherwise = script[-1] if script else None
    with ScriptedServer(*script, paths=paths, otherwise=otherwise) as server:
        if by_buyer:
            return source.module.find_by_buyer(source.buyer_id, source.item_id, terms(source, server, seconds))
        return source.module.find_by_number(source.number, terms(source, server, seconds))


def failure(source, *script, **more):
    """The kind of the failure that they lead to; it names neither key nor token, nor address, nor number."""
    with pytest.raises((OrderSourceFailed, OrderNotFound)) as raised:
        asked(source, *script, **more)
    for secret in (*SECRETS, source.number):
        assert secret not in str(raised.value)
    assert raised.value.__cause__ is None
    return NOT_FOUND if isinstance(raised.value, OrderNotFound) else raised.value.kind


@EVERY
@pytest.mark.parametrize("by_buyer", [False, True], ids=["number", "buyer"])
def test_an_order_is_told_with_its_buyer_and_all_its_parcels(source, by_buyer):
    order = asked(source, by_buyer=by_buyer)
    assert order.number == source.number
    assert (order.buyer_id, order.email, order.marketplace) == (source.buyer_id, "buyer@example.com", str(source))
    assert (order.street, order.city, order.postcode, order.country) == ("Musterstraße 12", "Berlin", "10115", "DE")
    assert (order.amount, order.currency, order.dispute_open) == (34.9, "EUR", False)
    assert [(parcel.tracking_number, parcel.carrier) for parcel in order.parcels] == PARCELS
    assert source.item_id in order.raw["item_ids"]
    assert order.raw["value"] == {"amount": 34.9, "currency": "EUR"}
    assert order.raw["title"] == "Coffee set"
    assert order.belongs_to(source.buyer_id, None)
    assert not order.belongs_to("somebody-else", None)


@EVERY
def test_its_name_is_its_modules_and_it_is_in_the_plan(source):
    assert source.module.__name__.rpartition(".")[2] == source.module.NAME
    assert source.module.NAME in sources.read_plan().sources


@EVERY
@pytest.mark.parametrize("by_buyer", [False, True], ids=["number", "buyer"])
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(401), WRONG_KEY),
        (Answer(403), WRONG_KEY),
        (Answer(405), REFUSED),
        (Answer(302, headers={"Location": "http://127.0.0.1:9/elsewhere"}), REFUSED),
        (Answer(429), BUSY),
        (Answer(500), UNAVAILABLE),
        (Answer(502, b"<html>Bad gateway</html>"), UNAVAILABLE),
        (Answer(503, headers={"Retry-After": "7"}), BUSY),
        (Answer(hang_up=True), UNAVAILABLE),
        (Answer(body={"half": "a body"}, cut=True), UNAVAILABLE),
        (Answer(body=b""), NONSENSE),
        (Answer(body=b"<html>Maintenance</html>"), NONSENSE),
        (Answer(body=b"\xff\xfe"), NONSENSE),
        (Answer(body=b"[" * 100_000), NONSENSE),
        (Answer(body={}), NONSENSE),
        (Answer(body=[]), NONSENSE),
        (Answer(body=None), NONSENSE),
        (Answer(body="an order"), NONSENSE),
    ],
    ids=[
        "401", "403", "405", "redirect", "429", "500", "502", "503 later", "hangs up", "half a body", "nothing", "page",
        "bytes", "deep", "empty", "list", "null", "text",
    ],
)  # fmt: skip
def test_what_goes_wrong_is_named(source, answer, kind, by_buyer):
    assert failure(source, answer, by_buyer=by_buyer) == kind


@EVERY
def test_how_long_to_wait_is_told(source):
    with pytest.raises(OrderSourceFailed) as raised:
        asked(source, Answer(429, headers={"Retry-After": "42"}))
    assert raised.value.retry_after == 42


@EVERY
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(400), WRONG_KEY),
        (Answer(401), WRONG_KEY),
        (Answer(404), REFUSED),
        (Answer(500), UNAVAILABLE),
        (Answer(body={"access_token": None}), NONSENSE),
        (Answer(body={"access_token": "t", "expires_in": "soon"}), NONSENSE),
    ],
    ids=["400", "401", "404", "500", "no token", "no time"],
)
def test_a_token_that_is_not_given_is_named(source, answer, kind):
    assert failure(source, paths={**source.paths(), source.token_path: answer}) == kind


@EVERY
@pytest.mark.parametrize("what", [{"after": 20}, {"drip": 0.01}], ids=["never answers", "byte by byte"])
def test_who_is_slow_is_given_up_in_time(source, what):
    began = time.monotonic()
    assert failure(source, Answer(body=list(source.answers.values())[0], **what), seconds=0.4) == SLOW
    assert time.monotonic() - began < 2


@EVERY
def test_who_is_not_there_is_unavailable(source):
    with ScriptedServer() as server:
        pass
    with pytest.raises(OrderSourceFailed) as raised:
        source.module.find_by_number(source.number, terms(source, server))
    assert raised.value.kind == UNAVAILABLE


@EVERY
def test_an_endless_answer_is_not_read_to_its_end(source):
    assert failure(source, Answer(body=b" " * 2_100_000)) == REFUSED


@EVERY
def test_a_token_is_kept_and_replaced_when_it_is_not_taken_any_more(source):
    with ScriptedServer(paths=source.paths()) as server:
        for _ in range(2):
            source.module.find_by_number(source.number, terms(source, server))
        assert len([call for call in server.calls if call.path.endswith(source.token_path)]) == 1
        own = dict(server.paths)
        server.paths = {source.token_path: TOKEN}
        server.otherwise = Answer(401)
        with pytest.raises(OrderSourceFailed):
            source.module.find_by_number(source.number, terms(source, server))
        assert len([call for call in server.calls if call.path.endswith(source.token_path)]) >= 2
        server.paths = own
        assert source.module.find_by_number(source.number, terms(source, server)).number == source.number


@EVERY
@pytest.mark.parametrize(
    ("buyer_id", "item_id"),
    [("another", None), (None, "another"), ("1234567890123", None), ("", None)],
)
def test_another_buyers_order_or_another_item_is_none(source, buyer_id, item_id):
    with ScriptedServer(paths=source.paths(by_buyer=True)) as server:
        with pytest.raises(OrderNotFound):
            source.module.find_by_buyer(
                source.buyer_id if buyer_id is None else buyer_id,
                source.item_id if item_id is None else item_id,
                terms(source, server),
            )


def changed(data, changes):
    """The answer once for each place in it and each change: one value gone, or another in its place."""
    inside = data.items() if isinstance(data, dict) else enumerate(data if isinstance(data, list) else [])
    for step, value in list(inside):
        for change in changes:
            copied = copy.copy(data)
            copied[step] = change
            yield copied
        if isinstance(data, dict):
            yield {name: kept for name, kept in data.items() if name != step}
        for inner in changed(value, changes):
            copied = copy.copy(data)
            copied[step] = inner
            yield copied


@EVERY
def test_wrong_types_anywhere_are_named_or_do_not_matter(source):
    """An order is an order in every field, whatever one value of the answer has become."""
    outcomes, count = set(), 0
    with ScriptedServer(paths=source.paths()) as server:
        own = dict(server.paths)
        for path, body in source.answers.items():
            for data in changed(body, [None, 7, ["x"]]):
                server.paths = {**own, path: Answer(body=data)}
                count += 1
                try:
                    check_types(source.module.find_by_number(source.number, terms(source, server)))
                    outcomes.add("order")
                except OrderSourceFailed as error:
                    outcomes.add(error.kind)
                except OrderNotFound:
                    outcomes.add(NOT_FOUND)
    assert count > 80
    assert {"order", NONSENSE} <= outcomes <= {"order", NONSENSE, NOT_FOUND, REFUSED}


def check_types(order: Order):
    assert isinstance(order.number, str) and order.number
    for name in ("buyer_id", "email", "street", "city", "postcode", "country", "currency"):
        value = getattr(order, name)
        assert value is None or (isinstance(value, str) and value), name
    assert order.amount is None or isinstance(order.amount, float)
    assert isinstance(order.dispute_open, bool)
    for parcel in order.parcels:
        assert isinstance(parcel.tracking_number, str) and parcel.tracking_number
        assert parcel.carrier is None or isinstance(parcel.carrier, str)
