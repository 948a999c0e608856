"""Employers for the management unit: what they announced, whom they pay for, and who acts for them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.accounts.open import account_of
from expat.accounts.own import own_memberships
from expat.employers import deal, listing
from expat.employers.check import insured_as
from expat.employers.invite import invite
from expat.employers.open import bind_account, open_employer, pays_for
from expat.employers.states import DONE_WITH
from expat.errors import BadInput, Conflict, NotFound
from expat.membership.changes import Acting
from expat.portal.access import MANAGER, allow
from expat.portal.desk.claim_group import KEY
from expat.portal.employer.words import DESK_STATES, KINDS, REASONS
from expat.portal.forms import AtMost, DayField, Form, LongTextField, Needed, TextField
from expat.portal.told import operator
from expat.portal.work import db, house, me, now, speaks, today, undo, whole_number
from expat.wording.catalogue import N_

pages = Blueprint("desk_employers", __name__, url_prefix="/desk/employers")
PAGE = 50
NO_SUCH = N_("There is no such membership, or somebody else pays for it.")
NO_ACCOUNT = N_("No account with the role of an employer has this address, or it acts for another one.")
NO_LONGER_PAYS = N_("This employer no longer pays for the membership: say below why it is not recorded.")
NOT_INVITED = {
    "insured": N_("Somebody of this name and birth is insured already: ask the person first."),
    "account": N_("The address has an account that cannot apply: ask the person for another address."),
    "email": N_("Only a member with an address of mail is invited; spouse and children come with the member."),
}  # fmt: skip
SAID = {
    "number": NO_SUCH,
    "state": N_("Somebody dealt with this already."),
    "why": N_("Please say why."),
}
Answer = str | tuple[str, int] | AnyResponse


class EmployerForm(Form):
    """A new employer."""

    number = TextField(validators=[Needed(), AtMost(40)])
    name = TextField(validators=[Needed(), AtMost(120)])


class PaysForm(Form):
    """A membership that the employer pays for, or no longer does."""

    number = TextField(validators=[Needed(), AtMost(40)])
    from_day = DayField(validators=[Needed()])
    pays = TextField(default="yes")


class AccountForm(Form):
    """An account that acts for the employer, by its address."""

    email = TextField(validators=[Needed(), AtMost(254)])


class StepForm(Form):
    """What became of somebody who was announced."""

    state = TextField(validators=[Needed(), AtMost(40)])
    why = LongTextField(validators=[AtMost(500)])
    number = TextField(validators=[AtMost(40)])


@pages.get("")
@allow(MANAGER)
def employers() -> str:
    """What was announced and waits, and the employers."""
    return _list(EmployerForm(formdata=None))


def _list(form: EmployerForm) -> str:
    after = whole_number("after", 0) or 0
    joiners = listing.open_joiners(db(), None, after, PAGE + 1)
    return render_template(
        "portal/desk/employers.html", form=form, joiners=joiners[:PAGE], changes=listing.open_changes(db(), 0, PAGE),
        employers=listing.employers(db()), states=DESK_STATES, kinds=KINDS,
        older=url_for(".employers", after=joiners[PAGE - 1].id) if len(joiners) > PAGE else "",
        newest=url_for(".employers") if after else "",
    )  # fmt: skip


@pages.post("")
@allow(MANAGER)
def add() -> Answer:
    """Record an employer."""
    form = EmployerForm()
    if not form.validate():
        return _list(form), 422
    try:
        key = open_employer(db(), form.number.data or "", form.name.data or "", now(), me().actor)
    except BadInput as wrong:
        undo()
        form.refuse(wrong)
        return _list(form), 422
    return redirect(url_for(".employer", employer_id=key), 303)


@pages.get(f"/<{KEY}:employer_id>")
@allow(MANAGER)
def employer(employer_id: int) -> str:
    """An employer: the memberships that it pays for, and how to add one or an account."""
    return _employer(employer_id, PaysForm(formdata=None, from_day=today()), AccountForm(formdata=None))


def _employer(employer_id: int, pays: PaysForm, account: AccountForm) -> str:
    try:
        row = listing.employer(db(), employer_id)
    except NotFound:
        abort(404)
    found = sorted(listing.covered_by(db(), employer_id).values(), key=lambda one: one.number)
    return render_template("portal/desk/employer.html", row=row, found=found, pays=pays, account=account)


@pages.post(f"/<{KEY}:employer_id>/pays")
@allow(MANAGER)
def pays(employer_id: int) -> Answer:
    """Note that the employer pays for a membership from a day on, or no longer does."""
    form = PaysForm()
    if not form.validate() or form.from_day.data is None:
        return _employer(employer_id, form, AccountForm(formdata=None)), 422
    number, does = form.number.data or "", form.pays.data == "yes"
    try:
        new = pays_for(db(), employer_id, number, form.from_day.data, now(), me().actor, does)
    except BadInput:
        undo()
        form.number.errors = [speaks().say(NO_SUCH)]
        return _employer(employer_id, form, AccountForm(formdata=None)), 422
    flash(speaks().say("Noted.") if new else speaks().say("It was so already: nothing was changed."))
    return redirect(url_for(".employer", employer_id=employer_id), 303)


@pages.post(f"/<{KEY}:employer_id>/accounts")
@allow(MANAGER)
def account(employer_id: int) -> Answer:
    """Let an account act for the employer."""
    form, empty = AccountForm(), PaysForm(formdata=None, from_day=today())
    if not form.validate():
        return _employer(employer_id, empty, form), 422
    row = account_of(db(), form.email.data or "")
    try:
        if row is None:
            raise NotFound("email", "has no account")
        bind_account(db(), employer_id, row.id, now(), me().actor)
    except BadInput:
        undo()
        form.email.errors = [speaks().say(NO_ACCOUNT)]
        return _employer(employer_id, empty, form), 422
    flash(speaks().say("{name} now acts for this employer.", name=row.name))
    return redirect(url_for(".employer", employer_id=employer_id), 303)


@pages.get(f"/joiners/<{KEY}:joiner_id>")
@allow(MANAGER)
def joiner(joiner_id: int) -> str:
    """Somebody whom an employer announced, and what comes next."""
    return _joiner(joiner_id, StepForm(formdata=None))


def _joiner(joiner_id: int, form: StepForm) -> str:
    try:
        row = listing.joiner(db(), joiner_id)
    except NotFound:
        abort(404)
    done = row.state in DONE_WITH
    insured = [] if done else insured_as(db(), row.first_name, row.last_name, row.born)
    return render_template(
        "portal/desk/joiner.html", row=row, form=form, states=DESK_STATES, done=done, insured=insured
    )


@pages.post(f"/joiners/<{KEY}:joiner_id>")
@allow(MANAGER)
def step_joiner(joiner_id: int) -> Answer:
    """Note how far somebody got."""
    form = StepForm()
    if not form.validate():
        return _joiner(joiner_id, form), 422
    try:
        _step(joiner_id, form)
    except NotFound:
        abort(404)
    except BadInput as wrong:
        return _refused(wrong, form, lambda: _joiner(joiner_id, form))
    flash(speaks().say("Noted. The employer sees how far it is, not why."))
    return redirect(url_for(".employers"), 303)


def _step(joiner_id: int, form: StepForm) -> None:
    row = listing.joiner(db(), joiner_id)
    if form.state.data == "invited" and row.role == "member" and row.state == "announced":
        invite(db(), joiner_id, _acting(), house().settings.base_url, operator())
    else:
        deal.step_joiner(db(), joiner_id, form.state.data or "", form.why.data or "", _acting(), form.number.data or "")


@pages.get(f"/changes/<{KEY}:change_id>")
@allow(MANAGER)
def change(change_id: int) -> str:
    """A leaver or a change, and what recording it brings about."""
    return _change(change_id, StepForm(formdata=None))


def _change(change_id: int, form: StepForm) -> str:
    try:
        row = listing.change(db(), change_id)
    except NotFound:
        abort(404)
    return render_template(
        "portal/desk/announced_change.html", row=row, form=form, kinds=KINDS, reasons=REASONS,
        done=row.state in DONE_WITH, own=row.membership_id in own_memberships(db(), me().account),
    )  # fmt: skip


@pages.post(f"/changes/<{KEY}:change_id>")
@allow(MANAGER)
def step_change(change_id: int) -> Answer:
    """Record a leaver's end or a change, or say why not."""
    form = StepForm()
    if not form.validate():
        return _change(change_id, form), 422
    try:
        effective = deal.step_change(
            db(), change_id, form.state.data or "", form.why.data or "", _acting(), house().keys
        )
    except NotFound:
        abort(404)
    except BadInput as wrong:
        return _refused(wrong, form, lambda: _change(change_id, form))
    spoken = speaks()
    flash(
        spoken.say("Recorded: the first day without cover is {day}.", day=spoken.day(effective))
        if effective
        else spoken.say("Noted.")
    )
    return redirect(url_for(".employers"), 303)


def _acting() -> Acting:
    return Acting(today(), now(), house().preference, me().actor)


def _refused(wrong: BadInput, form: StepForm, shown: Any) -> Answer:
    """The page again with what a verb refused. Of the own membership, and of what is done with, it says so."""
    undo()
    field = wrong.where.rpartition(".")[2]
    if isinstance(wrong, Conflict) and field not in ("state", "payer", *NOT_INVITED):
        raise wrong
    if field in NOT_INVITED:
        form.form_errors.append(speaks().say(NOT_INVITED[field]))
        return shown(), 422
    if field == "payer":
        form.form_errors.append(speaks().say(NO_LONGER_PAYS))
    elif field in SAID and field in form._fields:
        form._fields[field].errors = [speaks().say(SAID[field])]
    else:
        form.refuse(wrong)
    return shown(), 422
