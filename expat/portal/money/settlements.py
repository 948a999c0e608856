"""Settlements: what was paid, what waits to be released, what runs; each with its payouts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for

from expat.payments import listing, orders
from expat.payments.totals import totals_by_settlement, totals_of
from expat.portal.access import ACCOUNTANT, MANAGER, allow
from expat.portal.money.actors import Actors
from expat.portal.money.order_form import PrepareForm
from expat.portal.money.rate_words import note_in_words
from expat.portal.work import db, now, today, whole_number
from expat.wording.catalogue import N_

pages = Blueprint("money_settlements", __name__, url_prefix="/settlements")
PAGE = 20
PAYOUTS = 100
STATES = {
    "waiting": N_("not sent yet"),
    "sent": N_("at the bank"),
    "confirmed": N_("paid"),
    "returned": N_("returned by the bank"),
}


def state_of(row: Any) -> str:
    """How far a payout got: a word of STATES."""
    if row.confirmed_on is not None:
        return "confirmed"
    if row.bank_file_id is not None:
        return "sent"
    return "returned" if row.returned_on is not None else "waiting"


@pages.get("")
@allow(ACCOUNTANT, MANAGER)
def settlements() -> str:
    """What waits for release, what runs, and the settlements, the newest first."""
    return shown(PrepareForm(formdata=None, day=today()))


def shown(form: PrepareForm) -> str:
    """The page, with the form to prepare a settlement."""
    found = listing.settlements(db(), PAGE + 1, whole_number("before"))
    rows, open_one = found[:PAGE], listing.open_settlement(db())
    waiting, running = _under_way(open_one.id if open_one else None)
    return render_template(
        "portal/money/settlements.html", form=form, rows=rows, waiting=waiting, running=running,
        totals=totals_by_settlement(db(), [row.id for row in rows]), note_in_words=note_in_words,
        actors=Actors([order.prepared_by for order, _ in waiting + running]), forsaken=_forsaken(open_one, running),
        older=url_for(".settlements", before=rows[-1].id) if len(found) > PAGE else "",
        newest=url_for(".settlements") if "before" in request.args else "",
    )  # fmt: skip


def _under_way(open_id: int | None) -> tuple[list[Any], list[Any]]:
    """Orders that wait for a second person, and those that were released and have not ended, with their progress."""
    alive = [o for o in orders.orders(db()) if o.withdrawn_at is None and o.settlement_id in (None, open_id)]
    known = [(order, orders.progress(db(), order.id, now())) for order in alive]
    waiting = [pair for pair in known if pair[1].state == "waiting"]
    return waiting, [pair for pair in known if pair[1].state not in ("waiting", "done", "withdrawn")]


def _forsaken(open_one: Any, running: list[Any]) -> Any:
    """An open settlement that no order here runs: one that the command line began."""
    return open_one if open_one and all(order.settlement_id != open_one.id for order, _ in running) else None


@pages.get("/<int:key>")
@allow(ACCOUNTANT, MANAGER)
def settlement(key: int) -> str:
    """A settlement: its totals by currency with their rates, and its payouts."""
    state = request.args.get("state") or None
    if state not in (None, *STATES):
        abort(404)
    row = listing.settlement_of(db(), key)
    found = listing.payouts_of(db(), key, whole_number("after", 0) or 0, PAYOUTS + 1, state)
    return render_template(
        "portal/money/settlement.html", row=row, totals=totals_of(db(), key), payouts=found[:PAYOUTS], state=state,
        STATES=STATES, state_of=state_of, note_in_words=note_in_words, decimal_of=Decimal,
        more=url_for(".settlement", key=key, state=state, after=found[PAYOUTS - 1].id) if len(found) > PAYOUTS else "",
        first=url_for(".settlement", key=key, state=state) if "after" in request.args else "",
    )  # fmt: skip
