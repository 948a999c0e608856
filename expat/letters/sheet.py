"""What every letter carries: its title, its language, who writes, and how its pages are numbered."""

from __future__ import annotations

from datetime import date
from typing import Any

import segno

from expat.letters.operator import Operator
from expat.wording.voice import Voice, voice


def sheet(operator: Operator, language: str, title: str, reference: str = "") -> dict[str, Any]:
    """The part of a letter's data that all letters share. `reference` stands beside the title on later pages."""
    return {
        "language": language,
        "title": title,
        "reference": reference,
        "page_of": voice(language).say("Page {page} of {pages}", page="{page}", pages="{pages}"),
        "operator": {
            "name": operator.name,
            "address": operator.address(language),
            "email": operator.email,
            "phone": operator.phone,
        },
    }


def done(day: date, operator: Operator, speaks: Voice) -> str:
    """Where and when a letter was made."""
    if operator.town:
        return speaks.say("Done in {town} on {day}", town=operator.town, day=speaks.day(day))
    return speaks.say("Done on {day}", day=speaks.day(day))


def drawn(url: str) -> str:
    """The address as a QR code, drawn as SVG."""
    drawing: Any = segno.make(url, error="m", micro=False).svg_inline(border=0, scale=4)
    return str(drawing).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
