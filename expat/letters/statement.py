"""The explanation of benefits (décompte) of a payout as PDF: everything that its text says, on A4."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from expat.db import table_of
from expat.letters.lines import Lines
from expat.letters.operator import Operator
from expat.letters.sheet import sheet
from expat.letters.typeset import typeset
from expat.membership.tables import InsuredPerson, PayoutAccount
from expat.money import EUR
from expat.payments.account_records import MEMBER, accounts_of
from expat.payments.statement import Statement, name_of, statement
from expat.payments.statement_balances import CeilingLeft, YearLeft
from expat.payments.statement_rates import RateShown
from expat.payments.statement_text import set_off_in_words
from expat.payments.tables import Payout
from expat.wording.voice import Voice, voice

SHOWN = 4  # digits at the end of an account's number
DOTS = "••••"

_PAYOUT, _ACCOUNT, _PERSON = table_of(Payout), table_of(PayoutAccount), table_of(InsuredPerson)


def statement_pdf(
    session: Session,
    payout_id: int,
    operator: Operator,
    language: str | None = None,
    private: Collection[int] = (),
) -> bytes:
    """The statement of a payout, in the member's language unless another is asked for. Raises NotFound.

    Of the insured persons `private` (by key) it shows the sums alone: neither care, days, provider nor reasons.
    """
    told = statement(session, payout_id, language)
    return statement_page(told, operator, account_of(session, payout_id), names_of(session, private, told.language))


def statement_page(told: Statement, operator: Operator, account: str = "", private: Collection[str] = ()) -> bytes:
    """A statement as PDF. `account` is as it is shown, `private` names the persons of whom the sums alone are told."""
    title = voice(told.language).say("Explanation of benefits")
    page = {**sheet(operator, told.language, title, told.reference), **statement_parts(told, account, private)}
    return typeset("statement.typ", page, told.settled_on)


def statement_parts(
    told: Statement, account: str = "", private: Collection[str] = (), first: int = 1
) -> dict[str, Any]:
    """What a statement says, part by part, in its words, its lines numbered from `first`: PDF and page say the same."""
    speaks = voice(told.language)
    say, lines = speaks.say, Lines(speaks, private)
    return {
        "plan": told.plan,
        "facts": _facts(told, account, lines),
        "total": [say("Amount paid"), speaks.amount(told.transferred, told.currency)],
        "notes": _notes(told, speaks),
        "summary": _summary(told, lines),
        "paid": _paid(told, lines, first),
        "rates": _rates(told.rates, speaks),
        "unpaid": unpaid_part(told.unpaid, lines),
        "elsewhere": {
            "heading": say("Paid by another payment"),
            "columns": [say("Care"), say("Amount")],
            "groups": [{"head": lines.head(x.care), "rows": lines.elsewhere(x)} for x in told.elsewhere],
        },
        "ceilings": _ceilings(told.ceilings, speaks, private),
        "contest": contest_part(
            speaks,
            say("The payments above can be contested until {day}.", day=speaks.day(told.contest_until)),
            told.how_to_contest,
        ),
        "sample": sample_note(speaks) if told.samples else "",
    }


def account_of(session: Session, payout_id: int) -> str:
    """The member's account that the payout went to, or goes to as things stand: its beginning and end, or empty."""
    row = session.execute(select(_PAYOUT).where(_PAYOUT.c.id == payout_id)).one()
    if row.payee != MEMBER:
        return ""
    if row.bank_file_id is not None:  # where it went does not change; a newer account is for what comes later
        query = select(_ACCOUNT.c.iban, _ACCOUNT.c.number).where(_ACCOUNT.c.id == row.account_id)
        sent = session.execute(query).one()
        return masked(sent.iban, sent.number)
    known = accounts_of(session, [row]).get(payout_id)
    return "" if known is None else masked(known.account.iban, known.account.number)


def masked(iban: str | None, number: str | None) -> str:
    """An account's number as a letter shows it: an IBAN's first and last four characters, of others the end alone."""
    if iban:
        return f"{iban[:SHOWN]} {DOTS} {iban[-SHOWN:]}"
    return f"{DOTS} {number[-SHOWN:]}" if number and len(number) > SHOWN else DOTS if number else ""


def names_of(session: Session, people: Collection[int], language: str) -> frozenset[str]:
    """The names under which statements show insured persons."""
    if not people:
        return frozenset()
    rows = session.execute(select(_PERSON).where(_PERSON.c.id.in_(people)))
    return frozenset(name_of(row, language) for row in rows)


def unpaid_part(unpaid: Collection[Any], lines: Lines) -> dict[str, Any]:
    """The part of a letter that tells what is not paid."""
    say = lines.speaks.say
    return {
        "heading": say("What is not paid"),
        "columns": [say("Care and reason"), say("Amount")],
        "groups": [{"head": lines.head(line.care), "rows": lines.unpaid(line)} for line in unpaid],
    }


def contest_part(speaks: Voice, *paragraphs: str) -> dict[str, Any]:
    """The part of a letter that tells how to contest."""
    return {"heading": speaks.say("If you disagree"), "paragraphs": list(paragraphs)}


def sample_note(speaks: Voice) -> str:
    """That figures used are samples."""
    return speaks.say(
        "Note: some of the figures used here (rates, caps, ceilings) are samples, for want of the contract's own."
    )


