"""What the medical department reads once it has answered: what was granted or refused, of whom, and who was told.

The page after an answer is named by the request's number alone: nothing about care stands in an address or a cookie.
"""

from __future__ import annotations

from sqlalchemy import select

from expat.accounts.own import own_memberships
from expat.approvals.deadlines import Promise
from expat.approvals.listing import Followed, approvals_of
from expat.approvals.stays import is_stay
from expat.approvals.tables import ApprovalRequest
from expat.claims.load import load
from expat.db import table_of
from expat.plans.edition import Edition
from expat.portal.told import patient_of
from expat.portal.work import db, language, me, speaks, today, whole_number
from expat.wording import approvals_shown, care

_REQUEST = table_of(ApprovalRequest)


def answered(promise: Promise) -> list[str]:
    """Sentences about the request that the address names as just answered; none where it names none."""
    key = whole_number("done")
    query = select(_REQUEST.c.membership_id, _REQUEST.c.person_id).where(_REQUEST.c.id == key)
    row = db().execute(query).first() if key else None
    if row is None or row.membership_id in own_memberships(db(), me().account):
        return []
    dossier = load(db(), [row.membership_id])[row.membership_id]
    found = approvals_of(db(), dossier, [row.person_id], today(), promise)
    one = next(each for each in found if each.request == key)
    if one.answer is None:
        return []
    person = dossier.people[row.person_id]
    name = f"{person.first_name} {person.last_name}".strip()
    sentences = [_decision(one, name)]
    if one.state == "granted":
        sentences += _granted(one, dossier.plan.on(one.starts_on))
    return [*sentences, _told(row.membership_id, row.person_id)]


def _decision(one: Followed, name: str) -> str:
    values = {"number": one.request, "care": care.care(one.care, language()), "name": name}
    if one.state == "refused":
        return speaks().say("Request {number} is refused: {care}, for {name}.", **values)
    return speaks().say("Request {number} is granted: {care}, for {name}.", **values)


def _granted(one: Followed, edition: Edition) -> list[str]:
    """How much, until when, and who is paid."""
    spoken, found = speaks(), []
    if one.covered_until is not None:
        days = one.days or int(edition["approval.stay"].value)
        amount = spoken.plural("{n} day is granted", "{n} days are granted", days)
        found.append(
            spoken.say("{days}: the stay is covered until {until}.", days=amount, until=spoken.day(one.covered_until))
        )
    if one.sessions is not None:
        found.append(spoken.plural("{n} act is granted.", "{n} acts are granted.", one.sessions))
    elif not is_stay(edition, one.care):
        found.append(spoken.say("The number of acts is not limited."))
    if one.begin_by is not None:
        found.append(approvals_shown.begin_by(one.begin_by, language()))
    if one.code is not None:
        found.append(spoken.say("The hospital is paid directly; guarantee letter: {code}.", code=one.code))
    else:
        found.append(spoken.say("The hospital is not paid directly."))
    return found


def _told(membership_id: int, person_id: int) -> str:
    reader = patient_of(membership_id, person_id)
    if reader is None:
        return speaks().say("Nobody could be told by mail: there is no address.")
    return speaks().say("{name} is told by mail ({address}).", name=reader.name, address=reader.to)
