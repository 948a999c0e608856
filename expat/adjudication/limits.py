"""Gates 11 and 12: the documents that the care needs, and how often and how long it is covered."""

from __future__ import annotations

from typing import Any

from expat.adjudication.judging import Judging
from expat.periods import add_years
from expat.plans.figures import Used


def documented(j: Judging) -> None:
    """UNO-DOC-1, UNO-HOSP-1: the papers are there, and the stay that an ambulance or a convalescence goes with.

    A paper that a person asked for is missing until it comes, even where one of its kind came before.
    """
    care, asked = j.known_care, j.line.asked
    needed = list(care.documents.value)
    figures = [care.documents]
    if j.cause_decides:
        figures.append(j.edition["claim.cause_proof"])
        needed.append(figures[1].value)
    needed += [kind for kind in dict.fromkeys(one.kind for one in asked) if kind not in needed]
    awaited = {one.kind for one in asked}
    missing = [kind for kind in needed if kind not in j.line.documents or kind in awaited]
    looked_at: dict[str, Any] = {"needed": needed, "missing": missing}
    if asked:
        looked_at["asked"] = asked
    if missing:
        j.pending("documents", "UNO-DOC-1", "documents_missing", looked_at, *figures)
    elif not j.facts.history.goes_with_known:
        j.pending("documents", "UNO-HOSP-1", "documents_missing", {**looked_at, "missing": [care.goes_with]})
    else:
        j.passed("documents", "UNO-DOC-1", looked_at, *figures)


def within_limits(j: Judging) -> None:
    """UNO-LIM-1 and 2: once in so many years, so many days in a life or a stay."""
    care, history = j.known_care, j.facts.history
    if care.every_years is not None:
        _not_too_often(j, care.every_years)
    elif care.lifetime_days is not None:
        _days_left(j, care.lifetime_days, history.lifetime_days)
    elif care.days_per_stay is not None:
        _days_left(j, care.days_per_stay, history.stay_days)
    else:
        j.passed("limits", "UNO-LIM-1", {})


def _not_too_often(j: Judging, every: Used) -> None:
    earlier = [d for d in j.facts.history.earlier_first_days if d <= j.day < add_years(d, every.value)]
    looked_at = {"first_day": j.day, "paid_for": earlier}
    if earlier:
        j.refused("limits", "UNO-LIM-1", "frequency_limit", looked_at, every)
    else:
        j.passed("limits", "UNO-LIM-1", looked_at, every)


def _days_left(j: Judging, most: Used, used: int) -> None:
    covered = max(0, min(j.covered, most.value - used))
    looked_at = {"days_used": used, "days": j.covered, "covered": covered}
    if covered == j.covered:
        j.passed("limits", "UNO-LIM-2", looked_at, most)
    else:
        j.cut("limits", "UNO-LIM-2", "days_limit", covered, looked_at, most)
