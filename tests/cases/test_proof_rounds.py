"""Proofs are fetched from a real server, whatever it does, kept once, and never changed."""

import gzip
import logging
import os
import sqlite3
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from cases import database, proofs, rules, settings
from cases.database import reading, transaction
from cases.digest import digest, is_unchanged
from cases.evidence_completeness import completeness
from cases.models import Case, CaseEvent, Proof
from cases.proof_rounds import ProofRounds
from tests.cases.pictures import PDF, picture
from tests.scripted_server import Answer, ScriptedServer

ROOT = Path(__file__).resolve().parents[2]
PHOTO = Answer(body=picture(), headers={"Content-Type": "image/jpeg"})


@pytest.fixture
def wanted(write):
    """``wanted(url)``: a look-up has told this address."""
    write()

    def note(url, kind="photo", conversation="c1"):
        with transaction() as session:
            case = session.query(Case).filter(Case.conversation_id == conversation).one()
            proofs.note_address(session, case, "CC1", "dhl", kind, url)

    return note


@pytest.fixture
def hurry(monkeypatch):
    """Limits that a test can wait for."""
    known = rules.load("proofs")
    limits = {**known["limits"], "connect_seconds": 0.5, "read_seconds": 0.3, "seconds": 0.6}
    monkeypatch.setattr(
        rules, "load", lambda name, real=rules.load: {**known, "limits": limits} if name == "proofs" else real(name)
    )


def rows():
    with reading() as session:
        found = session.query(Proof).order_by(Proof.id).all()
        for row in found:
            _ = row.body
        return found


def events(kind):
    with reading() as session:
        return [event for event in session.query(CaseEvent).order_by(CaseEvent.id) if event.kind == kind]


def make_due():
    with transaction() as session:
        for row in session.query(Proof).filter(Proof.status == "wanted"):
            row.next_attempt_at = datetime.now(timezone.utc) - timedelta(seconds=1)


def test_a_photo_is_fetched_and_kept_with_its_hash(wanted, record_of):
    with ScriptedServer(otherwise=PHOTO) as server:
        wanted(f"{server.url}/1.jpg?token=secret")
        assert ProofRounds().look() == 1
        [call] = server.calls
    [row] = rows()
    assert (row.status, row.media_type, row.body) == ("kept", "image/jpeg", PHOTO.body)
    assert (row.sha256, row.size) == (digest(PHOTO.body), len(PHOTO.body))
    assert row.kept_at.tzinfo is not None and is_unchanged(row)
    assert not {"Authorization", "Cookie", "Referer"} & set(call.headers)
    [event] = events("proof_kept")
    assert (event.actor, event.data["sha256"]) == ("system", row.sha256)


def test_the_same_address_is_fetched_once_over_look_ups_and_restarts(wanted):
    with ScriptedServer(otherwise=PHOTO) as server:
        for _ in range(2):
            wanted(server.url)
            assert ProofRounds().look() <= 1
            settings.settings.cache_clear()
            database._sessions.cache_clear()
        assert len(server.calls) == 1
    assert len(rows()) == 1


def test_the_same_file_at_an_address_with_a_new_token_is_kept_once(wanted):
    with ScriptedServer(otherwise=PHOTO) as server:
        wanted(f"{server.url}?token=1")
        wanted(f"{server.url}?token=2")
        ProofRounds().look()
    assert [row.status for row in rows()] == ["kept", "the_same"]
    assert rows()[1].body is None and len(events("proof_kept")) == 1


