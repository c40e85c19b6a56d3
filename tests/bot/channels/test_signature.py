"""The signature on messages between Porchlight and a platform."""

import hashlib
import hmac
import time

import pytest

from bot.channels.signature import GRACE_SECONDS, BadSignature, sign, verify

SECRET, BODY, AT = "a-secret-for-tests", b'{"text": "nothing here"}', 1_763_900_000


def test_a_signature_is_exactly_the_contract():
    digest = hmac.new(SECRET.encode(), f"{AT}.".encode() + BODY, hashlib.sha256).hexdigest()
    assert sign(SECRET, BODY, AT) == f"t={AT},v1={digest}"


def test_a_signature_is_made_for_this_moment_and_taken_at_this_moment():
    header = sign(SECRET, BODY)
    assert abs(int(header[2:].split(",")[0]) - time.time()) < 5
    verify(SECRET, BODY, header)


@pytest.mark.parametrize("age", [0, GRACE_SECONDS, -GRACE_SECONDS])
def test_a_signature_is_good_for_five_minutes_in_both_directions(age):
    verify(SECRET, BODY, sign(SECRET, BODY, AT), now=AT + age)


@pytest.mark.parametrize("age", [GRACE_SECONDS + 1, -GRACE_SECONDS - 1, 86_400])
def test_a_stale_signature_is_refused(age):
    with pytest.raises(BadSignature, match="stale"):
        verify(SECRET, BODY, sign(SECRET, BODY, AT), now=AT + age)


@pytest.mark.parametrize("header", [None, ""])
def test_a_message_without_a_signature_is_refused(header):
    with pytest.raises(BadSignature, match="missing"):
        verify(SECRET, BODY, header, now=AT)


@pytest.mark.parametrize(
    "header",
    [
        "nonsense",
        f"t={AT}",
        "v1=00ff",
        f"t=,v1={'0' * 64}",
        f"t=-{AT},v1={'0' * 64}",
        f"t={AT}.5,v1={'0' * 64}",
        f"t=١٧٦٣٩٠٠٠٠٠,v1={'0' * 64}",
        f"t=²,v1={'0' * 64}",
        "t=noon,v1=00",
        ",,,=,=",
    ],
)
def test_a_malformed_signature_is_refused(header):
    with pytest.raises(BadSignature, match="malformed"):
        verify(SECRET, BODY, header, now=AT)


@pytest.mark.parametrize("digest", ["0" * 64, "ü" * 64, "\ud800", "签名"])
def test_a_wrong_digest_is_refused_in_any_characters(digest):
    with pytest.raises(BadSignature, match="does not fit"):
        verify(SECRET, BODY, f"t={AT},v1={digest}", now=AT)


def test_a_wrong_secret_is_refused():
    with pytest.raises(BadSignature, match="does not fit"):
        verify("another-secret", BODY, sign(SECRET, BODY, AT), now=AT)


@pytest.mark.parametrize("changed", [BODY + b" ", b"", BODY.replace(b"nothing", b"all")])
def test_a_changed_body_is_refused(changed):
    with pytest.raises(BadSignature, match="does not fit"):
        verify(SECRET, changed, sign(SECRET, BODY, AT), now=AT)


def test_a_signature_can_not_be_moved_to_another_time():
    later = sign(SECRET, BODY, AT).replace(str(AT), str(AT + 60))
    with pytest.raises(BadSignature, match="does not fit"):
        verify(SECRET, BODY, later, now=AT + 60)


@pytest.mark.parametrize("digits", [400, 5000])
def test_an_absurdly_long_time_is_refused_and_breaks_nothing(digits):
    with pytest.raises(BadSignature):
        verify(SECRET, BODY, f"t={'9' * digits},v1=00")


def test_the_body_is_signed_as_bytes_and_the_secret_may_be_in_any_characters():
    body = "没收到 📦".encode()
    verify("gehéim 密", body, sign("gehéim 密", body, AT), now=AT)


def test_spaces_and_unknown_parts_are_passed_over():
    time_part, digest_part = sign(SECRET, BODY, AT).split(",")
    verify(SECRET, BODY, f" {digest_part} , v0=old, {time_part}", now=AT)
