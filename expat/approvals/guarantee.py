"""Guarantee letters (lettres de prise en charge): their codes, and what whoever holds one may see without signing in.

Nothing of it is about health. The page confirms a letter that the hospital holds already, so it repeats the least that
lets its reader see that it is that letter: the person's initials, the end of the membership's number, the days.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from hmac import compare_digest
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session

from expat.adjudication import facts
from expat.approvals.deadlines import begin_by
from expat.approvals.request import newest_answer
from expat.approvals.stays import extension_days, is_stay
from expat.approvals.tables import ApprovalAnswer, ApprovalRequest, GuaranteeLetter
from expat.claims.dossier import Dossier
from expat.claims.load import load
from expat.db import table_of
from expat.periods import Period
from expat.plans.edition import Edition

# Crockford's 32: no I, L, O or U. 16 of them are 80 bits.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS, GROUP = 4, 4
_LOOKS_LIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})
_SHOWN = 3

_LETTER, _ANSWER, _REQUEST = table_of(GuaranteeLetter), table_of(ApprovalAnswer), table_of(ApprovalRequest)


@dataclass(frozen=True, slots=True)
class GuaranteeShown:
    """What the holder of a code may see. `state` is valid, withdrawn, expired, or on_hold (call before relying on it).

    Care that begins from `first_day` to `last_day` is paid to the hospital directly; where the letter prolongs a stay,
    these are its days.
    """

    code: str
    state: str
    initials: str
    membership: str
    first_day: date
    last_day: date
    issued_at: datetime


def make_letter(session: Session, answer_id: int, at: datetime) -> str:
    """Keep a guarantee letter of an answer; answers its code."""
    code = "-".join("".join(secrets.choice(ALPHABET) for _ in range(GROUP)) for _ in range(GROUPS))
    session.execute(_LETTER.insert().values(answer_id=answer_id, code=code, made_at=at))
    return code


def normalised(code: str) -> str:
    """A code as it is kept, however it was typed (any case, dashes, spaces, O for 0, I or L for 1); else nothing."""
    plain = "".join(code.split()).upper().translate(_LOOKS_LIKE)
    if len(plain) != GROUPS * GROUP or set(plain) - set(ALPHABET):
        return ""
    return "-".join(plain[i : i + GROUP] for i in range(0, len(plain), GROUP))


def check_guarantee(session: Session, code: str, today: date) -> GuaranteeShown | None:
    """What stands behind a code; None where there is no such letter."""
    asked = normalised(code)
    query = (
        select(_LETTER.c.code, _LETTER.c.made_at, _ANSWER.c.id.label("answer_id"), _REQUEST)
        .join(_ANSWER, _ANSWER.c.id == _LETTER.c.answer_id)
        .join(_REQUEST, _REQUEST.c.id == _ANSWER.c.request_id)
        .where(_LETTER.c.code == asked)
    )
    row = session.execute(query).first()
    if row is None or not compare_digest(row.code.encode(), asked.encode()):
        return None
    dossier = load(session, [row.membership_id])[row.membership_id]
    days = _days(dossier, row)
    state = _state(session, dossier, row, days, today)
    person = dossier.people[row.person_id]
    names = (person.first_name.strip()[:1], person.last_name.strip()[:1])
    initials = " ".join(f"{letter.upper()}." for letter in names if letter)
    return GuaranteeShown(row.code, state, initials, _masked(dossier.number), *days, row.made_at)


def _state(session: Session, dossier: Dossier, row: Row[Any], days: Period, today: date) -> str:
    if newest_answer(session, row.id) != row.answer_id:
        return "withdrawn"
    if today > days.last:
        return "expired"
    return "valid" if _covered(dossier, row.person_id, max(today, days.first)) else "on_hold"


def _days(dossier: Dossier, row: Row[Any]) -> Period:
    """The days on which the care can begin; of a letter that prolongs a stay, the days that it adds."""
    edition: Edition = dossier.plan.on(row.starts_on)
    if row.extends_id is not None and is_stay(edition, row.care):
        return extension_days(dossier, row.id)
    approval = facts.Approval(row.id, row.care, row.requested_on, row.starts_on, True, row.emergency)
    return Period(row.starts_on, begin_by(edition, approval))


def _covered(dossier: Dossier, person_id: int, day: date) -> bool:
    edition = dossier.plan.on(day)
    suspended = any(day in period for period in dossier.facts_on(edition).suspensions)
    return not suspended and any(day in period for period in dossier.cover(person_id, edition))


def _masked(number: str) -> str:
    """The end of a membership's number, at most half of it."""
    shown = min(_SHOWN, len(number) // 2)
    return "•" * (len(number) - shown) + number[len(number) - shown :]
