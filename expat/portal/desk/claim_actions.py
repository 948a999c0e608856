"""What a reviewer does to a claim: each act on what was looked at, with a reason, and told to the member.

An act carries the decision that its reviewer was looking at. Where another was made meanwhile nothing is changed: the
claim is shown as it stands now, with what was typed.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from flask import abort, flash, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from expat.accounts.own import Own, refuse_own
from expat.claims.asked import ask_paper, requests_of
from expat.claims.came import papers_of
from expat.claims.contest import CHANGED, answer_contest, contested
from expat.claims.duplicates import review_duplicate
from expat.claims.findings import ORIGINAL
from expat.claims.lines import MOST_LINES, line_key
from expat.claims.long_stay import record_stay
from expat.claims.papers import add_papers
from expat.claims.rejudge import locked_line
from expat.claims.review import accept_part
from expat.claims.submit import lines_of
from expat.errors import BadInput, Conflict, NotFound
from expat.membership.changes import Acting
from expat.money import from_minor, minor_units, to_minor
from expat.portal.access import MANAGER, allow
from expat.portal.desk.claim import shown
from expat.portal.desk.claim_facts import newest_decision
from expat.portal.desk.claim_forms import SeenForm, form_of
from expat.portal.desk.claim_group import KEY, claim_desk
from expat.portal.desk.claim_mails import tell_answered, tell_asked
from expat.portal.forms import NEEDED
from expat.portal.looked_over import look_over_claim
from expat.portal.member.claim_files import take_files
from expat.portal.work import db, house, me, now, speaks, today, undo
from expat.recoveries.contested import Costly, change_paid
from expat.wording import names
from expat.wording.catalogue import N_

Answer = tuple[str, int] | AnyResponse
Act = Callable[[Any, Any], str]  # of a line's row and a form that is right: what is told to the reviewer

MEANWHILE = N_(
    "The claim changed while you were looking at it. Nothing of yours was done; what you typed is still there. "
    "Look at it as it stands now, then decide."
)
JUDGED = N_("Line {line} was judged again: {status}.")
UNLIKE = N_("Please name another line of the same person, such as 207/1.")
ITSELF_DUPLICATE = N_("That line was found to be a duplicate itself: name the line that both repeat.")
FROM_ZERO = N_("Please give an amount from zero to what was invoiced, {most}.")
DECIMALS = N_("This currency has fewer decimals: {most} at most.")
PAID = N_("This line is paid: it can no longer be judged again.")
ASKED_BEFORE = N_("This paper was asked for already, or the member need not keep it any longer.")
ALL_ASKED = N_("The originals were asked for already, or are here.")
TOO_OLD = N_("The member need no longer keep the originals of this claim.")
NOT_CHANGED = N_("No decision was made on this line since it was contested: change it first, or say that it stands.")
ANSWERED = N_("The contest is answered, and the member is told by mail.")
DUE = N_("Please give what the line is due, from zero on, and not what was paid.")
COSTLY = N_("No more can be due than the line cost: {most} at most.")
NOT_BY_YOU = N_("It is answered already, or it is your own contest.")
PAPER_ASKED = N_("The paper is asked for, and the member is told by mail.")
ORIGINALS_ASKED = N_("The originals are asked for, and the member is told by mail.")


class Meanwhile(Exception):
    """Another decision was made than the one that was looked at."""


LINE = f"/claims/<{KEY}:claim_id>/lines/<int(min=1, max={MOST_LINES}):position>"


@claim_desk.post(f"{LINE}/part")
@allow(MANAGER)
def part(claim_id: int, position: int) -> Answer:
    """Accept a part of an unreasonable cost."""
    return _on_line("part", claim_id, position, _accept, {"accepted_amount": "amount", "line": ""})


@claim_desk.post(f"{LINE}/ask")
@allow(MANAGER)
def ask(claim_id: int, position: int) -> Answer:
    """Ask for a paper."""
    return _on_line("ask", claim_id, position, _ask, {})


@claim_desk.post(f"{LINE}/came")
@allow(MANAGER)
def came(claim_id: int, position: int) -> Answer:
    """Note a paper that came by post."""
    return _on_line("came", claim_id, position, _note, {"add": "kind"})


@claim_desk.post(f"{LINE}/duplicate")
@allow(MANAGER)
def duplicate(claim_id: int, position: int) -> Answer:
    """Say what a comparison with another line found."""
    return _on_line("duplicate", claim_id, position, _review, {})


@claim_desk.post(f"{LINE}/stay")
@allow(MANAGER)
def stay(claim_id: int, position: int) -> Answer:
    """Say what was found of the stay that claims show as a long one."""
    return _on_line("stay", claim_id, position, _stay, {"stay_days": "days"})


def _on_line(name: str, claim_id: int, position: int, act: Act, fields: dict[str, str]) -> Answer:
    """Do something to a line, unless it is one's own, or another decision than the one looked at holds."""
    form = form_of(name, position, sent=True)
    return perform(claim_id, (name, position), form, line_key(claim_id, position), act, fields, f"line-{position}")


