"""A change that waits for the medical department: what it would bring, the statement, and the answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse
from wtforms import RadioField

from expat.accounts.own import refuse_own
from expat.amendments.decide import LONGEST_TEXT, PROVEN_BY, agree, refuse
from expat.amendments.effect import NotPossible
from expat.amendments.kinds import Joins
from expat.amendments.listing import Followed, MedicalPart, amendment, earlier_of, read_medical
from expat.amendments.offer import Conditions, offer, offered
from expat.amendments.papers import papers_of
from expat.amendments.preview import Preview, preview
from expat.applications.decide import most_surcharge
from expat.claims.load import load
from expat.errors import BadInput, Conflict
from expat.membership.changes import Acting
from expat.plans.edition import Edition
from expat.portal.access import MEDICAL, allow
from expat.portal.forms import AtMost, Choice, Form, LongTextField, TextField, percent_of
from expat.portal.medical.amendment_mails import tell_answer
from expat.portal.member import changes_words
from expat.portal.member.changes_papers import paper_name, served
from expat.portal.work import apart, db, house, language, me, now, speaks, today, undo
from expat.wording import applications as questions
from expat.wording import care
from expat.wording.catalogue import N_

pages = Blueprint("medical_memberships_amendments", __name__, url_prefix="/medical/amendments")
Answer = str | tuple[str, int] | AnyResponse

CONDITIONS = {
    "surcharge": N_("A surcharge is a share such as 25 (per cent), at most {most}. Without one, name care."),
    "words": N_("What is left out needs its care and the words that the member agrees to."),
}
DECISIONS = ("agree", "offer", "refuse")
UNPROVEN = {
    "prior_cover_attested_on": N_("No certificate of earlier cover came: agreed to without it, the waits run."),
    "married_on": N_("No certificate of marriage came: agreed to without it, the waits run."),
}


def _reasons() -> list[tuple[str, str]]:
    return [("", ""), *((word, speaks().say(text)) for word, text in changes_words.REASONS.items())]


class AmendmentForm(Form):
    """Agree, or refuse with a reason and words for the member."""

    decision = RadioField(choices=list(DECISIONS), validate_choice=False)
    reason = Choice(choices=_reasons)
    text = LongTextField(validators=[AtMost(LONGEST_TEXT)])
    surcharge = TextField(validators=[AtMost(10)])
    words = LongTextField(validators=[AtMost(2000)])

    def conditions(self, care: Sequence[str]) -> Conditions:
        """On what conditions somebody is accepted. Raises BadInput for a surcharge that is no number."""
        share, typed = None, (self.surcharge.data or "").strip()
        if typed:
            share = percent_of(typed)
            if share is None:
                raise BadInput("surcharge", f"{typed!r} is no share", "such as 25")
        return Conditions(share, tuple(code for code in care if code), (self.words.data or "").strip())

    def validate(self, extra_validators: Any = None) -> bool:
        """Also what the decision needs."""
        right, say = bool(super().validate(extra_validators)), speaks().say
        if self.decision.data not in DECISIONS:
            self.decision.errors = [say("Please choose what you decide.")]
            return False
        if self.decision.data == "refuse" and not self.reason.data:
            self.reason.errors = [say("Please choose the reason.")]
            right = False
        if self.decision.data == "refuse" and not (self.text.data or "").strip():
            self.text.errors = [say("A refusal needs its reason, in words for the member.")]
            right = False
        return right


@pages.get("/<int:amendment_id>")
@allow(MEDICAL)
def one(amendment_id: int) -> str:
    """A request with its medical part; that it was read is kept before it is shown."""
    return _shown(_theirs(amendment_id), AmendmentForm())


@pages.post("/<int:amendment_id>")
@allow(MEDICAL)
def answer(amendment_id: int) -> Answer:
    """Agree or refuse, once."""
    found, form = _theirs(amendment_id), AmendmentForm()
    if not form.validate():
        return _shown(found, form), 422
    acting = Acting(today(), now(), house().preference, me().actor)
    try:
        _decide(amendment_id, form, acting)
    except BadInput as wrong:
        undo()
        if wrong.where in CONDITIONS:
            return _wrong_conditions(amendment_id, form, wrong), 422
        decided = isinstance(wrong, Conflict)
        say = speaks().say
        told = say("It was decided or withdrawn meanwhile.") if decided else changes_words.refused(wrong)
        form.form_errors.append(told)
        return _shown(amendment(db(), amendment_id), form), 409 if decided else 422
    flash(speaks().say("Request {number}: your answer is kept, and the member is told.", number=amendment_id))
    return redirect(url_for("medical_memberships.waiting"), 303)


@pages.get("/<int:amendment_id>/papers/<int:paper_id>")
@allow(MEDICAL)
def paper(amendment_id: int, paper_id: int) -> Response:
    """A paper of a request; that it was read is kept."""
    _theirs(amendment_id)
    return served(amendment_id, paper_id, medical=True)


def _wrong_conditions(amendment_id: int, form: AmendmentForm, wrong: BadInput) -> str:
    found = amendment(db(), amendment_id)
    most = speaks().whole(int(most_surcharge(_edition(found)) * 100))
    form[wrong.where].errors = [speaks().say(CONDITIONS[wrong.where], most=most)]
    return _shown(found, form)


def _edition(found: Followed) -> Edition:
    return load(db(), [found.membership])[found.membership].plan.on(found.asked_on)


def _decide(amendment_id: int, form: AmendmentForm, acting: Acting) -> None:
    text = form.text.data or ""
    if form.decision.data == "agree":
        new = agree(db(), amendment_id, text, acting, house().keys)
    elif form.decision.data == "offer":
        new = offer(db(), amendment_id, form.conditions(request.form.getlist("care")), text, acting, house().keys)
    else:
        new = refuse(db(), amendment_id, form.reason.data, text, acting, house().keys)
    if new:
        tell_answer(amendment_id)


def _theirs(amendment_id: int) -> Followed:
    """A request of somebody else's membership. Raises NotFound, Own."""
    found = amendment(db(), amendment_id)
    refuse_own(db(), found.membership, me().actor)
    return found


