"""Text in pictures, by a local library whose models come with it: nothing leaves this machine."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from os import cpu_count, putenv
from pathlib import Path
from typing import Any

from PIL import Image

from expat.documents.reading.lines import Piece, TextLine, rows

MOST_CORES = 4
MOST_PIECES = 600  # a page full of small print; a picture made of specks must not be read for hours
GOOD = 90  # of 100: a page that is read worse may stand upside down
# Signs that look alike, put right by what stands beside them.
_ALIKE = (
    (re.compile(r"(?<!\w)0(?=[A-Za-z]{2})"), "O"),
    (re.compile(r"(?<=[A-Za-z])0(?=[a-z])"), "o"),
    (re.compile(r"(?<=[a-z])1(?=[a-z])"), "l"),
    (re.compile(r"(?<=\d)[Oo](?=[\d.,]|\s|$)|(?<=\d[.,])[Oo](?=\d)"), "0"),
    (re.compile(r"(?<=\d)[lI](?=\d)|(?<=\d[.,])[lI](?=\d)"), "1"),
    (re.compile(r"(?<![^\W\d_])([nN])[\"'*®](?=\s?\d)"), r"\1°"),
)
_LIBRARIES = ("rapidocr", "onnxruntime")


class NoOcr(Exception):
    """The optional libraries that read pictures are not installed (the extra `ocr`)."""


def can_recognise() -> bool:
    """Whether the libraries that read pictures are installed."""
    return all(find_spec(name) is not None for name in _LIBRARIES)


def recognise(picture: Image.Image, page: int = 0) -> list[TextLine]:
    """The lines of a picture, turned to where most can be read. Raises NoOcr."""
    return rows(_best_turn(picture), page)


def _best_turn(picture: Image.Image) -> list[Piece]:
    """A page on its side or upside down is turned; a photograph does not always say how it was held."""
    seen, lying = _look(picture)
    good = _score(seen) >= GOOD
    if lying:  # each line was turned to the left to be read: where that was right, the page is turned so, too
        return _look(picture.rotate(90 if good else 270, expand=True))[0]
    return seen if good else max(seen, _look(picture.rotate(180))[0], key=_read)


def _look(picture: Image.Image) -> tuple[list[Piece], bool]:
    """What can be read, and whether most of it stands on its side."""
    seen = _engine()(picture, use_cls=False)
    if seen.boxes is None or seen.txts is None:
        return [], False
    boxes = [[(round(x), round(y)) for x, y in box.tolist()] for box in seen.boxes]
    pieces = [
        _piece(box, text, round(score * 100)) for box, text, score in zip(boxes, seen.txts, seen.scores, strict=True)
    ]
    sides = [_sides(box) for box in boxes]
    lying = sum(wide for wide, high in sides if 2 * wide < high) + sum(high for wide, high in sides if 2 * wide < high)
    level = sum(wide for wide, high in sides if wide > 2 * high)
    return pieces, lying > level


def _piece(box: Sequence[tuple[int, int]], text: str, score: int) -> Piece:
    """Corners come clockwise from the upper left one."""
    a, b, c, d = box
    start, end = _between(a, d), _between(b, c)
    for pattern, right in _ALIKE:
        text = pattern.sub(right, text)
    return Piece(text, start, end, max(1, _sides(box)[1]), score)


def _between(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
    return (a[0] + b[0]) // 2, (a[1] + b[1]) // 2


def _sides(box: Sequence[tuple[int, int]]) -> tuple[int, int]:
    a, b, _, d = box
    return max(abs(b[0] - a[0]), abs(b[1] - a[1])), max(abs(d[0] - a[0]), abs(d[1] - a[1]))


def _read(pieces: Sequence[Piece]) -> int:
    return sum(len(piece.text) * piece.score for piece in pieces)


def _score(pieces: Sequence[Piece]) -> int:
    """How well it was read, 0 to 100, weighted by length."""
    return _read(pieces) // max(1, sum(len(piece.text) for piece in pieces))


@cache
def _engine() -> Any:
    """The library with its models, loaded at first need; from its own folder, so that nothing is fetched.

    Nor is anything sent: since 1.29, onnxruntime reports each session to its makers unless it is told not to before
    it is loaded.
    """
    if not can_recognise():
        raise NoOcr
    putenv("ORT_DISABLE_TELEMETRY", "1")
    import_module("onnxruntime").disable_telemetry_events()  # where it does not heed the variable
    library = import_module("rapidocr")
    models = Path(str(library.__file__)).parent / "models"
    return library.RapidOCR(
        params={
            "Global.log_level": "critical",
            "Det.model_path": str(next(models.glob("*_det_*.onnx"))),
            "Rec.model_path": str(next(models.glob("*_rec_*.onnx"))),
            "Det.max_candidates": MOST_PIECES,
            "EngineConfig.onnxruntime.intra_op_num_threads": min(MOST_CORES, cpu_count() or 1),
        }
    )
