"""A claim's page: where it stands and who acts next, each line's decision in words, papers, contests, what happened."""

from __future__ import annotations

from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.claims.came import papers_of
from expat.claims.contest import contest
from expat.claims.papers import add_papers
from expat.claims.written import LONGEST, storable
from expat.errors import Conflict
from expat.portal.access import MEMBER, allow
from expat.portal.forms import AtMost, Form, LongTextField, Needed
from expat.portal.looked_over import look_over_claim
from expat.portal.member.claim_facts import ClaimFacts, claim_facts
from expat.portal.member.claim_files import ACCEPT, KINDS, paper_name, take_files, tell_next, told_now
from expat.portal.member.claim_form import cause_name
from expat.portal.member.claim_later import several_amounts
from expat.portal.member.claim_pages import ID, claim_pages, promises
from expat.portal.remembered import remembered
from expat.portal.work import db, house, language, me, membership, now, speaks, today, undo
from expat.representatives.listing import names_acting
from expat.wording import names
from expat.wording.catalogue import N_
from expat.wording.next_steps import event, next_step, who

Answer = str | tuple[str, int] | AnyResponse

THERE = N_("This paper is there already: it need not be sent again.")
THANKS = N_("Thank you: the paper has arrived, and the claim was judged again.")
CONTESTED = N_("Your objection has arrived. A person answers it by {day}.")
NOT_NOW = N_(
    "This cannot be contested: nothing is decided yet, nothing was taken off, an objection is open, or it is too long "
    "ago."
)
NO_FILE = N_("Please choose a file first.")
ODD = N_("Some characters here cannot be kept. Please type the text again.")


class ContestForm(Form):
    """Why somebody disagrees with a decision."""

    reason = LongTextField(validators=[Needed(), AtMost(LONGEST)])


@claim_pages.get(f"/<{ID}:claim_id>")
@allow(MEMBER)
@remembered
def claim(claim_id: int) -> str:
    """The claim as it stands."""
    return _shown(claim_facts(claim_id))


def _shown(facts: ClaimFacts, contested: tuple[int, ContestForm] | None = None) -> str:
    return render_template(
        "portal/member/claims/claim.html",
        claim=facts, contested=contested, refused=told_now(), accept=ACCEPT, kinds=KINDS,
        step_words=step_words, who_acts=lambda step: who(step.who, language()), event=lambda w: event(w, language()),
        answer_by=promises().answer_by, cause_name=cause_name, several_amounts=several_amounts,
        link=_link, paper_name=paper_name, sent_by=names_acting(db(), membership()).get(facts.row.submitted_by),
        status_of=lambda row: names.status(row.status, language(), row.reasons), me_person=me().person_role,
        new_contest=lambda line: ContestForm(None, prefix=f"contest-{line.row.position}-"),
    )  # fmt: skip


def step_words(step: Any) -> str:
    """What comes next, in a sentence."""
    return next_step(step.what, language(), step.by, step.papers, step.currencies, today())


def _link(endpoint: str, **values: Any) -> str | None:
    """The address of another group's page, where there is one."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None


@claim_pages.post(f"/<{ID}:claim_id>/papers")
@allow(MEMBER)
def send_papers(claim_id: int) -> Answer:
    """Add papers of a kind to the lines that need it, or to those that are named; each is kept once."""
    facts, kind = claim_facts(claim_id), request.form.get("kind", "")
    if kind not in KINDS:
        abort(422)
    places = _places(facts, kind)
    taken, refused = take_files()
    files = [one.sha256 for one in taken]
    added = _add(facts, places, kind, files) if files else 0
    if added:
        look_over_claim(claim_id)
    tell_next(refused or ([] if files else [speaks().say(NO_FILE)]))
    if files:
        flash(speaks().say(THANKS if added else THERE))
    return redirect(url_for("member_claims.claim", claim_id=claim_id, _anchor="papers"), 303)


def _places(facts: ClaimFacts, kind: str) -> list[int]:
    """The line that was named; else those that wait for the paper; else all."""
    named = request.form.get("line", "")
    if named.isdecimal() and len(named) < 4:
        return [int(named)]
    waiting = [place for wanted in facts.wanted if wanted.kind == kind for place in wanted.places]
    return waiting or [line.row.position for line in facts.lines]


def _add(facts: ClaimFacts, places: list[int], kind: str, files: list[str]) -> int:
    """Add the files to the lines that do not have them yet; answers how many were new."""
    rows = [line.row for line in facts.lines if line.row.position in places]
    there, added = papers_of(db(), [row.id for row in rows]), 0
    for row in rows:
        have = {(one.kind, one.sha256) for one in there.get(row.id, ())}
        new = [file for file in dict.fromkeys(files) if (kind, file) not in have]
        if new:
            secret = [kind] if "confidential" in request.form else []
            add_papers(db(), row.id, {kind: new}, today(), now(), house().preference, me().actor, secret)
            added += len(new)
    return added


@claim_pages.post(f"/<{ID}:claim_id>/lines/<int(max=999):position>/contest")
@allow(MEMBER)
def contest_line(claim_id: int, position: int) -> Answer:
    """Contest the decision on a line, with a reason; a person answers."""
    facts = claim_facts(claim_id)
    line = next((one for one in facts.lines if one.row.position == position), None) or abort(404)
    form = ContestForm(prefix=f"contest-{position}-")
    if form.validate() and not storable(form.reason.data.replace("\r", "")):
        form.reason.errors = [speaks().say(ODD)]
    if not form.errors and not form.reason.errors:
        try:
            contest(db(), line.row.id, form.reason.data, today(), now(), me().actor)
        except Conflict:
            form.reason.errors = [speaks().say(NOT_NOW)]
    if form.reason.errors:
        undo()
        return _shown(facts, (position, form)), 422
    flash(speaks().say(CONTESTED, day=speaks().day(promises().answer_by(today()))))
    return redirect(url_for("member_claims.claim", claim_id=claim_id, _anchor=f"line-{position}"), 303)
