"""What was paid and is not due, or should have been more: found, decided on, released, and contests of it answered."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from expat.accounts.own import Own, own_memberships, refuse_own
from expat.claims.load import load
from expat.db import table_of
from expat.errors import BadInput, Conflict, NotFound
from expat.mail.outbox import put
from expat.mail.recovery_letters import asked_back, contest_of_recovery_answered, more_is_due
from expat.membership.changes import Acting
from expat.membership.tables import Membership
from expat.money import from_minor
from expat.payments.tell import members_of
from expat.portal.access import MANAGER, allow
from expat.portal.desk.claim_group import KEY
from expat.portal.desk.recovery_form import AnswerForm, DecideForm, ReasonForm
from expat.portal.member.recoveries_told import (
    EVENTS,
    STATES,
    STATES_OWED,
    causes_told,
    decision_told,
    differences_told,
)
from expat.portal.money.actors import Actors
from expat.portal.told import link, operator
from expat.portal.work import db, house, me, now, speaks, today, undo
from expat.recoveries.current import Awaits
from expat.recoveries.decide import decide, refuse, release
from expat.recoveries.find import look_again, waiting
from expat.recoveries.follow import answer
from expat.recoveries.standing import (
    COMPLEMENT,
    RECOVER,
    Decided,
    decision,
    decisions_of,
    memberships_to_decide,
    open_decisions,
    open_differences,
    open_differences_of,
    undecided,
)
from expat.wording.catalogue import N_

pages = Blueprint("desk_recoveries", __name__, url_prefix="/desk/recoveries")
Answer = str | tuple[str, int] | AnyResponse

_MEMBERSHIP: Any = table_of(Membership)
MOST, PAGE = 100, 50
LARGEST_KEY = 2**62
LOOKED = N_("The paid lines were judged again: {n} differences are new.")
DECIDED = N_("It is decided, and the member is told by mail.")
TO_RELEASE = N_("It is kept, and holds once another person released it.")
LEFT_SO = N_("It is left as it was paid.")
AWAITS = {
    "release": N_(
        "Line {lines}: a decision waits for its release. Have a colleague release it or not, then decide on the rest."
    ),
    "stale": N_(
        "Line {lines}: more is known or decided since this difference was found. Nothing was done. Judge the paid "
        "lines again and decide on what is found; a decision that waits on the old figures is not to be released."
    ),
    "payout": N_(
        "Line {lines}: the bank has not made the payment. Wait until it has: nothing can come back that has not left."
    ),
}  # fmt: skip
NO_LONGER = N_("This was decided meanwhile. Look at it as it stands now.")
FOUR_EYES = N_("You decided this: another person does this step.")
SOON = N_("Please give days from {day} on: the member needs that time.")
CURRENCIES = N_("These lines were paid in different currencies. Please decide on each currency by itself.")
NO_FIT = N_("This does not fit every line that is ticked: of some more was paid than is due, of others less.")


@dataclass(frozen=True)
class Listed:
    """A membership with differences, and how many lines these are."""

    id: int
    number: str
    lines: int
    causes: tuple[str, ...]


def acting() -> Acting:
    """Who acts on the page, now."""
    return Acting(today(), now(), house().preference, me().actor)


@pages.get("")
@allow(MANAGER)
def differences() -> str:
    """What waits: for a look, for a decision, for a second person, for money."""
    own = own_memberships(db(), me().account)
    after = request.args.get("after", 0, type=int)
    found = memberships_to_decide(db(), PAGE + 1, min(max(after, 0), LARGEST_KEY), own)
    keys = found[:PAGE]
    waits = [one for one in undecided(db()) if one.row.membership_id not in own]
    coming = [one for one in open_decisions(db(), RECOVER) if one.row.membership_id not in own]
    numbers = _numbers([*keys, *(one.row.membership_id for one in (*waits, *coming))])
    return render_template(
        "portal/desk/recoveries.html", listed=_listed(keys, numbers), waits=waits, coming=coming, numbers=numbers,
        states=STATES, to_look=len(waiting(db(), MOST)), most=MOST,
        older=url_for(".differences", after=keys[-1]) if len(found) > PAGE else "",
        first=url_for(".differences") if after else "",
    )  # fmt: skip


def _numbers(keys: Iterable[int]) -> dict[int, str]:
    query = select(_MEMBERSHIP.c.id, _MEMBERSHIP.c.number).where(_MEMBERSHIP.c.id.in_(set(keys)))
    return {row.id: row.number for row in db().execute(query)}


def _listed(keys: Sequence[int], numbers: dict[int, str]) -> list[Listed]:
    """Memberships with what was learnt of each, by as many queries for many as for one."""
    rows = open_differences_of(db(), keys)
    causes = causes_told(rows)
    of: dict[int, list[str]] = {key: [] for key in keys}
    for row in rows:
        of[row.membership_id].append(causes[row.id])
    return [Listed(key, numbers[key], len(told), tuple(dict.fromkeys(told))) for key, told in of.items()]


@pages.post("/look")
@allow(MANAGER)
def look() -> AnyResponse:
    """Judge the paid lines of every membership of which more is known again."""
    own = own_memberships(db(), me().account)
    found = [
        look_again(db(), key, today(), now(), me().actor) for key in waiting(db(), MOST) if key not in own
    ]  # fmt: skip
    flash(speaks().say(LOOKED, n=sum(map(len, found))))
    return redirect(url_for(".differences"), 303)


@pages.post(f"/<{KEY}:membership_id>/look")
@allow(MANAGER)
def look_at(membership_id: int) -> AnyResponse:
    """Judge the paid lines of one membership again."""
    refuse_own(db(), membership_id, me().actor)
    try:
        found = look_again(db(), membership_id, today(), now(), me().actor)
    except NotFound:
        abort(404)
    flash(speaks().say(LOOKED, n=len(found)))
    return redirect(url_for(".one", membership_id=membership_id), 303)


@pages.get(f"/<{KEY}:membership_id>")
@allow(MANAGER)
def one(membership_id: int) -> str:
    """A membership's differences, each with what would be decided now, and what was decided on it before."""
    return _shown(membership_id)


