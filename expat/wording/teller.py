"""One step of a trace as it is put into words: what it looked at, its figures, and the voice of a language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from expat.money import EUR, minor_units, round_half_up
from expat.plans.edition import Edition
from expat.wording import care as care_words
from expat.wording import names
from expat.wording.voice import Voice, inside, voice


class Told(NamedTuple):
    """What a step did, in one or two sentences, and what the member can do next, where there is something."""

    sentence: str
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class Teller:
    """A step as kept in a trace (JSON), the language, and where known the plan's edition and the line's currency.

    `ahead`: the care is still to come, and nothing was claimed.
    """

    step: Mapping[str, Any]
    language: str
    edition: Edition | None = None
    currency: str | None = None
    ahead: bool = False

    @property
    def voice(self) -> Voice:
        """The language's voice."""
        return voice(self.language)

    def say(self, text: str, /, **values: object) -> str:
        """A message with its values."""
        return self.voice.say(text, **values)

    def here(self) -> str:
        """Where the units stand that the step is about."""
        return self.say("in this simulation") if self.ahead else self.say("on this line")

    # --- what the step looked at ---------------------------------------------------------------------------------

    def seen(self, name: str, default: Any = None) -> Any:
        """What the step looked at, as kept; the default where it did not look at it."""
        found = self.step["looked_at"].get(name)
        return default if found is None else found

    def on(self, name: str) -> date:
        """A date that the step looked at."""
        return date.fromisoformat(self.seen(name))

    def day(self, name: str) -> str:
        """A date that the step looked at, in words."""
        return self.voice.day(self.on(name))

    def periods(self, name: str) -> list[tuple[date, date]]:
        """The periods that the step looked at; those without a day are left out."""
        found = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in self.seen(name, [])]
        return [(first, last) for first, last in found if first <= last]

    def country(self, name: str) -> str:
        """A country that the step looked at."""
        return names.country(self.seen(name), self.language)

    def care(self, code: str) -> str:
        """A care's name, as it stands inside a sentence."""
        return inside(care_words.care(code, self.language))

    def category(self, word: str) -> str:
        """A category's name, as it stands inside a sentence."""
        return inside(care_words.category(word, self.language))

    # --- the figures that it used ---------------------------------------------------------------------------------

    def figure(self, ending: str) -> Any:
        """The value of the step's figure whose name has that part; None where it used none."""
        return next((value for name, value, *_ in self.step["figures"] if f".{ending}." in f".{name}."), None)

    def figure_name(self) -> str:
        """The name of the step's first figure; empty where it used none."""
        figures = self.step["figures"]
        return str(figures[0][0]) if figures else ""

    def care_code(self) -> str | None:
        """The care that the step's figures are about: `care.ambulatory.gp.benefit.3.cap` names it."""
        name = self.figure_name()
        return ".".join(name.split(".")[1:3]) if name.startswith("care.") else None

    def known_figure(self, name: str) -> Any:
        """A figure of the plan that the step did not use; None where the edition is not at hand."""
        return None if self.edition is None else self.edition[name].value

    def span(self, unit: str, n: int) -> str:
        """So many days, months, years."""
        return care_words.span(unit, n, self.language)

    # --- amounts --------------------------------------------------------------------------------------------------

    def eur(self, amount: Any) -> str:
        """An amount in EUR, as kept."""
        return self.voice.amount(round_half_up(Decimal(amount), minor_units(EUR)), EUR)

    def invoiced(self, amount: Any) -> str:
        """An amount in the invoice's currency, as kept: exact (`n/d`), or decimal where the currency is not known."""
        if self.currency is None:
            return self.voice.rate(Decimal(amount))
        return self.voice.amount(round_half_up(Fraction(amount), minor_units(self.currency)), self.currency)
