"""What waits for the medical department, what is followed, and who reads which part."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine, select

from expat.accounts.own import Own
from expat.amendments.decide import agree, refuse, withdraw
from expat.amendments.kinds import Formula, Move
from expat.amendments.listing import amendment, amendments_of, read_medical, waiting_for_medical
from expat.audit import AuditEntry
from expat.db import table_of, transaction
from expat.errors import BadInput
from tests.amendments.asked import BANGKOK, KEYS, SINGAPORE, SPOUSE, acting, agrees, asks, insured, refuses
from tests.approvals.asked import account

SOON = date(2025, 6, 10)


def test_what_needs_no_agreement_waits_for_nobody(engine: Engine) -> None:
    home = insured(engine, formula="3")
    for key, change in (("k1", Formula("2")), ("k2", Move(BANGKOK)), ("k3", SINGAPORE)):
        asks(engine, home, change, SOON, key)
    with transaction(engine) as session:
        assert waiting_for_medical(session) == []
        assert {one.by_rules for one in amendments_of(session, home)} == {True}


def test_what_waits_is_told_with_the_day_promised(engine: Engine) -> None:
    home = insured(engine)
    first, second = asks(engine, home, Move(SINGAPORE), SOON), asks(engine, home, SPOUSE, date(2025, 6, 3), "k2")
    with transaction(engine) as session:
        found = waiting_for_medical(session)
        assert [(one.subject, one.kind, one.since, one.answer_by) for one in found] == [
            (f"amendment:{second.id}", "spouse", date(2025, 6, 3), date(2025, 6, 17)),
            (f"amendment:{first.id}", "move", SOON, date(2025, 6, 24)),
        ]
        assert {one.name for one in found} == {"Ada Lovelace"}
        assert found[0].url == f"/medical/amendments/{second.id}"
        assert waiting_for_medical(session, without=[home]) == []
    agrees(engine, first.id, SOON)
    with transaction(engine) as session:
        withdraw(session, second.id, acting(SOON, "account:1"))
        assert waiting_for_medical(session) == []


def test_the_words_of_a_refusal_open_with_the_keys_alone(engine: Engine) -> None:
    home = insured(engine)
    done = asks(engine, home, SPOUSE, SOON, medical="asthma")
    refuses(engine, done.id, SOON, "Ask again in a year.")
    with transaction(engine) as session:
        assert amendment(session, done.id).text is None
        assert [one.text for one in amendments_of(session, home, KEYS)] == ["Ask again in a year."]
        assert amendment(session, done.id).state == "refused" and "asthma" not in repr(amendment(session, done.id))
        trail = repr(session.execute(select(table_of(AuditEntry))).all())
        assert "asthma" not in trail and "Ask again" not in trail


def test_reading_the_medical_part_leaves_a_trace(engine: Engine) -> None:
    home = insured(engine)
    done = asks(engine, home, SPOUSE, SOON, medical="asthma")
    with transaction(engine) as session:
        assert read_medical(session, done.id, "account:7", acting(SOON).at, KEYS).text == "asthma"
        entry = table_of(AuditEntry)
        query = select(entry.c.actor, entry.c.subject).where(entry.c.action == "amendment.medical_read")
        assert session.execute(query).all() == [("account:7", f"amendment:{done.id}")]


def test_nobody_decides_on_the_own_membership(engine: Engine) -> None:
    home = insured(engine)
    done = asks(engine, home, SPOUSE, SOON)
    with transaction(engine) as session:
        doctor = account(session, "doctor@example.org", 1, "member medical")
    me = acting(SOON, f"account:{doctor}")
    with transaction(engine) as session, pytest.raises(Own):
        agree(session, done.id, "", me, KEYS)
    with transaction(engine) as session, pytest.raises(Own):
        refuse(session, done.id, "health", "no", me, KEYS)


@pytest.mark.parametrize(("reason", "text"), [("mood", "no"), ("health", "  ")])
def test_a_refusal_says_why(engine: Engine, reason: str, text: str) -> None:
    home = insured(engine)
    done = asks(engine, home, SPOUSE, SOON)
    with transaction(engine) as session, pytest.raises(BadInput):
        refuse(session, done.id, reason, text, acting(SOON), KEYS)
