"""What a guarantee letter says, and its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from expat.letters.kinds import kind_of
from expat.letters.operator import Operator
from expat.letters.sheet import done, drawn, sheet
from expat.letters.typeset import typeset
from expat.money import EUR
from expat.periods import Period
from expat.wording import care, names
from expat.wording.voice import Voice, voice

HOURS = 24


@dataclass(frozen=True, slots=True)
class Paid:
    """What is paid of a care (its code): the share of the cost, and where there is one the cap in EUR per unit."""

    care: str
    unit: str
    share: Decimal
    cap: Decimal | None


@dataclass(frozen=True, slots=True)
class Guarantee:
    """A guarantee letter. `care` is a code or a family, `country` an ISO 3166-1 code or empty.

    `days` are those covered of a stay; other care may begin on `valid`, and counts `acts` at most where that is known.
    `ceiling` is what the category pays at most in a membership year, in EUR. `extend_within` is in days.
    """

    language: str
    code: str
    made_on: date
    plan: str
    membership: str
    formula: str
    person: str
    born: date
    provider: str
    country: str
    care: str
    valid: Period
    days: Period | None
    acts: int | None
    extends: bool
    paid: tuple[Paid, ...]
    ceiling: Decimal | None
    extend_within: int


def guarantee_page(told: Guarantee, operator: Operator) -> bytes:
    """A guarantee letter as PDF."""
    speaks = voice(told.language)
    say = speaks.say
    url = f"{operator.base_url}/guarantee/{told.code}"
    page = {
        **sheet(operator, told.language, say("Guarantee letter"), told.code),
        "plan": told.plan,
        "to": [line for line in (told.provider, _country(told)) if line],
        "intro": say(
            "We pay the care named below to the hospital directly, as this letter says. What is left to the member "
            "stands apart."
        ),
        "facts": _facts(told, speaks),
        "paid": {
            "heading": say("What we pay, and what is left to the member"),
            "columns": [say("Care"), say("We pay"), say("Left to the member")],
            "rows": _rows(told, speaks),
            "paragraphs": _money(told, speaks),
        },
        "conditions": {"heading": say("Conditions"), "items": _conditions(told, operator, speaks)},
        "check": {
            "heading": say("Check this letter"),
            "sentence": say(
                "Before you rely on it, see at this address whether the letter holds. The page shows nothing of the "
                "person's health."
            ),
            "label": say("Code"),
            "code": told.code,
            "url": url,
            "drawing": drawn(url),
            "alt": say("The address {url} as a QR code", url=url),
        },
        "signed": {
            "on": done(told.made_on, operator, speaks),
            "by": say("For {operator}", operator=operator.name) if operator.name else "",
        },
    }
    return typeset("guarantee.typ", page, told.made_on)


def _country(told: Guarantee) -> str:
    return names.country(told.country, told.language) if told.country else ""


def _facts(told: Guarantee, speaks: Voice) -> list[list[str]]:
    say, day = speaks.say, speaks.day
    facts = [
        [say("Insured person"), told.person],
        [say("Born on"), day(told.born)],
        [say("Membership number"), told.membership],
        [say("Formula"), told.formula],
        [say("Care"), kind_of(told.care, told.language)],
    ]
    if told.days is not None:
        n = (told.days.last - told.days.first).days + 1
        days = speaks.plural("{n} day", "{n} days", n)
        label = say("Days added") if told.extends else say("Days covered")
        facts.append([label, f"{days}, {speaks.period(*told.days)}"])
    if told.acts is not None:
        facts.append([say("Acts covered"), speaks.plural("{n} act", "{n} acts", told.acts)])
    return [*facts, [say("Valid until"), day(told.valid.last)], [say("Code"), told.code]]


def _rows(told: Guarantee, speaks: Voice) -> list[list[str]]:
    """Care that is called the same and paid the same stands on one row."""
    rows = [[kind_of(x.care, told.language), _we_pay(x, speaks), _left(x, speaks)] for x in told.paid]
    return [row for i, row in enumerate(rows) if row not in rows[:i]]


def _we_pay(paid: Paid, speaks: Voice) -> str:
    share = speaks.percent(paid.share)
    if paid.cap is None:
        return speaks.say("{share} of the cost", share=share)
    return speaks.say("{share} of the cost, at most {cap}", share=share, cap=_cap(paid, speaks))


def _left(paid: Paid, speaks: Voice) -> str:
    rest = speaks.percent(1 - paid.share)
    if paid.cap is None:
        return speaks.say("{share} of the cost", share=rest) if paid.share < 1 else speaks.say("nothing")
    if paid.share == 1:
        return speaks.say("what exceeds {cap}", cap=_cap(paid, speaks))
    return speaks.say("{share} of the cost, and what exceeds the cap", share=rest)


def _cap(paid: Paid, speaks: Voice) -> str:
    return speaks.say("{amount} per {unit}", amount=speaks.amount(paid.cap or Decimal(0), EUR),
                      unit=care.unit(paid.unit, speaks.language))  # fmt: skip


def _money(told: Guarantee, speaks: Voice) -> list[str]:
    say = speaks.say
    paid = say(
        "We pay in the currency of your invoice, without conversion. Caps and ceilings are in euros and count at the "
        "rate of the day of the payment."
    )
    if told.ceiling is None:
        most = say("We pay within the overall ceiling of the membership year. What exceeds it is left to the member.")
    else:
        most = say(
            "For this category we pay up to {ceiling} in a membership year, less what was paid before. What exceeds it "
            "is left to the member.",
            ceiling=speaks.amount(told.ceiling, EUR),
        )
    return [paid, most]


def _conditions(told: Guarantee, operator: Operator, speaks: Voice) -> list[str]:
    say, period = speaks.say, speaks.period(*told.valid)
    if told.extends:
        alone = say("This letter adds the days named above to a stay of this person that we cover already.")
    else:
        alone = say(
            "This letter holds for this person and this care alone, where the care begins {period}.", period=period
        )
    found = [
        alone,
        say("The cover is in force on the day on which the care begins: it has neither ended nor been suspended."),
        *_of_a_stay(told, speaks),
    ]
    ask = say("Send us the detailed invoice with the code of this letter and the membership number.")
    reach = operator.email or operator.phone
    if reach:
        ask = f"{ask} " + say("How to reach us: {where}.", where=reach)
    return [*found, ask]


def _of_a_stay(told: Guarantee, speaks: Voice) -> list[str]:
    """UNO-APP-4 and 7: from when the days count, extensions and transfers."""
    if told.days is None:
        return []
    say, last = speaks.say, told.days.last
    hours = speaks.plural("{n} hour", "{n} hours", told.extend_within * HOURS)
    later = say("Where the stay begins after {last}, the same number of days counts from its first day.",
                last=speaks.day(last))  # fmt: skip
    beyond = say(
        "Days beyond are paid only once we have agreed to an extension, asked for within {hours} of the last day "
        "covered: by {day} for the days named above.",
        hours=hours,
        day=speaks.day(last + timedelta(days=told.extend_within)),
    )
    transfer = say("A transfer to another ward or hospital needs a new request within {hours}.", hours=hours)
    return [beyond, transfer] if told.extends else [later, beyond, transfer]
