"""A kept document as pictures of its pages, made anew: whatever else its file carries stays behind."""

from __future__ import annotations

import math
from io import BytesIO
from typing import NamedTuple

import pypdfium2
from PIL import Image

from expat.documents.kinds import _PDFIUM
from expat.documents.reading.read_picture import picture_of
from expat.errors import NotFound

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
SHARPEST = 3  # pixels a point: 216 dots an inch
LONGEST_SIDE = 2000  # pixels
QUALITY = 85


class Picture(NamedTuple):
    """A picture's content and media type."""

    content: bytes
    media_type: str


def page_count(content: bytes, media_type: str) -> int:
    """The number of pages; a photograph is one."""
    if media_type != PDF:
        return 1
    with _PDFIUM, pypdfium2.PdfDocument(content) as document:
        return len(document)


def page_picture(content: bytes, media_type: str, number: int) -> Picture:
    """The page of that number, from 1 on. Raises NotFound where there is none."""
    if media_type == PDF:
        return _pdf_page(content, number)
    if number != 1:
        raise _no_page(number)
    return _saved(picture_of(content, media_type), JPEG)


def _pdf_page(content: bytes, number: int) -> Picture:
    with _PDFIUM, pypdfium2.PdfDocument(content) as document:
        if not 1 <= number <= len(document):
            raise _no_page(number)
        page = document[number - 1]
        longest = max(1, math.ceil(max(page.get_size())))
        seen = page.render(scale=min(LONGEST_SIDE / longest, SHARPEST), limit_image_cache=True).to_pil()
        picture = seen.convert("RGB")
    return _saved(picture, PNG)


def _saved(picture: Image.Image, media_type: str) -> Picture:
    picture.info = {}  # where it was taken, with what, and whatever was hidden there
    made = BytesIO()
    if media_type == JPEG:
        picture.save(made, "JPEG", quality=QUALITY)
    else:
        picture.save(made, "PNG")
    return Picture(made.getvalue(), media_type)


def _no_page(number: int) -> NotFound:
    return NotFound("page", f"there is no page {number}")
