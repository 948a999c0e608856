"""Documents made for the tests: one of each kind that is accepted, and some that are not."""

from __future__ import annotations

from functools import cache
from io import BytesIO

import pillow_heif
import pypdfium2
from PIL import Image


def picture(kind: str, size: tuple[int, int] = (64, 48)) -> bytes:
    """A noisy picture, as PNG, JPEG, GIF or TIFF."""
    made = BytesIO()
    Image.effect_noise(size, 40).convert("RGB").save(made, kind)
    return made.getvalue()


def heic() -> bytes:
    """A HEIC picture, as a telephone takes it."""
    made = BytesIO()
    pillow_heif.from_pillow(Image.effect_noise((64, 48), 40).convert("RGB")).save(made)
    return made.getvalue()


@cache
def pdf(width: int = 200) -> bytes:
    """A PDF of one empty page; the same bytes each time in one process."""
    with pypdfium2.PdfDocument.new() as document:
        document.new_page(width, 300)
        made = BytesIO()
        document.save(made)
    return made.getvalue()


def locked_pdf() -> bytes:
    """A PDF that asks for a password: its encryption dictionary fits no empty one."""
    wrong = "<" + "ab" * 32 + ">"
    bodies = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 300] >>",
        f"<< /Filter /Standard /V 1 /R 2 /P -4 /O {wrong} /U {wrong} >>",
    ]
    text, places = "%PDF-1.4\n", []
    for i, body in enumerate(bodies, 1):
        places.append(len(text))
        text += f"{i} 0 obj\n{body}\nendobj\n"
    table = "0000000000 65535 f \n" + "".join(f"{place:010d} 00000 n \n" for place in places)
    trailer = "<< /Size 5 /Root 1 0 R /Encrypt 4 0 R /ID [<00> <00>] >>"
    return (text + f"xref\n0 5\n{table}trailer\n{trailer}\nstartxref\n{len(text)}\n%%EOF\n").encode()


def huge_png(height: int) -> bytes:
    """A small PNG file, 10,000 pixels wide."""
    made = BytesIO()
    Image.new("1", (10_000, height)).save(made, "PNG")
    return made.getvalue()
