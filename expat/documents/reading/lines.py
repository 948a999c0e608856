"""The text of a page as rows of cells, as the eye sees it: whether it came out of a PDF or out of a picture.

Places are whole numbers in a unit of the page's own (pixels, tenths of a point): only their ratios count.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

CERTAIN = 100
WELL_READ = 85  # from so many of 100 on, a piece can be told from a blot
GAP = "  "
_WIDE = re.compile(r"(\s{2,}|\t)")
_BLANK = re.compile(r"\s+")
_SPACED_OUT = re.compile(r"(?<!\S)(?:[^\W\d_] ){2,}[^\W\d_](?!\S)")  # T O T A L
_COLUMN, _ROW = 10, 20  # the size of a character where text comes without places
_LONG = 4  # from so many heights on, a piece is long enough to show how the page is tilted
# What NFKC leaves as it is: signs that stand for the ones that numbers are written with.
_SIGNS = str.maketrans("−‐‑٫٬’‘´`、", "---.,'''',")


class Cell(NamedTuple):
    """A piece of text without a wide gap, its box, and how well it could be read (0 to 100)."""

    text: str
    left: int
    right: int
    top: int
    bottom: int
    score: int = CERTAIN

    @property
    def middle(self) -> int:
        return (self.top + self.bottom) // 2

    @property
    def height(self) -> int:
        return max(1, self.bottom - self.top)


class TextLine(NamedTuple):
    """What stands side by side on a page, from left to right."""

    page: int
    cells: tuple[Cell, ...]

    @property
    def text(self) -> str:
        return GAP.join(cell.text for cell in self.cells)

    def cut(self, characters: int) -> TextLine:
        """The line with no more than so many characters."""
        if len(self.text) <= characters:
            return self
        kept, room = [], characters
        for cell in self.cells:
            if room > 0:
                kept.append(cell._replace(text=cell.text[:room]))
            room -= len(cell.text) + len(GAP)
        return TextLine(self.page, tuple(kept))

    def cell_at(self, place: int) -> Cell:
        """The cell that holds the character at this place of the text."""
        return self.cells[self.number_at(place)]

    def number_at(self, place: int) -> int:
        """The number of that cell, from the left."""
        for number, cell in enumerate(self.cells):
            place -= len(cell.text) + len(GAP)
            if place < 0:
                return number
        return len(self.cells) - 1

    def start_of(self, number: int) -> int:
        """Where that cell starts in the text."""
        return sum(len(cell.text) + len(GAP) for cell in self.cells[:number])


class Piece(NamedTuple):
    """A piece as it was found: the left and the right end of its middle line, its height, and how well it was read."""

    text: str
    start: tuple[int, int]
    end: tuple[int, int]
    height: int
    score: int = CERTAIN


def plain(text: str, page: int = 0) -> list[TextLine]:
    """The lines of a text without places: two spaces or more part the cells."""
    lines = []
    for row, line in enumerate(text.splitlines()):
        top, bottom = row * _ROW, row * _ROW + _ROW * 3 // 5
        cells, start = [], 0
        for part in _WIDE.split(line):  # with the gaps between, so that each is known to start where it does
            if part.strip():
                cells.append(Cell(clean(part), start * _COLUMN, (start + len(part)) * _COLUMN, top, bottom))
            start += len(part)
        if cells:
            lines.append(TextLine(page, tuple(cells)))
    return lines


def rows(pieces: Iterable[Piece], page: int) -> list[TextLine]:
    """The pieces of a page, put together into rows from top to bottom; a tilted page is read along its tilt.

    The cells of a row stand in the order in which they are read: from the right in Arabic or Hebrew.
    """
    found = [(piece, clean(piece.text)) for piece in pieces]
    tilt = _tilt([piece for piece, text in found if text])
    cells = [_level(piece, text, tilt) for piece, text in found if text]
    lines = [TextLine(page, _read_in_order(_joined(row))) for row in _side_by_side(cells)]
    return sorted(lines, key=lambda line: min(cell.middle for cell in line.cells))


def clean(text: str) -> str:
    """Text in one writing: plain digits, spaces and signs, whichever way they were set."""
    plain_text = unicodedata.normalize("NFKC", text).translate(_SIGNS)
    digits = "".join(
        str(unicodedata.decimal(c)) if c.isdecimal() and not c.isascii() else c
        for c in plain_text
        if unicodedata.category(c) not in ("Cf", "Cc", "Co") or c.isspace()
    )
    return _SPACED_OUT.sub(lambda m: m[0].replace(" ", ""), _BLANK.sub(" ", digits).strip())


def _tilt(pieces: Sequence[Piece]) -> Fraction:
    """How far the lines fall over their length: the median of the long pieces."""
    slopes = sorted(
        Fraction(piece.end[1] - piece.start[1], piece.end[0] - piece.start[0])
        for piece in pieces
        if piece.end[0] - piece.start[0] > _LONG * piece.height
    )
    return slopes[len(slopes) // 2] if slopes else Fraction(0)


def _level(piece: Piece, text: str, tilt: Fraction) -> Cell:
    """The piece's box on the page set straight."""
    (left, high), (right, low) = piece.start, piece.end
    middle = round(Fraction(high + low, 2) - tilt * Fraction(left + right, 2))
    return Cell(text, left, right, middle - piece.height // 2, middle + piece.height // 2, piece.score)


def _side_by_side(cells: Sequence[Cell]) -> list[list[Cell]]:
    """Cells grouped into rows: each joins the row whose last cell to its left stands at its height."""
    found: list[list[Cell]] = []
    for cell in sorted(cells, key=lambda c: (c.left, c.top)):
        beside = [row for row in found if _same_row(row[-1], cell)]
        if beside:
            min(beside, key=lambda row: abs(row[-1].middle - cell.middle)).append(cell)
        else:
            found.append([cell])
    return found


def _same_row(before: Cell, after: Cell) -> bool:
    apart = abs(before.middle - after.middle)
    overlap = before.right - after.left
    return 2 * apart <= min(before.height, after.height) and 2 * overlap <= after.right - after.left


def _joined(row: Sequence[Cell]) -> list[Cell]:
    """Cells with no more than a word's space between them are one."""
    found: list[Cell] = []
    for cell in row:
        last = found[-1] if found else None
        if last and 10 * (cell.left - last.right) <= 7 * min(last.height, cell.height):
            found[-1] = Cell(
                f"{cell.text} {last.text}" if _is_leftward([last, cell]) else f"{last.text} {cell.text}",
                last.left,
                max(last.right, cell.right),
                min(last.top, cell.top),
                max(last.bottom, cell.bottom),
                min(last.score, cell.score),
            )
        else:
            found.append(cell)
    return found


def _read_in_order(row: Sequence[Cell]) -> tuple[Cell, ...]:
    return tuple(reversed(row)) if _is_leftward(row) else tuple(row)


def _is_leftward(row: Sequence[Cell]) -> bool:
    """Whether most letters belong to a script that is written from the right."""
    written = Counter(unicodedata.bidirectional(c) for cell in row for c in cell.text)
    return written["R"] + written["AL"] > written["L"]
