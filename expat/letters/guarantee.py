"""The guarantee letter (lettre de prise en charge): the hospital is paid directly (UNO-APP-5).

It says the kind of stay and nothing else of the person's health.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from expat.adjudication.approval import covered_until, last_start, period_days
from expat.adjudication.facts import Approval
from expat.approvals.request import newest_answer
from expat.approvals.tables import ApprovalAnswer, ApprovalFile, ApprovalRequest, GuaranteeLetter
from expat.claims.balances import terms_on
from expat.claims.dossier import Dossier
from expat.db import table_of
from expat.errors import BadInput, NotFound
from expat.letters.cover import dossier_of, language_of, product
from expat.letters.guarantee_page import Guarantee, Paid, guarantee_page
from expat.letters.operator import Operator
from expat.payments.statement import name_of
from expat.periods import DAY, Period
from expat.plans.edition import Care, Edition
from expat.settings import TIME_ZONE
from expat.wording.clock import day_there

_REQUEST, _ANSWER = table_of(ApprovalRequest), table_of(ApprovalAnswer)
_FILE, _LETTER = table_of(ApprovalFile), table_of(GuaranteeLetter)


def guarantee_pdf(session: Session, answer_id: int, operator: Operator, language: str | None = None) -> bytes:
    """The guarantee letter of an answer, in the member's language unless another is asked for.

    Raises NotFound where the answer has no letter, BadInput where a newer answer holds or the formula pays nothing.
    """
    return guarantee_page(guarantee_of(session, answer_id, language, operator.time_zone), operator)


def guarantee_of(
    session: Session, answer_id: int, language: str | None = None, zone: str = TIME_ZONE
) -> Guarantee:  # fmt: skip
    """What the guarantee letter of an answer says, its day by the clock of the time zone. Raises NotFound, BadInput."""
    row = _read(session, answer_id)
    dossier = dossier_of(session, row.membership_id)
    spoken = language or language_of(session, row.membership_id)
    approval = next(a for a in dossier.approvals[row.person_id] if a.id == row.id)
    edition, person = dossier.plan.on(row.starts_on), dossier.people[row.person_id]
    guaranteed = [one for one in edition.in_family(row.care) if one.approval.value != "none"]
    stay = any(one.counted_in_days or one.admission for one in guaranteed)
    days = _days(edition, dossier.approvals[row.person_id], approval) if stay else None
    first = days.first if days is not None and approval.extends else row.starts_on
    last = days.last if days is not None and approval.extends else last_start(edition, approval)
    formula, paid = _paid(dossier, row.person_id, guaranteed, approval)
    ceiling = edition.category_ceiling(guaranteed[0].category, formula)
    return Guarantee(
        spoken, row.code, day_there(row.made_at, zone), product(dossier, spoken), dossier.number, formula,
        name_of(person, spoken), person.born, row.provider or "", row.country or "", row.care, Period(first, last),
        days, None if stay else row.sessions, approval.extends is not None, paid,
        None if ceiling is None else ceiling.value, int(edition["approval.extension_notice"].value),
    )  # fmt: skip


def _read(session: Session, answer_id: int) -> Row[Any]:
    """The answer with its request, its letter and, where there is one, its file."""
    query = (
        select(_REQUEST, _ANSWER.c.sessions, _ANSWER.c.granted, _ANSWER.c.direct,
               _LETTER.c.code, _LETTER.c.made_at, _FILE.c.provider, _FILE.c.country)
        .select_from(_LETTER)
        .join(_ANSWER, _ANSWER.c.id == _LETTER.c.answer_id)
        .join(_REQUEST, _REQUEST.c.id == _ANSWER.c.request_id)
        .outerjoin(_FILE, _FILE.c.request_id == _REQUEST.c.id)
        .where(_LETTER.c.answer_id == answer_id)
    )  # fmt: skip
    row = session.execute(query).first()
    if row is None or not (row.granted and row.direct):
        raise NotFound("approval", f"answer {answer_id} has no guarantee letter", "one granted with direct payment")
    if newest_answer(session, row.id) != answer_id:
        raise BadInput("approval", "a newer answer holds", "the letter of that answer, if it has one")
    return row


def _days(edition: Edition, approvals: Sequence[Approval], approval: Approval) -> Period:
    """The days of a stay that an approval covers; an extension's begin where the period that it prolongs ends."""
    first = approval.starts_on
    if approval.extends is not None:
        others = [one for one in approvals if one.id != approval.id]
        base = _base(others, approval)
        first = covered_until(edition, approval.care, base.starts_on, base, others) + DAY
    return Period(first, first + timedelta(days=period_days(edition, approval)) - DAY)


def _base(others: Sequence[Approval], approval: Approval) -> Approval:
    known = {one.id: one for one in others}
    while approval.extends is not None and approval.extends in known:
        approval = known[approval.extends]
    return approval


def _paid(
    dossier: Dossier, person: int, guaranteed: Sequence[Care], approval: Approval
) -> tuple[str, tuple[Paid, ...]]:
    """The formula on whose terms the care is judged, and what that pays of each care. Raises BadInput for nothing."""
    if not guaranteed:
        raise BadInput("approval", f"{approval.care!r} needs no approval", "care that does")
    formula = terms_on(dossier, person, guaranteed[0].category, approval.starts_on)
    found = [(one, one.terms[formula]) for one in guaranteed if formula in one.terms]
    if not found:
        raise BadInput("approval", f"formula {formula} does not cover {approval.care!r}", "care that it covers")
    return formula, tuple(
        Paid(one.code, one.unit, terms.rate.value, None if terms.cap is None else terms.cap.value)
        for one, terms in found
    )
