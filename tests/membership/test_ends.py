"""Every way in which a membership, or a person's place in it, ends; on both sides of each date."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session

from expat.db import table_of
from expat.errors import BadInput
from expat.membership import ends, leavings, proofs, standing
from expat.membership.changes import add_school_certificate
from expat.membership.death import NewReport, death_of, report_death
from expat.membership.status import status_on
from expat.membership.tables import MembershipChange
from expat.periods import DAY, Period, add_months
from expat.premiums.bill import premium_due, premium_event
from tests.membership.ending import acting, covered, dossier, family

ALL, NOBODY = [True, True, True], [False, False, False]
CONCLUDED = date(2023, 12, 20)


# --- cooling-off ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "arrived", "refused"),
    [
        (None, date(2024, 1, 3), None),  # 14 days after the conclusion, the last one
        (None, date(2024, 1, 4), "renunciation_late"),
        (date(2024, 1, 3), date(2024, 1, 9), None),  # posted in time
        (date(2024, 1, 4), date(2024, 1, 9), "renunciation_late"),
    ],
)
def test_renouncing_is_open_for_fourteen_days_from_the_conclusion(
    session: Session, sent: date | None, arrived: date, refused: str | None
) -> None:
    made = family(session, concluded_on=CONCLUDED)
    done = ends.terminate(session, made.membership_id, "renunciation", arrived, acting(arrived), sent=sent)
    assert done.refused == refused
    assert covered(session, made, arrived) == (ALL if refused else NOBODY)
    assert covered(session, made, date(2024, 1, 2)) == ALL


def test_where_no_conclusion_is_known_the_first_day_counts(session: Session) -> None:
    made = family(session)
    late, in_time = date(2024, 1, 16), date(2024, 1, 15)
    assert ends.terminate(session, made.membership_id, "renunciation", late, acting(late)).refused
    assert not ends.terminate(session, made.membership_id, "renunciation", in_time, acting(in_time)).refused


def test_who_renounces_before_the_first_day_was_never_covered(session: Session) -> None:
    made = family(session, concluded_on=CONCLUDED)
    arrived = date(2023, 12, 22)
    assert not ends.terminate(session, made.membership_id, "renunciation", arrived, acting(arrived)).refused
    assert covered(session, made, date(2024, 1, 1)) == NOBODY


# --- terminations -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reason", "asked", "arrived", "first"),
    [
        ("omission", date(2024, 5, 1), date(2024, 5, 10), date(2024, 5, 10)),
        ("omission", date(2024, 6, 1), date(2024, 5, 10), date(2024, 6, 1)),
        ("insurer_contract", date(2024, 12, 31), date(2024, 10, 1), date(2024, 12, 31)),
        ("insurer_contract", date(2024, 9, 30), date(2024, 10, 1), date(2024, 10, 1)),
        ("false_declaration", date(2024, 5, 1), date(2024, 5, 1), date(2024, 5, 11)),
        ("member", date(2024, 6, 1), date(2024, 11, 1), date(2025, 1, 1)),
        ("member", date(2024, 6, 1), date(2024, 11, 2), date(2026, 1, 1)),
        ("lost_status", date(2024, 6, 1), date(2024, 5, 31), date(2024, 7, 31)),
    ],
)
def test_each_reason_has_its_first_day(session: Session, reason: str, asked: date, arrived: date, first: date) -> None:
    made = family(session)
    today = acting(arrived + timedelta(days=3))  # the letter lay on the desk: the day it arrived counts
    done = ends.terminate(session, made.membership_id, reason, asked, today, arrived=arrived)
    assert done.effective_from == first
    assert covered(session, made, first - DAY)[:2] == [True, True]
    assert covered(session, made, first) == NOBODY


@pytest.mark.parametrize("arrived", [date(2023, 12, 31), date(2024, 3, 2)])
def test_a_letter_arrives_neither_before_the_membership_nor_tomorrow(session: Session, arrived: date) -> None:
    made = family(session)
    with pytest.raises(BadInput, match="arrived"):
        ends.terminate(session, made.membership_id, "member", arrived, acting(date(2024, 3, 1)), arrived=arrived)


@pytest.mark.parametrize("earlier_first", [True, False])
def test_of_two_ends_the_earlier_one_holds(session: Session, earlier_first: bool) -> None:
    made = family(session)
    two = [("lost_status", date(2024, 5, 1)), ("member", date(2024, 5, 1))]
    for reason, day in two if earlier_first else reversed(two):
        ends.terminate(session, made.membership_id, reason, day, acting(date(2024, 2, 1)))
    assert standing.terminated_on(dossier(session, made).changes) == date(2024, 5, 1)


def test_the_same_end_asked_for_twice_is_kept_once(session: Session) -> None:
    made, table = family(session), table_of(MembershipChange)
    keys = [
        ends.terminate(session, made.membership_id, "lost_status", date(2024, 5, 1), acting(date(2024, 2, 1))).key
        for _ in range(2)
    ]
    assert keys[0] == keys[1]
    kept = session.execute(select(table.c.id).where(table.c.kind == "termination")).all()
    assert len(kept) == 1


def test_an_end_can_be_taken_back_until_its_day(session: Session) -> None:
    made = family(session)
    first = ends.terminate(
        session, made.membership_id, "lost_status", date(2024, 5, 1), acting(date(2024, 2, 1))
    ).effective_from
    assert first == date(2024, 5, 1)
    ends.withdraw_termination(session, made.membership_id, acting(date(2024, 4, 30)))
    assert covered(session, made, first) == ALL
    with pytest.raises(BadInput, match="termination"):
        ends.withdraw_termination(session, made.membership_id, acting(date(2024, 4, 30)))
    ends.terminate(session, made.membership_id, "lost_status", first, acting(date(2024, 2, 1)))
    with pytest.raises(BadInput, match="termination"):
        ends.withdraw_termination(session, made.membership_id, acting(first))


def test_a_member_does_not_take_back_what_the_insurer_ended(session: Session) -> None:
    made = family(session)
    ends.terminate(session, made.membership_id, "insurer_contract", date(2024, 12, 31), acting(date(2024, 2, 1)))
    with pytest.raises(BadInput):
        ends.withdraw_termination(session, made.membership_id, acting(date(2024, 4, 30)))
    ends.withdraw_termination(session, made.membership_id, acting(date(2024, 4, 30)), by_member=False)
    assert covered(session, made, date(2024, 12, 31)) == ALL


# --- return to France -------------------------------------------------------------------------------------------------


def test_france_is_home_for_three_months_from_the_return(session: Session) -> None:
    made = family(session)
    back = date(2024, 3, 31)
    ends.terminate(
        session, made.membership_id, "return_to_france", date(2024, 7, 15), acting(date(2024, 3, 1)), returned=back
    )
    found = dossier(session, made)
    kept = found.facts_on(found.plan.on(back)).kept_after_return
    assert kept == Period(back, date(2024, 6, 29))  # 31 March + 3 months is 30 June


@pytest.mark.parametrize(
    ("asked", "returned", "first"),
    [
        (date(2024, 6, 30), date(2024, 3, 31), date(2024, 6, 30)),
        (date(2024, 7, 1), date(2024, 3, 31), date(2024, 6, 30)),  # no longer than three months after the return
        (date(2024, 7, 1), date(2024, 1, 10), date(2024, 5, 1)),  # the notice runs all the same
        (date(2024, 4, 1), date(2024, 3, 31), date(2024, 5, 1)),
    ],
)
def test_cover_is_kept_for_three_months_at_most(session: Session, asked: date, returned: date, first: date) -> None:
    made, today = family(session), acting(date(2024, 3, 1))
    done = ends.terminate(session, made.membership_id, "return_to_france", asked, today, returned=returned)
    assert done.effective_from == first


def test_cover_ends_when_french_rights_reopen_and_never_before_we_are_told(session: Session) -> None:
    made = family(session)
    ends.terminate(session, made.membership_id, "return_to_france", date(2024, 7, 1), acting(date(2024, 3, 1)))
    ends.reopen_rights(session, made.membership_id, date(2024, 4, 1), acting(date(2024, 5, 10)))
    assert covered(session, made, date(2024, 5, 9)) == ALL
    assert covered(session, made, date(2024, 5, 10)) == NOBODY
    found = dossier(session, made)
    kept = found.facts_on(found.plan.on(date(2024, 5, 1))).kept_after_return
    assert kept is not None and kept.last == date(2024, 5, 9)


def test_rights_that_reopen_end_nothing_without_a_return(session: Session) -> None:
    made = family(session)
    with pytest.raises(BadInput, match="no return"):
        ends.reopen_rights(session, made.membership_id, date(2024, 4, 1), acting(date(2024, 5, 10)))


# --- people -----------------------------------------------------------------------------------------------------------


def test_one_person_leaves_and_the_others_stay(session: Session) -> None:
    made = family(session)
    told = acting(date(2024, 6, 10))
    leavings.remove_person(session, made.membership_id, made.people[1], "separated", date(2024, 6, 1), told)
    assert covered(session, made, date(2024, 6, 9)) == ALL
    assert covered(session, made, date(2024, 6, 10)) == [True, False, True]


def test_taking_up_work_ends_a_spouse_s_cover_on_its_day(session: Session) -> None:
    made, told = family(session), acting(date(2024, 6, 10))
    leavings.remove_person(session, made.membership_id, made.people[1], "occupation", date(2024, 6, 1), told)
    assert covered(session, made, date(2024, 5, 31)) == ALL
    assert covered(session, made, date(2024, 6, 1)) == [True, False, True]
    with pytest.raises(BadInput, match="spouse"):
        leavings.remove_person(session, made.membership_id, made.people[2], "occupation", date(2024, 6, 1), told)
    with pytest.raises(BadInput, match="person"):
        leavings.remove_person(session, made.membership_id, made.people[0], "removed", date(2024, 6, 1), told)


# --- the member's death -----------------------------------------------------------------------------------------------


def report(died_on: date) -> NewReport:
    return NewReport(died_on, "Charles, her husband", "Charles Lovelace", "1 Test Street", "en")


def test_the_family_stays_covered_to_the_end_of_the_period_paid_for(session: Session) -> None:
    made = family(session)
    key = premium_due(
        session, made.membership_id, date(2024, 4, 1), acting(date(2024, 3, 1)),
        Period(date(2024, 4, 1), date(2024, 9, 30)), 120_000,
    )  # fmt: skip
    premium_event(session, key, "paid", acting(date(2024, 4, 1)))
    report_death(session, made.membership_id, report(date(2024, 5, 20)), acting(date(2024, 6, 1)))
    assert covered(session, made, date(2024, 5, 20)) == ALL
    assert covered(session, made, date(2024, 5, 21)) == [False, True, True]
    assert covered(session, made, date(2024, 9, 30)) == [False, True, True]
    assert covered(session, made, date(2024, 10, 1)) == NOBODY
    found = dossier(session, made)
    assert status_on(found, date(2024, 5, 21)) == "terminated"
    assert found.facts_on(found.plan.on(date(2024, 5, 1))).terminated_on is None  # an end by death is no termination


@pytest.mark.parametrize(
    ("died", "until"),
    [
        (date(2024, 1, 1), date(2024, 3, 31)),
        (date(2024, 3, 31), date(2024, 3, 31)),
        (date(2024, 4, 1), date(2024, 6, 30)),
        (date(2024, 12, 31), date(2024, 12, 31)),
    ],
)
def test_without_a_known_period_it_is_the_quarter_of_the_membership_year(
    session: Session, died: date, until: date
) -> None:
    made = family(session)
    report_death(session, made.membership_id, report(died), acting(date(2025, 1, 15)))
    assert covered(session, made, until)[1]
    assert covered(session, made, until + DAY) == NOBODY


def test_a_termination_that_comes_first_still_ends_the_family_s_cover(session: Session) -> None:
    made = family(session)
    ends.terminate(session, made.membership_id, "lost_status", date(2024, 5, 1), acting(date(2024, 2, 1)))
    report_death(session, made.membership_id, report(date(2024, 4, 20)), acting(date(2024, 4, 22)))
    assert covered(session, made, date(2024, 4, 30)) == [False, True, True]
    assert covered(session, made, date(2024, 5, 1)) == NOBODY


def test_a_death_is_recorded_once(session: Session) -> None:
    made, told = family(session), acting(date(2024, 6, 1))
    report_death(session, made.membership_id, report(date(2024, 5, 20)), told)
    report_death(session, made.membership_id, report(date(2024, 5, 20)), told)
    kept = death_of(session, made.membership_id)
    assert kept is not None and kept.died_on == date(2024, 5, 20)
    with pytest.raises(BadInput, match="died_on"):
        report_death(session, made.membership_id, report(date(2024, 5, 21)), told)
    other = family(session, number="M-2")
    with pytest.raises(BadInput, match="died_on"):
        report_death(session, other.membership_id, report(date(2024, 6, 2)), told)


# --- proofs -----------------------------------------------------------------------------------------------------------


def test_past_65_cover_holds_on_the_years_with_a_proof_of_work(session: Session) -> None:
    made = family(session, born=date(1959, 5, 2))  # 65 on 2 May 2024: covered to 30 June 2024
    assert covered(session, made, date(2024, 6, 30)) == ALL
    assert covered(session, made, date(2024, 7, 1)) == NOBODY
    proofs.add_work_proof(session, made.membership_id, 2024, acting(date(2024, 9, 1)))  # late, for the whole year
    assert covered(session, made, date(2024, 7, 1)) == ALL
    assert covered(session, made, date(2024, 12, 31)) == ALL
    assert covered(session, made, date(2025, 1, 1)) == NOBODY
    proofs.add_work_proof(session, made.membership_id, 2026, acting(date(2026, 1, 5)))
    assert covered(session, made, date(2025, 12, 31)) == NOBODY  # a year without proof is a gap
    assert covered(session, made, date(2026, 1, 1))[0]
    proofs.add_work_proof(session, made.membership_id, 2029, acting(date(2029, 1, 5)))
    assert covered(session, made, date(2029, 6, 30))[0]  # 70 on 2 May 2029
    assert covered(session, made, date(2029, 7, 1)) == NOBODY


def test_a_certificate_that_is_taken_back_proves_nothing_from_then_on(session: Session) -> None:
    made = family(session)  # Ann is 20 on 15 March 2025
    day = acting(date(2024, 9, 1))
    add_school_certificate(session, made.membership_id, made.people[2], 2024, day)
    [proof] = standing.accepted(dossier(session, made).changes, "school_year")
    assert covered(session, made, date(2025, 8, 31))[2]
    proofs.withdraw_proof(session, made.membership_id, proof.id, date(2025, 5, 1), acting(date(2025, 5, 2)))
    assert covered(session, made, date(2025, 4, 30))[2]
    assert not covered(session, made, date(2025, 5, 1))[2]


# --- what is taken back, and what belongs to what ---------------------------------------------------------------------


def test_rights_that_reopened_after_a_return_that_was_taken_back_do_not_touch_a_later_one(session: Session) -> None:
    made = family(session)
    ends.terminate(
        session, made.membership_id, "return_to_france", date(2025, 6, 1), acting(date(2025, 3, 1)),
        returned=date(2025, 4, 20),
    )  # fmt: skip
    ends.reopen_rights(session, made.membership_id, date(2025, 4, 30), acting(date(2025, 4, 2)))
    ends.withdraw_termination(session, made.membership_id, acting(date(2025, 4, 5)))
    done = ends.terminate(
        session, made.membership_id, "return_to_france", date(2027, 6, 1), acting(date(2027, 3, 1)),
        returned=date(2027, 5, 1),
    )  # fmt: skip
    assert done.effective_from == date(2027, 6, 1)
    assert covered(session, made, date(2025, 12, 1))[:2] == ALL[:2]  # the child was 20 in spring
    assert covered(session, made, date(2027, 5, 31))[:2] == ALL[:2]
    assert covered(session, made, date(2027, 6, 1)) == NOBODY
    ends.reopen_rights(session, made.membership_id, date(2027, 5, 10), acting(date(2027, 5, 2)))
    assert covered(session, made, date(2027, 5, 9))[:2] == ALL[:2]
    assert covered(session, made, date(2027, 5, 10)) == NOBODY


def test_the_day_of_a_return_that_was_taken_back_makes_no_home_of_france(session: Session) -> None:
    made = family(session)
    for day in (date(2025, 3, 1), date(2027, 3, 1)):  # the second return has no known day
        ends.terminate(
            session, made.membership_id, "return_to_france", add_months(day, 4), acting(day),
            returned=date(2025, 4, 20) if day.year == 2025 else None,
        )  # fmt: skip
        if day.year == 2025:
            ends.withdraw_termination(session, made.membership_id, acting(date(2025, 4, 5)))
    changes = dossier(session, made).changes
    assert standing.kept_after_return(changes, 3) == Period(date(2027, 4, 1), date(2027, 6, 30))


def test_an_end_that_came_by_reopened_rights_is_not_taken_back_afterwards(session: Session) -> None:
    made = family(session)
    ends.terminate(
        session, made.membership_id, "return_to_france", date(2025, 6, 1), acting(date(2025, 3, 1)),
        returned=date(2025, 4, 1),
    )  # fmt: skip
    ends.reopen_rights(session, made.membership_id, date(2025, 4, 10), acting(date(2025, 4, 2)))
    assert ends.withdrawable(dossier(session, made), date(2025, 4, 9))
    with pytest.raises(BadInput, match="can be taken back"):
        ends.withdraw_termination(session, made.membership_id, acting(date(2025, 4, 10)))
    assert covered(session, made, date(2025, 4, 15)) == NOBODY


def test_an_end_for_a_premium_that_was_not_paid_is_not_undone_by_taking_back_another(session: Session) -> None:
    made = family(session)
    premium_due(session, made.membership_id, date(2025, 1, 1), acting(date(2025, 1, 1)))
    found = dossier(session, made)
    ended = found.facts_on(found.plan.on(date(2025, 1, 1))).terminated_on
    assert ended is not None
    ends.terminate(session, made.membership_id, "member", date(2026, 1, 1), acting(date(2025, 1, 2)))
    assert ends.withdrawable(dossier(session, made), ended - DAY)
    assert ends.withdrawable(dossier(session, made), ended) == []


def test_a_leaving_that_was_recorded_by_mistake_is_taken_back_once(session: Session) -> None:
    made = family(session)
    spouse, today = made.people[1], acting(date(2025, 6, 1))
    wrong = leavings.remove_person(session, made.membership_id, spouse, "occupation", date(2024, 5, 1), today)
    assert covered(session, made, date(2025, 1, 1)) == [True, False, True]
    for _ in range(2):
        leavings.withdraw_leaving(session, made.membership_id, wrong.key or 0, today)
    assert covered(session, made, date(2025, 1, 1)) == ALL
    assert [c.kind for c in dossier(session, made).changes].count("left_withdrawn") == 1
    right = leavings.remove_person(session, made.membership_id, spouse, "occupation", date(2025, 5, 1), today)
    assert right.effective_from == date(2025, 5, 1)
    assert covered(session, made, date(2025, 4, 30))[:2] == ALL[:2]
    assert covered(session, made, date(2025, 5, 1))[:2] == [True, False]
    with pytest.raises(BadInput, match="none of this membership"):
        leavings.withdraw_leaving(session, family(session, number="M-2").membership_id, right.key or 0, today)
