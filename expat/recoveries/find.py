"""Finding differences: paid lines judged again after something new is known; what differs is kept for a person to see.

Nothing is taken or paid by it. `look_again` is the one place: changes that can touch paid lines call it, people do on
demand, and `waiting` names the memberships of which more is known than when their paid lines were judged last.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, exists, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from expat import audit
from expat.approvals.tables import ApprovalAnswer, ApprovalRequest
from expat.claims.dossier import Dossier
from expat.claims.lines import kept
from expat.claims.load import load
from expat.claims.records import editions_of, keep_editions, trace_json
from expat.claims.tables import ClaimLine
from expat.db import is_postgresql, table_of
from expat.errors import NotFound
from expat.membership.tables import Membership, MembershipChange
from expat.premiums.tables import Premium, PremiumEvent
from expat.recoveries.again import Again, Found, judged_again
from expat.recoveries.standing import Standing, decisions_of, moved_by, newest_differences, standing_of
from expat.recoveries.tables import Difference, LookedAgain
from expat.restrictions.standing import restricted_in, restricted_memberships

_LINE: Any = table_of(ClaimLine)
_CHANGE: Any = table_of(MembershipChange)
_MEMBERSHIP: Any = table_of(Membership)
_LOOKED: Any = table_of(LookedAgain)
_DIFFERENCE: Any = table_of(Difference)
_PREMIUM: Any = table_of(Premium)
_EVENT: Any = table_of(PremiumEvent)
_REQUEST: Any = table_of(ApprovalRequest)
_ANSWER: Any = table_of(ApprovalAnswer)

CONTEST = "contest"
BRINGS = {
    "not_in_force": (
        "termination", "termination_withdrawn", "left", "left_withdrawn", "death", "school_year", "working",
        "proof_withdrawn",
    ),
    "suspended": ("premium_due", "premium_paid", "premium_contested", "premium_upheld", "premium_granted"),
    "not_in_formula": ("formula",), "out_of_zone": ("zone", "residence"), "third_country": ("zone", "derogation"),
    "waiting_period": ("zone", "formula"), "approval_missing": ("approval",), "approval_refused": ("approval",),
}  # fmt: skip
LARGEST = 500  # paid lines that are judged again in the course of a change
TOUCHING = frozenset({
    "formula", "zone", "residence", "school_year", "working", "proof_withdrawn", "termination",
    "termination_withdrawn", "left", "left_withdrawn", "death", "derogation", "returned", "rights_reopened",
})  # fmt: skip


def look_after(
    session: Session, membership_id: int, kinds: Collection[str], day: date, at: datetime, actor: str
) -> list[int]:
    """After changes of some kinds: look again where these can touch paid lines, and there are any.

    A membership with more than LARGEST of them is left to who looks at those that are `waiting`; one in which the use
    of data is restricted to a person: the machine decides nothing on what may be wrong (RGPD, art. 18).
    """
    if not TOUCHING & set(kinds) or restricted_in(session, [membership_id], day):
        return []
    paid = select(_LINE.c.id).where(_LINE.c.membership_id == membership_id, _LINE.c.status == "paid")
    count = len(session.execute(paid.limit(LARGEST + 1)).all())
    return look_again(session, membership_id, day, at, actor) if 0 < count <= LARGEST else []


def look_again(session: Session, membership_id: int, day: date, at: datetime, actor: str) -> list[int]:
    """Judge a membership's paid lines again and keep what differs; answers the new differences' keys.

    Raises NotFound. Locks the membership.
    """
    dossier = load(session, [membership_id], lock=True).get(membership_id)
    if dossier is None:
        raise NotFound("membership", f"there is no membership {membership_id}")
    version, before = dossier.version, newest_differences(session, membership_id)
    by_people = {row.line_id: Found(row.due_cents, row.due) for row in before.values() if _by_a_person(row)}
    again = judged_again(session, dossier, by_people)
    standing = standing_of(session, membership_id, again)
    expected = _expected(session, membership_id, before)
    fresh = [
        one for one in again
        if _is_new(one, standing[one.row.id], before.get(one.row.id), expected.get(one.row.id))
    ]  # fmt: skip
    causes = _causes(session, dossier, fresh) | {key: before[key].cause for key in by_people}
    keys = _keep(session, fresh, standing, causes, day, at)
    _note_looked(session, membership_id, version, day, at)
    if keys:
        audit.record(session, at, actor, "difference.found", f"membership:{membership_id}", differences=keys)
    return keys


def found_on_contest(
    session: Session, again: Again, standing: Standing, due: Found, contest_id: int, day: date, at: datetime
) -> int:
    """Keep what a person found to be due for a paid line that was contested; answers the difference's key."""
    one = again._replace(due=due)
    cause = {one.row.id: f"{CONTEST}:{contest_id}"}
    return _keep(session, [one], {one.row.id: standing}, cause, day, at)[0]


