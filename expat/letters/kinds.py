"""The kind of a stay or of care in words that tell nothing of a person's health: what a guarantee letter may say."""

from __future__ import annotations

from expat.wording import care
from expat.wording.catalogue import N_
from expat.wording.voice import voice

STAY, TREATMENT = N_("Stay in hospital"), N_("Treatment during the stay")
MATERNITY = N_("Maternity stay")

# By care or family; of any other care the family's name is said.
_KINDS = {
    "hospital": STAY,
    "hospital.stay": STAY,
    "hospital.psychiatric": STAY,
    "hospital.child_health": STAY,
    "hospital.surgery": TREATMENT,
    "hospital.medical": TREATMENT,
    "hospital.companion_bed": N_("Bed for an accompanying parent"),
    "hospital.convalescence": N_("Stay after hospital"),
    "maternity": MATERNITY,
    "maternity.delivery": MATERNITY,
    "maternity.caesarean": MATERNITY,
}


def kind_of(code: str, language: str) -> str:
    """The kind of a care, given by its code or its family."""
    family = code.split(".")[0]
    known = _KINDS.get(code) or (_KINDS.get(family) if family in ("hospital", "maternity") else None)
    return voice(language).say(known) if known else care.care(family, language)
