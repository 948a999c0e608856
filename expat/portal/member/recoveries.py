"""What a member is asked to pay back, or is owed on top: why, on which heading, by when, how to contest, what came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import TextAreaField

from expat.claims.written import LONGEST
from expat.errors import BadInput, Conflict
from expat.membership.changes import Acting
from expat.membership.privacy import visible_people
from expat.portal.access import MEMBER, allow
from expat.portal.desk.claim_forms import Kept
from expat.portal.desk.claim_group import KEY
from expat.portal.forms import AtMost, Form, Needed
from expat.portal.member.recoveries_told import EVENTS, LineTold, decision_told
from expat.portal.work import db, house, me, membership, now, person, speaks, today, undo
from expat.recoveries.follow import contest_decision
from expat.recoveries.standing import CONTESTED, RECOVER, WAIVE, Decided, decisions_of
from expat.wording.catalogue import N_

pages = Blueprint("member_asked_back", __name__, url_prefix="/asked-back")

SENT = N_("Your contest is with us. A person who did not decide it answers you; until then nothing is to be paid.")
BEFORE = N_("You have contested this already. We answer you.")
TOO_LATE = N_("It could be contested until {day}. Please write us a message instead.")
STATES = {
    "contested": (N_("contested: we answer"), "wait"),
    "withdrawn": (N_("withdrawn: you owe nothing"), "good"),
    "open": (N_("to be paid back"), "wait"),
    "done": (N_("paid back"), "good"),
}
OWED = {"open": (N_("on its way to you"), "wait"), "done": (N_("transferred to you"), "good")}


class ContestForm(Form):
    """Why the member does not agree."""

    why = TextAreaField(validators=[Needed(), AtMost(LONGEST), Kept()])


@dataclass(frozen=True)
class Shown:
    """A decision, the lines that the reader may see whole, and how many others there are."""

    found: Decided
    lines: list[LineTold]
    hidden: int
    form: ContestForm

    @property
    def state(self) -> tuple[str, str]:
        """Where it stands, in words and as a colour."""
        return (STATES if self.found.row.kind == RECOVER else OWED)[self.found.state]

    @property
    def contestable(self) -> bool:
        """Whether it can be contested today."""
        until = self.found.contest_until
        open_still = self.found.row.kind == RECOVER and self.found.holds and until is not None and until >= today()
        return open_still and self.found.event(CONTESTED) is None


@pages.get("")
@allow(MEMBER)
def asked() -> str:
    """Everything that was asked back or added, the newest first. The debt is the member's, who alone reads of it."""
    return _page()


def _page(sent: tuple[int, ContestForm] | None = None) -> str:
    if me().person_role != "member":
        return render_template("portal/member/recoveries/not_yours.html")
    whole = visible_people(db(), person(), today()).whole
    found = [one for one in decisions_of(db(), membership()) if _is_told(one)]
    shown = [_shown(one, whole, sent) for one in found]
    return render_template("portal/member/recoveries/asked.html", shown=shown, events=EVENTS)


def _is_told(one: Decided) -> bool:
    """What does not hold yet, or is left as it was paid, asks nothing of the member."""
    return one.row.kind != WAIVE and one.state not in ("to_release", "refused")


def _shown(one: Decided, whole: Any, sent: tuple[int, ContestForm] | None) -> Shown:
    lines = decision_told(one)
    seen = [line for line in lines if line.row.person_id in whole]
    form = sent[1] if sent is not None and sent[0] == one.row.id else ContestForm(formdata=None)
    return Shown(one, seen, len(lines) - len(seen), form)


@pages.post(f"/<{KEY}:recovery_id>/contest")
@allow(MEMBER)
def contest(recovery_id: int) -> tuple[str, int] | AnyResponse:
    """Say why one does not agree."""
    if me().person_role != "member":
        abort(404)
    found = next((one for one in decisions_of(db(), membership()) if one.row.id == recovery_id), None)
    if found is None or not _is_told(found) or found.row.kind != RECOVER:
        abort(404)
    form = ContestForm()
    if not form.validate():
        undo()
        return _page((recovery_id, form)), 422
    acting = Acting(today(), now(), house().preference, me().actor)
    try:
        new = contest_decision(db(), recovery_id, str(form.why.data), acting)
    except Conflict:
        form.why.errors = [speaks().say(TOO_LATE, day=speaks().day(found.contest_until or today()))]
    except BadInput as wrong:
        form.refuse(wrong)
    if form.errors:
        undo()
        return _page((recovery_id, form)), 422
    flash(speaks().say(SENT if new else BEFORE))
    return redirect(url_for(".asked"), 303)
