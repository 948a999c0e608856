"""Gates 1 to 7: is it a new claim for a covered day, in time, for care that the formula has?"""

from __future__ import annotations

from typing import Any

from expat.adjudication.facts import Reviewed, value_on
from expat.adjudication.judging import Judging
from expat.periods import add_months, add_years


def duplicate(j: Judging) -> None:
    """UNO-DUP-1: the same line, with its invoice number, was accepted or paid before; a person's finding goes first."""
    history, invoice = j.facts.history, j.line.invoice
    looked_at = {"invoice": invoice, "same_as": history.duplicate_of or history.resembles}
    if history.reviewed is not None:
        _reviewed(j, history.reviewed, looked_at)
        return
    if history.duplicate_of and invoice:
        j.refused("duplicate", "UNO-DUP-1", "duplicate", looked_at)
        return
    if history.resembles:
        j.flags.append("possible_duplicate")
    j.passed("duplicate", "UNO-DUP-1", looked_at)


def _reviewed(j: Judging, found: Reviewed, looked_at: dict[str, Any]) -> None:
    """What is suspected waits for a person; what was found to be a duplicate is refused, what is distinct passes."""
    seen = {**looked_at, "same_as": found.same_as, "found": found.outcome, "why": found.why}
    if found.outcome == "duplicate":
        j.refused("duplicate", "UNO-DUP-1", "duplicate", seen)
    elif found.outcome == "suspected":
        j.pending("duplicate", "UNO-DUP-1", "possible_duplicate", seen)
    else:
        j.passed("duplicate", "UNO-DUP-1", seen)


def in_force(j: Judging) -> None:
    """UNO-FORCE-1: the care began on a day on which the person was covered."""
    cover = j.facts.person.cover
    looked_at = {"first_day": j.day, "covered": cover}
    if any(j.day in period for period in cover):
        j.passed("in_force", "UNO-FORCE-1", looked_at)
    else:
        j.refused("in_force", "UNO-FORCE-1", "not_in_force", looked_at)


def not_suspended(j: Judging) -> None:
    """UNO-DUN-2: the care did not begin while the cover was suspended for non-payment."""
    suspensions = j.facts.membership.suspensions
    looked_at = {"first_day": j.day, "suspended": suspensions}
    if any(j.day in period for period in suspensions):
        j.refused("suspended", "UNO-DUN-2", "suspended", looked_at)
    else:
        j.passed("suspended", "UNO-DUN-2", looked_at)


def in_time(j: Judging) -> None:
    """UNO-LATE-1: received within 24 months of the care's end; after a termination within 3, never past the 24."""
    line, ended = j.line, j.facts.membership.terminated_on
    figures = [j.edition["claim.submit_within"]]
    until = add_months(line.last_day, figures[0].value)
    if ended is not None and line.received_on >= ended:
        figures.append(j.edition["claim.submit_after_termination"])
        shorter = add_months(max(line.last_day, ended), figures[1].value)
        until = min(until, shorter)
    looked_at = {
        "received": line.received_on,
        "care_ended": line.last_day,
        "terminated": ended,
        "until": until,
    }
    if line.received_on <= until:
        j.passed("in_time", "UNO-LATE-1", looked_at, *figures)
    else:
        j.refused("in_time", "UNO-LATE-1", "late", looked_at, *figures)


def not_excluded(j: Judging) -> None:
    """UNO-EXCL-1: the contract does not exclude the care, nor did the person agree to have it left out (UNO-MEM-1)."""
    agreed = next((one for one in j.facts.person.left_out if one.holds(j.line.care, j.day)), None)
    if j.line.care in j.edition.excluded:
        j.refused("excluded", "UNO-EXCL-1", "excluded", {"care": j.line.care})
    elif agreed is not None:
        j.refused("excluded", "UNO-MEM-1", "excluded", {"care": j.line.care, "agreed": agreed.first})
    else:
        j.passed("excluded", "UNO-EXCL-1", {"care": j.line.care})


def in_formula(j: Judging) -> None:
    """UNO-FORM-1: the formula in force on the day covers the care."""
    formula = value_on(j.facts.membership.formulas, j.day)
    looked_at = {"care": j.line.care, "formula": formula}
    if j.care is not None and formula in j.care.terms:
        j.passed("formula", "UNO-FORM-1", looked_at)
    else:
        j.refused("formula", "UNO-FORM-1", "not_in_formula", looked_at)


def of_age(j: Judging) -> None:
    """UNO-AGE-1: under an age on the first day of care, or begun before a birthday."""
    care, born = j.known_care, j.facts.person.born
    figure = care.under_age or care.started_before_age
    if figure is None:
        j.passed("age", "UNO-AGE-1", {})
        return
    counted = j.day if care.under_age else (j.line.treatment_started or j.day)
    birthday = add_years(born, figure.value)
    looked_at = {"born": born, "counted_on": counted, "birthday": birthday}
    if counted < birthday:
        j.passed("age", "UNO-AGE-1", looked_at, figure)
    else:
        j.refused("age", "UNO-AGE-1", "age_condition", looked_at, figure)