def _shown(membership_id: int, form: DecideForm | None = None, notice: str = "", forms: Any = None) -> str:
    refuse_own(db(), membership_id, me().actor)
    dossier = load(db(), [membership_id]).get(membership_id) or abort(404)
    form = form or DecideForm(formdata=None)
    form.form_key.data = form.key if form.form_key.data else secrets.token_hex(16)
    decided = decisions_of(db(), membership_id)
    actors = Actors([one.row.decided_by for one in decided] + [e.recorded_by for one in decided for e in one.events])
    edition = dossier.plan.on(today())
    return render_template(
        "portal/desk/recovery.html", dossier=dossier,
        differences=differences_told(open_differences(db(), membership_id)),
        decided=[(one, decision_told(one)) for one in decided], form=form, notice=notice, actors=actors,
        state_of=_state, events=EVENTS, days=edition["recovery.due"].value, forms=forms or {},
        release_above=edition["recovery.release_above"].value, reason_form=ReasonForm(formdata=None),
        answer_form=AnswerForm(formdata=None), kinds={RECOVER, COMPLEMENT},
    )  # fmt: skip


def _state(one: Decided) -> tuple[str, str]:
    return (STATES_OWED if one.row.kind == COMPLEMENT else STATES)[one.state]


# --- deciding -----------------------------------------------------------------------------------------------------


@pages.post(f"/<{KEY}:membership_id>")
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
        return _again(membership_id, form, 409, _meanwhile(wrong))
    except BadInput as wrong:
        _refuse(membership_id, form, wrong)
        return _again(membership_id, form, 422)
    flash(speaks().say(_tell(key)))
    return redirect(url_for(".one", membership_id=membership_id), 303)


def _meanwhile(wrong: Conflict) -> str:
    """What has to come first, or that it was decided meanwhile."""
    if isinstance(wrong, Awaits):
        return speaks().say(AWAITS[wrong.where], lines=wrong.lines)
    return speaks().say(NO_LONGER)


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
    return _shown(membership_id, form, notice), status


def _tell(key: int) -> str:
    """Tell the member of a decision that holds; answers what the decider is told."""
    found = decision(db(), key)
    if found.state == "to_release":
        return TO_RELEASE
    if found.row.kind not in (RECOVER, COMPLEMENT):
        return LEFT_SO
    reader, row = members_of(db(), [found.row.membership_id]).get(found.row.membership_id), found.row
    if reader is not None:
        amount, where = from_minor(row.amount, row.currency), link("/asked-back")
        text = (
            asked_back(
                reader.language, reader.name, where, amount, row.currency, row.clause, found.due_on,
                found.contest_until, len(found.instalments), operator(),
            )
            if found.due_on is not None and found.contest_until is not None
            else more_is_due(reader.language, reader.name, where, amount, row.currency, operator())
        )  # fmt: skip
        put(db(), f"recovery:{key}", "recovery", reader.to, reader.language, *text, now())
    return DECIDED


# --- what a second person does ------------------------------------------------------------------------------------


@pages.post(f"/decisions/<{KEY}:recovery_id>/release")
@allow(MANAGER)
def released(recovery_id: int) -> Answer:
    """Let a colleague's decision take effect."""

    def act() -> str:
        release(db(), recovery_id, acting())
        return _tell(recovery_id)

    return _second(recovery_id, act)


@pages.post(f"/decisions/<{KEY}:recovery_id>/refuse")
@allow(MANAGER)
def refused(recovery_id: int) -> Answer:
    """Do not release a colleague's decision."""
    form = ReasonForm()

    def act() -> str:
        refuse(db(), recovery_id, str(form.why.data), acting())
        return N_("It is not released: the differences are open again.")

    return _second(recovery_id, act, form)


@pages.post(f"/decisions/<{KEY}:recovery_id>/answer")
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


ANSWERED = N_("The contest is answered, and the member is told by mail.")


def _second(recovery_id: int, act: Callable[[], str], form: Any = None) -> Answer:
    try:
        membership_id = decision(db(), recovery_id).row.membership_id
    except NotFound:
        abort(404)
    refuse_own(db(), membership_id, me().actor)
    if form is not None and not form.validate():
        undo()
        return _shown(membership_id, forms={recovery_id: form}), 422
    try:
        told = act()
    except Own:
        raise
    except Conflict as wrong:
        undo()
        return _shown(membership_id, notice=_meanwhile(wrong)), 409
    except BadInput as wrong:
        undo()
        notice = FOUR_EYES if wrong.where == "by" else NO_LONGER
        return _shown(membership_id, notice=speaks().say(notice)), 422
    flash(speaks().say(told))
    return redirect(url_for(".one", membership_id=membership_id), 303)
