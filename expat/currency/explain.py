"""Why a rate is the rate of a day, in words: what `expat rates show` prints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import func, select
from sqlmodel import Session, col

from expat.currency.calendar import closing_day, is_target_day, is_weekend, last_target_day
from expat.currency.parities import parity_of
from expat.currency.rates import CONFIGURABLE, Rate, rates_on
from expat.currency.tables import PublishedRate
from expat.currency.words import closing_day_in, say

VALID_DAYS = 7
USD = "USD"
_DAY = timedelta(days=1)

Why = Literal["published", "weekend", "closing", "not_yet", "older", "euro", "parity_eur", "parity_usd"]


def why(rate: Rate, day: date, today: date) -> Why:
    """Why the rate's publication counts for the day; `today` tells the late from the missing."""
    if rate.basis in ("euro", "parity_eur", "parity_usd", "published"):
        return rate.basis  # type: ignore[return-value]  # the same words
    if rate.published_on >= last_target_day(day):
        return "weekend" if is_weekend(day) else "closing"
    if is_target_day(day) and day >= today and rate.published_on >= last_target_day(day - _DAY):
        return "not_yet"
    return "older"


def explained(
    session: Session, currency: str, day: date, today: date, preference: Sequence[str], language: str
) -> tuple[bool, list[str]]:
    """Whether the currency has a rate on the day, and the lines that say which and why, or since when not."""
    rate = rates_on(session, [currency], day, preference, VALID_DAYS).get(currency)
    if rate is None:
        return False, _missing(session, currency, day, preference, language)
    age = (day - rate.published_on).days
    words = say(language, f"age_{age}" if age < 2 else "age", days=age)
    reason = why(rate, day, today)
    closing = closing_day_in(language, closing_day(day) or "")
    because = say(language, reason, day=day, closing=closing, currency=currency, valid_days=VALID_DAYS)
    lines = [
        say(language, "rate", day=day, value=rate.value, currency=currency),
        say(language, "source", source=rate.source, published_on=rate.published_on, age=words),
        say(language, "why", why=because),
    ]
    return True, lines + ([say(language, "note", note=rate.note)] if rate.note else [])


def _missing(session: Session, currency: str, day: date, preference: Sequence[str], language: str) -> list[str]:
    lines = [say(language, "none", day=day, currency=currency)]
    peg = parity_of(currency, day)
    if peg is not None and peg.per == USD:
        lines.append(say(language, "none_dollar"))
        currency = USD
    last = _last_published(session, currency, day, preference)
    if last is None:
        return [*lines, say(language, "none_ever")]
    since = last + (VALID_DAYS + 1) * _DAY
    return [*lines, say(language, "none_since", last=last, since=since, valid_days=VALID_DAYS)]


def _last_published(session: Session, currency: str, day: date, preference: Sequence[str]) -> date | None:
    published_on = col(PublishedRate.published_on)
    unused = CONFIGURABLE.difference(preference)
    query = select(func.max(published_on)).where(
        col(PublishedRate.currency) == currency,
        published_on <= day,
        col(PublishedRate.source).not_in(unused),
    )
    return session.scalar(query)