def test_addresses_without_end_do_not_pile_up(wanted):
    most = rules.load("proofs")["limits"]["most_of_a_case"]
    for number in range(most + 3):
        wanted(f"https://proof.example/{number}")
    assert len(rows()) == most


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(401), "not_allowed"),
        (Answer(404), "not_there"),
        (Answer(418), "refused"),
        (Answer(429, headers={"Retry-After": "3600"}), "busy"),
        (Answer(500), "unavailable"),
        (Answer(hang_up=True), "unavailable"),
        (Answer(body=picture(size=(400, 300)), cut=True), "unavailable"),
        (Answer(body=picture(size=(400, 300))[:900]), "broken"),
        (Answer(body=b"<html>Please sign in</html>", headers={"Content-Type": "image/jpeg"}), "wrong_type"),
        (Answer(after=5), "slow"),
        (Answer(body=picture(), drip=0.2), "slow"),
        (Answer(302, headers={"Location": "/again"}), "redirects"),
    ],
)
def test_what_did_not_come_is_tried_again_later(wanted, hurry, answer, reason):
    with ScriptedServer(answer, otherwise=answer if answer.status == 302 else PHOTO) as server:
        wanted(server.url)
        began = time.monotonic()
        assert ProofRounds().look() == 1
        assert time.monotonic() - began < 3
        [row] = rows()
        assert (row.status, row.reason, row.attempts, row.body) == ("wanted", reason, 1, None)
        assert row.next_attempt_at > datetime.now(timezone.utc)
        if reason == "busy":
            assert row.next_attempt_at > datetime.now(timezone.utc) + timedelta(minutes=50)
        assert ProofRounds().look() == 0, "not before its time"
        if answer.status != 302:
            make_due()
            ProofRounds().look()
            assert [row.status for row in rows()] == ["kept"]
    assert not events("proof_failed")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(302, headers={"Location": "http://169.254.169.254/latest/meta-data"}), "address_refused"),
        (Answer(302, headers={"Location": "http://10.0.0.1/"}), "address_refused"),
        (Answer(302, headers={"Location": "file:///etc/passwd"}), "address_refused"),
        (Answer(body=b"\xff\xd8\xff" + b"x" * 50_000_000), "too_large"),
        (Answer(body=gzip.compress(b"x" * 50_000_000), headers={"Content-Encoding": "gzip"}), "too_large"),
    ],
)
def test_what_can_never_come_is_given_up_at_once_and_the_agent_sees_it(wanted, answer, reason):
    with ScriptedServer(answer) as server:
        wanted(server.url)
        ProofRounds().look()
        assert len(server.calls) == 1
    [row] = rows()
    assert (row.status, row.reason) == ("failed", reason)
    [event] = events("proof_failed")
    assert event.data == {"proof_id": row.id, "proof_kind": "photo", "why": reason}


def test_a_redirect_to_a_public_place_is_followed(wanted):
    with ScriptedServer(otherwise=PHOTO) as there, ScriptedServer(Answer(302, headers={"Location": there.url})) as here:
        wanted(here.url)
        ProofRounds().look()
    assert [row.status for row in rows()] == ["kept"]


def test_after_the_last_attempt_it_is_given_up_until_an_agent_tries_again(wanted):
    most = rules.load("proofs")["attempts"]
    with ScriptedServer(*[Answer(404)] * most, otherwise=Answer(body=PDF)) as server:
        wanted(server.url, "document")
        pauses = []
        for _ in range(most):
            ProofRounds().look()
            if rows()[0].next_attempt_at:
                pauses.append(rows()[0].next_attempt_at - datetime.now(timezone.utc))
            make_due()
        assert [row.status for row in rows()] == ["failed"] and len(events("proof_failed")) == 1
        assert pauses == sorted(pauses) and pauses[-1] > timedelta(hours=4)
        with transaction() as session:
            proofs.try_again(session, session.query(Proof).one(), "lena")
        ProofRounds().look()
    assert [(row.status, row.media_type) for row in rows()] == [("kept", "application/pdf")]
    assert [event.actor for event in events("proof_retried")] == ["lena"]


def test_production_calls_no_address_of_this_machine(wanted, monkeypatch):
    with ScriptedServer(otherwise=PHOTO) as server:
        wanted(server.url)
        wanted(server.url.replace("http://", "https://"))
        for name in ("PLATFORM_SECRET", "PLATFORM_REPLIES_URL", "API_TOKEN"):
            monkeypatch.setenv(f"PORCHLIGHT_{name}", "something")
        monkeypatch.setenv("PORCHLIGHT_MODE", "production")
        settings.settings.cache_clear()
        ProofRounds().look()
        assert not server.calls
    assert {row.reason for row in rows()} == {"address_refused"}


def test_a_claim_of_a_process_that_died_ends_by_itself(wanted):
    with ScriptedServer(otherwise=PHOTO) as server:
        wanted(server.url)
        with transaction() as session:
            assert proofs.claim_due(session) is not None
        assert ProofRounds().look() == 0, "another process has it"
        make_due()
        assert ProofRounds().look() == 1
    assert [(row.status, row.attempts) for row in rows()] == [("kept", 2)]


