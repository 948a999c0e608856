"""The ECB's XML: a gesmes envelope with a Cube for each day and, in it, one for each currency."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from lxml import etree

from expat.currency.ecb_day import Day, known_currency
from expat.errors import BadInput
from expat.xml import parse

_CUBE = "{http://www.ecb.int/vocabulary/2002-08-01/eurofxref}Cube"


def days(name: str, content: bytes) -> Iterator[Day]:
    """Each day of an XML file. Raises BadInput naming the file, the line and the attribute."""
    root = parse(name, content, "the whole file, as the ECB publishes it")
    found = [cube for cube in root.iter(_CUBE) if "time" in cube.attrib]
    if not found:
        raise BadInput(f"{name}, line 1", "has no day", '<Cube time="2025-07-31"> with rates in it')
    for cube in found:
        where = f"{name}, line {cube.sourceline}"
        yield Day(where, _date(where, str(cube.attrib["time"])), [_cell(name, inner) for inner in cube])


def _date(where: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise BadInput(f"{where}, time", f"{text!r} is no date", "a day such as 2025-07-31") from wrong


def _cell(name: str, cube: etree._Element) -> tuple[str, str, str]:
    where = f"{name}, line {cube.sourceline}"
    for attribute in ("currency", "rate"):
        if attribute not in cube.attrib:
            raise BadInput(f"{where}, {attribute}", "is missing", '<Cube currency="USD" rate="1.0867"/>')
    currency = known_currency(f"{where}, currency", str(cube.attrib["currency"]))
    return f"{where}, rate of {currency}", currency, str(cube.attrib["rate"])
