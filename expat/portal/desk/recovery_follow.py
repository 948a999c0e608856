"""What a second person does with decisions, and what comes after: set off against payouts, contested, ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, url_for

from expat.accounts.own import Own, refuse_own
from expat.errors import BadInput, Conflict, NotFound
from expat.mail.outbox import put
from expat.mail.recovery_letters import contest_of_recovery_answered, set_off_announced, set_off_ended
from expat.money import from_minor
from expat.payments.tell import Reader, members_of
from expat.portal.access import MANAGER, allow
from expat.portal.desk.claim_group import KEY
from expat.portal.desk.recovery import shown
from expat.portal.desk.recovery_form import AnswerForm, EndForm, ReasonForm, SetOffForm
from expat.portal.desk.recovery_group import FOUR_EYES, NO_LONGER, Answer, acting, meanwhile, recovery_desk
from expat.portal.desk.recovery_told import tell
from expat.portal.told import link, operator
from expat.portal.work import db, me, now, speaks, undo
from expat.recoveries.decide import refuse, release
from expat.recoveries.follow import answer
from expat.recoveries.set_off import SettingOff, answer_set_off, end_set_off, of_recovery, set_off
from expat.recoveries.standing import decision
from expat.wording.catalogue import N_

ANSWERED = N_("The contest is answered, and the member is told by mail.")
SHARE = N_("Please give 1 to {most} percent.")
NOT_TOLD = N_(
    "The member cannot be told: there is no account and no email address, or the member has died. Nothing is set off."
)
ANNOUNCED = N_("It is announced, and the member is told by mail. Nothing is kept back before {day}.")


class Untold(Exception):
    """The member cannot be told of what would begin."""


@recovery_desk.post(f"/decisions/<{KEY}:recovery_id>/release")
@allow(MANAGER)
def released(recovery_id: int) -> Answer:
    """Let a colleague's decision take effect."""

    def act() -> str:
        release(db(), recovery_id, acting())
        return tell(recovery_id)

    return _second(recovery_id, act)


@recovery_desk.post(f"/decisions/<{KEY}:recovery_id>/refuse")
@allow(MANAGER)
def refused(recovery_id: int) -> Answer:
    """Do not release a colleague's decision."""
    form = ReasonForm()

    def act() -> str:
        refuse(db(), recovery_id, str(form.why.data), acting())
        return N_("It is not released: the differences are open again.")

    return _second(recovery_id, act, form)


@recovery_desk.post(f"/decisions/<{KEY}:recovery_id>/answer")
@allow(MANAGER)
def answered(recovery_id: int) -> Answer:
    """Answer the member's contest of what is asked back."""
    form = AnswerForm()

    def act() -> str:
        owed = answer(db(), recovery_id, form.outcome.data == "upheld", str(form.text.data), acting())
        row = decision(db(), recovery_id).row
        reader = members_of(db(), [row.membership_id]).get(row.membership_id)
        if reader is not None:
            text = contest_of_recovery_answered(reader.language, reader.name, link("/asked-back"), operator())
            put(db(), f"recovery:{recovery_id}:answer", "recovery", reader.to, reader.language, *text, now())
        return N_("The contest is answered, and what came back is owed again.") if owed else ANSWERED

    return _second(recovery_id, act, form)


# --- setting off ----------------------------------------------------------------------------------------------------


@recovery_desk.post(f"/decisions/<{KEY}:recovery_id>/set-off")
@allow(MANAGER)
def announced(recovery_id: int) -> Answer:
    """Announce that what is asked back is set off against coming payouts."""
    form = SetOffForm()

    def act() -> str:
        share, why = form.share.data or 0, str(form.why.data)
        set_off(db(), recovery_id, share, why, acting(), str(form.form_key.data))
        if (reader := _reader(recovery_id)) is None:  # nothing is kept back of which the member was not told
            raise Untold
        found = _setting_off(recovery_id)
        row = found.of.row
        text = set_off_announced(
            reader.language, reader.name, link("/asked-back"), from_minor(found.of.left, row.currency),
            row.currency, found.row.clause, found.row.share, found.row.starts_on, found.row.contest_until,
            operator(),
        )  # fmt: skip
        put(db(), f"set_off:{found.row.id}", "recovery", reader.to, reader.language, *text, now())
        return speaks().say(ANNOUNCED, day=speaks().day(found.row.starts_on))

    return _second(recovery_id, act, form, "set_off")


@recovery_desk.post(f"/decisions/<{KEY}:recovery_id>/set-off/answer")
@allow(MANAGER)
def set_off_answered(recovery_id: int) -> Answer:
    """Answer the member's contest of a set-off."""
    form = AnswerForm()

    def act() -> str:
        answer_set_off(db(), recovery_id, form.outcome.data == "upheld", str(form.text.data), acting())
        found = _setting_off(recovery_id)
        if (reader := _reader(recovery_id)) is not None:
            text = contest_of_recovery_answered(reader.language, reader.name, link("/asked-back"), operator())
            put(db(), f"set_off:{found.row.id}:answer", "recovery", reader.to, reader.language, *text, now())
        return ANSWERED

    return _second(recovery_id, act, form, "set_off_answer")


@recovery_desk.post(f"/decisions/<{KEY}:recovery_id>/set-off/end")
@allow(MANAGER)
def set_off_over(recovery_id: int) -> Answer:
    """Nothing more is set off."""
    form = EndForm()

    def act() -> str:
        end_set_off(db(), recovery_id, str(form.why.data), acting())
        found = _setting_off(recovery_id)
        if (reader := _reader(recovery_id)) is not None:
            text = set_off_ended(reader.language, reader.name, link("/asked-back"), operator())
            put(db(), f"set_off:{found.row.id}:ended", "recovery", reader.to, reader.language, *text, now())
        return N_("Nothing more is set off. What is left is to come back by transfer.")

    return _second(recovery_id, act, form, "set_off_end")


def _setting_off(recovery_id: int) -> SettingOff:
    found = of_recovery(db(), decision(db(), recovery_id))
    assert found is not None
    return found


def _reader(recovery_id: int) -> Reader | None:
    membership = decision(db(), recovery_id).row.membership_id
    return members_of(db(), [membership]).get(membership)


def _second(recovery_id: int, act: Callable[[], str], form: Any = None, name: str = "") -> Answer:
    """Do a step; a form that was refused is shown again with what was typed, under its `name`."""
    try:
        membership_id = decision(db(), recovery_id).row.membership_id
    except NotFound:
        abort(404)
    refuse_own(db(), membership_id, me().actor)
    if form is not None and not form.validate():
        undo()
        return shown(membership_id, forms={(name, recovery_id): form}), 422
    try:
        told = act()
    except Own:
        raise
    except Untold:
        undo()
        if form is not None:
            form.form_errors.append(speaks().say(NOT_TOLD))
        return shown(membership_id, forms={(name, recovery_id): form}), 422
    except Conflict as wrong:
        undo()
        return shown(membership_id, notice=meanwhile(wrong)), 409
    except BadInput as wrong:
        undo()
        if form is not None and wrong.where in form:
            form.refuse(wrong)
            return shown(membership_id, forms={(name, recovery_id): form}), 422
        notice = FOUR_EYES if wrong.where == "by" else NO_LONGER
        return shown(membership_id, notice=speaks().say(notice)), 422
    flash(speaks().say(told))
    return redirect(url_for(".one", membership_id=membership_id), 303)
