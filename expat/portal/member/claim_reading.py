"""What was read from a claim's papers: a proposal, which stands in the form as such until somebody has checked it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from expat.documents.reading.queue import FAILED, Reading, readings_of
from expat.documents.reading.suggestion import Suggestion
from expat.portal.forms import amount_of
from expat.portal.member.claim_draft import Line
from expat.portal.work import language, speaks
from expat.wording import names

__all__ = ["Proposed", "beside", "filled", "line_from", "place_for", "proposed", "readings_of", "still_read", "used"]

PATIENCE = timedelta(seconds=30)
SHORT = 12  # digits of a hash that name a paper within a draft
READ, NONE = "read", "none"  # a paper that nobody asked to be read
GUESSED = ("currency", "country")  # what stands there before the amount is typed is a guess of ours


@dataclass(frozen=True)
class Proposed:
    """A paper, how far its reading is (asked, read, failed, none), and what it proposes, as a form has values.

    `days` are all days that it can be about, the likeliest first.
    """

    paper: Any
    state: str
    values: Mapping[str, str] = field(default_factory=dict)
    days: tuple[date, ...] = ()

    @property
    def mark(self) -> str:
        """What names the paper in the form."""
        return str(self.paper.sha256[:SHORT])

    @property
    def shown(self) -> str:
        """The values in a line of words."""
        return " · ".join(shown(name, self.values) for name in self.values if name != "currency")


def proposed(paper: Any, reading: Reading | None, at: datetime) -> Proposed:
    """What was read of a paper; a reading that takes too long is given up."""
    if reading is None:
        return Proposed(paper, NONE)
    if reading.is_waiting and at - reading.asked_at > PATIENCE:
        return Proposed(paper, FAILED)
    found = reading.suggestion
    if found is None:
        return Proposed(paper, reading.state)
    days = tuple(one.value for one in (*found.care_date, *found.invoice_date))
    return Proposed(paper, reading.state, _values(found), days)


def _values(read: Suggestion) -> dict[str, str]:
    """The best candidate of each figure."""
    best: dict[str, Sequence[Any]] = {
        "amount": read.amount, "currency": read.currency, "first_day": read.care_date or read.invoice_date,
        "provider": read.provider, "invoice": read.invoice_number, "country": read.country,
    }  # fmt: skip
    return {name: str(found[0].value) for name, found in best.items() if found}


def shown(name: str, values: Mapping[str, str]) -> str:
    """A proposed value as the reader's language writes it."""
    spoken, text = speaks(), values[name]
    if name == "amount" and values.get("currency"):
        return spoken.amount(Decimal(text), values["currency"])
    if name == "first_day":
        return spoken.day(date.fromisoformat(text))
    if name == "country":
        return names.country(text, language())
    return spoken.say("no. {number}", number=text) if name == "invoice" else text


def filled(lines: Sequence[Line], papers: Sequence[Proposed]) -> list[Line]:
    """The lines with what was read: each invoice fills the first line that has no amount yet, once."""
    found = [dict(line) for line in lines]
    for one in papers:
        place = place_for(found, one)
        if place is not None:
            found[place] = _with(found[place], one)
    return found


def place_for(lines: Sequence[Line], one: Proposed) -> int | None:
    """Which line an invoice fills; None where it filled one before, or no line is empty."""
    if one.paper.kind != "invoice" or not one.values or any(line.get("paper") == one.mark for line in lines):
        return None
    empty = (i for i, line in enumerate(lines) if not line.get("paper") and not line.get("amount"))
    return next(empty, None)


def line_from(line: Line, one: Proposed) -> Line:
    """A further line, filled from a paper of its own."""
    return _with({name: text for name, text in line.items() if name not in ("first_day", "provider", "invoice")}, one)


def _with(line: Line, one: Proposed) -> Line:
    read = [name for name in one.values if name in GUESSED or not line.get(name)]
    values = {name: one.values[name] for name in read}
    return {**line, **values, "paper": one.mark, "read": " ".join(read), "checked": ""}


def still_read(lines: Sequence[Line], papers: Sequence[Proposed]) -> list[Line]:
    """The lines, of which a field that was typed over no longer counts as read."""
    found = []
    for line in lines:
        read = _read_for(line, papers)
        kept = [name for name in line.get("read", "").split() if name in read and read[name] == line.get(name)]
        found.append({**line, "read": " ".join(kept)})
    return found


def beside(line: Line, papers: Sequence[Proposed]) -> dict[str, str]:
    """What was read for a line and is not what stands in it, by field, in words."""
    read, marked = _read_for(line, papers), line.get("read", "").split()
    return {name: shown(name, read) for name in read if name not in marked and not _same(name, line, read)}


def _same(name: str, line: Line, read: Mapping[str, str]) -> bool:
    typed = line.get(name, "")
    return typed == read[name] or (name == "amount" and amount_of(typed) == Decimal(read[name]))


def used(line: Line, name: str, papers: Sequence[Proposed]) -> Line:
    """The line with a value that was read in the place of what was typed."""
    read = _read_for(line, papers)
    if name not in read:
        return line
    marked = [*line.get("read", "").split(), name]
    return {**line, name: read[name], "read": " ".join(dict.fromkeys(marked)), "checked": ""}


def _read_for(line: Line, papers: Sequence[Proposed]) -> Mapping[str, str]:
    return next((one.values for one in papers if one.mark == line.get("paper")), {})
