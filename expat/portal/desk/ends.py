"""Recording ends: a letter of the member's, the insurer's notice, somebody's leaving, a death. First what each brings,
then the same again with its confirmation; and the proofs that members sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.accounts.own import own_memberships, refuse_own
from expat.claims.dossier import Dossier
from expat.claims.load import load
from expat.errors import BadInput, NotFound
from expat.letters.death import death_pdf
from expat.letters.operator import from_settings
from expat.membership.changes import Acting
from expat.membership.death import death_of
from expat.membership.end_papers import papers_of_ends, proof_missing, waiting_end_papers
from expat.membership.ends import (
    Death,
    End,
    Leaving,
    Reopened,
    check_arrived,
    check_reopened,
    cooling_off,
    knows_of_claim,
    reopen_rights,
    terminate,
    withdraw_termination,
    withdrawable,
)
from expat.membership.leaving import AnyEnd, Consequences, consequences, lines_of
from expat.membership.leavings import check_leaving, remove_person, withdraw_leaving
from expat.membership.proofs import answer_proof, proof, sent_proofs, waiting_proofs
from expat.membership.standing import accepted, death_of_member, leavings, returns, terminations
from expat.payments.estate import waiting_estates
from expat.portal.access import MANAGER, allow
from expat.portal.desk.claim_group import KEY
from expat.portal.desk.ends_forms import (
    LEAVING,
    REASONS,
    DeathForm,
    LeavingForm,
    ProofForm,
    RightsForm,
    TerminationForm,
)
from expat.portal.desk.ends_told import close_accounts, keep_report, tell_ended, tell_family, tell_proof
from expat.portal.desk.ends_waiting import still_open
from expat.portal.desk.people import name_in, numbers_of
from expat.portal.desk.post_belongs import kind_name
from expat.portal.desk.renounced_told import ask_back_after
from expat.portal.member.cover import pdf
from expat.portal.work import db, house, me, now, speaks, today, undo
from expat.recoveries.renounced import RENOUNCED
from expat.wording.reasons import explain_event

pages = Blueprint("desk_ends", __name__, url_prefix="/desk")
Answer = str | tuple[str, int] | AnyResponse

PAGE = f"/memberships/<{KEY}:membership_id>/ends"
MOST_KEY = 10**15  # both databases can look for it
FORMS: dict[str, type[Any]] = {
    "termination": TerminationForm, "leaving": LeavingForm, "death": DeathForm, "rights": RightsForm,
}  # fmt: skip


@pages.get("/certificates")
@allow(MANAGER)
def waiting() -> str:
    """The proofs and the accounts of estates that wait for an answer, the oldest first."""
    own = own_memberships(db(), me().account)
    estates = [one for one in waiting_estates(db()) if one.membership not in own]
    return render_template(
        "portal/desk/certificates.html", found=waiting_proofs(db(), own), ends=waiting_end_papers(db(), own),
        estates=estates, kind_name=kind_name, numbers=numbers_of(db(), {one.membership for one in estates}),
    )  # fmt: skip


@pages.get(PAGE)
@allow(MANAGER)
def ends(membership_id: int) -> str:
    """What ended or will end, the forms to record an end, and the proofs that were sent."""
    return _page(_dossier(membership_id))


@pages.post(f"{PAGE}/termination")
@allow(MANAGER)
def termination(membership_id: int) -> Answer:
    """The membership ends: by the member's letter, or by the insurer's notice."""
    dossier, form = _dossier(membership_id), TerminationForm()
    if not form.validate():
        return _page(dossier, form), 422
    arrived, reason = form.arrived.data or today(), form.reason.data
    end = End(
        reason, form.effective.data or arrived, arrived, form.sent.data, form.returned.data,
        knows_of_claim(db(), membership_id),
    )  # fmt: skip

    def record() -> Any:
        done = terminate(
            db(), membership_id, reason, end.effective, _acting(), arrived=arrived, sent=end.sent,
            returned=end.returned, whole_premium=form.unknown_claim.data,
        )  # fmt: skip
        if done.refused is None and done.key is not None and done.effective_from is not None:
            tell_ended(membership_id, done.key, reason, done.effective_from)
            if reason == RENOUNCED:
                ask_back_after(membership_id, _acting())
        return done

    return _act(dossier, form, end, lambda: check_arrived(dossier, arrived, today()), record)


@pages.post(f"{PAGE}/leaving")
@allow(MANAGER)
def leaving(membership_id: int) -> Answer:
    """A spouse or a child is no longer insured."""
    dossier, form = _dossier(membership_id), _leaving_form(_dossier(membership_id))
    if not form.validate() or form.effective.data is None:
        return _page(dossier, form), 422
    who, reason, first, arrived = int(form.person.data), form.reason.data, form.effective.data, form.arrived.data

    def check() -> None:
        check_leaving(dossier, who, reason, first)
        check_arrived(dossier, arrived or today(), today())

    end = Leaving(who, reason, first, arrived or today())
    return _act(
        dossier, form, end, check,
        lambda: remove_person(db(), membership_id, who, reason, first, _acting(), arrived or today()),
    )  # fmt: skip


@pages.post(f"{PAGE}/death")
@allow(MANAGER)
def death(membership_id: int) -> Answer:
    """The member has died: the others stay covered to the end of the period paid for."""
    dossier, form = _dossier(membership_id), DeathForm()
    if not form.validate() or form.died_on.data is None:
        return _page(dossier, form), 422
    died_on = form.died_on.data

    def record() -> Any:
        done = keep_report(membership_id, form, _acting())
        close_accounts(dossier.member.id, me().actor)
        tell_family(membership_id)
        return done

    return _act(dossier, form, Death(died_on, today()), lambda: _check_death(dossier, died_on), record)


@pages.post(f"{PAGE}/rights")
@allow(MANAGER)
def rights(membership_id: int) -> Answer:
    """French rights are open again: the cover that was kept after the return ends."""
    dossier, form = _dossier(membership_id), RightsForm()
    if not form.validate() or form.first.data is None:
        return _page(dossier, form), 422
    first = form.first.data
    return _act(
        dossier, form, Reopened(first, today()), lambda: check_reopened(dossier, first),
        lambda: reopen_rights(db(), membership_id, first, _acting()),
    )  # fmt: skip


@pages.post(f"{PAGE}/withdraw")
@allow(MANAGER)
def withdraw(membership_id: int) -> AnyResponse:
    """An end whose day has not come is taken back."""
    _dossier(membership_id)
    try:
        withdraw_termination(db(), membership_id, _acting(), by_member=False)
        flash(speaks().say("It is taken back: the membership goes on."))
    except BadInput:
        undo()
        flash(speaks().say("There is nothing to take back."))
    return _back(membership_id)


@pages.post(f"{PAGE}/leaving/<{KEY}:change_id>/withdraw")
@allow(MANAGER)
def back_again(membership_id: int, change_id: int) -> AnyResponse:
    """Somebody's leaving was recorded by mistake: the person is insured as before."""
    _dossier(membership_id)
    try:
        withdraw_leaving(db(), membership_id, change_id, _acting())
    except BadInput:
        abort(404)
    flash(speaks().say("It is taken back: the person is insured as before."))
    return _back(membership_id)


