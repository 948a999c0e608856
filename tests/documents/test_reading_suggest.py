"""What is proposed of an invoice, from its text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expat.documents.reading.lines import plain
from expat.documents.reading.suggest import suggest
from expat.documents.reading.suggestion import Hints, Suggestion
from tests.documents.reading_papers import TODAY, papers, wrong, wrongly_sure

PIECES = [
    "Total", "Invoice no.", "Date", "12/03/2026", "31.12.99", "1.234", "120.000", "0.000", "$", "KWD", "R", "kr", "-",
    "45,-", "合計", "令和8年3月12日", "日", "IBAN", "FR7630006000011234567890189", "+65 61234567", "www.a.sg", "Paris",
    ":", "  ", "\n", "Patient", "Clinic", "paid", "balance", "VAT 20 %", "99999999999",
]  # fmt: skip


def _suggest(text: str, home: str | None = None, from_picture: bool = False) -> Suggestion:
    return suggest(plain(text), TODAY, Hints(home), from_picture)


@pytest.mark.parametrize("name", papers())
def test_the_figures_of_an_invoice_are_proposed(name: str) -> None:
    paper = papers()[name]
    assert wrong(suggest(plain(paper.text), TODAY, paper.hints), paper) == {}


def test_what_is_called_sure_is_right() -> None:
    read = {name: suggest(plain(paper.text), TODAY, paper.hints) for name, paper in papers().items()}
    assert {name: found for name, paper in papers().items() if (found := wrongly_sure(read[name], paper))} == {}
    certain = [one for one in read.values() if one.amount[0].sure]
    assert 10 * len(certain) >= 9 * len(read), "a suggestion that is never sure helps nobody"


def test_a_payment_does_not_make_the_invoice_smaller() -> None:
    told = _suggest("Clinic\nTotal  100.00\nDeposit paid  30.00\nAmount due  70.00")
    assert [one.value for one in told.amount][:2] == [Decimal("100.00"), Decimal("70.00")]
    assert _suggest("Clinic\nTotal  100.00\nPaid  100.00\nAmount due  0.00").amount[0].value == 100


def test_a_discount_does() -> None:
    assert _suggest("Gross total  100.00\nDiscount  10.00\nNet payable  90.00").amount[0].value == 90


def test_tax_that_is_included_is_not_the_total() -> None:
    assert _suggest("TOTAL INCL. VAT 20 %  120.00\nVAT  20.00\nNet  100.00").amount[0].value == 120


def test_without_a_word_for_it_the_largest_sum_is_only_likely() -> None:
    told = _suggest("Consultation   45,00 €\nRadio   80,00 €")
    assert (told.amount[0].value, told.amount[0].confidence) == (Decimal("80.00"), "likely")


@pytest.mark.parametrize(
    ("home", "currency"), [("SG", "SGD"), ("CA", "CAD"), ("AU", "AUD"), ("HK", "HKD"), (None, "USD"), ("FR", "USD")]
)
def test_a_dollar_is_that_of_where_the_member_lives(home: str | None, currency: str) -> None:
    told = _suggest("Total  $45.00", home)
    assert (told.currency[0].value, told.currency[0].confidence) == (currency, "likely")
    assert len(told.currency) > 1


def test_the_paper_tells_more_than_where_the_member_lives() -> None:
    told = _suggest("Family Clinic\n1 Orchard Road, Singapore 238871\nTel. +65 6733 1234\nTotal  $45.00", "US")
    assert (told.currency[0].value, told.currency[0].confidence, told.country[0].value) == ("SGD", "sure", "SG")


def test_a_sum_without_a_sign_is_in_the_money_of_the_country() -> None:
    assert _suggest("Cabinet médical\nDakar, Sénégal\nTotal  15 000").currency[0].value == "XOF"
    assert _suggest("Total  15 000", "SN").currency[0].value == "XOF"
    assert _suggest("Total  15 000").currency == ()


def test_a_sum_has_the_decimals_of_its_currency() -> None:
    assert str(_suggest("Total  120.000", "VN").amount[0].value) == "120000"
    assert str(_suggest("Total  120.000", "KW").amount[0].value) == "120.000"
    assert str(_suggest("Total EUR 45").amount[0].value) == "45.00"


def test_a_picture_s_total_is_sure_only_where_the_lines_come_to_it() -> None:
    lines = "Consultation   45.00\nX-ray          80.00\n"
    assert _suggest(lines + "Total EUR     125.00", from_picture=True).amount[0].sure
    assert not _suggest(lines + "Total EUR     126.00", from_picture=True).amount[0].sure
    assert _suggest(lines + "Total EUR     126.00").amount[0].sure


def test_the_first_day_of_care_is_told_where_it_is_another() -> None:
    told = _suggest("Invoice date: 20/07/2026\nAdmission: 15/07/2026\nDischarge: 17/07/2026")
    assert (told.invoice_date[0].value, told.care_date[0].value) == (date(2026, 7, 20), date(2026, 7, 15))
    assert _suggest("Date: 20/07/2026\nDate of service: 20/07/2026").care_date == ()


def test_birthdays_and_deadlines_are_not_proposed() -> None:
    told = _suggest("Date of birth: 03/02/2024\nDue date: 20/08/2026\nDate: 20/07/2026\nValid until 01/08/2026")
    assert [one.value for one in (*told.invoice_date, *told.care_date)] == [date(2026, 7, 20)]


def test_the_patient_is_not_the_provider() -> None:
    told = _suggest(
        "Patient: Dr Hugo Martin\nHarbour Dental Clinic    Bill to:\n12 Quay Street           Clinic of Mr Martin"
    )
    assert told.provider[0].value == "Harbour Dental Clinic"
    assert len(told.provider) == 1


def test_a_patient_who_is_called_as_a_country_is_tells_nothing() -> None:
    assert _suggest("Cabinet médical\nPatient : Jean Saint-Martin\nTotal 45,00 €").country == ()


def test_what_a_figure_was_read_from_says_nothing_of_the_illness() -> None:
    told = _suggest("Total for HIV test and depression therapy   45.00 EUR\n12/03/2026 Depression therapy   45.00")
    pieces = " ".join(text["text"] for found in told.as_json().values() for text in found)
    assert "HIV" not in pieces and "epression" not in pieces


def test_a_suggestion_is_kept_and_comes_back_as_it_was() -> None:
    for paper in papers().values():
        told = suggest(plain(paper.text), TODAY, paper.hints)
        assert Suggestion.from_json(told.as_json()) == told
    assert Suggestion.from_json({}) == Suggestion()


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=400))
def test_any_text_gives_a_suggestion_or_none_and_never_an_error(text: str) -> None:
    assert suggest(plain(text), TODAY, Hints("SG")) is not None


@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_the_pieces_of_an_invoice_in_any_order_do_no_harm(pieces: list[str]) -> None:
    suggest(plain(" ".join(pieces)), TODAY, Hints("KW"), from_picture=True)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 20_000,
        "1" * 20_000,
        "1." * 10_000,
        "1-" * 10_000,
        "12/03/2026 " * 2_000,
        "Total 1.00 " * 2_000,
        "FR76 " * 4_000,
    ],
)
def test_a_page_written_to_stop_the_reader_does_not(text: str) -> None:
    began = monotonic()
    suggest(plain("\n".join([text[:300]] * 400)), TODAY)
    assert monotonic() - began < 30
