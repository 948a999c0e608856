"""What an invoice comes to: the figure beside the word for it, borne out by the other figures where they add up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

from expat.documents.reading.lines import WELL_READ, TextLine
from expat.documents.reading.numbers import at_scale, readings
from expat.documents.reading.sums import Sum
from expat.documents.reading.words import SUMS, Label, lexicon

BESIDE, BELOW, LEFT_OF = "beside", "below", "left of"
POINTS = {"due": 40, "total": 32, "amount": 12, "paid": 10, "balance": 8}
_PLACED = {BESIDE: 10, LEFT_OF: 4, BELOW: 0}
_SIGNED, _DECIMALS, _BORNE_OUT = 5, 3, 12
_ROWS_BELOW = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sum with its currency, the kind of the words beside it and where it stands to them."""

    value: Decimal
    currency: str | None
    kind: str
    placed: str
    sum: Sum
    text: str
    other_readings: tuple[Decimal, ...] = ()

    @property
    def well_read(self) -> bool:
        return self.sum.score >= WELL_READ


@dataclass(frozen=True, slots=True)
class Total:
    """The candidate that is taken for the total, whether there is doubt, and the next best."""

    best: Candidate
    sure: bool
    others: tuple[Candidate, ...]


def total_of(
    lines: Sequence[TextLine], sums: Sequence[Sum], currency_of: Callable[[Sum], str | None], from_picture: bool
) -> Total | None:
    """The invoice's total. None where there is no figure that could be one.

    `currency_of` tells a figure's currency; what was read from a picture has to be borne out to be sure.
    """
    figures = _Figures(lines, sums, currency_of)
    labelled = [c for c in figures.labelled() if c.value > 0 and not c.sum.negative]
    eligible = [c for c in labelled if c.kind in POINTS and c.kind not in ("balance",)]
    eligible = eligible or [c for c in labelled if c.kind == "balance"]
    if not any(c.kind in ("due", "total", "paid") for c in eligible):
        eligible += figures.unlabelled()
    if not eligible:
        return None
    ordered = sorted(eligible, key=lambda c: (figures.points(c, labelled), c.value), reverse=True)
    best = _invoiced(ordered[0], labelled)
    others = tuple(c for c in [*ordered, *labelled] if c.value != best.value and c.kind in POINTS)
    return Total(best, _is_sure(best, labelled, figures, from_picture), others)


def _invoiced(best: Candidate, labelled: Sequence[Candidate]) -> Candidate:
    """What was invoiced: without the discount, and not what is left of it after a payment or another's share."""
    cuts = {c.value for c in labelled if c.kind == "discount" and c.value}
    cut = [c for c in labelled if c.kind in ("due", "total") and best.value - c.value in cuts]
    best = min(cut, key=lambda c: c.value) if cut else best
    reduced = {c.value for c in labelled if c.kind in ("paid", "insurer")}
    whole = [c for c in labelled if c.kind in ("due", "total") and c.value - best.value in reduced - {Decimal(0)}]
    return max(whole, key=lambda c: c.value) if whole else best


def _is_sure(best: Candidate, labelled: Sequence[Candidate], figures: _Figures, from_picture: bool) -> bool:
    if best.other_readings or best.kind not in ("due", "total") or best.placed != BESIDE:
        return False
    rivals = {c.value for c in labelled if c.kind == best.kind and c.placed == BESIDE} - {best.value}
    borne_out = figures.adds_up(best, labelled)
    if from_picture:
        return best.well_read and (borne_out or (not rivals and figures.repeated(best)))
    return borne_out or not rivals


