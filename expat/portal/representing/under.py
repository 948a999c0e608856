"""What an agent or a broker sees of a membership: as far as each right goes, never what tells of anybody's care."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.amendments.listing import amendments_of
from expat.claims.drafts import drafts_of
from expat.letters.statement import masked
from expat.payments.agent_payouts import payouts_to_agent
from expat.payments.timeline import stages
from expat.payments.told import statements_told
from expat.periods import add_years
from expat.portal.access import REPRESENTATIVE, allow
from expat.portal.acting import acting, outside
from expat.portal.member import changes_words
from expat.portal.member.changes_forms import FORMS
from expat.portal.member.claim_pages import dossier, visible
from expat.portal.member.home import covered
from expat.portal.member.home_facts import people_of, state_of
from expat.portal.member.premiums_told import premiums_of
from expat.portal.member.statements import STATES, YEARS
from expat.portal.representing import words
from expat.portal.work import db, language, me, membership, now, speaks, today, whole_number
from expat.representatives.decide import revoke
from expat.representatives.listing import claims_sent, listed
from expat.representatives.standing import CLAIMS, STATEMENTS, Acts

pages = Blueprint("acting_for", __name__, url_prefix="/acting-for")
PAGE = 20


def mandate() -> Acts:
    """The mandate that the address names; 404 where it names none."""
    return acting() or abort(404)


@pages.get("/overview")
@allow(REPRESENTATIVE)
def overview() -> str:
    """For whom one acts, what one may do, since when and until when."""
    found = listed(db(), mandate().mandate) or abort(404)
    payee = found.payee
    number = masked(payee.iban, payee.number) if payee is not None else ""
    return render_template("portal/acting/overview.html", one=found, words=words, number=number)


@pages.post("/give-up")
@allow(REPRESENTATIVE)
def give_up() -> AnyResponse:
    """No longer act: at once, and for good."""
    acts = mandate()
    if acts.legal:
        abort(403)  # a court or an authority ends it, and the management unit records that
    revoke(db(), acts.mandate, "", now(), me().actor)
    flash(speaks().say("You no longer act for {name}.", name=acts.name))
    return redirect(outside("acting_home.home"), 303)


@pages.get("/claims")
@allow(REPRESENTATIVE)
def claims() -> str:
    """The claims that one sent, with how far they are: not what they were for."""
    acts, before = mandate(), whole_number("before")
    found = claims_sent(db(), membership(), me().actor, visible().whole, before, PAGE + 1)
    drafts = drafts_of(db(), me().account, membership()) if before is None and CLAIMS in acts.rights else []
    return render_template(
        "portal/acting/claims.html", found=found[:PAGE], drafts=drafts,
        older=url_for(".claims", before=found[PAGE - 1].claim) if len(found) > PAGE else "",
        newest=url_for(".claims") if before else "",
    )  # fmt: skip


@pages.get("/cover")
@allow(REPRESENTATIVE)
def cover() -> str:
    """Who is covered on what terms, and the premiums."""
    mandate()
    found = dossier()
    return render_template(
        "portal/acting/cover.html", state=state_of(found, today(), language()), covered=covered,
        people=people_of(found, today(), language()), premiums=premiums_of(found),
    )  # fmt: skip


@pages.get("/changes")
@allow(REPRESENTATIVE)
def changes() -> str:
    """What can be asked for, and what became of what was asked; never what the medical department wrote."""
    mandate()
    found = amendments_of(db(), membership())
    return render_template("portal/acting/changes.html", found=found, kinds=list(FORMS), words=changes_words)


@pages.get("/payments")
@allow(REPRESENTATIVE)
def statements() -> str:
    """The payments: with that right those of the membership, else those that one received oneself."""
    acts, before = mandate(), whole_number("before")
    if STATEMENTS not in acts.rights:
        return _received(acts, before)
    since, seen = add_years(today(), -YEARS), visible().whole
    found = statements_told(db(), membership(), since, before, PAGE + 1)
    shown = [one for one in found[:PAGE] if one.persons <= seen]  # a private adult's stay that adult's and the member's
    return render_template(
        "portal/acting/payments.html", found=shown, states=STATES, since=since,
        older=url_for(".statements", before=found[PAGE - 1].payout) if len(found) > PAGE else "",
        newest=url_for(".statements") if before else "",
    )  # fmt: skip


def _received(acts: Acts, before: int | None) -> str:
    found = payouts_to_agent(db(), acts.mandate, before, PAGE + 1)
    return render_template(
        "portal/acting/received.html", found=found[:PAGE], states=STATES,
        state_of=stages(db(), [row.id for row in found]),
        older=url_for(".statements", before=found[PAGE - 1].id) if len(found) > PAGE else "",
        newest=url_for(".statements") if before else "",
    )  # fmt: skip
