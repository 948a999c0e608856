"""Ending the membership: the reason, what it brings, a typed confirmation; and taking it back while there is time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import NamedTuple

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.amendments.listing import amendments_of
from expat.errors import BadInput
from expat.mail.leaving_letters import end_received, end_taken_back
from expat.mail.outbox import put
from expat.membership.changes import Acting
from expat.membership.end_papers import PROOF_OF, add_end_paper, papers_of_ends, proof_missing
from expat.membership.ends import (
    End,
    cooling_off,
    kept_in_france,
    knows_of_claim,
    terminate,
    withdraw_termination,
    withdrawable,
)
from expat.membership.leaving import consequences, lines_of
from expat.membership.standing import terminations
from expat.payments.tell import members_of
from expat.periods import DAY, next_anniversary
from expat.portal.access import MEMBER, allow
from expat.portal.desk.renounced_told import ask_back_after
from expat.portal.forms import DayField, Form, Needed, TextField, refusal_in_words
from expat.portal.member import changes_words
from expat.portal.member.claim_pages import dossier, name_of
from expat.portal.told import link, operator
from expat.portal.uploads import NOTHING, Uploads, uploads
from expat.portal.work import db, house, me, membership, now, speaks, today, undo
from expat.recoveries.renounced import RENOUNCED
from expat.wording.catalogue import N_
from expat.wording.reasons import explain_event

pages = Blueprint("member_leave", __name__, url_prefix="/cover/leave")
Answer = str | tuple[str, int] | AnyResponse


class Reason(NamedTuple):
    """Why somebody ends a membership: its name, what the contract asks for, and what has to be proved."""

    name: str
    about: str
    proof: str = ""


BY_REASON = {
    "member": Reason(
        N_("At the anniversary"),
        N_("For no particular reason: the membership ends on an anniversary, {notice} after your request or later."),
    ),
    "return_to_france": Reason(
        N_("I go back to France for good"),
        N_("{notice} after your request or later. You can stay covered for up to {kept} after your return."),
        N_("A copy of what shows your return, such as the end of your lease abroad or your new address in France."),
    ),
    "lost_status": Reason(
        N_("I no longer work"),
        N_("You have lost your job, stopped your activity or drawn your pension: {notice} after your request."),
        N_("A copy of what shows it: your employer's letter, the end of your registration, or your pension's notice."),
    ),
    "renunciation": Reason(
        N_("I renounce: I have only just joined"),
        N_("Within {days} of the date on your certificate. It takes effect at once."),
    ),
}
PURPOSE = "proof of an end"
NOT_THE_NUMBER = N_("Please type the number of your membership, {number}, as it stands on your card.")


class LeaveForm(Form):
    """The day asked for, the day of a return, and the confirmation: the membership's number, typed."""

    effective = DayField()
    returned = DayField()
    confirm = TextField(validators=[Needed()])


@pages.get("")
@allow(MEMBER)
def leave() -> Answer:
    """The reasons that there are, what was asked for, and until when it can be taken back."""
    if me().person_role != "member":
        return _for_the_member()
    return _asked_for(NOTHING)


@pages.post("/proof")
@allow(MEMBER)
def proof() -> Answer:
    """Send the proof of an end that was asked for."""
    if me().person_role != "member":
        return _for_the_member()
    standing = terminations(dossier().changes)[:1]
    if not standing or standing[0].value not in PROOF_OF:
        abort(404)
    sent = uploads(PURPOSE)
    problems = [*sent.refused, *sent.missing]
    if problems:
        return _asked_for(sent._replace(refused=problems)), 422
    try:
        _keep_proof(standing[0].id, standing[0].value, sent)
    except BadInput as wrong:
        undo()
        return _asked_for(sent._replace(refused=[refusal_in_words(wrong)])), 422
    flash(speaks().say("Thank you: it has reached us. We tell you if it is not enough."))
    return redirect(url_for("member_leave.leave"), 303)


def _keep_proof(change: int, reason: str, sent: Uploads) -> None:
    for file in sent.files:
        add_end_paper(db(), membership(), change, PROOF_OF[reason], file.name, file.sha256, _acting())


def _asked_for(sent: Uploads) -> str:
    found, standing = dossier(), terminations(dossier().changes)
    papers = papers_of_ends(db(), membership())
    ends = found.facts_on(found.plan.on(today())).terminated_on
    days = [c.effective_from for c in withdrawable(found, today())]
    return render_template(
        "portal/member/cover/leave.html", reasons=_possible(), ends=standing[:1], state=found, left=_days_left(),
        until=cooling_off(found).last, named=BY_REASON, figures=_figures(), sent=sent,
        papers=[one for one in papers if standing and one.change == standing[0].id],
        missing=bool(standing) and proof_missing(standing[0], papers) is not None,
        back_until=min(filter(None, (*days, ends))) - DAY if days else None,
    )  # fmt: skip


@pages.get("/look")
@allow(MEMBER)
def look() -> Answer:
    """What an end for a reason would bring; the reason and the days asked for stand in the address."""
    if me().person_role != "member":
        return _for_the_member()
    reason = request.args.get("reason", "")
    if reason not in _possible():
        return redirect(url_for("member_leave.leave"), 303)
    return _page(reason, LeaveForm(request.args, meta={"csrf": False}))