def waiting(session: Session, most: int = 100, day: date | None = None) -> Sequence[int]:
    """Memberships with paid lines of which more is known than when these were judged last; the longest known first.

    With a `day` without those in which somebody's data is restricted then: for who looks without a person.
    """
    newest = select(func.max(_LOOKED.c.facts_version)).where(_LOOKED.c.membership_id == _MEMBERSHIP.c.id)
    paid = exists().where(_LINE.c.membership_id == _MEMBERSHIP.c.id, _LINE.c.status == "paid")
    looked = func.coalesce(newest.correlate(_MEMBERSHIP).scalar_subquery(), 0)
    query = select(_MEMBERSHIP.c.id).where(_MEMBERSHIP.c.facts_version > looked, paid).order_by(_MEMBERSHIP.c.id)
    if day is not None:
        query = query.where(_MEMBERSHIP.c.id.not_in(restricted_memberships(day)))
    return list(session.execute(query.limit(most)).scalars())


def _by_a_person(row: Any) -> bool:
    return str(row.cause).startswith(f"{CONTEST}:")


def _expected(session: Session, membership_id: int, before: dict[int, Row[Any]]) -> dict[int, Standing]:
    """What counts as paid of lines after the decisions on their newest difference, and on nothing else."""
    decisions, found = decisions_of(session, membership_id), {}
    for key, row in before.items():
        cents, amount = moved_by(decisions, row.id)
        found[key] = Standing(row.paid_cents + cents, row.paid + amount)
    return found


def _is_new(one: Again, standing: Standing, before: Any, expected: Standing | None) -> bool:
    """Whether a difference, or the end of one, is new; what was decided on the same sum is not asked again.

    Of a line without one, what was paid is what was due: what was asked back of it since is not found missing.
    """
    if one.due is None:
        return False
    if before is None or expected is None:
        return tuple(one.due) not in ((standing.cents, standing.amount), (one.row.cents, one.row.payout))
    return tuple(one.due) != (before.due_cents, before.due) or standing != expected


def _keep(
    session: Session, fresh: Sequence[Again], standing: dict[int, Standing], causes: dict[int, str], day: date,
    at: datetime,
) -> list[int]:  # fmt: skip
    if not fresh:
        return []
    keep_editions(session, editions_of(session, {one.paid_on.edition for one in fresh}))
    rows = []
    for one in fresh:
        stands = standing[one.row.id]
        assert one.due is not None
        rows.append({
            "membership_id": one.row.membership_id, "line_id": one.row.id, "decision_id": one.paid_on.id,
            "paid_cents": stands.cents, "due_cents": one.due.cents, "currency": one.row.payout_currency,
            "paid": stands.amount, "due": one.due.amount, "reasons": kept(one.decision.reasons),
            "edition": one.paid_on.edition, "trace": trace_json(one.decision), "cause": causes[one.row.id],
            "found_on": day, "recorded_at": at,
        })  # fmt: skip
    query = _DIFFERENCE.insert().returning(_DIFFERENCE.c.id, sort_by_parameter_order=True)
    return list(session.execute(query, rows).scalars())


def _note_looked(session: Session, membership_id: int, version: int, day: date, at: datetime) -> None:
    dialect: Any = postgresql if is_postgresql(session) else sqlite
    row = {"membership_id": membership_id, "facts_version": version, "looked_on": day, "recorded_at": at}
    session.execute(dialect.insert(LookedAgain).on_conflict_do_nothing(), [row])


# --- what brought a difference ------------------------------------------------------------------------------------


def _causes(session: Session, dossier: Dossier, fresh: Iterable[Again]) -> dict[int, str]:
    """The newest fact, recorded after each line's payment, of a kind that can bring its reasons; else of any kind."""
    ones = list(fresh)
    if not ones:
        return {}
    facts = _facts(session, dossier.id)
    return {one.row.id: _cause(facts, one) for one in ones}


def _cause(facts: Sequence[tuple[datetime, str, int]], one: Again) -> str:
    since = [(kind, key) for recorded, kind, key in facts if recorded > one.paid_on.recorded_at]
    brings = {kind for reason in one.decision.reasons for kind in BRINGS.get(reason, ())}
    likely = [(kind, key) for kind, key in since if kind in brings] or since
    return "{}:{}".format(*likely[0]) if likely else "other:0"


def _facts(session: Session, membership_id: int) -> list[tuple[datetime, str, int]]:
    """What is known of a membership, the newest first; a change that was refused is none."""
    changes = select(_CHANGE.c.recorded_at, _CHANGE.c.kind, _CHANGE.c.id)
    changes = changes.where(_CHANGE.c.membership_id == membership_id, _CHANGE.c.refused.is_(None))
    premiums = select(_EVENT.c.recorded_at, _EVENT.c.kind, _PREMIUM.c.id)
    premiums = premiums.join(_PREMIUM, _PREMIUM.c.id == _EVENT.c.premium_id)
    premiums = premiums.where(_PREMIUM.c.membership_id == membership_id)
    answers = select(_ANSWER.c.recorded_at, _REQUEST.c.id)
    answers = answers.join(_REQUEST, _REQUEST.c.id == _ANSWER.c.request_id)
    answers = answers.where(_REQUEST.c.membership_id == membership_id)
    due = select(_PREMIUM.c.recorded_at, _PREMIUM.c.id).where(_PREMIUM.c.membership_id == membership_id)
    found = [(row[0], str(row[1]), int(row[2])) for row in session.execute(changes)]
    later = [(row[0], f"premium_{row[1]}", int(row[2])) for row in session.execute(premiums)]
    later += [(row[0], "premium_due", int(row[1])) for row in session.execute(due)]
    later += [(row[0], "approval", int(row[1])) for row in session.execute(answers)]
    return sorted(found, reverse=True) + sorted(later, reverse=True)