class _Figures:
    """The figures of a paper with their values."""

    def __init__(
        self, lines: Sequence[TextLine], sums: Sequence[Sum], currency_of: Callable[[Sum], str | None]
    ) -> None:
        self.lines, self.sums, self._currency_of = lines, sums, currency_of
        self.labels = [_without_included(lexicon(SUMS).find(line.text)) for line in lines]
        self.by_row: dict[int, list[Sum]] = {}
        for one in sums:
            self.by_row.setdefault(one.row, []).append(one)
        self.valued = [(one, c.value) for one in sums if (c := self._candidate(one, "", BESIDE, "")) is not None]

    def labelled(self) -> list[Candidate]:
        """Every figure that a word for a sum belongs to."""
        return [c for row in range(len(self.lines)) for c in self._of_row(row)]

    def unlabelled(self) -> list[Candidate]:
        """Every figure that is money by its own looks."""
        money = [one for one in self.sums if one.is_money and not one.negative]
        found = [self._candidate(one, "", BESIDE, self._words(one)) for one in money]
        return [c for c in found if c is not None and c.value > 0]

    def points(self, candidate: Candidate, labelled: Sequence[Candidate]) -> int:
        """How much speaks for a candidate."""
        points = POINTS.get(candidate.kind, 0) + _PLACED[candidate.placed]
        points += _SIGNED * bool(candidate.sum.signs) + _DECIMALS * candidate.sum.has_decimals
        points += _BORNE_OUT * self.adds_up(candidate, labelled)
        return points + _BORNE_OUT // 2 * self.repeated(candidate)

    def repeated(self, candidate: Candidate) -> bool:
        """Whether the same sum stands on the paper a second time."""
        return sum(value == candidate.value and one.is_money for one, value in self.valued) > 1

    def adds_up(self, candidate: Candidate, labelled: Sequence[Candidate]) -> bool:
        """Whether the column above it comes to it, or the sums named beside it do."""
        return self._is_sum_of_column(candidate) or _is_sum_of_named(candidate, labelled)

    def _is_sum_of_column(self, candidate: Candidate) -> bool:
        total = candidate.sum
        unit = max(1, self.lines[total.row].cell_at(total.start).height)
        above = [
            value
            for one, value in self.valued
            if one.row < total.row
            and self.lines[one.row].page == self.lines[total.row].page
            and abs(one.right - total.right) <= 2 * unit
            and not any(label.kind in ("total", "due", "sub", "paid", "balance") for label in self.labels[one.row])
        ]
        sums = list(accumulate(reversed(above)))  # of the last line, of the last two, and so on
        return candidate.value in sums[1:]

    def _of_row(self, row: int) -> Iterator[Candidate]:
        labels = self.labels[row]
        for place, label in enumerate(labels):
            until = labels[place + 1].start if place + 1 < len(labels) else len(self.lines[row].text)
            behind = [o for o in self.by_row.get(row, ()) if label.start <= o.start < until and label.end < o.end]
            if behind:
                yield from self._beside(row, label, behind)
            elif place + 1 == len(labels) or labels[place + 1].kind != label.kind:
                before = [one for one in self.by_row.get(row, ()) if one.end <= label.start and one.is_money]
                if before and len(labels) == 1:
                    yield from self._told(row, label, before[-1], LEFT_OF)
                else:
                    yield from self._below(row, label)

    def _beside(self, row: int, label: Label, behind: Sequence[Sum]) -> Iterator[Candidate]:
        """The last figure behind the word; where several currencies stand there, each."""
        money = [one for one in behind if one.is_money] or list(behind)
        several = len({one.signs for one in behind if one.signs}) > 1
        for one in money if several else money[-1:]:
            yield from self._told(row, label, one, BESIDE)

    def _below(self, row: int, label: Label) -> Iterator[Candidate]:
        """The first figure in the column under the word."""
        cell = self.lines[row].cell_at(label.start)
        for below in range(row + 1, min(row + 1 + _ROWS_BELOW, len(self.lines))):
            under = [one for one in self.by_row.get(below, ()) if one.left < cell.right and cell.left < one.right]
            if under:
                yield from self._told(row, label, under[-1], BELOW)
                return

    def _told(self, row: int, label: Label, one: Sum, placed: str) -> Iterator[Candidate]:
        """A figure with its word: what stands between them may tell of an illness and is left out."""
        words = f"{self.lines[row].text[label.start : label.end]} {self._words(one)}"
        if (found := self._candidate(one, label.kind, placed, words)) is not None:
            yield found

    def _candidate(self, one: Sum, kind: str, placed: str, text: str) -> Candidate | None:
        currency = self._currency_of(one)
        values = readings(one.number, currency)
        if not values:
            return None
        best, *others = values if currency is None else [at_scale(value, currency) for value in values]
        return Candidate(best, currency, kind, placed, one, text, tuple(others))

    def _words(self, one: Sum) -> str:
        return self.lines[one.row].text[one.start : one.end]


def _without_included(labels: Sequence[Label]) -> list[Label]:
    """The words for sums without those that say what is included: "total incl. VAT", "IVA incluido"."""
    kept = []
    for place, label in enumerate(labels):
        around = [*labels[max(0, place - 1) : place], *labels[place + 1 : place + 2]]
        included = label.kind == "tax" and any(one.kind == "including" for one in around)
        if label.kind != "including" and not included:
            kept.append(label)
    return kept


def _is_sum_of_named(candidate: Candidate, labelled: Sequence[Candidate]) -> bool:
    """Subtotal and tax, payment and balance, or cash and change come to it."""
    of: dict[str, set[Decimal]] = {}
    for one in labelled:
        of.setdefault(one.kind, set()).add(one.value)
    bases, value = of.get("sub", set()) | of.get("total", set()), candidate.value
    taxes, less = of.get("tax", set()), of.get("discount", set())
    parts = of.get("paid", set()) | of.get("insurer", set())
    left = of.get("balance", set()) | of.get("due", set())
    ways = (
        any(base + tax == value for base in bases for tax in taxes),
        len(taxes) > 1 and any(base + sum(taxes) == value for base in bases),
        any(base - cut == value for base in bases for cut in less),
        any(part + rest == value for part in parts for rest in left),
        any(part - rest == value for part in parts for rest in of.get("balance", set())),
    )
    return any(ways)
