"""Papers that the management unit asks for, with the reason that the member is told (UNO-DOC-1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select
from sqlmodel import Session

from expat import audit
from expat.claims.findings import ANSWERED_ON, ORIGINAL
from expat.claims.lines import UNPAID
from expat.claims.rejudge import locked_line, new_fact
from expat.claims.review import reason, status_of
from expat.claims.tables import LineDocument, PaperRequest
from expat.db import table_of
from expat.errors import BadInput, Conflict
from expat.membership.tables import Membership
from expat.periods import add_months
from expat.plans.loader import plan
from expat.plans.schema import DOCUMENTS

_ASKED, _PAPER, _MEMBERSHIP = table_of(PaperRequest), table_of(LineDocument), table_of(Membership)
_LINES: Any = bindparam("lines", expanding=True)

REQUESTS = select(_ASKED, ANSWERED_ON.label("answered_on")).where(_ASKED.c.line_id.in_(_LINES)).order_by(_ASKED.c.id)


class PaperAsked(NamedTuple):
    """A paper that was asked for: its kind, why, by whom, when, and the day on which it came."""

    kind: str
    why: str
    asked_by: str
    asked_on: date
    answered_on: date | None


def ask_paper(
    session: Session,
    line_id: int,
    kind: str,
    why: str,
    day: date,
    at: datetime,
    preference: Sequence[str],
    actor: str,
) -> str:
    """Ask for a paper of a line and judge again: without it the line waits. Answers how the line stands then.

    The original of an invoice can be asked for of a paid line too, as long as the member keeps it; nothing waits for
    it. Raises NotFound, BadInput for the kind or the reason, Conflict where the line is paid, the originals are no
    longer kept, or the paper was asked for already and has not come.
    """
    if kind not in DOCUMENTS:
        raise BadInput("kind", f"{kind!r} is unknown", f"one of {', '.join(sorted(DOCUMENTS))}")
    told = reason(why)
    row = locked_line(session, line_id)
    if kind == ORIGINAL:
        still_kept(session, row.membership_id, row.received_on, day)
    elif row.status not in UNPAID:
        raise Conflict("line", f"line {line_id} is {row.status}", "a line that is not paid yet, or its original")
    for one in requests_of(session, [line_id]).get(line_id, ()):
        if one.kind == kind and one.answered_on is None:
            raise Conflict("kind", f"asked for already on {one.asked_on}", "wait until the paper comes")
    keep_requests(session, row.membership_id, [line_id], kind, told, day, at, actor)
    if kind != ORIGINAL:
        new_fact(session, row.membership_id, day, at, preference, about=line_id)
    return status_of(session, line_id)


def still_kept(session: Session, membership_id: int, received_on: date, day: date) -> None:
    """Raise Conflict where a member need no longer keep the originals of a claim received on that day."""
    name = session.execute(select(_MEMBERSHIP.c.plan).where(_MEMBERSHIP.c.id == membership_id)).scalar_one()
    months = plan(name).on(day)["claim.originals_kept"].value
    until = add_months(received_on, months)
    if day > until:
        raise Conflict("kind", f"the originals were to be kept until {until}", f"ask within {months} months")


def keep_requests(
    session: Session,
    membership_id: int,
    line_ids: Sequence[int],
    kind: str,
    why: str,
    day: date,
    at: datetime,
    actor: str,
) -> None:
    """Keep that a paper is asked for of lines: one that comes after those that they have now answers it."""
    newest = select(_PAPER.c.line_id, func.max(_PAPER.c.id)).where(_PAPER.c.line_id.in_(line_ids))
    before = dict(session.execute(newest.group_by(_PAPER.c.line_id)).all())
    rows: list[dict[str, Any]] = [
        {
            "membership_id": membership_id, "line_id": line_id, "kind": kind, "why": why, "asked_by": actor,
            "asked_on": day, "after_document": before.get(line_id), "recorded_at": at,
        }
        for line_id in line_ids
    ]  # fmt: skip
    session.execute(_ASKED.insert(), rows)
    subjects = [(f"line:{line_id}", {"kind": kind, "why": why}) for line_id in line_ids]
    audit.record_all(session, at, actor, "paper.asked", subjects)


def requests_of(session: Session, line_ids: Collection[int]) -> dict[int, list[PaperAsked]]:
    """The papers that were asked for of lines, in the order asked, with the day on which each came."""
    return asked_by_line(session.execute(REQUESTS, {"lines": list(line_ids)}))


def asked_by_line(rows: Iterable[Any]) -> dict[int, list[PaperAsked]]:
    """The rows of `REQUESTS` by line."""
    found: dict[int, list[PaperAsked]] = defaultdict(list)
    for row in rows:
        one = PaperAsked(row.kind, row.why, row.asked_by, row.asked_on, row.answered_on)
        found[row.line_id].append(one)
    return found
