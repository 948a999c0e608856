"""Medical selection: an application with its declarations and papers, and its answer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import RadioField

from expat.applications.decide import (
    DECISIONS,
    Decision,
    Exclusion,
    account_of_application,
    decide,
    most_surcharge,
    newest,
    refuse_own_application,
)
from expat.applications.declare import read_declarations
from expat.applications.happened import unsealed
from expat.applications.listing import others_of
from expat.applications.papers import KINDS
from expat.errors import BadInput, Conflict
from expat.mail.application_letters import news
from expat.mail.outbox import put
from expat.membership.changes import Acting
from expat.options.chosen import PREVOYANCE
from expat.periods import DAY
from expat.portal.access import MEDICAL, allow
from expat.portal.apply_file import served
from expat.portal.apply_shown import Shown, in_words, shown_application
from expat.portal.applying.options import chosen_in_words, prevoyance_in_words
from expat.portal.forms import AtMost, Form, LongTextField, UnseenField, percent_of
from expat.portal.told import link, operator
from expat.portal.work import apart, db, house, language, me, now, speaks, today, undo
from expat.wording import applications as words
from expat.wording import care
from expat.wording.catalogue import N_

pages = Blueprint("medical_applications", __name__, url_prefix="/medical/applications")
Answer = str | tuple[str, int] | AnyResponse

CHOICES = {"accept": N_("Accept"), "ask": N_("Ask for more first"), "refuse": N_("Refuse")}
WRONG = {
    "decision": N_("Please choose what you decide."),
    "reason": N_("Please say why, for the medical department's own file."),
    "told": N_("Please say what is asked, or choose a paper."),
}
WRONG_SHARE = N_("A surcharge is a share such as 25 (per cent), at most {most}.")
WRONG_WORDS = N_("What is left out needs its care and the words that the applicant agrees to.")


class DecisionForm(Form):
    """What is decided of an application."""

    decision = RadioField(choices=list(DECISIONS), validate_choice=False)
    reason = LongTextField(validators=[AtMost(4000)])
    told = LongTextField(validators=[AtMost(4000)])
    seen = UnseenField(validators=[AtMost(18)])
    came = UnseenField(validators=[AtMost(40)])


@pages.get("/<int:application_id>")
@allow(MEDICAL)
def application(application_id: int) -> str:
    """An application; that its declarations were read is kept before they are shown."""
    shown = _mine_not(application_id)
    form = DecisionForm(formdata=None)
    _looked_at(shown, form)
    return _page(shown, form, {})


@pages.post("/<int:application_id>")
@allow(MEDICAL)
def answer(application_id: int) -> Answer:
    """Accept, ask, or refuse."""
    shown, form = _mine_not(application_id), DecisionForm()
    decision, wrong = _decision(shown, form)
    if not form.validate() or wrong or decision is None:
        return _page(shown, form, wrong), 422
    acting = _acting()
    try:
        event = decide(db(), application_id, decision, acting, house().keys)
    except Conflict:
        undo()
        shown = _mine_not(application_id)
        _looked_at(shown, form)
        form.form_errors.append(speaks().say("Something happened meanwhile: look at it again, then decide."))
        return _page(shown, form, {}), 409
    except BadInput as refused:
        undo()
        return _page(shown, form, {refused.where: _said(refused)}), 422
    _tell(shown, event)
    flash(speaks().say("Application {number} is answered; the applicant is told by mail.", number=application_id))
    return redirect(url_for("medical_memberships.waiting"), 303)


@pages.get("/<int:application_id>/papers/<int:paper>")
@allow(MEDICAL)
def paper(application_id: int, paper: int) -> Response:
    """A paper of an application; its reading is kept."""
    return served(_mine_not(application_id), paper)


def _mine_not(application_id: int) -> Shown:
    """An application that is not one's own, once it was handed in. Raises NotFound, Own."""
    shown = shown_application(application_id)
    refuse_own_application(db(), shown.row, me().actor)
    return shown if shown.events else abort(404)


