"""The formal notice (mise en demeure) and the letter on a termination, for a premium that is not paid (UNO-DUN-1 to 3).

What a letter tells is fixed as facts when it is written, and typeset from these whenever it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlmodel import Session

from expat.billing.dunning import Step
from expat.billing.listing import account
from expat.billing.tell import paying
from expat.claims.dossier import Dossier
from expat.letters.cover import addressee
from expat.letters.operator import Operator, from_settings
from expat.letters.sheet import done, drawn, sheet
from expat.letters.typeset import typeset
from expat.money import EUR, from_minor
from expat.periods import DAY
from expat.settings import Settings
from expat.wording import names
from expat.wording.contract import as_set
from expat.wording.voice import Voice, voice

KINDS = NOTICE, TERMINATION = "notice", "termination"
_OPERATOR = ("name", "street", "postcode", "town", "country", "email", "phone", "base_url")


def facts_of(session: Session, step: Step, dossier: Dossier, chosen: Settings) -> dict[str, Any]:
    """What the letter of a step tells: sums in EUR cents, days as ISO 8601, the operator as it is known then."""
    edition, premium = dossier.plan.on(step.due_on), account(session, step.premium)
    days = premium.days if premium else None
    how, operator = paying(session, step.membership, step.premium, None, chosen), from_settings(chosen)
    known = {
        "number": dossier.number, "member": addressee(session, dossier), "premium": step.premium,
        "cents": step.cents, "due_on": step.due_on, "first": days.first if days else None,
        "last": days.last if days else None, "notice_on": step.notice_on, "suspension": step.suspension,
        "termination": step.termination, "claims_until": step.claims_until,
        "account": how.account if how else None, "reference": how.reference if how else None,
        "submit_within": edition["claim.submit_within"].value, "heading": edition["dunning.grace"].citation.heading,
        "mediator": list(edition["complaint.mediator"].value),
        "operator": {field: getattr(operator, field) for field in _OPERATOR},
    }  # fmt: skip
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in known.items()}


def letter_pdf(letter: Any, recipient: Mapping[str, Any] | None) -> bytes:
    """A letter's row as PDF, addressed to the recipient with whom it was handed over, if it was. Pure."""
    return typeset("premium.typ", letter_page(letter, recipient), letter.day)


def letter_page(letter: Any, recipient: Mapping[str, Any] | None) -> dict[str, Any]:
    """What the letter says, part by part, in its language."""
    facts, speaks = _Facts(letter.facts), voice(letter.language)
    say, operator = speaks.say, Operator(**facts.of["operator"])
    notice = letter.kind == NOTICE
    title = say("Formal notice: your premium is not paid") if notice else say("Your membership has ended")
    url = f"{operator.base_url}/premiums/{facts.of['premium']}"
    parts = _notice(speaks, facts, letter.day) if notice else _termination(speaks, facts)
    return {
        **sheet(operator, letter.language, title, facts.of["number"]),
        "to": lines_of(recipient, letter.language) if recipient else [facts.of["member"]],
        "under": say("Registered letter no. {letter} · Membership {number}", letter=letter.id,
                     number=facts.of["number"]),
        "intro": _intro(speaks, facts, notice),
        "facts": _table(speaks, facts, notice),
        "parts": [*parts, _review(speaks), _complaint(speaks, facts)],
        "heading": say("The contract, under its heading “{heading}”", heading=facts.of["heading"]),
        "online": {"words": say("This premium line by line, and how to contest it:"), "url": url,
                   "drawing": drawn(url)},
        "done": done(letter.day, operator, speaks),
    }  # fmt: skip


def lines_of(recipient: Mapping[str, Any], language: str) -> list[str]:
    """Name and address, line by line, as they stand on the letter."""
    town = " ".join(part for part in (recipient["postcode"], recipient["town"]) if part)
    country = names.country(recipient["country"], language).upper()
    found = (recipient["name"], street_of(recipient), town, country)
    return [str(line) for line in found if line]


def street_of(recipient: Mapping[str, Any]) -> str:
    """The number before the street, as addresses are written in France."""
    return " ".join(part for part in (recipient["building"], recipient["street"]) if part)


