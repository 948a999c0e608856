"""What other lines of the same person, and people's findings, say about a line: only what can matter is read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, tuple_, union_all
from sqlmodel import Session

from expat.adjudication.approval import names, period_days
from expat.adjudication.facts import History
from expat.claims import stays
from expat.claims.dossier import Dossier
from expat.claims.findings import read_findings
from expat.claims.lines import STANDING, LineState, from_row
from expat.claims.tables import ClaimLine
from expat.db import table_of
from expat.periods import DAY
from expat.plans.edition import Care, Edition

_LINE: Any = table_of(ClaimLine)


class Lines:
    """The lines that are judged and those that can matter to them, by person, in the order received."""

    def __init__(self) -> None:
        self._by_person: dict[int, dict[tuple[int, int], LineState]] = defaultdict(dict)

    def add(self, lines: Iterable[LineState]) -> None:
        """Add lines; one that is already there stays as it is."""
        for line in lines:
            self._by_person[line.person].setdefault((line.claim_id, line.position), line)

    def put(self, line: LineState) -> None:
        """Put a line in the place of what is known of it."""
        self._by_person[line.person][line.claim_id, line.position] = line

    def of(self, person: int) -> list[LineState]:
        """The known lines of a person."""
        return list(self._by_person[person].values())


def load_related(session: Session, dossiers: dict[int, Dossier], judged: list[LineState]) -> Lines:
    """The judged lines and what can matter to them, by one query; of lines that are kept already, what people found.

    Of a new line that would be flagged for a long stay, too: its person may have been found not to be on one.
    """
    lines = Lines()
    lines.add(judged)
    conditions = [tuple_(_LINE.c.person_id, _LINE.c.first_day).in_({(x.person, x.first_day) for x in judged})]
    if series := {(x.person, x.series) for x in judged if x.series}:
        conditions.append(tuple_(_LINE.c.person_id, _LINE.c.series).in_(series))
    if cares := {pair for x in judged for pair in _care_that_matters(dossiers[x.membership_id], x)}:
        conditions.append(tuple_(_LINE.c.person_id, _LINE.c.care).in_(cares))
    query: Any = select(_LINE).where(_of_judged(judged, conditions))
    around = stays.lines_around(dossiers, judged)
    if around is not None:
        query = union_all(query, around)
    lines.add(from_row(row) for row in session.execute(query))
    asked = {x.membership_id for x in judged if x.id is not None}
    if around is not None:
        asked |= {x.membership_id for x in judged if x.id is None and _long_stay(dossiers, lines, x)}
    if asked:
        read_findings(session, dossiers, asked)
    return lines


def _long_stay(dossiers: dict[int, Dossier], lines: Lines, line: LineState) -> bool:
    return stays.is_long(dossiers[line.membership_id], line, lines.of(line.person))


def _of_judged(judged: list[LineState], conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    return and_(_LINE.c.person_id.in_({x.person for x in judged}), or_(*conditions))


def _care_that_matters(dossier: Dossier, line: LineState) -> set[tuple[int, str]]:
    edition = dossier.plan.on(line.first_day)
    care = edition.care.get(line.care)
    if care is None:
        return set()
    found = {care.code} if care.counted_in_days or care.every_years else set()
    if care.goes_with:
        found |= {c.code for c in edition.care.values() if c.admission}
    return {(line.person, code) for code in found}


def history_of(line: LineState, care: Care | None, edition: Edition, lines: Lines, dossier: Dossier) -> History:
    """UNO-DUP-1, UNO-APP-1 and 4, UNO-LIM-1 and 2, UNO-HOSP-1: what the lines around this one amount to."""
    others = [o for o in lines.of(line.person) if o is not line]
    alike = [o for o in others if o.status in STANDING and _looks_like(o, line) and not _distinct(o, line, dossier)]
    duplicate = next((o.ref for o in alike if _repeats(o, line)), None)
    same = None if duplicate or not alike else alike[0].ref
    reviewed, stay = dossier.findings.duplicates.get(line.id), stays.shown(dossier, line, others)
    if care is None:
        return History(duplicate, same, reviewed=reviewed, stay=stay)
    paid = [o for o in others if o.care == line.care and o.status == "paid"]
    return History(
        duplicate,
        same,
        _acts_before(line, others, edition) if line.series else 0,
        tuple(sorted(o.first_day for o in paid if o.covered)) if care.every_years else (),
        sum(o.covered for o in paid) if care.lifetime_days else 0,
        sum(o.covered for o in _same_stay(line, paid)) if care.days_per_stay else 0,
        stay_first_day(line, others) if care.counted_in_days else None,
        _goes_with(line, care, edition, others, dossier) if care.goes_with else True,
        reviewed,
        stay,
    )


def _distinct(other: LineState, line: LineState, dossier: Dossier) -> bool:
    """Whether a person found the other line to be none of this one's: it binds both ways."""
    found = dossier.findings.duplicates.get(other.id)
    return found is not None and found.outcome == "distinct" and found.same_as in (None, line.ref)


def _looks_like(other: LineState, line: LineState) -> bool:
    return (other.care, other.first_day, other.amount, other.currency) == (
        line.care,
        line.first_day,
        line.amount,
        line.currency,
    )


def _repeats(other: LineState, line: LineState) -> bool:
    """Whether the other line, which looks like this one, has its invoice number."""
    return line.invoice is not None and other.invoice == line.invoice


def _acts_before(line: LineState, others: list[LineState], edition: Edition) -> int:
    """Acts of the series that are paid, or accepted and received before this line."""
    return sum(
        o.covered
        for o in others
        if o.series == line.series
        and (o.status == "paid" or (o.status == "accepted" and o.order < line.order))
        and o.care in edition.care
        and edition.care[o.care].approval.value == "series"
    )


def _same_stay(line: LineState, paid: list[LineState]) -> list[LineState]:
    """The paid lines of the stay that the line is part of: each follows another by a day at most."""
    first, last = line.first_day, line.last_day
    stay: list[LineState] = []
    rest = list(paid)
    while joined := [o for o in rest if o.first_day <= last + DAY and o.last_day >= first - DAY]:
        stay += joined
        rest = [o for o in rest if o not in joined]
        first = min(first, *(o.first_day for o in joined))
        last = max(last, *(o.last_day for o in joined))
    return stay


def stay_first_day(line: LineState, others: Iterable[LineState]) -> date:
    """The first day of the stay: of the line of the same care that this one follows by a day at most."""
    first = line.first_day
    candidates = [o for o in others if o.care == line.care and o.status != "refused"]
    while before := [o for o in candidates if o.first_day < first <= o.last_day + DAY]:
        first = min(o.first_day for o in before)
    return first


def _goes_with(line: LineState, care: Care, edition: Edition, others: list[LineState], dossier: Dossier) -> bool:
    """UNO-HOSP-1: the admission or discharge of the day (ambulance), or the stay before (convalescence), is known."""
    stays = [o for o in others if o.care in edition.care and edition.care[o.care].admission]
    granted = [a for a in dossier.approvals[line.person] if a.granted and a.extends is None]
    admissions = [a for a in granted if any(names(a, c.code) for c in edition.care.values() if c.admission)]
    if care.goes_with == "earlier_stay":
        claimed = any(o.first_day <= line.first_day and o.status != "refused" for o in stays)
        return claimed or any(a.starts_on < line.first_day for a in admissions)
    days = {day for o in stays for day in (o.first_day, o.last_day)} | {a.starts_on for a in admissions}
    ends = {a.starts_on + timedelta(days=period_days(edition, a)) - DAY for a in admissions if a.days is not None}
    return line.first_day in days | ends
