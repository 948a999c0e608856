"""What options are called, with their terms, and why one cannot be chosen."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from expat.wording.catalogue import N_
from expat.wording.voice import voice

NAMES = {
    "assistance": N_("World Zen assistance and repatriation"),
    "liability": N_("Private liability"),
    "death": N_("Death, total and permanent invalidity"),
    "education": N_("Education annuity"),
    "accident": N_("Accidental death, disability by accident"),
    "incapacity": N_("Incapacity for work and invalidity"),
}
ABOUT = {
    "assistance": N_(
        "Organises and pays repatriation, transport to the right hospital, and a relative at the bedside. Call before "
        "any cost."
    ),
    "liability": N_("Damage that you or your family do to others in private life."),
    "death": N_("A capital to the people whom you name, or to you in case of total and permanent invalidity."),
    "education": N_("A yearly sum for each child after your death. Only together with the death option."),
    "accident": N_("A capital in case of death by accident, or in part for a lasting disability."),
    "incapacity": N_("A daily sum while you cannot work, then a pension. Only together with the death option."),
}
EXTENTS = {
    "world": N_("Worldwide, without the United States and Canada"),
    "us_canada": N_("Worldwide, with the United States and Canada"),
}
AGAINST = {
    "prevoyance_too_old": N_("Prévoyance is for who joins before the age of {below}."),
    "prevoyance_needs_work": N_("Prévoyance is for members who work, employed or self-employed."),
    "education_needs_death": N_("The education annuity goes only with the death option: choose both, or neither."),
    "education_needs_child": N_("The education annuity is for children: none is named in this application."),
    "incapacity_needs_death": N_("Incapacity and invalidity go only with the death option: choose both, or neither."),
}  # fmt: skip


def name(kind: str, language: str) -> str:
    """What an option is called."""
    return voice(language).say(NAMES[kind])


def told(kind: str, terms: Mapping[str, Any], language: str) -> str:
    """An option with its terms, in a line."""
    spoken = voice(language)
    named = spoken.say(NAMES[kind])
    if "extent" in terms:
        extent = EXTENTS[str(terms["extent"])]
        return spoken.say("{option} ({terms})", option=named, terms=spoken.say(extent))
    if "capital" in terms:
        return spoken.say("{option} ({terms})", option=named, terms=spoken.amount(Decimal(terms["capital"]), "EUR"))
    if "allowance" in terms:
        each = spoken.say(
            "{amount} a day after {days} days", amount=spoken.amount(Decimal(terms["allowance"]), "EUR"),
            days=spoken.whole(terms["deductible"]),
        )  # fmt: skip
        return spoken.say("{option} ({terms})", option=named, terms=each)
    return named
