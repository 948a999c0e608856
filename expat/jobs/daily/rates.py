"""Exchange rates of each TARGET day, once they are published, and an alarm where none came."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from expat import audit
from expat.currency.arrivals import add_rates
from expat.currency.calendar import is_target_day, last_target_day
from expat.currency.online import ForexPython
from expat.currency.sources import RateSourceUnavailable
from expat.currency.tables import PublishedRate
from expat.db import table_of
from expat.jobs.job import ACTOR, Doing, Item, Job
from expat.mail.letters import WIDTH
from expat.mail.outbox import put
from expat.wording.voice import voice

PUBLISHED = ("ecb", "forex-python")

_RATE: Any = table_of(PublishedRate)


def _to_fetch(session: Session, day: date, after: int) -> Sequence[Item]:
    if after >= 1 or not is_target_day(day) or _came(session, day):
        return []
    return [Item(1, f"rates:{day}")]


def _fetch(session: Session, item: Item, doing: Doing) -> Mapping[str, Any]:
    """Raises RateSourceUnavailable where the source has not the day's rates yet: it is asked again later."""
    source = ForexPython(doing.settings.forex_timeout)
    rows = [row for row in source.fetch(doing.day) if row.published_on == doing.day]
    if not rows:
        raise RateSourceUnavailable(source.name, f"has no rates of {doing.day} yet", "asked again later")
    added = add_rates(session, rows, doing.at)
    audit.record(session, doing.at, ACTOR, "rate.fetch", f"rate:{source.name}", added=added, day=str(doing.day))
    return {"rates": added}


def _missing(session: Session, day: date, after: int) -> Sequence[Item]:
    """The last TARGET day before this one, where no source published anything for it."""
    before = last_target_day(day - timedelta(days=1))
    return [] if after >= 1 or _came(session, before) else [Item(1, f"alarm:{before}")]


def _alarm(session: Session, item: Item, doing: Doing) -> Mapping[str, Any] | None:
    to, day = doing.settings.operator_email, last_target_day(doing.day - timedelta(days=1))
    if to is None:
        return None
    speaks = voice(doing.settings.language)
    said = speaks.say(
        "No source has given exchange rates of {day}. Payments in other currencies use the last rates that are known. "
        "Please import the file of the central bank, or type rates in.",
        day=speaks.day(day),
    )
    subject = speaks.say("No exchange rates of {day}", day=speaks.day(day))
    put(session, item.key, "alarm", to, speaks.language, subject, textwrap.fill(said, WIDTH) + "\n", doing.at)
    return {"told": to}


def _came(session: Session, day: date) -> bool:
    query = select(_RATE.c.id).where(_RATE.c.published_on == day, _RATE.c.source.in_(PUBLISHED)).limit(1)
    return session.execute(query).first() is not None


ALARM = Job("rates.alarm", _missing, _alarm, catch_up="last")
FETCH = Job("rates.fetch", _to_fetch, _fetch, when="rates")
