"""Who acts next on a line or a claim, and by when: member, management unit, medical department or bank."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from expat.approvals.deadlines import Promise
from expat.approvals.listing import due_on
from expat.approvals.questions import Question, questions_of
from expat.approvals.tables import ApprovalAnswer, ApprovalRequest
from expat.claims.around import Around, around
from expat.claims.contest import Contested
from expat.claims.findings import ORIGINAL
from expat.currency.calendar import add_working_days
from expat.db import table_of
from expat.screening.holds import confirmed, confirmed_providers, held_since, providers_held_since

YOU, UNIT, MEDICAL, BANK, NOBODY = "you", "unit", "medical", "bank", "nobody"
MEMBER = "member"  # the payee of a line that is not paid to a provider of care
STAYS = ("admission_or_discharge", "earlier_stay")  # what is missing where a stay is not known
FLAGGED = ("possible_duplicate", "possible_long_stay")

# What each step is, and who takes it; of the steps of several lines the first is the claim's.
STEPS = {
    "other_account": YOU, "send_papers": YOU, "send_stay": YOU, "send_medical": YOU, "answer_contest": UNIT,
    "look": UNIT, "look_first": UNIT, "check_payment": UNIT, "approve": MEDICAL, "send_originals": YOU,
    "wait_rate": UNIT, "settle": NOBODY, "to_bank": NOBODY, "bank": BANK, "refused": NOBODY, "done": NOBODY,
}  # fmt: skip
PAYOUTS = {"made": "to_bank", "sent": "bank", "confirmed": "done", "returned": "other_account"}

_REQUEST: Any = table_of(ApprovalRequest)
_ANSWER: Any = table_of(ApprovalAnswer)


class Promises(NamedTuple):
    """How soon the operator answers: claims, contests and planned approvals in working days, emergencies in days."""

    claim: int
    contest: int
    approval: int
    emergency: int

    def look_by(self, since: date) -> date:
        """By when a person looks at what came on a day."""
        return add_working_days(since, self.claim)

    def answer_by(self, since: date) -> date:
        """By when a contest of a day is answered."""
        return add_working_days(since, self.contest)


class NextStep(NamedTuple):
    """What is to be done, by whom, until when; the kinds of papers that it takes, the currencies without a rate."""

    what: str
    by: date | None = None
    papers: tuple[str, ...] = ()
    currencies: tuple[str, ...] = ()

    @property
    def who(self) -> str:
        """Who takes the step."""
        return STEPS[self.what]


class Request(NamedTuple):
    """A request for prior approval without an answer: who acts (medical or member), and by when."""

    acts: str
    by: date


class Known(NamedTuple):
    """What is known around a line: what it waits for, originals asked for, an open contest or request, its payout.

    `missing` are kinds of papers, `currencies` those without a rate. `payout` is made, sent, confirmed or returned;
    `contest_until` is the last day on which the decision can be contested. `held_since` is the day since which a person
    is to check the payments of the membership, or those to the provider of care whom the line pays; once that is done
    and they go on waiting, `checked`. `suspected` is the day since which a person is to look at the line first.
    """

    missing: tuple[str, ...] = ()
    currencies: tuple[str, ...] = ()
    originals: bool = False
    contest: Contested | None = None
    request: Request | None = None
    payout: str | None = None
    contest_until: date | None = None
    held_since: date | None = None
    checked: bool = False
    suspected: date | None = None


def next_step(row: Any, known: Known, promises: Promises) -> NextStep:
    """What comes next for a line, from its row and what is known around it. Pure."""
    if known.contest is not None:
        return NextStep("answer_contest", promises.answer_by(known.contest.contested_on))
    reasons, flags = row.reasons.split(), row.flags.split()
    if row.status == "pending":
        return _pending(row, reasons, known, promises)
    if row.status == "refused":
        if known.request is None:
            return NextStep("refused", known.contest_until)
        return NextStep("approve", known.request.by) if known.request.acts == "medical" else NextStep("send_medical")
    if row.status == "accepted" and known.suspected is not None:
        return NextStep("look_first", promises.look_by(known.suspected))
    if row.status == "accepted" and any(flag in flags for flag in FLAGGED):
        return NextStep("look", promises.look_by(row.received_on))
    if known.held_since is not None and (row.status == "accepted" or known.payout == "made"):
        return NextStep("check_payment", None if known.checked else promises.look_by(known.held_since))
    if known.payout == "returned":
        return NextStep("other_account")
    if known.originals:
        return NextStep("send_originals", papers=(ORIGINAL,))
    if row.status == "paid":
        return NextStep(PAYOUTS[known.payout or "confirmed"])
    return NextStep("wait_rate", currencies=known.currencies) if "rate_unavailable" in reasons else NextStep("settle")


def _pending(row: Any, reasons: Sequence[str], known: Known, promises: Promises) -> NextStep:
    if "documents_missing" not in reasons:
        return NextStep("look", promises.look_by(row.received_on))
    if any(kind in STAYS for kind in known.missing):
        return NextStep("send_stay")
    return NextStep("send_papers", papers=known.missing)


def of_claim(steps: Collection[NextStep]) -> NextStep:
    """The step of a claim: of its lines' steps the first that somebody can take, with the papers of all these lines."""
    rank = list(STEPS)
    what = min((step.what for step in steps), key=rank.index)
    same = [step for step in steps if step.what == what]
    days = [step.by for step in same if step.by is not None]
    return NextStep(what, min(days, default=None), _once(s.papers for s in same), _once(s.currencies for s in same))


