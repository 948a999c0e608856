"""From queries to frozen facts, and through the gates: lines of memberships are judged in the order received."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlmodel import Session

from expat.adjudication.decide import decide
from expat.adjudication.decision import Decision
from expat.adjudication.facts import Facts, RateUsed
from expat.claims.dossier import Dossier
from expat.claims.history import Lines, history_of
from expat.claims.lines import LineState
from expat.currency.euro_area import payout_currency
from expat.currency.rates import Rate, rates_on
from expat.membership.borders import bordering
from expat.plans.edition import Edition

Rates = dict[str, RateUsed]


class Judged(NamedTuple):
    """A line with the facts and the edition that it was judged on, and the decision."""

    line: LineState
    facts: Facts
    edition: Edition
    decision: Decision


def rates_for(
    session: Session,
    dossiers: dict[int, Dossier],
    lines: Sequence[LineState],
    day: date,
    preference: Sequence[str],
) -> Rates:
    """The rates of a day for every currency that the lines are invoiced or paid in, by one query (UNO-FX-2)."""
    wanted = {line.currency for line in lines} | {paid_in(d, day) for d in dossiers.values()}
    valid = next(iter(dossiers.values())).plan.on(day)["claim.rate_valid"].value
    return {code: _used(rate) for code, rate in rates_on(session, wanted, day, preference, valid).items()}


def _used(rate: Rate) -> RateUsed:
    return RateUsed(rate.currency, rate.value, rate.source, rate.published_on, rate.basis, rate.note, rate.id)


def paid_in(dossier: Dossier, day: date) -> str:
    """UNO-FX-5: the currency that the member chose, or EUR where the residence is in the euro area on that day."""
    return payout_currency(dossier.on("payout_currency", day), dossier.on("residence", day), day)


def judge(dossier: Dossier, line: LineState, lines: Lines, rates: Rates, day: date) -> Judged:
    """Judge one line as of a day, and note its status for the lines after it."""
    edition = dossier.plan.on(line.first_day)
    facts = facts_for(dossier, line, lines, rates, day, edition)
    decision = decide(facts, edition)
    line.status, line.reasons, line.flags = decision.status, decision.reasons, decision.flags
    line.covered, line.cents, line.payee = decision.covered, decision.cents, decision.payee
    return Judged(line, facts, edition, decision)


def facts_for(dossier: Dossier, line: LineState, lines: Lines, rates: Rates, day: date, edition: Edition) -> Facts:
    """The frozen facts of a line: the membership on the day of care, what is known on the day of judging."""
    care = edition.care.get(line.care)
    currency, findings = paid_in(dossier, day), dossier.findings
    return Facts(
        line.as_fact(findings.asked.get(line.id, ()), findings.stays.get(line.id)),
        dossier.person_facts(line.person, edition),
        dossier.facts_on(edition),
        tuple(a for a in dossier.approvals[line.person] if line.care.startswith(a.care)),
        dossier.derogations(line.person),
        history_of(line, care, edition, lines, dossier),
        dossier.purses(line.person, care.category if care else "", line.first_day),
        _near(dossier, line, edition),
        day,
        currency,
        rates.get(line.currency),
        rates.get(currency),
        edition.key,
    )


def _near(dossier: Dossier, line: LineState, edition: Edition) -> bool:
    """Whether the country borders the residence, or France while it counts as the residence (UNO-MEM-6)."""
    homes = {dossier.on("residence", line.first_day)}
    kept = dossier.facts_on(edition).kept_after_return
    if kept is not None and line.first_day in kept:
        homes |= edition.france
    return line.country in homes or any(bordering(h, line.country, line.first_day) for h in homes)
