"""What holds for every provider: whatever its server does, it ends in time, in facts or in a failure that is named."""

import copy
import time
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from actions.tracking import providers, ups
from actions.tracking.parcel_facts import (
    BUSY,
    NONSENSE,
    NOT_FOUND,
    REFUSED,
    SLOW,
    STATUSES,
    UNAVAILABLE,
    WRONG_KEY,
    ParcelFacts,
    TrackingFailed,
)
from tests.actions.tracking.providers_under_test import KEY, PROVIDERS
from tests.scripted_server import Answer, ScriptedServer

EVERY = pytest.mark.parametrize("provider", PROVIDERS, ids=str)
SECRETS = ("a-key-for-tests", "a-token-for-tests", "127.0.0.1")


@pytest.fixture(autouse=True)
def no_tokens():
    """No token of an earlier test: a port may come again."""
    ups.TOKENS.forget()


def look_up(provider, *script, seconds=5.0):
    """What a provider's answers lead to, and the calls that were made."""
    with ScriptedServer(*provider.before, *script) as server:
        deadline = time.monotonic() + seconds
        return provider.module.look_up(provider.number, None, KEY, server.url, deadline=deadline), server.calls


def failure(provider, *script, seconds=5.0):
    """The failure that they lead to; it names neither key nor token, nor address, nor number."""
    with pytest.raises(TrackingFailed) as raised:
        look_up(provider, *script, seconds=seconds)
    for secret in (*SECRETS, provider.number):
        assert secret not in str(raised.value)
        assert raised.value.__cause__ is None
    return raised.value


@EVERY
def test_a_delivered_parcel_is_told_with_who_signed_and_where_it_was(provider):
    facts, calls = look_up(provider, Answer(body=provider.delivered))
    assert (facts.provider, facts.tracking_number, facts.status) == (str(provider), provider.number, "delivered")
    assert facts.delivery_scan in facts.scans
    assert facts.delivery_scan.text
    assert facts.delivery_scan.country in ("DE", "DEU", "US")
    assert facts.delivered_at.tzinfo is not None
    assert facts.evidence()[0]["kind"] == "delivery_scan"
    assert len(calls) == 1 + len(provider.before)
    assert facts.body.startswith("{")


@EVERY
def test_its_name_is_its_modules_and_it_is_in_the_plan(provider):
    assert provider.module.__name__.rpartition(".")[2] == provider.module.NAME
    assert provider.module.NAME in providers.read_plan().providers


@EVERY
def test_its_statuses_have_a_meaning_and_a_source(provider):
    path = Path(provider.module.__file__).with_name(f"{provider.module.NAME}_statuses.yml")
    table = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    assert table["source"].startswith("https://")
    assert table["checked_on"]
    meanings = {value for name, codes in table.items() if name.startswith("status") for value in codes.values()}
    assert meanings <= set(STATUSES)


@EVERY
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(401), WRONG_KEY),
        (Answer(403), WRONG_KEY),
        (Answer(404), NOT_FOUND),
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
        (Answer(body="delivered"), NONSENSE),
    ],
    ids=[
        "401", "403", "404", "405", "redirect", "429", "500", "502", "503 later", "hangs up", "half a body", "nothing",
        "page", "bytes", "deep", "empty", "list", "null", "text",
    ],
)  # fmt: skip
def test_what_goes_wrong_is_named(provider, answer, kind):
    assert failure(provider, answer).kind == kind


@EVERY
def test_a_key_is_not_taken_along_to_another_host(provider):
    with ScriptedServer() as elsewhere:
        failure(provider, Answer(307, headers={"Location": f"{elsewhere.url}/steal"}))
        assert elsewhere.calls == []


@EVERY
def test_how_long_to_wait_is_told_in_seconds_as_a_date_or_as_a_reset(provider):
    assert failure(provider, Answer(429, headers={"Retry-After": "42"})).retry_after == 42
    in_a_minute = datetime.now(timezone.utc) + timedelta(seconds=60)
    assert 50 < failure(provider, Answer(429, headers={"Retry-After": format_datetime(in_a_minute)})).retry_after <= 60
    reset = str(int(in_a_minute.timestamp()))
    assert 50 < failure(provider, Answer(429, headers={"X-RateLimit-Reset": reset})).retry_after <= 60
    assert failure(provider, Answer(429, headers={"Retry-After": "86400"})).retry_after == 600
    assert failure(provider, Answer(429, headers={"Retry-After": "soon"})).retry_after is None


@EVERY
def test_who_never_answers_is_given_up_in_time(provider):
    began = time.monotonic()
    assert failure(provider, Answer(after=20), seconds=0.4).kind == SLOW
    assert time.monotonic() - began < 2


@EVERY
def test_who_answers_byte_by_byte_is_given_up_in_time(provider):
    began = time.monotonic()
    assert failure(provider, Answer(body=provider.delivered, drip=0.005), seconds=0.4).kind == SLOW
    assert time.monotonic() - began < 2


@EVERY
def test_who_is_not_there_is_unavailable(provider):
    with ScriptedServer() as server:
        url = server.url
    with pytest.raises(TrackingFailed) as raised:
        provider.module.look_up(provider.number, None, KEY, url)
    assert raised.value.kind == UNAVAILABLE


@EVERY
def test_an_endless_answer_is_not_read_to_its_end(provider):
    assert failure(provider, Answer(body=b" " * 2_100_000)).kind == REFUSED


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
def test_wrong_types_anywhere_are_named_or_do_not_matter(provider):
    """Facts are facts in every field, whatever one value of the answer has become."""
    broken = list(changed(provider.delivered, [None, 7, ["x"]]))
    assert len(broken) > 80
    with ScriptedServer(*provider.before) as server:
        outcomes = set()
        for data in broken:
            server.otherwise = Answer(body=data)
            try:
                facts = provider.module.look_up(provider.number, None, KEY, server.url)
            except TrackingFailed as error:
                outcomes.add(error.kind)
            else:
                outcomes.add("facts")
                check_types(facts)
    assert {"facts", NONSENSE} <= outcomes <= {"facts", NONSENSE, NOT_FOUND, REFUSED}


def check_types(facts: ParcelFacts):
    assert facts.status in STATUSES
    for name in ("signed_by", "place", "special", "pickup_point"):
        value = getattr(facts, name)
        assert value is None or (isinstance(value, str) and value), name
    for proof in facts.proofs:
        assert proof.kind in ("photo", "signature", "document")
        assert isinstance(proof.url, str) != isinstance(proof.body, bytes)
    for scan in facts.scans:
        assert scan.at is None or scan.at.tzinfo is not None
        assert scan.local_at is None or (scan.at is None and scan.local_at.tzinfo is None)
        for value in (scan.city, scan.postcode, scan.country, scan.area):
            assert value is None or (isinstance(value, str) and value)
    assert all(isinstance(row, dict) for row in facts.evidence())
