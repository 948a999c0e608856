"""Days, as invoices write them."""

from __future__ import annotations

from datetime import date

import pytest

from expat.documents.reading.dates import Told, days_in, order, tell

TODAY = date(2026, 11, 21)
MARCH = date(2026, 3, 12)


def _told(text: str, country: str | None = None, today: date = TODAY) -> list[Told | None]:
    written = days_in(text)
    return [tell(one, today, order(written, today, country)) for one in written]


@pytest.mark.parametrize(
    "text",
    [
        "12/03/2026",
        "12.03.2026",
        "12-03-26",
        "2026-03-12",
        "2026/03/12",
        "2026. 03. 12.",
        "12 mars 2026",
        "12 March 2026",
        "March 12, 2026",
        "12-Mar-2026",
        "12MAR2026",
        "12. März 2026",
        "12 de marzo de 2026",
        "12 de março de 2026",
        "12 marca 2026",
        "12. března 2026",
        "2026. március 12.",
        "12 Mart 2026",
        "12 марта 2026",
        "12 Μαρτίου 2026",
        "ngày 12 tháng 3 năm 2026",
        "2026年3月12日",
        "令和8年3月12日",
        "R8.3.12",
        "115年3月12日",
        "2026년 3월 12일",
        "12 มีนาคม 2569",
        "12 มี.ค. 69",
        "12/03/2569",
        "12 03 2026",
        "الخميس 12 مارس 2026",
    ],
)
def test_each_way_of_writing_a_day_is_read(text: str) -> None:
    assert [told and told.day for told in _told(text)] == [MARCH]


@pytest.mark.parametrize(
    "text", ["1.234.567", "10.00", "192.168.1.1", "06-12-34-56-78", "12/2026", "31/02/2026", "3 août", "2606-5512"]
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert [told for told in _told(text) if told] == []


def test_an_ordinal_is_not_the_first_letter_of_the_month() -> None:
    assert _told("le 3 août 2026") == [Told(date(2026, 8, 3), ())]
    assert _told("le 1er mars 2026") == [Told(date(2026, 3, 1), ())]
    assert _told("3rd of October 2026") == [Told(date(2026, 10, 3), ())]


def test_day_or_month_first_follows_the_country() -> None:
    assert _told("04/06/2026", "FR") == [Told(date(2026, 6, 4), (date(2026, 4, 6),))]
    assert _told("04/06/2026", "US") == [Told(date(2026, 4, 6), (date(2026, 6, 4),))]
    assert _told("26/03/12", "JP") == [Told(MARCH, ())]


def test_a_day_to_come_is_not_meant() -> None:
    assert _told("03/12/2026", "FR") == [Told(MARCH, ())]
    assert _told("24/12/2026", "FR") == [None]


def test_one_clear_day_tells_how_the_others_of_the_paper_are_written() -> None:
    first, second = _told("04/06/2026 06/27/2026")
    assert first is not None and (first.day, second) == (date(2026, 4, 6), Told(date(2026, 6, 27), ()))


def test_a_birthday_of_long_ago_is_no_day_of_an_invoice() -> None:
    assert _told("03/05/1988") == [None]