@pages.post("/look")
@allow(MEMBER)
def ask() -> Answer:
    """End the membership: the request counts from today."""
    if me().person_role != "member":
        return _for_the_member()
    form, reason = LeaveForm(), request.form.get("reason", "")
    if reason not in BY_REASON:
        return redirect(url_for("member_leave.leave"), 303)
    sent, right = uploads(PURPOSE) if reason in PROOF_OF else NOTHING, form.validate()
    if form.confirm.data and _plain(form.confirm.data) != _plain(dossier().number):
        form.confirm.errors = [speaks().say(NOT_THE_NUMBER, number=dossier().number)]
        right = False
    if not right or sent.refused:
        return _page(reason, form, sent), 422
    try:
        day = form.effective.data or _usual(reason)
        done = terminate(db(), membership(), reason, day, _acting(), returned=form.returned.data)
        if done.key is not None and done.refused is None and sent.files:
            _keep_proof(done.key, reason, sent)
    except BadInput as wrong:
        undo()
        form.refuse(wrong)
        return _page(reason, form, sent), 422
    if done.refused is not None or done.effective_from is None:
        return _page(reason, form, sent), 422
    _tell(done.key, done.effective_from)
    if reason == RENOUNCED:
        ask_back_after(membership(), replace(_acting(), actor="management"))
    flash(speaks().say("Your request has reached us. {day} is the first day without cover.",
                       day=speaks().day(done.effective_from)))  # fmt: skip
    return redirect(url_for("member_leave.leave"), 303)


@pages.post("/back")
@allow(MEMBER)
def back() -> AnyResponse:
    """Take the request back while its day has not come: the membership goes on."""
    if me().person_role != "member":
        return _for_the_member()
    try:
        done = withdraw_termination(db(), membership(), _acting())
    except BadInput:
        undo()
        flash(speaks().say("There is nothing to take back."))
        return redirect(url_for("member_leave.leave"), 303)
    _tell(done.key, None)
    flash(speaks().say("Your request is taken back: the membership goes on."))
    return redirect(url_for("member_leave.leave"), 303)


def _page(reason: str, form: LeaveForm, sent: Uploads = NOTHING) -> str:
    end = _end(reason, form)
    found = consequences(dossier(), end, today(), lines_of(db(), membership()))
    told = None
    if found.refused is not None:
        facts = {"until": cooling_off(dossier()).last}
        told = explain_event(found.refused, speaks().language, dossier().plan.on(today()), **facts)
    return render_template(
        "portal/member/cover/leaving.html", form=form, reason=reason, named=BY_REASON[reason], found=found, told=told,
        asked=form.effective.data, kept=kept_in_france(dossier(), end),
        name_of=name_of, number=dossier().number, until=cooling_off(dossier()).last, left=_days_left(),
        keep=dossier().plan.on(today())["claim.originals_kept"].value, figures=_figures(), sent=sent,
        changes=[one for one in amendments_of(db(), membership()) if one.is_open], words=changes_words,
        names={key: name_of(key) for key in dossier().people},
    )  # fmt: skip


def _end(reason: str, form: LeaveForm) -> End:
    return End(
        reason, form.effective.data or _usual(reason), today(), returned=form.returned.data,
        known_claim=knows_of_claim(db(), membership()),
    )  # fmt: skip


def _figures() -> dict[str, str]:
    """The contract's spans in words."""
    edition, counted = dossier().plan.on(today()), speaks().plural
    return {
        "notice": counted("{n} month", "{n} months", edition["membership.notice"].value),
        "kept": counted("{n} month", "{n} months", edition["membership.keep_after_return"].value),
        "days": counted("{n} day", "{n} days", edition["membership.cooling_off"].value),
    }


def _plain(number: str) -> str:
    """A membership's number without what people group its characters with."""
    return "".join(sign for sign in number.casefold() if sign.isalnum())


def _usual(reason: str) -> date:
    """The day that is meant where none is named: the first that the contract allows."""
    return next_anniversary(dossier().joined, today()) if reason == "member" else today()


def _possible() -> dict[str, Reason]:
    """The reasons that can be chosen today."""
    return {word: reason for word, reason in BY_REASON.items() if word != "renunciation" or _days_left() is not None}


def _days_left() -> int | None:
    """The days that are left to renounce, today included; None once they are over."""
    last = cooling_off(dossier()).last
    return (last - today()).days + 1 if last >= today() else None


def _acting() -> Acting:
    return Acting(today(), now(), house().preference, me().actor)


def _tell(key: int | None, first: date | None) -> None:
    """A mail confirms what was asked for, with its day."""
    reader = members_of(db(), [membership()]).get(membership())
    if reader is None or key is None:
        return
    page = link(url_for("member_leave.leave"))
    if first is None:
        text = end_taken_back(reader.language, reader.name, page, operator())
    else:
        text = end_received(reader.language, reader.name, page, first - DAY, operator())
    put(db(), f"membership_change:{key}", "leaving", reader.to, reader.language, *text, now())


def _for_the_member() -> AnyResponse:
    flash(speaks().say("The membership is the member's, who alone can end it."))
    return redirect(url_for("member_cover.cover"), 303)
