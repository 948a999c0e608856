"""Options of a membership: recorded with their first day on joining, and read again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from expat import audit
from expat.db import table_of
from expat.money import CENTS, EUR, round_half_up, to_minor
from expat.options.chosen import PREVOYANCE, Option
from expat.options.tables import ChosenOption

_CHOSEN: Any = table_of(ChosenOption)


class Held(NamedTuple):
    """An option that a membership has from its first day on; `yearly` is its price then, in EUR cents."""

    kind: str
    terms: dict[str, Any]
    first_day: date
    yearly: int


def record_options(
    session: Session, membership_id: int, member: int, found: Sequence[tuple[Option, date]], at: datetime, actor: str
) -> None:
    """Keep options, each with its first day. Those of prévoyance are the member's (an insured person) alone."""
    rows = [
        {
            "membership_id": membership_id, "person_id": member if option.kind in PREVOYANCE else None,
            "kind": option.kind, "terms": dict(option.terms), "first_day": first_day,
            "yearly": to_minor(round_half_up(option.yearly, CENTS), EUR), "recorded_at": at,
        }
        for option, first_day in found
    ]  # fmt: skip
    if rows:
        session.execute(_CHOSEN.insert(), rows)
        kinds = [row["kind"] for row in rows]
        audit.record(session, at, actor, "option.chosen", f"membership:{membership_id}", options=kinds)


def held_on(found: Sequence[Held], day: date) -> list[Held]:
    """Of each kind the one that was chosen last by its first day, or that is to come first: it holds until another one
    of its kind does."""
    kinds: dict[str, Held] = {}
    for one in sorted(found, key=lambda held: held.first_day):
        if one.kind not in kinds or one.first_day <= day:
            kinds[one.kind] = one
    return list(kinds.values())


def options_of(session: Session, membership_id: int) -> list[Held]:
    """The options of a membership, in the order chosen."""
    query = select(_CHOSEN).where(_CHOSEN.c.membership_id == membership_id).order_by(_CHOSEN.c.id)
    return [Held(row.kind, row.terms, row.first_day, row.yearly) for row in session.execute(query)]
