"""Recharge On Demand: what it costs, what it gives, until when, and why not yet. Bought on one page, once."""

from __future__ import annotations

import re
from uuid import uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.claims.dossier import Dossier
from expat.membership.changes import Acting
from expat.options.recharge import Offer, buy_recharge
from expat.portal.access import MEMBER, allow
from expat.portal.member.claim_pages import dossier, visible
from expat.portal.member.home_facts import Someone, people_of
from expat.portal.member.recharge_facts import Chance, chances_of
from expat.portal.work import db, house, language, me, membership, now, speaks, today
from expat.wording import care
from expat.wording.reasons import Explained, explain_event

pages = Blueprint("member_recharge", __name__, url_prefix="/recharge")
Answer = str | tuple[str, int] | AnyResponse

_KEY = re.compile(r"[0-9a-f]{32}")


@pages.get("")
@allow(MEMBER)
def recharges() -> str:
    """Of each person and category: what a recharge costs and gives, or what is missing for one.

    Of who keeps claims private nothing is told: what was used of a category says what was treated.
    """
    found, seen = dossier(), visible()
    everyone = people_of(found, today(), language())
    shown = [(one, _chances(found, one.id)) for one in everyone if one.id in seen.whole and one.covered]
    bought = [r for r in reversed(found.recharges) if r.person in seen.whole]
    edition, formula = found.plan.on(today()), found.on("formula", today())
    formulas = edition["recharge.formulas"].value
    return render_template(
        "portal/member/recharge/recharges.html", shown=shown, why=why, bought=bought,
        formula=formula, offered=formula in formulas, others=speaks().several(formulas),
        names={one.id: one.first_name for one in everyone}, private=[one for one in everyone if one.id in seen.sums],
        is_member=me().person_role == "member", threshold=edition["recharge.threshold"].value,
        months=edition["recharge.valid"].value,
    )  # fmt: skip


@pages.route("/<int:key>/<category>", methods=["GET", "POST"])
@allow(MEMBER)
def buy(key: int, category: str) -> Answer:
    """One page with the price and the conditions, and the button that buys. The same form sent twice buys once."""
    found = dossier()
    someone, chance = _asked(found, key, category)
    if me().person_role != "member":
        flash(speaks().say("Recharges are bought by the member, who pays for them."))
        return redirect(url_for("member_recharge.recharges"), 303)
    if request.method == "GET":
        return _confirm(someone, chance, uuid4().hex)
    form_key = request.form.get("form_key", "")
    if not _KEY.fullmatch(form_key):
        return _confirm(someone, chance, uuid4().hex), 422
    acting = Acting(today(), now(), house().preference, me().actor)
    done, _bought = buy_recharge(db(), membership(), key, category, acting, form_key)
    if done.refused is not None:
        return _confirm(someone, chance, form_key), 422
    flash(_told(someone, category, done))
    return redirect(url_for("member_recharge.recharges"), 303)


def _chances(found: Dossier, key: int) -> list[Chance]:
    """What can be had now comes first."""
    return sorted(chances_of(found, key, today()), key=lambda chance: chance.offer.refused is not None)


def _asked(found: Dossier, key: int, category: str) -> tuple[Someone, Chance]:
    """Whom and what the address names; 404 for who keeps claims private, too."""
    seen = visible()
    someone = next((one for one in people_of(found, today(), language()) if one.id == key), None)
    if someone is None or key not in seen.whole:
        abort(404)
    chance = next((one for one in chances_of(found, key, today()) if one.category == category), None)
    return someone, chance or abort(404)


def _confirm(someone: Someone, chance: Chance, form_key: str) -> str:
    return render_template(
        "portal/member/recharge/buy.html", someone=someone, chance=chance, form_key=form_key, why=why,
        first_day=today(),
    )  # fmt: skip


def _told(someone: Someone, category: str, done: Offer) -> str:
    assert done.last_day is not None
    return speaks().say(
        "Recharged: {amount} more for {name}, {category}, for care that begins from today to {day}.",
        amount=speaks().amount(done.amount, "EUR"),
        name=someone.first_name,
        category=care.category(category, language()),
        day=speaks().day(done.last_day),
    )


def why(chance: Chance) -> Explained:
    """Why a recharge cannot be had, in words."""
    found = dossier()
    facts = {"formula": found.on("formula", today()), "category": chance.category, "opens": chance.opens}
    return explain_event(chance.offer.refused or "", language(), found.plan.on(today()), **facts)
