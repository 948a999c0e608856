"""Direct debits: batches that the job makes, looked at by one person, released by another, then a file for the bank."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat import audit
from expat.collecting import listing
from expat.collecting.batches import creditor_of, look, release, withdraw, write_files
from expat.collecting.due import WHY, LeftOut, to_collect
from expat.db import reading, transaction
from expat.errors import BadInput, Conflict, NotFound
from expat.membership.changes import Acting
from expat.portal.access import ACCOUNTANT, MANAGER, allow
from expat.portal.forms import refusal_in_words
from expat.portal.money.actors import Actors
from expat.portal.work import db, house, me, now, speaks, today, undo, whole_number
from expat.wording.catalogue import N_
from expat.wording.returned import why_returned

pages = Blueprint("money_premiums_debits", __name__, url_prefix="/money/premiums/debits")
KEY = "int(max=999999999999999999)"  # what databases take
PAGE = 30
ITEMS = 100
Answer = str | tuple[str, int] | AnyResponse

STATES = {
    "waiting": (N_("to be looked at"), "wait"),
    "looked": (N_("to be released"), "wait"),
    "released": (N_("at the bank"), "good"),
    "withdrawn": (N_("withdrawn"), ""),
}
DROPPED = {
    "paid": N_("paid otherwise"),
    "mandate": N_("the mandate has changed"),
    "withdrawn": N_("withdrawn"),
}
OTHER_EYES = N_("You looked at this batch: another person releases it.")


@pages.get("")
@allow(ACCOUNTANT, MANAGER)
def batches() -> str:
    """All batches, and what cannot be collected."""
    before = whole_number("before")
    rows = listing.batches(db(), before, PAGE + 1)
    chosen = house().settings
    left = [one for one in to_collect(db(), today(), chosen.debit_lead_days) if isinstance(one, LeftOut)]
    return render_template(
        "portal/money/debits.html", rows=rows[:PAGE], sums=listing.batch_sums(db(), [row.id for row in rows]),
        left=left, why=WHY, states=STATES, state_of=listing.batch_state, missing=_missing(),
        older=rows[PAGE - 1].id if len(rows) > PAGE else None, paged=before is not None,
    )  # fmt: skip


@pages.get(f"/<{KEY}:batch_id>")
@allow(ACCOUNTANT, MANAGER)
def batch(batch_id: int) -> str:
    """One batch: whose premiums, how much, and where each stands."""
    return _batch(batch_id)


def _batch(batch_id: int, problem: str = "") -> str:
    row, after = listing.batch(db(), batch_id), whole_number("after") or 0
    items, said = listing.items(db(), batch_id, after, ITEMS + 1), speaks().language
    actors = Actors([row.made_by, row.looked_by, row.released_by])
    returned = {item.id: why_returned(item.returned_code, said) for item in items if item.returned_on}
    return render_template(
        "portal/money/debit_batch.html", row=row, state=listing.batch_state(row), states=STATES, items=items[:ITEMS],
        sum=listing.batch_sums(db(), [batch_id])[batch_id], actors=actors,
        returned=returned, dropped=DROPPED, problem=problem, missing=_missing(),
        more=items[ITEMS - 1].id if len(items) > ITEMS else None, paged=after > 0,
    )  # fmt: skip


@pages.post(f"/<{KEY}:batch_id>/look")
@allow(ACCOUNTANT, MANAGER)
def looked(batch_id: int) -> Answer:
    """Somebody has looked at it."""
    look(db(), batch_id, me().actor, now())
    flash(speaks().say("Noted. Another person releases it."))
    return redirect(url_for(".batch", batch_id=batch_id), 303)


@pages.post(f"/<{KEY}:batch_id>/release")
@allow(ACCOUNTANT, MANAGER)
def released(batch_id: int) -> Answer:
    """Make the file, and write it where it is taken to the bank from."""
    undo()
    try:
        with transaction(house().engine) as writing:
            file = release(writing, batch_id, creditor_of(house().settings), _acting())
    except (Conflict, NotFound):
        raise
    except BadInput as wrong:
        return _batch(batch_id, speaks().say(OTHER_EYES) if wrong.where == "by" else refusal_in_words(wrong)), 422
    if file is None:
        flash(speaks().say("Nothing was left to collect in it: it is withdrawn."))
    else:
        flash(speaks().say("Made: {files}", files=file.name))
        _write()
    return redirect(url_for(".batch", batch_id=batch_id), 303)


@pages.post(f"/<{KEY}:batch_id>/withdraw")
@allow(ACCOUNTANT, MANAGER)
def withdrawn(batch_id: int) -> Answer:
    """Take a batch back: its premiums come into the next one."""
    withdraw(db(), batch_id, _acting())
    flash(speaks().say("It is withdrawn. Its premiums come into the next batch."))
    return redirect(url_for(".batches"), 303)


@pages.get(f"/<{KEY}:batch_id>/file")
@allow(ACCOUNTANT, MANAGER)
def file(batch_id: int) -> Response:
    """The file as it was released; that it was taken is noted."""
    row, content = listing.batch(db(), batch_id), listing.file_of(db(), batch_id)
    if content is None:
        abort(404)
    with transaction(house().engine) as writing:
        audit.record(writing, now(), me().actor, "debit_batch.downloaded", f"debit_batch:{batch_id}", name=row.name)
    headers = {"Content-Disposition": f'attachment; filename="{row.name}"'}
    return Response(content, mimetype="application/xml", headers=headers)


def _write() -> None:
    try:
        with reading(house().engine) as session:
            write_files(session, house().settings.bank_folder)
    except BadInput:
        flash(speaks().say("The folder for the bank cannot be written to: download the files here."))


def _missing() -> str:
    """The setting that direct debits lack, as the environment names it; nothing where none does."""
    try:
        creditor_of(house().settings)
    except BadInput as wrong:
        return wrong.where
    return ""


def _acting() -> Acting:
    return Acting(today(), now(), house().preference, me().actor)
