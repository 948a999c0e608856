"""The lines that a settlement judges, in the order received; what it pays can reopen lines that were refused."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator, Sequence
from datetime import date

from sqlmodel import Session

from expat.claims.dossier import Dossier
from expat.claims.history import load_related
from expat.claims.judge import Judged, judge, rates_for
from expat.claims.lines import STANDING, LineState
from expat.claims.rejudge import unpaid_lines


class OpenLines:
    """Accepted lines of some memberships; where something new is known of one, all its lines that are not paid.

    A line that is accepted no longer, or a complication that doubles a ceiling, changes what others are judged on:
    the refused and pending lines of that membership that come later are then judged in their turn as well.
    """

    def __init__(self, session: Session, dossiers: dict[int, Dossier], day: date, preference: Sequence[str]) -> None:
        self._session, self._dossiers, self._day, self._preference = session, dossiers, day, preference
        newly_known = [d.id for d in dossiers.values() if d.version > d.judged_version]
        self._whole = set(newly_known)
        found = unpaid_lines(session, list(dossiers), ("accepted",))
        if newly_known:
            found += unpaid_lines(session, newly_known, ("pending", "refused"))
        self._lines = sorted((line for line in found if line.received_on <= day), key=_place)
        self._before = {id(line): line.standing for line in self._lines}
        self._related = load_related(session, dossiers, self._lines) if self._lines else None
        self._rates = rates_for(session, dossiers, self._lines, day, preference)

    def __iter__(self) -> Iterator[Judged]:
        index = 0
        while index < len(self._lines):
            line = self._lines[index]
            assert self._related is not None
            yield judge(self._dossiers[line.membership_id], line, self._related, self._rates, self._day)
            index += 1

    def missing_rates(self, currencies: set[str]) -> set[str]:
        """Which of the currencies have no rate on the day."""
        return currencies - self._rates.keys()

    def changed(self, line: LineState) -> bool:
        """Whether the judging came to something else than the one before."""
        return self._before[id(line)] != line.standing

    def fell(self, line: LineState) -> bool:
        """Whether the line was accepted and is no longer."""
        return self._before[id(line)][0] in STANDING and line.status not in STANDING

    def reopen(self, after: LineState) -> None:
        """Judge the membership's refused and pending lines that come after a line in their turn, too."""
        assert self._related is not None
        membership = after.membership_id
        if membership in self._whole:
            return
        self._whole.add(membership)
        found = unpaid_lines(self._session, [membership], ("pending", "refused"))
        later = [x for x in found if x.order > after.order and x.received_on <= self._day and not self._has(x)]
        if later:
            related = load_related(self._session, self._dossiers, later)
            for line in later:
                self._related.put(line)
                self._related.add(related.of(line.person))
                insort(self._lines, line, key=_place)
                self._before[id(line)] = line.standing
            self._rates |= rates_for(self._session, self._dossiers, later, self._day, self._preference)

    def _has(self, line: LineState) -> bool:
        return any(x.id == line.id for x in self._lines)


def _place(line: LineState) -> tuple[int, date, int, int]:
    return (line.membership_id, *line.order)