@pages.post(f"{PAGE}/proofs")
@allow(MANAGER)
def proofs(membership_id: int) -> Answer:
    """A proof that was sent is accepted, which brings the cover of its year, or is not enough."""
    dossier, form = _dossier(membership_id), ProofForm()
    key = form.proof.data
    found = proof(db(), key) if key is not None and 0 < key < MOST_KEY else None
    if found is None or found[0] != membership_id:
        abort(404)
    if not form.validate():
        return _page(dossier, form), 422
    answer = form.answer.data == "accept"
    try:
        answer_proof(db(), found[1].id, answer, form.why.data or "", _acting())
    except (BadInput, NotFound) as wrong:
        undo()
        form.refuse(wrong)
        return _page(_dossier(membership_id), form), 422
    if not answer:
        tell_proof(membership_id, found[1].id, form.why.data or "")
    flash(speaks().say("It is recorded."))
    return _back(membership_id)


@pages.get(f"{PAGE}/death.pdf")
@allow(MANAGER)
def death_letter(membership_id: int) -> Response:
    """The letter to the family, to be posted."""
    _dossier(membership_id)
    if death_of(db(), membership_id) is None:
        abort(404)
    return pdf(death_pdf(db(), membership_id, today(), from_settings(house().settings)), "family")


def _act(dossier: Dossier, form: Any, end: AnyEnd, check: Callable[[], None], record: Callable[[], Any]) -> Answer:
    """Show what an end brings; once that was seen and is confirmed, record it."""
    try:
        check()
        unknown = isinstance(form, TerminationForm) and form.unknown_claim.data
        found = consequences(dossier, end, today(), lines_of(db(), dossier.id), unknown)
        if found.refused is not None or "confirm" not in request.form:
            return _page(dossier, form, found), 422 if found.refused else 200
        record()
    except BadInput as wrong:
        undo()
        form.refuse(wrong)
        return _page(_dossier(dossier.id), form), 422
    flash(speaks().say("It is recorded. {day} is the first day without cover.",
                       day=speaks().day(found.first_day_without)))  # fmt: skip
    return _back(dossier.id)