class _Facts:
    """A letter's facts, with its days as dates."""

    def __init__(self, of: Mapping[str, Any]) -> None:
        self.of = of

    def day(self, name: str) -> date:
        return date.fromisoformat(self.of[name])

    def amount(self, speaks: Voice) -> str:
        return speaks.amount(from_minor(self.of["cents"], EUR), EUR)


def _intro(speaks: Voice, facts: _Facts, notice: bool) -> list[str]:
    say, due = speaks.say, speaks.day(facts.day("due_on"))
    if notice:
        return [
            say("Of your premium due on {day}, {amount} has not reached us. We give you formal notice to pay it.",
                day=due, amount=facts.amount(speaks)),
            say("If you have paid already, your payment and this letter crossed: there is nothing to do."),
        ]  # fmt: skip
    return [
        say("Your premium due on {day} was not paid after our formal notice of {notice}. Your membership therefore "
            "ended on {termination}: nobody is covered by it from that day on.", day=due,
            notice=speaks.day(facts.day("notice_on")), termination=speaks.day(facts.day("termination"))),
    ]  # fmt: skip


def _table(speaks: Voice, facts: _Facts, notice: bool) -> list[list[str]]:
    say = speaks.say
    found = [[say("Premium"), say("no. {n}", n=facts.of["premium"])]]
    if facts.of["first"]:
        found.append([say("For the days"), speaks.period(facts.day("first"), facts.day("last"))])
    found.append([say("Still to be paid"), facts.amount(speaks)])
    if notice:
        found.append([say("To reach us by"), speaks.day(facts.day("suspension") - DAY)])
    if facts.of["account"]:
        found += [[say("To the account"), facts.of["account"]], [say("With the reference"), facts.of["reference"]]]
    return found


def _notice(speaks: Voice, facts: _Facts, day: date) -> list[dict[str, Any]]:
    say = speaks.say
    suspension, termination = speaks.day(facts.day("suspension")), speaks.day(facts.day("termination"))
    return [{"heading": say("What follows if it is not paid"), "words": [
        say("On {suspension} your cover is suspended, for everybody whom it insures: care from that day to the day of "
            "your payment is not covered. Once all is paid, cover is back from the day after.", suspension=suspension),
        say("On {termination} your membership ends. Premiums stay due for the days until then.",
            termination=termination),
        say("These days count from {day}, on which this letter was handed to the post.", day=speaks.day(day)),
    ]}]  # fmt: skip


def _termination(speaks: Voice, facts: _Facts) -> list[dict[str, Any]]:
    say = speaks.say
    months = speaks.plural("{n} month", "{n} months", facts.of["submit_within"])
    return [
        {"heading": say("What is owed"), "words": [
            say("{amount} stays due, for the days until the membership ended.", amount=facts.amount(speaks))]},
        {"heading": say("Invoices for care before"), "words": [
            say("Care from {suspension} on, when cover was suspended, is not covered. Invoices for care before can "
                "reach us until {day}, and never later than {months} after the care.",
                suspension=speaks.day(facts.day("suspension")), day=speaks.day(facts.day("claims_until")),
                months=months)]},
    ]  # fmt: skip


def _review(speaks: Voice) -> dict[str, Any]:
    say = speaks.say
    return {"heading": say("A person can look at it"), "words": [
        say("These steps follow from the contract by themselves: this is an automated decision with legal effect for "
            "you. You can ask for a person to review it, say what you think of it, and contest it: on the page below, "
            "or by letter to our address above."),
        say("The days from your request to that person's answer do not count: days that have not come yet move by as "
            "many. A suspension that runs already goes on."),
    ]}  # fmt: skip


def _complaint(speaks: Voice, facts: _Facts) -> dict[str, Any]:
    say = speaks.say
    return {"heading": say("If our answer does not satisfy you"), "words": [
        say("You can complain to us, and then turn to the mediator, free of charge: {mediator}.",
            mediator=as_set(", ".join(facts.of["mediator"])))]}  # fmt: skip
