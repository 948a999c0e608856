"""The papers of `papers/` set as pages: PDF files, and photographs of them; the fonts come with the libraries."""

from __future__ import annotations

import json
from functools import cache
from io import BytesIO

import pypdfium2
import typst
from PIL import Image

from expat.demo.photograph import photograph
from expat.documents.reading.lines import plain

_SOURCES = {
    "typewriter": """
#set page(paper: "a4", margin: 1.2cm)
#set text(font: "DejaVu Sans Mono", size: 8pt)
#raw(block: true, json(bytes(sys.inputs.data)).text)
""",
    "turned": """
#set page(width: 30cm, height: 30cm, margin: 0.5cm)
#set text(font: "DejaVu Sans Mono", size: 8pt)
#let data = json(bytes(sys.inputs.data))
#place(center + horizon, rotate(data.degrees * 1deg, box(width: 25cm, raw(block: true, data.text))))
""",
    "watermark": """
#set page(paper: "a4", margin: 1.2cm, background: rotate(45deg, text(80pt, fill: luma(220), "ORIGINAL 2026 99,99")))
#set text(font: "DejaVu Sans Mono", size: 8pt)
#raw(block: true, json(bytes(sys.inputs.data)).text)
""",
    "letter": """
#set page(paper: "a4", margin: 1.5cm)
#set text(font: "Libertinus Serif", size: 9.5pt)
#for row in json(bytes(sys.inputs.data)).rows [
  #grid(columns: row.len(), column-gutter: 1fr, ..row)
  #v(-0.35em)
]
""",
}


@cache
def pdf_of(text: str, style: str = "typewriter", degrees: int = 0) -> bytes:
    """A page with the text, its columns where it has them."""
    rows = [[cell.text for cell in line.cells] for line in plain(text)]
    data = json.dumps({"text": text, "rows": rows, "degrees": degrees})
    compiler = typst.Compiler(_SOURCES[style].encode(), ignore_system_fonts=True)
    made = compiler.compile(sys_inputs={"data": data}, timestamp=0)
    assert isinstance(made, bytes)
    return made


def photo_of(text: str, kind: str = "jpeg", light: int = 1, style: str = "typewriter") -> bytes:
    """The same page as a member photographs it."""
    return photograph(pdf_of(text, style), kind, light)


def scan_of(text: str) -> bytes:
    """A PDF that holds nothing but a picture of the page."""
    made = BytesIO()
    _opened(photo_of(text)).save(made, "PDF", resolution=120)
    return made.getvalue()


def turned_pdf(text: str, degrees: int, shown: int) -> bytes:
    """The page with its text turned, as a PDF that asks to be shown turned as well."""
    made = BytesIO()
    with pypdfium2.PdfDocument(pdf_of(text, "turned", degrees)) as document:
        document[0].set_rotation(shown)
        document.save(made)
    return made.getvalue()


def turned_photo(text: str, degrees: int, says_so: bool) -> bytes:
    """A photograph of which the sensor lay turned (a quarter or a half), and whether its file says so."""
    picture = _opened(photo_of(text)).rotate(-degrees, expand=True)
    exif = Image.Exif()
    if says_so:
        exif[0x0112] = {90: 8, 180: 3, 270: 6}[degrees]
    made = BytesIO()
    picture.save(made, "JPEG", quality=80, exif=exif)
    return made.getvalue()


def _opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content)).convert("RGB")
