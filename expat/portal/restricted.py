"""Restricted data (RGPD, art. 18): the staff states a ground before a page shows it, and every page says so.

Requests about one's data, checks against sanctions lists and the payments that somebody asked for go on without: they
rest on the person's own wish, or on an important public interest.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from flask import Blueprint, Response, abort, current_app, g, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse
from wtforms import TextAreaField

from expat.accounts.own import refuse_own
from expat.errors import BadInput
from expat.portal.access import ACCOUNTANT, MANAGER, MEDICAL, allow, roles_of
from expat.portal.concerned import concerned
from expat.portal.desk.claim_forms import Kept
from expat.portal.desk.people import whose
from expat.portal.forms import AtMost, Choice, Form, Needed, UnseenField
from expat.portal.work import db, me, now, speaks, today, undo
from expat.restrictions.standing import Standing, restrictions_of, stated
from expat.restrictions.use import GROUNDS, LONGEST, use
from expat.wording.catalogue import N_

pages = Blueprint("restricted", __name__, url_prefix="/restricted")
Answer = str | tuple[str, int] | AnyResponse

STAFF = frozenset({MANAGER, MEDICAL, ACCOUNTANT})
# Of the staff's pages these ask for no ground, a whole group or one page of it, for this reason.
UNGUARDED = {
    "restricted": "it asks for the ground itself",
    "admin_jobs": "what the jobs did, by its keys",
    "desk_data_requests": "requests about one's data rest on the person's own wish",
    "medical_export": "the person concerned asked for what it gives",
    "desk_screening": "checks against sanctions lists: an important public interest",
    "desk_employers.employer": "a company",
    "desk_employers.pays": "that a company pays, or no longer does",
    "desk_employers.account": "an account of a company",
    "desk_employers.joiner": "announced, and not insured yet: nobody whose data is restricted",
    "desk_employers.step_joiner": "announced, and not insured yet: nobody whose data is restricted",
    "desk_letters.file": "letters to many, for the post: the contract has them sent",
    "money_ledger": "the books: accounts and references, no names",
    "money_rates": "rates of currencies concern nobody",
    "money_settlements": "payments to many, which those who are paid asked for",
    "money_settlements_bank": "payments to many, which those who are paid asked for",
    "money_settlements_looking": "payments to many, which those who are paid asked for",
    "money_settlements_orders": "payments to many, which those who are paid asked for",
    "money_premiums_debits": "direct debits of many, under the mandates that they signed",
    "money_premiums.waiting": "money that came, and whose it is nobody knows yet",
    "money_premiums.said": "money that came, and whose it is nobody knows yet",
    "money_premiums.decided": "shows nothing: somebody else's proposal on money that came",
}
GROUND_WORDS = {
    "consent": N_("The person asked for it, or agrees to it"),
    "legal_claims": N_("To establish, exercise or defend a right in court"),
    "protection": N_("To protect the rights of somebody else"),
    "public_interest": N_("For an important public interest"),
}


class Restricted(NamedTuple):
    """A restriction that concerns the page, and the ground that its reader stated."""

    standing: Standing
    ground: str


def _grounds() -> list[tuple[str, str]]:
    return [("", ""), *((ground, ground_words(ground)) for ground in GROUNDS)]


def ground_words(ground: str) -> str:
    """A ground, in words."""
    return speaks().say(GROUND_WORDS[ground])


class GroundForm(Form):
    """On which ground restricted data is used, and for what."""

    next = UnseenField()
    ground = Choice(choices=_grounds, validators=[Needed()])
    why = TextAreaField(validators=[Needed(), AtMost(LONGEST), Kept()])


@pages.before_app_request
def guard() -> AnyResponse | None:
    """Before a page of the staff: where it shows restricted data, ask for the ground, once a day."""
    if not current_user.is_authenticated or not _is_guarded() or not STAFF & current_user.who.roles:
        return None
    found = concerned()
    known = stated(db(), [one.person_id for one in found], me().actor, today()) if found else {}
    g.restricted = [Restricted(one, known[one.person_id]) for one in found if one.person_id in known]
    missing = next((one for one in found if one.person_id not in known), None)
    if missing is None:
        return None
    back = request.full_path.rstrip("?") if request.method == "GET" and "HX-Request" not in request.headers else "/"
    where = url_for("restricted.ask", person_id=missing.person_id, next=back)
    if "HX-Request" in request.headers:
        return Response(status=401, headers={"HX-Redirect": where})
    return redirect(where, 303)


def _is_guarded() -> bool:
    """Whether the page is one of the staff's that may show restricted data."""
    if request.endpoint is None or {request.blueprint, request.endpoint} & UNGUARDED.keys():
        return False
    return bool(roles_of(current_app, request.endpoint) & STAFF)


@pages.app_context_processor
def banners() -> dict[str, Any]:
    """What every page of the staff says of the restrictions that concern it."""
    return {"restricted_here": g.get("restricted", ()), "ground_words": ground_words}


@pages.get("/<int:person_id>")
@allow(*STAFF)
def ask(person_id: int) -> Answer:
    """Ask for the ground."""
    form = GroundForm(None)
    form.next.data = request.args.get("next", "/")
    return _page(_standing(person_id), form)


@pages.post("/<int:person_id>")
@allow(*STAFF)
def state(person_id: int) -> Answer:
    """State the ground, which leaves a trail, and go on to the page."""
    found, form = _standing(person_id), GroundForm()
    if not form.validate():
        return _page(found, form), 422
    try:
        use(db(), person_id, form.ground.data, form.why.data, today(), now(), me().actor)
    except BadInput as wrong:
        undo()
        form.refuse(wrong)
        return _page(found, form), 422
    return redirect(_inside(form.next.data or ""), 303)


def _standing(person_id: int) -> Standing:
    who = whose(db(), person_id) or abort(404)
    refuse_own(db(), who.membership, me().actor)
    return next((one for one in restrictions_of(db(), [person_id]) if one.holds(today())), None) or abort(404)


def _inside(asked: str) -> str:
    """An address of these pages, and no other."""
    inside = asked.isprintable() and asked.startswith("/") and not asked.startswith(("//", "/\\"))
    return asked if inside else url_for("entry.start")


def _page(found: Standing, form: GroundForm) -> str:
    return render_template("portal/desk/data/restricted.html", one=found, form=form)


def uses_in_words(uses: Collection[Any]) -> list[tuple[Any, str]]:
    """On which grounds data was used, in words."""
    return [(one, ground_words(one.ground)) for one in uses]
