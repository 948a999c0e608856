"""Fixed parities: to the euro every day, to the dollar at the dollar's rate, and a loader that refuses."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlmodel import Session

from expat.currency.parities import load, parities, parity_of
from expat.currency.rates import rates_on
from expat.errors import BadInput
from expat.wording.voice import voice
from tests.currency.conftest import Publish

PREFERENCE = ("operator", "ecb", "parity", "forex-python")
DAY = date(2025, 8, 1)


@pytest.mark.parametrize(
    ("currency", "per", "value"),
    [
        ("XOF", "EUR", "655.957"),
        ("XAF", "EUR", "655.957"),
        ("XPF", "EUR", "119.331742"),
        ("KMF", "EUR", "491.96775"),
        ("BAM", "EUR", "1.95583"),
        ("CVE", "EUR", "110.265"),
        ("AED", "USD", "3.6725"),
        ("SAR", "USD", "3.75"),
        ("QAR", "USD", "3.64"),
        ("BHD", "USD", "0.376"),
        ("OMR", "USD", "0.3845"),
        ("JOD", "USD", "0.709"),
    ],
)
def test_each_official_parity_is_dated_and_cited(currency: str, per: str, value: str) -> None:
    parity = parity_of(currency, DAY)
    assert parity is not None
    assert (parity.per, parity.value) == (per, Decimal(value))
    assert parity.citation
    assert parity_of(currency, date(1998, 12, 31)) is None


def test_no_other_currency_has_one() -> None:
    assert len(parities()) == 14
    assert parity_of("MAD", DAY) is None


def test_a_currency_that_the_euro_replaced_is_converted_for_good_from_that_day() -> None:
    lev, kuna = parity_of("BGN", date(2026, 1, 1)), parity_of("HRK", date(2023, 1, 1))
    assert lev is not None
    assert kuna is not None
    assert (lev.value, kuna.value) == (Decimal("1.95583"), Decimal("7.53450"))
    assert parity_of("BGN", date(2025, 12, 31)) is None
    assert parity_of("HRK", date(2022, 12, 31)) is None


def test_a_parity_to_the_euro_needs_no_rate_and_has_no_age(session: Session) -> None:
    franc = rates_on(session, ["XOF"], DAY, PREFERENCE)["XOF"]
    assert (franc.value, franc.source, franc.published_on, franc.basis) == (
        Decimal("655.957"),
        "parity",
        DAY,
        "parity_eur",
    )


def test_a_dollar_parity_is_the_exact_product_and_says_so(session: Session, publish: Publish) -> None:
    publish("USD", "1.0867", "2025-07-31")
    dinar = rates_on(session, ["BHD"], DAY, PREFERENCE)["BHD"]
    assert dinar.value == Decimal("0.4085992")
    assert (dinar.published_on, dinar.basis) == (date(2025, 7, 31), "parity_usd")
    assert dinar.note is not None
    assert dinar.note.startswith("0.376 BHD per USD × 1.0867 USD per EUR of 2025-07-31, ECB")


@pytest.mark.parametrize(
    ("dollar", "currency", "shown"),
    [("1.1172", "AED", "4.102917"), ("1.1200", "AED", "4.1132"), ("4.0000", "AED", "14.69"), ("8", "SAR", "30")],
)
def test_a_dollar_parity_has_no_zeros_of_the_multiplication(
    session: Session, publish: Publish, dollar: str, currency: str, shown: str
) -> None:
    publish("USD", dollar, "2025-07-31")
    value = rates_on(session, [currency], DAY, PREFERENCE)[currency].value
    assert (str(value), voice("en").rate(value)) == (shown, shown)


def test_a_published_rate_keeps_the_zeros_that_it_was_published_with(session: Session, publish: Publish) -> None:
    publish("USD", "1.1200", "2025-07-31")
    assert voice("fr").rate(rates_on(session, ["USD"], DAY, PREFERENCE)["USD"].value) == "1,1200"


def test_a_dollar_parity_is_as_old_as_the_dollar(session: Session, publish: Publish) -> None:
    publish("USD", "1.0867", "2025-07-31")
    assert "BHD" in rates_on(session, ["BHD"], date(2025, 8, 7), PREFERENCE)
    assert "BHD" not in rates_on(session, ["BHD"], date(2025, 8, 8), PREFERENCE)


def test_the_ecbs_dollar_of_the_day_comes_before_the_operators(session: Session, publish: Publish) -> None:
    publish("USD", "1.0867", "2025-07-31", "ecb")
    publish("USD", "2", "2025-07-31", "operator")
    found = rates_on(session, ["USD", "SAR"], DAY, PREFERENCE)
    assert (found["USD"].value, found["SAR"].value) == (Decimal(2), Decimal("4.075125"))


def test_a_source_before_parity_wins_and_one_after_it_does_not(session: Session, publish: Publish) -> None:
    publish("XOF", "656", "2025-08-01", "forex-python")
    assert rates_on(session, ["XOF"], DAY, PREFERENCE)["XOF"].source == "parity"
    publish("XOF", "1000", "2025-07-28", "operator")
    assert rates_on(session, ["XOF"], DAY, PREFERENCE)["XOF"].source == "operator"
    assert rates_on(session, ["XOF"], DAY, ("parity", "operator"))["XOF"].source == "parity"


def test_without_parity_in_the_preference_there_is_none(session: Session) -> None:
    assert rates_on(session, ["XOF"], DAY, ("ecb",)) == {}


GOOD = '[[parity]]\ncurrency = "XOF"\nper = "EUR"\nvalue = 655.957\nfrom = 1999-01-01\ncitation = "BCEAO"\n'


@pytest.mark.parametrize(
    ("text", "where", "problem"),
    [
        ("", "", "holds nothing"),
        ("[[parity", "", "no TOML"),
        (GOOD.replace("XOF", "XYZ"), "parity 1, currency", "no currency"),
        (GOOD.replace('"EUR"', '"GBP"'), "parity 1, per", "EUR or USD"),
        (GOOD.replace("655.957", '"655.957"'), "parity 1, value", "no parity"),
        (GOOD.replace("655.957", "-1.5"), "parity 1, value", "no parity"),
        (GOOD.replace("1999-01-01", '"1999"'), "parity 1, from", "no date"),
        (GOOD.replace('"BCEAO"', '""'), "parity 1, citation", "no text"),
        (GOOD.replace("from", "since"), "parity 1, from", "is missing"),
        (GOOD + "until = 1998-01-01\n", "parity 1, until", "lies before"),
        (GOOD + GOOD, "XOF", "two entries hold on 1999-01-01"),
    ],
)
def test_a_bad_file_is_refused_by_entry_and_key(tmp_path: Path, text: str, where: str, problem: str) -> None:
    file = tmp_path / "parities.toml"
    file.write_text(text)
    with pytest.raises(BadInput) as refused:
        load(file)
    assert str(file) in refused.value.where
    assert where in refused.value.where
    assert problem in str(refused.value)
