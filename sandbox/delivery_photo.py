"""The picture that the courier took: drawn here, so that nobody's door is in it, with a position as cameras note it."""

from __future__ import annotations

import hashlib
import io
from functools import lru_cache

from fastapi import APIRouter, Request, Response
from PIL import Image, ImageDraw

from sandbox.api_error import ApiError
from sandbox.orders import Parcel

WIDTH, HEIGHT = 960, 720
_POSITION, _NORTH_OR_SOUTH, _LATITUDE, _EAST_OR_WEST, _LONGITUDE = 0x8825, 1, 2, 3, 4  # EXIF 2.3, 4.6.6

router = APIRouter()


def photo_url(parcel: Parcel, own_url: str) -> str:
    """Where the parcel's picture is; the address holds a token, as carriers' do, and needs no key."""
    return f"{own_url}/carrier/proofs/{_token(parcel)}.jpg"


@router.get("/carrier/proofs/{token}.jpg")
def show_photo(request: Request, token: str) -> Response:
    """The picture as JPEG. ApiError 404 when no parcel has this token."""
    for order in request.app.state.orders.values():
        for parcel in order.parcels:
            if parcel.delivery_photo and _token(parcel) == token:
                return Response(porch(), media_type="image/jpeg")
    raise ApiError(404, "NOT_FOUND", "There is no such proof of delivery.")


@lru_cache(maxsize=1)
def porch() -> bytes:
    """A parcel on a porch."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), "#c9b79c")  # the wall
    pen = ImageDraw.Draw(picture)
    for row in range(0, 520, 40):  # bricks
        for left in range(-60 if row % 80 else 0, WIDTH, 120):
            pen.rectangle((left, row, left + 116, row + 36), outline="#b5a184")
    pen.rectangle((330, 60, 630, 520), fill="#2f4b3c", outline="#20342a", width=8)  # the door
    for top in (100, 310):
        pen.rectangle((370, top, 590, top + 170), outline="#243c30", width=6)
    pen.ellipse((588, 290, 612, 314), fill="#d9b45b")
    pen.rectangle((690, 130, 770, 180), fill="#e9e4d8", outline="#8a8373", width=3)  # the plate with the number
    pen.text((715, 140), "12", fill="#33302a", font_size=30)
    pen.rectangle((0, 520, WIDTH, HEIGHT), fill="#8d8f92")  # the floor
    pen.polygon(((300, 560), (660, 560), (720, 660), (240, 660)), fill="#5a4a3c")  # the mat
    pen.rectangle((400, 430, 640, 610), fill="#b98850", outline="#8c6437", width=4)  # the parcel
    pen.rectangle((508, 430, 532, 610), fill="#d6b787")
    pen.rectangle((420, 470, 490, 520), fill="#f4f2ec", outline="#777777")
    position = Image.Exif()
    position[_POSITION] = {
        _NORTH_OR_SOUTH: "N",
        _LATITUDE: (52.0, 31.0, 48.0),
        _EAST_OR_WEST: "E",
        _LONGITUDE: (13.0, 23.0, 3.0),
    }
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85, exif=position)
    return out.getvalue()


def _token(parcel: Parcel) -> str:
    return hashlib.sha256(f"proof of {parcel.tracking_number}".encode()).hexdigest()[:32]
