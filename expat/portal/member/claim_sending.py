"""Before a claim is sent: what is missing, what is refused or cut and why, what it would pay today. And sending it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.claims.drafts import Draft, keep_draft, send_held
from expat.claims.originals import originals_wanted
from expat.claims.simulate import Simulated, simulate
from expat.errors import BadInput
from expat.portal.access import MEMBER, allow
from expat.portal.acting import limited
from expat.portal.looked_over import look_over_claim
from expat.portal.member.claim_differs import differences
from expat.portal.member.claim_files import ACCEPT, KINDS, paper_name, take_papers, tell_next, told_now
from expat.portal.member.claim_filled import Filled
from expat.portal.member.claim_filling import form_page
from expat.portal.member.claim_form import LinePart
from expat.portal.member.claim_later import Later, in_words, later, several_amounts, sums
from expat.portal.member.claim_pages import claim_pages, dossier, held_draft, name_of, own_draft
from expat.portal.member.claim_told import Told
from expat.portal.work import db, house, me, membership, now, speaks, today, undo
from expat.wording.catalogue import N_

Answer = str | tuple[str, int] | AnyResponse

SENT = N_("Your claim is sent. Its number is {claim}.")
AGAIN = N_("We have had this claim before: it is claim {claim}. It counts once.")
CHANGED = N_("The draft was changed in another window: please look at it again before you send it.")


@dataclass(frozen=True)
class CheckedLine:
    """A line as it would be judged today; `later` is what would become of it once its papers are there.

    `differs` says where it is not what was read on its invoice.
    """

    part: LinePart
    judged: Simulated
    told: Told
    later: Later | None
    differs: Sequence[str]


@dataclass(frozen=True)
class MissingPaper:
    """A paper that lines need, each counted from 1; one is enough for all where the claim is for one person."""

    kind: str
    places: tuple[int, ...]

    @property
    def line(self) -> str:
        """The line to which the paper will belong; nothing where it is for the whole claim."""
        return str(self.places[0]) if len(self.places) == 1 else ""


@dataclass(frozen=True)
class Checked:
    """A claim as it would be judged today. Amounts by currency: paid to the member, and directly to the hospital."""

    lines: list[CheckedLine]
    missing: list[MissingPaper]
    paid: dict[str, Decimal]
    direct: dict[str, Decimal]
    with_papers: dict[str, Decimal]
    originals: bool


@claim_pages.get("/drafts/<key>/check")
@allow(MEMBER)
def check(key: str) -> Answer:
    """What would become of the claim if it were sent now."""
    found = own_draft(key)
    if found.claim_id is not None:
        return redirect(url_for("member_claims.claim", claim_id=found.claim_id), 303)
    filled = Filled(found, now())
    if not filled.valid():
        return redirect(url_for("member_claims.draft", key=key, look=1), 303)
    if limited():
        return render_template(
            "portal/acting/check.html", draft=found, lines=filled.new_lines(), refused=told_now(), name_of=name_of
        )
    try:
        checked = _checked(filled)
    except BadInput as wrong:
        filled.refuse(wrong)
        return form_page(filled), 422
    figures = dossier().plan.on(today())
    return render_template(
        "portal/member/claims/check.html", checked=checked, draft=found, filled=filled, accept=ACCEPT,
        refused=told_now(), paper_name=paper_name,
        several_amounts=several_amounts,
        limit=figures["claim.online_limit"].value, kept=figures["claim.originals_kept"].value,
    )  # fmt: skip


def _checked(filled: Filled) -> Checked:
    lines, sources = filled.new_lines(), house().preference
    judged = simulate(db(), membership(), lines, today(), sources)
    then: Sequence[Simulated | None] = [None] * len(lines)
    if any(one.missing for one in judged):
        then = simulate(db(), membership(), lines, today(), sources, papers_complete=True)
    amounts = [line.amount for line in lines]
    differs = differences(filled)
    told_lines = [
        _line(part, one, with_papers, differs.get(part.place, ()))
        for part, one, with_papers in zip(filled.parts, judged, then, strict=True)
    ]
    return Checked(
        told_lines,
        _missing(told_lines, filled.several_people),
        sums(judged),
        sums(judged, "hospital"),
        sums(one for one in then if one is not None),
        originals_wanted(db(), dossier(), amounts, today(), sources),
    )


def _missing(lines: Sequence[CheckedLine], several_people: bool) -> list[MissingPaper]:
    """What is missing, each paper once; where lines are for several persons, each line has papers of its own."""
    needed = [(kind, line.part.place + 1) for line in lines for kind in line.told.missing]
    if several_people:
        return [MissingPaper(kind, (place,)) for kind, place in needed]
    kinds = dict.fromkeys(kind for kind, _ in needed)
    return [MissingPaper(kind, tuple(place for other, place in needed if other == kind)) for kind in kinds]


def _line(part: LinePart, judged: Simulated, then: Simulated | None, differs: Sequence[str]) -> CheckedLine:
    with_papers = later(then) if then is not None and judged.missing else None
    return CheckedLine(part, judged, in_words(judged), with_papers, differs)


@claim_pages.post("/drafts/<key>/missing")
@allow(MEMBER)
def add_missing(key: str) -> Answer:
    """Add a paper that the check found missing, then check again."""
    found = own_draft(key)
    if found.claim_id is None:
        tell_next(take_papers(found, _kind()))
        _give_to_line(found, own_draft(key), request.form.get("line", ""))
    return redirect(url_for("member_claims.check", key=key), 303)


def _give_to_line(before: Draft, found: Draft, line: str) -> None:
    """Note that the papers that are new belong to a line, where they were added for that one."""
    known = {paper.id for paper in before.documents}
    new = [str(paper.id) for paper in found.documents if paper.id not in known]
    if new and line.isdecimal() and len(line) < 4 and len(found.content.get("lines", ())) > 1:
        papers = {**found.content.get("papers", {}), **dict.fromkeys(new, line)}
        keep_draft(db(), found.key, me().account, {**found.content, "papers": papers}, found.version, now())


def _kind() -> str | None:
    kind = request.form.get("kind", "")
    return kind if kind in KINDS else None


@claim_pages.post("/drafts/<key>/send")
@allow(MEMBER)
def send(key: str) -> Answer:
    """Hand the claim in, once, as it was checked."""
    found = held_draft(key)
    if found.claim_id is not None:
        return redirect(url_for("member_claims.claim", claim_id=found.claim_id), 303)
    if request.form.get("version") != str(found.version):
        flash(speaks().say(CHANGED))
        return redirect(url_for("member_claims.check", key=key), 303)
    filled = Filled(found, now())
    if not filled.valid():
        return redirect(url_for("member_claims.draft", key=key, look=1), 303)
    try:
        done = send_held(db(), found, dossier(), filled.new_lines(), today(), now(), house().preference)
    except BadInput as wrong:
        undo()
        filled.refuse(wrong)
        return form_page(filled), 422
    look_over_claim(done.claim_id)
    flash(speaks().say(AGAIN if done.again else SENT, claim=done.claim_id))
    return redirect(url_for("member_claims.claim", claim_id=done.claim_id), 303)