def _check_death(dossier: Dossier, died_on: date) -> None:
    if accepted(dossier.changes, "death"):
        raise BadInput("died_on", "the member's death is recorded already", "write to the administrators to correct it")
    if not dossier.member.born <= died_on <= today():
        raise BadInput("died_on", f"{died_on} cannot be right", f"a day from the birth to {today()}")


def _page(dossier: Dossier, sent: Any = None, found: Consequences | None = None) -> str:
    """The whole page; `sent` is the form that was sent, with what was typed in it."""
    forms, papers = {name: _form(dossier, name, sent) for name in FORMS}, papers_of_ends(db(), dossier.id)
    here = next((name for name, form in forms.items() if form is sent), "")
    told = None
    if found is not None and found.refused is not None:
        until = cooling_off(dossier).last
        told = explain_event(found.refused, speaks().language, dossier.plan.on(today()), until=until)
    return render_template(
        "portal/desk/ends.html", dossier=dossier, forms=forms, here=here, found=found, told=told,
        name_of=_namer(dossier), ends=terminations(dossier.changes), left=leavings(dossier.changes),
        death=death_of(db(), dossier.id), proofs=sent_proofs(db(), dossier.id),
        proof_form=sent if isinstance(sent, ProofForm) else ProofForm(formdata=None), reasons=REASONS,
        leavings=LEAVING, cooling=cooling_off(dossier), back=withdrawable(dossier, today(), by_member=False),
        keep=dossier.plan.on(today())["claim.originals_kept"].value,
        returned=bool(returns(dossier.changes)), papers=papers, kind_name=kind_name,
        missing={c.id: proof_missing(c, papers) for c in terminations(dossier.changes)},
        died=death_of_member(dossier.changes),
        waiting=still_open(dossier, [one.person for one in found.people]) if found is not None else [],
    )  # fmt: skip


def _form(dossier: Dossier, name: str, sent: Any) -> Any:
    if isinstance(sent, FORMS[name]):
        return sent
    return _leaving_form(dossier, None) if name == "leaving" else FORMS[name](formdata=None)


def _leaving_form(dossier: Dossier, *nothing: Any) -> LeavingForm:
    form = LeavingForm(formdata=None) if nothing else LeavingForm()
    named = _namer(dossier)
    form.person.choices = [("", ""), *((str(k), named(k)) for k in dossier.people if k != dossier.member.id)]
    return form


def _namer(dossier: Dossier) -> Callable[[int], str]:
    return lambda person: name_in(dossier, person)


def _dossier(membership_id: int) -> Dossier:
    refuse_own(db(), membership_id, me().actor)
    return load(db(), [membership_id]).get(membership_id) or abort(404)


def _back(membership_id: int) -> AnyResponse:
    return redirect(url_for("desk_ends.ends", membership_id=membership_id), 303)


def _acting() -> Acting:
    return Acting(today(), now(), house().preference, me().actor)
