"""The verbs of a story, each a call of the verb that pages, interfaces and jobs call too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from expat.approvals.request import Answer, NewRequest, answer_request, request_approval
from expat.claims.intake import NewClaim, NewLine
from expat.claims.papers import add_papers
from expat.claims.submit import submit
from expat.db import table_of
from expat.membership import changes, ends
from expat.membership.death import NewReport, report_death
from expat.membership.leavings import remove_person
from expat.membership.proofs import add_work_proof
from expat.money import from_minor, written
from expat.options.recharge import buy_recharge
from expat.payments.settle import settle
from expat.payments.tables import Payout
from expat.plans.schema import CAUSES
from expat.premiums.bill import premium_due, premium_event
from expat.scenario.play import Stage, new_person, noon
from expat.scenario.reading import Table

_PAYOUT: Any = table_of(Payout)


def claim(stage: Stage, event: Table) -> None:
    """A claim arrives."""
    key = event.text("id")
    lines = event.tables("lines")
    names_ = [line.text("id") for line in lines]
    new = NewClaim([_line(stage, line) for line in lines], stage.today, key, "story")
    for line in lines:
        line.done()
    with stage.session() as session:
        done = submit(session, stage.membership, new, noon(stage.today), stage.preference)
    for name, line_id, line in zip(names_, done.line_ids, lines, strict=True):
        if f"{key}.{name}" in stage.lines:
            raise line.wrong(f"the id {name!r} stands twice", "id")
        stage.lines[f"{key}.{name}"] = line_id
    stage.note(event, None)


def _line(stage: Stage, line: Table) -> NewLine:
    amount = line.money("amount")
    accepted = line.money("accepted_amount", amount.currency.code, None)
    if accepted is not None and accepted.currency != amount.currency:
        raise line.wrong("`accepted_amount` is in the currency of `amount`", "accepted_amount")
    documents = line.texts("documents", None)
    return NewLine(
        person=stage.person(line),
        care=line.text("care"),
        first_day=line.day("on"),
        last_day=line.day("until", None),
        amount=amount,
        country=line.text("country"),
        quantity=line.whole("quantity", None),
        cause=line.choice("cause", tuple(sorted(CAUSES)), "illness"),
        stay_days=line.whole("stay_days", None),
        documents=None if documents is None else frozenset(documents),
        invoice=line.text("invoice", None),
        series=line.text("series", None),
        treatment_started=line.day("started", None),
        accepted_amount=None if accepted is None else accepted.amount,
        accepted_why="the story's reviewer" if accepted is not None else None,
    )


def documents(stage: Stage, event: Table) -> None:
    """Papers arrive for a line."""
    name = event.text("line")
    if name not in stage.lines:
        raise event.wrong(f"`line` is one of {', '.join(stage.lines)}", "line")
    papers = dict.fromkeys(event.texts("add"))
    with stage.session() as session:
        add_papers(session, stage.lines[name], papers, stage.today, noon(stage.today), stage.preference)
    stage.note(event, None)


def approval(stage: Stage, event: Table) -> None:
    """A request for prior approval, answered at once or on a later day."""
    extends = event.text("extends", None)
    if extends is not None and extends not in stage.approvals:
        raise event.wrong("`extends` names an approval above", "extends")
    new = NewRequest(
        stage.person(event),
        event.text("care"),
        event.day("starts"),
        event.flag("emergency"),
        stage.approvals[extends] if extends is not None else None,
    )
    answer = Answer(
        event.choice("decision", ("granted", "refused")) == "granted",
        event.whole("days", None),
        event.whole("sessions", None),
        event.flag("direct"),
        event.text("override", None),
    )
    decided, key = event.day("decided", stage.today), event.text("id", None)
    with stage.session() as session:
        request = request_approval(session, stage.membership, new, stage.acting)
    if key is not None:
        stage.approvals[key] = request

    def answered(stage: Stage) -> None:
        with stage.session() as session:
            refused = answer_request(session, request, answer, stage.acting)
        stage.note(event, refused)

    if decided > stage.today:
        stage.later.append((decided, answered))
    else:
        answered(stage)


def derogation(stage: Stage, event: Table) -> None:
    """Care in a third country is asked for and granted."""
    person, country, first, last = (
        stage.person(event),
        event.text("country"),
        event.day("from"),
        event.day("until"),
    )
    with stage.session() as session:
        changes.grant_derogation(session, stage.membership, person, country, first, last, stage.acting)
    stage.note(event, None)


def settlement(stage: Stage, event: Table) -> None:
    """Everything accepted that has a rate is paid."""
    done = settle(stage.engine, stage.today, lambda: noon(stage.today), stage.preference)
    with stage.session() as session:
        query = select(_PAYOUT).where(_PAYOUT.c.settlement_id == done.settlement_id).order_by(_PAYOUT.c.id)
        for row in session.execute(query):
            amount = written(from_minor(row.amount, row.currency), row.currency)
            stage.payouts.append({"on": stage.today.isoformat(), "payee": row.payee, "amount": amount})
    stage.note(event, None)


def recharge(stage: Stage, event: Table) -> None:
    """A recharge is asked for."""
    person, category = stage.person(event), event.text("category")
    with stage.session() as session:
        offer, _key = buy_recharge(session, stage.membership, person, category, stage.acting)
    stage.note(event, offer.refused)


def _medical(event: Table) -> bool:
    return bool(event.choice("medical", ("granted", "refused"), "granted") == "granted")


def change_formula(stage: Stage, event: Table) -> None:
    to, medical = str(event.take("to")), _medical(event)
    with stage.session() as session:
        done = changes.change_formula(session, stage.membership, to, medical, stage.acting)
    stage.note(event, done.refused)


def change_zone(stage: Stage, event: Table) -> None:
    to, residence, medical = event.text("to"), event.text("residence", None), _medical(event)
    with stage.session() as session:
        done = changes.change_zone(session, stage.membership, to, residence, medical, stage.acting)
    stage.note(event, done.refused)


def change_payout(stage: Stage, event: Table) -> None:
    currency = event.text("currency")
    with stage.session() as session:
        done = changes.change_payout(session, stage.membership, currency, stage.acting)
    stage.note(event, done.refused)


def add_person(stage: Stage, event: Table) -> None:
    name = event.text("id")
    if name in stage.people:
        raise event.wrong(f"the id {name!r} stands twice", "id")
    person = new_person(event)
    with stage.session() as session:
        done = changes.add_person(session, stage.membership, person, stage.acting)
    stage.people[name] = done.key or 0
    stage.note(event, None)


def school_certificate(stage: Stage, event: Table) -> None:
    person, year = stage.person(event), event.whole("school_year")
    with stage.session() as session:
        changes.add_school_certificate(session, stage.membership, person, year, stage.acting)
    stage.note(event, None)


def premium(stage: Stage, event: Table) -> None:
    name = event.text("id")
    if name in stage.premiums:
        raise event.wrong(f"the id {name!r} stands twice", "id")
    due = event.day("due", stage.today)
    with stage.session() as session:
        stage.premiums[name] = premium_due(session, stage.membership, due, stage.acting)
    stage.note(event, None)


def _premium_event(stage: Stage, event: Table, kind: str) -> None:
    name = event.text("premium")
    if name not in stage.premiums:
        raise event.wrong("`premium` names a premium above", "premium")
    with stage.session() as session:
        premium_event(session, stage.premiums[name], kind, stage.acting)
    stage.note(event, None)


def pay(stage: Stage, event: Table) -> None:
    _premium_event(stage, event, "paid")


def contest(stage: Stage, event: Table) -> None:
    _premium_event(stage, event, "contested")


def review(stage: Stage, event: Table) -> None:
    decision = event.choice("decision", ("uphold", "grant"))
    _premium_event(stage, event, "upheld" if decision == "uphold" else "granted")


def terminate(stage: Stage, event: Table) -> None:
    reason, effective = event.choice("reason", ends.TERMINATIONS), event.day("effective", stage.today)
    sent, returned = event.day("sent", None), event.day("returned", None)
    with stage.session() as session:
        done = ends.terminate(
            session, stage.membership, reason, effective, stage.acting, sent=sent, returned=returned
        )  # fmt: skip
    stage.note(event, done.refused)


def take_back(stage: Stage, event: Table) -> None:
    """The ends whose day has not come are taken back, by the member."""
    with stage.session() as session:
        ends.withdraw_termination(session, stage.membership, stage.acting)
    stage.note(event, None)


def rights_reopen(stage: Stage, event: Table) -> None:
    """French rights are open again from a day on, after a return."""
    with stage.session() as session:
        ends.reopen_rights(session, stage.membership, event.day("first"), stage.acting)
    stage.note(event, None)


def leaves(stage: Stage, event: Table) -> None:
    """Somebody is no longer insured; `effective` is the first day without cover."""
    person, reason = stage.person(event), event.choice("reason", ends.LEFT)
    effective = event.day("effective", stage.today)
    with stage.session() as session:
        remove_person(session, stage.membership, person, reason, effective, stage.acting)
    stage.note(event, None)


def member_death(stage: Stage, event: Table) -> None:
    """We are told of the member's death."""
    told = NewReport(event.day("died", stage.today), "the story", "the family", "an address", "en")
    with stage.session() as session:
        report_death(session, stage.membership, told, stage.acting)
    stage.note(event, None)


def work_proof(stage: Stage, event: Table) -> None:
    """The member's proof of work for a calendar year."""
    with stage.session() as session:
        add_work_proof(session, stage.membership, event.whole("year"), stage.acting)
    stage.note(event, None)


VERBS: dict[str, Callable[[Stage, Table], None]] = {
    "claim": claim,
    "documents": documents,
    "approval": approval,
    "derogation": derogation,
    "settle": settlement,
    "recharge": recharge,
    "change_formula": change_formula,
    "change_zone": change_zone,
    "change_payout": change_payout,
    "add_person": add_person,
    "school_certificate": school_certificate,
    "premium": premium,
    "pay": pay,
    "contest": contest,
    "review": review,
    "terminate": terminate,
    "take_back": take_back,
    "rights_reopen": rights_reopen,
    "leaves": leaves,
    "member_death": member_death,
    "work_proof": work_proof,
}
