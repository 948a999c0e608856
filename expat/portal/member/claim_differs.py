"""Before a claim is sent: where what was typed differs from what was read on its invoice. It warns, and no more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from expat.portal.member.claim_filled import Filled
from expat.portal.member.claim_form import LinePart
from expat.portal.member.claim_reading import READ, Proposed
from expat.portal.work import language, speaks
from expat.wording import names
from expat.wording.catalogue import N_

DIFFERS = N_("{field}: you gave {typed}; on the invoice we read {read}.")
SUM_DIFFERS = N_("Amount: the lines of this invoice come to {typed}; on the invoice we read {read}.")


def differences(filled: Filled) -> dict[int, list[str]]:
    """What differs, in sentences, by the place of the line; only of lines that are valid."""
    found: dict[int, list[str]] = {}
    for one in (paper for paper in filled.papers if paper.state == READ and paper.paper.kind == "invoice"):
        parts = [part for part in filled.parts if _paper_of(filled, part) is one]
        if parts:
            found.setdefault(parts[0].place, []).extend(_of_amount(parts, one))
        for part in parts:
            found.setdefault(part.place, []).extend([*_of_day(part, one), *_of_country(part, one)])
    return {place: told for place, told in found.items() if told}


def _paper_of(filled: Filled, part: LinePart) -> Proposed | None:
    """The invoice that a line was read from; else the only one that it can come from."""
    invoices = [one for one in filled.papers if one.paper.kind == "invoice" and one.values]
    if part.line.get("paper"):
        return next((one for one in invoices if one.mark == part.line["paper"]), None)
    belong = {paper.id for paper in filled.papers_of(part)}
    mine = [one for one in invoices if one.paper.id in belong]
    return mine[0] if len(mine) == 1 else None


def _of_amount(parts: Sequence[LinePart], one: Proposed) -> Iterator[str]:
    """The amount with its currency; of an invoice of several lines their sum."""
    currencies = {part.form.currency.data for part in parts}
    read, in_currency = one.values.get("amount"), one.values.get("currency")
    if len(currencies) > 1:
        return
    (currency,) = currencies
    typed = sum((part.form.amount.data or Decimal(0) for part in parts), Decimal(0))
    if read is not None and (Decimal(read) != typed or (in_currency or currency) != currency):
        text = SUM_DIFFERS if len(parts) > 1 else DIFFERS
        amount = speaks().amount
        yield _say(
            text, speaks().say("Amount"), amount(typed, currency), amount(Decimal(read), in_currency or currency)
        )
    elif read is None and in_currency not in (None, currency):
        named = [f"{names.currency(code, language())} ({code})" for code in (currency, in_currency) if code]
        yield _say(DIFFERS, speaks().say("Currency"), *named)


def _of_day(part: LinePart, one: Proposed) -> Iterator[str]:
    """The day, where no day of the invoice lies among those of the care."""
    first = part.form.first_day.data
    if first is None or not one.days:
        return
    last = (part.form.last_day.data if "last_day" in part.asks else None) or first
    if not any(first <= day <= last for day in one.days):
        yield _say(DIFFERS, speaks().say("Day of the care"), speaks().day(first), speaks().day(one.days[0]))


def _of_country(part: LinePart, one: Proposed) -> Iterator[str]:
    typed, read = part.form.country.data, one.values.get("country")
    if read and typed and read != typed:
        named = (names.country(code, language()) for code in (typed, read))
        yield _say(DIFFERS, speaks().say("Country"), *named)


def _say(text: str, field: str, typed: str, read: str) -> str:
    return speaks().say(text, field=field, typed=typed, read=read)
