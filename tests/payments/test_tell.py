"""Whoever is paid is told once, in their language, of the sum and where to read more."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, event, select, update

from expat.claims.intake import NewClaim
from expat.claims.submit import submit
from expat.db import table_of, transaction
from expat.mail.tables import OutgoingMail
from expat.membership.join import NewMembership, NewPerson, join
from expat.membership.tables import InsuredPerson, Member, PrivacyChoice
from expat.payments.settle import settle
from expat.payments.tell import tell_settlement
from tests.approvals.asked import account
from tests.payments.insured import AT, DAY, RECEIVED, SOURCES, claim, insure, publish, visit
from tests.payments.test_settle import Killed, kill_after

MAIL, MEMBER, PERSON = table_of(OutgoingMail), table_of(Member), table_of(InsuredPerson)
TELL = partial(tell_settlement, base_url="https://plan.example.org", operator="The Plan")


def pay_and_tell(engine: Engine, **options: Any) -> None:
    settle(engine, DAY, lambda: AT, SOURCES, closing=TELL, **options)


def mails(engine: Engine) -> list[Any]:
    with transaction(engine) as session:
        return list(session.execute(select(MAIL).order_by(MAIL.c.id)))


def with_email(engine: Engine, membership: int, email: str, language: str = "en") -> None:
    with transaction(engine) as session:
        session.execute(update(MEMBER).where(MEMBER.c.id == membership).values(email=email, language=language))


@pytest.fixture
def member(engine: Engine) -> int:
    """A member with an address of the day of joining, and a claim that is accepted."""
    publish(engine)
    membership = insure(engine, "M1", "SGD")
    with_email(engine, membership, "ada@example.org")
    claim(engine, membership, "c1", "45.00 EUR")
    return membership


def test_a_payout_is_told_with_its_sum_and_its_address(engine: Engine, member: int) -> None:
    pay_and_tell(engine)
    (mail,) = mails(engine)
    assert (mail.key, mail.kind, mail.to_address, mail.language) == (
        "statement:1",
        "statement",
        "ada@example.org",
        "en",
    )
    assert "67.08\u00a0SGD" in mail.body
    assert "https://plan.example.org/statements/1" in mail.body
    assert mail.body.startswith("Hello")


def test_the_account_comes_before_the_address_of_the_day_of_joining(engine: Engine, member: int) -> None:
    with transaction(engine) as session:
        account(session, "new@example.org", member_of_session(session, member), language="fr")
        account(session, "staff@example.org", None, "medical")
    pay_and_tell(engine)
    (mail,) = mails(engine)
    assert (mail.to_address, mail.language) == ("new@example.org", "fr")
    assert mail.body.startswith("Bonjour Zoë M,")


def member_of_session(session: Any, membership: int) -> int:
    query = select(PERSON.c.id).where(PERSON.c.membership_id == membership, PERSON.c.role == "member")
    return int(session.execute(query).scalar_one())


def test_who_has_no_address_gets_no_mail(engine: Engine, member: int) -> None:
    with_email(engine, member, "  ")
    pay_and_tell(engine)
    assert mails(engine) == []


def test_an_address_that_is_none_does_not_stand_in_the_way(engine: Engine, member: int) -> None:
    with_email(engine, member, "ada at example.org " + "x" * 300)
    pay_and_tell(engine)
    assert [mail.problem for mail in mails(engine)] == ["no usable address"]


def test_a_settlement_that_is_taken_up_tells_once(engine: Engine, member: int) -> None:
    second = insure(engine, "M2")
    with_email(engine, second, "bo@example.org")
    claim(engine, second, "c2", "45.00 EUR")
    with pytest.raises(Killed):
        pay_and_tell(engine, batch=1, log=kill_after(1))
    assert mails(engine) == []
    pay_and_tell(engine)
    pay_and_tell(engine)
    assert [mail.key for mail in mails(engine)] == ["statement:1", "statement:2"]


def test_a_claim_of_which_nothing_is_paid_is_told_too(engine: Engine, member: int) -> None:
    done = claim(engine, member, "c2", "45.00 EUR", care="excluded.comfort")
    pay_and_tell(engine)
    notice = mails(engine)[1]
    assert (notice.key, notice.kind) == (f"notice:{done.claim_id}", "notice")
    assert f"https://plan.example.org/claims/{done.claim_id}" in notice.body
    assert "comfort" not in notice.body.lower()
    settle(engine, DAY + timedelta(days=1), lambda: AT, SOURCES, closing=TELL)
    assert len(mails(engine)) == 2


def test_an_adult_who_keeps_claims_from_the_member_is_told_alone(engine: Engine) -> None:
    publish(engine)
    membership, spouse = couple(engine)
    with transaction(engine) as session:
        account(session, "bo@example.org", spouse, language="fr")
    done = refused_of(engine, membership, spouse)
    pay_and_tell(engine)
    assert [(m.key, m.to_address, m.language) for m in mails(engine)] == [
        (f"notice:{done}:{spouse}", "bo@example.org", "fr")
    ]


def test_who_keeps_claims_private_and_has_no_account_is_not_told_through_the_member(engine: Engine) -> None:
    publish(engine)
    membership, spouse = couple(engine)
    refused_of(engine, membership, spouse)
    pay_and_tell(engine)
    assert mails(engine) == []


def couple(engine: Engine) -> tuple[int, int]:
    """A member with an address, and a spouse who keeps their claims private."""
    people = (NewPerson("member", date(1985, 5, 2), "Ada", "L"), NewPerson("spouse", date(1986, 1, 1), "Bo", "L"))
    with transaction(engine) as session:
        joined = join(session, NewMembership("M1", "expat-uno", date(2025, 1, 1), "4", "A", "SN", people, "EUR"), AT)
        choice = {"person_id": joined.people[1], "private": True, "recorded_at": AT}
        session.execute(table_of(PrivacyChoice).insert(), choice)
    with_email(engine, joined.membership_id, "ada@example.org")
    return joined.membership_id, joined.people[1]


def refused_of(engine: Engine, membership: int, person: int) -> int:
    with transaction(engine) as session:
        line = visit(person, "45.00 EUR", care="excluded.comfort")
        return submit(session, membership, NewClaim([line], RECEIVED, "c"), AT, SOURCES).claim_id


def test_many_are_told_by_as_many_queries_as_few(engine: Engine) -> None:
    publish(engine)
    counted = []
    for size, day in ((2, DAY), (12, DAY + timedelta(days=1))):
        for n in range(size):
            membership = insure(engine, f"M{day}-{n}")
            with_email(engine, membership, f"m{membership}@example.org")
            claim(engine, membership, f"c{n}", "45.00 EUR")
        told: list[int] = []

        def counting(session: Any, settlement: int, at: Any, told: list[int] = told) -> None:
            seen: list[Any] = []
            note = lambda *given: seen.append(given)  # noqa: E731
            event.listen(engine, "before_cursor_execute", note)
            TELL(session, settlement, at)
            event.remove(engine, "before_cursor_execute", note)
            told.append(len(seen))

        settle(engine, day, lambda: AT, SOURCES, closing=counting)
        counted += told
    assert len(mails(engine)) == 14
    assert counted[0] == counted[1]
