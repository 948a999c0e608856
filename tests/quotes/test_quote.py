"""Quotes: who can join, what is kept, and how it is reached again."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import IntegrityError

from expat.audit import Asked as Looked
from expat.audit import entries
from expat.db import reading, table_of, transaction
from expat.errors import BadInput, NotFound
from expat.plans.loader import plan
from expat.premiums.tariff import Insured
from expat.quotes.joining import OCCUPIED, obstacles, school_certificates, zones_open
from expat.quotes.offers import offers, offers_json, offers_of
from expat.quotes.quote import Asked, Quoted, make_quote, quote_by_code
from expat.quotes.tables import Quote

DAY, AT = date(2026, 2, 10), datetime(2026, 2, 10, 9, tzinfo=UTC)
FIRST = date(2026, 4, 1)
EDITION = plan("expat-uno").on(FIRST)
MEMBER = Insured("member", date(1985, 5, 2))
SPOUSE = Insured("spouse", date(1990, 1, 1))
CHILD = Insured("child", date(2015, 6, 1))
QUOTE = table_of(Quote)


def asked(**changed: Any) -> Asked:
    return Asked("SG", "B", FIRST, "quarterly", (MEMBER, SPOUSE, CHILD))._replace(**changed)


def made(engine: Engine, wanted: Asked, key: str = "k") -> Quoted:
    with transaction(engine) as session:
        code = make_quote(session, wanted, DAY, AT, key)
    with reading(engine) as session:
        return quote_by_code(session, code)


# --- who can join ---


def words(*people: Insured, country: str = "SG", first_day: date = FIRST) -> list[tuple[str, str]]:
    return [(o.word, o.where) for o in obstacles(EDITION, country, people, first_day)]


def test_a_family_abroad_can_join() -> None:
    assert words(MEMBER, SPOUSE, CHILD) == []


@pytest.mark.parametrize("country", ["FR", "RE", "GP", "MQ", "GF", "YT"])
def test_nobody_who_lives_in_france_can_join(country: str) -> None:
    assert words(MEMBER, country=country) == [("residence_france", "country")]


@pytest.mark.parametrize(
    ("born", "word"),
    [("2008-04-01", None), ("2008-04-02", "member_too_young"), ("1966-04-02", None), ("1966-04-01", "member_too_old")],
)
def test_a_member_is_18_to_59_on_the_first_day(born: str, word: str | None) -> None:
    found = words(Insured("member", date.fromisoformat(born)))
    assert found == ([(word, "people.0.born")] if word else [])


@pytest.mark.parametrize(("born", "right"), [("1956-04-02", True), ("1956-04-01", False)])
def test_a_spouse_is_covered_to_the_eve_of_the_70th_birthday(born: str, right: bool) -> None:
    found = words(MEMBER, Insured("spouse", date.fromisoformat(born)))
    assert found == ([] if right else [("spouse_too_old", "people.1.born")])


def test_a_spouse_who_works_cannot_be_insured_with_the_member() -> None:
    assert words(MEMBER, SPOUSE._replace(role=OCCUPIED)) == [("spouse_occupied", "people.1.role")]


def test_there_is_one_spouse() -> None:
    assert words(MEMBER, SPOUSE, SPOUSE) == [("two_spouses", "people.2.role")]


@pytest.mark.parametrize(
    ("born", "word"), [("1998-04-01", None), ("1998-03-31", "child_too_old"), ("2026-04-02", "not_born")]
)
def test_a_child_is_covered_to_the_28th_birthday(born: str, word: str | None) -> None:
    found = words(MEMBER, Insured("child", date.fromisoformat(born)))
    assert found == ([(word, "people.1.born")] if word else [])


def test_from_the_day_after_the_20th_birthday_a_school_certificate_is_asked_for() -> None:
    people = [MEMBER, Insured("child", date(2006, 4, 1)), Insured("child", date(2006, 3, 31))]
    assert school_certificates(EDITION, people, FIRST) == [2]


@pytest.mark.parametrize(("country", "zones"), [("SN", ["A", "B", "C"]), ("SG", ["B", "C"]), ("US", ["C"])])
def test_zones_that_cover_the_country_can_be_chosen_its_own_first(country: str, zones: list[str]) -> None:
    assert zones_open(EDITION, country) == zones


# --- what is kept ---


def test_a_quote_is_reached_again_by_its_code_however_it_is_typed(engine: Engine) -> None:
    found = made(engine, asked())
    assert (found.country, found.zone, found.first_day, found.frequency) == ("SG", "B", FIRST, "quarterly")
    assert found.people == (("member", MEMBER.born), ("spouse", SPOUSE.born), ("child", CHILD.born))
    assert (found.made_on, found.valid_until, found.formula) == (DAY, date(2026, 3, 12), None)
    with reading(engine) as session:
        assert quote_by_code(session, found.code.lower().replace("-", " ")) == found
        with pytest.raises(NotFound):
            quote_by_code(session, "0000-0000-0000-0000")


def test_the_prices_are_those_that_were_told(engine: Engine) -> None:
    found = made(engine, asked())
    assert found.offers == offers(EDITION, "B", asked().people, FIRST)
    assert [offer.yearly for offer in found.offers] == [
        Decimal(amount) for amount in ("5265", "8950.5", "12636", "16848")
    ]
    assert found.offers[2].paid("quarterly").instalment == Decimal("3222.18")
    assert found.edition.key == EDITION.key


def test_the_same_request_sent_twice_is_one_quote_and_another_one_is_another(engine: Engine) -> None:
    first, again = made(engine, asked()), made(engine, asked())
    assert first.code == again.code
    other = made(engine, asked(zone="C"))
    new = made(engine, asked(), key="another form")
    assert len({first.code, other.code, new.code}) == 3


def test_that_it_was_made_stands_in_the_trail_once_without_anything_of_it(engine: Engine) -> None:
    made(engine, asked())
    made(engine, asked())
    with reading(engine) as session:
        acts = [(e.actor, e.action, e.detail) for e in entries(session, Looked())]
    assert acts == [("visitor", "quote.made", {})]


def test_a_quote_is_never_changed_but_can_be_erased(engine: Engine) -> None:
    found = made(engine, asked())
    with engine.connect() as connection, pytest.raises(IntegrityError, match="no row is ever changed"):
        connection.execute(text("UPDATE quote SET country = 'US'"))
    with transaction(engine) as session:
        session.execute(QUOTE.delete().where(QUOTE.c.code == found.code))
    with reading(engine) as session:
        assert session.execute(select(func.count()).select_from(QUOTE)).scalar_one() == 0


def test_a_quote_holds_no_name_and_no_address(engine: Engine) -> None:
    made(engine, asked(people=(MEMBER._replace(name="Ada Lovelace"),)))
    with reading(engine) as session:
        row = session.execute(select(QUOTE)).one()
    assert "Ada" not in str(row)
    assert row.people == [["member", "1985-05-02"]]


def test_it_is_good_until_its_last_day_and_before_its_first_day_of_cover(engine: Engine) -> None:
    found = made(engine, asked(first_day=date(2026, 3, 1)))
    assert found.valid(date(2026, 2, 28))
    assert not found.valid(date(2026, 3, 1))
    later = made(engine, asked())
    assert later.valid(date(2026, 3, 12))
    assert not later.valid(date(2026, 3, 13))


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"first_day": DAY}, "first_day"),
        ({"first_day": date(2027, 2, 11)}, "first_day"),
        ({"zone": "A"}, "zone"),
        ({"country": "FR"}, "country"),
        ({"frequency": "monthly"}, "frequency"),
        ({"people": ()}, "people"),
        ({"people": (MEMBER, *[CHILD] * 12)}, "people"),
        ({"people": (CHILD,)}, "people"),
        ({"people": (MEMBER, SPOUSE._replace(role=OCCUPIED))}, "people.1.role"),
    ],
)
def test_what_cannot_be_quoted_is_refused_by_its_field(engine: Engine, changed: dict[str, Any], where: str) -> None:
    with transaction(engine) as session, pytest.raises(BadInput) as wrong:
        make_quote(session, asked(**changed), DAY, AT, "k")
    assert wrong.value.where == where


a_child = st.builds(Insured, st.just("child"), st.dates(date(1999, 1, 1), FIRST), st.none(), st.just(""))
children = st.lists(a_child, max_size=4)


@given(st.dates(date(1966, 4, 2), date(2008, 4, 1)), children, st.sampled_from("ABC"))
def test_prices_come_back_as_they_were_kept(born: date, others: list[Insured], zone: str) -> None:
    found = offers(EDITION, zone, [Insured("member", born), *others], FIRST)
    assert offers_of(offers_json(found), EDITION.formulas) == found
