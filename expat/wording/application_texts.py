"""What an applicant agrees to and signs, word for word. Whoever changes a text gives it another version; that of the
association's statutes is in the text itself."""

from __future__ import annotations

from typing import NamedTuple

from expat.errors import BadInput
from expat.wording.catalogue import N_
from expat.wording.statutes import statutes
from expat.wording.voice import voice

VERSION = "2026-2"

CONSENTS = {
    "association": N_(
        "I join the association {association}, which holds the contract for its members. I have read its statutes, "
        "version {version}, and agree to them."
    ),
    "truth": N_(
        "Read and approved: what I say in this application is complete and true. I know that a false or a withheld "
        "answer can end the cover."
    ),
    "data": N_(
        "My answers and those of my family are used to decide on this application and to run the membership. What is "
        "about health is read by the medical department alone."
    ),
    "early": N_(
        "I ask for the cover to begin before the days in which I can still change my mind are over. I keep the right "
        "to change my mind."
    ),
}
NEEDED = ("association", "truth", "data")
MANDATE = N_(
    "I let {creditor} collect the premiums of my membership from this account by SEPA direct debit, under the mandate "
    "{reference}, and my bank pay them. Within eight weeks of a debit I can have it paid back, as my bank's terms say."
)


class Said(NamedTuple):
    """A text as somebody read it: its version, its language, and the words."""

    version: str
    language: str
    text: str


def consent(kind: str, language: str) -> Said:
    """What is agreed to. Raises BadInput for a kind that there is not."""
    if kind not in CONSENTS:
        raise BadInput("consents", f"{kind!r} is unknown", f"one of {', '.join(CONSENTS)}")
    held = statutes(language)
    return Said(
        VERSION, language, voice(language).say(CONSENTS[kind], association=held.name, version=held.version)
    )  # fmt: skip


def mandate(reference: str, creditor: str, language: str) -> Said:
    """The mandate for direct debit."""
    return Said(VERSION, language, voice(language).say(MANDATE, reference=reference, creditor=creditor))
