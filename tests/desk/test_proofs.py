"""Proofs on the desk: seen, downloaded, added, fetched again, made fit for buyers; and how complete the evidence is."""

import io
from datetime import datetime, timezone

import pytest
import requests
from PIL import Image

from cases import evidence, proofs
from cases.database import reading, transaction
from cases.digest import digest
from cases.models import BuyerPicture, Case, CaseEvent, Proof
from tests.cases.pictures import GPS, PDF, picture
from tests.desk.running_desk import Forms

PHOTO = picture(size=(400, 200), gps=True)


@pytest.fixture
def case_id(write):
    """A case that holds one photo, and waits for another."""
    number = write("Where is it?")
    with transaction() as session:
        case = session.get(Case, number)
        proofs.note_address(session, case, "CC1", "dhl", "photo", "https://proof.example/1")
        proofs.keep(session, 1, PHOTO, "image/jpeg")
        proofs.note_address(session, case, "CC1", "dhl", "signature", "https://proof.example/2?token=secret")
    return number


def rows(table=Proof):
    with reading() as session:
        return session.query(table).order_by(table.id).all()


def events(kind):
    with reading() as session:
        return [event for event in session.query(CaseEvent) if event.kind == kind]


def upload(agent, case_id, body, kind="photo", name="proof.jpg", **more):
    token = more.pop("token", None) or Forms(agent.get(f"/cases/{case_id}").text).token
    files = {"file": (name, body, "image/jpeg")}
    data = {"form_token": token, "kind": kind}
    return agent.browser.post(f"{agent.url}/cases/{case_id}/proofs", data=data, files=files, **more)


def test_a_case_shows_its_proofs_with_time_and_hash(agent, case_id):
    page = agent.get(f"/cases/{case_id}").text
    assert f'src="/cases/{case_id}/proofs/1/thumbnail"' in page and digest(PHOTO) in page
    assert "Is being fetched from the carrier" in page and "secret" not in page
    assert "unchanged since it was stored" in page
    with transaction() as session:
        session.execute(Proof.__table__.update().where(Proof.id == 1).values(body=b"other"))
    assert "CHANGED since it was stored" in agent.get(f"/cases/{case_id}").text


def test_a_proof_is_served_as_a_file_that_runs_nothing(agent, case_id):
    answer = agent.get(f"/cases/{case_id}/proofs/1")
    assert (answer.content, answer.headers["content-type"]) == (PHOTO, "image/jpeg")
    assert answer.headers["content-disposition"] == f'attachment; filename="case-{case_id}-proof-1.jpg"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "script-src" not in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-sha256"] == digest(PHOTO)
    small = agent.get(f"/cases/{case_id}/proofs/1/thumbnail")
    seen = Image.open(io.BytesIO(small.content))
    assert seen.size == (320, 160) and not dict(seen.getexif())


@pytest.mark.parametrize("path", ["", "/thumbnail", "/preview", "/release"])
def test_nobody_else_sees_a_proof(agent, case_id, write, path):
    other = write("Another", conversation="conv-2")
    assert agent.get(f"/cases/{other}/proofs/1{path}").status_code == 404
    assert agent.get(f"/cases/{case_id}/proofs/2{path}").status_code == 404, "it has not come yet"
    stranger = requests.get(f"{agent.url}/cases/{case_id}/proofs/1{path}", allow_redirects=False, timeout=10)
    assert stranger.status_code == 303 and "/sign-in" in stranger.headers["location"]


def test_an_agent_adds_what_the_carrier_mailed(agent, case_id):
    answer = upload(agent, case_id, PDF, "document", "../../Proof <b>.exe")
    assert answer.status_code == 200 and "The proof is kept." in answer.text
    row = rows()[-1]
    assert (row.status, row.kind, row.media_type, row.provider, row.added_by, row.tracking_number) == (
        "kept", "document", "application/pdf", "agent", "lena", None,
    )  # fmt: skip
    assert [event.actor for event in events("proof_added")] == ["lena"]
    file = agent.get(f"/cases/{case_id}/proofs/{row.id}")
    assert (file.content, file.headers["content-type"]) == (PDF, "application/pdf")
    assert "exe" not in file.headers["content-disposition"]
    assert agent.get(f"/cases/{case_id}/proofs/{row.id}/thumbnail").status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "why"),
    [
        (b"<html><script>alert(1)</script></html>", 422, "neither a picture"),
        (PHOTO[:1200], 422, "damaged or incomplete"),
        (PHOTO, 409, "has this file already"),
        (b"", 422, "neither a picture"),
    ],
)
def test_what_is_no_proof_is_refused_with_the_reason(agent, case_id, body, status, why):
    answer = upload(agent, case_id, body)
    assert answer.status_code == status and why in answer.text
    assert len(rows()) == 2 and not events("proof_added")


def test_a_huge_upload_is_refused_before_it_is_read(agent, case_id):
    assert upload(agent, case_id, b"x" * 11_000_000).status_code == 413
    assert len(rows()) == 2


