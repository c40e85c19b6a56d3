"""Whether a provider has sent a webhook, and what it says of a parcel."""

import json
from datetime import datetime, timedelta, timezone

import pytest

from actions.tracking import aftership, easypost, providers, seventeen_track
from actions.tracking.webhook_signature import BadSignature
from cases import settings
from tests.actions.tracking.webhooks import SECRET, event, signed, signed_with_time

MODULES = {"easypost": easypost, "aftership": aftership, "seventeen_track": seventeen_track}
BODY = b'{"description":"tracker.updated"}'


def now():
    """The machine's time: a test may begin long after this file was read."""
    return datetime.now(timezone.utc)


@pytest.fixture(params=MODULES)
def name(request):
    return request.param


def test_what_is_signed_by_the_documented_recipe_is_the_providers(name):
    body, headers = signed(name, event(name))
    MODULES[name].verify_webhook(headers, body, SECRET)


@pytest.mark.parametrize(
    ("name", "headers", "body", "secret"),
    [
        # Computed with openssl, not by us. EasyPost's own sample (the fixtures of its client libraries) is verified
        # with the secret "sécret", which is why the second one has an accent in each of Unicode's two forms.
        (
            "easypost",
            {"X-Hmac-Signature": "hmac-sha256-hex=48231207ed235b6edffe2b224a74d174ab1d7d5f114933daafad706e7c0d44a1"},
            BODY,
            "a-secret",
        ),
        ("aftership", {"aftership-hmac-sha256": "SCMSB+0jW27f/isiSnTRdKsdfV8RSTPar61wbnwNRKE="}, BODY, "a-secret"),
        # The concatenation that 17TRACK's document shows.
        (
            "seventeen_track",
            {"sign": "45acb4a6f4a194a6ac1f0f712182c4e314b1ae9399941ea086987408f3166994"},
            b'{"event":"TRACKING_UPDATED","data":{"number":"RR123456789CN","carrier":3011,"tag":null}}',
            "123456ABCDEF",
        ),
    ],
)
def test_signatures_that_were_made_elsewhere_fit(name, headers, body, secret):
    MODULES[name].verify_webhook(headers, body, secret)


def test_easyposts_secret_counts_in_one_of_unicodes_forms():
    composed, decomposed = "s\u00e9cret", "se\u0301cret"
    body, headers = signed("easypost", BODY, decomposed)
    easypost.verify_webhook(headers, body, composed)
    easypost.verify_webhook(headers, body, decomposed)


def test_an_unsigned_one_is_refused(name):
    with pytest.raises(BadSignature, match="missing"):
        MODULES[name].verify_webhook({}, BODY, SECRET)


@pytest.mark.parametrize("garbage", ["", "x", "hmac-sha256-hex=", "é\udcff", "0" * 64])
def test_garbage_is_refused(name, garbage):
    [header] = signed(name, BODY)[1]
    with pytest.raises(BadSignature):
        MODULES[name].verify_webhook({header: garbage}, BODY, SECRET)


def test_another_secret_and_another_body_are_refused(name):
    body, headers = signed(name, BODY, "another-secret")
    with pytest.raises(BadSignature, match="does not fit"):
        MODULES[name].verify_webhook(headers, body, SECRET)
    body, headers = signed(name, BODY)
    with pytest.raises(BadSignature, match="does not fit"):
        MODULES[name].verify_webhook(headers, body + b" ", SECRET)


def test_no_refusal_tells_secret_or_body(name):
    with pytest.raises(BadSignature) as refusal:
        MODULES[name].verify_webhook(signed(name, BODY, "another")[1], BODY + b" ", SECRET)
    assert SECRET not in str(refusal.value) and "tracker" not in str(refusal.value)


def test_easyposts_newer_signature_counts_as_well():
    body, headers = signed_with_time(BODY, now())
    easypost.verify_webhook(headers, body, SECRET)
    easypost.verify_webhook({**headers, **signed("easypost", BODY)[1]}, body, SECRET)


@pytest.mark.parametrize("away", [timedelta(minutes=6), timedelta(minutes=-6), timedelta(days=2)])
def test_a_stale_one_is_refused_whatever_else_fits(away):
    body, headers = signed_with_time(BODY, now() - away)
    for sent in (headers, {**headers, **signed("easypost", BODY)[1]}):
        with pytest.raises(BadSignature, match="stale"):
            easypost.verify_webhook(sent, body, SECRET)


@pytest.mark.parametrize("changed", ["X-Path", "X-Timestamp", "X-Hmac-Signature-V2"])
def test_the_newer_signature_covers_time_and_path(changed):
    body, headers = signed_with_time(BODY, now())
    other = signed_with_time(b"{}", now() + timedelta(seconds=9), path="/other")[1]
    with pytest.raises(BadSignature):
        easypost.verify_webhook({**headers, changed: other[changed]}, body, SECRET)


@pytest.mark.parametrize("stamp", ["yesterday", "Tue, 99 Aug 2025 20:37:09 -0000", "1763640000"])
def test_a_time_that_nobody_can_read_is_refused(stamp):
    body, headers = signed_with_time(BODY, now())
    with pytest.raises(BadSignature):
        easypost.verify_webhook({**headers, "X-Timestamp": stamp}, body, SECRET)


def test_a_webhook_says_of_a_parcel_what_a_look_up_would(name):
    body = json.dumps(event(name))
    facts = MODULES[name].read_webhook(body)
    assert (facts.provider, facts.status, facts.body) == (name, "delivered", body)
    assert facts.tracking_number == ("EZ4000000004" if name == "easypost" else "CC731010015DE")
    assert facts.scanned_at == max(scan.at for scan in facts.scans if scan.at)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("easypost", {"description": "batch.updated", "result": {"object": "Batch"}}),
        ("aftership", {"event": "something_else", "msg": {}}),
        ("seventeen_track", {"event": "TRACKING_STOPPED", "data": {"number": "CC731010015DE", "carrier": 7041}}),
    ],
)
def test_what_tells_of_something_else_is_no_news(name, content):
    assert MODULES[name].read_webhook(json.dumps(content)) is None


@pytest.mark.parametrize("name", ["easypost", "aftership", "seventeen_track"])
def test_each_has_a_variable_for_its_secret(name, monkeypatch):
    variable = providers.plan().providers[name]["webhook_secret"]
    monkeypatch.setenv(variable, "set")
    sender = providers.plan().sender(name)
    assert (sender.module, sender.secret) == (MODULES[name], "set")
    assert "set'" not in repr(sender)


def test_nothing_is_taken_without_a_secret_nor_from_whoever_sends_no_webhooks(monkeypatch):
    for name, value in {
        "PORCHLIGHT_MODE": "production",
        "PORCHLIGHT_PLATFORM_SECRET": "x",
        "PORCHLIGHT_PLATFORM_REPLIES_URL": "x",
        "PORCHLIGHT_API_TOKEN": "x",
    }.items():
        monkeypatch.setenv(name, value)
    for name in MODULES:
        monkeypatch.delenv(providers.plan().providers[name]["webhook_secret"], raising=False)
    settings.settings.cache_clear()
    try:
        assert [providers.plan().sender(name) for name in (*MODULES, "dhl", "ups", "nobody", "../easypost")] == [
            None
        ] * 7
    finally:
        settings.settings.cache_clear()
