"""`make tracking`: a person sees what is understood of a parcel, or why nobody could tell and what to do about it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from actions.tracking import command, ups
from actions.tracking.parcel_facts import STATUSES
from tests.actions.tracking.providers_under_test import KEY, PROVIDERS
from tests.actions.tracking.samples import samples
from tests.scripted_server import Answer, ScriptedServer

VARIABLES = {
    "easypost": "PORCHLIGHT_EASYPOST_KEY",
    "aftership": "PORCHLIGHT_AFTERSHIP_KEY",
    "seventeen_track": "PORCHLIGHT_17TRACK_KEY",
    "dhl": "PORCHLIGHT_DHL_KEY",
    "ups": "PORCHLIGHT_UPS_KEY",
}
BY_NAME = {str(provider): provider for provider in PROVIDERS}
ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """Nobody has a key, and no token is left from an earlier test."""
    for variable in (*VARIABLES.values(), "PORCHLIGHT_TRACKING_FILE", "PORCHLIGHT_MODE"):
        monkeypatch.delenv(variable, raising=False)
    ups.TOKENS.forget()


@pytest.fixture
def shown(monkeypatch, tmp_path):
    """``shown(arguments, name=answers)``: the exit code and all that is said when these providers answer so."""

    def run(*arguments, limits="", **scripts):
        servers = {name: ScriptedServer(*script) for name, script in scripts.items()}
        lines = [f"  {name}: {{address: '{server.url}'}}" for name, server in servers.items()]
        path = tmp_path / "my.yml"
        path.write_text("providers:\n" + "\n".join(lines) + limits, encoding="utf-8")
        if servers:
            monkeypatch.setenv("PORCHLIGHT_TRACKING_FILE", str(path))
        for name in servers:
            monkeypatch.setenv(VARIABLES[name], KEY)
            servers[name].__enter__()
        said = []
        try:
            code = command.main(arguments, said.append)
        finally:
            for server in servers.values():
                server.__exit__()
        run.calls = {name: server.calls for name, server in servers.items()}
        text = "\n".join(said)
        assert KEY not in text and "a-key-for-tests" not in text and "a-token-for-tests" not in text
        return code, text

    return run


@pytest.mark.parametrize("provider", PROVIDERS, ids=str)
def test_an_answer_is_shown_with_status_class_scans_and_evidence(shown, provider):
    carrier = {"dhl": "DHL", "ups": "UPS"}.get(str(provider), "other")
    script = {str(provider): [*provider.before, Answer(body=provider.delivered)]}
    code, text = shown(provider.number, "--carrier", carrier, **script)
    assert code == 0
    assert f"{provider} answered: delivered (delivered)" in text
    assert "Class: D" in text
    assert "kind delivery_scan" in text
    assert "2026-11-20" in text


def test_everything_about_a_parcel_is_told_in_plain_words(shown):
    code, text = shown("CC731010015DE", "--carrier", "DHL", dhl=[Answer(body=dhl_answer("CC731010015DE"))])
    assert code == 0
    assert "CC731010015DE fits DHL Paket, international parcel (check digit right)" in text
    assert "Asked, in this order: dhl" in text
    assert "easypost has no key: PORCHLIGHT_EASYPOST_KEY is not set" in text
    assert "Class: D4 (left with a neighbour; an order's address may make it D13, a mismatch)" in text
    assert "The shipment has been delivered to a neighbour" in text
    assert "signed_by M. Keller" in text
    assert "+0100" in text or "+0000" in text


def dhl_answer(number):
    """DHL's sample, about another number."""
    data = samples("dhl")["delivered"]
    data["shipments"][0]["id"] = number
    return data


def test_the_postcode_goes_along_and_makes_a_mismatch_seen(shown):
    answer = BY_NAME["easypost"].answer()
    code, text = shown("EZ1000000001", "--postcode", "20095", easypost=[Answer(body=answer)])
    assert code == 0
    assert "Class: D13 (scanned elsewhere, or on its way after the delivery)" in text
    _, text = shown("EZ1000000001", "--postcode", "10115", easypost=[Answer(body=answer)])
    assert "Class: D2 (left in the letterbox)" in text


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer(401), "dhl does not take the key. Make a new one in your account there and put it into PORCHLIGHT_DHL"),
        (Answer(404), "dhl does not know this number. Check number and carrier"),
        (Answer(429, headers={"Retry-After": "90"}), "dhl has been asked too often. Wait a while; it says 90 seconds"),
        (Answer(500), "dhl can not be reached, or has a fault on its side"),
        (Answer(400), "dhl does not take this request"),
        (Answer(body=b"<html>"), "dhl answered in another shape than documented"),
        (Answer(hang_up=True), "dhl can not be reached"),
    ],
)
def test_who_could_not_tell_and_why_and_what_to_do(shown, answer, told):
    code, text = shown("CC731010015DE", "--carrier", "DHL", dhl=[answer])
    assert code == 1
    assert told in text
    assert "answered: " not in text


