"""What a file that is said to prove a delivery really is. Only its content counts, whatever a header or name says."""

import io
from typing import Any

from PIL import Image

from cases import rules

PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}
PDF = "application/pdf"
_PDF_BEGINS_WITHIN, _PDF_ENDS_WITHIN = 1024, 2048


class NotAProof(ValueError):
    """The file can not be kept as a proof.

    ``reason`` is ``wrong_type`` (neither a picture of an allowed kind nor a PDF), ``broken`` (it ends too early or can
    not be read) or ``too_large``.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def limits() -> dict[str, Any]:
    """The limits of ``cases/rules/proofs.yml``."""
    return rules.load("proofs")["limits"]


def media_type_of(body: bytes) -> str:
    """The media type of a file that may be kept: JPEG, PNG, GIF, WebP or PDF, whole and readable.

    Raises:
        NotAProof: with the reason.
    """
    if len(body) > limits()["largest_file"]:
        raise NotAProof("too_large")
    if b"%PDF-" in body[:_PDF_BEGINS_WITHIN]:
        if b"%%EOF" not in body[-_PDF_ENDS_WITHIN:]:
            raise NotAProof("broken")
        return PDF
    return PICTURES[open_picture(body).format]


def open_picture(body: bytes) -> Image.Image:
    """A picture, decoded whole.

    Raises:
        NotAProof: it is none, is cut off, or has too many pixels.
    """
    try:
        picture = Image.open(io.BytesIO(body), formats=tuple(PICTURES))
    except Image.DecompressionBombError:
        raise NotAProof("too_large") from None
    except Exception:  # a decoder that is fed nonsense raises whatever it stumbles over
        raise NotAProof("wrong_type") from None
    if picture.width * picture.height > limits()["most_pixels"]:
        raise NotAProof("too_large")
    try:
        picture.load()
    except Exception:
        raise NotAProof("broken") from None
    return picture
