"""Mails on an application to join: that something happened, and where to read it; nothing about health."""

from __future__ import annotations

from datetime import date

from expat.mail.body import body
from expat.wording.voice import voice


def account_known(language: str, name: str, link: str, operator: str | None = None) -> tuple[str, str]:
    """Somebody signed up with an address that has an account already."""
    say = voice(language).say
    known = say(
        "Somebody, perhaps you, wanted to open an account with this address to apply. It has one already: sign in, "
        "or choose a new password, here:"
    )
    return say("You have an account already"), body(
        voice(language), name, operator, known, link, say("If it was not you, do nothing.")
    )


def invitation(
    language: str, name: str, link: str, employer: str, good_for: int | None, operator: str | None = None
) -> tuple[str, str]:
    """An employer announced somebody: where the application waits, for so many days with this link."""
    speaks = voice(language)
    told = speaks.say(
        "{employer} wants to have you insured with us and gave us your name, your address and the cover that it chose. "
        "You decide: nobody is insured before you have applied yourself. Confirm or correct what was given, here:",
        employer=employer,
    )  # fmt: skip
    days = speaks.plural("The link is good for {n} day.", "The link is good for {n} days.", good_for or 0)
    until = f"{days} " if good_for else ""
    health = speaks.say("{employer} never sees what you say of your health, nor our answer to it.", employer=employer)
    subject = speaks.say("{employer} invites you to join the health plan", employer=employer)
    return subject, body(voice(language), name, operator, told, link, until + health)


def declaration_link(
    language: str, name: str, applicant: str, link: str, good_for: int, operator: str | None = None
) -> tuple[str, str]:
    """A link by which another adult of an application signs the own declaration."""
    speaks = voice(language)
    told = speaks.say(
        "{applicant} applies for a health cover that includes you. It needs a health declaration of yours, which you "
        "fill in and sign alone, here:",
        applicant=applicant,
    )  # fmt: skip
    quiet = speaks.say(
        "{applicant} sees only that you signed; the medical department alone reads it.", applicant=applicant
    )
    until = speaks.plural("The link is good for {n} day.", "The link is good for {n} days.", good_for)
    return speaks.say("Your health declaration"), body(voice(language), name, operator, told, link, f"{until} {quiet}")


def handed_in(language: str, name: str, link: str, by: date, operator: str | None = None) -> tuple[str, str]:
    """The application is complete: by when the answer is promised."""
    speaks = voice(language)
    told = speaks.say(
        "Your application is complete and has reached us. The medical department answers by {by}. Where it stands:",
        by=speaks.day(by),
    )
    return speaks.say("Your application has reached us"), body(voice(language), name, operator, told, link)


def news(language: str, name: str, link: str, operator: str | None = None) -> tuple[str, str]:
    """There is an answer or a question: the mail does not say which."""
    say = voice(language).say
    told = say("There is news of your application. Sign in to read it, and what to do next:")
    quiet = say("For your privacy, a mail of ours says nothing about care or health.")
    return say("News of your application"), body(voice(language), name, operator, told, link, quiet)


def lapses_soon(language: str, name: str, link: str, by: date, operator: str | None = None) -> tuple[str, str]:
    """The last day for the first premium is near."""
    speaks = voice(language)
    told = speaks.say(
        "Your application is accepted. It is open until {by}: without the first premium by then it lapses. How to pay, "
        "and what may still be to agree to:",
        by=speaks.day(by),
    )  # fmt: skip
    done = speaks.say("If you have paid already, do nothing.")
    return speaks.say("Your application is open until {by}", by=speaks.day(by)), body(
        voice(language), name, operator, told, link, done
    )


def lapsed(language: str, name: str, link: str, by: date, operator: str | None = None) -> tuple[str, str]:
    """The application has lapsed."""
    speaks = voice(language)
    told = speaks.say(
        "The first premium did not reach us by {by}: your application has lapsed, and there is no cover. Nothing is "
        "owed. You can begin another one:",
        by=speaks.day(by),
    )  # fmt: skip
    back = speaks.say("What you pay from now on is sent back.")
    return speaks.say("Your application has lapsed"), body(voice(language), name, operator, told, link, back)


def concluded(
    language: str, name: str, link: str, number: str, effect: date, until: date, operator: str | None = None
) -> tuple[str, str]:
    """The membership is concluded: certificate and cards are there, and until when one can renounce."""
    speaks = voice(language)
    told = speaks.say(
        "Your first premium has reached us and your membership {number} is concluded. You are covered from {effect}. "
        "Sign in for your certificate and your cards:",
        number=number, effect=speaks.day(effect),
    )  # fmt: skip
    until_then = speaks.say("You can change your mind until {until}: write to us by that day.", until=speaks.day(until))
    subject = speaks.say("Your membership {number} is concluded", number=number)
    return subject, body(voice(language), name, operator, told, link, until_then)
