"""Ceilings that are nearly used are told once per person, category and membership year, after a settlement."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine

from expat.db import table_of, transaction
from expat.jobs.daily.ceilings import JOB
from expat.membership.privacy import choose_privacy
from expat.payments.tables import SettledMembership, Settlement
from expat.plans.loader import plan
from tests.approvals.asked import account
from tests.jobs.clocked import MEMBER, SPOUSE, body, household, mails, ran, use

SETTLED = date(2025, 8, 4)
NEXT = date(2025, 8, 5)
OPTICAL = "optical_dental"


def settled(engine: Engine, membership: int, day: date = SETTLED) -> None:
    """A settlement was through with a membership, and ended at ten in the morning of a day."""
    at = datetime(day.year, day.month, day.day, 10, tzinfo=UTC)
    with transaction(engine) as session:
        settlement, through = table_of(Settlement), table_of(SettledMembership)
        row = {"day": day, "open": False, "started_at": at, "ended_at": at}
        key = session.execute(settlement.insert().values(row).returning(settlement.c.id)).scalar_one()
        session.execute(through.insert(), {"settlement_id": key, "membership_id": membership})


@pytest.fixture
def own() -> int:
    """Cents of the ceiling of glasses and teeth in formula 4."""
    ceiling = plan("expat-uno").on(SETTLED).category_ceiling(OPTICAL, "4")
    assert ceiling is not None
    return int(ceiling.value * 100)


@pytest.mark.parametrize(("less", "told"), [(0, 1), (1, 0)])
def test_it_is_told_from_eighty_per_cent_on(engine: Engine, own: int, less: int, told: int) -> None:
    made = household(engine)
    use(engine, made.people[MEMBER], OPTICAL, own * 8 // 10 - less)
    settled(engine, made.membership_id)
    ran(engine, JOB, NEXT)
    assert len(mails(engine)) == told
    if told:
        text = body(mails(engine)[0])
        assert "It can be recharged now" in text and "/recharge" in text
        assert "dental" not in text and "optical" not in text


def test_once_in_a_year_whatever_is_settled_after(engine: Engine, own: int) -> None:
    made = household(engine)
    use(engine, made.people[MEMBER], OPTICAL, own)
    for day in (SETTLED, date(2025, 9, 1)):
        settled(engine, made.membership_id, day)
        for _ in range(2):
            ran(engine, JOB, date(day.year, day.month, day.day + 1))
    assert len(mails(engine)) == 1


def test_without_a_settlement_or_for_another_year_nothing_is_told(engine: Engine, own: int) -> None:
    made = household(engine)
    use(engine, made.people[MEMBER], OPTICAL, own)
    ran(engine, JOB, NEXT)
    settled(engine, made.membership_id, date(2026, 1, 5))
    ran(engine, JOB, date(2026, 1, 6))
    assert mails(engine) == []


def test_where_no_recharge_is_allowed_none_is_offered(engine: Engine) -> None:
    made = household(engine, formula="2")
    use(engine, made.people[MEMBER], OPTICAL, 1_000_000)
    settled(engine, made.membership_id)
    ran(engine, JOB, NEXT)
    assert "recharge" not in body(mails(engine)[0])


def test_an_adult_who_keeps_claims_private_is_told_and_the_member_is_not(engine: Engine, own: int) -> None:
    made = household(engine)
    spouse = made.people[SPOUSE]
    use(engine, spouse, OPTICAL, own)
    with transaction(engine) as session:
        choose_privacy(session, spouse, True, SETTLED, datetime(2025, 8, 1, tzinfo=UTC), "test")
        account(session, "charles@post.example", spouse, language="fr")
    settled(engine, made.membership_id)
    ran(engine, JOB, NEXT)
    [mail] = mails(engine)
    assert (mail.to_address, mail.language) == ("charles@post.example", "fr")
    assert "recharge" not in body(mail)  # the member buys these
