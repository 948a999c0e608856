"""Names that resemble one of a list of sanctions: what they stop is lifted or confirmed by a person."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import TextAreaField

from expat.accounts.own import own_memberships, refuse_own
from expat.errors import BadInput, Conflict, NotFound
from expat.portal.access import ACCOUNTANT, MANAGER, allow
from expat.portal.desk.claim_forms import Kept
from expat.portal.desk.claim_group import KEY
from expat.portal.forms import AtMost, Form, Needed, TextField
from expat.portal.money.actors import Actors
from expat.portal.work import db, me, now, speaks, undo, whole_number
from expat.screening import answer as verbs
from expat.screening import listing
from expat.screening.holds import LIFTED
from expat.screening.lists import current
from expat.wording.catalogue import N_

pages = Blueprint("desk_screening", __name__, url_prefix="/desk/screening")
PAGE = 50
SOURCES = {"eu": N_("European Union"), "fr": N_("France, national register")}
KINDS = {
    "person": N_("insured person"), "account": N_("holder of a bank account"), "applicant": N_("applicant"),
    "agent": N_("somebody who acts for a member"),
}  # fmt: skip
OUTCOMES = {"lifted": N_("lifted"), "confirmed": N_("confirmed")}
Answer = str | tuple[str, int] | AnyResponse


class AnswerForm(Form):
    """What a person found out."""

    outcome = TextField(validators=[Needed(), AtMost(40)])
    why = TextAreaField(validators=[Needed(), AtMost(verbs.LONGEST), Kept()])


@pages.get("")
@allow(MANAGER, ACCOUNTANT)
def hits() -> str:
    """The matches that stop payments, and the lists that hold; those of the own membership are a colleague's."""
    found = listing.standing(db(), whole_number("after", 0) or 0, PAGE + 1)
    return render_template(
        "portal/desk/screening.html", found=found[:PAGE], lists=current(db()), sources=SOURCES, kinds=KINDS,
        outcomes=OUTCOMES, own=own_memberships(db(), me().account),
        older=url_for(".hits", after=found[PAGE - 1].id) if len(found) > PAGE else "",
    )  # fmt: skip


@pages.get(f"/<{KEY}:hit_id>")
@allow(MANAGER, ACCOUNTANT)
def hit(hit_id: int) -> str:
    """Both sides of a match, and what people said of it."""
    return _shown(hit_id, AnswerForm(formdata=None))


def _shown(hit_id: int, form: AnswerForm) -> str:
    row = listing.hit(db(), hit_id) or abort(404)
    if row.membership_id is not None:
        refuse_own(db(), row.membership_id, me().actor)
    said = listing.answers(db(), hit_id)
    return render_template(
        "portal/desk/hit.html", row=row, said=said, form=form, sources=SOURCES, kinds=KINDS, outcomes=OUTCOMES,
        lifted=row.outcome == LIFTED, actors=Actors([one.answered_by for one in said]),
    )  # fmt: skip


@pages.post(f"/<{KEY}:hit_id>")
@allow(MANAGER, ACCOUNTANT)
def answer(hit_id: int) -> Answer:
    """Lift a match, or confirm it."""
    form = AnswerForm()
    if not form.validate():
        return _shown(hit_id, form), 422
    try:
        new = verbs.answer(db(), hit_id, form.outcome.data or "", form.why.data or "", now(), me().actor)
    except NotFound:
        abort(404)
    except Conflict:
        raise
    except BadInput as wrong:
        undo()
        form.refuse(wrong)
        return _shown(hit_id, form), 422
    say = speaks().say
    if not new:
        flash(say("It stands so already: nothing was changed."))
    elif form.outcome.data == LIFTED:
        flash(say("Lifted: the next settlement and the next bank file pay."))
    else:
        flash(say("Confirmed: nothing is paid. Say nothing of it to the member, and follow your instructions for reporting it."))  # noqa: E501  # fmt: skip
    return redirect(url_for(".hits"), 303)
