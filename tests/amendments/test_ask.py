"""Asking for a change: from when it holds, on both sides of each date; once; and what the rules do not allow."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine

from expat.amendments.address import address_of
from expat.amendments.ask import NewAmendment, ask
from expat.amendments.decide import agree, withdraw
from expat.amendments.effect import NotPossible
from expat.amendments.kinds import Address, Change, Derogation, Formula, Joins, Leaves, Move, Stay
from expat.amendments.tables import Amendment, AmendmentAnswer
from expat.claims.load import load
from expat.db import transaction
from expat.documents.keys import Damaged
from expat.errors import BadInput, Conflict
from expat.membership.ends import terminate
from expat.membership.tables import InsuredPerson
from expat.periods import DAY
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
    rows,
)

SOON = date(2025, 6, 10)
CHILD = Joins("child", "Ann", "Lovelace", date(2025, 3, 10))


# --- from when ---


@pytest.mark.parametrize(
    ("asked", "effective"),
    [
        (date(2025, 3, 14), date(2025, 3, 15)),
        (date(2025, 3, 15), date(2025, 3, 15)),
        (date(2025, 3, 16), date(2026, 3, 15)),
    ],
)
def test_a_formula_changes_on_the_next_anniversary(engine: Engine, asked: date, effective: date) -> None:
    home = insured(engine)
    done = asks(engine, home, Formula("3"), asked)
    agrees(engine, done.id, asked)
    found = dossier(engine, home)
    assert [found.on("formula", day) for day in (effective - DAY, effective)] == ["2", "3"]


@pytest.mark.parametrize(
    ("asked", "effective"),
    [
        (date(2025, 5, 31), date(2025, 6, 1)),
        (date(2025, 6, 1), date(2025, 7, 1)),
        (date(2025, 6, 30), date(2025, 7, 1)),
        (date(2025, 12, 31), date(2026, 1, 1)),
    ],
)
def test_a_zone_changes_on_the_first_of_the_month_after_the_request(
    engine: Engine, asked: date, effective: date
) -> None:
    home = insured(engine)
    done = asks(engine, home, Move(SINGAPORE), asked)
    assert dossier(engine, home).on("zone", effective) == "A"
    agrees(engine, done.id, asked)
    found = dossier(engine, home)
    assert [found.on("zone", day) for day in (effective - DAY, effective)] == ["A", "B"]
    assert [found.on("residence", day) for day in (effective - DAY, effective)] == ["SN", "SG"]


def test_an_agreement_that_comes_later_counts_from_the_request(engine: Engine) -> None:
    home = insured(engine)
    done = asks(engine, home, Move(SINGAPORE), date(2025, 5, 31))
    agrees(engine, done.id, date(2025, 7, 20))
    assert dossier(engine, home).on("zone", date(2025, 6, 1)) == "B"
    kept = rows(engine, AmendmentAnswer)[0]
    assert (kept.decided_on, kept.effective_from) == (date(2025, 7, 20), date(2025, 6, 1))


def test_a_move_within_the_zone_needs_nobody_and_holds_from_the_request(engine: Engine) -> None:
    home = insured(engine)
    done = asks(engine, home, Move(BANGKOK), SOON)
    assert done.agreed
    found = dossier(engine, home)
    assert [found.on("residence", day) for day in (SOON - DAY, SOON)] == ["SN", "TH"]
    assert found.on("zone", date(2026, 1, 1)) == "A"
    with transaction(engine) as session:
        assert address_of(session, home)["town"] == "Bangkok"


def test_a_wider_zone_can_be_kept_where_it_covers_the_new_country(engine: Engine) -> None:
    home = insured(engine, zone="B", home="SG")
    assert asks(engine, home, Move(BANGKOK, keep_zone=True), SOON).agreed
    assert dossier(engine, home).on("zone", date(2026, 1, 1)) == "B"
    narrow = insured(engine, zone="A")
    with pytest.raises(NotPossible) as wrong:
        asks(engine, narrow, Move(SINGAPORE, keep_zone=True), SOON, "k2")
    assert wrong.value.word == "not_covered"


@pytest.mark.parametrize(("last", "word"), [(date(2025, 9, 28), "short_stay"), (date(2025, 9, 29), None)])
def test_a_stay_of_90_days_outside_the_zone_asks_for_another_zone(engine: Engine, last: date, word: str | None) -> None:
    home = insured(engine)
    stay = Stay("US", date(2025, 7, 2), last)
    if word is not None:
        with pytest.raises(NotPossible) as wrong:
            asks(engine, home, stay, SOON)
        assert wrong.value.word == word
        return
    agrees(engine, asks(engine, home, stay, SOON).id, SOON)
    found = dossier(engine, home)
    assert (found.on("zone", date(2025, 7, 1)), found.on("residence", date(2025, 7, 1))) == ("C", "SN")


@pytest.mark.parametrize(
    ("asked", "covered_from"), [(date(2025, 6, 10), date(2025, 3, 10)), (date(2025, 6, 11), date(2025, 6, 12))]
)
def test_a_newborn_is_covered_from_birth_when_asked_for_within_three_months(
    engine: Engine, asked: date, covered_from: date
) -> None:
    home = insured(engine)
    agrees(engine, asks(engine, home, CHILD, asked).id, date(2025, 7, 30))
    child = rows(engine, InsuredPerson)[-1]
    assert (child.covered_from, child.requested_on) == (covered_from, asked)


def test_a_spouse_is_covered_from_the_day_after_the_request(engine: Engine) -> None:
    home = insured(engine)
    done = asks(engine, home, SPOUSE, SOON)
    proves(engine, done.id, "civil_status", date(2025, 6, 20))
    agrees(engine, done.id, date(2025, 6, 25))
    spouse = rows(engine, InsuredPerson)[-1]
    assert (spouse.covered_from, spouse.requested_on, spouse.married_on) == (SOON + DAY, SOON, SPOUSE.married_on)


def test_somebody_leaves_without_anybody_s_agreement(engine: Engine) -> None:
    home = insured(engine)
    agrees(engine, asks(engine, home, SPOUSE, SOON).id, SOON)
    spouse = rows(engine, InsuredPerson)[-1].id
    done = asks(engine, home, Leaves(spouse, "separated", date(2025, 8, 20)), date(2025, 8, 1), "k2")
    assert done.agreed
    ends = rows(engine, AmendmentAnswer)[-1].effective_from
    found = dossier(engine, home)
    cover = found.cover(spouse, found.plan.on(ends))
    assert cover[-1].last == ends - DAY
    assert ends == date(2025, 8, 20)
    with pytest.raises(BadInput, match="no spouse or child"):
        asks(engine, home, Leaves(found.member.id, "removed", date(2025, 9, 1)), date(2025, 8, 1), "k3")


def test_a_derogation_counts_from_the_request_also_when_it_is_granted_once_care_began(engine: Engine) -> None:
    home = insured(engine)
    care = Derogation(dossier(engine, home).member.id, "TH", SOON + DAY, SOON + 5 * DAY)
    done = asks(engine, home, care, SOON)
    assert dossier(engine, home).derogations(care.person) == ()
    agrees(engine, done.id, SOON + 3 * DAY)
    (granted,) = dossier(engine, home).derogations(care.person)
    assert (granted.country, granted.requested_on) == ("TH", SOON)
    assert (granted.days.first, granted.days.last) == (care.first, care.last)


# --- once ---


def test_what_is_sent_twice_is_one_request(engine: Engine) -> None:
    home = insured(engine)
    first, second = (asks(engine, home, Formula("3"), SOON) for _ in range(2))
    assert (first.id, second.again) == (second.id, True)
    assert len(rows(engine, Amendment)) == 1
    with pytest.raises(Conflict, match="another request"):
        asks(engine, home, Formula("4"), SOON)


def test_a_request_that_is_open_is_not_asked_twice_until_it_is_withdrawn(engine: Engine) -> None:
    home = insured(engine)
    first = asks(engine, home, Move(SINGAPORE), SOON)
    for change in (Move(NEW_YORK), Stay("US", date(2025, 7, 1), date(2025, 12, 1))):
        with pytest.raises(Conflict, match=f"request {first.id} asks for it"):
            asks(engine, home, change, SOON, "k2")
    with transaction(engine) as session:
        assert withdraw(session, first.id, acting(SOON, "account:1"))
        assert not withdraw(session, first.id, acting(SOON, "account:1"))
    assert not asks(engine, home, Move(NEW_YORK), SOON, "k2").again
    with pytest.raises(Conflict, match="withdrawn"):
        agrees(engine, first.id, SOON)


def test_twins_are_two_requests(engine: Engine) -> None:
    home = insured(engine)
    asks(engine, home, CHILD, SOON)
    asks(engine, home, replace(CHILD, first_name="Bea"), SOON, "k2")
    with pytest.raises(Conflict):
        asks(engine, home, replace(CHILD, first_name="ANN "), SOON, "k3")


def test_deciding_twice_is_once_and_never_both_ways(engine: Engine) -> None:
    home = insured(engine)
    done = asks(engine, home, SPOUSE, SOON)
    assert [agrees(engine, done.id, SOON) for _ in range(2)] == [True, False]
    assert len(rows(engine, InsuredPerson)) == 2
    with pytest.raises(Conflict, match="agreed already"):
        refuses(engine, done.id, SOON)


# --- what is not possible, and what is sealed ---


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (Formula("2"), "same_formula"),
        (Move(Address("1 rue de Lille", "Paris", "FR")), "return_to_france"),
        (Move(Address("1 rue de Lille", "Saint-Denis", "RE")), "return_to_france"),
        (Move(Address("1 rue Carnot", "Dakar", "SN")), "same_country"),
        (Stay("FR", SOON, date(2026, 1, 1)), "stay_in_france"),
        (Stay("TH", SOON, date(2026, 1, 1)), "in_zone"),
        (Stay("US", SOON, SOON - DAY), "before_first"),
        (replace(SPOUSE, no_occupation=False), "occupation"),
        (replace(SPOUSE, married_on=None), "no_marriage"),
        (replace(SPOUSE, married_on=SOON + DAY), "not_married"),
        (replace(SPOUSE, born=date(1955, 6, 11)), "spouse_too_old"),
        (replace(CHILD, born=SOON + DAY), "not_born"),
        (replace(CHILD, born=date(2005, 6, 9)), "child_too_old"),
        (Joins("child", "ada ", "Lovelace", date(1985, 5, 2)), "insured_already"),
        (Derogation(1, "TH", SOON, SOON), "asked_too_late"),
        (Derogation(1, "TH", SOON + DAY, SOON), "before_first"),
        (Derogation(1, "SG", SOON + DAY, SOON + DAY), "outside_zone"),
        (Derogation(1, "ML", SOON + DAY, SOON + DAY), "needs_none"),
        (Derogation(1, "SN", SOON + DAY, SOON + DAY), "needs_none"),
        (Derogation(1, "FR", SOON + DAY, SOON + DAY), "needs_none"),
    ],
)
def test_what_the_rules_do_not_allow_is_said_with_a_word(engine: Engine, change: Change, word: str) -> None:
    home = insured(engine)
    with pytest.raises(NotPossible) as wrong:
        asks(engine, home, change, SOON)
    assert wrong.value.word == word
    assert rows(engine, Amendment) == []


def test_a_membership_has_one_spouse(engine: Engine) -> None:
    home = insured(engine)
    agrees(engine, asks(engine, home, SPOUSE, SOON).id, SOON)
    with pytest.raises(NotPossible) as wrong:
        asks(engine, home, replace(SPOUSE, first_name="Zoë"), date(2025, 7, 1), "k2")
    assert wrong.value.word == "has_spouse"


def test_a_membership_that_ends_before_is_not_changed(engine: Engine) -> None:
    home = insured(engine)
    with transaction(engine) as session:
        terminate(session, home, "member", date(2026, 1, 1), acting(SOON))
    with pytest.raises(NotPossible) as wrong:
        asks(engine, home, Formula("3"), SOON)
    assert wrong.value.word == "ends_before"
    assert not asks(engine, home, Move(SINGAPORE), SOON, "k2").again
    with pytest.raises(NotPossible) as wrong:
        asks(engine, home, SPOUSE, date(2026, 4, 1), "k3")
    assert wrong.value.word == "ended"
    assert asks(engine, home, BANGKOK, date(2026, 4, 1), "k4").agreed


def test_nothing_is_asked_for_on_a_day_to_come(engine: Engine) -> None:
    home = insured(engine)
    with transaction(engine) as session, pytest.raises(BadInput, match="asked_on"):
        ask(session, home, NewAmendment("k", Formula("3")), acting(SOON + DAY, on=SOON), KEYS)


def test_the_statement_is_sealed_and_opens_under_its_own_request_alone(engine: Engine) -> None:
    home = insured(engine)
    asks(engine, home, SPOUSE, SOON, medical="asthma since childhood")
    kept = rows(engine, Amendment)[0]
    assert b"asthma" not in kept.medical
    assert KEYS.unseal(kept.medical, "amendment:k1").decode() == "asthma since childhood"
    with pytest.raises(Damaged):
        KEYS.unseal(kept.medical, "amendment:k2")


def test_addresses_are_kept_in_versions(engine: Engine) -> None:
    home = insured(engine)
    for key, address in (("k1", BANGKOK), ("k2", SINGAPORE)):
        assert asks(engine, home, address, SOON, key).agreed
    with transaction(engine) as session:
        assert address_of(session, home)["street"] == "2 Orchard Road"
    assert dossier(engine, home).on("residence", SOON) == "SN"


def test_a_decision_that_the_rules_no_longer_allow_is_said(engine: Engine) -> None:
    home = insured(engine)
    done = asks(engine, home, Formula("3"), SOON)
    with transaction(engine) as session:
        terminate(session, home, "member", date(2026, 1, 1), acting(SOON))
    with transaction(engine) as session:
        assert load(session, [home])[home].on("formula", date(2027, 1, 1)) == "2"
        with pytest.raises(NotPossible):
            agree(session, done.id, "", acting(SOON), KEYS)
    assert refuses(engine, done.id, SOON)
