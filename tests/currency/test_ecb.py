"""The ECB's files in all their forms, and files that are none."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import pytest

from expat.currency.ecb import EcbFile
from expat.currency.rates import NewRate
from expat.errors import BadInput

TODAY = date(2026, 11, 21)
HISTORY = "Date,USD,JPY,BGN,\n2026-10-30,1.1172,175.68,N/A,\n2025-12-31,1.175,184.09,1.9558,\n"
DAILY = "Date, USD, JPY, \n30 October 2026, 1.1172, 175.68, \n"
XML = """<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"
                 xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
  <gesmes:subject>Reference rates</gesmes:subject>
  <Cube>
    <Cube time="2026-10-30">
      <Cube currency="USD" rate="1.1172"/>
      <Cube currency="JPY" rate="175.68"/>
    </Cube>
    <Cube time="2025-12-31"><Cube currency="BGN" rate="1.9558"/></Cube>
  </Cube>
</gesmes:Envelope>
"""


def read(folder: Path, content: str | bytes, name: str = "rates") -> list[NewRate]:
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(EcbFile(file, TODAY).rates())


def ecb(currency: str, value: str, day: str) -> NewRate:
    return NewRate(currency, Decimal(value), "ecb", date.fromisoformat(day))


DOLLAR, YEN = ecb("USD", "1.1172", "2026-10-30"), ecb("JPY", "175.68", "2026-10-30")
LEV = ecb("BGN", "1.9558", "2025-12-31")


def test_the_history_skips_what_was_not_published(tmp_path: Path) -> None:
    older = [ecb("USD", "1.175", "2025-12-31"), ecb("JPY", "184.09", "2025-12-31"), LEV]
    assert read(tmp_path, HISTORY) == [DOLLAR, YEN, *older]
    assert read(tmp_path, "\ufeff" + HISTORY.replace("\n", "\r\n")) == [DOLLAR, YEN, *older]


def test_the_single_day_with_its_spaces_and_written_month(tmp_path: Path) -> None:
    assert read(tmp_path, DAILY) == [DOLLAR, YEN]


def test_the_xml(tmp_path: Path) -> None:
    assert read(tmp_path, XML) == [DOLLAR, YEN, LEV]


@pytest.mark.parametrize("content", [DAILY, XML])
def test_either_in_a_zip(tmp_path: Path, content: str) -> None:
    with ZipFile(tmp_path / "rates.zip", "w") as archive:
        archive.writestr("eurofxref", content)
    assert list(EcbFile(tmp_path / "rates.zip", TODAY).rates())[:2] == [DOLLAR, YEN]


def test_one_day_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "rates.csv").write_text(HISTORY)
    assert EcbFile(tmp_path / "rates.csv", TODAY).fetch(date(2026, 10, 30)) == [DOLLAR, YEN]


@pytest.mark.parametrize(
    ("content", "where", "problem"),
    [
        ("", "line 1, column 1", "no header"),
        ("Day,USD\n2026-10-30,1.1\n", "line 1, column 1", "no header"),
        ("Date,USD,USX\n", "line 1, column 3", "'USX' is no currency"),
        ("Date,USD,USD\n", "line 1, column 3", "twice"),
        (HISTORY.replace("184.09", "abc"), "line 3, column JPY", "'abc' is no rate"),
        (HISTORY.replace("184.09", "-184.09"), "line 3, column JPY", "no rate"),
        (HISTORY.replace("184.09", "0.00"), "line 3, column JPY", "no rate"),
        (HISTORY.replace("184.09", "1e3"), "line 3, column JPY", "no rate"),
        (HISTORY.replace("184.09", ""), "line 3, column JPY", "'' is no rate"),
        (HISTORY.replace("2025-12-31", "31/12/2025"), "line 3, column Date", "no date"),
        (HISTORY.replace("2025-12-31", "2026-10-30"), "line 3", "stands there twice"),
        (HISTORY.replace("2025-12-31", "2026-11-22"), "line 3", "lies in the future"),
        (HISTORY[:-15], "line 3", "columns"),
        (HISTORY.encode() + b"\xff\xfe", "line 4", "no text"),
        (HISTORY.replace("2025-12-31", '"2025-12-31'), "line", "no CSV"),
        (XML[:-30], "line 10, column", "no XML"),
        (XML.replace('rate="175.68"', 'rate="much"'), "line 8, rate of JPY", "'much' is no rate"),
        (XML.replace('rate="175.68"', ""), "line 8, rate", "is missing"),
        (XML.replace('"JPY"', '"USX"'), "line 8, currency", "'USX' is no currency"),
        (XML.replace("2025-12-31", "yesterday"), "line 10, time", "no date"),
        ("<html><body>Not found</body></html>", "line 1", "has no day"),
        (b"PK\x03\x04 and no more", "rates", ".zip that cannot be read"),
    ],
)
def test_a_bad_file_names_its_line_and_column(tmp_path: Path, content: str | bytes, where: str, problem: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(tmp_path, content)
    assert str(tmp_path / "rates") in refused.value.where
    assert where in refused.value.where
    assert problem in refused.value.problem


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        list(EcbFile(tmp_path / "nothing.csv", TODAY).rates())


def test_xml_that_asks_for_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("1.1172")
    declared = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{tmp_path}/secret">]>'
    content = XML.replace("<gesmes:Envelope", declared + "<gesmes:Envelope", 1)
    with pytest.raises(BadInput, match="DOCTYPE"):
        read(tmp_path, content)
    with pytest.raises(BadInput):
        read(tmp_path, content.replace("UTF-8", "UTF-16").replace("1.1172", "&e;").encode("utf-16"))
