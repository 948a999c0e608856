"""An accepted application whose first premium never comes lapses; the applicant is told beforehand by which day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any, NamedTuple

from sqlmodel import Session

from expat.applications.begin import application, standing_of
from expat.applications.decide import account_of_application
from expat.applications.happened import Standing, add_event
from expat.applications.listing import with_applicant
from expat.currency.calendar import add_working_days
from expat.mail.application_letters import lapsed, lapses_soon
from expat.mail.outbox import put
from expat.membership.changes import Acting
from expat.plans.edition import Edition
from expat.plans.loader import plan

WAITING = ("offered", "premium")
SLICE = 500


class Late(NamedTuple):
    """An application that waits for the applicant: the last day for agreeing and paying, and whether that is over,
    with the days that a transfer takes."""

    application: int
    by: date
    over: bool


def late(session: Session, day: date, after: int = 0, most: int | None = None) -> list[Late]:
    """The applications whose last day is near or over, by their keys, those above `after`, `most` of them at most."""
    return list(islice(_late(session, day, after), most))


def lapse(session: Session, application_id: int, acting: Acting, url: str, operator: str | None = None) -> bool:
    """Let an application lapse, and tell the applicant; answers whether this was new: twice is once. Where its day is
    not over, such as after an answer that came meanwhile, nothing happens. `url` is the address of its page."""
    row = application(session, application_id, lock=True)
    stands = standing_of(session, row)
    if stands.word not in WAITING or not _over(plan(row.plan).on(acting.day), stands, acting.day):
        return False
    add_event(session, application_id, "lapsed", acting, detail={"by": stands.by.isoformat() if stands.by else ""})
    _mail(session, row, f"application:{application_id}:lapsed", lapsed, stands, acting, url, operator)
    return True


def remind(session: Session, application_id: int, acting: Acting, url: str, operator: str | None = None) -> bool:
    """Remind the applicant of the last day, once for each last day. Answers whether this was new."""
    row = application(session, application_id, lock=True)
    stands = standing_of(session, row)
    if stands.word not in WAITING or stands.by is None:
        return False
    key = f"application:{application_id}:lapses:{stands.by.isoformat()}"
    return _mail(session, row, key, lapses_soon, stands, acting, url, operator)


def _late(session: Session, day: date, after: int) -> Iterator[Late]:
    for row, stands in with_applicant(session, after, SLICE):
        if stands.word not in WAITING or stands.by is None:
            continue
        edition = plan(row.plan).on(day)
        near = stands.by - timedelta(days=edition["membership.first_premium_reminder"].value)
        if day >= near:
            yield Late(row.id, stands.by, _over(edition, stands, day))


def _over(edition: Edition, stands: Standing, day: date) -> bool:
    """Whether a payment of the last day would be on the account by now."""
    assert stands.by is not None
    return day > add_working_days(stands.by, edition["membership.first_premium_booked"].value)


def _mail(
    session: Session, row: Any, key: str, text: Any, stands: Standing, acting: Acting, url: str, operator: str | None
) -> bool:
    account, by = account_of_application(session, row), stands.by
    words: tuple[str, str] = text(account.language, account.name, url, by, operator)
    return put(session, key, "application", account.email, account.language, *words, acting.at) is not None
