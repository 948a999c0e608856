"""The quote (devis) as PDF: prices, what each formula pays, from when on, and what to send to join."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlmodel import Session

from expat.letters.operator import Operator
from expat.letters.quote_benefits import Group, Said
from expat.letters.quote_parts import OfferPart, QuoteParts, quote_parts
from expat.letters.sheet import done, drawn, sheet
from expat.letters.typeset import typeset
from expat.quotes.quote import Quoted, quote_by_code
from expat.wording.contract import in_contract
from expat.wording.voice import Voice, voice


def quote_pdf(session: Session, code: str, operator: Operator, language: str) -> bytes:
    """The quote of a code, in a language. Raises NotFound."""
    return quote_page(quote_by_code(session, code), operator, language)


def quote_page(told: Quoted, operator: Operator, language: str) -> bytes:
    """A quote as PDF."""
    speaks, parts = voice(language), quote_parts(told, language)
    say, url = speaks.say, f"{operator.base_url}/quote/{told.code}"
    page = {
        **sheet(operator, language, say("Quote"), told.code),
        "facts": parts.facts,
        "zones": [zone.sentence for zone in parts.zones],
        "samples": parts.samples,
        "prices": {
            "heading": say("What it costs"),
            "columns": [say("Premiums are paid"), *_formulas(parts, speaks)],
            "rows": _prices(parts.offers, speaks),
            "how": [_how(offer, speaks) for offer in parts.offers],
            "ages": _said(parts.ages, speaks),
        },
        "benefits": {
            "heading": say("What each formula pays"),
            "columns": [say("Care"), *_formulas(parts, speaks)],
            "groups": [_group(group, speaks) for group in parts.groups],
            "overall_columns": [say("Ceiling"), *_formulas(parts, speaks)],
            "overall": [say("Over all categories, for each person and membership year"), *parts.overall],
            "waived": _said(parts.waived, speaks),
        },
        "excluded": {"heading": say("What no formula covers"), "items": parts.excluded},
        "send": {"heading": say("What to send to join"), "items": [_said(one, speaks) for one in parts.send]},
        "again": {
            "heading": say("Find this quote again"),
            "sentence": say("Its page is at this address, until {day} and some time after.", day=_until(told, speaks)),
            "label": say("Code of the quote"),
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
    return typeset("quote.typ", page, told.made_on)


def _formulas(parts: QuoteParts, speaks: Voice) -> Iterable[str]:
    return [speaks.say("Formula {formula}", formula=formula) for formula in parts.formulas]


def _prices(offers: Sequence[OfferPart], speaks: Voice) -> list[list[str]]:
    """The year, then a row for each frequency."""
    year = [speaks.say("The year, before the factor of instalments"), *(offer.yearly for offer in offers)]
    paid = zip(*(offer.paid for offer in offers), strict=True)
    return [year, *([row[0].often, *(one.each for one in row)] for row in paid)]


def _how(offer: OfferPart, speaks: Voice) -> dict[str, Any]:
    """The arithmetic of a formula's price, in the frequency that was asked for."""
    chosen = next(one for one in offer.paid if one.chosen)
    last = speaks.say("{often}: {amount}", often=chosen.often, amount=chosen.amount)
    return {"name": speaks.say("Formula {formula}", formula=offer.formula), "lines": [*offer.lines, last]}


def _group(group: Group, speaks: Voice) -> dict[str, Any]:
    most = speaks.say("At most, for each person and membership year")
    rows = [[row.name, row.note, *row.cells] for row in group.rows]
    return {"name": group.name, "wait": group.wait, "rows": rows, "most": [most, *group.ceilings]}


def _said(one: Said, speaks: Voice) -> list[str]:
    """A sentence, and the contract's heading in small print."""
    return [one.text, in_contract(one.heading, speaks.language) if one.heading else ""]


def _until(told: Quoted, speaks: Voice) -> str:
    return speaks.day(told.valid_until)
