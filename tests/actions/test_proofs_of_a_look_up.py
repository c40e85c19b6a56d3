"""What a look-up tells of proofs goes into the case; who signed for somebody else does not even go to the bot."""

import pytest

from actions.investigation import Finding, investigate
from actions.tracking.parcel_facts import ParcelFacts, ProofFound
from cases.database import reading
from cases.digest import is_unchanged
from cases.models import Case, Proof, TrackingSnapshot
from cases.proof_rounds import ProofRounds
from tests.actions.an_order import ORDER
from tests.cases.pictures import picture


def kept(session):
    return session.query(Proof).order_by(Proof.id).all()


def test_the_sandboxs_photo_is_wanted_with_the_look_up_and_kept_by_the_clock(world):
    investigate("c1", "DEMO-1013", fresh=True)
    with reading() as session:
        [row] = kept(session)
        assert (row.status, row.kind, row.provider, row.tracking_number) == (
            "wanted",
            "photo",
            "aftership",
            "CC731010130DE",
        )
        assert session.query(TrackingSnapshot).count() == 1
    assert ProofRounds().look() == 1
    investigate("c1", "DEMO-1013", fresh=True)
    assert ProofRounds().look() == 0
    with reading() as session:
        [row] = kept(session)
        assert (row.status, row.media_type) == ("kept", "image/jpeg") and is_unchanged(row)
        [evidence] = [one for one in session.query(Case).one().evidence if one["kind"] == "proof"]
        assert evidence == {"kind": "proof", "source": "aftership", "shows": "photo", "url": row.url}


def test_a_picture_in_the_answer_is_kept_with_it(world, monkeypatch):
    def answer(self, parcels, postcode=None, fresh=False):
        found = (ProofFound("signature", body=picture("GIF")), ProofFound("photo", body=b"nonsense"))
        return [ParcelFacts(parcels[0].tracking_number, "ups", "delivered", proofs=found, body="{}")]

    monkeypatch.setattr("actions.tracking.tracking.Tracking.look_up", answer)
    investigate("c1", "DEMO-1001")
    with reading() as session:
        [row] = kept(session)
        assert (row.status, row.kind, row.media_type) == ("kept", "signature", "image/gif")


@pytest.mark.parametrize("found_class", [f"D{number}" for number in range(15)])
def test_only_a_name_that_the_buyer_may_be_asked_about_goes_to_the_bot(found_class):
    parcel = ParcelFacts("CC1", "dhl", "delivered", signed_by="M. Keller")
    told = Finding(ORDER, parcel, found_class).slots["signed_by"]
    assert told == ("M. Keller" if found_class in ("D1", "D8") else "")


def test_nobody_signed():
    assert Finding(ORDER, ParcelFacts("CC1", "dhl", "delivered"), "D4").slots["signed_by"] is None
