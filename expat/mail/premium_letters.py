"""Mails on premiums: called, due, not paid, and what follows; sums and days, nothing about care or health."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from expat.mail.body import body
from expat.wording.voice import Voice, voice

Text = tuple[str, str]
EUR = "EUR"


class Paying(NamedTuple):
    """How a premium is paid: by direct debit under a mandate (its reference and the account as it may be shown), or by
    transfer to an account, with a reference."""

    account: str
    reference: str
    mandate: str | None = None


def called(
    language: str, name: str, link: str, amount: Decimal, due_on: date, paying: Paying | None,
    operator: str | None = None,
) -> Text:  # fmt: skip
    """A premium was called: what, by when, and how; before a direct debit this is the notice that announces it."""
    speaks = voice(language)
    say, said, day = speaks.say, speaks.amount(amount, EUR), speaks.day(due_on)
    told = say("Your next premium is {amount}, due on {day}.", amount=said, day=day)
    return say("Your premium of {amount}, due on {day}", amount=said, day=day), body(
        speaks, name, operator, told, *_how(speaks, paying, said, day),
        say("How it is made up, line by line, is written here:"), link,
    )  # fmt: skip


def not_yet_paid(
    language: str, name: str, link: str, amount: Decimal, due_on: date, notice_on: date, paying: Paying | None,
    operator: str | None = None,
) -> Text:  # fmt: skip
    """A friendly reminder: what is open, and the day on which the formal notice leaves."""
    speaks = voice(language)
    say, said = speaks.say, speaks.amount(amount, EUR)
    return say("Your premium has not reached us yet"), body(
        speaks, name, operator,
        say("Of your premium due on {day}, {amount} has not reached us yet.", day=speaks.day(due_on), amount=said),
        *_how(speaks, paying, said, None),
        say("Without it a formal notice leaves on {day}. If you have paid, do nothing: payments take some days.",
            day=speaks.day(notice_on)),
        link,
    )  # fmt: skip


def formal_notice(
    language: str, name: str, link: str, amount: Decimal, suspension: date, termination: date,
    operator: str | None = None,
) -> Text:  # fmt: skip
    """The formal notice left as a registered letter: what it says, and that a person can be asked to look at it."""
    speaks = voice(language)
    say = speaks.say
    return say("Formal notice: your premium is not paid"), body(
        speaks, name, operator,
        say("A formal notice has left by registered letter: {amount} is not paid. If it is not paid, your cover is "
            "suspended from {suspension}, and your membership ends on {termination}.",
            amount=speaks.amount(amount, EUR), suspension=speaks.day(suspension), termination=speaks.day(termination)),
        say("These dates follow from the contract by themselves. You can ask for a person to look at it, and contest "
            "it: the days until the answer do not count."),
        say("The letter, how to pay, and how to contest:"), link,
    )  # fmt: skip


def suspended(
    language: str, name: str, link: str, amount: Decimal, termination: date, operator: str | None = None
) -> Text:
    """Cover is suspended since today; when it ends, and what brings it back."""
    speaks = voice(language)
    say = speaks.say
    return say("Your cover is suspended"), body(
        speaks, name, operator,
        say("Your cover is suspended from today: {amount} is not paid. Care from today on is not covered until the day "
            "after your payment.", amount=speaks.amount(amount, EUR)),
        say("Without a payment your membership ends on {day}.", day=speaks.day(termination)),
        link,
    )  # fmt: skip


def resumed(language: str, name: str, link: str, since: date, operator: str | None = None) -> Text:
    """Paid while suspended: the cover is back."""
    speaks = voice(language)
    say = speaks.say
    return say("Your cover is back"), body(
        speaks, name, operator,
        say("Your payment has reached us, and your cover is back from {day}. Care during the suspension stays "
            "uncovered.", day=speaks.day(since)),
        link,
    )  # fmt: skip


def terminated(
    language: str, name: str, link: str, amount: Decimal, claims_until: date, operator: str | None = None
) -> Text:
    """The membership ended because a premium was not paid: what is owed, until when claims can come."""
    speaks = voice(language)
    say = speaks.say
    return say("Your membership has ended"), body(
        speaks, name, operator,
        say("Your membership has ended today, as a premium was not paid. {amount} is owed for the time until today.",
            amount=speaks.amount(amount, EUR)),
        say("Invoices for care before the suspension can reach us until {day}.", day=speaks.day(claims_until)),
        say("You can contest this: a person looks at it."), link,
    )  # fmt: skip


def contest_answered(language: str, name: str, link: str, operator: str | None = None) -> Text:
    """A person decided on the contest of an unpaid premium: the mail does not say how."""
    speaks = voice(language)
    say = speaks.say
    return say("Your premium: our answer"), body(
        speaks, name, operator, say("You asked for a person to look at your premium. Read the answer here:"), link
    )


def debit_returned(language: str, name: str, link: str, amount: Decimal, why: str, operator: str | None = None) -> Text:
    """The bank gave a direct debit back; `why` is its reason in words."""
    speaks = voice(language)
    say = speaks.say
    return say("Your bank returned our direct debit"), body(
        speaks, name, operator,
        say("Your bank returned our direct debit of {amount}: {why}. The premium is due again from today.",
            amount=speaks.amount(amount, EUR), why=why),
        say("How to pay, and until when:"), link,
    )  # fmt: skip


def payout_returned(
    language: str, name: str, link: str, amount: Decimal, currency: str, why: str, operator: str | None = None
) -> Text:
    """The bank could not pay a reimbursement; `why` is its reason in words. New details are needed."""
    speaks = voice(language)
    say = speaks.say
    return say("We could not pay you: please check your account"), body(
        speaks, name, operator,
        say("Your bank returned our payment of {amount}: {why}. The money is kept for you.",
            amount=speaks.amount(amount, currency), why=why),
        say("Please check the account that you are paid to; we pay again as soon as you have:"), link,
    )  # fmt: skip


def _how(speaks: Voice, paying: Paying | None, amount: str, day: str | None) -> list[str]:
    say = speaks.say
    if paying is None:
        return []
    if paying.mandate is not None:
        when = say("on {day} at the earliest", day=day) if day else say("soon")
        return [say("We collect {amount} from the account {account}, {when}, under your mandate {mandate}.",
                    amount=amount, account=paying.account, when=when, mandate=paying.mandate)]  # fmt: skip
    return [say("Please transfer {amount} to {account} with the reference {reference}.",
                amount=amount, account=paying.account, reference=paying.reference)]  # fmt: skip
