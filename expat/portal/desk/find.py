"""Finding anyone and any invoice: by name, number, amount, or a payment's reference; and a membership as a whole."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request

from expat.claims.find import LONGEST
from expat.claims.find import find as found_by
from expat.claims.written import storable
from expat.errors import BadInput
from expat.payments.find import Found, find_payout
from expat.portal.access import MANAGER, allow
from expat.portal.desk.claim_group import KEY
from expat.portal.desk.membership import membership_facts
from expat.portal.work import db, language, speaks, today, whole_number
from expat.wording import names
from expat.wording.catalogue import N_
from expat.wording.next_steps import next_step

pages = Blueprint("desk_find", __name__, url_prefix="/desk")

TOO_LONG = N_("This is too long: {most} characters at most.")


@pages.get("/find")
@allow(MANAGER)
def find() -> str | tuple[str, int]:
    """Everything that a text names, by kinds; sums are looked for among all claims where that is asked for (`all`)."""
    text = " ".join(request.args.get("q", "").split())
    if not text:
        return render_template("portal/desk/find.html", text="", found=None)
    if len(text) > LONGEST or not storable(text):
        problem = speaks().say(TOO_LONG, most=LONGEST)
        return render_template("portal/desk/find.html", text=text[:LONGEST], found=None, problem=problem), 422
    found = found_by(db(), text, language(), everything="all" in request.args)
    return render_template(
        "portal/desk/find.html", text=text, found=found, payout=_payout(text),
        status_word=lambda word: names.status(word, language()),
    )  # fmt: skip


def _payout(text: str) -> Found | None:
    """The payment whose reference the text is."""
    try:
        return find_payout(db(), text)
    except BadInput:
        return None


@pages.get(f"/memberships/<{KEY}:membership_id>")
@allow(MANAGER)
def membership(membership_id: int) -> str:
    """A membership: people, cover, balances, claims, account, requests without their medical part, premiums."""
    facts = membership_facts(membership_id, whole_number("before")) or abort(404)
    return render_template("portal/desk/membership.html", facts=facts, step_words=_step_words)


def _step_words(step: Any) -> str:
    return next_step(step.what, language(), step.by, step.papers, step.currencies, today(), staff=True)
