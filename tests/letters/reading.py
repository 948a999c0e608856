"""A PDF as its reader has it: the text in reading order, the pages, what the file says of itself."""

from __future__ import annotations

import re

import pypdfium2
from pypdfium2 import raw

from expat.letters.operator import Operator

NARROW, WIDE = "\u202f", "\u00a0"
OPERATOR = Operator(
    "https://expat.example.org", "Association Expat", "12 rue de la Paix", "75002", "Paris", "FR",
    "adherents@expat.example.org", "+33 1 23 45 67 89",
)  # fmt: skip


def pages(pdf: bytes) -> list[str]:
    """The text of each page, on one line, with plain spaces."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [flat(page.get_textpage().get_text_range()) for page in document]


def text(pdf: bytes) -> str:
    """The text of all pages."""
    return " ".join(pages(pdf))


def flat(text: str) -> str:
    """On one line, with spaces and apostrophes that a test can type; what tells where a line may break is left out."""
    return re.sub(r"\s+", " ", re.sub("[\u200b\u200e\ufffe]", "", text.replace("’", "'"))).strip()


def in_order(found: str, *parts: str) -> None:
    """The parts stand in the text, one after the other."""
    start = 0
    for part in parts:
        at = found.find(part, start)
        assert at >= 0, f"{part!r} is not after {found[max(0, start - 60) : start]!r} in {found}"
        start = at + len(part)


def is_tagged(pdf: bytes) -> bool:
    """Whether the file is tagged for those who hear it read."""
    with pypdfium2.PdfDocument(pdf) as document:
        return bool(raw.FPDFCatalog_IsTagged(document))


def conforms(pdf: bytes) -> bool:
    """Whether the file says that it conforms to PDF/UA-1: Typst refuses to say so of one with a missing glyph."""
    return b"<pdfuaid:part>1</pdfuaid:part>" in pdf


def fonts(pdf: bytes) -> set[str]:
    """The fonts inside, without the prefix of their part."""
    return {name.decode() for name in re.findall(rb"/FontName/[A-Z]{6}\+([\w-]+)", pdf)}


def title_of(pdf: bytes) -> str:
    """The title that a reader's window shows."""
    with pypdfium2.PdfDocument(pdf) as document:
        return str(document.get_metadata_dict()["Title"])
