"""Pictures that buyers may see: made anew from a kept proof, without its metadata, with what must not be seen covered.

Only an agent who has looked at it releases one. The proof itself stays as it is.
"""

import io
import math
from typing import Sequence

from PIL import Image, ImageDraw, ImageOps
from sqlalchemy.orm import Session

from cases import clock, record, rules
from cases.digest import digest
from cases.models import BuyerPicture, Case, Proof
from cases.proof_file import PDF, open_picture

MEDIA_TYPE = "image/jpeg"
MOST_RECTANGLES = 50
Rectangle = tuple[float, float, float, float]
"""Left, top, width and height as shares of the picture as it is seen (upright)."""


class CanNotBeShown(ValueError):
    """The proof is no picture that is kept, or a rectangle is none."""


def release(session: Session, proof: Proof, agent: str, rectangles: Sequence[Rectangle]) -> BuyerPicture:
    """Makes the version for buyers, because an agent says that it shows no third person, name, face or house number.

    Args:
        agent: who looked at it and says so.
        rectangles: what is blacked out.

    Raises:
        CanNotBeShown: the proof is no kept picture, or a rectangle does not lie in it.
    """
    body = redacted(proof, rectangles)
    row = BuyerPicture(
        proof_id=proof.id,
        media_type=MEDIA_TYPE,
        sha256=digest(body),
        body=body,
        blacked_out=[list(rectangle) for rectangle in rectangles],
        released_by=agent,
        released_at=clock.now(),
    )
    session.add(row)
    case = session.get(Case, proof.case_id)
    told = {"proof_id": proof.id, "proof_kind": proof.kind, "blacked_out": len(rectangles), "sha256": row.sha256}
    record.add_event(session, case, "proof_released", agent, **told)
    return row


def redacted(proof: Proof, rectangles: Sequence[Rectangle] = ()) -> bytes:
    """A JPEG of the proof's picture: upright, only its pixels, none of its metadata, rectangles filled with black.

    Raises:
        CanNotBeShown: see `release`.
    """
    if len(rectangles) > MOST_RECTANGLES:
        raise CanNotBeShown("too many rectangles")
    rule = rules.load("proofs")["buyer_picture"]
    seen = upright(proof, rule["longest_side"])
    pen = ImageDraw.Draw(seen)
    for rectangle in rectangles:
        pen.rectangle(_pixels(rectangle, seen.size), fill="black")
    return _jpeg(seen, rule["quality"])


def preview(proof: Proof, longest_side: int) -> bytes:
    """A JPEG of the proof's picture as an agent sees it on the desk, at most so many pixels wide and high.

    Raises:
        CanNotBeShown: the proof is no kept picture.
    """
    return _jpeg(upright(proof, longest_side), rules.load("proofs")["buyer_picture"]["quality"])


def upright(proof: Proof, longest_side: int) -> Image.Image:
    """The pixels of the proof's picture, turned as its metadata say, scaled down to the longest side.

    Raises:
        CanNotBeShown: the proof is no kept picture.
    """
    if proof.status != "kept" or proof.media_type == PDF:
        raise CanNotBeShown("no picture")
    turned = ImageOps.exif_transpose(open_picture(proof.body))
    plain = turned.convert("RGBA")
    plain.thumbnail((longest_side, longest_side))
    seen = Image.new("RGB", plain.size, "white")  # a new picture has no metadata
    seen.paste(plain, mask=plain.getchannel("A"))
    return seen


def _pixels(rectangle: Rectangle, size: tuple[int, int]) -> tuple[int, int, int, int]:
    left, top, width, height = rectangle
    inside = all(0 <= value <= 1 for value in rectangle) and left + width <= 1.001 and top + height <= 1.001
    if not (inside and width > 0 and height > 0):
        raise CanNotBeShown("a rectangle is not in the picture")
    # Rather a pixel too much than a letter too little.
    first = (math.floor(left * size[0]), math.floor(top * size[1]))
    last = (math.ceil((left + width) * size[0]), math.ceil((top + height) * size[1]))
    return (*first, *last)


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()