def test_an_upload_needs_a_session_and_the_desks_own_form(agent, case_id):
    assert upload(agent, case_id, PDF, token="forged").status_code == 403
    url = f"{agent.url}/cases/{case_id}/proofs"
    stranger = requests.post(url, files={"file": ("a.pdf", PDF)}, allow_redirects=False, timeout=10)
    assert stranger.status_code == 303
    assert len(rows()) == 2


def test_a_proof_that_did_not_come_is_told_and_fetched_again(agent, case_id):
    with transaction() as session:
        proofs.note_failure(session, 2, "too_large")
    page = agent.get(f"/cases/{case_id}").text
    assert "Did not come" in page and "The file is too large" in page
    assert "A proof of delivery did not come" in page, "in the history"
    assert "is fetched again" in agent.post(f"/cases/{case_id}/proofs/2/try-again").text
    assert rows()[1].status == "wanted"
    assert agent.post(f"/cases/{case_id}/proofs/2/try-again").status_code == 409


def test_a_picture_for_the_buyer_needs_a_look_and_a_confirmation(agent, case_id):
    path = f"/cases/{case_id}/proofs/1/release"
    assert "I have looked at the whole picture" in agent.get(path).text
    refused = agent.post(path, {"rectangles": "[]"})
    assert refused.status_code == 422 and "Please look at the picture" in refused.text
    assert not rows(BuyerPicture)
    answer = agent.post(path, {"rectangles": "[[0.5, 0, 0.5, 1]]", "confirmed": "yes"})
    assert answer.status_code == 200 and "The original is unchanged." in answer.text
    assert "Picture for the buyer" in answer.text
    [row] = rows(BuyerPicture)
    assert (row.released_by, row.blacked_out) == ("lena", [[0.5, 0, 0.5, 1]])
    assert [(event.actor, event.data["blacked_out"]) for event in events("proof_released")] == [("lena", 1)]
    file = agent.get(f"/cases/{case_id}/buyer-pictures/{row.id}")
    assert "attachment" in file.headers["content-disposition"] and "sandbox" in file.headers["content-security-policy"]
    seen = Image.open(io.BytesIO(file.content))
    assert not seen.getexif().get_ifd(GPS)
    assert max(seen.getpixel((300, 100))) < 20 and min(seen.getpixel((100, 100))) > 230
    assert agent.get(f"/cases/{case_id}/proofs/1").content == PHOTO
    assert agent.get(f"/cases/{case_id + 1}/buyer-pictures/{row.id}").status_code == 404


@pytest.mark.parametrize("given", ["nonsense", "[[1]]", '[["a", 0, 1, 1]]', "[[0, 0, 2, 2]]", "{}x", "[[0,0,NaN,1]]"])
def test_rectangles_that_are_none_release_nothing(agent, case_id, given):
    answer = agent.post(f"/cases/{case_id}/proofs/1/release", {"rectangles": given, "confirmed": "yes"})
    assert answer.status_code == 422 and not rows(BuyerPicture)


def test_the_evidence_is_scored_and_what_is_missing_is_named_in_the_agents_language(agent, case_id):
    page = agent.get(f"/cases/{case_id}").text
    assert "3 of 10" in page, "the proof and the chronology"
    assert "Address on the label" in page and "Signature, photo or position of the delivery" not in page, (
        "a proof is kept"
    )
    agent.post("/account", {"language": "de", "time_zone": "UTC"})
    assert "Adresse auf dem Etikett, gleich der Bestellung" in agent.get(f"/cases/{case_id}").text
    agent.post("/account", {"language": "zh", "time_zone": "UTC"})
    assert "证据完整度" in agent.get(f"/cases/{case_id}").text


def test_programs_see_what_is_kept_of_each_proof(agent, case_id, write):
    at = datetime(2026, 11, 20, 12, tzinfo=timezone.utc)
    told = [{"kind": "proof", "source": "dhl", "shows": "photo", "url": "https://proof.example/1"},
            {"kind": "proof", "source": "dhl", "shows": "signature", "url": "https://proof.example/2?token=secret"},
            {"kind": "photo", "source": "dhl"}]  # fmt: skip
    with transaction() as session:
        case = session.get(Case, case_id)
        evidence.note_tracking(session, case, "CC1", "delivered", "D3", at, told, {}, [])
        proofs.add_by_hand(session, case, "lena", "document", PDF)
    [found] = agent.api("GET", "/api/cases?conversation_id=conv-1").json()
    page = agent.get(f"/cases/{case_id}").text
    assert "Proof of delivery" in page and "secret" not in page, "an address lets in whoever has it"
    rows = found["tracking"]["evidence"]
    assert rows[0] == {
        **told[0],
        "sha256": digest(PHOTO),
        "media_type": "image/jpeg",
        "kept_at": rows[0]["kept_at"],
    }
    assert rows[0]["kept_at"].endswith("+00:00")
    assert rows[1:3] == told[1:], "what is not kept stands as it was told"
    assert (rows[3]["source"], rows[3]["shows"], rows[3]["sha256"]) == ("agent", "document", digest(PDF))
