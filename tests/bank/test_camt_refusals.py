"""What cannot be read or contradicts itself is refused with its place and what would be right, never with a trace."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from expat.bank.camt import MOST, read
from expat.errors import BadInput
from tests.bank.bank_says import THEIRS, Entry, Tx, message

PAID = Tx("312.50", instructed="312.50", text=("Prime",), debtor=("Zoë", THEIRS), reason="AM04", charges="0.00")
BALANCES = (("OPBD", "0.00", "2026-11-30"), ("CLBD", "312.50", "2026-12-01"))
WHOLE = message(Entry(reference="B1", batch="DD-1", size=1, payments=(PAID,)), balances=BALANCES, page=(1, True))
LATE = message(Entry(payments=(PAID,)), version=13, kind="054")


def refusal(content: bytes) -> str:
    with pytest.raises(BadInput) as refused:
        read("bank.xml", content)
    return str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("camt.053.001.08", "camt.053.001.15", "version camt.053.001.15 is not known; one of camt.053.001.02 to"),
        ("camt.053.001.08", "camt.053.001.01", "version camt.053.001.01 is not known"),
        ("camt.053.001.08", "camt.052.001.08", "'urn:iso:std:iso:20022:tech:xsd:camt.052.001.08' is not read here"),
        ("camt.053.001.08", "camt.054.001.08", "Document/BkToCstmrDbtCdtNtfctn: is missing"),
        ("<MsgId>M-1</MsgId>", "", "Document/BkToCstmrStmt/GrpHdr/MsgId: is missing"),
        ("<Id>S-1</Id>", "", "Stmt/Id: is missing"),
        (f"<IBAN>{THEIRS}</IBAN>", "<IBAN><X/></IBAN>", "DbtrAcct/Id/IBAN: has elements in it; a text"),
        ("<Ccy>EUR</Ccy>", "<Ccy>USD</Ccy>", "Bal[1]/Amt: is in EUR; USD, the account's currency"),
        ("FR7630006000011234567890189", "FR7630006000011234567890188", "Stmt/Acct/Id/IBAN: FR76… is no IBAN"),
        ('<Ntry><Amt Ccy="EUR">312.50', '<Ntry><Amt Ccy="USD">312.50', "Stmt/Ntry/Amt: is in USD; EUR"),
        ('<Ntry><Amt Ccy="EUR">312.50', '<Ntry><Amt Ccy="EUR">312,50', "'312,50' is no amount"),
        ('<Ntry><Amt Ccy="EUR">312.50', '<Ntry><Amt Ccy="EUR">-312.50', "'-312.50' is no amount"),
        ('<Ntry><Amt Ccy="EUR">312.50', '<Ntry><Amt Ccy="EUR">312.505', "too many decimals; at most 2"),
        ('<Ntry><Amt Ccy="EUR">312.50', '<Ntry><Amt Ccy="EUR">', "Ntry/Amt: '' is no amount"),
        ('<Ntry><Amt Ccy="EUR">312.50', "<Ntry><Amt>312.50", "Ntry/Amt, Ccy: '' is no currency"),
        ('<Ntry><Amt Ccy="EUR">312.50', '<Ntry><Amt Ccy="XXX">312.50', "'XXX' is no currency"),
        ('<Ntry><Amt Ccy="EUR">312.50</Amt>', "<Ntry>", "Ntry/Amt: is missing"),
        ('<Ntry><Amt Ccy="EUR">312.50', '<Ntry><Amt Ccy="EUR">312.51', "312.50 EUR, but the entry is 312.51"),
        ('<Ntry><Amt Ccy="EUR">', '<Ntry><Amt Ccy="EUR">1</Amt><Amt Ccy="EUR">', "Ntry/Amt[2]: occurs twice; once"),
        ("<Cd>BOOK</Cd>", "<Cd>DONE</Cd>", "Ntry/Sts/Cd: 'DONE' is not known; one of BOOK, PDNG, INFO, FUTR"),
        ("2026-12-01</Dt>\n</BookgDt>", "2026-12-32</Dt>\n</BookgDt>", "BookgDt/Dt: '2026-12-32' is no day"),
        ("<Cd>OPBD</Cd>", "", "Bal[1]/Tp/CdOrPrtry/Cd: is missing"),
        ("<Dt><Dt>2026-11-30</Dt>\n</Dt>", "", "Bal[1]/Dt: is missing; the balance's day"),
        ("<PgNb>1</PgNb>", "<PgNb>one</PgNb>", "MsgPgntn/PgNb: 'one' is no count"),
        ("<LastPgInd>true</LastPgInd>", "<LastPgInd>yes</LastPgInd>", "'yes' is not known; one of true, 1, false, 0"),
        ("<CdtDbtInd>CRDT</CdtDbtInd>", "<CdtDbtInd>IN</CdtDbtInd>", "CdtDbtInd: 'IN' is not known; one of CRDT, DBIT"),
        ('"EUR">0.00</Amt>', '"EUR">1.00</Amt>', "1.00 EUR and entries of 312.50 EUR do not make 312.50 EUR"),
        ("<Document", "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><Document", "has a DOCTYPE"),
        ("<Ustrd>Prime", "<Ustrd>&e;", "bank.xml, line"),
        ("</Document>", "", "is no XML"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place(old: str, new: str, told: str) -> None:
    text = WHOLE.decode()
    assert old in text
    refused = refusal(text.replace(old, new, 1).encode())
    assert refused.startswith("bank.xml, line ")
    assert told in refused


@pytest.mark.parametrize(
    "content",
    [b"", b"Date;Amount\n", b"<a/>", b"\x00", b"<?xml version='1.0' encoding='x'?><a/>", b"<a><Document/></a>"],
)
def test_what_is_no_message_of_a_bank_is_told(content: bytes) -> None:
    assert "bank.xml" in refusal(content)


def test_a_file_that_is_too_large_is_not_read() -> None:
    assert f"bank.xml: has {MOST + 1} bytes; at most {MOST}" in refusal(b" " * (MOST + 1))


def test_entities_do_not_grow() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "' + "a" * 1000 + '"><!ENTITY b "' + "&a;" * 1000 + '">]>'
    text = WHOLE.decode().replace("<Document", bomb + "<Document", 1).replace("Prime", "&b;" * 1000)
    assert "DOCTYPE" in refusal(text.encode()) or "is no XML" in refusal(text.encode())


def test_an_entry_that_is_there_twice_is_refused_where_no_balance_proves_it() -> None:
    twice = refusal(message(Entry(reference="B1"), Entry("1.00"), Entry(reference="B1"), kind="054"))
    assert "Ntfctn/Ntry[3]: is there twice (B1); every entry once" in twice
    assert (
        len(read("bank.xml", message(Entry(), Entry())).statements[0].entries) == 2
    )  # no reference: two that are alike


def test_a_batch_whose_payments_have_no_amounts_is_not_guessed_at() -> None:
    assert "TxDtls[1]/Amt: is missing; what of the entry is this payment's, in EUR" in refusal(
        message(Entry("6.00", payments=(Tx(text=("a",)), Tx(text=("b",)))))
    )
    assert "adds up to 5.00 EUR, but the entry is 6.00 EUR" in refusal(
        message(Entry("6.00", payments=(Tx("2.00"), Tx("3.00"))))
    )


def test_an_entry_without_a_day_is_dated_by_the_statement_or_refused() -> None:
    undated = Entry(booked=None, value=None)
    told = read("bank.xml", message(undated, balances=BALANCES))
    assert told.statements[0].entries[0].booked_on.isoformat() == "2026-12-01"
    assert "Ntry/BookgDt: is missing" in refusal(message(undated))


def mutated(content: bytes) -> st.SearchStrategy[bytes]:
    """The message with some of its bytes cut out, repeated, or replaced by others."""
    place = st.integers(0, len(content) - 1)
    pieces = st.one_of(
        st.binary(max_size=6),
        st.sampled_from([b"<", b">", b"</", b"&", b"]]>", b"<x>", b"-1", b"9" * 30, b"1e5", b"\xff", b"\xd9\xa3"]),
        st.builds(lambda a, n: content[a : a + n], place, st.integers(0, 60)),
    )
    edits = st.lists(st.tuples(place, st.integers(0, 60), pieces), min_size=1, max_size=4)
    return edits.map(lambda some: _edited(content, some))


def _edited(content: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    for start, length, piece in edits:
        content = content[:start] + piece + content[start + length :]
    return content


@settings(max_examples=400)
@given(st.one_of(mutated(WHOLE), mutated(LATE)))
@example(WHOLE.replace(b"2026-12-01", b"0000-00-00"))
def test_no_damage_to_a_file_ends_in_a_trace(content: bytes) -> None:
    _read_or_refused(content)


@settings(max_examples=300)
@given(st.sampled_from([WHOLE, LATE]), st.integers(0, 200), st.text(max_size=30), st.booleans())
def test_no_word_in_a_file_ends_in_a_trace(content: bytes, which: int, text: str, drop: bool) -> None:
    """One element's text or one whole line is something else, the file still being XML."""
    lines = content.decode().split("\n")
    number = 2 + which % (len(lines) - 2)
    start, found, end = lines[number].partition(">")
    words = "".join(c for c in text if c.isprintable()).replace("&", "").replace("<", "")
    lines[number] = "" if drop else f"{start}{found}{words}{end[end.find('<') :]}" if "<" in end else lines[number]
    _read_or_refused("\n".join(lines).encode("utf-8", "ignore"))


def _read_or_refused(content: bytes) -> None:
    try:
        told = read("bank.xml", content)
    except BadInput as refused:
        assert refused.where.startswith("bank.xml")
        assert refused.problem
        return
    for statement in told.statements:
        for entry in statement.entries:
            assert entry.charges + sum(p.amount for p in entry.payments) == entry.amount
