"""The text layer of a PDF, with its places; and its pages as pictures where it has none."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from ctypes import byref
from itertools import islice
from typing import NamedTuple

import pypdfium2
from PIL import Image
from pypdfium2 import raw

from expat.documents.kinds import _PDFIUM
from expat.documents.reading.lines import Piece, TextLine, rows

FIRST_PAGES, LAST_PAGES = 3, 2  # an invoice says who and when at its start, and how much at its end
MOST_CHARACTERS, MOST_PIECES = 20_000, 1_500  # on a page
SCANNED_PAGES = 2
CLOSEST = 4  # pixels a point: a small receipt is not blown up further
MOST_SIDE = 2000  # pixels of a page that is looked at as a picture
_TENTH = 10  # places are kept in tenths of a point
_STRAIGHT = 15  # degrees: what leans more, such as a watermark, is no line of text
_BREAKS, _SPACE = frozenset((0, 10, 13)), 32
_SURROGATES = range(0xD800, 0xE000)


class _Character(NamedTuple):
    text: str
    left: int
    right: int
    top: int
    bottom: int


def text_layer(content: bytes) -> list[TextLine]:
    """The lines of the first and last pages. Raises pypdfium2.PdfiumError for what does not open."""
    lines: list[TextLine] = []
    with _opened(content) as document:
        for number in _pages(len(document)):
            page = document[number]
            lines += rows(islice(_pieces(_characters(page)), MOST_PIECES), number)
            page.close()
    return lines


def pictures_of(content: bytes) -> list[Image.Image]:
    """The first pages as pictures of at most MOST_SIDE pixels a side. Raises as `text_layer` does."""
    with _opened(content) as document:
        return [_picture(document[number]) for number in range(min(SCANNED_PAGES, len(document)))]


def _picture(page: pypdfium2.PdfPage) -> Image.Image:
    longest = max(1, math.ceil(max(page.get_size())))
    picture: Image.Image = page.render(scale=min(MOST_SIDE / longest, CLOSEST), limit_image_cache=True).to_pil()
    return picture.convert("RGB")


@contextmanager
def _opened(content: bytes) -> Iterator[pypdfium2.PdfDocument]:
    with _PDFIUM, pypdfium2.PdfDocument(content) as document:
        yield document


def _pages(count: int) -> list[int]:
    return sorted({*range(min(FIRST_PAGES, count)), *range(max(0, count - LAST_PAGES), count)})


def _characters(page: pypdfium2.PdfPage) -> list[_Character | None]:
    """The page's characters in the file's order; None where a line or a word ends.

    A page is read in the direction of most of its text, however it is shown: what leans or stands across is left out.
    """
    text = page.get_textpage()
    try:
        codes = [raw.FPDFText_GetUnicode(text, place) for place in range(min(text.count_chars(), MOST_CHARACTERS))]
        turns = [_quarter(raw.FPDFText_GetCharAngle(text, place)) for place in range(len(codes))]
        inked = Counter(turn for code, turn in zip(codes, turns, strict=True) if turn is not None and code > _SPACE)
        usual = inked.most_common(1)[0][0] if inked else 0
        return [_character(text, place, code, turns[place], usual) for place, code in enumerate(codes)]
    finally:
        text.close()


def _character(text: pypdfium2.PdfTextPage, place: int, code: int, turn: int | None, usual: int) -> _Character | None:
    if code in _BREAKS or code in _SURROGATES:
        return None
    box = raw.FS_RECTF()
    if not chr(code).isspace() and (turn != usual or not raw.FPDFText_GetLooseCharBox(text, place, byref(box))):
        return None
    return _Character(chr(code), *_placed(usual, box))


def _quarter(angle: float) -> int | None:
    """How often text is turned by a quarter to the right; None where it leans."""
    degrees = round(math.degrees(angle)) % 360
    leans = (degrees + _STRAIGHT) % 90
    return (degrees + _STRAIGHT) // 90 % 4 if leans <= 2 * _STRAIGHT else None


def _placed(turn: int, box: raw.FS_RECTF) -> tuple[int, int, int, int]:
    """Left, right, top and bottom for who reads text that is turned so, in tenths of a point, downwards."""
    x = sorted((round(box.left * _TENTH), round(box.right * _TENTH)))
    y = sorted((round(box.bottom * _TENTH), round(box.top * _TENTH)))
    if turn == 1:
        return -y[1], -y[0], -x[1], -x[0]
    if turn == 2:
        return -x[1], -x[0], y[0], y[1]
    if turn == 3:
        return y[0], y[1], x[0], x[1]
    return x[0], x[1], -y[1], -y[0]


def _pieces(characters: Iterable[_Character | None]) -> Iterator[Piece]:
    """Characters put together as long as they stand on one line without a wide gap."""
    run: list[_Character] = []
    space = False
    for one in characters:
        if one is None or (run and not one.text.isspace() and not _follows(run, one)):
            yield from _piece(run)
            run, space = [], False
        if one is None:
            continue
        if one.text.isspace():
            space = True
            continue
        if run and (space or 4 * (one.left - run[-1].right) > one.bottom - one.top):
            run.append(run[-1]._replace(text=" "))
        run.append(one)
        space = False
    yield from _piece(run)


def _follows(run: list[_Character], one: _Character) -> bool:
    last = run[-1]
    height = max(1, min(last.bottom - last.top, one.bottom - one.top))
    apart = abs((last.top + last.bottom) - (one.top + one.bottom)) // 2
    if _is_leftward(one.text) and _is_leftward(last.text):
        gap, back = last.left - one.right, one.right <= last.right
    else:
        gap, back = one.left - last.right, one.left >= last.left  # the letters of a ligature share its box
    return 2 * apart <= height and (back or -height <= 2 * gap) and gap <= height


def _piece(run: list[_Character]) -> Iterator[Piece]:
    if run:
        top, bottom = min(c.top for c in run), max(c.bottom for c in run)
        left, right = min(c.left for c in run), max(c.right for c in run)
        middle = (top + bottom) // 2
        yield Piece("".join(c.text for c in run), (left, middle), (right, middle), bottom - top)


def _is_leftward(text: str) -> bool:
    return unicodedata.bidirectional(text) in ("R", "AL")
