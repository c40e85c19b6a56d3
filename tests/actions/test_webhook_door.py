"""The door for webhooks, at an action server as the launcher starts it: what it answers, and what is stored then."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import requests

from actions.tracking import providers
from cases import database, evidence, parcels, record, settings
from cases.database import reading, transaction
from cases.digest import is_unchanged
from cases.models import InboxMessage
from deploy.launcher.installation import ROOT
from tests.actions.tracking.webhooks import SECRET, event, signed, signed_with_time

NUMBERS = {"easypost": "EZ4000000004", "aftership": "CC731010015DE", "seventeen_track": "CC731010015DE"}
FACTS = {
    "order_id": "DEMO-1001",
    "marketplace": "sandbox",
    "buyer": {"buyer_id": "demo-buyer"},
    "address": {},
    "value": {"amount": 1.0, "currency": "EUR"},
    "dispute_open": False,
}


@dataclass
class Door:
    """A running action server and its log."""

    url: str
    log: Path

    def takes(self, name, content, headers=None, **more):
        """Posts a webhook, well signed unless told otherwise; the status and what is answered."""
        body, own = signed(name, content)
        path = f"{self.url}/webhooks/tracking/{name}"
        answer = requests.post(path, data=body, headers=own if headers is None else headers, timeout=20, **more)
        return answer.status_code, answer.json()


@pytest.fixture(scope="module")
def door(tmp_path_factory):
    """Started with the launcher's command; its case database is that of the test process, too."""
    var = tmp_path_factory.mktemp("door")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {"PORCHLIGHT_VAR": str(var), "SANIC_HOST": "127.0.0.1"}
    own |= {
        about["webhook_secret"]: SECRET for about in providers.plan().providers.values() if "webhook_secret" in about
    }
    outside = {name: value for name, value in os.environ.items() if not name.startswith("PORCHLIGHT_")}
    command = [sys.executable, "-m", "rasa_sdk", "--port", str(port), "--actions", "actions"]
    log = var / "actions.log"
    with pytest.MonkeyPatch.context() as patch, log.open("wb") as output:
        patch.setenv("PORCHLIGHT_VAR", str(var))
        patch.delenv("PORCHLIGHT_CASES_URL", raising=False)
        _forget()
        database.upgrade()
        process = subprocess.Popen(command, cwd=ROOT, env={**outside, **own}, stdout=output, stderr=output)
        try:
            running = Door(f"http://127.0.0.1:{port}", log)
            _wait_for(running, process)
            yield running
        finally:
            process.terminate()
            process.wait(timeout=20)
            _forget()


def _forget():
    settings.settings.cache_clear()
    database._sessions.cache_clear()


def _wait_for(running, process):
    end = time.monotonic() + 90
    while True:
        assert process.poll() is None and time.monotonic() < end, running.log.read_text()
        try:
            if requests.get(f"{running.url}/health", timeout=2).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.1)


@pytest.fixture(params=NUMBERS)
def name(request):
    return request.param


@pytest.fixture
def case(door, request):
    """``case(number)`` opens a case with this parcel; ``case()`` reads it."""
    conversation = request.node.name

    def open_or_read(number=None):
        with transaction() as session:
            found = record.open_case(session, conversation, "platform")
            if number:
                facts = {**FACTS, "parcels": [{"tracking_number": number, "carrier": None}]}
                evidence.note_tracking(session, found, number, "in_transit", None, None, [], facts, [])
                parcels.note(session, found, {number: parcels.ParcelState("in_transit")})
        with reading() as session:
            found = record.case_of_conversation(session, conversation)
            list(found.events), list(found.snapshots)
            return found

    return open_or_read


def waiting(case):
    with reading() as session:
        return session.query(InboxMessage).filter_by(kind="tracking_news", case_id=case.id).count()


