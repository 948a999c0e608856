"""The certificate of membership: who is covered, from when to when, where and up to what."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlmodel import Session

from expat.claims.dossier import Dossier
from expat.letters.cover import Insured, countries, dossier_of, insured, language_of, product
from expat.letters.operator import Operator
from expat.letters.sheet import done, sheet
from expat.letters.typeset import typeset
from expat.money import EUR
from expat.options.choose import Held, held_on, options_of
from expat.options.chosen import HOUSEHOLD
from expat.payments.statement import name_of
from expat.periods import DAY, Period, membership_year
from expat.wording import care, names
from expat.wording import options as option_words
from expat.wording.voice import Voice, voice


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is certified on a day. `outside` are countries out of the zone, `overall` EUR for a person and year.

    `temporary` is the number of days from which on a stay is no longer temporary; causes are those that open cover in
    the zone beyond the residence's neighbours (`third`), and outside the zone (`beyond`).
    """

    language: str
    issued_on: date
    plan: str
    membership: str
    member: str
    joined: date
    year: Period
    renewed: bool
    formula: str
    zone: str
    residence: str
    people: tuple[Insured, ...]
    categories: tuple[str, ...]
    overall: Decimal
    outside: tuple[str, ...]
    temporary: int
    third: tuple[str, ...]
    beyond: tuple[str, ...]
    options: tuple[str, ...] = ()


def certificate_pdf(
    session: Session,
    membership_id: int,
    day: date,
    operator: Operator,
    language: str | None = None,
    people: Collection[int] = (),
) -> bytes:
    """The certificate of a day, for those named (by key) or all who are covered; in the member's language by default.

    Raises NotFound, BadInput where someone named, or nobody, is covered on the day.
    """
    dossier = dossier_of(session, membership_id)
    told = certificate_of(dossier, day, language or language_of(session, membership_id), people)
    held = held_on(options_of(session, membership_id), max(day, dossier.joined))
    whole = not people or any(dossier.people[key].role == "member" for key in people)
    mine = [one for one in held if whole or one.kind in HOUSEHOLD]  # prévoyance is the member's own affair
    told = replace(told, options=tuple(in_words(one, told.language) for one in mine))
    return certificate_page(told, operator)


def certificate_of(dossier: Dossier, day: date, language: str, people: Collection[int] = ()) -> Certificate:
    """What is certified of a membership on a day; before its first day, what holds from then on. Raises BadInput."""
    issued, day = day, max(day, dossier.joined)
    edition, found = dossier.plan.on(day), insured(dossier, day, language, people)
    formula, zone = dossier.on("formula", day), dossier.on("zone", day)
    year = membership_year(dossier.joined, day)
    zones, open_to = edition["zone.countries"].value, edition["zone.access"].value[zone]
    return Certificate(
        language, issued, product(dossier, language), dossier.number, name_of(dossier.member, language), dossier.joined,
        year, any(person.days.last == year.last for person in found), formula, zone,
        dossier.on("residence", day), found,
        tuple(one for one in dossier.plan.words.categories if edition.covers_category(one, formula)),
        edition.overall_ceiling(formula).value,
        tuple(code for name, codes in zones.items() if name not in open_to for code in codes),
        int(edition["territory.temporary_stay"].value),
        tuple(edition["territory.third_country_causes"].value),
        tuple(edition["territory.out_of_zone_causes"].value),
    )  # fmt: skip


def certificate_page(told: Certificate, operator: Operator) -> bytes:
    """A certificate as PDF."""
    speaks = voice(told.language)
    say = speaks.say
    page = {
        **sheet(operator, told.language, say("Certificate of membership"), told.membership),
        "intro": _intro(told, speaks),
        "facts": _facts(told, speaks),
        "people": {
            "heading": say("Persons covered"),
            "columns": [say("Name"), say("Born on"), say("Insured as"), say("Covered since"), say("Covered to")],
            "rows": [_person(one, speaks) for one in told.people],
        },
        "renewal": _renewal(told, speaks) if told.renewed else "",
        "care": {"heading": say("What is covered"), "paragraphs": _care(told, speaks)},
        "where": {"heading": say("Where the cover holds"), "items": _where(told, speaks)},
        "signed": {
            "on": done(told.issued_on, operator, speaks),
            "by": say("For {operator}", operator=operator.name) if operator.name else "",
        },
    }
    return typeset("certificate.typ", page, told.issued_on)


def in_words(one: Held, language: str) -> str:
    """An option with its terms, and its first day."""
    speaks = voice(language)
    told = option_words.told(one.kind, one.terms, language)
    return speaks.say("{option}, from {day} on", option=told, day=speaks.day(one.first_day))


def _intro(told: Certificate, speaks: Voice) -> str:
    if told.issued_on < told.joined:
        return speaks.say(
            "We certify that the persons named below will be covered by the plan {plan} from {day} on.",
            day=speaks.day(told.joined),
            plan=told.plan,
        )
    return speaks.say(
        "We certify that on {day} the persons named below are covered by the plan {plan}.",
        day=speaks.day(told.issued_on),
        plan=told.plan,
    )


def _facts(told: Certificate, speaks: Voice) -> list[list[str]]:
    say = speaks.say
    facts = [
        [say("Member"), told.member],
        [say("Membership number"), told.membership],
        [say("Member since"), speaks.day(told.joined)],
        [say("Membership year"), speaks.period(*told.year)],
        [say("Formula"), told.formula],
        [say("Zone"), told.zone],
        [say("Country of residence"), names.country(told.residence, told.language)],
        [say("Options"), speaks.several(told.options)],
    ]
    return [pair for pair in facts if pair[1]]


def _person(one: Insured, speaks: Voice) -> list[str]:
    role = names.role(one.role, speaks.language)
    return [one.name, speaks.day(one.born), role, speaks.day(one.since), speaks.day(one.days.last)]


def _renewal(told: Certificate, speaks: Voice) -> str:
    return speaks.say(
        "The membership is renewed from year to year, next on {day}, unless it is ended.",
        day=speaks.day(told.year.last + DAY),
    )


def _care(told: Certificate, speaks: Voice) -> list[str]:
    categories = " · ".join(care.category(one, told.language) for one in told.categories)
    return [
        speaks.say("By category: {categories}.", categories=categories),
        speaks.say(
            "Up to {amount} for each person and membership year, over all categories, at the rates and caps of the "
            "formula.",
            amount=speaks.amount(told.overall, EUR),
        ),
    ]


def _where(told: Certificate, speaks: Voice) -> list[str]:
    say = speaks.say
    days = speaks.plural("{n} day", "{n} days", told.temporary)
    if told.outside:
        zone = say("Zone {zone} is every country except: {countries}.", zone=told.zone,
                   countries=countries(told.outside, told.language))  # fmt: skip
    else:
        zone = say("Zone {zone} is every country.", zone=told.zone)
    found = [
        zone,
        say(
            "The cover holds in the country of residence, in the countries of the zone that have a land border with "
            "it, and in France during a return of less than {days} in a row.",
            days=days,
        ),
        say(
            "In the other countries of the zone it holds for these causes: {causes}; for other care, where we agreed "
            "beforehand.",
            causes=_causes(told.third, speaks),
        ),
    ]
    if told.outside:
        found.append(
            say(
                "Outside the zone, during a stay of less than {days} in a row, it holds for these causes: {causes}.",
                days=days,
                causes=_causes(told.beyond, speaks),
            )
        )
    return found


def _causes(words: Collection[str], speaks: Voice) -> str:
    return speaks.several([names.cause(word, speaks.language) for word in words], "or")
