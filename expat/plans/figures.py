"""Figures of a plan: values by date, each with its unit and its citation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from expat.citation import Citation
from expat.errors import NotFound
from expat.periods import DAY


class Used(NamedTuple):
    """A figure as it held on a day: what a decision looked at and keeps."""

    name: str
    value: Any
    unit: str
    citation: Citation

    def part(self, key: str, value: Any) -> Used:
        """One entry of a figure that is a table, under a name of its own."""
        return Used(f"{self.name}.{key}", value, self.unit, self.citation)


class Dated(NamedTuple):
    """A value and the days on which it holds, both included; `until` is None while no later edition is known."""

    first: date
    until: date | None
    value: Any
    citation: Citation


@dataclass(frozen=True, slots=True)
class Figure:
    """A named figure and its editions, the earliest first."""

    name: str
    unit: str
    editions: tuple[Dated, ...]

    def on(self, day: date) -> Used:
        """The figure as it holds on `day`. Raises NotFound where no edition does: nothing is assumed."""
        if edition := self.edition_on(day):
            return Used(self.name, edition.value, self.unit, edition.citation)
        raise NotFound(self.name, f"the plan has no value on {day}", f"its first holds from {self.editions[0].first}")

    def edition_on(self, day: date) -> Dated | None:
        """The value that holds on `day`, with its first day; None where no edition does."""
        held = (e for e in reversed(self.editions) if e.first <= day and (e.until is None or day <= e.until))
        return next(held, None)

    @property
    def boundaries(self) -> set[date]:
        """The days on which the figure changes."""
        return {e.first for e in self.editions} | {e.until + DAY for e in self.editions if e.until}
