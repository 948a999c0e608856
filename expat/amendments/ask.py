"""Asking to change a membership: kept once, in effect at once where nobody has to agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Row, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from expat import audit
from expat.amendments.bring_about import bring_about
from expat.amendments.effect import Effect, effect_of
from expat.amendments.kinds import Change, Joins, content_of
from expat.amendments.tables import Amendment, AmendmentAnswer, AmendmentDeclaration
from expat.applications.declare import Declared, check_answers, sealed_answers
from expat.claims.dossier import Dossier
from expat.claims.load import load
from expat.db import is_postgresql, table_of
from expat.documents.keys import Keys
from expat.errors import BadInput, Conflict, NotFound
from expat.membership.changes import Acting
from expat.membership.ends import check_arrived
from expat.membership.privacy import ADULT
from expat.periods import add_years
from expat.premiums.tariff import ADULT_ROLES

LONGEST_MEDICAL = 20_000
BY_THE_RULES = "rules"  # who decides where nobody has to agree

_AMENDMENT: Any = table_of(Amendment)
_ANSWER: Any = table_of(AmendmentAnswer)
_DECLARATION: Any = table_of(AmendmentDeclaration)


@dataclass(frozen=True)
class NewAmendment:
    """A request. `key` is the sender's own, 1 to 40 characters: sent twice is once.

    `medical` is what the medical department is to know, read by it alone; `declared` is the health declaration of
    somebody who is to be insured, None where it came on paper.
    """

    key: str
    change: Change
    medical: str = ""
    declared: Declared | None = None


class Asked(NamedTuple):
    """The request's key, whether it had been asked before, and whether it is agreed to already."""

    id: int
    again: bool
    agreed: bool


def ask(session: Session, membership_id: int, new: NewAmendment, acting: Acting, keys: Keys) -> Asked:
    """Keep a request, as of the day on which it reached the operator; bring it about where nobody has to agree.

    Raises BadInput naming the field, NotPossible where the rules do not allow it, Conflict where the key was used for
    something else, or the same change is asked for and still open.
    """
    if not 0 < len(new.key) <= 40:
        raise BadInput("key", "is empty or too long", "1 to 40 characters")
    if len(new.medical) > LONGEST_MEDICAL:
        raise BadInput("medical", "is too long", f"at most {LONGEST_MEDICAL} characters")
    if acting.day > acting.at.date():
        raise BadInput("asked_on", f"{acting.day} has not come yet", "the day on which the request came")
    dossier = load(session, [membership_id], lock=True).get(membership_id)
    if dossier is None:
        raise NotFound("membership", f"there is no membership {membership_id}")
    if acting.day < acting.at.date():
        check_arrived(dossier, acting.day, acting.at.date())
    if known := session.execute(select(_AMENDMENT).where(_AMENDMENT.c.key == new.key)).first():
        return _asked_before(session, known, membership_id, new)
    effect = effect_of(dossier, new.change, acting.day)
    if isinstance(new.change, Joins) and new.declared is not None:
        check_answers(dossier.plan.on(acting.day), new.declared, signers(dossier, new.change, acting.day))
    if other := _open(session, membership_id, effect.about):
        raise Conflict("change", f"request {other} asks for it and is open", "withdraw that one first")
    key = _keep(session, membership_id, new, effect, acting, keys)
    if isinstance(new.change, Joins) and new.declared is not None:
        _keep_declaration(session, key, new.declared, acting, keys)
    audit.record(
        session, acting.at, acting.actor, "amendment.asked", f"amendment:{key}", kind=effect.kind,
        membership=membership_id, on=acting.day.isoformat(),
    )  # fmt: skip
    if not effect.needs_medical:
        bring_about(session, membership_id, key, new.change, effect, acting)
        answer(session, key, "agreed", acting, by=BY_THE_RULES, effective_from=effect.effective)
    return Asked(key, False, not effect.needs_medical)


def answer(
    session: Session, amendment_id: int, outcome: str, acting: Acting, by: str | None = None, **more: Any
) -> None:
    """Keep what came of a request."""
    values = {
        "amendment_id": amendment_id, "outcome": outcome, "decided_on": acting.at.date(),
        "decided_by": by or acting.actor, "recorded_at": acting.at, **more,
    }  # fmt: skip
    session.execute(_ANSWER.insert().values(values))
    audit.record(session, acting.at, by or acting.actor, f"amendment.{outcome}", f"amendment:{amendment_id}")


def signers(dossier: Dossier, change: Joins, day: date) -> tuple[str, ...]:
    """Whose signature the declaration of somebody who is to be insured bears: an adult's own, for a minor the member's
    or the spouse's."""
    if change.role == "spouse" or add_years(change.born, ADULT) <= day:
        return (f"{change.first_name} {change.last_name}".strip(),)
    parents = [row for row in dossier.people.values() if row.role in ADULT_ROLES]
    return tuple(f"{row.first_name} {row.last_name}".strip() for row in parents)


def declaration_under(amendment_id: int) -> str:
    """What the health declaration of a request is sealed under."""
    return f"amendment-declaration:{amendment_id}"


def sealed_under(key: str) -> str:
    """What the health statement of a request is sealed under."""
    return f"amendment:{key}"


def _keep(
    session: Session, membership_id: int, new: NewAmendment, effect: Effect, acting: Acting, keys: Keys
) -> int:  # fmt: skip
    text, dialect = new.medical.strip(), postgresql if is_postgresql(session) else sqlite
    values = {
        "membership_id": membership_id, "kind": effect.kind, "about": effect.about, "content": content_of(new.change),
        "needs_medical": effect.needs_medical, "asked_on": acting.day, "asked_by": acting.actor, "key": new.key,
        "medical": keys.seal(text.encode(), sealed_under(new.key)) if text and effect.needs_medical else None,
        "recorded_at": acting.at,
    }  # fmt: skip
    insert: Any = dialect.insert(_AMENDMENT).values(values).on_conflict_do_nothing(index_elements=["key"])
    key = session.execute(insert.returning(_AMENDMENT.c.id)).scalar()
    if key is None:
        raise _taken(new.key)  # by another membership, in this moment
    return int(key)


def _keep_declaration(session: Session, key: int, declared: Declared, acting: Acting, keys: Keys) -> None:
    values = {
        "amendment_id": key, "answers": sealed_answers(declared, keys, declaration_under(key)),
        "questions": acting.day, "signed_by": declared.signed_by.strip(), "signed_on": acting.at.date(),
        "recorded_at": acting.at,
    }  # fmt: skip
    session.execute(_DECLARATION.insert().values(values))


def _asked_before(session: Session, known: Row[Any], membership_id: int, new: NewAmendment) -> Asked:
    if known.membership_id != membership_id or known.content != content_of(new.change):
        raise _taken(new.key)
    outcome = session.execute(select(_ANSWER.c.outcome).where(_ANSWER.c.amendment_id == known.id)).scalar()
    return Asked(known.id, True, outcome == "agreed")


def _taken(key: str) -> Conflict:
    return Conflict("key", f"{key!r} was used for another request", "a new key for a new request")


def _open(session: Session, membership_id: int, about: str) -> int | None:
    """The key of a request for the same that has no answer yet."""
    query = (
        select(_AMENDMENT.c.id)
        .outerjoin(_ANSWER, _ANSWER.c.amendment_id == _AMENDMENT.c.id)
        .where(_AMENDMENT.c.membership_id == membership_id, _AMENDMENT.c.about == about)
        .where(_ANSWER.c.amendment_id.is_(None))
    )
    found: int | None = session.execute(query.order_by(_AMENDMENT.c.id)).scalar()
    return found
