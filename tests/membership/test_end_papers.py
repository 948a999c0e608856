"""Papers of ends: kept once, asked for by the reason, and looked at once by the management unit."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlmodel import Session

from expat.documents.tables import Document
from expat.errors import BadInput, NotFound
from expat.membership.end_papers import (
    add_end_paper,
    answer_end_paper,
    papers_of_ends,
    proof_missing,
    waiting_end_papers,
)
from expat.membership.ends import terminate
from expat.membership.join import Joined
from expat.membership.leavings import remove_person
from expat.membership.standing import terminations
from tests.membership.ending import acting, covered, dossier, family

AT = datetime(2025, 3, 1, 12, tzinfo=UTC)
DAY = AT.date()
LEASE, LETTER = "a" * 64, "b" * 64


@pytest.fixture
def ending(session: Session) -> tuple[Joined, int]:
    """A family whose member goes back to France, with two kept documents; answers it and the key of its end."""
    made = family(session)
    for digest in (LEASE, LETTER):
        session.add(Document(sha256=digest, media_type="image/png", size=1, stored_at=AT, key_id="k"))
    session.flush()
    done = terminate(session, made.membership_id, "return_to_france", DAY, acting(DAY))
    assert done.key is not None
    return made, done.key


def add(session: Session, made: Joined, change: int, kind: str = "return_proof", sha256: str = LEASE) -> bool:
    return add_end_paper(session, made.membership_id, change, kind, "lease.png", sha256, acting(DAY))


def missing(session: Session, made: Joined) -> list[str | None]:
    papers = papers_of_ends(session, made.membership_id)
    return [proof_missing(change, papers) for change in terminations(dossier(session, made).changes)]


def test_the_proof_of_a_return_is_asked_for_once(session: Session, ending: tuple[Joined, int]) -> None:
    made, change = ending
    assert missing(session, made) == ["return_proof"]
    assert add(session, made, change, "letter", LETTER)  # the letter itself proves nothing
    assert missing(session, made) == ["return_proof"]
    assert add(session, made, change)
    assert not add(session, made, change)  # sent twice
    assert missing(session, made) == [None]
    assert [row.kind for row in waiting_end_papers(session)] == ["return_proof"]
    assert waiting_end_papers(session, [made.membership_id]) == []


def test_a_proof_that_is_not_enough_is_asked_for_again(session: Session, ending: tuple[Joined, int]) -> None:
    made, change = ending
    add(session, made, change)
    [paper] = papers_of_ends(session, made.membership_id)
    with pytest.raises(BadInput, match="why"):
        answer_end_paper(session, made.membership_id, paper.id, False, "", acting(DAY))
    assert answer_end_paper(session, made.membership_id, paper.id, False, "no date on it", acting(DAY))
    assert not answer_end_paper(session, made.membership_id, paper.id, False, "no date on it", acting(DAY))
    with pytest.raises(BadInput, match="answered already"):
        answer_end_paper(session, made.membership_id, paper.id, True, "", acting(DAY))
    assert (missing(session, made), waiting_end_papers(session)) == (["return_proof"], [])
    add(session, made, change, sha256=LETTER)
    assert missing(session, made) == [None]


def test_papers_change_no_days_of_cover(session: Session, ending: tuple[Joined, int]) -> None:
    made, change = ending
    days = [date(2025, 4, 30), date(2025, 5, 1)]  # two months after the request, the membership ends
    before = [covered(session, made, day) for day in days]
    add(session, made, change)
    assert [covered(session, made, day) for day in days] == before == [[True, True, False], [False] * 3]


def test_a_paper_belongs_to_an_end_of_its_membership(session: Session, ending: tuple[Joined, int]) -> None:
    made, change = ending
    other = family(session, number="M-2")
    with pytest.raises(NotFound):
        add(session, other, change)
    with pytest.raises(BadInput, match="kind"):
        add(session, made, change, "medical_report")
    with pytest.raises(BadInput, match="kept"):
        add(session, made, change, sha256="c" * 64)


def test_the_paper_of_somebodys_leaving_is_about_that_person(session: Session, ending: tuple[Joined, int]) -> None:
    made, _change = ending
    spouse = made.people[1]
    left = remove_person(session, made.membership_id, spouse, "separated", DAY, acting(DAY)).key
    assert left is not None
    assert add(session, made, left, "civil_status", LETTER)
    [paper] = papers_of_ends(session, made.membership_id)
    assert (paper.change, paper.waits) == (left, False)  # nothing is decided on it
