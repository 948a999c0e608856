"""Somebody's leaving while the membership goes on (UNO-MEM-2), and what takes it back."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from expat.claims.dossier import Dossier
from expat.errors import BadInput
from expat.membership import standing
from expat.membership.changes import Acting, Outcome, keep_change, locked
from expat.membership.ends import LEFT, check_arrived, leaving_change
from expat.membership.standing import Change
from expat.periods import plausible


def remove_person(
    session: Session, membership_id: int, person_id: int, reason: str, effective: date, acting: Acting,
    arrived: date | None = None,
) -> Outcome:  # fmt: skip
    """UNO-MEM-2: somebody leaves; `effective` is the first day without cover. The member's leaving is another verb."""
    dossier = locked(session, membership_id)
    check_leaving(dossier, person_id, reason, effective)
    check_arrived(dossier, arrived or acting.day, acting.day)
    change = leaving_change(dossier, person_id, reason, effective, arrived or acting.day)
    if standing.left_on(dossier.changes, person_id) <= change.effective_from:
        return Outcome(None, standing.left_on(dossier.changes, person_id))
    return keep_change(session, dossier, acting, change)


def withdraw_leaving(session: Session, membership_id: int, change_id: int, acting: Acting) -> Outcome:
    """Somebody's leaving was recorded by mistake: it is taken back, and the person counts as insured throughout.

    Taken back twice it is kept once. Raises BadInput where the key is none of a leaving of the membership.
    """
    dossier = locked(session, membership_id)
    found = next((c for c in standing.accepted(dossier.changes, "left") if c.id == change_id), None)
    if found is None:
        raise BadInput("leaving", "is none of this membership", "a leaving that was recorded")
    if found not in standing.leavings(dossier.changes):
        return Outcome()
    change = Change(
        standing.TAKEN_BACK["left"], str(change_id), acting.day, found.effective_from, None, found.person_id
    )  # fmt: skip
    return keep_change(session, dossier, acting, change)


def check_leaving(dossier: Dossier, person_id: int, reason: str, effective: date) -> None:
    """Raise BadInput for who cannot leave, or not so."""
    if person_id not in dossier.people or person_id == dossier.member.id:
        raise BadInput("person", "is no spouse or child of this membership", "one of them")
    if reason not in LEFT:
        raise BadInput("reason", f"{reason!r} is unknown", f"one of {', '.join(LEFT)}")
    if reason == "occupation" and dossier.people[person_id].role != "spouse":
        raise BadInput("reason", "taking up work ends a spouse's cover alone", "another reason")
    plausible(effective, "effective")
