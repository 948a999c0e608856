"""Finding by amount: a line's own, a claim's sum, an invoice's sum; with a currency or in whichever."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from babel.numbers import NumberFormatError, parse_decimal
from sqlalchemy import Row, Select, and_, false, func, or_, select
from sqlmodel import Session

from expat.claims.lines import line_key
from expat.claims.tables import Claim, ClaimLine
from expat.db import table_of
from expat.errors import BadInput
from expat.membership.tables import Membership
from expat.money import CENTS, current_currencies, minor_units, to_minor
from expat.wording.voice import voice

LARGEST = Decimal(10) ** 12  # as much as a bigint holds in any minor unit
NEWEST = 50_000  # claims whose sums are looked at first: no index knows a sum, and a desk looks for what came lately

_CLAIM: Any = table_of(Claim)
_LINE: Any = table_of(ClaimLine)
_MEMBERSHIP: Any = table_of(Membership)

_AMOUNT = re.compile(r"(?:([A-Za-z]{3})\s*)?([0-9][0-9.,'\s]*)(?:\s*([A-Za-z]{3}))?")


class FoundSum(NamedTuple):
    """Several lines that come to an amount, in minor units of `currency`.

    They are all of `claim` in that currency, or, where `invoice` is named, a membership's lines with that number; its
    newest claim is then `claim`.
    """

    claim: int
    membership: int
    number: str
    received_on: date
    invoice: str | None
    lines: int
    amount: int
    currency: str


class Sums(NamedTuple):
    """Claims and invoices that come to an amount; `older` says that there are older claims that were not looked at."""

    found: list[FoundSum]
    older: bool = False


def of_amount(text: str, language: str, column: Any) -> Any:
    """The condition that a column, in minor units of the line's currency, is the amount that a text names, or None."""
    said = _AMOUNT.fullmatch(text)
    amount = None if said is None else _read(said[2], language)
    if said is None or amount is None or (said[1] and said[3]):
        return None
    currency = (said[1] or said[3] or "").upper()
    if not currency:
        return _any_currency(amount, column)
    try:
        units = to_minor(amount, currency)
    except BadInput:
        return None
    return and_(column == units, _LINE.c.currency == currency)


def sums(session: Session, text: str, language: str, count: int, newest: int | None = NEWEST) -> Sums:
    """Claims and invoices of several lines that come to the amount, the newest first.

    Of the `newest` claims alone, which answers at once, or of all (None), which takes longer with every claim. What is
    found comes to the amount with all of its lines, however old.
    """
    wanted = of_amount(text, language, func.sum(_LINE.c.amount))
    if wanted is None:
        return Sums([])
    since = _since(session, newest)
    recent = _LINE.c.id >= line_key(since, 0)
    claims = list(session.execute(_by_claim(wanted, recent).limit(count)))
    whole = {(row.claim_id, row.currency) for row in claims}
    invoices = _invoices(session, wanted, recent, count + len(claims), since > 0)
    parts = [row for row in invoices if row.first != row.claim_id or (row.claim_id, row.currency) not in whole]
    found = sorted([*claims, *parts], key=lambda row: row.claim_id, reverse=True)[:count]
    older = select(_CLAIM.c.id).where(_CLAIM.c.id < since).limit(1)
    return Sums(_with_memberships(session, found), since > 0 and session.execute(older).first() is not None)


def _since(session: Session, newest: int | None) -> int:
    """The first of the newest claims."""
    if newest is None:
        return 0
    last: int = session.execute(select(func.max(_CLAIM.c.id))).scalar() or 0
    return max(0, last - newest + 1)


def _invoices(session: Session, wanted: Any, recent: Any, count: int, in_part: bool) -> list[Row[Any]]:
    """Invoices of the amount; where older claims are left out, those alone that older lines do not change."""
    found = session.execute(_by_invoice(wanted, recent).limit(count)).all()
    if not (found and in_part):
        return list(found)
    named = _LINE.c.invoice.in_({row.invoice for row in found})
    near = {(row.claim_id, row.invoice, row.currency) for row in found}
    whole = session.execute(_by_invoice(wanted, named)).all()
    return [row for row in whole if (row.claim_id, row.invoice, row.currency) in near]


def _by_claim(wanted: Any, recent: Any) -> Select[Any]:
    query = select(
        _LINE.c.claim_id, _LINE.c.currency, func.sum(_LINE.c.amount).label("amount"), func.count().label("lines")
    ).where(recent)
    grouped = query.group_by(_LINE.c.claim_id, _LINE.c.currency).having(func.count() > 1, wanted)
    return grouped.order_by(_LINE.c.claim_id.desc())


def _by_invoice(wanted: Any, recent: Any) -> Select[Any]:
    """Two memberships can have invoices of one number: they are two invoices."""
    newest = func.max(_LINE.c.claim_id)
    query = select(
        newest.label("claim_id"), func.min(_LINE.c.claim_id).label("first"), _LINE.c.invoice, _LINE.c.currency,
        func.sum(_LINE.c.amount).label("amount"), func.count().label("lines"),
    ).where(recent, _LINE.c.invoice.is_not(None))  # fmt: skip
    grouped = query.group_by(_LINE.c.membership_id, _LINE.c.invoice, _LINE.c.currency)
    return grouped.having(func.count() > 1, wanted).order_by(newest.desc())


def _with_memberships(session: Session, found: Iterable[Row[Any]]) -> list[FoundSum]:
    rows = list(found)
    query = (
        select(_CLAIM.c.id, _CLAIM.c.membership_id, _MEMBERSHIP.c.number, _CLAIM.c.received_on)
        .join(_MEMBERSHIP, _MEMBERSHIP.c.id == _CLAIM.c.membership_id)
        .where(_CLAIM.c.id.in_({row.claim_id for row in rows}))
    )
    known = {claim.id: claim for claim in session.execute(query)} if rows else {}
    return [_found(known[row.claim_id], row) for row in rows]


def _found(claim: Any, row: Any) -> FoundSum:
    invoice = getattr(row, "invoice", None)
    return FoundSum(
        claim.id, claim.membership_id, claim.number, claim.received_on, invoice, row.lines, int(row.amount),
        row.currency,
    )  # fmt: skip


def _any_currency(amount: Decimal, column: Any) -> Any:
    """The amount in whichever currency: most have two decimals, so that the others are named."""
    found, others = [], [code for codes in _odd().values() for code in codes]
    for decimals, codes in {CENTS: None, **_odd()}.items():
        units = amount.scaleb(decimals)
        if units == units.to_integral_value():
            theirs = _LINE.c.currency.not_in(others) if codes is None else _LINE.c.currency.in_(codes)
            found.append(and_(column == int(units), theirs))
    return or_(false(), *found)


@cache
def _odd() -> dict[int, list[str]]:
    """The currencies whose decimals are not two, by their number."""
    found: dict[int, list[str]] = defaultdict(list)
    for code in current_currencies():
        if minor_units(code) != CENTS:
            found[minor_units(code)].append(code)
    return dict(found)


def _read(number: str, language: str) -> Decimal | None:
    """An amount as the language writes it, else with a point before its decimals."""
    plain = re.sub(r"[\s']", "", number)
    found: Decimal | None
    try:
        found = parse_decimal(plain, locale=voice(language).locale, strict=True)
    except NumberFormatError:
        found = Decimal(plain) if re.fullmatch(r"[0-9]+(\.[0-9]{1,4})?", plain) else None
    return found if found is not None and 0 < found < LARGEST else None
