"""The quote as a letter: prices with their arithmetic, what each formula pays, from when on, what to send."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from expat.letters.price_words import instalment, price_lines
from expat.letters.quote import quote_page
from expat.letters.quote_parts import quote_parts
from expat.plans.edition import revived
from expat.plans.loader import plan
from expat.premiums.tariff import Insured, price
from expat.quotes.offers import offers
from expat.quotes.quote import Quoted
from expat.wording.voice import voice
from tests.letters.reading import OPERATOR, conforms, flat, in_order, is_tagged, text

FIRST = date(2026, 4, 1)
EDITION = plan("expat-uno").on(FIRST)
MEMBER, SPOUSE = Insured("member", date(1985, 5, 2)), Insured("spouse", date(1990, 1, 1))
STUDENT = Insured("child", date(2005, 6, 1))


def quoted(*people: Insured, country: str = "SG", zone: str = "B") -> Quoted:
    told = tuple((one.role, one.born) for one in people)
    found = offers(EDITION, zone, people, FIRST)
    kept = revived(EDITION.content)  # as it is read back: JSON has put its keys in order
    return Quoted("7KQ2-M9XA-4TRC-0HBD", "expat-uno", country, zone, FIRST, "quarterly", told, date(2026, 2, 10),
                  date(2026, 3, 12), found, kept)  # fmt: skip


def test_it_says_everything_in_order() -> None:
    pdf = quote_page(quoted(MEMBER, SPOUSE, STUDENT), OPERATOR, "en")
    assert conforms(pdf) and is_tagged(pdf)
    in_order(
        text(pdf), "Quote", "Country of expatriation Singapore", "Valid until 12 March 2026", "lies in zone B",
        "are samples", "What it costs", "5,265.00 EUR 8,950.50 EUR 12,636.00 EUR 16,848.00 EUR",
        "every quarter 1,342.58 EUR", "1,500.00 EUR (ages 40–49) × 2.4 (formula 3) × 1.35 (zone B) × 2.6 (family)",
        "What each formula pays", "Hospitalisation", "care that begins on 1 July 2026 or later", "Hospital stay",
        "Maternity", "1 February 2027", "Well-being", "Without a waiting period: covered from 1 April 2026 on.",
        "500,000.00 EUR", "fall away", "What no formula covers", "Cosmetic treatment", "What to send to join",
        "born on 1 June 2005: school certificate", "complete by 31 March 2026", "7KQ2-M9XA-4TRC-0HBD",
        "Done in Paris on 10 February 2026", "For Association Expat",
    )  # fmt: skip


def test_in_french_too() -> None:
    pdf = quote_page(quoted(MEMBER), OPERATOR, "fr")
    in_order(
        text(pdf), "Devis", "Pays d'expatriation Singapour", "chaque trimestre 516,38 EUR",
        "L'adhérent (40 ans au 1er janvier 2026) : 1 500,00 EUR (40–49 ans) × 2,4 (formule 3) × 1,35 (zone B)",
        "Délai d'attente de 10 mois", "non garanti", "Fait à Paris, le 10 février 2026",
    )  # fmt: skip
    assert pdf == quote_page(quoted(MEMBER), OPERATOR, "fr")


def test_only_what_these_people_need_is_asked_for() -> None:
    alone = " ".join(one.text for one in quote_parts(quoted(MEMBER), "en").send)
    assert "French nationality" in alone
    assert "marriage" not in alone and "school certificate" not in alone and "each child" not in alone


def test_a_parent_alone_is_told_which_premium_counts() -> None:
    alone = quote_parts(quoted(MEMBER, STUDENT), "en").ages.text
    assert "whichever is less" in alone
    assert "whichever is less" not in quote_parts(quoted(MEMBER, SPOUSE, STUDENT), "en").ages.text


def test_why_other_zones_can_be_chosen() -> None:
    zones = quote_parts(quoted(MEMBER, country="SN", zone="C"), "en").zones
    assert [(zone.zone, zone.chosen) for zone in zones] == [("A", False), ("B", False), ("C", True)]
    assert "Singapore" in zones[1].sentence and "Japan" not in zones[1].sentence
    assert "Singapore" in zones[2].sentence and "Japan" in zones[2].sentence


def test_categories_stand_as_the_plan_orders_them() -> None:
    names = [group.name for group in quote_parts(quoted(MEMBER), "en").groups]
    assert names == ["Hospitalisation", "Maternity", "Outpatient medicine", "Well-being", "Optical and dental",
                     "Medical appliances"]  # fmt: skip


def test_every_line_of_a_price_is_put_into_words() -> None:
    old = Insured("member", date(1960, 3, 1), Decimal("0.25"))
    found = price(EDITION, "1", "A", [old, SPOUSE, STUDENT], FIRST, "half_yearly")
    people = [(one.role, one.born) for one in (old, SPOUSE, STUDENT)]
    lines = [flat(line) for line in price_lines(found, people, FIRST, voice("en"))]
    assert lines == [
        "The member (65 years on 1 January 2026): 4,200.00 EUR (ages 65–70) × 1 (formula 1) × 1 (zone A)"
        " = 4,200.00 EUR",
        "The spouse or partner (36 years on 1 January 2026): 1,150.00 EUR (ages 30–39) × 1 (formula 1) × 1 (zone A)"
        " = 1,150.00 EUR",
        "The child born on 1 June 2005, by the youngest adults' band: 900.00 EUR (ages 18–29) × 1 (formula 1)"
        " × 1 (zone A) × 0.5 (per child) = 450.00 EUR",
        "Surcharge for the member, born on 1 March 1960: 4,200.00 EUR (ages 65–70) × 1 (formula 1) × 1 (zone A)"
        " × 25% (surcharge) = 1,050.00 EUR",
    ]
    assert flat(instalment(found, voice("en"))) == "3,459.25 EUR (6,850.00 EUR × 1.01 ÷ 2)"
