"""Consents, requests with their answers, corrections and directives: kept as they were made, the newest holds."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, select, update
from sqlmodel import Session

from expat.accounts.own import Own
from expat.accounts.tables import Account
from expat.audit import AuditEntry
from expat.claims.tables import ClaimLine
from expat.complaints.complain import Paper
from expat.db import table_of
from expat.errors import BadInput, Conflict, NotFound
from expat.membership.changes import Acting
from expat.membership.tables import InsuredPerson
from expat.personal_data.consents import allowed, decide, standing
from expat.personal_data.directives import directive_of, read_directive, write_directive
from expat.personal_data.requests import (
    NewDataRequest,
    answer,
    ask,
    open_requests,
    request,
    requests_of,
)
from expat.personal_data.tables import Consent, PersonCorrection
from expat.restrictions.standing import is_restricted
from expat.screening.holds import held_since
from expat.screening.lists import import_list
from expat.screening.reading import read
from expat.screening.screen import screen_all
from tests.claims.household import SCANS, Household, at_home, send
from tests.payments.insured import SOURCES, visit
from tests.screening.lists import xml

DAY = date(2025, 8, 4)
AT = datetime(2025, 8, 4, 9, tzinfo=UTC)
PROOF = [Paper("passport.pdf", SCANS[0])]


@pytest.fixture
def home(engine: Engine) -> Household:
    return at_home(engine)


@pytest.fixture
def session(engine: Engine, home: Household) -> Any:
    with Session(engine, expire_on_commit=False) as opened:
        yield opened
        opened.rollback()


def wrong(home: Household, key: str = "k", **more: Any) -> NewDataRequest:
    """A request to correct the member's last name."""
    values = {"person": home.member, "kind": "rectification", "field": "last_name", "value": "Byron", "papers": PROOF}
    return NewDataRequest(key, **{**values, **more})


def asked(session: Session, home: Household, **more: Any) -> int:
    return ask(session, wrong(home, **more), DAY, AT, f"account:{home.account}")[0]


def acting(home: Household) -> Acting:
    return Acting(DAY, AT, SOURCES, f"account:{home.staff}")


def person(session: Session, key: int) -> Any:
    table = table_of(InsuredPerson)
    return session.execute(select(table).where(table.c.id == key)).one()


def test_a_consent_is_given_and_withdrawn_and_each_is_kept(session: Session, home: Household) -> None:
    by = f"account:{home.account}"
    assert not allowed(session, home.member, "offers", DAY)
    assert not decide(session, home.member, "offers", False, "fr", DAY, AT, by), "there is nothing to withdraw"
    assert decide(session, home.member, "offers", True, "fr", DAY, AT, by)
    assert not decide(session, home.member, "offers", True, "fr", DAY, AT, by)
    assert allowed(session, home.member, "offers", DAY) and not allowed(session, home.spouse, "offers", DAY)
    assert decide(session, home.member, "offers", False, "en", DAY, AT, by)
    assert not allowed(session, home.member, "offers", DAY)
    table = table_of(Consent)
    rows = session.execute(select(table.c.given, table.c.language, table.c.version).order_by(table.c.id)).all()
    assert [tuple(row) for row in rows] == [(True, "fr", "2026-11"), (False, "en", "2026-11")]
    assert standing(session, home.member)["offers"].decided_on == DAY
    with pytest.raises(BadInput, match="purpose"):
        decide(session, home.member, "everything", True, "fr", DAY, AT, by)


def test_a_request_is_answered_within_a_month(session: Session, home: Household) -> None:
    key = asked(session, home)
    one = request(session, key)
    assert (one.answer_by, one.is_open, one.is_late(date(2025, 9, 4)), one.is_late(date(2025, 9, 5))) == (
        date(2025, 9, 4), True, False, True,
    )  # fmt: skip
    assert asked(session, home) == key
    with pytest.raises(Conflict, match="key"):
        asked(session, home, value="Milbanke")
    with pytest.raises(Conflict, match="open"):
        asked(session, home, key="k2")
    assert [one.id for one in open_requests(session, DAY, medical=False)] == [key]
    assert open_requests(session, DAY, medical=True) == []


def test_a_name_that_is_corrected_is_right_from_then_on_and_what_it_was_is_kept(
    session: Session, home: Household
) -> None:
    key = asked(session, home)
    answer(session, key, "done", "By your passport.", acting(home))
    assert person(session, home.member).last_name == "Byron"
    table = table_of(PersonCorrection)
    kept = session.execute(select(table)).one()
    assert (kept.field, kept.before, kept.after, kept.request_id) == ("last_name", "Lovelace", "Byron", key)
    entry: Any = table_of(AuditEntry)
    trail = session.execute(select(entry).where(entry.c.action == "person.corrected")).one()
    assert "Byron" not in str(trail.detail) and "Lovelace" not in str(trail.detail)
    with pytest.raises(Conflict, match="answered"):
        answer(session, key, "done", "Again.", acting(home))


