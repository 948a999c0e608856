"""Statements and notifications of ISO 20022 as banks send them: camt.053 and camt.054, versions .02 to .14.

What is read stands at the same place in all of these versions, but for a few places that are both tried. A file that
contradicts itself is refused whole, with the place: what a bank says is posted as it is or not at all.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

from expat.bank.camt_entries import entry, key_of
from expat.bank.codes import check_iban, compact
from expat.bank.element import Element
from expat.bank.statements import Balance, BankMessage, Entry, Kind, Statement
from expat.errors import BadInput
from expat.money import from_minor, written
from expat.xml import parse

EXPECTED = "a camt.053 or camt.054 message, as the bank sent it"
MOST = 64 * 1024 * 1024  # bytes of a file
_VERSION = re.compile(r"(?:.*:)?(camt\.(053|054)\.001\.([0-9]{2}))")
_FIRST, _LAST = 2, 14
_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)


@dataclass(frozen=True, slots=True)
class _Message:
    kind: Kind
    body: str
    one: str


_MESSAGES = {
    "053": _Message("statement", "BkToCstmrStmt", "Stmt"),
    "054": _Message("notification", "BkToCstmrDbtCdtNtfctn", "Ntfctn"),
}


def read(name: str, content: bytes) -> BankMessage:
    """The message in a file called `name`.

    Raises BadInput naming the file, the line and the element: no XML, another message or version, something missing
    or unreadable, another currency than the account's, balances that the entries do not explain, an entry that is
    there twice. Whether an account is one of ours is for the caller to say.
    """
    document = Element.document(name, parse(name, content, EXPECTED, MOST))
    version, message = _version(document)
    body = document.the(message.body)
    header = body.the("GrpHdr")
    page = header.count("MsgPgntn/PgNb") or 1
    last = header.truth("MsgPgntn/LastPgInd", True)
    whole = page == 1 and last
    found = body.all(message.one)
    if not found:
        raise BadInput(body.where(message.one), "is missing", EXPECTED)
    return BankMessage(
        kind=message.kind,
        version=version,
        message_id=header.needed("MsgId"),
        made_on=header.the("CreDtTm").as_day(),
        page=page,
        last_page=last,
        statements=tuple(_statement(one, whole) for one in found),
    )


def _version(document: Element) -> tuple[str, _Message]:
    found = _VERSION.fullmatch(document.namespace)
    if found is None:
        raise BadInput(document.where(), f"{document.namespace[:80]!r} is not read here", EXPECTED)
    if not _FIRST <= int(found[3]) <= _LAST:
        expected = f"one of camt.{found[2]}.001.{_FIRST:02d} to camt.{found[2]}.001.{_LAST:02d}"
        raise BadInput(document.where(), f"version {found[1]} is not known", expected)
    return found[1], _MESSAGES[found[2]]


def _statement(one: Element, whole: bool) -> Statement:
    """A statement; its balances say whether it is complete only where it is `whole`, not a page of several."""
    account = _account(one)
    currency = _currency(one)
    balances = tuple(_balance(found, currency) for found in one.all("Bal"))
    opening = min((b for b in balances if b.kind in _OPENING), key=_day, default=None)
    closing = max((b for b in balances if b.kind in _CLOSING), key=_day, default=None)
    whole = whole and one.truth("StmtPgntn/LastPgInd", True) and (one.count("StmtPgntn/PgNb") or 1) == 1
    until = closing.on if closing else None
    entries = _with_keys(account, [entry(found, account, currency, until) for found in one.each("Ntry")])
    adds_up = whole and _adds_up(one, currency, opening, closing, entries)
    if not adds_up:
        _refuse_twice(entries)
    return Statement(
        id=one.needed("Id"),
        account=account,
        currency=currency,
        opening=opening,
        closing=closing,
        balances=balances,
        entries=entries,
        copy=one.text("CpyDplctInd") is not None,
        adds_up=adds_up,
        where=one.where(),
    )


def _account(one: Element) -> str:
    iban = one.text("Acct/Id/IBAN")
    if iban is not None:
        return check_iban(iban, one.where("Acct/Id/IBAN"))
    return compact(one.needed("Acct/Id/Othr/Id"))


def _currency(one: Element) -> str:
    """The account's currency: said, or else that of its balances, or of its entries. Raises BadInput."""
    told = one.text("Acct/Ccy")
    found = next((inside for name in ("Bal", "Ntry") for inside in one.each(name)), None)
    return told or (found.the("Amt").amount()[1] if found else one.needed("Acct/Ccy"))


def _balance(one: Element, currency: str) -> Balance:
    amount, own = one.the("Amt").amount()
    if own != currency:
        raise BadInput(one.where("Amt"), f"is in {own}", f"{currency}, the account's currency")
    kind = one.needed("Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry")
    on = one.day("Dt")
    if on is None:
        raise BadInput(one.where("Dt"), "is missing", "the balance's day")
    return Balance(kind, one.sign() * amount, on)


def _day(balance: Balance) -> date:
    return balance.on


def _adds_up(
    one: Element, currency: str, opening: Balance | None, closing: Balance | None, entries: tuple[Entry, ...]
) -> bool:
    """Whether the balances prove the entries. Raises BadInput where they contradict them."""
    if opening is None or closing is None:
        return False
    moved = sum(found.amount for found in entries if found.status == "booked")
    if opening.amount + moved != closing.amount:
        begin, change, end = (_told(n, currency) for n in (opening.amount, moved, closing.amount))
        raise BadInput(one.where("Bal"), f"{begin} and entries of {change} do not make {end}", "the whole statement")
    return True


def _with_keys(account: str, entries: list[Entry]) -> tuple[Entry, ...]:
    """The entries with their keys; equal ones are told apart by their order."""
    seen: Counter[str] = Counter()
    keyed = []
    for one in entries:
        key = key_of(account, one)
        seen[key] += 1
        keyed.append(one._replace(key=key if seen[key] == 1 else f"{key}-{seen[key]}"))
    return tuple(keyed)


def _refuse_twice(entries: tuple[Entry, ...]) -> None:
    """Where no balances prove it, an entry that is there twice with the bank's own reference is a mistake."""
    for one in entries:
        if "-" in one.key and one.bank_reference:
            raise BadInput(one.where, f"is there twice ({one.bank_reference})", "every entry once")


def _told(units: int, currency: str) -> str:
    return written(from_minor(units, currency), currency)
