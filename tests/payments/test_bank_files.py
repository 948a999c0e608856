"""Bank files as the bank's own software would look at them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from expat.bank.messages import schema
from expat.errors import BadInput
from expat.money import current_currencies, from_minor, minor_units
from expat.payments.bank_files import Account, CreditTransfer, credit_transfer_files, read_back
from expat.payments.pain001 import MESSAGE, NAMESPACE
from expat.payments.references import end_to_end_id
from tests.payments.bank_samples import (
    AMERICAN,
    DEBTOR,
    FRENCH,
    MADE_AT,
    SINGAPORE,
    files,
    texts,
    transfer,
)


def test_no_payment_makes_no_file() -> None:
    assert files() == []


def test_euros_to_an_iban_of_the_area_go_as_sepa_and_all_else_in_one_international_file() -> None:
    sepa, rest = files(
        transfer("150.00", "EUR", FRENCH, 1),
        transfer("78.15", "SGD", SINGAPORE, 2),
        transfer("20.00", "EUR", SINGAPORE, 3),
        transfer("9.99", "EUR", FRENCH, 4),
        transfer("10", "USD", FRENCH, 5),
    )
    assert (sepa.kind, sepa.name, sepa.count, sepa.totals) == (
        "sepa",
        "EXP-20261121-1-SEPA.xml",
        2,
        {"EUR": Decimal("159.99")},
    )
    assert (rest.kind, rest.name, rest.count) == ("international", "EXP-20261121-1-INTL.xml", 3)
    assert rest.totals == {"EUR": Decimal("20.00"), "SGD": Decimal("78.15"), "USD": Decimal("10.00")}
    assert texts(sepa.content, "PmtTpInf/SvcLvl/Cd") == ["SEPA"]
    assert texts(sepa.content, "ChrgBr") == ["SLEV"]
    assert texts(rest.content, "ChrgBr") == ["SHAR"] * 3
    assert texts(rest.content, "PmtInfId") == [f"EXP-20261121-1-INTL-{c}" for c in ("EUR", "SGD", "USD")]
    assert texts(rest.content, "GrpHdr/CtrlSum") == ["108.15"]


@pytest.mark.parametrize(
    ("iban", "bic", "kind"),
    [
        ("GB29NWBK60161331926819", None, "sepa"),
        ("CH9300762011623852957", None, "sepa"),
        ("RS35260005601001611379", None, "sepa"),  # in the area since 2026-05-05
        ("AL47212110090000000235698741", None, "sepa"),
        (
            "FR7630006000011234567890189",
            "SOGENCNN",
            "international",
        ),  # New Caledonia: FR, but not in the area
        ("AE070331234567890123456", "BOMLAEAD", "international"),
        ("TR330006100519786457841326", "PTTUTRIS", "international"),
    ],
)
def test_the_bank_of_the_account_says_whether_euros_go_as_sepa(iban: str, bic: str | None, kind: str) -> None:
    (file,) = files(transfer("12.00", "EUR", replace(FRENCH, iban=iban, bic=bic)))
    assert file.kind == kind


def test_serbia_was_outside_the_area_before_its_banks_could_take_part() -> None:
    serbian = replace(FRENCH, iban="RS35260005601001611379", bic="AIKBRS22")
    transfers = [transfer("12.00", "EUR", serbian)]
    (file,) = credit_transfer_files(transfers, DEBTOR, MADE_AT, date(2026, 5, 4), "M1")
    assert file.kind == "international"


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [("1500", "JPY", "1500"), ("33.333", "KWD", "33.333"), ("78.15", "SGD", "78.15"), ("5", "USD", "5.00")],
)
def test_an_amount_has_the_decimals_of_its_currency(amount: str, currency: str, written: str) -> None:
    (file,) = files(transfer(amount, currency, SINGAPORE))
    assert texts(file.content, "InstdAmt") == [written]
    assert texts(file.content, "PmtInf/CtrlSum") == [written]


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(current_currencies()), st.integers(1, 10**9)),
        min_size=1,
        max_size=30,
    )
)
def test_whatever_the_currencies_the_bank_reads_what_is_owed(payments: list[tuple[str, int]]) -> None:
    owed = [(end_to_end_id(i), from_minor(units, c), c) for i, (c, units) in enumerate(payments, 1)]
    creditors = {True: replace(FRENCH, bic="AGRIFRPP"), False: SINGAPORE}
    made = files(*(CreditTransfer(r, a, c, creditors[int(r[-1]) % 2 == 0], "") for r, a, c in owed))
    assert sorted(line for file in made for line in read_back(file.content)) == sorted(owed)
    for file in made:
        document = etree.fromstring(file.content)
        assert schema(MESSAGE).validate(document)
        for batch in document.iter(f"{{{NAMESPACE}}}PmtInf"):
            _assert_sums(batch)
        assert sum(file.totals.values()) == Decimal(texts(file.content, "GrpHdr/CtrlSum")[0])
        assert texts(file.content, "GrpHdr/NbOfTxs") == [str(file.count)]


def _assert_sums(batch: etree._Element) -> None:
    amounts = batch.findall(f".//{{{NAMESPACE}}}InstdAmt")
    (currency,) = {str(a.get("Ccy")) for a in amounts}
    assert batch.findtext(f"{{{NAMESPACE}}}NbOfTxs") == str(len(amounts))
    assert Decimal(str(batch.findtext(f"{{{NAMESPACE}}}CtrlSum"))) == sum(Decimal(str(a.text)) for a in amounts)
    for amount in amounts:
        _, _, decimals = str(amount.text).partition(".")
        assert len(decimals) == minor_units(currency)


def test_every_currency_in_use_can_be_paid() -> None:
    (file,) = files(*(transfer("7", c, SINGAPORE, i) for i, c in enumerate(current_currencies(), 1)))
    assert set(file.totals) == set(current_currencies())
    assert {c: len(str(total).partition(".")[2]) for c, total in file.totals.items()} == {
        c: minor_units(c) for c in current_currencies()
    }


def test_the_payee_is_told_with_a_structured_address_only() -> None:
    (file,) = files(transfer("12.00", "EUR", FRENCH))
    assert texts(file.content, "Cdtr/PstlAdr/StrtNm") == ["rue de la Paix"]
    assert texts(file.content, "Cdtr/PstlAdr/BldgNb") == ["3 bis"]
    assert texts(file.content, "Cdtr/PstlAdr/PstCd") == ["75002"]
    assert texts(file.content, "Cdtr/PstlAdr/TwnNm") == ["Paris"]
    assert texts(file.content, "Cdtr/PstlAdr/Ctry") == ["FR"]
    assert texts(file.content, "Dbtr/PstlAdr/TwnNm") == ["Paris"]


@settings(deadline=None)
@given(st.fixed_dictionaries({f: st.text("aé '/&", max_size=90) for f in ("street", "holder", "town", "bank_name")}))
def test_no_free_line_however_long_or_odd_the_address_is(texts: dict[str, str]) -> None:
    long: dict[str, Any] = {field: f"x{text}" for field, text in texts.items()}
    odd = replace(SINGAPORE, bic=None, **long)
    (file,) = files(transfer("12.00", "USD", odd))
    assert b"AdrLine" not in file.content
    assert file.content.count(b"<TwnNm>") == 2


def test_a_bank_is_named_by_bic_by_clearing_code_or_by_name_and_country() -> None:
    by_name = Account(
        holder="A B",
        number="12",
        bank_name="Banque de l'Île",
        bank_country="VU",
        town="Port Vila",
        country="VU",
    )
    transfers = [transfer("1", "USD", a, i) for i, a in enumerate((SINGAPORE, AMERICAN, by_name), 1)]
    (file,) = files(*transfers)
    assert texts(file.content, "CdtrAgt/FinInstnId/BICFI") == ["DBSSSGSG"]
    assert texts(file.content, "ClrSysMmbId/ClrSysId/Cd") == ["USABA"]
    assert texts(file.content, "ClrSysMmbId/MmbId") == ["021000021"]
    assert texts(file.content, "CdtrAgt/FinInstnId/Nm") == ["Banque de l'Ile"]
    assert texts(file.content, "CdtrAgt/FinInstnId/PstlAdr/Ctry") == ["VU"]
    assert texts(file.content, "CdtrAcct/Id/Othr/Id") == ["0123456789", "12345678", "12"]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Zoë Müller", "Zoe Muller"),
        ("Søren Ærø", "Soren AEro"),
        ("Łukasz Żółć", "Lukasz Zolc"),
        ("Nguyễn Thị Ánh", "Nguyen Thi Anh"),
        ("Straße Þór", "Strasse THor"),
        ("O’Brien–Smith & Fils_", "O'Brien-Smith + Fils-"),
        ("Ｊｏｈｎ\u202f２", "John 2"),
        ("Kahaluʻu // Ōkina/", "Kahalu'u / Okina"),
    ],
)
def test_names_are_written_in_the_letters_that_banks_take(name: str, written: str) -> None:
    (file,) = files(transfer("12.00", "EUR", replace(FRENCH, holder=name)))
    assert texts(file.content, "Cdtr/Nm") == [written]


@settings(deadline=None)
@given(st.text(st.characters(max_codepoint=0x24F, exclude_categories=["Cs"]), min_size=1, max_size=300))
def test_any_latin_name_is_refused_or_makes_a_file_that_banks_take(name: str) -> None:
    transfers = [
        transfer("1", "EUR", replace(FRENCH, holder=name), text=name),
        transfer("1", "JPY", SINGAPORE, 2),
    ]
    try:
        sepa, _rest = files(*transfers)
    except BadInput as refused:
        assert refused.where.endswith((", holder", ", remittance"))
        assert not any(c.isalnum() and c.isascii() for c in name) or any(
            unicodedata.category(c)[0] == "L" and not c.isascii() for c in name
        )
        return
    (written,) = texts(sepa.content, "Cdtr/Nm")
    assert 1 <= len(written) <= 70
    assert written.isascii() and written == written.strip(" /") and "//" not in written


def test_a_long_name_is_cut_where_sepa_ends_and_the_remittance_at_140() -> None:
    name, text = "Jean-Baptiste " * 12, "claim 17, " * 30
    sepa, rest = files(
        transfer("1", "EUR", replace(FRENCH, holder=name), 1, text),
        transfer("1", "USD", replace(SINGAPORE, holder=name), 2, text),
    )
    assert texts(sepa.content, "Cdtr/Nm") == [name[:70].strip()]
    assert texts(rest.content, "Cdtr/Nm") == [name[:140].strip()]
    assert [len(t) for t in texts(rest.content, "RmtInf/Ustrd")] == [len(text[:140].strip())]


def _many(count: int) -> Iterable[CreditTransfer]:
    for i in range(1, count + 1):
        yield transfer(f"{i}.25", "EUR" if i % 2 else "SGD", FRENCH if i % 2 else SINGAPORE, i)


def test_a_great_many_payments_are_all_there() -> None:
    sepa, rest = files(*_many(20_000))
    assert (sepa.count, rest.count) == (10_000, 10_000)
    assert sepa.totals["EUR"] == Decimal("100002500.00")
    assert len({reference for file in (sepa, rest) for reference, _, _ in read_back(file.content)}) == 20_000
