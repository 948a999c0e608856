"""Which currency a sign means: "$" has a dozen meanings, and the rest of the paper tells which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import NamedTuple

from expat.documents.reading.countries import Guess, currency_of
from expat.documents.reading.lines import TextLine
from expat.documents.reading.sums import Sum, signs_in


class Meant(NamedTuple):
    """A currency, whether there is doubt, and the words that it was read from."""

    currency: str
    sure: bool
    text: str


def named(lines: Sequence[TextLine], sums: Sequence[Sum]) -> dict[str, str]:
    """The currencies that are named without doubt, the most frequent first, each with words that name it."""
    words = [(one.signs[0], lines[one.row].text[one.start : one.end]) for one in sums if _is_plain(one)]
    words += [(signs[0], text) for signs, text in signs_in(lines) if len(signs) == 1]
    counted = Counter(currency for currency, _ in words)
    first = dict(reversed(words))
    return {currency: first[currency] for currency, _ in counted.most_common()}


def perhaps(lines: Sequence[TextLine], sums: Sequence[Sum]) -> dict[str, str]:
    """Currencies that a letter stands for ("R 450.00"), where it stands so more than once."""
    words = [
        (one.signs[0], lines[one.row].text[one.start : one.end]) for one in sums if one.weak and len(one.signs) == 1
    ]
    counted = Counter(currency for currency, _ in words)
    return {currency: text for currency, text in words if counted[currency] > 1}


class Currencies:
    """What the signs of one paper mean: `known` is named without doubt, `home` is where the member lives."""

    def __init__(
        self, lines: Sequence[TextLine], sums: Sequence[Sum], known: dict[str, str], guesses: Sequence[Guess],
        home: str | None, on: date,
    ) -> None:  # fmt: skip
        self._lines, self._sums, self._known = lines, sums, known
        self._of_country = [Meant(found, g.sure, g.text) for g in guesses if (found := currency_of(g.country, on))]
        own = currency_of(home, on)
        self._of_home = [Meant(own, False, home)] if own and home else []

    def of(self, one: Sum) -> str | None:
        """The likeliest currency of a figure; None where nothing tells."""
        meant = self.meanings(one)
        return meant[0].currency if meant else None

    def meanings(self, one: Sum) -> list[Meant]:
        """The currencies that a figure may be in, the likeliest first."""
        if not one.signs:
            return self._of_paper
        text = self._lines[one.row].text[one.start : one.end]
        if _is_plain(one):
            return [Meant(one.signs[0], True, text)]
        meant = self._of_sign(one.signs, text)
        if one.weak and self._known and not self._is_supported(one.signs):
            return _once([*self._of_paper, *meant])
        return meant

    def _of_sign(self, signs: Sequence[str], text: str) -> list[Meant]:
        """What a sign of several currencies means: one that is named elsewhere, the country's, that of home."""
        known = [Meant(currency, True, text) for currency in self._known if currency in signs]
        told = [Meant(m.currency, m.sure, text) for m in self._of_country if m.currency in signs]
        home = [Meant(m.currency, False, text) for m in self._of_home if m.currency in signs]
        return _once([*known, *told, *home, *(Meant(currency, False, text) for currency in signs)])

    def _is_supported(self, signs: Sequence[str]) -> bool:
        return any(m.currency in signs for m in [*self._of_country, *self._of_home]) or bool(
            set(signs) & set(self._known)
        )

    def _text_of(self, signs: tuple[str, ...]) -> str:
        inside = [self._lines[one.row].text[one.start : one.end] for one in self._sums if one.signs == signs]
        return next(iter(inside), None) or next(text for found, text in signs_in(self._lines) if found == signs)

    @cached_property
    def _of_paper(self) -> list[Meant]:
        """What a figure without a sign is in: what the others are in, else the country's money."""
        only = len(self._known) == 1
        known = [Meant(currency, only, text) for currency, text in self._known.items()]
        signed = Counter(one.signs for one in self._sums if one.signs and not _is_plain(one) and not one.weak)
        signed.update(signs for signs, _ in signs_in(self._lines) if len(signs) > 1)
        for signs, _ in signed.most_common(1) if not known else ():
            known = self._of_sign(signs, self._text_of(signs))
        country = [m._replace(sure=False) for m in self._of_country]
        return _once([*known, *country, *self._of_home])


def _is_plain(one: Sum) -> bool:
    return len(one.signs) == 1 and not one.weak


def _once(meanings: Sequence[Meant]) -> list[Meant]:
    first: dict[str, Meant] = {}
    for one in meanings:
        first.setdefault(one.currency, one)
    return list(first.values())
