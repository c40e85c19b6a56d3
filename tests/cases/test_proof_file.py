"""Only the content of a file says what it is."""

import io
import struct
import zlib

import pytest
from PIL import Image

from cases.proof_file import NotAProof, limits, media_type_of
from tests.cases.pictures import PDF, picture


def png_of(width, height):
    """The beginning of a small file that unfolds to as many pixels."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100))


def tiff():
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, "TIFF")
    return out.getvalue()


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (picture("JPEG"), "image/jpeg"),
        (picture("PNG"), "image/png"),
        (picture("GIF"), "image/gif"),
        (picture("WEBP"), "image/webp"),
        (PDF, "application/pdf"),
        (b"\xef\xbb\xbf\r\n" + PDF, "application/pdf"),
    ],
)
def test_pictures_and_documents_are_recognised(body, media_type):
    assert media_type_of(body) == media_type


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "wrong_type"),
        (b"<!doctype html><title>Sign in</title>", "wrong_type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "wrong_type"),
        (tiff(), "wrong_type"),
        (b"%!PS-Adobe-3.0", "wrong_type"),
        (picture("JPEG", (400, 300))[:900], "broken"),
        (picture("PNG", (400, 300))[:150], "broken"),
        (PDF[:40], "broken"),
        (png_of(50_000, 50_000), "too_large"),
    ],
)
def test_anything_else_is_none(body, reason):
    with pytest.raises(NotAProof) as refused:
        media_type_of(body)
    assert refused.value.reason == reason


def test_a_file_has_a_largest_size():
    with pytest.raises(NotAProof) as refused:
        media_type_of(PDF[:-6] + b"x" * limits()["largest_file"] + b"%%EOF\n")
    assert refused.value.reason == "too_large"
