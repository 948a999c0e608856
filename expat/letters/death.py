"""The letter to the family of a member who died: who stays covered until when, claims, and where payments go."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session

from expat.claims.dossier import Dossier
from expat.errors import NotFound
from expat.letters.cover import dossier_of
from expat.letters.operator import Operator
from expat.letters.sheet import done, sheet
from expat.letters.typeset import typeset
from expat.mail.leaving_letters import Stays
from expat.membership.death import death_of
from expat.payments.statement import name_of
from expat.periods import add_months
from expat.wording.voice import voice


def death_pdf(
    session: Session, membership_id: int, day: date, operator: Operator, language: str | None = None
) -> bytes:
    """The letter, in the language of the family's contact unless another is asked for. Raises NotFound."""
    told, dossier = death_of(session, membership_id), dossier_of(session, membership_id)
    if told is None:
        raise NotFound("letter", f"no death is known of membership {membership_id}", "one that was recorded")
    spoken = language or told.language
    speaks, say = voice(spoken), voice(spoken).say
    title = say("What goes on for your family")
    months = speaks.plural("{n} month", "{n} months", dossier.plan.on(told.died_on)["claim.submit_within"].value)
    member = name_of(dossier.member, spoken)
    page = {
        **sheet(operator, spoken, title, dossier.number),
        "to": [told.contact_name, *told.contact_address.splitlines()],
        "under": say("Membership {number}", number=dossier.number),
        "intro": [
            say("{name} died on {day}. We are sorry, and we write this so that you need not ask.", name=member,
                day=speaks.day(told.died_on)),
            say("The cover of the others goes on to the last day of the period that is paid for."),
        ],
        "people": {
            "heading": say("Who is covered until when"),
            "columns": [say("Person"), say("Last covered day"), say("Claims for care until then reach us by")],
            "rows": [[one.name, *(speaks.day(d) if d else "–" for d in (one.last_day, one.claims_until))]
                     for one in stays_of(dossier, spoken)],
        },
        "parts": [
            {"heading": say("Invoices"), "words": [
                say("Invoices of {name} and of everybody else for care before these days can still be sent, by post or "
                    "with the account of an adult of the family, within {months} of the care.",
                    name=member, months=months)]},
            {"heading": say("Payments"), "words": [
                say("Nothing more is paid to the former account. Send us a notary's paper, or a certificate of "
                    "heredity, that says to whom the estate asks us to pay, and that account's number: what is owed "
                    "waits for it, and nothing of it is lost.")]},
            {"heading": say("What comes next"), "words": [
                say("Premiums paid for days without any cover come back to the estate. The account of {name} on our "
                    "pages is closed; those of the others stay open.", name=member)]},
        ],
        "done": done(day, operator, speaks),
    }  # fmt: skip
    return typeset("death.typ", page, day)


def stays_of(dossier: Dossier, language: str = "en") -> list[Stays]:
    """Everybody's last covered day as things stand, and the last day for claims of that day's care."""
    found = []
    for key, row in dossier.people.items():
        cover = dossier.cover(key, dossier.plan.on(row.covered_from))
        last = cover[-1].last if cover else None
        months = dossier.plan.on(last)["claim.submit_within"].value if last else 0
        found.append(Stays(name_of(row, language), last, add_months(last, months) if last else None))
    return found
