"""Files for the bank: made of what is owed, downloaded, confirmed once the bank has executed them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat import audit
from expat.db import reading, transaction
from expat.errors import BadInput
from expat.payments import listing, payouts
from expat.payments.bank_files import Debtor
from expat.payments.folder import write_missing
from expat.payments.references import end_to_end_id, payout_of
from expat.payments.unsent import unsent
from expat.portal.access import ACCOUNTANT, MANAGER, allow
from expat.portal.forms import AtMost, DayField, Form, LongTextField, Needed, amount_of
from expat.portal.money.settlements import STATES, state_of
from expat.portal.work import db, house, me, now, speaks, today, undo, whole_number
from expat.wording.catalogue import NN_

pages = Blueprint("money_settlements_bank", __name__, url_prefix="/settlements/bank")
PAGE = 30
PAYOUTS = 200
BEFORE = NN_("{n} payment was confirmed before.", "{n} payments were confirmed before.")
NAME = re.compile(r"[\w.-]{1,80}")
OPERATOR = ("name", "iban", "bic", "town", "country")
Answer = str | tuple[str, int] | AnyResponse


class MakeForm(Form):
    """The day on which the bank is to pay."""

    day = DayField(validators=[Needed()])


class ConfirmForm(Form):
    """The day on which the bank paid, and the euros that it took where it changed the money itself."""

    day = DayField(validators=[Needed()])
    debited = LongTextField(validators=[AtMost(100_000)])


@pages.get("")
@allow(ACCOUNTANT, MANAGER)
def files() -> str:
    """What is owed and not sent, and the files that were made."""
    return _shown(MakeForm(formdata=None, day=today()))


def _shown(form: MakeForm) -> str:
    found = listing.files_made(db(), PAGE + 1, whole_number("before"))
    rows = found[:PAGE]
    return render_template(
        "portal/money/bank.html", form=form, rows=rows, owed=unsent(db(), form.day.data or today()),
        missing=missing_settings(), sums=listing.sums_in(db(), [row.id for row in rows]),
        older=url_for(".files", before=rows[-1].id) if len(found) > PAGE else "",
        newest=url_for(".files") if "before" in request.args else "",
    )  # fmt: skip


def missing_settings() -> list[str]:
    """The settings about the operator that files need and that are not set, as the environment names them."""
    chosen = house().settings
    return [f"EXPAT_OPERATOR_{name.upper()}" for name in OPERATOR if not getattr(chosen, f"operator_{name}")]


@pages.post("")
@allow(ACCOUNTANT, MANAGER)
def make() -> Answer:
    """Make files of what is owed, and write them into the folder for the bank."""
    form, say = MakeForm(), speaks().say
    if form.validate() and form.day.data is not None and form.day.data < today():
        form.day.errors = [say("The bank can pay today at the earliest.")]
    if form.errors or missing_settings() or form.day.data is None:
        return _shown(form), 422
    debtor = Debtor(**{name: getattr(house().settings, f"operator_{name}") for name in OPERATOR})
    undo()
    try:
        with transaction(house().engine) as writing:
            done = payouts.bank_files(writing, form.day.data, now(), debtor, me().actor)
    except BadInput as wrong:
        form.refuse(wrong)
        return _shown(form), 422
    _write()
    made = ", ".join(file.name for file in done.files)
    flash(say("Made: {files}", files=made) if made else say("Nothing new could be sent."))
    return redirect(url_for(".files"), 303)


def _write() -> None:
    """Put the files where they are taken to the bank from; without that folder they can be downloaded."""
    try:
        with reading(house().engine) as session:
            write_missing(session, house().settings.bank_folder)
    except BadInput:
        flash(speaks().say("The folder for the bank cannot be written to: download the files here."))


@pages.get("/files/<name>")
@allow(ACCOUNTANT, MANAGER)
def file(name: str) -> str:
    """A file: what it carries, and how far its payments are."""
    _known(name)
    return _file_shown(name, ConfirmForm(formdata=None, day=today()))


def _known(name: str) -> Any:
    """The file of a name; 404 where there is none."""
    return listing.file_of(db(), name) if NAME.fullmatch(name) else abort(404)


def _file_shown(name: str, form: ConfirmForm) -> str:
    row = listing.file_of(db(), name)
    found = listing.payouts_in(db(), row.id, whole_number("after", 0) or 0, PAYOUTS + 1)
    return render_template(
        "portal/money/file.html", row=row, form=form, payouts=found[:PAYOUTS], sums=listing.sums_in(db(), [row.id]),
        STATES=STATES, state_of=state_of, reference=end_to_end_id,
        more=url_for(".file", name=name, after=found[PAYOUTS - 1].id) if len(found) > PAYOUTS else "",
        first=url_for(".file", name=name) if "after" in request.args else "",
    )  # fmt: skip


@pages.get("/files/<name>/download")
@allow(ACCOUNTANT, MANAGER)
def download(name: str) -> Response:
    """The file as it was handed out; that it was taken is noted."""
    row, content = _known(name), listing.file_made(db(), name)
    with transaction(house().engine) as writing:
        audit.record(writing, now(), me().actor, "bank_file.downloaded", f"bank_file:{row.id}", name=name)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype="application/xml", headers=headers)


@pages.post("/files/<name>/confirm")
@allow(ACCOUNTANT, MANAGER)
def confirm(name: str) -> Answer:
    """The bank has executed the file: its payments are posted, each once."""
    row, form, spoken = _known(name), ConfirmForm(), speaks()
    valid = form.validate()
    debits = _debits(form) if valid else {}
    if valid and form.day.data is not None:
        _check_day(form, row)
    if form.errors or form.day.data is None:
        return _file_shown(name, form), 422
    try:
        done = payouts.confirm(db(), name, form.day.data, now(), debits, me().actor)
    except BadInput as wrong:
        form.refuse(wrong, {"on": "day"})
        undo()
        return _file_shown(name, form), 422
    flash(spoken.plural("{n} payment confirmed.", "{n} payments confirmed.", len(done.now)))
    if done.before:
        flash(spoken.plural(*BEFORE, len(done.before)))
    return redirect(url_for(".file", name=name), 303)


def _check_day(form: Any, row: Any) -> None:
    """The bank pays neither before the day of the file nor after today."""
    spoken = speaks()
    if form.day.data > today():
        form.day.errors = [spoken.say("This day has not come yet.")]
    elif row.day is not None and form.day.data < row.day:
        asked = spoken.day(row.day)
        form.day.errors = [spoken.say("The file asks the bank to pay on {day}: it cannot have paid before.", day=asked)]


def _debits(form: ConfirmForm) -> dict[int, Decimal]:
    """The euros that the bank took, by payout: a reference and an amount on each line."""
    found: dict[int, Decimal] = {}
    wrong = []
    for number, line in enumerate((form.debited.data or "").splitlines(), start=1):
        reference, _, text = line.strip().partition(" ")
        payout, amount = payout_of(reference), amount_of(text.strip().removesuffix("EUR"))
        if payout is not None and amount is not None and amount > 0:
            found[payout] = amount
        elif line.strip():
            wrong.append(str(number))
    if wrong:
        which = ", ".join(wrong)
        told = speaks().say("Line {lines}: write the reference, a space and the euros.", lines=which)
        form.debited.errors = [told]
    return found
