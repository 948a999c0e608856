"""The ledger to read: what every account holds, its entries, a transaction, and all of it as CSV."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, url_for

from expat import audit
from expat.db import transaction
from expat.ledger import listing
from expat.ledger.kept import kept_transaction
from expat.ledger.post import ACCOUNTS, balances
from expat.portal.access import ACCOUNTANT, allow
from expat.portal.forms import AtMost, Choice, DayField, Form, TextField
from expat.portal.money.export import csv_file
from expat.portal.work import db, house, me, now, speaks, today, whole_number
from expat.wording.catalogue import N_

pages = Blueprint("money_ledger", __name__, url_prefix="/ledger")
PAGE = 50
TEXTS = {1, 4, 5}  # columns of the export: reference, account, currency
NAMES = {
    "claims_expense": N_("Benefits (expense)"),
    "benefits_payable": N_("Benefits to be paid"),
    "asked_back": N_("Benefits asked back"),
    "bank": N_("Bank"),
    "exchange": N_("Exchange"),
    "premiums_receivable": N_("Premiums to be received"),
    "premium_income": N_("Premiums (income)"),
    "premium_refunds": N_("Premiums to be given back"),
    "unmatched_receipts": N_("Receipts not matched"),
    "bank_charges": N_("Bank charges"),
    "exchange_differences": N_("Exchange differences"),
}
_REFERENCE = re.compile(r"[\w:.-]{1,80}")
_PAYOUT = re.compile(r"(?:^|:)payout:([0-9]+)")


class EntriesForm(Form):
    """Which entries are looked for."""

    class Meta:
        csrf = False  # it changes nothing

    account = Choice(choices=lambda: [("", speaks().say("All accounts")), *((a, account_name(a)) for a in ACCOUNTS)])
    currency = TextField(validators=[AtMost(3)])
    reference = TextField(validators=[AtMost(80)])
    first = DayField(name="from")
    last = DayField(name="to")

    def asked(self) -> listing.Asked:
        """What the form asks for."""
        currency = (self.currency.data or "").upper()
        return listing.Asked(
            self.account.data or None, currency or None, self.reference.data or None, self.first.data, self.last.data
        )


def account_name(word: str) -> str:
    """What an account of the ledger is called."""
    return speaks().say(NAMES[word])


def payout_in(reference: str) -> int | None:
    """The payout that a transaction's reference names."""
    found = _PAYOUT.search(reference)
    return int(found[1]) if found else None


@pages.get("")
@allow(ACCOUNTANT)
def ledger() -> str | tuple[str, int]:
    """Balances, and the entries that are asked for, the newest first."""
    form = EntriesForm(formdata=request.args)
    right = form.validate()
    asked = form.asked() if right else listing.Asked()
    rows = listing.entries(db(), asked, whole_number("before"), PAGE + 1)
    here = _filters(request.args)
    held = {} if here or "before" in request.args else _held()  # of the first page alone: they add up everything
    balanced = not any(sum(of.values()) for of in held.values())
    shown = render_template(
        "portal/money/ledger.html", form=form, rows=rows[:PAGE], held=held, balanced=balanced,
        account_name=account_name, accounts=ACCOUNTS, filtered=bool(here), export=url_for(".export", **here),
        older=url_for(".ledger", **here, before=rows[PAGE - 1].id) if len(rows) > PAGE else "",
        newest=url_for(".ledger", **here) if "before" in request.args else "",
    )  # fmt: skip
    return shown if right else (shown, 422)


def _filters(args: Mapping[str, str]) -> dict[str, Any]:
    names = ("account", "currency", "reference", "from", "to")
    return {name: args[name] for name in names if args.get(name)}


def _held() -> dict[str, dict[str, int]]:
    """Each currency's balances in minor units, by account."""
    held: dict[str, dict[str, int]] = {}
    for (account, currency), amount in balances(db()).items():
        held.setdefault(currency, {})[account] = amount
    return held


@pages.get("/transactions/<reference>")
@allow(ACCOUNTANT)
def one(reference: str) -> str:
    """A transaction with its entries, what it reverses and what reverses it."""
    found = kept_transaction(db(), reference) if _REFERENCE.fullmatch(reference) else abort(404)
    return render_template(
        "portal/money/transaction.html", found=found, account_name=account_name, payout=payout_in(reference)
    )


@pages.get("/export.csv")
@allow(ACCOUNTANT)
def export() -> Response | tuple[str, int]:
    """The entries that are asked for, as CSV; that they were taken out is noted."""
    form = EntriesForm(formdata=request.args)
    if not form.validate():
        return render_template("portal/money/ledger.html", form=form, rows=[], held={}, filtered=True), 422
    asked = form.asked()
    with transaction(house().engine) as writing:
        audit.record(writing, now(), me().actor, "ledger.exported", "ledger", **_filters(request.args))
    return csv_file(f"ledger-{today()}.csv", lambda session: listing.csv_rows(session, asked), TEXTS)
