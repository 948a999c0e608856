"""What is refused before anything is written to a bank file, and how it is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from expat.errors import BadInput
from expat.payments.bank_files import CreditTransfer, credit_transfer_files, read_back
from expat.payments.references import end_to_end_id
from tests.payments.bank_samples import (
    DEBTOR,
    FRENCH,
    MADE_AT,
    ON,
    SINGAPORE,
    files,
    refusal,
    texts,
    transfer,
)

# Cyrillic, Greek, Arabic, Chinese, Thai
OTHER_SCRIPTS = ["Иван Петров", "Γιώργος", "محمد علي", "王小明", "สมชาย", "Jean 王"]


@pytest.mark.parametrize("field", ["holder", "town", "street"])
@pytest.mark.parametrize("name", OTHER_SCRIPTS)
def test_another_script_is_refused_not_guessed_at(field: str, name: str) -> None:
    change: dict[str, Any] = {field: name}
    refused = refusal(transfer("12.00", "EUR", replace(FRENCH, **change), 7))
    assert refused.where == f"transfer {end_to_end_id(7)}, {field}"
    assert "Latin letters" in refused.expected


@pytest.mark.parametrize(
    ("change", "field", "expected"),
    [
        ({"iban": "FR7630006000011234567890188"}, "iban", "statement"),
        ({"iban": "US123"}, "iban", "statement"),
        ({"bic": "AGRIFR"}, "bic", "8 or 11"),
        ({"town": " "}, "town", "town"),
        ({"country": ""}, "country", "ISO 3166"),
        ({"country": "ZZ"}, "country", "ISO 3166"),
        ({"country": "fr"}, "country", "ISO 3166"),
        ({"holder": "..."}, "holder", "name"),
        ({"postcode": "1" * 17}, "postcode", "16"),
        ({"number": "123"}, "number", "IBAN"),
        ({"iban": None}, "iban", "account number"),
        ({"iban": None, "number": "0" * 35}, "number", "34"),
    ],
)
def test_an_account_that_no_bank_can_pay_is_refused_by_name(change: dict[str, Any], field: str, expected: str) -> None:
    refused = refusal(transfer("1", "EUR", SINGAPORE, 1), transfer("12.00", "EUR", replace(FRENCH, **change), 7))
    assert refused.where == f"transfer {end_to_end_id(7)}, {field}"
    assert expected in refused.expected


@pytest.mark.parametrize(
    ("amount", "currency", "field"),
    [
        ("0", "EUR", "amount"),
        ("-1", "EUR", "amount"),
        ("NaN", "EUR", "amount"),
        ("Infinity", "SGD", "amount"),
        ("1.001", "EUR", "amount"),
        ("1500.5", "JPY", "amount"),
        ("1.2345", "KWD", "amount"),
        ("1000000000.00", "EUR", "amount"),
        ("1E+20", "USD", "amount"),
        ("1", "XYZ", "currency"),
        ("1", "BGN", "currency"),
        ("1", "eur", "currency"),
    ],
)
def test_an_amount_that_cannot_be_paid_is_refused(amount: str, currency: str, field: str) -> None:
    refused = refusal(transfer(amount, currency, replace(FRENCH, bic="AGRIFRPP"), 7))
    assert refused.where == f"transfer {end_to_end_id(7)}, {field}"
    assert refused.expected


def test_the_same_reference_twice_is_refused() -> None:
    refused = refusal(transfer("1", "EUR", FRENCH, 7), transfer("2", "USD", SINGAPORE, 7))
    assert refused.where == f"transfer {end_to_end_id(7)}, end_to_end_id"


@pytest.mark.parametrize("reference", ["", "x" * 36, "é", "/a", "a//b", "a/", "a "])
def test_a_reference_that_banks_refuse_is_refused(reference: str) -> None:
    refused = refusal(CreditTransfer(reference, Decimal(1), "EUR", FRENCH, ""))
    assert refused.where == f"transfer {reference}, end_to_end_id"


def test_amounts_that_add_up_to_more_than_a_file_can_hold_are_refused() -> None:
    transfers = [transfer("9999999999999999", "IDR", SINGAPORE, i) for i in (1, 2)]
    assert refusal(*transfers).where == "bank file"


def test_an_iban_outside_sepa_needs_its_bank() -> None:
    saudi = replace(FRENCH, iban="SA0380000000608010167519")
    refused = refusal(transfer("10", "SAR", saudi, 7))
    assert refused.where == f"transfer {end_to_end_id(7)}, bic"
    (file,) = files(transfer("10", "SAR", replace(saudi, bic="RJHISARI")))
    assert texts(file.content, "BICFI") == ["AGRIFRPP", "RJHISARI"]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"iban": "FR76"}, "debtor iban"),
        ({"bic": "X"}, "debtor bic"),
        ({"town": ""}, "debtor town"),
        ({"country": "France"}, "debtor country"),
        ({"name": ""}, "debtor name"),
    ],
)
def test_a_debtor_that_the_bank_would_not_know_is_refused(change: dict[str, str], where: str) -> None:
    with pytest.raises(BadInput) as refused:
        credit_transfer_files([], replace(DEBTOR, **change), MADE_AT, ON, "M1")
    assert refused.value.where == where


@pytest.mark.parametrize("message_id", ["", "x" * 27, "a b", "é"])
def test_a_message_id_that_banks_refuse_is_refused(message_id: str) -> None:
    with pytest.raises(BadInput):
        credit_transfer_files([], DEBTOR, MADE_AT, ON, message_id)


def test_an_instant_without_a_zone_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="aware"):
        credit_transfer_files([], DEBTOR, datetime(2026, 11, 21), ON, "M1")


def test_what_is_no_bank_file_is_not_read_back() -> None:
    entity = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
    for content in (b"", b"hello", b"<a/>", entity):
        with pytest.raises(BadInput):
            read_back(content)
