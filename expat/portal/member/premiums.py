"""The member's premiums: what was called and why so much, how to pay, what follows if not, and contesting that."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.billing.account import balance
from expat.billing.contest import contest_of, contest_premium
from expat.billing.listing import Account, account, accounts, lines_of, money_of, next_call, refunds_of
from expat.billing.tell import paying
from expat.billing.terms import terms_of, terms_on
from expat.claims.dossier import Dossier
from expat.claims.load import load
from expat.claims.written import LONGEST
from expat.currency.calendar import add_working_days
from expat.errors import BadInput, Conflict
from expat.letters.post import letters_on
from expat.letters.premium_words import insured_of, lines_told
from expat.letters.price_words import frequency
from expat.membership.changes import Acting
from expat.portal.access import MEMBER, allow
from expat.portal.forms import AtMost, Form, LongTextField, Needed
from expat.portal.member.letters import LETTERS
from expat.portal.work import db, house, me, membership, now, speaks, today, undo, whole_number
from expat.premiums.dunning import NOTHING_COMES, Course, course
from expat.wording.catalogue import N_

pages = Blueprint("member_premiums", __name__, url_prefix="/premiums")
KEY = "int(max=999999999999999999)"  # what databases take
SHOWN = 12

STATES = {
    "paid": (N_("paid"), "good"),
    "open": (N_("to be paid"), "wait"),
    "late": (N_("not paid"), "bad"),
    "stopped": (N_("a person looks at it"), "wait"),
    "over": (N_("not paid"), "bad"),
}
METHODS = {"direct_debit": N_("by direct debit"), "transfer": N_("by transfer")}
TOO_LATE = N_("Nothing was changed: it is paid, or was looked at before.")
SENT = N_("We have your request. A person answers it by {day}; until then the days do not count.")


class ContestForm(Form):
    """Why a person is to look at it."""

    reason = LongTextField(validators=[Needed(), AtMost(LONGEST)])


@pages.get("")
@allow(MEMBER)
def premiums() -> str:
    """Every premium that was called, the newest first, and when the next one is."""
    if me().person_role != "member":
        return render_template("portal/member/premiums/not_yours.html")
    found = accounts(db(), membership(), whole_number("before"), SHOWN + 1)
    following = next_call(db(), membership())
    terms = terms_on(terms_of(db(), membership()), following.next_from) if following else None
    return render_template(
        "portal/member/premiums/premiums.html", found=found[:SHOWN], states=STATES, following=following, terms=terms,
        methods=METHODS, how=lambda word: frequency(word, speaks()), owed=balance(db(), membership()),
        refunds=refunds_of(db(), membership()), older=found[SHOWN - 1].id if len(found) > SHOWN else None,
        paged=whole_number("before") is not None,
    )  # fmt: skip


@pages.get(f"/<{KEY}:premium_id>")
@allow(MEMBER)
def premium(premium_id: int) -> str:
    """One premium: line by line, what was paid of it, and what comes if it is not."""
    return _page(_mine(premium_id), ContestForm(formdata=None))


@pages.post(f"/<{KEY}:premium_id>/contest")
@allow(MEMBER)
def contest(premium_id: int) -> tuple[str, int] | AnyResponse:
    """Ask for a person to look at it."""
    found, form = _mine(premium_id), ContestForm()
    if not form.validate():
        return _page(found, form), 422
    by = add_working_days(today(), house().settings.promise_contest)
    acting = Acting(today(), now(), house().preference, me().actor)
    try:
        contest_premium(db(), premium_id, form.reason.data or "", by, acting)
    except Conflict:
        undo()
        flash(speaks().say(TOO_LATE))
        return redirect(url_for(".premium", premium_id=premium_id), 303)
    except BadInput as wrong:
        undo()
        form.refuse(wrong)
        return _page(found, form), 422
    flash(speaks().say(SENT, day=speaks().day(by)))
    return redirect(url_for(".premium", premium_id=premium_id), 303)


def _page(found: Account, form: ContestForm) -> str:
    dossier, chosen = load(db(), [found.membership])[found.membership], house().settings
    return render_template(
        "portal/member/premiums/premium.html", one=found, states=STATES, form=form,
        lines=lines_told(found, lines_of(db(), found.id), insured_of(dossier), speaks()),
        money=money_of(db(), found.id),
        contested=contest_of(db(), found.id), course=_course(dossier, found), letters=letters_on(db(), found.id),
        letter_names=LETTERS,
        paying=paying(db(), found.membership, found.id, found.due_on if found.state == "open" else None, chosen),
    )  # fmt: skip


def _course(dossier: Dossier, found: Account) -> Course:
    """The dates that it brings; a first premium brings none."""
    if found.called_on is None:
        return NOTHING_COMES
    due_on, events = dossier.premiums[found.id]
    return course(dossier.plan.on(due_on), due_on, events)


def _mine(premium_id: int) -> Account:
    """A premium of the reader's membership; 404 for anything else, and for whoever is not the member."""
    found = account(db(), premium_id)
    if found is None or found.membership != membership() or me().person_role != "member":
        abort(404)
    return found