def _shown(found: Followed, form: AmendmentForm) -> str:
    before = earlier_of(db(), found)
    medical = _read(found.id, [one.id for one in before])
    seen, problem = _preview(found)
    people, edition = load(db(), [found.membership])[found.membership].people, _edition(found)
    families = sorted({code.rpartition(".")[0] or code for code in edition.care} | set(edition.care))
    return render_template(
        "portal/medical/amendment.html", found=amendment(db(), found.id, house().keys), form=form, medical=medical,
        seen=seen, problem=problem, words=changes_words,
        papers=papers_of(db(), found.id), paper_name=paper_name, earlier=before, unproven=_unproven(found),
        names={key: f"{row.first_name} {row.last_name}".strip() for key, row in people.items()}, people=people,
        offer=offered(db(), found.id, house().keys), joins=isinstance(found.change, Joins), sent=request.form,
        question=lambda key: questions.question(key, language()),
        codes=[(code, care.care(code, language())) for code in families if edition.in_family(code)],
    )  # fmt: skip


def _unproven(found: Followed) -> list[str]:
    """What is said of somebody who joins, and no paper shows: it does not count unless one comes."""
    kinds = {paper.kind for paper in papers_of(db(), found.id)}
    return [
        speaks().say(UNPROVEN[name])
        for name, kind in PROVEN_BY.items()
        if found.waits and getattr(found.change, name, None) is not None and kind not in kinds
    ]


def _read(amendment_id: int, earlier: list[int]) -> MedicalPart:
    with apart() as writing:
        return read_medical(writing, amendment_id, me().actor, now(), house().keys, earlier)


def _preview(found: Followed) -> tuple[Preview | None, str]:
    """What it would bring; of one that is decided nothing is foretold."""
    if not found.waits:
        return None, ""
    try:
        return preview(db(), found.membership, found.change, found.asked_on, house().preference), ""
    except NotPossible as wrong:
        return None, changes_words.refused(wrong)
