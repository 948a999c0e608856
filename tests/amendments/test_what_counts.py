"""What counts of a request: only what is proved, only between living people, and from a day on which it can hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from expat.adjudication.waiting import waiver
from expat.amendments.ask import NewAmendment, ask
from expat.amendments.effect import NotPossible
from expat.amendments.kinds import Address, Formula, Joins, Move
from expat.claims.dossier import Dossier
from expat.db import transaction
from expat.errors import BadInput
from expat.membership.changes import locked
from expat.membership.death import keep_death
from tests.amendments.asked import (
    BANGKOK,
    KEYS,
    NEW_YORK,
    SINGAPORE,
    SPOUSE,
    acting,
    agrees,
    asks,
    dossier,
    insured,
    proves,
    refuses,
)

DAY = date(2025, 6, 2)
ATTESTED = replace(SPOUSE, tie="cohabiting", married_on=None, prior_cover_attested_on=date(2025, 5, 20))
MARRIED = replace(SPOUSE, married_on=date(2025, 5, 10))


def lifted(found: Dossier) -> bool:
    """Whether some wait of the person who joined last falls away."""
    edition, newest = found.plan.on(DAY), max(found.people)
    who = found.person_facts(newest, edition)
    return any(waiver(edition, who, category) for category in found.plan.words.categories)


@pytest.mark.parametrize(
    ("change", "paper"), [(ATTESTED, "prior_cover"), (MARRIED, "civil_status")], ids=["earlier cover", "marriage"]
)
@pytest.mark.parametrize("came", [True, False])
def test_waits_fall_away_only_with_the_paper_that_shows_why(
    engine: Engine, change: Joins, paper: str, came: bool
) -> None:
    membership = insured(engine)
    done = asks(engine, membership, change, DAY)
    proves(engine, done.id, paper if came else "other", DAY)
    agrees(engine, done.id, DAY + timedelta(days=3))
    assert lifted(dossier(engine, membership)) is came


def test_a_certificate_of_a_day_to_come_is_refused_when_it_is_asked_for(engine: Engine) -> None:
    membership = insured(engine)
    later = replace(ATTESTED, prior_cover_attested_on=DAY + timedelta(days=1))
    with pytest.raises(NotPossible) as told:
        asks(engine, membership, later, DAY)
    assert (told.value.where, told.value.word) == ("prior_cover_attested_on", "attested_later")


@pytest.mark.parametrize(("born", "possible"), [(date(2007, 6, 3), True), (date(2007, 6, 4), False)])
def test_a_spouse_has_reached_the_youngest_age_on_the_first_day(engine: Engine, born: date, possible: bool) -> None:
    membership = insured(engine)
    young = replace(SPOUSE, born=born)
    if possible:
        assert asks(engine, membership, young, DAY).id
        return
    with pytest.raises(NotPossible) as told:
        asks(engine, membership, young, DAY)
    assert (told.value.where, told.value.word, told.value.figures) == ("born", "spouse_too_young", {"age": 18})


def test_after_the_member_s_death_nothing_is_agreed_to_but_it_can_be_refused(engine: Engine) -> None:
    membership = insured(engine)
    done = asks(engine, membership, Formula("4"), DAY)
    with transaction(engine) as session:
        keep_death(session, locked(session, membership), DAY + timedelta(days=1), acting(DAY + timedelta(days=5)))
    with pytest.raises(NotPossible, match="died"):
        agrees(engine, done.id, DAY + timedelta(days=6))
    with pytest.raises(NotPossible, match="ended"), transaction(engine) as session:  # a letter from before the death
        ask(session, membership, NewAmendment("k2", SPOUSE), acting(DAY, on=DAY + timedelta(days=6)), KEYS)
    assert dossier(engine, membership).on("formula", date(2026, 12, 1)) == "2"
    assert refuses(engine, done.id, DAY + timedelta(days=6))


def test_a_letter_from_before_the_membership_is_not_taken(engine: Engine) -> None:
    membership = insured(engine)
    with pytest.raises(BadInput, match="cannot be the day it arrived"), transaction(engine) as session:
        ask(session, membership, NewAmendment("old", Move(SINGAPORE)), acting(date(2001, 1, 1), on=DAY), KEYS)


def test_a_move_within_a_zone_to_come_begins_with_that_zone(engine: Engine) -> None:
    membership = insured(engine, zone="B", home="HK")
    done = asks(engine, membership, Move(NEW_YORK), date(2025, 11, 3), "k1")
    agrees(engine, done.id, date(2025, 11, 5))
    canada = Address("1 Rideau Street", "Ottawa", "CA")
    again = asks(engine, membership, Move(canada), date(2025, 11, 15), "k2")
    assert again.agreed
    found = dossier(engine, membership)
    assert [found.on(kind, date(2025, 11, 20)) for kind in ("zone", "residence")] == ["B", "HK"]
    assert [found.on(kind, date(2025, 12, 1)) for kind in ("zone", "residence")] == ["C", "CA"]


def test_a_move_within_the_zone_is_not_undone_by_a_residence_that_was_to_come(engine: Engine) -> None:
    membership = insured(engine, zone="B", home="HK")
    done = asks(engine, membership, Move(NEW_YORK), date(2025, 11, 3), "k1")
    agrees(engine, done.id, date(2025, 11, 5))
    back = asks(engine, membership, Move(SINGAPORE), date(2025, 11, 6), "k2")  # zone B again, from the same day
    agrees(engine, back.id, date(2025, 11, 7))
    within = asks(engine, membership, Move(replace(SINGAPORE, town="Shanghai", country="CN")), date(2025, 11, 20), "k3")
    assert within.agreed
    found = dossier(engine, membership)
    for day in (date(2025, 11, 20), date(2025, 12, 1), date(2026, 3, 1)):
        assert [found.on(kind, day) for kind in ("zone", "residence")] == ["B", "CN"]


def test_a_move_within_the_zone_counts_from_the_day_of_the_move(engine: Engine) -> None:
    membership = insured(engine, zone="B", home="SG")
    china = replace(SINGAPORE, town="Shanghai", country="CN")
    done = asks(engine, membership, Move(china, first=date(2025, 12, 20)), date(2025, 11, 3), "k1")
    assert done.agreed
    known = dossier(engine, membership)
    assert [known.on("residence", date(2025, 12, day)) for day in (19, 20)] == ["SG", "CN"]


@pytest.mark.parametrize(
    ("moves", "effective"),
    [(None, date(2025, 12, 1)), (date(2025, 11, 1), date(2025, 12, 1)), (date(2025, 11, 20), date(2025, 12, 1)),
     (date(2026, 2, 15), date(2026, 2, 1))],
)  # fmt: skip
def test_another_zone_counts_from_the_month_after_the_request_or_that_of_the_move(
    engine: Engine, moves: date | None, effective: date
) -> None:
    membership = insured(engine, zone="B", home="SG")
    done = asks(engine, membership, Move(NEW_YORK, first=moves), date(2025, 11, 3), "k1")
    agrees(engine, done.id, date(2025, 11, 10))
    known = dossier(engine, membership)
    assert [known.on("zone", day) for day in (effective - timedelta(days=1), effective)] == ["B", "C"]
    assert known.on("residence", effective) == "US"


def test_a_move_is_told_a_year_ahead_at_most(engine: Engine) -> None:
    with pytest.raises(NotPossible) as wrong:
        asks(engine, insured(engine), Move(BANGKOK, first=date(2027, 1, 1)), date(2025, 11, 3))
    assert wrong.value.word == "moves_too_late"
