"""The medical department's answer to a request: with its reason, sealed, and with a guarantee letter where it pays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Row
from sqlmodel import Session

from expat import audit
from expat.accounts.own import refuse_own
from expat.adjudication import facts
from expat.approvals.guarantee import make_letter
from expat.approvals.request import (
    Answer,
    claimed_stays,
    in_time,
    judge_again,
    keep_answer,
    locked_request,
    newest_answer,
)
from expat.approvals.tables import AnswerReason
from expat.claims.dossier import Dossier
from expat.claims.load import load
from expat.db import table_of
from expat.documents.keys import Keys
from expat.errors import BadInput, Conflict
from expat.membership.changes import Acting

LONGEST_REASON = 4_000
# Facts and traces of decisions show an override: the reason itself, which is medical, stays in the file.
GRANTED_LATE = "granted late, for the reason in its file"

_REASON: Any = table_of(AnswerReason)


@dataclass(frozen=True)
class Given:
    """What the medical department answers. `late` grants a request that came late; that and a refusal need a reason.

    `days` of a stay (from 1 to the plan's period) or `sessions` in all; None is as many as the plan allows. `direct`
    has the hospital paid and makes a guarantee letter. `seen` is the newest answer that the person looked at, None
    where there was none: somebody who answered meanwhile is not overruled unseen.
    """

    granted: bool
    reason: str = ""
    days: int | None = None
    sessions: int | None = None
    direct: bool = False
    late: bool = False
    seen: int | None = None


class Answered(NamedTuple):
    """The answer's key, the code of its guarantee letter, and why the request is worth nothing, if it is."""

    answer: int
    code: str | None
    worthless: str | None


def answer_file(session: Session, request_id: int, given: Given, acting: Acting, keys: Keys) -> Answered:
    """Answer a request and judge the membership's unpaid lines again.

    Raises NotFound, BadInput naming the field, Own where the request is of one's own membership, Conflict where
    somebody answered meanwhile.
    """
    request = locked_request(session, request_id)
    refuse_own(session, request.membership_id, acting.actor)
    if newest_answer(session, request_id) != given.seen:
        raise Conflict("request", f"{request_id} was answered meanwhile", "look at that answer first")
    dossier = load(session, [request.membership_id], lock=True)[request.membership_id]
    late = given.granted and not came_in_time(session, dossier, request)
    _check(dossier, request, given, late)
    override = GRANTED_LATE if late else None
    answer = Answer(given.granted, given.days, given.sessions, given.direct, override)
    key = keep_answer(session, request_id, answer, acting)
    _keep_reason(session, key, given.reason.strip(), keys)
    code = make_letter(session, key, acting.at) if given.direct else None
    if code is not None:
        audit.record(session, acting.at, acting.actor, "guarantee.made", f"approval:{request_id}", answer=key)
    return Answered(key, code, judge_again(session, request, acting))


def came_in_time(session: Session, dossier: Dossier, request: Any) -> bool:
    """Whether a request (its row) would be worth something, were it granted without more (UNO-APP-2, UNO-APP-4)."""
    asked = facts.Approval(
        request.id, request.care, request.requested_on, request.starts_on, True, request.emergency,
        extends=request.extends_id,
    )  # fmt: skip
    stays = claimed_stays(session, request) if request.extends_id is not None else ()
    return in_time(dossier, asked, stays)


def sealed_under(answer_id: int) -> str:
    """What the reason of an answer is sealed under."""
    return f"answer:{answer_id}"


def _keep_reason(session: Session, answer_id: int, reason: str, keys: Keys) -> None:
    if reason:
        sealed = keys.seal(reason.encode(), sealed_under(answer_id))
        session.execute(_REASON.insert().values(answer_id=answer_id, reason=sealed))


def _check(dossier: Dossier, request: Row[Any], given: Given, late: bool) -> None:
    reason = given.reason.strip()
    if len(reason) > LONGEST_REASON:
        raise BadInput("reason", "is too long", f"at most {LONGEST_REASON} characters")
    if not given.granted:
        if given.days or given.sessions or given.direct or given.late:
            raise BadInput("granted", "a refusal grants nothing", "neither days, acts nor direct payment")
        if not reason:
            raise BadInput("reason", "is empty", "why it is refused, in words for the person")
        return
    if late and not given.late:
        raise BadInput("late", "the request came late", "grant it expressly, and say why")
    if late and not reason:
        raise BadInput("reason", "is empty", "why a request that came late is granted")
    most = int(dossier.plan.on(request.starts_on)["approval.stay"].value)
    if given.days is not None and not 1 <= given.days <= most:
        raise BadInput("days", f"{given.days}", f"from 1 to {most}; more of them as an extension")
