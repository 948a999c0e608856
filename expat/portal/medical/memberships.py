"""What waits for the medical department of memberships: who wants to join, and what members want to change."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from flask import Blueprint, render_template

from expat.accounts.own import own_memberships
from expat.amendments.listing import Waiting as AmendmentWaiting
from expat.amendments.listing import waiting_for_medical as amendments_waiting
from expat.applications.decide import holder, is_own
from expat.applications.listing import Waiting, waiting_for_medical
from expat.portal.access import MEDICAL, allow
from expat.portal.member import changes_words
from expat.portal.work import db, language, me, today
from expat.wording import applications as words

pages = Blueprint("medical_memberships", __name__, url_prefix="/medical/memberships")


class Row(NamedTuple):
    """Something that waits: what, of whom, since when, by when an answer is promised, and where it is given."""

    what: str
    name: str
    since: date
    answer_by: date | None
    url: str


@pages.get("")
@allow(MEDICAL)
def waiting() -> str:
    """Everything that waits, by the day promised; what is one's own waits for a colleague."""
    found = sorted(_all(), key=lambda one: (one.answer_by is None, one.answer_by, one.since))
    return render_template("portal/medical/memberships.html", found=found, day_now=today())


def _all() -> list[Row]:
    """The requests of every source that are not one's own."""
    who = holder(db(), me().account)
    joins = [
        _row(one, words.waiting(one.kind, language()))
        for one in waiting_for_medical(db())
        if not is_own(who, one.account_id, one.people)
    ]
    changes = amendments_waiting(db(), own_memberships(db(), me().account))
    return [*joins, *(_row(one, changes_words.kind(one.kind)) for one in changes)]


def _row(one: Waiting | AmendmentWaiting, what: str) -> Row:
    return Row(what, one.name, one.since, one.answer_by, one.url)
