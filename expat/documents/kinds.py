"""What a document may be: told by its content, never by its name, and only if it really opens."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from threading import Lock

import filetype
import pillow_heif
import pypdfium2
from PIL import Image
from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY

from expat.errors import BadInput

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 80_000_000  # an A4 page at 600 dots an inch has 35 million
ACCEPTED = "a PDF, JPEG, PNG or HEIC file of at most 20 MB"
_PDFIUM = Lock()  # pdfium may only be used by one thread at a time
# What the decoders raise on content that is not what its first bytes promise.
_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    RuntimeError,
    EOFError,
    LookupError,
    TypeError,
    struct.error,
    zlib.error,
)


def media_type(content: bytes) -> str:
    """The document's media type. Raises BadInput saying what was found and what is accepted."""
    if not content:
        raise BadInput("document", "is empty", ACCEPTED)
    if len(content) > MOST_BYTES:
        raise BadInput("document", f"is too large ({len(content)} bytes)", ACCEPTED)
    kind = filetype.guess(content)
    found = kind.mime if kind else "a file of no known kind"
    if found not in _OPENERS:
        raise BadInput("document", f"is {found}", ACCEPTED)
    _OPENERS[found](content)
    return str(found)


def _open_pdf(content: bytes) -> None:
    with _PDFIUM:
        try:
            with pypdfium2.PdfDocument(content) as document:
                document[0].get_size()
        except pypdfium2.PdfiumError as wrong:
            if wrong.err_code in (FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY):
                raise BadInput("document", "is a PDF protected by a password", "the same without one") from wrong
            raise _unreadable("PDF") from wrong


def _open_jpeg(content: bytes) -> None:
    _open_picture(content, "JPEG")


def _open_png(content: bytes) -> None:
    _open_picture(content, "PNG")


def _open_picture(content: bytes, kind: str) -> None:
    try:
        with Image.open(BytesIO(content), formats=[kind]) as picture:
            _refuse_huge(picture.size)
            picture.load()
    except Image.DecompressionBombError as wrong:
        raise _huge() from wrong
    except _BROKEN as wrong:
        raise _unreadable(kind) from wrong


def _open_heic(content: bytes) -> None:
    try:
        picture = pillow_heif.open_heif(content)
        _refuse_huge(picture.size)
        picture.to_pillow().load()
    except _BROKEN as wrong:
        raise _unreadable("HEIC") from wrong


def _refuse_huge(size: tuple[int, int]) -> None:
    if size[0] * size[1] > MOST_PIXELS:
        raise _huge()


def _huge() -> BadInput:
    return BadInput("document", "has too many pixels", f"a picture of at most {MOST_PIXELS // 10**6} million pixels")


def _unreadable(kind: str) -> BadInput:
    return BadInput("document", f"starts like a {kind} but does not open as one", ACCEPTED)


_OPENERS: dict[str, Callable[[bytes], None]] = {
    "application/pdf": _open_pdf,
    "image/jpeg": _open_jpeg,
    "image/png": _open_png,
    "image/heic": _open_heic,
}
