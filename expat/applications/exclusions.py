"""Care that an insured person agreed to leave out, in the words agreed to, which are sealed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from expat.db import table_of
from expat.documents.keys import Keys
from expat.membership.tables import NamedExclusion

_EXCLUSION: Any = table_of(NamedExclusion)


def keep_exclusion(
    session: Session, person: int, care: Sequence[str], words: str, holds_from: date, at: datetime, keys: Keys
) -> None:
    """Keep what is left out for an insured person from a day on: codes or families of care, and the words."""
    values = {
        "person_id": person, "care": list(care), "words": keys.seal(words.encode(), _of(person)),
        "holds_from": holds_from, "recorded_at": at,
    }  # fmt: skip
    session.execute(_EXCLUSION.insert().values(values))


def exclusions_of(session: Session, person_ids: Sequence[int], keys: Keys) -> list[tuple[int, list[str], str]]:
    """What is left out for insured people: the person, the care, and the words that were agreed to."""
    rows = session.execute(_EXCLUSION.select().where(_EXCLUSION.c.person_id.in_(person_ids)).order_by(_EXCLUSION.c.id))
    return [(row.person_id, row.care, _opened(row, keys)) for row in rows]


def _opened(row: Any, keys: Keys) -> str:
    """The words; none once they were erased."""
    return keys.unseal(row.words, _of(row.person_id)).decode() if row.words else ""


def _of(person: int) -> str:
    return f"exclusion of person {person}"
