"""A photograph or a scan, as it is meant to be seen: upright, without transparency, no larger than reading needs."""

from __future__ import annotations

from io import BytesIO

import pillow_heif
from PIL import Image, ImageOps

from expat.documents.kinds import MOST_PIXELS
from expat.documents.reading.read_pdf import MOST_SIDE
from expat.errors import BadInput

_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG"}


def picture_of(content: bytes, media_type: str) -> Image.Image:
    """The picture in RGB, at most MOST_SIDE pixels a side. Raises BadInput for what no camera makes, OSError else."""
    with _opened(content, media_type) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise BadInput("document", "has too many pixels", f"at most {MOST_PIXELS}")
        picture.draft("RGB", (MOST_SIDE, MOST_SIDE))  # a JPEG is decoded at a fraction of its size
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((MOST_SIDE, MOST_SIDE), Image.Resampling.LANCZOS, reducing_gap=2)
        return _on_white(upright)


def _opened(content: bytes, media_type: str) -> Image.Image:
    if media_type == "image/heic":
        return pillow_heif.open_heif(content).to_pillow()
    return Image.open(BytesIO(content), formats=[_FORMATS[media_type]])


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in ("RGB", "L"):
        return picture.convert("RGB")
    ground = Image.new("RGBA", picture.size, "white")
    ground.alpha_composite(picture.convert("RGBA"))
    return ground.convert("RGB")
