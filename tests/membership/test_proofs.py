"""Proofs are asked for in time, reminded of once, and bring the cover back whenever they come."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, select
from sqlmodel import Session

from expat.db import table_of
from expat.documents.tables import Document
from expat.errors import BadInput, NotFound
from expat.letters.reminders import remind
from expat.mail.tables import OutgoingMail
from expat.membership import commands, ends, leavings, proofs
from expat.membership.changes import add_school_certificate
from expat.membership.proofs import answer_proof, proofs_due, send_proof, sent_proofs, waiting_proofs
from expat.membership.tables import Member
from tests.membership.ending import acting, covered, dossier, family

AT = datetime(2025, 1, 14, 8, tzinfo=UTC)
ANN = 2  # the child's place in the family; 20 on 15 March 2025


@pytest.mark.parametrize(
    ("day", "asked"),
    [
        (date(2025, 1, 13), []),
        (date(2025, 1, 14), [(2024, date(2025, 3, 15))]),  # 60 days before the birthday
        (date(2025, 7, 1), [(2024, date(2025, 3, 15))]),
        (date(2025, 7, 2), [(2024, date(2025, 3, 15)), (2025, date(2025, 8, 31))]),
        (date(2025, 9, 1), [(2025, date(2025, 8, 31))]),  # the year before is over
    ],
)  # fmt: skip
def test_a_school_certificate_is_asked_for_in_time(session: Session, day: date, asked: list[tuple[int, date]]) -> None:
    made = family(session)
    assert [(due.year, due.needed_by) for due in proofs_due(dossier(session, made), day)] == asked


def test_with_the_certificate_nothing_is_asked_for(session: Session) -> None:
    made = family(session)
    add_school_certificate(session, made.membership_id, made.people[ANN], 2024, acting(date(2025, 1, 10)))
    assert proofs_due(dossier(session, made), date(2025, 3, 1)) == []
    [due] = proofs_due(dossier(session, made), date(2025, 7, 3))
    assert due.year == 2025 and due.goes_on


def test_a_proof_of_work_is_asked_for_before_the_age_limit_and_before_each_year(session: Session) -> None:
    made = family(session, born=date(1959, 5, 2))  # covered to 30 June 2024
    assert proofs_due(dossier(session, made), date(2024, 4, 30)) == []
    [due] = proofs_due(dossier(session, made), date(2024, 5, 1))
    assert (due.kind, due.year, due.cover_ends) == ("work", 2024, date(2024, 6, 30))
    proofs.add_work_proof(session, made.membership_id, 2024, acting(date(2024, 5, 2)))
    assert proofs_due(dossier(session, made), date(2024, 10, 31)) == []
    assert [due.year for due in proofs_due(dossier(session, made), date(2024, 11, 1))] == [2025]


def test_nothing_is_asked_of_who_has_left(session: Session) -> None:
    made = family(session)
    told = acting(date(2024, 6, 1))
    leavings.remove_person(session, made.membership_id, made.people[ANN], "moved_out", date(2024, 6, 1), told)
    assert proofs_due(dossier(session, made), date(2025, 3, 1)) == []


def test_nothing_is_asked_for_after_the_membership_s_end(session: Session) -> None:
    made = family(session)
    ends.terminate(session, made.membership_id, "lost_status", date(2024, 6, 1), acting(date(2024, 6, 1)))
    assert proofs_due(dossier(session, made), date(2025, 3, 1)) == []


# --- what was sent ----------------------------------------------------------------------------------------------------


@pytest.fixture
def paper(session: Session) -> str:
    row = {"sha256": "a" * 64, "media_type": "application/pdf", "size": 1, "stored_at": AT, "key_id": "k"}
    session.execute(table_of(Document).insert(), row)
    return "a" * 64


def test_a_proof_is_kept_once_answered_once_and_brings_the_cover(session: Session, paper: str) -> None:
    made, today = family(session), acting(date(2025, 4, 1))
    assert not covered(session, made, date(2025, 4, 1))[ANN]
    sent = (made.membership_id, made.people[ANN], "school", 2024, paper, "c.pdf", today)
    key = send_proof(session, *sent)
    assert send_proof(session, *sent) == key
    assert [row.number for row in waiting_proofs(session)] == ["M-1"]
    assert waiting_proofs(session, [made.membership_id]) == []
    with pytest.raises(BadInput, match="why"):
        answer_proof(session, key, False, "", today)
    answer_proof(session, key, True, "", today)
    answer_proof(session, key, True, "", today)
    with pytest.raises(BadInput, match="answered"):
        answer_proof(session, key, False, "no", today)
    assert covered(session, made, date(2025, 4, 1))[ANN]
    assert [(one.accepted, one.year) for one in sent_proofs(session, made.membership_id)] == [(True, 2024)]
    with pytest.raises(NotFound):
        answer_proof(session, 999, True, "", today)


@pytest.mark.parametrize(
    ("person", "kind", "year"), [(1, "school", 2024), (2, "work", 2024), (0, "school", 2024), (2, "school", 1990)]
)
def test_a_proof_of_the_wrong_kind_is_refused(session: Session, paper: str, person: int, kind: str, year: int) -> None:
    made = family(session)
    with pytest.raises(BadInput):
        send_proof(
            session, made.membership_id, made.people[person], kind, year, paper, "c", acting(date(2025, 4, 1))
        )  # fmt: skip


# --- reminders --------------------------------------------------------------------------------------------------------


def told(session: Session) -> list[str]:
    return list(session.execute(select(table_of(OutgoingMail).c.key)).scalars())


def reachable() -> Member:
    return Member(first_name="Ada", last_name="L", language="fr", email="ada@post.example", recorded_at=AT)


def test_each_reminder_is_told_once_however_often_it_is_called(session: Session, paper: str) -> None:
    made = family(session, member=reachable())
    assert remind(session, date(2025, 1, 13), AT, "https://x.example") == 0
    assert remind(session, date(2025, 1, 14), AT, "https://x.example") == 1
    assert remind(session, date(2025, 2, 1), AT, "https://x.example") == 0
    assert remind(session, date(2025, 2, 13), AT, "https://x.example") == 1  # half of the time is over
    assert remind(session, date(2025, 3, 16), AT, "https://x.example") == 0  # the day has passed
    ann = made.people[ANN]
    assert sorted(told(session)) == [f"proof:{ann}:school:2024:again", f"proof:{ann}:school:2024:asked"]


def test_who_has_sent_the_proof_is_not_reminded(session: Session, paper: str) -> None:
    made = family(session, member=reachable())
    today = acting(date(2025, 1, 14))
    send_proof(session, made.membership_id, made.people[ANN], "school", 2024, paper, "c.pdf", today)
    assert remind(session, date(2025, 1, 14), AT, "https://x.example") == 0


def test_the_command_reminds_on_a_day(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "ready", lambda: engine)
    with Session(engine) as session:
        family(session, member=reachable())
        session.commit()
    for said in ("1 asked for", "0 asked for"):
        done = CliRunner().invoke(commands.member, ["remind", "--on", "2025-01-14"])
        assert done.output.strip() == said, done.exception
