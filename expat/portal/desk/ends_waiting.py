"""What is still to be answered of the people whom an end touches: the end answers none of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from flask import url_for

from expat.amendments.listing import amendments_of
from expat.approvals.deadlines import Promise
from expat.approvals.listing import approvals_of
from expat.claims.contest import waiting_contests
from expat.claims.dossier import Dossier
from expat.portal.desk.people import name_in
from expat.portal.member import changes_words
from expat.portal.member.claim_pages import promises
from expat.portal.work import db, language, speaks, today
from expat.wording import care as care_words


class Open(NamedTuple):
    """Something that waits for its answer, in words, and its page where the desk has one."""

    text: str
    url: str = ""


def still_open(dossier: Dossier, people: Collection[int]) -> list[Open]:
    """Prior approvals without an answer, contested lines and changes that were asked for: of some people; changes of
    the whole membership."""
    return [*_approvals(dossier, people), *_contests(dossier, people), *_changes(dossier)]


def _approvals(dossier: Dossier, people: Collection[int]) -> Iterator[Open]:
    waits = Promise(promises().approval, promises().emergency)
    for one in approvals_of(db(), dossier, people, today(), waits):
        if one.answer is None:
            yield Open(speaks().say(
                "Prior approval {number}: {care}, {name}", number=one.request,
                care=care_words.care(one.care, language()), name=name_in(dossier, one.person),
            ))  # fmt: skip


def _contests(dossier: Dossier, people: Collection[int]) -> Iterator[Open]:
    for one in waiting_contests(db(), dossier.id):
        if one.person_id in people:
            told = speaks().say(
                "Line {line}, contested on {day}: {name}", line=one.ref, day=speaks().day(one.contested_on),
                name=name_in(dossier, one.person_id),
            )  # fmt: skip
            yield Open(told, url_for("desk_claims.claim", claim_id=one.claim_id, _anchor=f"line-{one.position}"))


def _changes(dossier: Dossier) -> Iterator[Open]:
    for one in amendments_of(db(), dossier.id):
        if one.is_open:
            yield Open(speaks().say(
                "Request {number}: {what}, asked for on {day}", number=one.id, what=changes_words.kind(one.kind),
                day=speaks().day(one.asked_on),
            ))  # fmt: skip
