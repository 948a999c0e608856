"""Taking what lines pay from the purses of a dossier, so that the lines after them see these as they are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from expat.adjudication.decision import Split
from expat.claims.dossier import Dossier
from expat.claims.tables import CeilingUse
from expat.db import is_postgresql
from expat.options.tables import RechargeUse
from expat.periods import membership_year
from expat.plans.edition import Edition


class UsedBy(NamedTuple):
    """Of a line what says which purses it uses."""

    person: int
    care: str
    first_day: date
    cause: str


def take(dossier: Dossier, edition: Edition, line: UsedBy, cents: int, split: Split | None) -> bool:
    """Take cents from a line's purses as they were split; whether the line doubles a ceiling that was single before."""
    category = edition.care[line.care].category
    year = membership_year(dossier.joined, line.first_day).first
    use = dossier.use(line.person, category, year)
    use.changed = True
    use.paid += cents
    if split is not None:
        use.own += split.own
        use.carried += split.carried
        _take_recharges(dossier, year, split.recharges)
    doubles = category == edition["ceiling.complication_category"].value and line.cause == "complication"
    newly = doubles and not use.complication
    use.complication = use.complication or doubles
    return newly


def _take_recharges(dossier: Dossier, year: date, taken: Iterable[tuple[int, int]]) -> None:
    for key, cents in taken:
        recharge = next(r for r in dossier.recharges if r.id == key)
        recharge.used[year] = recharge.used.get(year, 0) + cents
        recharge.changed.add(year)


def kept_split(split: list[object] | None) -> Split | None:
    """A split as a kept trace has it: a list of the year's own, the carry-over, and the recharges with theirs."""
    if split is None:
        return None
    own, carried, recharges = split
    assert isinstance(own, int)
    assert isinstance(carried, int)
    assert isinstance(recharges, list)
    return Split(own, carried, tuple((int(key), int(cents)) for key, cents in recharges))


def part_of(split: Split | None, cents: int) -> Split | None:
    """So many cents of a split, those taken last before the others: the recharges', the carry-over's, the year's."""
    if split is None:
        return None
    left, recharges = cents, []
    for key, taken in reversed(split.recharges):
        part = min(left, taken)
        recharges.append((key, part))
        left -= part
    carried = min(left, split.carried)
    return Split(left - carried, carried, tuple(reversed(recharges)))


def less(split: Split | None) -> Split | None:
    """The opposite of a split, with which it is given back."""
    if split is None:
        return None
    return Split(-split.own, -split.carried, tuple((key, -cents) for key, cents in split.recharges))


def keep_uses(session: Session, dossiers: Iterable[Dossier]) -> None:
    """Keep what was taken from the purses of dossiers."""
    known = list(dossiers)
    dialect: Any = postgresql if is_postgresql(session) else sqlite
    uses = [
        {"person_id": person, "category": category, "year_starts": year, "paid": u.paid, "own": u.own,
         "carried": u.carried, "complication": u.complication}
        for d in known for (person, category, year), u in d.uses.items() if u.changed
    ]  # fmt: skip
    recharged = [
        {"recharge_id": r.id, "year_starts": year, "used": r.used[year]}
        for d in known for r in d.recharges for year in r.changed
    ]  # fmt: skip
    for table, keys, rows in (
        (CeilingUse, ("person_id", "category", "year_starts"), uses),
        (RechargeUse, ("recharge_id", "year_starts"), recharged),
    ):
        if rows:
            query = dialect.insert(table)
            new = {n: query.excluded[n] for n in rows[0] if n not in keys}
            session.execute(query.on_conflict_do_update(index_elements=keys, set_=new), rows)
