"""The lines of a document, whatever it is: a PDF's own text, or what can be recognised in pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from PIL import Image
from pypdfium2 import PdfiumError

from expat.documents.kinds import _BROKEN
from expat.documents.reading.lines import TextLine
from expat.documents.reading.read_pdf import pictures_of, text_layer
from expat.documents.reading.read_picture import picture_of
from expat.documents.reading.recognise import NoOcr, recognise
from expat.errors import BadInput

PDF = "application/pdf"
NO_OCR, NO_TEXT, UNREADABLE = "no_ocr", "no_text", "unreadable"
_FEWEST_LETTERS, _FEWEST_DIGITS = 30, 4  # less is a stamp over a scan, and no invoice


class Unread(Exception):
    """A document that could not be read; `code` is "no_ocr", "no_text", "unreadable" or "too_long"."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class Text(NamedTuple):
    """Lines, and whether they were recognised in a picture."""

    lines: list[TextLine]
    from_picture: bool


def read_text(content: bytes, media_type: str) -> Text:
    """The document's lines. Raises Unread where it has none, or they cannot be read here."""
    try:
        if media_type == PDF and is_enough(lines := text_layer(content)):
            return Text(lines, False)
        pictures = pictures_of(content) if media_type == PDF else [picture_of(content, media_type)]
        lines = _recognised(pictures)
    except NoOcr as wrong:
        raise Unread(NO_OCR) from wrong
    except (*_BROKEN, PdfiumError, BadInput, Image.DecompressionBombError, MemoryError) as wrong:
        raise Unread(UNREADABLE) from wrong
    if not lines:
        raise Unread(NO_TEXT)
    return Text(lines, True)


def read_text_layer(content: bytes) -> Text | None:
    """The text that a PDF brings along; None where it is a scan. Quick, and no model is needed. Raises Unread."""
    try:
        lines = text_layer(content)
    except (*_BROKEN, PdfiumError) as wrong:
        raise Unread(UNREADABLE) from wrong
    return Text(lines, False) if is_enough(lines) else None


def is_enough(lines: Sequence[TextLine]) -> bool:
    """Whether a PDF's text is that of an invoice, and readable: fonts may hide which letters they draw."""
    text = "".join(cell.text for line in lines for cell in line.cells)
    letters, digits = sum(c.isalpha() for c in text), sum(c.isdigit() for c in text)
    strange = sum(c == "\ufffd" or not c.isprintable() for c in text)
    return letters >= _FEWEST_LETTERS and digits >= _FEWEST_DIGITS and 10 * strange < len(text)


def _recognised(pictures: Iterable[Image.Image]) -> list[TextLine]:
    return [line for page, picture in enumerate(pictures) for line in recognise(picture, page)]
