"""What people found of lines that are kept already: papers asked for, duplicates, stays. All read by one query."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Date, Integer, Text, bindparam, cast, func, literal, null, select, union_all
from sqlmodel import Session

from expat.adjudication.facts import Asked, Reviewed
from expat.claims.dossier import Dossier, Findings, StayFound
from expat.claims.lines import UNPAID
from expat.claims.tables import ClaimLine, DuplicateReview, LineDocument, PaperRequest, StayReview
from expat.db import table_of

ORIGINAL = "original"  # the one paper that no payment waits for

_LINE, _PAPER, _ASKED = table_of(ClaimLine), table_of(LineDocument), table_of(PaperRequest)
_DUPLICATE, _STAY = table_of(DuplicateReview), table_of(StayReview)
_IDS: Any = bindparam("ids", expanding=True)

# The day on which a paper that was asked for came; null while it has not.
ANSWERED_ON = (
    select(func.min(_PAPER.c.received_on))
    .where(_PAPER.c.line_id == _ASKED.c.line_id, _PAPER.c.kind == _ASKED.c.kind)
    .where(_PAPER.c.id > func.coalesce(_ASKED.c.after_document, 0))
    .correlate(_ASKED)
    .scalar_subquery()
)
_NO_DAY, _NO_DAYS, _NO_TEXT = cast(null(), Date), cast(null(), Integer), cast(null(), Text)


def _of(table: Any, what: str, word: Any, same_as: Any, day: Any, days: Any) -> Any:
    """The rows of a table as the query below has them all, with the line's person and first day."""
    columns = {
        "what": literal(what, Text), "id": table.c.id, "membership_id": table.c.membership_id,
        "line_id": table.c.line_id, "word": word, "same_as": same_as, "why": table.c.why, "day": day, "days": days,
        "person_id": _LINE.c.person_id, "first_day": _LINE.c.first_day,
    }  # fmt: skip
    found = select(*(column.label(name) for name, column in columns.items()))
    return found.join(_LINE, _LINE.c.id == table.c.line_id).where(table.c.membership_id.in_(_IDS))


_FOUND = union_all(
    _of(_ASKED, "asked", _ASKED.c.kind, _NO_TEXT, _ASKED.c.asked_on, _NO_DAYS)
    .where(_ASKED.c.kind != ORIGINAL, _LINE.c.status.in_(UNPAID))
    .where(ANSWERED_ON.is_(None)),
    _of(_DUPLICATE, "duplicate", _DUPLICATE.c.outcome, _DUPLICATE.c.same_as, _NO_DAY, _NO_DAYS),
    _of(_STAY, "stay", _NO_TEXT, _NO_TEXT, _NO_DAY, _STAY.c.days),
).order_by("what", "id")


def read_findings(session: Session, dossiers: dict[int, Dossier], memberships: Collection[int]) -> None:
    """Note in dossiers what was found of the memberships' lines; of several findings the newest holds."""
    for membership in memberships:
        dossiers[membership].findings = Findings()
    for row in session.execute(_FOUND, {"ids": sorted(memberships)}):
        found = dossiers[row.membership_id].findings
        if row.what == "asked":
            found.asked[row.line_id] = (*found.asked.get(row.line_id, ()), Asked(row.word, row.why, row.day))
        elif row.what == "duplicate":
            found.duplicates[row.line_id] = Reviewed(row.word, row.same_as, row.why)
        else:
            found.stays[row.line_id] = StayFound(row.person_id, row.first_day, row.days, row.why)
