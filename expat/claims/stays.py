"""What claims show of a stay outside the zone, or in France, whatever was declared (UNO-TERR-2 and 3).

Lines there, without a line elsewhere between them, show one stay. Lines further from the judged one than twice the
days of a temporary stay show nothing of it: people travel to the same country every year.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, select

from expat.adjudication.facts import ShownStay
from expat.claims.dossier import Dossier
from expat.claims.lines import LineState
from expat.claims.tables import ClaimLine
from expat.db import table_of
from expat.periods import DAY, Period

FRANCE, OUTSIDE = "france", "outside"

_LINE: Any = table_of(ClaimLine)


def away(dossier: Dossier, country: str, day: date) -> str | None:
    """Where a stay is temporary on that day: in France, or outside the zone; None everywhere else."""
    edition = dossier.plan.on(day)
    if country in edition.france:
        kept = dossier.facts_on(edition).kept_after_return
        return None if kept is not None and day in kept else FRANCE
    return None if edition.in_zone(country, dossier.on("zone", day)) else OUTSIDE


def span(dossier: Dossier, line: LineState) -> Period:
    """The days whose lines can show something of the stay that a line belongs to."""
    days = timedelta(days=2 * dossier.plan.on(line.first_day)["territory.temporary_stay"].value)
    return Period(line.first_day - days, line.last_day + days)


def lines_around(dossiers: dict[int, Dossier], judged: Iterable[LineState]) -> Select[Any] | None:
    """The lines that can matter to judged lines of temporary stays; None where, as most often, none is of one.

    One line for each person, days and country is enough: however long the history, they are few.
    """
    known = ((dossiers[line.membership_id], line) for line in judged)
    there = [(line, span(d, line)) for d, line in known if away(d, line.country, line.first_day)]
    if not there:
        return None
    first, last = min(days.first for _, days in there), max(days.last for _, days in there)
    one = select(func.min(_LINE.c.id)).where(_LINE.c.person_id.in_({line.person for line, _ in there}))
    one = one.where(_LINE.c.first_day.between(first, last), _LINE.c.reasons != "duplicate")
    one = one.group_by(_LINE.c.person_id, _LINE.c.first_day, _LINE.c.last_day, _LINE.c.country)
    return select(_LINE).where(_LINE.c.id.in_(one))


def shown(dossier: Dossier, line: LineState, known: Iterable[LineState]) -> ShownStay | None:
    """The days in a row that the person's lines show in the same place, around the line; None where it is no stay."""
    place = away(dossier, line.country, line.first_day)
    if place is None:
        return None
    around = span(dossier, line)
    there, after, before = [line], around.first, around.last
    for other in known:
        if other is line or other.first_day not in around or other.reasons == ("duplicate",):
            continue
        if away(dossier, other.country, other.first_day) == place:
            there.append(other)
        elif other.first_day < line.first_day:
            after = max(after, min(other.last_day, line.first_day))
        elif other.first_day > line.first_day:
            before = min(before, max(other.first_day, line.last_day))
    after, before = _several(dossier, line, after, before)
    stay = [one for one in there if after <= one.first_day <= before]
    first, last = min(stay, key=_begins), max(stay, key=lambda one: (one.last_day, one.order))
    return ShownStay(Period(first.first_day, last.last_day), first.ref, last.ref)


def is_long(dossier: Dossier, line: LineState, known: Iterable[LineState]) -> bool:
    """Whether the lines show a stay that is no longer temporary."""
    found = shown(dossier, line, known)
    limit: int = dossier.plan.on(line.first_day)["territory.temporary_stay"].value
    return found is not None and (found.days.last - found.days.first).days + 1 >= limit


def _several(dossier: Dossier, line: LineState, after: date, before: date) -> tuple[date, date]:
    """Where a person found several stays, not one, those before that line end before it."""
    for found in dossier.findings.stays.values():
        if found.person == line.person and found.days is None:
            if found.first_day <= line.first_day:
                after = max(after, found.first_day)
            else:
                before = min(before, found.first_day - DAY)
    return after, before


def _begins(line: LineState) -> tuple[date, tuple[object, ...]]:
    return line.first_day, line.order
