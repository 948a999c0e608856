"""A membership's paid lines that differ: what would be decided now, what was decided, and deciding."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, url_for

from expat.accounts.own import Own, refuse_own
from expat.claims.load import load
from expat.errors import BadInput, Conflict, NotFound
from expat.portal.access import MANAGER, allow
from expat.portal.desk.claim_group import KEY
from expat.portal.desk.recovery_form import AnswerForm, DecideForm, EndForm, ReasonForm, SetOffForm
from expat.portal.desk.recovery_group import Answer, acting, meanwhile, recovery_desk
from expat.portal.desk.recovery_told import tell
from expat.portal.member.recoveries_told import (
    EVENTS,
    STATES,
    STATES_OWED,
    decision_told,
    differences_told,
    reference_of,
)
from expat.portal.money.actors import Actors
from expat.portal.work import db, me, speaks, today, undo
from expat.recoveries.decide import decide
from expat.recoveries.set_off import SettingOff, of_recoveries
from expat.recoveries.standing import COMPLEMENT, RECOVER, Decided, decisions_of, open_differences
from expat.wording.catalogue import N_

SOON = N_("Please give days from {day} on: the member needs that time.")
CURRENCIES = N_("These lines were paid in different currencies. Please decide on each currency by itself.")
NO_FIT = N_("This does not fit every line that is ticked: of some more was paid than is due, of others less.")


@recovery_desk.get(f"/<{KEY}:membership_id>")
@allow(MANAGER)
def one(membership_id: int) -> str:
    """A membership's differences, each with what would be decided now, and what was decided on it before."""
    return shown(membership_id)


def shown(membership_id: int, form: DecideForm | None = None, notice: str = "", forms: Any = None) -> str:
    """The page as it stands; `forms` are those that were refused, by their name and the decision's key."""
    refuse_own(db(), membership_id, me().actor)
    dossier = load(db(), [membership_id]).get(membership_id) or abort(404)
    form = form or DecideForm(formdata=None)
    form.form_key.data = form.key if form.form_key.data else secrets.token_hex(16)
    decided = decisions_of(db(), membership_id)
    offs = of_recoveries(db(), decided)
    several: list[Decided | SettingOff] = [*decided, *offs.values()]
    actors = Actors([one.row.decided_by for one in several] + [e.recorded_by for one in several for e in one.events])
    edition = dossier.plan.on(today())
    return render_template(
        "portal/desk/recovery.html", dossier=dossier,
        differences=differences_told(open_differences(db(), membership_id)),
        decided=[(one, decision_told(one)) for one in decided], form=form, notice=notice, actors=actors,
        state_of=_state, events=EVENTS, reference_of=reference_of, forms=forms or {},
        days=edition["recovery.due"].value,
        release_above=edition["recovery.release_above"].value, reason_form=ReasonForm(formdata=None),
        answer_form=AnswerForm(formdata=None), kinds={RECOVER, COMPLEMENT}, offs=offs,
        end_form=EndForm(formdata=None), set_off_form=set_off_form(edition["recovery.set_off_most"].value),
        notice_days=edition["recovery.set_off_notice"].value, most=edition["recovery.set_off_most"].value,
    )  # fmt: skip


def set_off_form(most: int) -> SetOffForm:
    """The form that announces a set-off, with what is usual."""
    form = SetOffForm(formdata=None)
    form.form_key.data, form.share.data = secrets.token_hex(16), most
    return form


def _state(one: Decided) -> tuple[str, str]:
    return (STATES_OWED if one.row.kind == COMPLEMENT else STATES)[one.state]


# --- deciding -----------------------------------------------------------------------------------------------------


@recovery_desk.post(f"/<{KEY}:membership_id>")
@allow(MANAGER)
def decided(membership_id: int) -> Answer:
    """Decide on the differences that are ticked."""
    refuse_own(db(), membership_id, me().actor)
    form = DecideForm()
    good = form.validate()
    rows = open_differences(db(), membership_id)
    amounts = form.chosen(rows) if good else None
    if amounts is None:
        return _again(membership_id, form, 422)
    total = sum(units if units is not None else _whole(rows, key) for key, units in amounts.items())
    try:
        key = decide(db(), membership_id, amounts, form.new(total), acting())
    except (Own, NotFound):
        raise
    except Conflict as wrong:
        return _again(membership_id, form, 409, meanwhile(wrong))
    except BadInput as wrong:
        _refuse(membership_id, form, wrong)
        return _again(membership_id, form, 422)
    flash(speaks().say(tell(key)))
    return redirect(url_for(".one", membership_id=membership_id), 303)


def _whole(rows: Iterable[Any], key: int) -> int:
    return next(abs(int(row.paid) - int(row.due)) for row in rows if row.id == key)


def _refuse(membership_id: int, form: DecideForm, wrong: BadInput) -> None:
    """What the verb refused, in the reader's words where we have them."""
    first = speaks().day(_first_day(membership_id))
    known: dict[str, tuple[Any, str]] = {
        "due_on": (form.due_on, SOON), "instalments": (form.due_on, SOON), "kind": (form.kind, NO_FIT),
    }  # fmt: skip
    if wrong.where in known:
        field, text = known[wrong.where]
        field.errors = [*field.errors, speaks().say(text, day=first)]
    elif wrong.where == "differences":
        form.form_errors.append(speaks().say(CURRENCIES))
    else:
        form.refuse(wrong, {"reason": "why"})


def _first_day(membership_id: int) -> date:
    edition = load(db(), [membership_id])[membership_id].plan.on(today())
    return today() + timedelta(days=edition["recovery.due"].value)


def _again(membership_id: int, form: DecideForm, status: int, notice: str = "") -> tuple[str, int]:
    undo()
    return shown(membership_id, form, notice), status
