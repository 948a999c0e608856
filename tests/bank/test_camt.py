"""What a bank's statement or notification says, in every version of the message."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expat.bank.camt import read
from expat.bank.reference import premium_reference, premiums_named
from expat.bank.statements import Balance, BankMessage, Party, Returned
from expat.money import from_minor
from tests.bank.bank_says import OURS, THEIRS, Entry, Tx, message

VERSIONS = range(2, 15)
KINDS = ("053", "054")
PAID = Tx(
    amount="312.50",
    instructed="312.50",
    end_to_end="NOTPROVIDED",
    text=("Prime", "rf58 prm0 0000 0001"),
    debtor=("Zoë Müller", THEIRS),
    creditor=("Mutuelle", OURS),
)
CAME_BACK = Tx(
    amount="-315.50",
    instructed="312.50",
    charges="3.00",
    end_to_end="RF31PRM000000002",
    mandate="EXP-2-1",
    debtor=("Jean Favre", "CH93 0076 2011 6238 5295 7"),
    reason="AM04",
    told="Provision insuffisante",
)


def said(*entries: Entry, **more: object) -> BankMessage:
    return read("bank.xml", message(*entries, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_tells_the_same(version: int, kind: str) -> None:
    told = said(
        Entry("312.50", reference="B1", payments=(PAID,)),
        Entry("-315.50", reference="B2", reversal=True, code="PMNT-IDDT-UPDD", payments=(CAME_BACK,)),
        version=version,
        kind=kind,
    )
    assert told.kind == ("statement" if kind == "053" else "notification")
    assert told.version == f"camt.{kind}.001.{version:02d}"
    assert (told.message_id, told.made_on) == ("M-1", date(2026, 12, 2))
    (statement,) = told.statements
    assert (statement.id, statement.account, statement.currency) == ("S-1", OURS, "EUR")
    paid, back = statement.entries
    assert (paid.amount, paid.status, paid.booked_on, paid.value_on) == (
        312_50, "booked", date(2026, 12, 1), date(2026, 12, 1),
    )  # fmt: skip
    (one,) = paid.payments
    assert (one.amount, one.end_to_end_id, one.counterparty) == (312_50, None, Party("Zoë Müller", THEIRS))
    assert one.remittance == "Prime rf58 prm0 0000 0001"
    assert premiums_named(one.remittance) == (1,)
    assert (back.amount, back.reversal, back.transaction_code) == (-315_50, True, "PMNT-IDDT-UPDD")
    (one,) = back.payments
    assert (one.amount, one.instructed, one.charges) == (-315_50, -312_50, 3_00)
    assert (one.end_to_end_id, one.mandate) == (premium_reference(2), "EXP-2-1")
    assert one.counterparty == Party("Jean Favre", "CH9300762011623852957")
    assert one.returned == Returned("AM04", "Provision insuffisante")


@pytest.mark.parametrize("version", [2, 4, 8])
def test_a_batch_is_split_into_its_payments(version: int) -> None:
    parts = tuple(Tx(f"{n}.00", end_to_end=premium_reference(n), payment_id="DD-1") for n in range(1, 4))
    ((entry,),) = (
        s.entries for s in said(Entry("6.00", batch="DD-1", size=3, payments=parts), version=version).statements
    )
    assert (entry.payment_id, entry.size, entry.charges) == ("DD-1", 3, 0)
    assert [(p.end_to_end_id, p.amount, p.payment_id) for p in entry.payments] == [
        (premium_reference(n), n * 100, "DD-1") for n in range(1, 4)
    ]


def test_a_great_batch_is_split_in_no_time() -> None:
    parts = tuple(Tx("1.00", end_to_end=premium_reference(n)) for n in range(1, 3001))
    ((entry,),) = (s.entries for s in said(Entry("3000.00", payments=parts)).statements)
    assert len({p.end_to_end_id for p in entry.payments}) == 3000


def test_a_batch_without_details_is_one_payment_that_names_the_batch() -> None:
    ((entry,),) = (s.entries for s in said(Entry("625.00", batch="DD-1", size=2)).statements)
    assert [(p.amount, p.payment_id, p.end_to_end_id) for p in entry.payments] == [(625_00, "DD-1", None)]


def test_the_only_payment_of_an_entry_has_its_amount() -> None:
    ((entry,),) = (s.entries for s in said(Entry("-20.00", payments=(Tx(text=("fee",)),))).statements)
    assert [p.amount for p in entry.payments] == [-20_00]


def test_an_entry_without_details_says_what_it_is_for() -> None:
    ((entry,),) = (s.entries for s in said(Entry("312.50", text="VIR RF58PRM000000001")).statements)
    assert premiums_named(entry.text, *(p.remittance for p in entry.payments)) == (1,)


def test_what_the_bank_charges_stays_apart_from_what_was_paid() -> None:
    told = said(Entry("307.50", charges="5.00", payments=(PAID,)))
    ((entry,),) = (s.entries for s in told.statements)
    assert (entry.amount, entry.charges, [p.amount for p in entry.payments]) == (307_50, -5_00, [312_50])


def test_a_structured_reference_is_told_apart_from_the_text() -> None:
    one = PAID._replace(text=("Prime",), reference="RF58PRM000000001")
    ((entry,),) = (s.entries for s in said(Entry(payments=(one,))).statements)
    assert (entry.payments[0].references, entry.payments[0].remittance) == (("RF58PRM000000001",), "Prime")


@pytest.mark.parametrize(
    ("number", "reason", "parties", "name"),
    [
        ("5.00", None, "both", "They"),
        ("-5.00", None, "both", "They"),
        ("5.00", None, "names", "Payer"),
        ("-5.00", None, "names", "Payee"),
        ("-5.00", "AM04", "names", "Payer"),  # a collection of ours that came back
        ("5.00", "AC04", "names", "Payee"),  # a transfer of ours that came back
    ],
)
def test_the_counterparty_is_the_other_side(number: str, reason: str | None, parties: str, name: str) -> None:
    came_in = not number.startswith("-")
    if parties == "both":
        sides = (("They", THEIRS), ("We", OURS)) if came_in else (("We", OURS), ("They", THEIRS))
    else:
        sides = (("Payer", ""), ("Payee", ""))
    one = Tx(number, debtor=sides[0], creditor=sides[1], reason=reason)
    ((entry,),) = (s.entries for s in said(Entry(number, payments=(one,))).statements)
    assert entry.payments[0].counterparty.name == name


def test_balances_prove_a_statement() -> None:
    balances = (("PRCD", "100.00", "2026-11-30"), ("CLBD", "-3.00", "2026-12-01"))
    told = said(
        Entry("312.50"), Entry("-415.50"), Entry("9.99", status="PDNG"), Entry("9.99", status="INFO"), balances=balances
    )
    (statement,) = told.statements
    assert statement.adds_up
    assert statement.opening == Balance("PRCD", 100_00, date(2026, 11, 30))
    assert statement.closing == Balance("CLBD", -3_00, date(2026, 12, 1))
    assert [e.status for e in statement.entries] == ["booked", "booked", "pending", "information"]


def test_without_both_balances_or_the_other_pages_nothing_is_proven() -> None:
    assert not said(Entry(), balances=(("CLBD", "1.00", "2026-12-01"),)).statements[0].adds_up
    balances = (("OPBD", "0.00", "2026-11-30"), ("CLBD", "99.00", "2026-12-01"))
    told = said(Entry(), balances=balances, page=(1, False))
    assert (told.page, told.last_page, told.statements[0].adds_up) == (1, False, False)


def test_two_equal_entries_that_the_balances_prove_are_two() -> None:
    twice = (Entry("5.00", reference="B1"),) * 2
    (statement,) = said(*twice, balances=(("OPBD", "0.00", "2026-11-30"), ("CLBD", "10.00", "2026-12-01"))).statements
    first, second = statement.entries
    assert first.key != second.key
    assert first.key in second.key


def test_an_entry_has_the_same_key_whenever_it_is_told_again() -> None:
    some = Entry("5.00", reference="B1", payments=(PAID._replace(amount="5.00"),)), Entry("6.00"), Entry("6.00")
    keys = [e.key for e in said(*some).statements[0].entries]
    again = [e.key for e in said(*some[1:], some[0], version=4).statements[0].entries]
    assert len(set(keys)) == 3
    assert set(keys) == set(again)
    assert max(map(len, keys)) <= 46  # a batch of a hundred thousand equal entries


def test_the_key_of_an_entry_is_kept_and_does_not_change_with_the_code() -> None:
    (statement,) = said(Entry("5.00", reference="B1", payments=(PAID._replace(amount="5.00"),))).statements
    assert statement.entries[0].key == "458c2b7a58947eca192c106edf6edfa3ec274bca"


def test_a_message_may_stand_in_an_envelope() -> None:
    content = message(Entry()).partition(b"?>")[2]
    told = read("bank.xml", b'<Envelope xmlns="urn:bank"><Header/>' + content + b"</Envelope>")
    assert len(told.statements[0].entries) == 1


def test_minor_units_are_the_currency_s() -> None:
    told = said(Entry("1500", currency="JPY"), currency="JPY")
    assert (told.statements[0].currency, told.statements[0].entries[0].amount) == ("JPY", 1500)
    told = said(Entry("0000000001.500", currency="KWD"), currency=None)
    assert (told.statements[0].currency, told.statements[0].entries[0].amount) == ("KWD", 1500)


@settings(max_examples=60)
@given(
    st.integers(-(10**12), 10**12),
    st.lists(st.lists(st.integers(1, 10**9), min_size=1, max_size=4), max_size=6),
    st.sampled_from([2, 8, 13]),
)
def test_every_cent_of_a_statement_comes_out(opening: int, batches: list[list[int]], version: int) -> None:
    signed = [[cents * (-1) ** n for cents in batch] for n, batch in enumerate(batches)]
    entries = [
        Entry(euros(sum(batch)), payments=tuple(Tx(euros(cents)) for cents in batch), reference=f"B{n}")
        for n, batch in enumerate(signed)
    ]
    closing = opening + sum(map(sum, signed))
    balances = (("OPBD", euros(opening), "2026-11-30"), ("CLBD", euros(closing), "2026-12-01"))
    (statement,) = said(*entries, balances=balances, version=version).statements
    assert statement.adds_up
    assert [[p.amount for p in e.payments] for e in statement.entries] == signed
    assert statement.closing is not None
    assert statement.closing.amount == closing


def euros(cents: int) -> str:
    return str(from_minor(cents, "EUR"))
