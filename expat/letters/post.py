"""Handing letters to the post service: what waits, what cannot be sent and why, and a batch.

The day that counts is the batch's: the day on which its letters are handed to the post service. A formal notice is not
written before: its step is taken, its letter written and its dates fixed in the transaction that puts it into a
batch. One that enters no batch, or has no usable address, was not sent, and nothing is counted from it. So the file of
a batch is to be handed over on the batch's day; the daily job makes the batch and writes its file, or neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from expat import audit
from expat.amendments.address import address_of
from expat.billing.dunning import Step, notices_due, take_step
from expat.billing.tell import tell_step
from expat.claims.dossier import Dossier
from expat.claims.load import load
from expat.db import is_postgresql, table_of
from expat.errors import Conflict
from expat.letters.cover import addressee, language_of
from expat.letters.premium_letter import KINDS, NOTICE, facts_of
from expat.letters.tables import PostalBatch, PostalLetter, PostedLetter
from expat.membership.changes import Acting
from expat.membership.death import death_of
from expat.settings import Settings

MOST = 50  # letters of a batch: they are typeset while their memberships are locked

_LETTER: Any = table_of(PostalLetter)
_BATCH: Any = table_of(PostalBatch)
_POSTED: Any = table_of(PostedLetter)


class Waiting(NamedTuple):
    """A letter that is to be handed over: `letter` is None for a formal notice, which is written then.

    `problem` says why it cannot be: address (street, town or country is not known), died (the member did); else None.
    """

    kind: str
    premium: int
    membership: int
    number: str
    letter: int | None
    recipient: Mapping[str, Any]
    problem: str | None


def write_letter(session: Session, step: Step, dossier: Dossier, day: date, acting: Acting, chosen: Settings) -> int:
    """Keep the letter of a step (notice or termination), dated on a day, in the transaction of the step."""
    values = {
        "kind": step.kind, "premium_id": step.premium, "membership_id": step.membership, "day": day,
        "language": language_of(session, step.membership), "facts": facts_of(session, step, dossier, chosen),
        "recorded_at": acting.at,
    }  # fmt: skip
    return int(session.execute(_LETTER.insert().values(values).returning(_LETTER.c.id)).scalar_one())


def write_if_any(session: Session, step: Step, day: date, acting: Acting, chosen: Settings) -> int | None:
    """Keep the letter of a step where one goes by post; None where the step has none."""
    if step.kind not in KINDS or step.suspension is None or step.termination is None:
        return None
    return write_letter(session, step, load(session, [step.membership])[step.membership], day, acting, chosen)


def waiting(session: Session, day: date) -> list[Waiting]:
    """Letters that are to be handed over on a day, those that were written before first."""
    unposted = select(_LETTER).outerjoin(_POSTED, _POSTED.c.letter_id == _LETTER.c.id)
    written = session.execute(unposted.where(_POSTED.c.letter_id.is_(None)).order_by(_LETTER.c.id)).all()
    found = [(row.kind, row.premium_id, row.membership_id, row.id) for row in written]
    found += [(NOTICE, row.premium_id, row.membership_id, None) for row in notices_due(session, day)]
    dossiers = load(session, {membership for _, _, membership, _ in found}) if found else {}
    return [_waiting(session, dossiers[one[2]], *one) for one in found]


def hand_over(session: Session, acting: Acting, chosen: Settings) -> int | None:
    """Put what waits, `MOST` letters of it, into a batch of the acting day; answers its key, None where nothing leaves.

    Raises Conflict where another batch of the day is being made at this moment.
    """
    ready = [one for one in waiting(session, acting.day) if one.problem is None][:MOST]
    if not ready:
        return None
    letters = [(key, one) for one in ready if (key := _letter(session, one, acting, chosen)) is not None]
    if not letters:  # paid, contested or put off in the meantime
        return None
    batch = _new_batch(session, acting)
    posted = [key for key, one in letters if _post(session, batch, key, one)]
    if not posted:
        raise Conflict("post", "all that waited was handed over at this moment", "a letter that waits")
    audit.record(session, acting.at, acting.actor, "post.handed_over", f"postal_batch:{batch}", letters=len(posted))
    return batch


def batches(session: Session, before: int | None, most: int) -> Sequence[Any]:
    """Batches with their number of letters, the newest first."""
    count = select(func.count()).where(_POSTED.c.batch_id == _BATCH.c.id).scalar_subquery()
    query = select(_BATCH, count.label("letters")).order_by(_BATCH.c.id.desc()).limit(most)
    return session.execute(query if before is None else query.where(_BATCH.c.id < before)).all()


def batches_of(session: Session, day: date) -> Sequence[int]:
    """Keys of a day's batches, in order."""
    return session.execute(select(_BATCH.c.id).where(_BATCH.c.day == day).order_by(_BATCH.c.number)).scalars().all()