def _once(several: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for words in several for word in words))


def known_of(
    session: Session,
    rows: Sequence[Any],
    promises: Promises,
    payouts: Mapping[int, str] | None = None,
    surrounding: Around | None = None,
) -> dict[int, Known]:
    """What is known around lines, by a fixed number of queries; `payouts` says how far each payout got.

    `surrounding` is what surrounds the lines, where that was read already.
    """
    there, requests = surrounding or around(session, rows), _requests(session, rows, promises)
    holds = _holds(session, rows)
    found = {}
    for row in rows:
        since, checked = holds.get(row.id, (None, False))
        waited = [one.kind for one in there.asked.get(row.id, ()) if one.answered_on is None]
        trace = there.traces.get(row.id, {})
        found[row.id] = Known(
            missing_papers(trace),
            missing_rates(trace),
            ORIGINAL in waited,
            next((one for one in there.contests.get(row.id, ()) if one.answered_on is None), None),
            requests.get(row.id),
            (payouts or {}).get(row.payout_id),
            held_since=since,
            checked=checked,
            suspected=there.suspected.get(row.id) if row.status == "accepted" else None,
        )
    return found


def _holds(session: Session, rows: Sequence[Any]) -> dict[int, tuple[date, bool]]:
    """Since which day the payment of lines is stopped, and whether a person found the match right; by the line's key.

    A match of the membership stops all its payments, one of a provider of care those to it.
    """
    if not rows:
        return {}
    paid_to = {row.id: row.provider for row in rows if row.provider and row.payee not in (None, MEMBER)}
    mine = held_since(session, {row.membership_id for row in rows})
    theirs = providers_held_since(session, set(paid_to.values())) if paid_to else {}
    checked = confirmed(session, mine) if mine else frozenset()
    others = confirmed_providers(session, theirs) if theirs else frozenset()
    found = {}
    for row in rows:
        name = paid_to.get(row.id, "")
        days = [day for day in (mine.get(row.membership_id), theirs.get(name)) if day is not None]
        if days:
            found[row.id] = (min(days), row.membership_id in checked or name in others)
    return found


def missing_papers(trace: Mapping[str, Any]) -> tuple[str, ...]:
    """The papers that a kept decision waits for."""
    return _once(tuple(seen["missing"]) for seen in _waits(trace, "documents_missing"))


def missing_rates(trace: Mapping[str, Any]) -> tuple[str, ...]:
    """The currencies whose rates a kept decision waits for."""
    return _once((seen["currency"],) for seen in _waits(trace, "rate_unavailable"))


def _waits(trace: Mapping[str, Any], reason: str) -> list[Mapping[str, Any]]:
    return [step["looked_at"] for step in trace.get("steps", ()) if step["reason"] == reason]


def _requests(session: Session, rows: Sequence[Any], promises: Promises) -> dict[int, Request]:
    """The undecided request for prior approval that refused lines wait for."""
    waiting = [row for row in rows if row.status == "refused" and "approval_" in row.reasons]
    if not waiting:
        return {}
    undecided = ~select(_ANSWER.c.id).where(_ANSWER.c.request_id == _REQUEST.c.id).exists()
    people = {row.person_id for row in waiting}
    query = select(_REQUEST).where(_REQUEST.c.person_id.in_(people), undecided).order_by(_REQUEST.c.id)
    requests = session.execute(query).all()
    questions = questions_of(session, [request.id for request in requests]) if requests else []
    found = {}
    for row in waiting:
        if (request := next((r for r in requests if concerns(r, row)), None)) is not None:
            found[row.id] = _request(request, [q for q in questions if q.request == request.id], promises)
    return found


def concerns(request: Any, row: Any) -> bool:
    """Whether a request, once granted, could be for a line: the person, the care, and not begun before its start."""
    named = row.care == request.care or row.care.startswith(request.care + ".")
    return bool(request.person_id == row.person_id and named and request.starts_on <= row.first_day)


def _request(request: Any, questions: Sequence[Question], promises: Promises) -> Request:
    acts = "member" if any(question.is_open for question in questions) else "medical"
    return Request(acts, due_on(request, questions, Promise(promises.approval, promises.emergency)))
