"""What countries, currencies, causes, papers, gates, roles and sources of rates are called."""

from __future__ import annotations

from expat.wording.catalogue import N_
from expat.wording.voice import voice

CAUSES = {
    "illness": N_("illness"),
    "accident": N_("accident"),
    "unexpected_illness": N_("unexpected illness"),
    "complication": N_("complication of pregnancy or birth"),
    "force_majeure": N_("force majeure"),
}

DOCUMENTS = {
    "invoice": N_("the detailed invoice marked as paid"),
    "prescription": N_("the prescription"),
    "cause_proof": N_("a proof of the cause (accident report, medical certificate)"),
    "medical_report": N_("a medical report"),
    "original": N_("the original of the invoice, by post"),
    "other": N_("another paper"),
}

# The same in a word or two, as files are called.
FILES = {
    "invoice": N_("Invoice"),
    "prescription": N_("Prescription"),
    "cause_proof": N_("Proof of the cause"),
    "medical_report": N_("Medical report"),
    "original": N_("Original invoice"),
    "other": N_("Paper"),
}

# Why a paper is asked for, where no reviewer says it in words of his or her own.
ASKED_WHY = {
    "online_limit": N_("The claim is above the limit for claims sent online: we need the originals of its invoices."),
}

GATES = {
    "duplicate": N_("Claimed once only"),
    "in_force": N_("Covered on that day"),
    "suspended": N_("Cover not suspended"),
    "in_time": N_("Received in time"),
    "excluded": N_("Not excluded"),
    "formula": N_("Part of the formula"),
    "age": N_("Age"),
    "territory": N_("Place of the care"),
    "waiting": N_("Waiting period"),
    "approval": N_("Prior approval"),
    "documents": N_("Papers"),
    "limits": N_("Limits in number"),
    "benefit": N_("Rate and cap"),
    "category_ceiling": N_("Ceiling of the category"),
    "overall_ceiling": N_("Overall ceiling"),
    "payout": N_("Payment"),
}

RESULTS = {
    "passed": N_("passed"),
    "reduced": N_("reduced"),
    "refused": N_("refused"),
    "pending": N_("papers awaited"),
    "waits": N_("waiting for a rate"),
}

STATUSES = {
    "received": N_("Received"),
    "accepted": N_("Accepted, to be paid"),
    "paid": N_("Paid"),
    "pending": N_("Waiting for papers"),
    "refused": N_("Refused"),
}

# Where a line waits for something else than papers, by its reason: as a status, as the result of a gate.
WAITS = {"possible_duplicate": (N_("Waiting for a check"), N_("to be checked"))}

ROLES = {
    "member": N_("The member"),
    "spouse": N_("The spouse or partner"),
    "child": N_("The child"),
}

ORIGINS = {
    "contract": N_("the contract's"),
    "sample": N_("a sample"),
    "operator": N_("the operator's choice"),
}

FIGURE_UNITS = {
    "working_days": N_("working days"),
    "mediator": N_("mediator"),
    "EUR": N_("euros"), "share": N_("share"), "factor": N_("factor"), "percent": N_("per cent"),
    "acts": N_("acts"), "nights": N_("nights"), "hours": N_("hours"), "days": N_("days"), "weeks": N_("weeks"),
    "months": N_("months"), "month": N_("month of the year"), "years": N_("years"), "country": N_("country"),
    "zone": N_("zone"), "category": N_("category"), "formula": N_("formula"), "cause": N_("cause"),
    "document": N_("paper"), "care": N_("care"), "frequency": N_("frequency"), "benefit": N_("benefit"),
    "question": N_("question"), "role": N_("role"), "claims": N_("claims"), "lines": N_("lines"),
    "approval": N_("approval"),
}  # fmt: skip

SOURCES = {
    "ecb": N_("European Central Bank"),
    "operator": N_("rate set by the operator"),
    "parity": N_("fixed parity"),
    "forex-python": N_("forex-python, an online source"),
    "euro": N_("euro"),
}

# Currencies of ISO 4217 that CLDR does not name in every language.
_CURRENCIES = {
    "VED": N_("Venezuelan digital bolívar"),
    "XAD": N_("Arab accounting dinar"),
    "ZWG": N_("Zimbabwe gold"),
}


def country(code: str, language: str) -> str:
    """The country of an ISO 3166-1 code, as CLDR names it."""
    return str(voice(language).locale.territories.get(code, code))


def currency(code: str, language: str) -> str:
    """The currency of an ISO 4217 code, as CLDR names it."""
    speaks = voice(language)
    if code in _CURRENCIES:
        return speaks.say(_CURRENCIES[code])
    return str(speaks.locale.currencies.get(code, code))


def cause(word: str, language: str) -> str:
    """What brought the care about."""
    return voice(language).say(CAUSES[word])


def document(kind: str, language: str) -> str:
    """A kind of paper, with its article."""
    return voice(language).say(DOCUMENTS[kind])


def file_of(kind: str, language: str) -> str:
    """What a file is called that holds a paper of a kind; nothing for a kind without a name."""
    return voice(language).say(FILES[kind]) if kind in FILES else ""


def gate(word: str, language: str) -> str:
    """What a gate looks at, as its heading in a trace."""
    return voice(language).say(GATES[word])


def asked_why(why: str, language: str) -> str:
    """Why a paper is asked for: a word of ours, or what a reviewer wrote."""
    return voice(language).say(ASKED_WHY[why]) if why in ASKED_WHY else why


def result(word: str, language: str, reason: str | None = None) -> str:
    """What came of a gate, for the reason that its step has."""
    waits = WAITS.get(reason or "") if word == "pending" else None
    return voice(language).say(waits[1] if waits else RESULTS[word])


def status(word: str, language: str, reasons: str = "") -> str:
    """Where a line stands, for the reasons that it has (words with spaces between)."""
    waits = WAITS.get(reasons) if word == "pending" else None
    return voice(language).say(waits[0] if waits else STATUSES[word])


def role(word: str, language: str) -> str:
    """An insured person's place in the membership."""
    return voice(language).say(ROLES[word])


def origin(word: str, language: str) -> str:
    """Whose a figure is."""
    return voice(language).say(ORIGINS[word])


def figure_unit(word: str, language: str) -> str:
    """What a figure of a plan counts."""
    return voice(language).say(FIGURE_UNITS[word])


def rate_source(word: str, language: str) -> str:
    """Who published a rate; a source that has no wording (a story's own) stays the word."""
    return voice(language).say(SOURCES[word]) if word in SOURCES else word