def batch_of(session: Session, batch_id: int) -> Any:
    """A batch's row; None where there is none."""
    return session.execute(select(_BATCH).where(_BATCH.c.id == batch_id)).first()


def letters_in(session: Session, batch_id: int) -> Iterator[Any]:
    """Letters of a batch with their recipients, in order."""
    query = _posted().where(_POSTED.c.batch_id == batch_id)
    yield from session.execute(query.order_by(_LETTER.c.id))


def letter_of(session: Session, letter_id: int) -> Any:
    """A letter's row with its `recipient` and `batch_id`, both None until it is handed over; None: no such letter."""
    return session.execute(_posted().where(_LETTER.c.id == letter_id)).first()


def letters_on(session: Session, premium_id: int) -> Sequence[Any]:
    """The letters on a premium, in order."""
    return session.execute(_posted().where(_LETTER.c.premium_id == premium_id).order_by(_LETTER.c.id)).all()


def _posted() -> Any:
    joined = select(_LETTER, _POSTED.c.recipient, _POSTED.c.batch_id)
    return joined.outerjoin(_POSTED, _POSTED.c.letter_id == _LETTER.c.id)


def _waiting(
    session: Session, dossier: Dossier, kind: str, premium: int, membership: int, letter: int | None
) -> Waiting:  # fmt: skip
    said = {name: (value or "").strip() for name, value in address_of(session, membership).items()}
    recipient = {"name": addressee(session, dossier), **said}
    problem = None if all(recipient[part] for part in ("name", "street", "town", "country")) else "address"
    problem = "died" if death_of(session, membership) is not None else problem
    return Waiting(kind, premium, membership, dossier.number, letter, recipient, problem)


def _new_batch(session: Session, acting: Acting) -> int:
    """The day's next batch: of two that are made at once, the database lets one through."""
    dialect: Any = postgresql if is_postgresql(session) else sqlite
    newest = session.execute(select(func.max(_BATCH.c.number)).where(_BATCH.c.day == acting.day)).scalar()
    values = {"day": acting.day, "number": (newest or 0) + 1, "made_by": acting.actor, "made_at": acting.at}
    query = dialect.insert(_BATCH).values(values).on_conflict_do_nothing(index_elements=["day", "number"])
    made = session.execute(query.returning(_BATCH.c.id)).scalar()
    if made is None:
        raise Conflict("post", "a batch is being made by somebody else", "one at a time")
    return int(made)


def _letter(session: Session, one: Waiting, acting: Acting, chosen: Settings) -> int | None:
    return one.letter if one.letter is not None else _notice(session, one.premium, acting, chosen)


def _post(session: Session, batch: int, letter: int, one: Waiting) -> bool:
    """Note a letter as handed over; whether it was not before."""
    dialect: Any = postgresql if is_postgresql(session) else sqlite
    values = {"letter_id": letter, "batch_id": batch, "recipient": dict(one.recipient)}
    query = dialect.insert(_POSTED).values(values).on_conflict_do_nothing(index_elements=["letter_id"])
    return session.execute(query.returning(_POSTED.c.letter_id)).scalar() is not None


def _notice(session: Session, premium: int, acting: Acting, chosen: Settings) -> int | None:
    """Take the step of a formal notice: its days count from today, and the member is told."""
    taken = take_step(session, premium, acting.day, acting)
    if taken is None or taken.kind != NOTICE:
        return None
    tell_step(session, taken, acting.at, chosen)
    return write_if_any(session, taken, acting.day, acting, chosen)
