"""Typesetting: a template of `templates/letters` and its data become a tagged PDF, the same bytes for the same data.

The fonts are those beside the templates, never the machine's. What is data stays text, whatever markup it looks like.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import typst

from expat.places import shipped

STANDARD = "ua-1"
AS_THEY_ARE = ("url", "email", "drawing")  # copied, clicked or drawn: not a character more
_LONG, _PIECE = re.compile(r"\S{30,}"), re.compile(r"\S{10}(?=\S)")
_MAY_BREAK, _ONWARD = "\N{ZERO WIDTH SPACE}", "\N{LEFT-TO-RIGHT MARK}"
_RIGHT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"  # Hebrew and Arabic
_LEFTWARD = re.compile(rf"[{_RIGHT}](?:[{_RIGHT}\s'’.-]*[{_RIGHT}])?")


def typeset(template: str, page: Mapping[str, Any], day: date) -> bytes:
    """The PDF of a template (its file name) with its data; `day` is the document's date. Pure but for the template.

    It conforms to PDF/UA-1, unless a name has a letter that no shipped font has: that letter is then shown as a box.
    """
    data = json.dumps(_plain({**page, "day": [day.year, day.month, day.day]}), ensure_ascii=False)
    at = datetime.combine(day, time(), UTC)
    try:
        return _compiled(template, data, at, [STANDARD])
    except typst.TypstError as wrong:
        if "could not be displayed" not in wrong.message:
            raise
        return _compiled(template, data, at, [])


def _compiled(template: str, data: str, at: datetime, standards: list[Any]) -> bytes:
    folder = _folder()
    # A new compiler each time: one that lives on keeps what earlier documents said.
    compiler = typst.Compiler(str(folder / template), str(folder), font_paths=_fonts(), ignore_system_fonts=True)
    made = compiler.compile(format="pdf", sys_inputs={"data": data}, pdf_standards=standards, timestamp=at)
    assert isinstance(made, bytes)  # a PDF is one file
    return made


def _folder() -> Path:
    return shipped("templates") / "letters"


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_folder() / "fonts")]
    )  # fmt: skip


def _plain(value: Any) -> Any:
    """The data without control characters, which no font shows; with places where very long words may break; and with
    a mark after Hebrew and Arabic, so that what follows (a comma, a date) stays behind it."""
    if isinstance(value, Mapping):
        return {key: item if key in AS_THEY_ARE else _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if not isinstance(value, str):
        return value
    shown = "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in value)
    shown = _LEFTWARD.sub(rf"\g<0>{_ONWARD}", shown)
    return _LONG.sub(lambda word: _PIECE.sub(rf"\g<0>{_MAY_BREAK}", word.group()), shown)