def test_two_attempts_that_both_bring_it_keep_it_once(wanted):
    wanted("https://proof.example/1")
    for body in (picture(), picture(colour=(0, 0, 0))):
        with transaction() as session:
            proofs.keep(session, 1, body, "image/jpeg")
    assert [row.body for row in rows()] == [picture()] and len(events("proof_kept")) == 1
    with transaction() as session:
        proofs.note_failure(session, 1, "slow")
    assert rows()[0].status == "kept"


def test_a_stopping_process_leaves_the_rest_and_loses_no_attempt(wanted):
    with ScriptedServer(otherwise=Answer(body=picture(), drip=0.05)) as server:
        wanted(server.url)
        rounds = ProofRounds()
        rounds.stop()
        assert rounds.look() == 0 and not server.calls
        with transaction() as session:
            proofs.note_failure(session, proofs.claim_due(session).proof_id, "stopped")
    assert [(row.status, row.attempts) for row in rows()] == [("wanted", 0)]


def test_a_locked_database_keeps_nothing_from_being_fetched_later(wanted, var, monkeypatch):
    with ScriptedServer(otherwise=PHOTO) as server:
        wanted(server.url)
        monkeypatch.setattr(database, "SQLITE_BUSY_SECONDS", 0.1)
        database._sessions.cache_clear()
        other = sqlite3.connect(var / "cases.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert ProofRounds().look() == 0
        other.execute("ROLLBACK")
        other.close()
        assert ProofRounds().look() == 1


def test_what_is_kept_can_not_be_changed(wanted):
    wanted("https://proof.example/1")
    with transaction() as session:
        proofs.keep(session, 1, PDF, "application/pdf")
    for name, value in (
        ("body", b"other"),
        ("sha256", "0" * 64),
        ("status", "wanted"),
        ("url", "https://other.example"),
    ):
        with pytest.raises(proofs.KeptProofChanged), transaction() as session:
            setattr(session.get(Proof, 1), name, value)
    assert rows()[0].body == PDF


def test_a_file_in_the_answer_is_kept_at_once_and_nonsense_is_left_out(write):
    write()
    for body in (picture("GIF"), picture("GIF"), b"no picture"):
        with transaction() as session:
            proofs.note_file(session, session.query(Case).one(), "1Z", "ups", "signature", body)
    assert [(row.status, row.kind, row.media_type) for row in rows()] == [("kept", "signature", "image/gif")]
    assert len(events("proof_kept")) == 1


def test_a_kept_proof_completes_the_evidence(write, record_of):
    write()
    assert "proof_of_delivery" in completeness(record_of()).missing
    with transaction() as session:
        case = session.query(Case).one()
        proofs.note_address(session, case, "1Z", "dhl", "photo", "https://proof.example/1")
        assert "proof_of_delivery" in completeness(case).missing, "one that has not come yet is none"
        proofs.add_by_hand(session, case, "lena", "document", PDF)
        session.expire(case)
        assert "proof_of_delivery" not in completeness(case).missing


def test_neither_address_nor_token_is_logged(wanted, caplog):
    caplog.set_level(logging.DEBUG)
    logging.getLogger("urllib3").setLevel(logging.WARNING)
    with ScriptedServer(Answer(500), otherwise=PHOTO) as server:
        wanted(f"{server.url}/path?token=secret")
        ProofRounds().look()
        make_due()
        ProofRounds().look()
    told = "\n".join(record.getMessage() for record in caplog.records)
    assert "proof 1 is kept" in told and "secret" not in told


@pytest.mark.processes
def test_the_clock_fetches_beside_its_follow_ups(wanted):
    with ScriptedServer(otherwise=PHOTO) as server:
        wanted(server.url)
        process = subprocess.Popen([sys.executable, "-m", "cases.clockwork"], cwd=ROOT, env=dict(os.environ))
        try:
            end = time.monotonic() + 60
            while rows()[0].status != "kept":
                assert time.monotonic() < end and process.poll() is None
                time.sleep(0.1)
            process.terminate()
            assert process.wait(20) == 0
        finally:
            process.kill()
            process.wait()
