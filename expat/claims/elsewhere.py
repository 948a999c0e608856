"""Lines that were handed in on another membership too: the same invoice, or the very same paper (UNO-DUP-1).

Both parents can be members, each with a membership of the same child. It is shown to the management unit alone, which
looks; nothing is refused for it, and no member reads a word of another's claim.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select, union_all
from sqlmodel import Session

from expat.claims.tables import ClaimLine, DuplicateReview, LineDocument
from expat.db import table_of
from expat.membership.tables import InsuredPerson, Membership

INVOICE, PAPER = "invoice", "paper"

_LINE: Any = table_of(ClaimLine)
_PAPER: Any = table_of(LineDocument)
_REVIEW: Any = table_of(DuplicateReview)
_PERSON: Any = table_of(InsuredPerson)
_MEMBERSHIP: Any = table_of(Membership)
_OTHER: Any = _LINE.alias("other")
_ITS: Any = _PAPER.alias("its_paper")
_MINE: Any = _PAPER.alias("my_paper")


class Elsewhere(NamedTuple):
    """A line of another membership, and what of it is the same: its `invoice`, or a `paper`; `open` until found."""

    line: int
    claim: int
    position: int
    status: str
    number: str
    person: str
    same: tuple[str, ...]
    open: bool

    @property
    def ref(self) -> str:
        """How people name the line: `207/1`."""
        return f"{self.claim}/{self.position}"


def elsewhere(session: Session, lines: Collection[int]) -> dict[int, list[Elsewhere]]:
    """For lines, by their keys, those of other memberships that repeat them; of each claim and sort one. One query."""
    if not lines:
        return {}
    query = union_all(_pairs(INVOICE).where(_LINE.c.id.in_(lines)), _pairs(PAPER).where(_LINE.c.id.in_(lines)))
    rows = session.execute(query.order_by("mine", "other")).all()
    found: dict[int, dict[int, Elsewhere]] = defaultdict(dict)
    for row in rows:
        before = found[row.mine].get(row.claim_id)
        same = tuple(dict.fromkeys((*(before.same if before else ()), row.same)))
        kept = before or Elsewhere(
            row.other, row.claim_id, row.position, row.status, row.number, f"{row.first_name} {row.last_name}".strip(),
            same, not row.found,
        )  # fmt: skip
        found[row.mine][row.claim_id] = kept._replace(same=same)
    return {mine: list(several.values()) for mine, several in found.items()}


def repeated_elsewhere() -> ColumnElement[bool]:
    """The condition that a line repeats one that came before it on another membership, or that is paid there.

    A line that a person found to be distinct does so no more.
    """
    came_first = or_(_OTHER.c.id < _LINE.c.id, _OTHER.c.status == "paid")
    wanted = (came_first, ~_found())
    invoice = exists().where(_same_invoice(), *wanted).select_from(_OTHER).correlate(_LINE)
    paper = exists().where(_MINE.c.line_id == _LINE.c.id, *_same_paper(), *wanted)
    return or_(invoice, paper.select_from(_MINE, _ITS, _OTHER).correlate(_LINE))


def _pairs(same: str) -> Select[Any]:
    columns = (_OTHER.c.id.label("other"), _OTHER.c.claim_id, _OTHER.c.position, _OTHER.c.status)
    query = select(
        _LINE.c.id.label("mine"), literal(same).label("same"), *columns, _MEMBERSHIP.c.number, _PERSON.c.first_name,
        _PERSON.c.last_name, _found().label("found"),
    ).select_from(_LINE)  # fmt: skip
    if same == INVOICE:
        query = query.join(_OTHER, _same_invoice())
    else:
        query = query.join(_MINE, _MINE.c.line_id == _LINE.c.id).join(_ITS, _ITS.c.sha256 == _MINE.c.sha256)
        query = query.join(_OTHER, and_(*_same_paper()))
    of_person = query.join(_PERSON, _PERSON.c.id == _OTHER.c.person_id)
    return of_person.join(_MEMBERSHIP, _MEMBERSHIP.c.id == _OTHER.c.membership_id)


def _same_invoice() -> ColumnElement[bool]:
    """The invoice's number, day, amount and provider; one that does not say its provider can be of any."""
    provider = or_(
        _OTHER.c.provider.is_(None), _LINE.c.provider.is_(None),
        func.lower(_OTHER.c.provider) == func.lower(_LINE.c.provider),
    )  # fmt: skip
    same = (_OTHER.c[name] == _LINE.c[name] for name in ("invoice", "amount", "currency", "first_day"))
    return and_(*same, provider, _of_another())


def _same_paper() -> tuple[ColumnElement[bool], ...]:
    return (_ITS.c.sha256 == _MINE.c.sha256, _ITS.c.line_id == _OTHER.c.id, _of_another())


def _of_another() -> ColumnElement[bool]:
    return and_(_OTHER.c.membership_id != _LINE.c.membership_id, _OTHER.c.status != "refused")


def _found() -> ColumnElement[bool]:
    """Whether a person found the two to be distinct: said of the line, or of the other one, which came after it."""
    of_either = or_(_REVIEW.c.line_id == _LINE.c.id, and_(_REVIEW.c.line_id == _OTHER.c.id, _OTHER.c.id > _LINE.c.id))
    distinct = exists().where(of_either, _REVIEW.c.outcome == "distinct", _REVIEW.c.same_as.is_(None))
    return distinct.select_from(_REVIEW).correlate(_LINE, _OTHER)
