"""What a quote says, in words: the page and the PDF show the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from expat.applications.papers import OF_RELATION
from expat.letters.price_words import euros, frequency, instalment, price_lines
from expat.letters.quote_benefits import Group, Said, groups, waived
from expat.money import EUR
from expat.periods import DAY
from expat.plans.edition import Edition
from expat.premiums.tariff import Insured
from expat.quotes.joining import school_certificates, zones_open
from expat.quotes.offers import Offer
from expat.quotes.quote import Quoted
from expat.wording import care as care_words
from expat.wording import names
from expat.wording.applications import paper
from expat.wording.voice import Voice, voice


class ZonePart(NamedTuple):
    """A zone that can be chosen, why, and whether it was."""

    zone: str
    sentence: str
    chosen: bool


class Paid(NamedTuple):
    """An instalment: how often, what it is, its arithmetic, and whether this frequency was asked for."""

    often: str
    each: str
    amount: str
    chosen: bool


class OfferPart(NamedTuple):
    """A formula's price: the year, the instalments, the lines of the arithmetic."""

    formula: str
    yearly: str
    paid: tuple[Paid, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuoteParts:
    """A quote in words. `formulas` are the columns of every table, from the lowest to the highest."""

    language: str
    facts: tuple[tuple[str, str], ...]
    zones: tuple[ZonePart, ...]
    samples: str
    formulas: tuple[str, ...]
    offers: tuple[OfferPart, ...]
    ages: Said
    groups: tuple[Group, ...]
    overall: tuple[str, ...]
    waived: Said
    excluded: tuple[str, ...]
    send: tuple[Said, ...]


def quote_parts(told: Quoted, language: str) -> QuoteParts:
    """The quote in a language."""
    speaks, edition = voice(language), told.edition
    return QuoteParts(
        language,
        tuple(_facts(told, speaks)),
        tuple(zone_parts(edition, told.country, told.zone, speaks)),
        _samples(told, speaks),
        edition.formulas,
        tuple(_offer(told, offer, speaks) for offer in told.offers),
        _ages(told, speaks),
        tuple(groups(edition, told.first_day, speaks)),
        tuple(euros(edition.overall_ceiling(formula).value, speaks) for formula in edition.formulas),
        waived(edition, speaks),
        tuple(care_words.care(code, language) for code in edition["claim.excluded"].value),
        tuple(_send(told, speaks)),
    )


def zone_parts(edition: Edition, country: str, chosen: str, speaks: Voice) -> Iterable[ZonePart]:
    """The zones that can be chosen by who lives in a country, and why."""
    own, where = edition.zone_of(country), names.country(country, speaks.language)
    for zone in zones_open(edition, country):
        if zone == own:
            text = speaks.say("Your country of expatriation ({country}) lies in zone {zone}.", country=where, zone=zone)
        else:
            text = speaks.say(
                "Zone {zone} can be chosen too: it covers all of zone {own}, and care in these countries as well: "
                "{countries}.",
                zone=zone, own=own, countries=_further(edition, own, zone, speaks),
            )  # fmt: skip
        yield ZonePart(zone, text, zone == chosen)


def _further(edition: Edition, own: str, zone: str, speaks: Voice) -> str:
    """The countries that a zone opens beyond another one."""
    access, countries = edition["zone.access"].value, edition["zone.countries"].value
    more = [code for name in access[zone] if name not in access[own] for code in countries.get(name, ())]
    return speaks.several(sorted(names.country(code, speaks.language) for code in more))


def _facts(told: Quoted, speaks: Voice) -> Iterable[tuple[str, str]]:
    say, day = speaks.say, speaks.day
    yield say("Country of expatriation"), names.country(told.country, speaks.language)
    yield say("Zone"), told.zone
    yield say("First day of cover"), day(told.first_day)
    yield say("Persons"), " · ".join(_person(role, born, speaks) for role, born in told.people)
    yield say("Premiums are paid"), frequency(told.frequency, speaks)
    yield say("Made on"), day(told.made_on)
    yield say("Valid until"), day(told.valid_until)
    yield say("Code of the quote"), told.code


def _person(role: str, born: date, speaks: Voice) -> str:
    who = names.role(role, speaks.language)
    return speaks.say("{who}, born on {day}", who=who, day=speaks.day(born))


def _samples(told: Quoted, speaks: Voice) -> str:
    """Which of the figures are not the contract's own."""
    tariff = any(item.base.citation.origin == "sample" for item in told.offers[0].paid(told.frequency).items)
    terms = [one for entry in told.edition.care.values() for one in entry.terms.values()]
    benefits = any(one.rate.citation.origin == "sample" for one in terms)
    if tariff and benefits:
        return speaks.say(
            "The tariff and the table of benefits below are samples: the insurer's own are not public. Prices, rates, "
            "caps and ceilings by category can differ from these. The ceiling over all categories, the waiting "
            "periods, the zones and who can join are the contract's own."
        )
    if tariff:
        return speaks.say("The tariff below is a sample: the insurer's own is not public. Prices can differ.")
    if benefits:
        return speaks.say(
            "The table of benefits below is a sample: the insurer's own is not public. Rates, caps and ceilings by "
            "category can differ."
        )
    return ""


# --- prices --------------------------------------------------------------------------------------------------------


def _offer(told: Quoted, offer: Offer, speaks: Voice) -> OfferPart:
    paid = (Paid(frequency(p.frequency, speaks), speaks.amount(p.instalment, EUR), instalment(p, speaks),
                 p.frequency == told.frequency)
            for p in offer.prices)  # fmt: skip
    lines = price_lines(offer.paid(told.frequency), told.people, told.first_day, speaks)
    return OfferPart(offer.formula, euros(offer.yearly, speaks), tuple(paid), tuple(lines))


def _ages(told: Quoted, speaks: Voice) -> Said:
    figure = told.edition["premium.frequencies"]
    text = speaks.say(
        "Ages are those on 1 January {year}. Premiums are paid in advance and revised on each 1 January. A surcharge "
        "that the medical department sets comes on top; these prices are without one.",
        year=told.first_day.year,
    )
    roles = [role for role, _ in told.people]
    if "child" in roles and "spouse" not in roles:
        text += " " + speaks.say(
            "A parent without a spouse pays the family's premium, or the single one with each child's own, whichever "
            "is less."
        )
    return Said(text, figure.citation.heading)


# --- joining -------------------------------------------------------------------------------------------------------


def _send(told: Quoted, speaks: Voice) -> Iterable[Said]:
    """What has to be there before cover begins: for everybody, then what these people's places ask for."""
    edition, say, spoken = told.edition, speaks.say, speaks.language
    declared = edition["membership.health_declaration_valid"]
    yield Said(
        say(
            "The application with a health declaration of each person, signed at most {months} before cover "
            "begins. Our medical department alone reads the declarations; it can accept, ask for more, accept with a "
            "surcharge, or refuse.",
            months=care_words.span("months", declared.value, spoken),
        ),
        declared.citation.heading,
    )
    yield Said(
        say(
            "For the member, who has French nationality: {papers}.",
            papers=_papers(("passport", "activity_proof"), speaks),
        ),
        edition["membership.joining_age"].citation.heading,
    )
    yield from _send_for_others(told, speaks)
    yield Said(
        say(
            "The first premium. Cover begins at the earliest on the day after the complete file arrived, once the "
            "medical department has accepted and the premium is paid. To be covered from {first_day} on, send "
            "everything so that it is complete by {eve}.",
            first_day=speaks.day(told.first_day),
            eve=speaks.day(told.first_day - DAY),
        ),
        edition["membership.member_until"].citation.heading,
    )


def _send_for_others(told: Quoted, speaks: Voice) -> Iterable[Said]:
    edition, say = told.edition, speaks.say
    family = edition["membership.child_until"].citation.heading
    roles = [role for role, _ in told.people]
    if "spouse" in roles:
        yield Said(
            say(
                "For the spouse or partner: {passport}, and if you are married: {married}; in a civil partnership: "
                "{civil_partner}; living together without either: {cohabiting}.",
                passport=_papers(("passport",), speaks),
                **{relation: _papers(kinds, speaks) for relation, kinds in OF_RELATION.items()},
            ),
            family,
        )
    if "child" in roles:
        papers = _papers(("passport",), speaks)
        yield Said(say("For each child: {papers}. The child lives at home with you.", papers=papers), family)
    people = [Insured(role, born) for role, born in told.people]
    for n in school_certificates(edition, people, told.first_day):
        yield Said(
            say("For the child born on {day}: {papers}; the same for each later school year.",
                day=speaks.day(people[n].born), papers=_papers(("school_certificate",), speaks)),
            family,
        )  # fmt: skip
    attested = edition["waiver.attestation"]
    yield Said(
        say(
            "If another cover ended just before: {papers}, which lifts most waiting periods.",
            papers=_papers(("prior_cover",), speaks),
        ),
        attested.citation.heading,
    )


def _papers(kinds: Sequence[str], speaks: Voice) -> str:
    """Papers by the names that they have in the application."""
    named = (paper(kind, speaks.language) for kind in kinds)
    return speaks.several(name[:1].lower() + name[1:] for name in named)