def test_a_birth_date_that_is_corrected_has_what_is_unpaid_judged_again(
    session: Session, engine: Engine, home: Household
) -> None:
    session.commit()
    claim = send(engine, home.membership, "c", visit(home.adult, "45.00 EUR"))
    line = table_of(ClaimLine)
    status = select(line.c.status).where(line.c.id == claim.line_ids[0])
    before = session.execute(status).scalar()
    key = asked(session, home, person=home.adult, field="born", value="2000-03-01")
    answer(session, key, "done", "By the birth certificate.", acting(home))
    assert (before, session.execute(status).scalar()) == ("accepted", "refused"), "over twenty, and not at school"
    assert person(session, home.adult).born == date(2000, 3, 1)


def test_what_is_refused_changes_nothing(session: Session, home: Household) -> None:
    key = asked(session, home)
    answer(session, key, "refused", "The paper does not show it.", acting(home))
    assert person(session, home.member).last_name == "Lovelace"
    assert request(session, key).outcome == "refused" and not request(session, key).is_open


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"papers": []}, "papers"),
        ({"field": "surcharge"}, "field"),
        ({"value": " "}, "value"),
        ({"field": "born", "value": "yesterday"}, "value"),
        ({"field": "born", "value": "2099-01-01"}, "value"),
        ({"field": "nationality", "value": "XX"}, "value"),
        ({"kind": "objection", "field": None}, "text"),
        ({"kind": "gossip"}, "kind"),
        ({"key": ""}, "key"),
    ],
)
def test_what_cannot_be_is_refused(session: Session, home: Household, more: Any, where: str) -> None:
    with pytest.raises(BadInput) as refused:
        asked(session, home, **more)
    assert refused.value.where == where


def test_nobody_answers_for_the_own_family(session: Session, home: Household) -> None:
    key = asked(session, home)
    accounts: Any = table_of(Account)
    session.execute(update(accounts).where(accounts.c.id == home.staff).values(person_id=home.spouse))
    with pytest.raises(Own):
        answer(session, key, "done", "Yes.", acting(home))


def test_a_restriction_that_is_agreed_to_holds(session: Session, home: Household) -> None:
    key = asked(session, home, kind="restriction", field=None, value=None, papers=[], text="My name is wrong.")
    assert not is_restricted(session, home.member, DAY)
    answer(session, key, "done", "Until it is looked into.", acting(home))
    assert is_restricted(session, home.member, DAY) and not is_restricted(session, home.spouse, DAY)
    assert [one.kind for one in requests_of(session, [home.member])] == ["restriction"]


def test_the_newest_directives_hold_and_reading_them_leaves_a_trail(session: Session, home: Household) -> None:
    by = f"account:{home.account}"
    assert write_directive(session, home.member, "Delete all.", AT, by)
    assert not write_directive(session, home.member, " Delete all.\r\n", AT, by)
    assert write_directive(session, home.member, "Give it to Zoë.", AT, by)
    read = read_directive(session, home.member, AT, f"account:{home.staff}")
    assert read is not None and read.text == "Give it to Zoë."
    assert write_directive(session, home.member, "", AT, by)
    newest = directive_of(session, home.member)
    assert newest is not None and newest.text == ""
    entry: Any = table_of(AuditEntry)
    acts = session.execute(select(entry.c.action).where(entry.c.subject == f"insured_person:{home.member}")).scalars()
    assert list(acts).count("data.directive_read") == 1
    with pytest.raises(NotFound):
        write_directive(session, 999, "x", AT, by)


@pytest.mark.parametrize(("field", "value"), [("last_name", "Lovelace"), ("born", "1985-05-02")])
def test_who_is_corrected_into_a_name_of_a_list_is_held(
    session: Session, home: Household, field: str, value: str
) -> None:
    before = {"first_name": "Ada", "last_name": "Byron" if field == "last_name" else "Lovelace"}
    table = table_of(InsuredPerson)
    born = date(1911, 5, 2) if field == "born" else date(1985, 5, 2)
    session.execute(update(table).where(table.c.id == home.member).values(**before, born=born))
    import_list(session, read("f.xml", xml()), AT, "test")
    screen_all(session, AT, "test")
    assert held_since(session, [home.membership]) == {}
    key = asked(session, home, field=field, value=value)
    answer(session, key, "done", "By your passport.", acting(home))
    assert list(held_since(session, [home.membership])) == [home.membership]
