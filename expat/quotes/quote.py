"""Making a quote, and reaching it again by its code."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Row, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from expat import audit
from expat.approvals.guarantee import ALPHABET, GROUP, GROUPS, normalised
from expat.claims.records import editions_of, keep_editions
from expat.db import is_postgresql, table_of
from expat.errors import BadInput, NotFound
from expat.periods import DAY, add_months
from expat.plans.edition import Edition
from expat.plans.loader import plan
from expat.premiums.tariff import Insured
from expat.quotes.joining import obstacles, zones_open
from expat.quotes.offers import Offer, offers, offers_json, offers_of
from expat.quotes.tables import Quote

PLAN = "expat-uno"
MOST_PEOPLE = 12
VISITOR = "visitor"  # who acts without an account

_QUOTE: Any = table_of(Quote)


class Asked(NamedTuple):
    """What somebody asks the price of: where, from which day, paid how often, for whom (the member first)."""

    country: str
    zone: str
    first_day: date
    frequency: str
    people: tuple[Insured, ...]


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote as it was told. `people` are roles and birth dates; no formula is chosen yet."""

    code: str
    plan: str
    country: str
    zone: str
    first_day: date
    frequency: str
    people: tuple[tuple[str, date], ...]
    made_on: date
    valid_until: date
    offers: tuple[Offer, ...]
    edition: Edition
    formula: str | None = None

    def valid(self, day: date) -> bool:
        """Whether it can be applied with on a day: it has not run out, and its first day is still to come."""
        return day <= self.valid_until and day < self.first_day


def make_quote(session: Session, asked: Asked, day: date, at: datetime, key: str) -> str:
    """Keep a quote; answers its code. The same request sent twice with its `key` is one quote.

    Raises BadInput naming the field where the plan does not take these people there on that day.
    """
    edition = checked(asked, day)
    found = offers(edition, asked.zone, asked.people, asked.first_day)
    keep_editions(session, {edition.key: edition})
    values = {
        "key": _key(asked, key), "code": _new_code(), "plan": PLAN, "edition": edition.key,
        "country": asked.country, "zone": asked.zone, "first_day": asked.first_day, "frequency": asked.frequency,
        "people": [[one.role, one.born.isoformat()] for one in asked.people], "result": offers_json(found),
        "made_on": day, "valid_until": day + timedelta(days=edition["quote.valid"].value), "recorded_at": at,
    }  # fmt: skip
    dialect: Any = postgresql if is_postgresql(session) else sqlite
    insert = dialect.insert(_QUOTE).values(values).on_conflict_do_nothing(index_elements=["key"])
    made = session.execute(insert.returning(_QUOTE.c.id)).scalar()
    if made is not None:
        audit.record(session, at, VISITOR, "quote.made", f"quote:{made}")
    return str(session.execute(select(_QUOTE.c.code).where(_QUOTE.c.key == values["key"])).scalar_one())


def checked(asked: Asked, day: date) -> Edition:
    """The plan's edition of the first day. Raises BadInput naming the field for what cannot be quoted on a day."""
    edition = edition_for(asked.first_day, day)
    if not 1 <= len(asked.people) <= MOST_PEOPLE:
        raise BadInput("people", f"{len(asked.people)} people", f"from 1 to {MOST_PEOPLE}")
    if asked.frequency not in edition["premium.frequencies"].value:
        known = ", ".join(edition["premium.frequencies"].value)
        raise BadInput("frequency", f"{asked.frequency!r} is unknown", f"one of {known}")
    for obstacle in obstacles(edition, asked.country, asked.people, asked.first_day):
        raise BadInput(obstacle.where, obstacle.word, obstacle.heading)
    if asked.zone not in zones_open(edition, asked.country):
        open_to = ", ".join(zones_open(edition, asked.country))
        raise BadInput("zone", f"zone {asked.zone} does not cover {asked.country}", f"one of {open_to}")
    return edition


def edition_for(first_day: date, day: date) -> Edition:
    """The plan's edition of a first day. Raises BadInput where that is past, or further ahead than is quoted for."""
    latest = last_first_day(day)
    if not day < first_day <= latest:
        raise BadInput("first_day", f"{first_day} cannot be quoted on {day}", f"from {day + DAY} to {latest}")
    return plan(PLAN).on(first_day)


def last_first_day(day: date) -> date:
    """The last first day of cover for which a quote is made on a day."""
    return add_months(day, plan(PLAN).on(day)["quote.ahead"].value)


def quote_by_code(session: Session, code: str) -> Quoted:
    """The quote of a code, however it was typed. Raises NotFound."""
    row = session.execute(select(_QUOTE).where(_QUOTE.c.code == normalised(code))).first()
    if row is None:
        raise NotFound("quote", "there is no quote with this code", "the code as it was given")
    return _quoted(session, row)


def _quoted(session: Session, row: Row[Any]) -> Quoted:
    edition = editions_of(session, [row.edition])[row.edition]
    return Quoted(
        row.code, row.plan, row.country, row.zone, row.first_day, row.frequency,
        tuple((role, date.fromisoformat(born)) for role, born in row.people), row.made_on, row.valid_until,
        offers_of(row.result, edition.formulas), edition,
    )  # fmt: skip


def _new_code() -> str:
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))


def _key(asked: Asked, key: str) -> str:
    """What names a request: what its form was given, and what was typed into it."""
    people = [[one.role, one.born] for one in asked.people]
    content = orjson.dumps([key, asked.country, asked.zone, asked.first_day, asked.frequency, people])
    return sha256(content).hexdigest()
