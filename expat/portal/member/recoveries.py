"""What a member is asked to pay back, or is owed on top: why, on which heading, by when, how to contest, what came."""

from __future__ import annotations

from collections.abc import Callable
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
from expat.portal.member.recoveries_told import EVENTS, LineTold, decision_told, reference_of
from expat.portal.work import db, house, me, membership, now, person, speaks, today, undo
from expat.recoveries.follow import contest_decision
from expat.recoveries.set_off import OVER, SettingOff, contest_set_off, of_recoveries
from expat.recoveries.standing import CONTESTED, RECOVER, WAIVE, Decided, decisions_of
from expat.wording.catalogue import N_

pages = Blueprint("member_asked_back", __name__, url_prefix="/asked-back")

SENT_OFF = N_("Your contest is with us. A person who did not decide it answers you; until then nothing is kept back.")
SENT = N_("Your contest is with us. A person who did not decide it answers you; until then nothing is to be paid.")
BEFORE = N_("You have contested this already. We answer you.")
TOO_LATE = N_("It could be contested until {day}. Please write us a message instead.")
STATES = {
    "contested": (N_("contested: we answer"), "wait"),
    "withdrawn": (N_("withdrawn: you owe nothing"), "good"),
    "open": (N_("to be paid back"), "wait"),
    "done": (N_("paid back"), "good"),
}
OWED = {"open": (N_("our next settlement pays it"), "wait"), "done": (N_("paid to you"), "good")}


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
    off: SettingOff | None
    off_form: ContestForm

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

    @property
    def off_contestable(self) -> bool:
        """Whether its set-off can be contested today."""
        if self.off is None or self.off.event(CONTESTED) is not None or self.off.state(today()) == OVER:
            return False
        return bool(self.off.row.contest_until >= today())


@pages.get("")
@allow(MEMBER)
def asked() -> str:
    """Everything that was asked back or added, the newest first. The debt is the member's, who alone reads of it."""
    return _page()


def _page(sent: tuple[int, ContestForm] | None = None, sent_off: tuple[int, ContestForm] | None = None) -> str:
    if me().person_role != "member":
        return render_template("portal/member/recoveries/not_yours.html")
    whole = visible_people(db(), person(), today()).whole
    found = [one for one in decisions_of(db(), membership()) if _is_told(one)]
    offs = of_recoveries(db(), found)
    shown = [_shown(one, whole, _form(one, sent), offs.get(one.row.id), _form(one, sent_off)) for one in found]
    return render_template("portal/member/recoveries/asked.html", shown=shown, events=EVENTS, reference_of=reference_of)


def _is_told(one: Decided) -> bool:
    """What does not hold yet, or is left as it was paid, asks nothing of the member."""
    return one.row.kind != WAIVE and one.state not in ("to_release", "refused")


def _form(one: Decided, sent: tuple[int, ContestForm] | None) -> ContestForm:
    return sent[1] if sent is not None and sent[0] == one.row.id else ContestForm(formdata=None)


def _shown(one: Decided, whole: Any, form: ContestForm, off: SettingOff | None, off_form: ContestForm) -> Shown:
    lines = decision_told(one)
    seen = [line for line in lines if line.row.person_id in whole]
    return Shown(one, seen, len(lines) - len(seen), form, off, off_form)


@pages.post(f"/<{KEY}:recovery_id>/contest")
@allow(MEMBER)
def contest(recovery_id: int) -> tuple[str, int] | AnyResponse:
    """Say why one does not agree to pay back."""
    found, form = _mine(recovery_id), ContestForm()
    late = speaks().say(TOO_LATE, day=speaks().day(found.contest_until or today()))
    return _contested(
        form, lambda said: contest_decision(db(), recovery_id, said, _acting()), late, SENT,
        lambda: _page((recovery_id, form)),
    )  # fmt: skip


@pages.post(f"/<{KEY}:recovery_id>/set-off/contest")
@allow(MEMBER)
def contest_off(recovery_id: int) -> tuple[str, int] | AnyResponse:
    """Say why one does not agree that it is kept back of payments."""
    found, form = of_recoveries(db(), [_mine(recovery_id)]).get(recovery_id), ContestForm()
    if found is None:
        abort(404)
    late = speaks().say(TOO_LATE, day=speaks().day(found.row.contest_until))
    return _contested(
        form, lambda said: contest_set_off(db(), recovery_id, said, _acting()), late, SENT_OFF,
        lambda: _page(None, (recovery_id, form)),
    )  # fmt: skip


def _mine(recovery_id: int) -> Decided:
    """What the reader is asked to pay back; 404 for anything else."""
    if me().person_role != "member":
        abort(404)
    found = next((one for one in decisions_of(db(), membership()) if one.row.id == recovery_id), None)
    if found is None or not _is_told(found) or found.row.kind != RECOVER:
        abort(404)
    return found


def _contested(
    form: ContestForm, verb: Callable[[str], bool], late: str, sent: str, again: Callable[[], str]
) -> tuple[str, int] | AnyResponse:
    """Keep a contest; what cannot be kept is shown again with what was typed."""
    new = False
    if form.validate():
        try:
            new = verb(str(form.why.data))
        except Conflict:
            form.why.errors = [late]
        except BadInput as wrong:
            form.refuse(wrong)
    if form.errors:
        undo()
        return again(), 422
    flash(speaks().say(sent if new else BEFORE))
    return redirect(url_for(".asked"), 303)


def _acting() -> Acting:
    return Acting(today(), now(), house().preference, me().actor)
