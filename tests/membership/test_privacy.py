"""Adults can keep their own claims from the member, who then sees the sums alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, func, select

from expat.db import table_of, transaction
from expat.errors import BadInput, NotFound
from expat.membership.privacy import choose_privacy, may_see, private_people, visible_people
from expat.membership.tables import PrivacyChoice
from tests.claims.household import Household, household
from tests.payments.insured import AT, DAY


@pytest.fixture
def home(engine: Engine) -> Household:
    return household(engine)


def choose(engine: Engine, person: int, private: bool = True, day: date = DAY) -> None:
    with transaction(engine) as session:
        choose_privacy(session, person, private, day, AT, "account:2")


def private(engine: Engine, home: Household, day: date = DAY) -> set[int]:
    with transaction(engine) as session:
        return private_people(session, home.membership, day)


def sees(engine: Engine, viewer: int, owner: int, day: date = DAY) -> str:
    with transaction(engine) as session:
        return may_see(session, viewer, owner, day)


def test_the_newest_choice_holds_and_the_same_again_is_kept_once(engine: Engine, home: Household) -> None:
    assert private(engine, home) == set()
    choose(engine, home.spouse)
    choose(engine, home.spouse)
    choose(engine, home.adult)
    assert private(engine, home) == {home.spouse, home.adult}
    choose(engine, home.spouse, private=False)
    assert private(engine, home) == {home.adult}
    with transaction(engine) as session:
        assert session.execute(select(func.count()).select_from(table_of(PrivacyChoice))).scalar_one() == 3


def test_the_member_sees_the_sums_alone_of_an_adult_who_chose_so(engine: Engine, home: Household) -> None:
    choose(engine, home.spouse)
    told = [sees(engine, home.member, owner) for owner in (home.member, home.spouse, home.adult, home.child)]
    assert told == ["all", "sums", "all", "all"]
    with transaction(engine) as session:
        found = visible_people(session, home.member, DAY)
    whole, adults = {home.member, home.adult, home.child}, {home.member, home.adult}
    assert found[:3] == (frozenset(whole), frozenset({home.spouse}), frozenset(adults))
    assert set(found.people) == set(home[1:5])


def test_everybody_else_sees_his_or_her_own_claims_alone(engine: Engine, home: Household) -> None:
    for viewer in (home.spouse, home.adult, home.child):
        for owner in (home.member, home.spouse, home.adult, home.child):
            assert sees(engine, viewer, owner) == ("all" if viewer == owner else "none")
        with transaction(engine) as session:
            found = visible_people(session, viewer, DAY)
        assert (found.whole, found.sums, found.adults) == ({viewer}, set(), {viewer} - {home.child})


def test_nobody_sees_another_membership(engine: Engine, home: Household) -> None:
    other = household(engine, "M2")
    assert sees(engine, home.member, other.member) == "none"
    assert sees(engine, 99, home.member) == "none"
    assert sees(engine, home.member, 99) == "none"


def test_the_member_and_who_is_under_18_cannot_choose(engine: Engine, home: Household) -> None:
    with pytest.raises(BadInput, match="is the member"):
        choose(engine, home.member)
    birthday = date(2033, 3, 1)
    with pytest.raises(BadInput, match="under 18"):
        choose(engine, home.child, day=birthday - timedelta(days=1))
    choose(engine, home.child, day=birthday)
    assert private(engine, home, birthday) == {home.child}
    assert private(engine, home, DAY) == set()
    with pytest.raises(NotFound):
        choose(engine, 99)