def perform(
    claim_id: int, place: tuple[str, int], form: SeenForm, line_id: int, does: Act, fields: dict[str, str], anchor: str
) -> Answer:  # fmt: skip
    """Do something to a line, on the decision that its reviewer was looking at."""
    say = speaks().say
    try:
        row = locked_line(db(), line_id)
        refuse_own(db(), row.membership_id, me().actor)
        if not form.validate():
            return _again(claim_id, place, form, 422)
        if form.seen.data != str(newest_decision(line_id)):
            raise Meanwhile
        told = does(row, form)
    except Own:
        raise  # a claim of one's own is not shown
    except Meanwhile:
        return _again(claim_id, place, form, 409, say(MEANWHILE))
    except NotFound as wrong:
        if wrong.where in ("line", "claim", "contest"):
            abort(404)
        raise
    except BadInput as wrong:
        form.refuse(wrong, fields)
        return _again(claim_id, place, form, 422)
    if _problems(form):
        return _again(claim_id, place, form, 422)
    flash(told)
    return redirect(url_for("desk_claims.claim", claim_id=claim_id, _anchor=anchor), 303)


def _problems(form: SeenForm) -> bool:
    return bool(form.form_errors) or any(field.errors for field in form)


def _again(claim_id: int, place: tuple[str, int], form: SeenForm, status: int, notice: str = "") -> tuple[str, int]:
    undo()
    return shown(claim_id, {place: form}, notice), status


def _wrong(field: Any, text: str, **values: object) -> str:
    """Say what is wrong beside a field; nothing of the act is kept."""
    field.errors = [*field.errors, speaks().say(text, **values)]
    return ""


def _judged(row: Any, status: str) -> str:
    """What became of the line."""
    line = f"{row.claim_id}/{row.position}"
    return speaks().say(JUDGED, line=line, status=names.status(status, speaks().language))


# --- the acts -----------------------------------------------------------------------------------------------------


def _accept(row: Any, form: Any) -> str:
    most = speaks().amount(*_invoiced(row))
    if -form.amount.data.as_tuple().exponent > minor_units(row.currency):
        return _wrong(form.amount, DECIMALS, most=minor_units(row.currency))
    if not 0 <= form.amount.data <= _invoiced(row)[0]:
        return _wrong(form.amount, FROM_ZERO, most=most)
    if _is_paid(row, form.amount):
        return ""
    given = (form.amount.data, form.why.data, today(), now(), house().preference, me().actor)
    return _judged(row, accept_part(db(), row.id, *given))


def _invoiced(row: Any) -> tuple[Decimal, str]:
    return from_minor(row.amount, row.currency), row.currency


def _is_paid(row: Any, field: Any) -> bool:
    if row.status == "paid":
        _wrong(field, PAID)
    return bool(row.status == "paid")


def _ask(row: Any, form: Any) -> str:
    if form.kind.data != ORIGINAL and _is_paid(row, form.kind):
        return ""
    given = (form.kind.data, form.why.data, today(), now(), house().preference, me().actor)
    try:
        ask_paper(db(), row.id, *given)
    except Conflict:
        return _wrong(form.kind, ASKED_BEFORE)
    tell_asked(row, row.claim_id)
    return speaks().say(PAPER_ASKED)


def _note(row: Any, form: Any) -> str:
    taken, refused = take_files(f"came-{row.position}-files")
    if refused:
        form.kind.errors = [*form.kind.errors, *refused]
        return ""
    files = [one.sha256 for one in taken] or None
    secret = [form.kind.data] if form.confidential.data else []
    given = (today(), now(), house().preference, me().actor, secret)
    status = add_papers(db(), row.id, {form.kind.data: files}, *given)
    look_over_claim(row.claim_id)
    return _judged(row, status)


