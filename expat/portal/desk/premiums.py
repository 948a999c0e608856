"""Premiums that are not paid: where each one's course stands, and contests that a person decides on."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.accounts.own import Own, is_own
from expat.billing.contest import answer_contest, contest_of, open_contests
from expat.billing.listing import account, accounts, lines_of, money_of, unpaid
from expat.claims.load import load
from expat.claims.written import LONGEST
from expat.errors import BadInput, Conflict
from expat.letters.post import letters_on
from expat.letters.premium_words import insured_of, lines_told
from expat.mail import premium_letters
from expat.mail.outbox import put
from expat.membership.changes import Acting
from expat.payments.tell import members_of
from expat.portal.access import ACCOUNTANT, MANAGER, allow
from expat.portal.desk.letters import KINDS
from expat.portal.forms import AtMost, Form, LongTextField, Needed, TextField
from expat.portal.told import link, operator
from expat.portal.work import db, house, me, now, speaks, today, undo, whole_number
from expat.premiums.dunning import NOTHING_COMES, course
from expat.wording.catalogue import N_

pages = Blueprint("desk_premiums", __name__, url_prefix="/desk/premiums")
KEY = "int(max=999999999999999999)"  # what databases take
PAGE = 50
STEPS = {
    "notice": N_("formal notice"),
    "suspension": N_("suspension"),
    "termination": N_("termination"),
}
DECIDED = N_("The contest is decided. The member is told.")


class AnswerForm(Form):
    """What a person decides, and why."""

    outcome = TextField(validators=[Needed()])
    answer = LongTextField(validators=[Needed(), AtMost(LONGEST)])


@pages.get("")
@allow(MANAGER, ACCOUNTANT)
def late() -> str:
    """Contests that wait, then every premium whose course runs."""
    after = whole_number("after") or 0
    found = unpaid(db(), after, PAGE + 1)
    return render_template(
        "portal/desk/premiums/late.html", contests=open_contests(db()), found=found[:PAGE], steps=STEPS,
        older=found[PAGE - 1].premium_id if len(found) > PAGE else None, paged=after > 0,
    )  # fmt: skip


@pages.get(f"/of/<{KEY}:membership_id>")
@allow(MANAGER, ACCOUNTANT)
def of_membership(membership_id: int) -> str:
    """The premiums of one membership."""
    if membership_id not in load(db(), [membership_id]):
        abort(404)
    found = accounts(db(), membership_id, whole_number("before"), PAGE + 1)
    return render_template(
        "portal/desk/premiums/membership.html", found=found[:PAGE], membership=membership_id,
        older=found[PAGE - 1].id if len(found) > PAGE else None,
    )  # fmt: skip


@pages.get(f"/<{KEY}:premium_id>")
@allow(MANAGER, ACCOUNTANT)
def premium(premium_id: int) -> str:
    """One premium, line by line, and its contest."""
    return _page(premium_id, AnswerForm(formdata=None))


@pages.post(f"/<{KEY}:premium_id>/answer")
@allow(MANAGER)
def answer(premium_id: int) -> tuple[str, int] | AnyResponse:
    """Decide on a contest."""
    form, acting = AnswerForm(), Acting(today(), now(), house().preference, me().actor)
    if account(db(), premium_id) is None or contest_of(db(), premium_id) is None:
        abort(404)
    if not form.validate():
        return _page(premium_id, form), 422
    try:
        answer_contest(db(), premium_id, form.outcome.data or "", form.answer.data or "", acting)
        _tell(premium_id, acting)
    except Own:
        abort(403)
    except Conflict:
        undo()
        flash(speaks().say("It was decided before: nothing was changed."))
        return redirect(url_for(".premium", premium_id=premium_id), 303)
    except BadInput as wrong:
        undo()
        form.refuse(wrong)
        return _page(premium_id, form), 422
    flash(speaks().say(DECIDED))
    return redirect(url_for(".late"), 303)


def _tell(premium_id: int, acting: Acting) -> None:
    found = contest_of(db(), premium_id)
    reader = members_of(db(), [found.membership_id]).get(found.membership_id)
    if reader is not None:
        where = link(f"/premiums/{premium_id}")
        text = premium_letters.contest_answered(reader.language, reader.name, where, operator())
        put(db(), f"premium:{premium_id}:answered", "premium", reader.to, reader.language, *text, acting.at)


def _page(premium_id: int, form: AnswerForm) -> str:
    found = account(db(), premium_id)
    if found is None:
        abort(404)
    dossier = load(db(), [found.membership])[found.membership]
    due_on, events = dossier.premiums.get(found.id, (found.due_on, []))
    brings = NOTHING_COMES if found.called_on is None else course(dossier.plan.on(due_on), due_on, events)
    return render_template(
        "portal/desk/premiums/premium.html", one=found, form=form, number=dossier.number,
        lines=lines_told(found, lines_of(db(), found.id), insured_of(dossier), speaks()),
        money=money_of(db(), found.id),
        contested=contest_of(db(), found.id), course=brings,
        own=is_own(db(), found.membership, me().actor), letters=letters_on(db(), found.id), letter_names=KINDS,
    )  # fmt: skip
