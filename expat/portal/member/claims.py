"""The member's claims, the newest first, with the drafts on top."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from flask import render_template

from expat.claims.drafts import Draft, drafts_of
from expat.claims.listing import ListedClaim, claims_of
from expat.claims.next_step import PAYOUTS, NextStep, of_claim
from expat.claims.private_sums import PrivateSums, private_sums
from expat.errors import BadInput
from expat.money import EUR, from_minor
from expat.payments.timeline import stages
from expat.portal.access import MEMBER, allow
from expat.portal.forms import amount_of
from expat.portal.member import claim, claim_filling, claim_sending
from expat.portal.member.claim_draft import Line, lines_of
from expat.portal.member.claim_pages import claim_pages, name_of, promises, visible
from expat.portal.remembered import remembered
from expat.portal.work import db, language, me, membership, speaks, today, whole_number
from expat.wording import care as care_words
from expat.wording.catalogue import N_
from expat.wording.next_steps import next_step

pages = claim_pages
WITH_VIEWS = (claim, claim_filling, claim_sending)  # their views belong to this group of pages

REFUSED = N_("Refused: the claim says why.")
IN_PART = N_("Paid in part: the claim says why.")
YEAR = timedelta(days=365)
PAGE = 20


class DraftTold(NamedTuple):
    """A draft as the list shows it: what it says so far."""

    key: str
    changed_at: datetime
    text: str


class ClaimTold(NamedTuple):
    """A claim as the list shows it; `expected` is an estimate in EUR of what is accepted and not paid yet.

    `in_part` says that nothing is open, and some of it was paid.
    """

    listed: ListedClaim
    in_part: bool
    people: str
    what: str
    invoiced: list[str]
    paid: list[str]
    expected: str
    next_step: str


@claim_pages.get("")
@allow(MEMBER)
@remembered
def claims() -> str:
    """The claims of those whom one sees whole, page by page; of private adults the sums."""
    before = whole_number("before")
    page = claims_of(db(), membership(), visible().whole, promises(), before, PAGE)
    got = stages(db(), {line.row.payout_id for one in page.claims for line in one.lines if line.row.payout_id})
    first, called = before is None, {key: name_of(key) for key in visible().whole}
    return render_template(
        "portal/member/claims/claims.html",
        claims=[_claim_told(one, got, called) for one in page.claims], older=page.before, first=first,
        drafts=[_draft_told(one) for one in drafts_of(db(), me().account, membership())] if first else [],
        private=_private() if first else {},
    )  # fmt: skip


def _claim_told(one: ListedClaim, got: dict[int, str], called: dict[int, str]) -> ClaimTold:
    rows = [line.row for line in one.lines]
    in_part = {row.status for row in rows} == {"paid", "refused"}
    step = of_claim([_step(line.next_step, line.row, got) for line in one.lines])
    expected = sum(row.cents or 0 for row in rows if row.status == "accepted")
    spoken = language()
    return ClaimTold(
        one,
        in_part,
        _several(called[row.person_id] for row in rows),
        _several(care_words.care(code, spoken) for code in dict.fromkeys(row.care for row in rows)),
        amounts(one.invoiced),
        amounts(one.paid),
        speaks().amount(from_minor(expected, EUR), EUR) if expected else "",
        _step_words(step, in_part),
    )


def _step_words(step: NextStep, in_part: bool) -> str:
    """What comes next; of a refusal the list does not know until when it can be contested: the claim does."""
    if step == NextStep("refused"):
        return speaks().say(IN_PART if in_part else REFUSED)
    return next_step(step.what, language(), step.by, step.papers, step.currencies, today())


def _step(step: NextStep, row: Any, got: dict[int, str]) -> NextStep:
    """What comes next for a paid line depends on how far its payout got."""
    return NextStep(PAYOUTS[got.get(row.payout_id, "confirmed")]) if step.what == "done" else step


def _several(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(words))


def amounts(by_currency: dict[str, Decimal]) -> list[str]:
    """Amounts of several currencies, each written."""
    return [speaks().amount(amount, currency) for currency, amount in by_currency.items()]


def _draft_told(one: Draft) -> DraftTold:
    """What a draft says so far, as far as it can be understood."""
    said = []
    for line in lines_of(one.content):
        care = care_words.care(line["care"], language()) if line.get("care") else ""
        said += [care, _amount(line)]
    return DraftTold(one.key, one.changed_at, ", ".join(text for text in said if text))


def _amount(line: Line) -> str:
    amount, currency = amount_of(line.get("amount", "")), line.get("currency", "")
    try:
        return "" if amount is None else speaks().amount(amount, currency)
    except BadInput:
        return ""  # no currency yet


def _private() -> dict[str, PrivateSums]:
    """The sums of the last twelve months of adults who keep their claims private, by name."""
    found = private_sums(db(), visible().sums, today() - YEAR)
    return {name_of(key): sums for key, sums in found.items()}
