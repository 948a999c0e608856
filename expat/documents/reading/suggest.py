"""From the lines of an invoice to what is proposed of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from expat.documents.reading.countries import guess
from expat.documents.reading.currencies import Currencies, named, perhaps
from expat.documents.reading.days import days_of
from expat.documents.reading.invoice_numbers import numbers_of
from expat.documents.reading.lines import TextLine
from expat.documents.reading.providers import providers_of
from expat.documents.reading.suggestion import Found, Hints, Suggestion, found, ranked
from expat.documents.reading.sums import sums_in
from expat.documents.reading.totals import Total, total_of

MOST_LINES, MOST_CHARACTERS, MOST_SUMS = 400, 300, 1_000  # what is longer was not written to be read
NO_HINTS = Hints()


def suggest(lines: Sequence[TextLine], today: date, hints: Hints = NO_HINTS, from_picture: bool = False) -> Suggestion:
    """What the lines of an invoice say of its figures; nothing on it is taken to lie after `today`.

    What was read from a picture has to be borne out by other figures before it is called sure.
    """
    lines = [line.cut(MOST_CHARACTERS) for line in lines[:MOST_LINES]]
    sums = [one for row, line in enumerate(lines) for one in sums_in(row, line)][:MOST_SUMS]
    known = named(lines, sums)
    guesses = guess(lines, known, perhaps(lines, sums), today)
    country = guesses[0].country if guesses else hints.country
    currencies = Currencies(lines, sums, known, guesses, hints.country, today)
    total = total_of(lines, sums, currencies.of, from_picture)
    days = days_of(lines, sums, today, country)
    return Suggestion(
        amount=_amounts(total),
        currency=_currencies(total, currencies),
        invoice_date=days.invoice,
        care_date=days.care,
        provider=providers_of(lines, sums, from_picture),
        invoice_number=numbers_of(lines),
        country=ranked([found(one.country, one.sure, one.text) for one in guesses]),
    )


def _amounts(total: Total | None) -> tuple[Found[Decimal], ...]:
    if total is None:
        return ()
    best = found(total.best.value, total.sure, total.best.text)
    again = [found(value, False, total.best.text) for value in total.best.other_readings]
    return ranked([best, *again, *(found(one.value, False, one.text) for one in total.others)])


def _currencies(total: Total | None, currencies: Currencies) -> tuple[Found[str], ...]:
    if total is None:
        return ()
    return ranked([found(one.currency, one.sure, one.text) for one in currencies.meanings(total.best.sum)])
