"""A claim as text, for who works on it: each line, where it stands, and its trace gate by gate with the articles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from expat.claims.shown import ShownClaim, ShownLine
from expat.money import CENTS, EUR, from_minor, minor_units, round_half_up
from expat.wording import care, names
from expat.wording.reasons import explain, explain_flag, flags_raised, title
from expat.wording.voice import Voice, voice

MARKS = {"passed": "✓", "reduced": "−", "refused": "✗", "pending": "…", "waits": "…"}
WORDS = ("benefit", "document", "approval")  # units of what is not counted
Step = Mapping[str, Any]


def as_text(claim: ShownClaim, language: str) -> str:
    """The claim in a language, one fact a line."""
    speaks = voice(language)
    received = f"{speaks.day(claim.row.received_on)} ({claim.row.submitted_by})"
    head = [
        _pair(speaks.say("Membership number"), claim.row.number, speaks),
        _pair(names.status("received", language), received, speaks),
    ]
    return "\n".join([*head, *(text for line in claim.lines for text in ["", *_line(line, speaks)])])


def _line(line: ShownLine, speaks: Voice) -> Iterator[str]:
    row, language = line.row, speaks.language
    invoice = f", {speaks.say('invoice {number}', number=row.invoice)}" if row.invoice else ""
    amount = speaks.amount(from_minor(row.amount, row.currency), row.currency)
    span = speaks.day(row.first_day) if row.first_day == row.last_day else speaks.period(row.first_day, row.last_day)
    place = speaks.say("Line {position} of claim {claim}", position=row.position, claim=row.claim_id)
    yield _pair(place, line.person, speaks)
    yield f"  {care.care(row.care, language)} [{row.care}] × {row.quantity}, {span}, " + names.country(
        row.country, language
    )
    yield "  " + _pair(speaks.say("Invoiced"), amount + invoice, speaks)
    status = names.status(row.status, language, row.reasons)
    yield "  " + " · ".join([status, *_reasons(row, language)])
    if row.payout is not None:
        paid = speaks.amount(from_minor(row.payout, row.payout_currency), row.payout_currency)
        counted = speaks.amount(Decimal(row.cents).scaleb(-CENTS), EUR)
        yield "  " + _pair(speaks.say("Amount paid"), paid, speaks)
        yield "  " + _pair(speaks.say("Counted against the ceilings"), counted, speaks)
    for decision in line.decisions:
        yield "  " + _pair(f"#{decision.id}, {speaks.day(decision.judged_on)}", _stood(decision, speaks), speaks)
    yield from _rates(line.decisions[-1].facts, speaks)
    for step in line.decisions[-1].trace["steps"]:
        yield from _step(step, line, speaks)


def _reasons(row: Any, language: str) -> list[str]:
    return [f"{title(word, language)} ({word})" for word in [*row.reasons.split(), *row.flags.split()]]


def _stood(decision: Any, speaks: Voice) -> str:
    status = names.status(decision.status, speaks.language, decision.reasons)
    settled = f" ({speaks.say('Settled on')} {speaks.day(decision.judged_on)})" if decision.settlement_id else ""
    return " · ".join([status, *(title(word, speaks.language) for word in decision.reasons.split())]) + settled


def _rates(facts: Mapping[str, Any], speaks: Voice) -> Iterator[str]:
    """The rates that the newest decision knew; the euro needs none."""
    known = {rate["currency"]: rate for rate in (facts["invoice_rate"], facts["payout_rate"]) if rate}
    for currency, rate in known.items():
        if currency != EUR:
            yield "  " + speaks.say(
                "1 EUR = {rate} {currency} ({name}): {source}, published on {day}.",
                rate=speaks.rate(Decimal(rate["value"])),
                currency=currency,
                name=names.currency(currency, speaks.language),
                source=names.rate_source(rate["source"], speaks.language),
                day=speaks.day(date.fromisoformat(rate["published_on"])),
            )


def _step(step: Step, line: ShownLine, speaks: Voice) -> Iterator[str]:
    result = names.result(step["result"], speaks.language, step["reason"])
    gate = names.gate(step["gate"], speaks.language)
    article = f"[{step['rule']} « {step['heading']} »]"
    yield f"  {MARKS[step['result']]} {_pair(gate, result + _change(step, line, speaks), speaks)}  {article}"
    if step["reason"]:
        yield f"      {explain(step, speaks.language, line.edition, line.row.currency).text}"
    for flag in flags_raised(step, line.row.flags.split()):
        yield f"      {explain_flag(flag, step, speaks.language, line.edition, line.row.currency).text}"
    for name, value, unit, heading, origin in step["figures"]:
        written = ", ".join(value) if isinstance(value, list) else str(value)
        counted = "" if unit in WORDS else f" {names.figure_unit(unit, speaks.language)}"
        whose = _pair(names.origin(origin, speaks.language), heading, speaks)
        yield f"      {name} = {written}{counted} ({whose})"


def _pair(name: str, value: str, speaks: Voice) -> str:
    """`name: value`, with the colon as the language sets it."""
    return speaks.say("{status}: {reason}", status=name, reason=value)


def _change(step: Step, line: ShownLine, speaks: Voice) -> str:
    """The amounts before and after, in the invoice's currency, where the step changed them."""
    if step["before"] is None:
        return ""
    currency = line.row.currency
    before, after = (round_half_up(Fraction(step[key]), minor_units(currency)) for key in ("before", "after"))
    return f", {speaks.amount(before, currency)} → {speaks.amount(after, currency)}"