def _facts(told: Statement, account: str, lines: Lines) -> list[list[str]]:
    speaks, say = lines.speaks, lines.speaks.say
    kept = told.payee != MEMBER and any(lines.keeps(line.care) for line in told.lines)  # the hospital's name tells too
    facts = [
        [say("Member"), told.member_name],
        [say("Membership number"), told.membership],
        [say("Settled on"), speaks.day(told.settled_on)],
        [say("Paid to"), _payee(told, kept, speaks)],
        [say("Account"), account],
        [say("Reference on the transfer"), told.reference],
    ]
    return [pair for pair in facts if pair[1]]


def _payee(told: Statement, kept: bool, speaks: Voice) -> str:
    if told.agent:
        return speaks.say("{name}, whom you appointed", name=told.payee_name)
    return (not kept and told.payee_name) or speaks.say("the hospital")


def _notes(told: Statement, speaks: Voice) -> list[str]:
    say, notes = speaks.say, []
    if told.kept_back and not told.transferred:
        notes.append(say("All of it is set off against what we asked back: nothing is transferred."))
    elif told.confirmed_on:
        notes.append(say("The bank confirmed the payment on {day}.", day=speaks.day(told.confirmed_on)))
    elif told.returned_on:
        notes.append(
            say(
                "The bank sent the payment back on {day}: please check the bank account that you gave us.",
                day=speaks.day(told.returned_on),
            )
        )
    if told.payee != MEMBER:
        notes.append(
            say(
                "The hospital is paid directly, in the currency of its invoice. What is marked as not reimbursed is "
                "for you to pay to the hospital."
            )
        )
    return notes


def _summary(told: Statement, lines: Lines) -> dict[str, Any]:
    """All lines on a row each, where there are several."""
    say = lines.speaks.say
    columns = [say("No."), say("For"), say("Care"), say("Day"), say("Invoiced"), say("Paid")]
    rows = [lines.summary(i, line) for i, line in enumerate(told.lines, 1)] if len(told.lines) > 1 else []
    total = lines.speaks.amount(told.total, told.currency)
    return {"heading": say("At a glance"), "columns": columns, "rows": rows, "total": [say("Total paid"), total]}


def _paid(told: Statement, lines: Lines, first: int) -> dict[str, Any]:
    speaks, say = lines.speaks, lines.speaks.say
    whole = say("Total due") if told.kept_back else say("Total paid")
    totals = [[whole, speaks.amount(told.total, told.currency)]]
    totals += _beside(told, speaks)
    if told.currency != EUR:
        totals.append([say("Counted against the ceilings"), speaks.amount(told.total_eur, EUR)])
    return {
        "heading": say("What this payment pays"),
        "columns": [say("Care, and what each rule takes off"), say("Amount")],
        "groups": [{"head": lines.head(x.care, i), "rows": lines.paid(x)} for i, x in enumerate(told.lines, first)],
        "totals": totals,
        "rounding": say(
            "Each line is computed exactly and rounded once, at the end, to the nearest smallest unit of the currency "
            "paid; a half is rounded up. Amounts on the way are shown rounded."
        ),
    }


def _beside(told: Statement, speaks: Voice) -> list[list[str]]:
    """What the payout has beside its lines, and what is transferred then."""
    say, found = speaks.say, []
    for one in told.added:
        label = say("of which more for what was paid before (R{key})", key=one.recovery)
        found.append([label, speaks.amount(one.amount, told.currency)])
    for one in told.kept_back:
        found.append([set_off_in_words(one, told.currency, speaks), "−" + speaks.amount(one.amount, told.currency)])
    if told.kept_back:
        found.append([say("Transferred"), speaks.amount(told.transferred, told.currency)])
    return found


def _rates(rates: Collection[RateShown], speaks: Voice) -> dict[str, Any]:
    rows = [
        {
            "sentence": speaks.say(
                "1 EUR = {rate} {currency} ({name}): {source}, published on {day}.",
                rate=speaks.rate(one.value),
                currency=one.currency,
                name=one.name,
                source=one.source,
                day=speaks.day(one.published_on),
            ),
            "why": one.why,
        }
        for one in rates
    ]
    return {"heading": speaks.say("Exchange rates used"), "rows": rows}


def _ceilings(years: Collection[YearLeft], speaks: Voice, private: Collection[str]) -> dict[str, Any]:
    """A private person's categories would say what was treated: the overall ceiling alone is shown."""
    say = speaks.say
    return {
        "heading": say("What is left of your ceilings"),
        "intro": say(
            "In euros, for care that begins in the membership year named; everything paid up to now is counted."
        ),
        "columns": [say("Ceiling"), say("In all"), say("Used"), say("Left")],
        "years": [
            {
                "head": f"{year.person}, {speaks.period(*year.days)}",
                "rows": [
                    _ceiling(one, speaks)
                    for one in (*(() if year.person in private else year.categories), year.overall)
                ],
            }
            for year in years
        ],
    }


def _ceiling(one: CeilingLeft, speaks: Voice) -> list[str]:
    used = speaks.amount(one.used, EUR)
    if one.ceiling is None or one.left is None:
        return [one.name, speaks.say("no ceiling of its own"), used, ""]
    return [one.name, speaks.amount(one.ceiling, EUR), used, speaks.amount(one.left, EUR)]
