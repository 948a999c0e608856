"""What is past the day that was promised for it: one mail a day to the operator, with how many of each kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlmodel import Session

from expat.approvals.deadlines import Promise
from expat.approvals.listing import worklist as approvals_waiting
from expat.billing.contest import open_contests
from expat.claims.next_step import Promises
from expat.claims.worklist import overdue_claims
from expat.complaints.listing import open_complaints
from expat.jobs.daily.telling import page
from expat.jobs.job import Doing, Item, Job, once
from expat.mail.clock_letters import Late, past_promised
from expat.mail.outbox import put
from expat.messages.read import waiting as conversations

LOOKED = 1_000  # contested premiums, and conversations at a time


def _escalate(session: Session, item: Item, doing: Doing) -> Mapping[str, Any] | None:
    late = [one for one in _late(session, doing) if one.n]
    to, language = doing.settings.operator_email, doing.settings.language
    if not late or to is None:
        return None
    put(session, item.key, "overdue", to, language, *past_promised(language, doing.day, late), doing.at)
    return {one.what: one.n for one in late}


def _late(session: Session, doing: Doing) -> Iterator[Late]:
    chosen, day = doing.settings, doing.day
    promised = Promises(chosen.promise_claim, chosen.promise_contest, chosen.promise_approval, chosen.promise_emergency)
    claims = overdue_claims(session, day, promised)
    contests = claims.pop("contest", 0)
    claims.pop("approval", 0)  # they are among the requests
    yield Late("claims", sum(claims.values()), page(doing, "desk"))
    yield Late("contests", contests, page(doing, "desk?by=contest"))
    requests = approvals_waiting(session, day, Promise(chosen.promise_approval, chosen.promise_emergency))
    yield Late("approvals", sum(one.overdue for one in requests), page(doing, "medical"))
    premiums = sum(one.answer_by < day for one in open_contests(session, LOOKED))
    yield Late("premiums", premiums, page(doing, "desk/premiums"))
    yield Late("messages", _conversations(session, doing), page(doing, "desk/messages"))
    complaints = [one for one in open_complaints(session, day) if one.is_late(day)]
    received = sum(one.state == "received" for one in complaints)
    yield Late("acknowledge", received, page(doing, "desk/complaints"))
    yield Late("complaints", len(complaints) - received, page(doing, "desk/complaints"))


def _conversations(session: Session, doing: Doing) -> int:
    """The longest waiting come first: it is read up to the first that is in time."""
    found, after = 0, 0
    while some := conversations(session, doing.day, doing.settings.promise_message, after, LOOKED):
        found += sum(one.overdue for one in some)
        if not some[-1].overdue:
            break
        after = some[-1].first
    return found


JOB = Job("operator.overdue", once("overdue"), _escalate, catch_up="last")
