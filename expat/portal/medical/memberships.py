"""What waits for the medical department of memberships: who wants to join, what members want to change, and the papers
that they sent to it with a message."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from flask import Blueprint, render_template, url_for

from expat.accounts.own import own_memberships
from expat.amendments.listing import Waiting as AmendmentWaiting
from expat.amendments.listing import waiting_for_medical as amendments_waiting
from expat.applications.decide import holder, is_own
from expat.applications.listing import Waiting, waiting_for_medical
from expat.messages.read import for_the_medical_department
from expat.portal.access import MEDICAL, allow
from expat.portal.member import changes_words
from expat.portal.work import db, language, me, speaks, today
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
    own = own_memberships(db(), me().account)
    changes = amendments_waiting(db(), own)
    return [*joins, *(_row(one, changes_words.kind(one.kind)) for one in changes), *_papers(own)]


def _papers(own: Collection[int]) -> list[Row]:
    """The papers that came with messages for the medical department alone."""
    what, page = speaks().say("A paper sent with a message"), "medical_memberships_papers.one"
    return [
        Row(what, f"{row.first_name} {row.last_name}".strip(), row.at.date(), None, url_for(page, paper_id=row.id))
        for row in for_the_medical_department(db(), own)
    ]


def _row(one: Waiting | AmendmentWaiting, what: str) -> Row:
    return Row(what, one.name, one.since, one.answer_by, one.url)