def test_who_is_silent_is_given_up(shown):
    limits = "\nlimits: {seconds: 0.5}\n"
    code, text = shown("CC731010015DE", "--carrier", "DHL", limits=limits, dhl=[Answer(after=5)])
    assert (code, "dhl did not answer in time" in text) == (1, True)


def test_after_a_failure_the_next_one_is_asked(shown):
    answer = BY_NAME["easypost"].answer()
    code, text = shown("EZ1000000001", "--carrier", "DHL", dhl=[Answer(503)], easypost=[Answer(body=answer)])
    assert code == 0
    assert text.index("dhl can not be reached") < text.index("easypost answered: delivered")
    assert [len(calls) for calls in shown.calls.values()] == [1, 1]


def test_an_answer_without_a_status_is_no_success(shown):
    answer = {**BY_NAME["easypost"].answer(), "status": "unknown", "tracking_details": []}
    code, text = shown("EZ1000000001", easypost=[Answer(body=answer)])
    assert (code, "easypost answered: unknown (not known)" in text) == (1, True)


def test_a_text_that_says_otherwise_is_shown(shown):
    answer = BY_NAME["easypost"].answer()
    answer["tracking_details"][0]["message"] = "Notice Left"
    _, text = shown("EZ1000000001", easypost=[Answer(body=answer)])
    assert "easypost answered: delivered" in text
    assert "The carrier's text says otherwise: attempted" in text


def test_a_fault_of_ours_is_no_crash_and_tells_no_secret(shown, monkeypatch):
    from actions.tracking import dhl

    def broken(*_, **__):
        raise RuntimeError(f"the key was {KEY}")

    monkeypatch.setattr(dhl, "look_up", broken)
    code, text = shown("CC731010015DE", "--carrier", "DHL", dhl=[])
    assert (code, "RuntimeError" in text) == (1, True)


@pytest.mark.parametrize(
    ("carrier", "first", "others"),
    [("DHL", "dhl", ["easypost", "aftership", "seventeen_track"]), ("USPS", "easypost", ["aftership"])],
)
def test_without_keys_the_variables_are_named_the_preferred_provider_first(shown, carrier, first, others):
    code, text = shown("CC731010015DE", "--carrier", carrier)
    assert code == 2
    named = [line.split()[0] for line in text.splitlines() if "has no key" in line]
    assert named[0] == first and set(others) <= set(named)
    assert VARIABLES[first] in text


def test_a_setting_that_can_not_be_read_is_told(shown, monkeypatch):
    monkeypatch.setenv("PORCHLIGHT_TRACKING_FILE", "/nowhere/my.yml")
    code, text = shown("CC731010015DE")
    assert (code, "The settings can not be read" in text) == (2, True)


def test_a_number_in_no_format_is_asked_about_all_the_same(shown):
    code, text = shown("HELLO", easypost=[Answer(422)])
    assert (code, "in no format that is known" in text, len(shown.calls["easypost"])) == (1, True, 1)


def test_no_number_is_told(shown):
    code, text = shown(" ")
    assert (code, "NUMBER=" in text) == (2, True)


def test_every_status_class_and_failure_has_words():
    from actions.tracking import parcel_facts

    kinds = {value for name, value in vars(parcel_facts).items() if name.isupper() and isinstance(value, str)}
    assert set(command._WORDS["status"]) == set(STATUSES)
    assert set(command._WORDS["class"]) == {f"D{number}" for number in range(15)}
    assert set(command._WORDS["failed"]) == kinds


def test_as_a_command_it_ends_with_the_exit_code():
    environment = {name: value for name, value in os.environ.items() if name not in VARIABLES.values()}
    done = subprocess.run(
        [sys.executable, "-m", "actions.tracking.command", "CC731010015DE"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (2, "")
    assert "PORCHLIGHT_DHL_KEY is not set" in done.stdout
