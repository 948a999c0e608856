"""Two years of statements, and the claims of which nothing was paid: each as a page and as a PDF that say the same.

A statement belongs to a payment, and payments go to the member: another adult finds what was decided on his or her
own care with the claims. Of who keeps claims private the member's page and PDF tell the sums alone.
"""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, abort, render_template

from expat.letters.notice import notice_parts, notice_pdf
from expat.letters.operator import from_settings
from expat.letters.statement import account_of, names_of, statement_parts, statement_pdf
from expat.membership.privacy import Visible
from expat.payments.notice import notice as notice_of
from expat.payments.statement import statement as statement_of
from expat.payments.statement_pages import leaf
from expat.payments.timeline import stages
from expat.payments.told import Told, owner_of, statements_told, unpaid_told
from expat.periods import add_years
from expat.portal.access import MEMBER, allow
from expat.portal.member.claim_pages import first_names, visible
from expat.portal.member.cover import pdf
from expat.portal.work import db, house, language, me, membership, speaks, today, whole_number
from expat.wording import names
from expat.wording.catalogue import N_

pages = Blueprint("member_statements", __name__, url_prefix="/statements")

YEARS, SHOWN = 2, 20
KEY = "int(max=999999999999999999)"  # what databases take
STATES = {
    "made": (N_("on its way"), "wait", N_("It goes to the bank with the next file.")),
    "sent": (N_("on its way"), "wait", N_("The bank is making the payment.")),
    "confirmed": (N_("paid"), "good", ""),
    "returned": (N_("returned by the bank"), "bad", ""),
}


@pages.get("")
@allow(MEMBER)
def statements() -> str:
    """The list. An adult who is not the member is told where to look instead."""
    if me().person_role != "member":
        return render_template("portal/member/statements/not_yours.html")
    seen, since = visible(), add_years(today(), -YEARS)
    payouts = statements_told(db(), membership(), since, whole_number("before"), SHOWN + 1)
    claims = unpaid_told(db(), membership(), seen.whole, since, whole_number("claims_before"), SHOWN + 1)
    everyone = first_names()
    return render_template(
        "portal/member/statements/statements.html", payouts=payouts[:SHOWN], claims=claims[:SHOWN], since=since,
        states=STATES, payee=lambda one: _payee(one, seen),
        older=payouts[SHOWN - 1].payout if len(payouts) > SHOWN else None,
        claims_older=claims[SHOWN - 1].claim if len(claims) > SHOWN else None,
        paged=whole_number("before") is not None, claims_paged=whole_number("claims_before") is not None,
        several=lambda people: speaks().several(everyone[key] for key in sorted(people)),
        source=lambda word: names.rate_source(word, language()),
    )  # fmt: skip


@pages.get(f"/<{KEY}:payout_id>")
@allow(MEMBER)
def statement(payout_id: int) -> str:
    """A statement, line by line; a long one in pages."""
    _own_payout(payout_id)
    page = leaf(db(), payout_id, whole_number("page", 1) or 1)
    told = statement_of(db(), payout_id, language(), page.claims)
    hidden = names_of(db(), visible().sums, language())
    parts = statement_parts(told, account_of(db(), payout_id), hidden, page.first)
    state = stages(db(), [payout_id])[payout_id]
    return render_template(
        "portal/member/statements/statement.html", told=told, parts=parts, state=state, states=STATES, page=page,
        whole=speaks().whole,
    )  # fmt: skip


@pages.get(f"/<{KEY}:payout_id>.pdf")
@allow(MEMBER)
def statement_file(payout_id: int) -> Response:
    """The same as a PDF."""
    _own_payout(payout_id)
    made = statement_pdf(db(), payout_id, from_settings(house().settings), language(), visible().sums)
    return pdf(made, f"statement-{payout_id}")


@pages.get(f"/claim/<{KEY}:claim_id>")
@allow(MEMBER)
def notice(claim_id: int) -> str:
    """What became of a claim of which nothing is paid."""
    hidden = names_of(db(), _claim_of_mine(claim_id), language())
    told = notice_of(db(), claim_id, language())
    return render_template("portal/member/statements/notice.html", told=told, parts=notice_parts(told, hidden))


@pages.get(f"/claim/<{KEY}:claim_id>.pdf")
@allow(MEMBER)
def notice_file(claim_id: int) -> Response:
    """The same as a PDF."""
    hidden = _claim_of_mine(claim_id)
    made = notice_pdf(db(), claim_id, from_settings(house().settings), language(), hidden)
    return pdf(made, f"claim-{claim_id}")


def _own_payout(payout_id: int) -> None:
    """404 unless the payout is the membership's and the reader the member."""
    if me().person_role != "member" or owner_of(db(), payout_id) != membership():
        abort(404)


def _claim_of_mine(claim_id: int) -> frozenset[int]:
    """Of whom the claim's notice tells nothing; 404 where it has no line that the reader may read, or was paid."""
    seen = visible()
    found = (
        unpaid_told(db(), membership(), seen.whole, date.min, claim_id + 1, 1) if me().person_role == "member" else []
    )
    if not found or found[0].claim != claim_id:
        abort(404)
    return seen.sums


def _payee(one: Told, seen: Visible) -> str:
    """To whom a payout went: a hospital's name would say who treated a person who keeps claims private."""
    if one.payee == "member":
        return one.agent
    return one.provider if one.persons <= seen.whole else speaks().say("the hospital")
