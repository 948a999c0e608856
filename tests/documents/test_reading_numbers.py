"""Numbers, sums and signs, as invoices write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from expat.documents.reading.lines import TextLine, plain
from expat.documents.reading.numbers import readings
from expat.documents.reading.sums import sums_in


@pytest.mark.parametrize(
    ("written", "currency", "meant"),
    [
        ("1,234.56", "USD", ["1234.56"]),
        ("1.234,56", "EUR", ["1234.56"]),
        ("1 234,56", "EUR", ["1234.56"]),
        ("1'234.50", "CHF", ["1234.50"]),
        ("12.345.678,90", "BRL", ["12345678.90"]),
        ("1,93,840.50", "INR", ["193840.50"]),
        ("465", "SGD", ["465"]),
        ("120.000", "VND", ["120000"]),
        ("120,000", "JPY", ["120000"]),
        ("1.200.000", "IDR", ["1200000"]),
        ("1.200.000,00", "IDR", ["1200000.00"]),
        ("1,200.00", "JPY", ["1200.00"]),
        ("1.234", "EUR", ["1234"]),
        ("0.750", "KWD", ["0.750"]),
    ],
)
def test_each_way_of_writing_a_number_is_read(written: str, currency: str, meant: list[str]) -> None:
    assert readings(written, currency) == tuple(map(Decimal, meant))


def test_three_figures_after_a_point_are_thousandths_where_the_currency_has_them() -> None:
    assert readings("120.000", "KWD")[0] == Decimal("120.000")
    assert readings("85,500", "TND")[0] == Decimal("85.500")
    assert readings("1 482,750", "TND")[0] == Decimal("1482.750")


def test_a_number_that_may_be_two_gives_both() -> None:
    assert readings("120.000") == (Decimal(120000), Decimal("120.000"))
    assert readings("12.500", "KWD") == (Decimal("12.500"), Decimal(12500))


def test_what_has_more_decimals_than_the_currency_is_no_sum_of_it() -> None:
    assert readings("12.50", "JPY") == ()
    assert readings("1234567890123", "EUR") == ()


def _sums(text: str) -> list[tuple[str, tuple[str, ...]]]:
    line: TextLine = plain(text)[0]
    return [(one.number, one.signs[:2]) for one in sums_in(0, line)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Total: USD 465.00", [("465.00", ("USD",))]),
        ("Total TTC : 1 234,56 €", [("1 234,56", ("EUR",))]),
        ("3  PLN 2,850.00", [("3", ()), ("2,850.00", ("PLN",))]),
        ("4 QAR 640.00", [("4", ()), ("640.00", ("QAR",))]),
        ("Rp150.000,-", [("150.000", ("IDR",))]),
        ("KSh 18,500/=", [("18,500", ("KES",))]),
        ("CHF 120.–", [("120", ("CHF",))]),
        ("Fr. 45.50", [("45.50", ("CHF",))]),
        ("15 000 F CFA", [("15 000", ("XOF", "XAF"))]),
        ("￥12，000", [("12,000", ("JPY", "CNY"))]),
        ("1.200.000 đ", [("1.200.000", ("VND",))]),
        ("S$ 1,234.50", [("1,234.50", ("SGD",))]),
        ("R 1 450,00", [("1 450,00", ("ZAR",))]),
        ("٤٥٠٫٠٠ د.إ", [("450.00", ("AED",))]),
        ("12,00 EUR  45,00 EUR", [("12,00", ("EUR",)), ("45,00", ("EUR",))]),
    ],
)
def test_a_sum_is_found_with_its_sign_on_either_side(text: str, found: list[tuple[str, tuple[str, ...]]]) -> None:
    assert _sums(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Tel: +65 6123 4567",
        "Tél. 02 40 12 34 56",
        "IBAN FR76 3000 6000 0112 3456 7890 189",
        "12/03/2026 at 10:30",
        "12 mars 2026",
        "VAT 20 %",
        "GST Reg No. 20-0012345-A",
        "me@clinic2000.fr",
        "5mg 30min 2x",
        "0001234567890",
    ],
)
def test_days_telephones_accounts_and_doses_are_no_sums(text: str) -> None:
    assert _sums(text) == []


def test_a_letter_is_a_currency_in_capitals_alone() -> None:
    assert _sums("5 g 12,50") == [("5", ()), ("12,50", ())]
    assert _sums("G 50.00")[0][1] == ("HTG",)
