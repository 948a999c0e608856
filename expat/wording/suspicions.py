"""What is odd about a line, in words with the facts: for who looks at it, never for a member."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expat.wording.catalogue import N_
from expat.wording.voice import Voice, voice

TITLES = {
    "same_document": N_("The same document was sent for another claim"),
    "same_invoice": N_("The same invoice was claimed on another membership"),
    "altered_copy": N_("Nearly the same invoice, with something changed"),
    "image_editor": N_("A program that alters pictures or documents went over the file"),
    "edited_later": N_("The file was changed after it was made"),
    "dated_after": N_("The invoice or the care is of a day after it came"),
    "often": N_("Many claims of one provider"),
    "round_sums": N_("Round sums again and again"),
    "resembles": N_("Resembles another line"),
}
CHANGED = {
    "amount": N_("amount"), "day": N_("day of care"), "person": N_("person"), "membership": N_("membership"),
}  # fmt: skip
_HERE, _ELSEWHERE = N_("of this membership"), N_("of another membership")
_SENTENCES = {
    "same_document": N_("Line {other} {whose} came with the very same file."),
    "same_invoice": N_("Line {other} {whose} has the same invoice number, day and amount."),
    "altered_copy": N_(
        "{percent}% of its text is that of the invoice of line {other} {whose}, with the same number. What differs: "
        "{changed}."
    ),
    "image_editor": N_("The file names {program}."),
    "edited_later": N_("It says that it was made on {made} and changed on {changed_on}."),
    "dated_after": N_("It names {dated}; the claim came on {came}."),
    "often": N_("{claims} claims of {provider} came within {days} days."),
    "round_sums": N_("{lines} lines of {provider} within {days} days are round sums."),
    "resembles": N_("Same person, care, day and amount as another line, and no invoice number tells them apart."),
}


def suspicion_title(kind: str, language: str) -> str:
    """What is odd, as a heading."""
    return voice(language).say(TITLES[kind])


def suspicion_told(kind: str, facts: Mapping[str, Any], other: str, language: str) -> str:
    """What is odd, with its facts; `other` is how people name the line that is compared with, such as 207/1."""
    speaks = voice(language)
    said = {name: _said(name, value, speaks) for name, value in facts.items() if name != "other"}
    said["changed_on"] = said.get("changed", "")
    whose = speaks.say(_ELSEWHERE if facts.get("elsewhere") else _HERE)
    return speaks.say(_SENTENCES[kind], other=other, whose=whose, **said)


def _said(name: str, value: Any, speaks: Voice) -> Any:
    if name == "changed" and isinstance(value, list):
        return speaks.several(speaks.say(CHANGED[word]) for word in value)
    if name in ("made", "changed", "dated", "came"):
        return speaks.day(date.fromisoformat(value))
    return value