def _acting() -> Acting:
    return Acting(today(), now(), house().preference, me().actor)


def _looked_at(shown: Shown, form: DecisionForm) -> None:
    """Keep in the form what the page shows."""
    form.seen.data = str(shown.events[-1].id)
    paper, declaration = newest(db(), shown.row, _acting())
    form.came.data = f"{paper}-{declaration}"


def _came(sent: str) -> tuple[int, int] | None:
    paper, _, declaration = sent.partition("-")
    if all(one.isascii() and one.isdecimal() and len(one) < 19 for one in (paper, declaration)):
        return int(paper), int(declaration)
    return None


def _decision(shown: Shown, form: DecisionForm) -> tuple[Decision | None, dict[str, str]]:
    """What was decided, and what is wrong with it by field."""
    say, sent = speaks().say, request.form
    if form.decision.data not in DECISIONS:
        return None, {"decision": say(WRONG["decision"])}
    if form.decision.data == "accept" and shown.problems:
        return None, {"decision": in_words(shown.problems[0])}
    wrong: dict[str, str] = {}
    shares: dict[str, Decimal] = {}
    left_out = []
    for one in shown.form.people if form.decision.data == "accept" else ():
        typed, written = sent.get(f"surcharge-{one.key}", "").strip(), sent.get(f"words-{one.key}", "").strip()
        codes = tuple(code for code in sent.getlist(f"care-{one.key}") if code)
        if typed:
            share, most = percent_of(typed), most_surcharge(shown.edition)
            if share is None or share > most:
                wrong[f"surcharge-{one.key}"] = say(WRONG_SHARE, most=speaks().whole(int(most * 100)))
            else:
                shares[one.key] = share
        if bool(codes) != bool(written) or len(written) > 2000:
            wrong[f"words-{one.key}"] = say(WRONG_WORDS)
        elif codes:
            left_out.append(Exclusion(one.key, codes, written))
    kind, _, person = sent.get("paper", "").partition("|")
    seen = form.seen.data or ""
    decision = Decision(
        form.decision.data, form.reason.data or "", form.told.data or "", shares, tuple(left_out),
        tuple(key for key in sent.getlist("prior") if shown.form.person(key)),
        kind if form.decision.data == "ask" else "", person if form.decision.data == "ask" else "",
        int(seen) if seen.isascii() and seen.isdecimal() else None, _came(form.came.data or ""),
        tuple(kind for kind in sent.getlist("refused") if kind in PREVOYANCE and form.decision.data == "accept"),
    )  # fmt: skip
    return decision, wrong


def _said(refused: BadInput) -> str:
    text = WRONG.get(refused.where)
    return speaks().say(text) if text else speaks().say("This was not accepted ({detail}).", detail=refused.problem)


def _tell(shown: Shown, event: int) -> None:
    account = account_of_application(db(), shown.row)
    text = news(account.language, account.name, link("/apply/file"), operator())
    key = f"application:{shown.row.id}:{event}"
    put(db(), key, "application", account.email, account.language, *text, now())


def _page(shown: Shown, form: DecisionForm, wrong: dict[str, str]) -> str:
    declared: dict[str, list[dict[str, Any]]] = {}
    if shown.events:
        with apart() as writing:
            declared = read_declarations(writing, shown.row.id, house().keys, now(), me().actor)
    reasons = {e.id: unsealed(house().keys, e.reason, shown.row.id) for e in shown.events}
    families = sorted({code.rpartition(".")[0] or code for code in shown.edition.care} | set(shown.edition.care))
    return render_template(
        "portal/medical/application.html", shown=shown, form=form, wrong=wrong, declared=declared, words=words,
        choices=CHOICES, reasons=reasons, sent=request.form, papers=KINDS, others=others_of(db(), shown.row),
        eve=shown.effect - DAY, chosen=chosen_in_words(shown), prevoyance=prevoyance_in_words(shown),
        codes=[(code, care.care(code, language())) for code in families if shown.edition.in_family(code)],
    )  # fmt: skip
