"""Gate 9: waiting periods (UNO-WAIT-1 to 5), and on which formula's terms a line is judged (UNO-UP-1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from expat.adjudication.facts import Membership, Person, Since, value_on
from expat.adjudication.judging import Judging
from expat.periods import DAY, add_months
from expat.plans.edition import Edition

GATE = "waiting"


class Wait(NamedTuple):
    """A wait that still runs on the day of care: since when, and the first day on which it no longer does."""

    since: date
    opens: date


def changes(timeline: tuple[Since, ...]) -> Iterator[tuple[date, str, str]]:
    """Each day on which a choice changed: the day, what held on its eve, what holds from it on."""
    by_day = {since.first: since.value for since in timeline}  # of several on one day the last holds
    held = None
    for day, value in sorted(by_day.items()):
        if held is not None and value != held:
            yield day, held, value
        held = value


def covered_on_eve(person: Person, day: date) -> bool:
    """Whether the person was covered on the eve of a change, so that the change binds him or her."""
    return any(day - DAY in period for period in person.cover)


def cause_lifts(edition: Edition, category: str, cause: str) -> bool:
    """Whether the line's cause makes the category's wait fall away; the 10 months' wait never does."""
    return cause in edition["waiver.causes"].value and category in edition["waiver.categories"].value


def formula_terms(
    edition: Edition, membership: Membership, person: Person, category: str, day: date, cause: str
) -> tuple[str, Wait | None]:
    """UNO-UP-1: the formula on whose terms care of that day is judged, and the wait that keeps the former one."""
    months = edition.waiting_months(category).value
    terms, wait = membership.formulas[0].value, None
    for since, _former, formula in changes(membership.formulas):
        if since > day:
            break
        opens = add_months(since, months)
        higher = edition.formulas.index(formula) > edition.formulas.index(terms)
        waits = higher and day < opens and covered_on_eve(person, since)
        if waits and not cause_lifts(edition, category, cause):
            wait = Wait(since, opens)
        else:
            terms, wait = formula, None
    return terms, wait


def zone_wait(edition: Edition, membership: Membership, person: Person, category: str, day: date) -> Wait | None:
    """UNO-WAIT-4: the wait that a change to zone C opens for care in that zone, while the membership has it."""
    if value_on(membership.zones, day) != edition["waiting.zone"].value:
        return None
    for since, _former, zone in changes(membership.zones):
        opens = add_months(since, edition.waiting_months(category).value)
        if zone == edition["waiting.zone"].value and since <= day < opens and covered_on_eve(person, since):
            return Wait(since, opens)
    return None


def waiver(edition: Edition, person: Person, category: str) -> tuple[str, str] | None:
    """UNO-WAIT-2: what makes the initial wait of 3 or 6 months fall away for a person: figure's name and fact."""
    if category not in edition["waiver.categories"].value:
        return None
    start = person.cover[0].first
    asked = person.requested_on or start
    if _attested(edition, person, asked):
        return "waiver.attestation", "prior_cover_attested"
    if person.role == "spouse" and person.married_on is not None:
        within = add_months(person.married_on, edition["waiver.marriage"].value)
        if asked <= within:
            return "waiver.marriage", "asked_within_of_marriage"
    if person.role == "child" and asked <= add_months(person.born, edition["waiver.newborn"].value):
        return "waiver.newborn", "asked_within_of_birth"
    return None


def _attested(edition: Edition, person: Person, asked: date) -> bool:
    if person.prior_cover_attested_on is None:
        return False
    attested = person.prior_cover_attested_on
    return attested <= asked <= add_months(attested, edition["waiver.attestation"].value)


def waited(j: Judging) -> None:
    """The care began after every wait that binds it, or a waiver lifts the wait."""
    category = j.known_care.category
    months = j.edition.waiting_months(category)
    start = j.facts.person.cover[0].first
    opens = add_months(start, months.value)
    looked_at: dict[str, Any] = {"category": category, "first_day": j.day, "since": start, "opens": opens}
    if j.day < opens and not _initial_wait_lifted(j, category, looked_at):
        j.refused(GATE, "UNO-WAIT-1", "waiting_period", looked_at, months)
        return
    if not _zone_c_waited(j, category, looked_at):
        return
    j.passed(GATE, "UNO-WAIT-1", looked_at, months)
    _choose_terms(j, category)


def _initial_wait_lifted(j: Judging, category: str, looked_at: dict[str, Any]) -> bool:
    found = waiver(j.edition, j.facts.person, category)
    if found is not None:
        looked_at["waiver"] = found[1]
        return True
    if cause_lifts(j.edition, category, j.line.cause):
        looked_at["waiver"] = j.line.cause
        j.cause_decides = True
        return True
    return False


def _zone_c_waited(j: Judging, category: str, looked_at: dict[str, Any]) -> bool:
    if j.edition.zone_of(j.line.country) != j.edition["waiting.zone"].value:
        return True
    wait = zone_wait(j.edition, j.facts.membership, j.facts.person, category, j.day)
    if wait is None:
        return True
    if cause_lifts(j.edition, category, j.line.cause):
        looked_at["zone_wait_lifted"] = j.line.cause
        j.cause_decides = True
        return True
    seen = {**looked_at, "since": wait.since, "opens": wait.opens, "country": j.line.country}
    j.refused(GATE, "UNO-WAIT-4", "waiting_period", seen, j.edition.waiting_months(category))
    return False


def _choose_terms(j: Judging, category: str) -> None:
    membership, person, cause = j.facts.membership, j.facts.person, j.line.cause
    in_force = value_on(membership.formulas, j.day)
    j.formula, wait = formula_terms(j.edition, membership, person, category, j.day, cause)
    looked_at: dict[str, Any] = {"formula": in_force, "terms": j.formula}
    if wait is not None:
        looked_at |= {"since": wait.since, "opens": wait.opens}
    if j.formula not in j.known_care.terms:
        j.refused(GATE, "UNO-UP-1", "waiting_period", looked_at, j.edition.waiting_months(category))
        return
    if j.formula != in_force:
        j.passed(GATE, "UNO-UP-1", looked_at, j.edition.waiting_months(category))
    elif cause_lifts(j.edition, category, cause):
        without, _ = formula_terms(j.edition, membership, person, category, j.day, "illness")
        j.cause_decides = j.cause_decides or without not in j.known_care.terms
