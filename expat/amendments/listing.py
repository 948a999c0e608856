"""Requests as lists: what waits for the medical department, and what a member or the management unit follows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Row, Select, select
from sqlmodel import Session

from expat import audit
from expat.amendments.ask import BY_THE_RULES, declaration_under, sealed_under
from expat.amendments.decide import text_sealed_under
from expat.amendments.kinds import Change, Derogation, Joins, Leaves, read_change
from expat.amendments.preview import answer_by
from expat.amendments.tables import Amendment, AmendmentAnswer, AmendmentDeclaration, AmendmentOffer
from expat.db import table_of
from expat.documents.keys import Keys
from expat.errors import NotFound
from expat.membership.tables import InsuredPerson, Membership
from expat.plans.loader import plan

_AMENDMENT, _ANSWER = table_of(Amendment), table_of(AmendmentAnswer)
_OFFER, _DECLARATION = table_of(AmendmentOffer), table_of(AmendmentDeclaration)
_MEMBERSHIP, _PERSON = table_of(Membership), table_of(InsuredPerson)


class Waiting(NamedTuple):
    """A request that waits for the medical department: its name in the trail, what kind, whose, since when, by when
    an answer is promised, and where it is answered."""

    subject: str
    kind: str
    name: str
    since: date
    answer_by: date
    url: str


@dataclass(frozen=True, slots=True)
class Followed:
    """A request as its member and the management unit follow it, without the medical part.

    `state` is open, offered, agreed, refused or withdrawn; of an open one the medical department acts next, by
    `answer_by`, of one that is offered on conditions the member.
    `by_rules` says that nobody had to agree. `text` is what the medical department wrote, where the reader may read it;
    `apart` says that it was written and is another's to read.
    """

    id: int
    membership: int
    number: str
    member: str
    kind: str
    change: Change
    asked_on: date
    state: str
    answer_by: date
    effective_from: date | None
    decided_on: date | None
    reason: str | None
    by_rules: bool
    text: str | None
    apart: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it waits for its answer, or for the member's to what is offered."""
        return self.state in ("open", "offered")

    @property
    def waits(self) -> bool:
        """Whether the medical department acts next."""
        return self.state == "open"


class MedicalPart(NamedTuple):
    """What the medical department alone reads of a request: the statement, when it came, and the health declaration of
    somebody who is to be insured: answers, words, who signed it and when."""

    text: str
    came_at: datetime
    declared: dict[str, Any] | None = None


def waiting_for_medical(session: Session, without: Collection[int] = ()) -> list[Waiting]:
    """Every request that the medical department is to answer, the first due first.

    `without` are memberships that the reader must not decide on: the own ones.
    """
    unanswered = _ANSWER.c.amendment_id.is_(None), _OFFER.c.amendment_id.is_(None)
    query = _all().where(*unanswered, _AMENDMENT.c.membership_id.not_in(list(without)))
    found = [
        Waiting(
            f"amendment:{row.id}", row.kind, _name(row), row.asked_on, answer_by(_edition(row), row.asked_on),
            f"/medical/amendments/{row.id}",
        )
        for row in session.execute(query)
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.answer_by, one.subject))


def amendments_of(session: Session, membership_id: int, keys: Keys | None = None) -> list[Followed]:
    """The requests of a membership, the newest first; with `keys` for the member, who reads the answers' words too."""
    query = _all().where(_AMENDMENT.c.membership_id == membership_id).order_by(_AMENDMENT.c.id.desc())
    return [_followed(row, keys) for row in session.execute(query)]


def amendment(session: Session, amendment_id: int, keys: Keys | None = None) -> Followed:
    """One request. Raises NotFound."""
    row = session.execute(_all().where(_AMENDMENT.c.id == amendment_id)).first()
    if row is None:
        raise NotFound("amendment", f"there is no request {amendment_id}")
    return _followed(row, keys)


def earlier_of(session: Session, found: Followed) -> list[Followed]:
    """The requests of the same membership that came before one, of the same kind and person; the newest first."""
    before = (one for one in amendments_of(session, found.membership) if one.id < found.id)
    return [one for one in before if one.kind == found.kind and _whom(one.change) == _whom(found.change)]


def _whom(change: Change) -> Any:
    """Whom a request concerns, None where it is the whole membership."""
    if isinstance(change, Joins):
        return change.born, change.first_name.strip().casefold()
    return change.person if isinstance(change, Leaves | Derogation) else None


def read_medical(
    session: Session, amendment_id: int, reader: str, at: datetime, keys: Keys, earlier: Collection[int] = ()
) -> MedicalPart:  # fmt: skip
    """The medical part, for a reader such as `account:12`, whose reading the audit trail keeps, with the earlier
    requests whose outcomes are seen beside it. Raises NotFound."""
    row = session.execute(select(_AMENDMENT).where(_AMENDMENT.c.id == amendment_id)).first()
    if row is None:
        raise NotFound("amendment", f"there is no request {amendment_id}")
    detail = {"earlier": list(earlier)} if earlier else {}
    audit.record(session, at, reader, "amendment.medical_read", f"amendment:{amendment_id}", **detail)
    text = keys.unseal(row.medical, sealed_under(row.key)).decode() if row.medical else ""
    return MedicalPart(text, row.recorded_at, _declared(session, amendment_id, keys))


def _declared(session: Session, amendment_id: int, keys: Keys) -> dict[str, Any] | None:
    row = session.execute(select(_DECLARATION).where(_DECLARATION.c.amendment_id == amendment_id)).first()
    if row is None:
        return None
    said: dict[str, Any] = orjson.loads(keys.unseal(row.answers, declaration_under(amendment_id)))
    return {**said, "signed_by": row.signed_by, "signed_on": row.signed_on}


def _all() -> Select[Any]:
    answer = (_ANSWER.c[n] for n in ("outcome", "reason", "text", "effective_from", "decided_on", "decided_by"))
    return (
        select(
            _AMENDMENT, _MEMBERSHIP.c.number, _MEMBERSHIP.c.plan, _PERSON.c.first_name, _PERSON.c.last_name,
            _OFFER.c.offered_on, *answer,
        )
        .join(_MEMBERSHIP, _MEMBERSHIP.c.id == _AMENDMENT.c.membership_id)
        .join(_PERSON, (_PERSON.c.membership_id == _MEMBERSHIP.c.id) & (_PERSON.c.role == "member"))
        .outerjoin(_ANSWER, _ANSWER.c.amendment_id == _AMENDMENT.c.id)
        .outerjoin(_OFFER, _OFFER.c.amendment_id == _AMENDMENT.c.id)
    )  # fmt: skip


def _followed(row: Row[Any], keys: Keys | None) -> Followed:
    text = keys.unseal(row.text, text_sealed_under(row.id)).decode() if keys is not None and row.text else None
    state = row.outcome or ("offered" if row.offered_on else "open")
    return Followed(
        row.id, row.membership_id, row.number, _name(row), row.kind, read_change(row.kind, row.content), row.asked_on,
        state, answer_by(_edition(row), row.asked_on), row.effective_from, row.decided_on, row.reason,
        row.decided_by == BY_THE_RULES, text,
    )  # fmt: skip


def _edition(row: Row[Any]) -> Any:
    return plan(row.plan).on(row.asked_on)


def _name(row: Row[Any]) -> str:
    return f"{row.first_name} {row.last_name}".strip()
