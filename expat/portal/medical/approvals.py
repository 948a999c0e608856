"""The medical department's worklist of prior approvals, and answering one: fifty in an hour, by keyboard."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.accounts.own import own_memberships, refuse_own
from expat.approvals.answer import Given, answer_file
from expat.approvals.deadlines import Promise
from expat.approvals.listing import Waiting
from expat.approvals.listing import worklist as waiting_requests
from expat.approvals.questions import ask_for_paper
from expat.approvals.shown import RequestShown, membership_of, read_file
from expat.approvals.stays import ending_stays
from expat.errors import BadInput, Conflict
from expat.membership.changes import Acting
from expat.portal.access import MEDICAL, allow
from expat.portal.medical.answer_form import AnswerForm
from expat.portal.medical.answered import answered
from expat.portal.medical.approval_mails import tell_answer, tell_paper
from expat.portal.work import apart, db, house, me, now, speaks, today, undo

pages = Blueprint("medical_approvals", __name__, url_prefix="/medical")
SOON = 5  # days before granted days end in which an extension is thought of
Answer = str | tuple[str, int] | AnyResponse


def promise() -> Promise:
    """How soon the operator promises to answer."""
    chosen = house().settings
    return Promise(chosen.promise_approval, chosen.promise_emergency)


@pages.get("")
@allow(MEDICAL)
def worklist() -> str:
    """What waits, by deadline; stays that end soon; what waits for a paper. What is one's own waits for a colleague."""
    found, own = _waiting(), own_memberships(db(), me().account)
    return render_template(
        "portal/medical/worklist.html",
        ours=[one for one in found if one.acts == "medical"],
        theirs=[one for one in found if one.acts == "member"],
        answered=answered(promise()),
        ending=[one for one in ending_stays(db(), today(), SOON) if one.membership not in own],
    )


def _waiting() -> list[Waiting]:
    """What waits and is not of the own membership."""
    own = own_memberships(db(), me().account)
    return [one for one in waiting_requests(db(), today(), promise()) if one.membership not in own]


@pages.get("/approvals/<int:request_id>")
@allow(MEDICAL)
def approval(request_id: int) -> str:
    """A request with its file; that it was read is kept before it is shown."""
    _refuse_own(request_id)
    return _shown(request_id, None)


@pages.post("/approvals/<int:request_id>")
@allow(MEDICAL)
def answer(request_id: int) -> Answer:
    """Grant, refuse, or ask for one paper; then on to the next request."""
    _refuse_own(request_id)
    form, acting = AnswerForm(), Acting(today(), now(), house().preference, me().actor)
    if not form.validate():
        return _shown(request_id, form), 422
    try:
        _act(request_id, form, acting)
    except Conflict as wrong:
        undo()
        form.refuse(wrong)
        return _shown(request_id, form), 409
    except BadInput as wrong:
        undo()
        form.refuse(wrong, {"kind": "paper", "text": "paper_text", "override": "reason"})
        return _shown(request_id, form), 422
    following, done = _next(request_id), None if form.decision.data == "ask" else request_id
    if following is None:
        flash(speaks().say("Nothing else waits for you."))
        return redirect(url_for("medical_approvals.worklist", done=done), 303)
    return redirect(url_for("medical_approvals.approval", request_id=following.request, done=done), 303)


def _refuse_own(request_id: int) -> None:
    """A colleague reads and answers what is of one's own membership. Raises NotFound, Own."""
    refuse_own(db(), membership_of(db(), request_id), me().actor)


def _act(request_id: int, form: AnswerForm, acting: Acting) -> None:
    say = speaks().say
    if form.decision.data == "ask":
        asked = ask_for_paper(db(), request_id, form.paper.data, form.paper_text.data or "", acting)
        tell_paper(request_id, asked)
        flash(say("Request {number}: the paper is asked for.", number=request_id))
        return
    granted = form.decision.data == "grant"
    given = Given(
        granted, form.reason.data or "", form.days.data if granted else None, form.sessions.data if granted else None,
        granted and form.direct.data, granted and form.late.data, form.seen.data,
    )  # fmt: skip
    done = answer_file(db(), request_id, given, acting, house().keys)
    tell_answer(request_id, done.answer)


def _next(done: int) -> Waiting | None:
    """The request that is most urgent now."""
    return next((one for one in _waiting() if one.acts == "medical" and one.request != done), None)


def _shown(request_id: int, form: AnswerForm | None) -> str:
    shown = _read(request_id)
    if form is None:
        form = AnswerForm.of(shown)
    return render_template(
        "portal/medical/approval.html",
        shown=shown,
        form=form,
        left=_left(request_id),
        reads=request.method == "GET",
        answered=answered(promise()) if request.method == "GET" else [],
    )


def _read(request_id: int) -> RequestShown:
    with apart() as writing:
        return read_file(writing, request_id, me().actor, now(), house().keys)


def _left(request_id: int) -> int:
    """How many others wait for the medical department."""
    return sum(1 for one in _waiting() if one.acts == "medical" and one.request != request_id)
