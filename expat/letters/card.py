"""The insurance card: one for each person, of the size of a bank card, to cut out and fold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from expat.claims.dossier import Dossier
from expat.letters.cover import Insured, dossier_of, insured, membership_of, product
from expat.letters.operator import Operator
from expat.letters.sheet import sheet
from expat.letters.typeset import typeset
from expat.wording.catalogue import N_
from expat.wording.voice import Voice, voice

BOTH = ("fr", "en")
HOURS = 24


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on a card. Notices are in days: before planned care, and after the admission of an emergency."""

    membership: str
    plan: str
    formula: str
    zone: str
    person: Insured
    made_on: date
    planned_notice: int
    emergency_notice: int


def card_pdf(session: Session, person_id: int, day: date, operator: Operator, language: str | None = None) -> bytes:
    """The card of a person, for the membership year of the day; in both languages, French first, or in the one named.

    Raises NotFound, BadInput where the person is not covered on the day.
    """
    card = card_of(dossier_of(session, membership_of(session, person_id)), person_id, day, language or BOTH[0])
    return card_page(card, operator, (language,) if language else BOTH)


def card_of(dossier: Dossier, person_id: int, day: date, language: str) -> Card:
    """What stands on the card of a person who is covered on the day, or will be from the membership's first day on.

    Raises BadInput.
    """
    day = max(day, dossier.joined)
    edition = dossier.plan.on(day)
    [person] = insured(dossier, day, language, [person_id])
    return Card(
        dossier.number,
        product(dossier, language),
        dossier.on("formula", day),
        dossier.on("zone", day),
        person,
        max(person.days.first, min(day, person.days.last)),
        int(edition["approval.planned_notice"].value),
        int(edition["approval.emergency_notice"].value),
    )


_LABELS = {
    "born": N_("Born on"),
    "number": N_("Membership number"),
    "formula": N_("Formula"),
    "zone": N_("Zone"),
    "from": N_("Valid from"),
    "to": N_("Valid until"),
}


def card_page(card: Card, operator: Operator, languages: Sequence[str] = BOTH) -> bytes:
    """A card as PDF, in one language or in several, the first of them first."""
    speaks = [voice(language) for language in languages]
    title = speaks[0].say("Insurance card of {name}", name=card.person.name)
    page = {
        **sheet(operator, languages[0], title),
        "heading": [_tagged(one, one.say("Insurance card")) for one in speaks],
        "plan": card.plan,
        "name": card.person.name,
        "how_to_cut": [_tagged(one, one.say("Cut along the outer line, fold along the dashed one.")) for one in speaks],
        "labels": {key: [_tagged(one, one.say(label)) for one in speaks] for key, label in _LABELS.items()},
        "values": {
            "born": _short(card.person.born),
            "number": card.membership,
            "formula": card.formula,
            "zone": card.zone,
            "from": _short(card.person.days.first),
            "to": _short(card.person.days.last),
        },
        "back": [_back(one, card, operator) for one in speaks],
    }
    return typeset("card.typ", page, card.made_on)


def _back(speaks: Voice, card: Card, operator: Operator) -> dict[str, Any]:
    say, days = speaks.say, {"notice": speaks.plural("{n} day", "{n} days", card.planned_notice)}
    hours = speaks.plural("{n} hour", "{n} hours", card.emergency_notice * HOURS)
    return {
        "language": speaks.language,
        "contact": say("Assistance and contact") if operator.phone or operator.email else "",
        "approval": say("Prior approval of a hospital stay"),
        "how": say(
            "Ask us at least {notice} before the admission; in an emergency, at most {hours} after it. We answer the "
            "hospital with a guarantee letter, which it can check at",
            **days,
            hours=hours,
        ),
        "url": f"{operator.base_url}/guarantee",
        "not": say("This card alone is no promise of payment."),
    }


def _tagged(speaks: Voice, text: str) -> dict[str, str]:
    return {"language": speaks.language, "text": text}


def _short(day: date) -> str:
    """A date in figures, which reads the same in every language of the card."""
    return f"{day:%d/%m/%Y}"
