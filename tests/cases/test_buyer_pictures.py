"""What a buyer may see of a picture: its pixels without metadata, and without what an agent has covered."""

import io

import pytest
from PIL import Image

from cases import buyer_pictures, proofs
from cases.buyer_pictures import CanNotBeShown, preview, redacted
from cases.database import reading, transaction
from cases.digest import digest, is_unchanged
from cases.models import BuyerPicture, Case, CaseEvent, Proof
from tests.cases.pictures import GPS, PDF, picture


def proof(body, media_type="image/jpeg", status="kept"):
    return Proof(id=1, status=status, media_type=media_type, body=body, kind="photo")


def opened(body):
    return Image.open(io.BytesIO(body))


def test_metadata_do_not_come_along():
    original = picture(gps=True, orientation=6)
    assert opened(original).getexif().get_ifd(GPS), "the original tells where it was taken"
    seen = opened(redacted(proof(original)))
    assert not dict(seen.getexif()) and not seen.getexif().get_ifd(GPS)
    assert not {"exif", "icc_profile", "comment", "xmp"} & set(seen.info)


def test_a_picture_that_lies_on_its_side_is_upright():
    seen = opened(redacted(proof(picture(size=(40, 20), orientation=6))))
    assert seen.size == (20, 40)
    assert min(seen.getpixel((10, 5))) > 230 and max(seen.getpixel((10, 35))) < 230, "white was left, and is on top"


def test_what_is_covered_is_black_and_the_rest_is_not():
    seen = opened(redacted(proof(picture(size=(400, 200))), [(0.5, 0.5, 0.25, 0.5), (0.0, 0.0, 0.1, 0.1)]))
    for inside in ((201, 101), (250, 150), (299, 199), (2, 2), (38, 18)):
        assert max(seen.getpixel(inside)) < 20, inside
    for outside in ((180, 150), (320, 150), (250, 80), (60, 10)):
        assert max(seen.getpixel(outside)) > 100, outside


def test_transparent_pixels_hide_nothing():
    image = Image.new("RGBA", (10, 10), (255, 0, 0, 0))
    out = io.BytesIO()
    image.save(out, "PNG")
    assert min(opened(redacted(proof(out.getvalue(), "image/png"))).getpixel((5, 5))) > 240


def test_large_pictures_are_scaled_down():
    body = picture(size=(4000, 1000))
    assert opened(redacted(proof(body))).size == (1600, 400)
    assert opened(preview(proof(body), 320)).size == (320, 80)


@pytest.mark.parametrize(
    "rectangles",
    [
        [(0.5, 0.5, 0.6, 0.1)],
        [(-0.1, 0, 0.5, 0.5)],
        [(0, 0, 0, 0.5)],
        [(float("nan"), 0, 0.1, 0.1)],
        [(0, 0, 0.1, 0.1)] * 51,
    ],
)
def test_a_rectangle_lies_in_the_picture(rectangles):
    with pytest.raises(CanNotBeShown):
        redacted(proof(picture()), rectangles)


@pytest.mark.parametrize("row", [proof(PDF, "application/pdf"), proof(None, None, "wanted")])
def test_only_a_kept_picture_is_shown(row):
    with pytest.raises(CanNotBeShown):
        redacted(row)


def test_a_release_is_written_down_and_leaves_the_proof_as_it_is(write):
    write()
    body = picture(size=(100, 100), gps=True)
    with transaction() as session:
        kept = proofs.add_by_hand(session, session.query(Case).one(), "lena", "photo", body)
        for _ in range(2):
            buyer_pictures.release(session, kept, "omar", [(0.1, 0.1, 0.2, 0.2)])
    with reading() as session:
        row = session.query(Proof).one()
        assert (row.body, is_unchanged(row)) == (body, True)
        pictures = session.query(BuyerPicture).all()
        assert len(pictures) == 2 and {one.released_by for one in pictures} == {"omar"}
        assert pictures[0].sha256 == digest(pictures[0].body)
        events = [event for event in session.query(CaseEvent) if event.kind == "proof_released"]
        assert [event.actor for event in events] == ["omar", "omar"]
        assert events[0].data["blacked_out"] == 1