def _review(row: Any, form: Any) -> str:
    if _is_paid(row, form.outcome):
        return ""
    other = form.same_as.data or None
    if other is None and form.outcome.data != "distinct":
        return _wrong(form.same_as, NEEDED)
    given = (form.why.data, today(), now(), house().preference, me().actor)
    try:
        return _judged(row, review_duplicate(db(), row.id, form.outcome.data, other, *given))
    except Conflict:
        return _wrong(form.same_as, ITSELF_DUPLICATE)
    except BadInput as wrong:
        if wrong.where != "same_as":
            raise
        return _wrong(form.same_as, UNLIKE)


def _stay(row: Any, form: Any) -> str:
    if _is_paid(row, form.found):
        return ""
    days = form.days.data if form.found.data == "one" else None
    if form.found.data == "one" and days is None:
        return _wrong(form.days, NEEDED)
    given = (form.why.data, today(), now(), house().preference, me().actor)
    return _judged(row, record_stay(db(), row.id, days, *given))


# --- the claim as a whole, and contests ---------------------------------------------------------------------------


@claim_desk.post(f"/claims/<{KEY}:claim_id>/originals")
@allow(MANAGER)
def originals(claim_id: int) -> Answer:
    """Ask for the originals of a claim's invoices; no payment waits for them."""
    lines = lines_of(db(), claim_id)
    if not lines:
        abort(404)
    form = form_of("originals", 0, sent=True)
    newest = max(lines, key=lambda line: newest_decision(line) or 0)
    return perform(
        claim_id, ("originals", 0), form, newest, lambda row, form: _originals(row, form, lines), {}, "papers"
    )


def _originals(row: Any, form: Any, lines: tuple[int, ...]) -> str:
    asked, there = requests_of(db(), lines), papers_of(db(), lines)
    open_ones = {line for line, found in asked.items() if any(_awaited(one) for one in found)}
    here = {line for line, found in there.items() if any(one.kind == ORIGINAL for one in found)}
    wanted = [line for line in lines if line not in open_ones | here]
    if not wanted:
        return _wrong(form.why, ALL_ASKED)
    try:
        for line in wanted:
            ask_paper(db(), line, ORIGINAL, form.why.data, today(), now(), house().preference, me().actor)
    except Conflict:
        return _wrong(form.why, TOO_OLD)
    tell_asked(locked_line(db(), wanted[0]), row.claim_id)
    return speaks().say(ORIGINALS_ASKED)


def _awaited(one: Any) -> bool:
    return one.kind == ORIGINAL and one.answered_on is None


@claim_desk.post(f"/claims/<{KEY}:claim_id>/contests/<{KEY}:contest_id>")
@allow(MANAGER)
def answer(claim_id: int, contest_id: int) -> Answer:
    """Answer a contest, once: what was decided stands, or was changed before with the acts above."""
    try:
        found = contested(db(), contest_id)
    except NotFound:
        abort(404)
    if found.claim_id != claim_id:
        abort(404)
    form = form_of("contest", contest_id, sent=True)
    anchor = f"line-{found.position}"
    return perform(
        claim_id, ("contest", contest_id), form, found.line_id, lambda r, f: _answer(r, f, found), {}, anchor
    )


def _answer(row: Any, form: Any, found: Any) -> str:
    if form.outcome.data == CHANGED and row.status == "paid":
        if not _pays_otherwise(row, form, found):
            return ""
    elif form.outcome.data == CHANGED and newest_decision(row.id) == found.decision_id:
        return _wrong(form.outcome, NOT_CHANGED)
    try:
        answer_contest(db(), found.id, form.outcome.data, form.answer.data, today(), now(), me().actor)
    except Conflict:
        return _wrong(form.answer, NOT_BY_YOU)
    tell_answered(row, row.claim_id, found.id)
    return speaks().say(ANSWERED)


def _pays_otherwise(row: Any, form: Any, found: Any) -> bool:
    """Keep what a paid line is due after a contest: a difference, on which a person decides next."""
    if form.due.data is None:
        return bool(_wrong(form.due, DUE))
    if -form.due.data.as_tuple().exponent > minor_units(row.payout_currency):
        return bool(_wrong(form.due, DECIMALS, most=minor_units(row.payout_currency)))
    acting = Acting(today(), now(), house().preference, me().actor)
    try:
        due = to_minor(form.due.data, row.payout_currency)
        change_paid(db(), row.membership_id, row.id, due, found.id, acting)
    except Costly as wrong:
        most = speaks().amount(from_minor(wrong.most, row.payout_currency), row.payout_currency)
        return bool(_wrong(form.due, COSTLY, most=most))
    except BadInput:
        return bool(_wrong(form.due, DUE))
    return True
