"""A page as PDF, and the same page as a member photographs it: a little askew, in uneven light, grainy."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random

import pillow_heif
import pypdfium2
import typst
from PIL import Image, ImageChops

DOTS = 120  # an inch: as much as one reads easily
POINTS = 72
QUALITY = 70
TABLE = (74, 60, 48)  # the colour of what the page lies on
GRAIN = 256  # the side of the tile that the noise is made of
MARGIN = 60


@cache
def _compiler(path: Path) -> typst.Compiler:
    return typst.Compiler(str(path), ignore_system_fonts=True)


def typeset(path: Path, content: str) -> bytes:
    """The template with its data (JSON) as PDF."""
    made = _compiler(path).compile(sys_inputs={"data": content}, timestamp=0)
    assert isinstance(made, bytes)  # a PDF is one file
    return made


def photograph(pdf: bytes, kind: str, light: int) -> bytes:
    """The first page as a picture (jpeg, png or heic); `light` decides on angle, shadow and grain."""
    chance = Random(light)  # noqa: S311 (the light of a picture, no secret)
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0].render(scale=DOTS / POINTS).to_pil().convert("RGB")
    tilt = chance.choice((-3, -2, -1, 1, 2, 3))
    laid = Image.new("RGB", (page.width + 2 * MARGIN, page.height + 2 * MARGIN), TABLE)
    laid.paste(page, (MARGIN, MARGIN))
    laid = laid.rotate(tilt, Image.Resampling.BILINEAR, fillcolor=TABLE)
    laid = ImageChops.multiply(laid, _shadow(laid.size, chance))
    laid = ImageChops.subtract(laid, _grain(laid.size, light % 4))
    return _saved(laid, kind)


def _shadow(size: tuple[int, int], chance: Random) -> Image.Image:
    """Light that falls off to one side, a little warm."""
    falls = Image.linear_gradient("L").rotate(90 * chance.randrange(4)).resize(size)
    bands = [falls.point([least + value * (255 - least) // 255 for value in range(256)]) for least in (176, 170, 158)]
    return Image.merge("RGB", bands)


@cache
def _grain(size: tuple[int, int], kind: int) -> Image.Image:
    chance = Random(kind)  # noqa: S311 (grain of a picture, no secret)
    tile = Image.frombytes("L", (GRAIN, GRAIN), chance.randbytes(GRAIN * GRAIN)).point([v // 14 for v in range(256)])
    sheet = Image.new("L", size)
    for left in range(0, size[0], GRAIN):
        for top in range(0, size[1], GRAIN):
            sheet.paste(tile, (left, top))
    return Image.merge("RGB", (sheet, sheet, sheet))


def _saved(picture: Image.Image, kind: str) -> bytes:
    made = BytesIO()
    if kind == "heic":
        pillow_heif.from_pillow(picture).save(made, quality=QUALITY, enc_params={"preset": "ultrafast"})
    elif kind == "png":
        picture.quantize(64).save(made, "PNG")
    else:
        picture.save(made, "JPEG", quality=QUALITY)
    return made.getvalue()