def test_a_signed_webhook_is_stored_before_it_is_answered(door, case, name):
    case(NUMBERS[name])
    body, headers = signed(name, event(name))
    assert door.takes(name, body, headers) == (200, {"status": "stored"})
    stored = case()
    assert stored.tracking_status == "delivered"
    assert stored.snapshots[-1].body == body.decode() and is_unchanged(stored.snapshots[-1])
    assert waiting(stored) == 1
    assert door.takes(name, body, headers) == (200, {"status": "stored"})
    assert (len(case().snapshots), waiting(stored)) == (1, 1)


def test_whoever_does_not_sign_changes_nothing(door, case, name):
    before = case(NUMBERS[name])
    unsigned = door.takes(name, event(name), {})
    wrong = door.takes(name, event(name), signed(name, event(name), "another-secret")[1])
    assert (unsigned[0], wrong[0]) == (401, 401)
    assert (case().tracking_status, waiting(before)) == ("in_transit", 0)
    assert SECRET not in door.log.read_text() and NUMBERS[name] not in door.log.read_text()


def test_a_stale_one_changes_nothing(door, case):
    before = case(NUMBERS["easypost"])
    body, headers = signed_with_time(event("easypost"), datetime.now(timezone.utc) - timedelta(minutes=6))
    assert door.takes("easypost", body, headers) == (401, {"error": "the signature is stale"})
    assert waiting(before) == 0


@pytest.mark.parametrize("content", [b"", b"nonsense", b"[]", b"{}", b"\xff\xfe", b"[" * 100_000, {"event": 7}])
def test_nonsense_that_is_signed_is_refused(door, name, content):
    status, answer = door.takes(name, content)
    assert (status, set(answer)) == (400, {"error"})


def test_an_unknown_parcel_and_another_matter_are_taken_and_dropped(door):
    unknown = event("easypost")
    unknown["result"]["tracking_code"] = "EZ0000000000"
    assert door.takes("easypost", unknown) == (200, {"status": "unknown_parcel"})
    other = {"description": "batch.updated", "result": {"object": "Batch"}}
    assert door.takes("easypost", other) == (200, {"status": "ignored"})


def test_too_much_is_refused(door):
    status, _ = door.takes("easypost", {**event("easypost"), "padding": "x" * 2_000_000})
    assert status == 413


@pytest.mark.parametrize("name", ["dhl", "ups", "nobody", "..%2Feasypost"])
def test_who_sends_no_webhooks_has_no_door(door, name):
    answer = requests.post(f"{door.url}/webhooks/tracking/{name}", data=b"{}", timeout=20)
    assert answer.status_code == 404


def test_with_a_locked_database_it_is_to_be_sent_again(door, case):
    before = case(NUMBERS["easypost"])
    locked = sqlite3.connect(database._sessions(settings.settings().cases_url).kw["bind"].url.database)
    locked.execute("BEGIN IMMEDIATE")
    try:
        status, answer = door.takes("easypost", event("easypost"))
    finally:
        locked.rollback()
        locked.close()
    assert (status, "send it again" in answer["error"]) == (503, True)
    assert (case().tracking_status, waiting(before)) == ("in_transit", 0)
    assert door.takes("easypost", event("easypost")) == (200, {"status": "stored"})
    assert waiting(before) == 1


def test_the_action_servers_own_doors_are_as_they_were(door):
    assert "action_follow_up" in {one["name"] for one in requests.get(f"{door.url}/actions", timeout=20).json()}
    call = {"next_action": "action_nobody", "tracker": {"sender_id": "x"}, "version": "3.6.21"}
    assert requests.post(f"{door.url}/webhook", data=json.dumps(call), timeout=20).status_code == 404


def test_another_address_or_method_is_no_fault_of_the_server(door):
    before = len(door.log.read_text(encoding="utf-8"))
    assert requests.post(f"{door.url}/webhooks/tracking", data=b"{", timeout=20).status_code == 404
    assert requests.get(f"{door.url}/webhooks/tracking/easypost", timeout=20).status_code == 405
    assert "Traceback" not in door.log.read_text(encoding="utf-8")[before:]
