"""Joining stops where somebody's name may be on a list of sanctions, until it is known that it is somebody else."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from expat.applications.form import Filled
from expat.errors import Conflict
from expat.screening.screen import APPLICANT, screen_person


def screen_application(session: Session, application_id: int, form: Filled, at: datetime) -> bool:
    """Compare everybody whom an application is for, and who is paid, with the lists; whether a match stands."""
    subjects: list[tuple[str, str, date | None]] = [(one.key, one.name, one.born) for one in form.people]
    holder = ((form.payment or {}).get("account") or {}).get("holder", "")
    if holder and holder not in {name for _key, name, _born in subjects}:
        subjects.append(("holder", holder, None))
    found = [
        screen_person(session, APPLICANT, f"{application_id}:{key}", name, born, at) for key, name, born in subjects
    ]
    return any(found)


def refuse_where_held(session: Session, application_id: int, form: Filled, at: datetime) -> None:
    """Raise Conflict where a match stands. Whoever calls it keeps the matches first: what is raised takes them back."""
    if screen_application(session, application_id, form, at):
        raise Conflict("screening", "a name is being looked at", "conclude it once that is settled")
