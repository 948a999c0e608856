"""Orders to settle: prepared by one person, looked at and released by another, then followed while they run.

What takes long, a look at every membership and the settlement itself, is done by processes of their own.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.errors import BadInput, Conflict
from expat.payments import looks, orders
from expat.payments.orders import Changed
from expat.payments.preview import Preview
from expat.portal.access import ACCOUNTANT, MANAGER, allow
from expat.portal.forms import refusal_in_words
from expat.portal.money import settlements
from expat.portal.money.actors import Actors
from expat.portal.money.looking import begun
from expat.portal.money.order_form import PrepareForm, why_not
from expat.portal.money.rate_words import note_in_words, rate_of_day
from expat.portal.work import db, me, now, speaks, today, undo, whole_number

pages = Blueprint("money_settlements_orders", __name__, url_prefix="/settlements/orders")
MOST_NAMED = 12  # lines that wait, by name; the others are counted
MARK = re.compile("[0-9a-f]{32}")
ALIVE = ("released", "running")
AGAIN = ("stopped", "failed")
Answer = str | tuple[str, int] | AnyResponse


@pages.post("")
@allow(ACCOUNTANT, MANAGER)
def prepare() -> Answer:
    """Have somebody's look at what a settlement would pay taken, and kept for another person to release."""
    form = PrepareForm()
    if not form.check() or form.day.data is None:
        return settlements.shown(form), 422
    if (waiting := orders.waiting_for(db(), form.day.data)) is not None:
        flash(speaks().say("A settlement of this day is prepared already: here it is."))
        return redirect(url_for(".order", key=waiting), 303)
    return begun(looks.ask_to_prepare(db(), form.day.data, today(), now(), me().actor))


@pages.get("/<int:key>")
@allow(ACCOUNTANT, MANAGER)
def order(key: int) -> str:
    """An order: what it pays by currency, what waits for a rate and why, who may do what next."""
    look = whole_number("look")
    return _shown(key, None if look is None else looks.changed_by(db(), look, key))


def _shown(key: int, changed: Changed | None = None, problem: str = "") -> str:
    row = orders.order_of(db(), key)
    preview = Preview.from_json(row.preview)
    return render_template(
        "portal/money/order.html", row=row, preview=preview, changed=changed, problem=problem,
        progress=orders.progress(db(), key, now()), actors=Actors([row.prepared_by, row.released_by]),
        waiting=_waiting(changed.now if changed else preview), mark=changed.now.mark if changed else "",
        lapsed=orders.lapsed(row, now()),
        note_in_words=note_in_words, ALIVE=ALIVE, AGAIN=AGAIN, blocked=why_not(row.day),
        decimal_of=Decimal,
    )  # fmt: skip


def _waiting(preview: Preview) -> list[dict[str, Any]]:
    """Lines that wait for a rate, by what they wait for, and why there is none."""
    return [
        {
            "currencies": currencies.split(), "count": len(lines), "named": lines[:MOST_NAMED],
            "why": [sentence for code in currencies.split() for sentence in rate_of_day(code, preview.day)[1]],
        }
        for currencies, lines in sorted(preview.waiting.items())
    ]  # fmt: skip


@pages.get("/<int:key>/progress")
@allow(ACCOUNTANT, MANAGER)
def progress(key: int) -> AnyResponse:
    """How far an order got, as a part of a page; when it has ended the whole page is shown anew."""
    found = orders.progress(db(), key, now())
    answer = make_response(render_template("portal/money/_progress.html", progress=found, ALIVE=ALIVE))
    if found.state not in ALIVE:
        answer.headers["HX-Refresh"] = "true"
    return answer


@pages.post("/<int:key>/release")
@allow(ACCOUNTANT, MANAGER)
def release(key: int) -> Answer:
    """Let an order run once it was looked at again. Where it would pay something else by now, that is shown first."""
    row = orders.order_of(db(), key)
    if row.released_at is not None or row.withdrawn_at is not None:
        flash(speaks().say("It waits no more: this is how far it is."))
        return redirect(url_for(".order", key=key), 303)
    return _release(row)


def _release(row: Any) -> Answer:
    key = row.id
    if Actors([]).is_me(row.prepared_by):
        return _shown(key, problem=speaks().say("You prepared this settlement: another person releases it.")), 422
    try:
        return begun(looks.ask_to_release(db(), key, me().actor, now(), today(), _seen()))
    except Conflict:
        undo()
        abort(409)
    except BadInput as wrong:
        undo()
        return _shown(key, problem=why_not(row.day) or refusal_in_words(wrong)), 422


def _seen() -> str | None:
    """The mark of the preview that was on the page; a text that can be none is none."""
    seen = request.form.get("seen") or ""
    return seen if MARK.fullmatch(seen) else None


def _start(key: int, told: str) -> AnyResponse:
    """Have the order run on its own, once what released it stands in the database."""
    orders.start_in_background(key)
    flash(told)
    return redirect(url_for(".order", key=key), 303)


@pages.post("/<int:key>/withdraw")
@allow(ACCOUNTANT, MANAGER)
def withdraw(key: int) -> Answer:
    """Take an order back before anything of it is paid."""
    orders.withdraw(db(), key, me().actor, now())
    flash(speaks().say("The settlement is withdrawn. Nothing of it was paid."))
    return redirect(url_for("money_settlements.settlements"), 303)


@pages.post("/<int:key>/go-on")
@allow(ACCOUNTANT, MANAGER)
def go_on(key: int) -> Answer:
    """Take up an order that stopped; nothing is paid twice. One that had not begun is looked at and released anew."""
    found = orders.progress(db(), key, now())
    if found.state not in AGAIN:
        abort(409)
    if found.settlement is None:
        return _release(orders.order_of(db(), key))
    undo()
    return _start(key, speaks().say("The settlement goes on where it stopped."))
