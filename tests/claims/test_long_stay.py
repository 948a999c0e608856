"""Claims that show a long stay outside the zone are flagged for a person, whatever was declared; the person decides."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from expat.claims.history import load_related
from expat.claims.intake import NewClaim
from expat.claims.load import load
from expat.claims.long_stay import record_stay
from expat.claims.records import replayed
from expat.claims.rejudge import unpaid_lines
from expat.claims.submit import submit
from expat.claims.tables import ClaimLine, LineDecision
from expat.db import table_of, transaction
from expat.errors import BadInput, Conflict
from expat.wording.reasons import explain, explain_flag, flags_raised
from tests.bench.ground import counted
from tests.payments.insured import AT, DAY, SOURCES, claim, insure, pay, publish, visit

LINE, DECISION = table_of(ClaimLine), table_of(LineDecision)
WHY = "The tickets show one journey."
START = date(2025, 4, 1)


def away(engine: Engine, membership: int, after: int, country: str = "US", **changed: Any) -> int:
    """A visit so many days after the start; out of zone, for an unexpected illness."""
    values = {"country": country, "cause": "unexpected_illness", "first_day": START + timedelta(days=after), **changed}
    key = f"{country}{after}{changed}"[:100]
    return claim(engine, membership, key, "30.00 EUR", **values).line_ids[0]


def review(engine: Engine, line: int, days: int | None, why: str = WHY) -> str:
    with transaction(engine) as session:
        return record_stay(session, line, days, why, DAY, AT, SOURCES, "account:7")


def stands(engine: Engine, line: int) -> tuple[str, str, str]:
    with transaction(engine) as session:
        row = session.execute(select(LINE).where(LINE.c.id == line)).one()
        return row.status, row.reasons, row.flags


def flagged(engine: Engine, line: int) -> bool:
    return "possible_long_stay" in stands(engine, line)[2].split()


def trace(engine: Engine, line: int) -> dict[str, Any]:
    with transaction(engine) as session:
        query = select(DECISION.c.trace).where(DECISION.c.line_id == line).order_by(DECISION.c.id.desc())
        found: dict[str, Any] = session.execute(query).scalars().first()
    return found


@pytest.fixture
def membership(engine: Engine) -> int:
    """A member with zone A, who lives in Senegal."""
    publish(engine)
    return insure(engine, "A")


def test_ninety_days_in_a_row_are_flagged_and_eighty_nine_are_not(engine: Engine, membership: int) -> None:
    away(engine, membership, 0)
    assert not flagged(engine, away(engine, membership, 88))
    assert flagged(engine, away(engine, membership, 89))


def test_a_flagged_line_is_not_refused_and_the_member_reads_what_was_seen(engine: Engine, membership: int) -> None:
    away(engine, membership, 0)
    line = away(engine, membership, 95)
    assert stands(engine, line) == ("accepted", "", "possible_long_stay")
    found = trace(engine, line)
    step = next(s for s in found["steps"] if flags_raised(s, found["flags"]))
    assert (step["gate"], step["rule"], step["result"]) == ("territory", "UNO-TERR-3", "passed")
    assert step["looked_at"]["lines"] == ["1/1", "2/1"]
    said = explain_flag("possible_long_stay", step, "en")
    assert said.title == "Claims show a long stay"
    assert said.text.replace("\u00a0", " ") == (
        "This person's claims show care outside your zone from 1 April 2025 to 5 July 2025 (96 days), and none "
        "elsewhere in between. A temporary stay is covered when it is shorter than 90 days. This line is not refused "
        "for that; a person checks it. If there were several stays, send us a paper that shows their dates, such as "
        "the travel tickets. For a longer stay, ask for a change of zone."
    )
    assert "hors de votre zone" in explain_flag("possible_long_stay", step, "fr").text
    pay(engine)
    assert stands(engine, line) == ("paid", "", "possible_long_stay")


def test_care_at_home_in_between_ends_a_stay(engine: Engine, membership: int) -> None:
    away(engine, membership, 0)
    away(engine, membership, 40, "SN")
    assert not flagged(engine, away(engine, membership, 95))


def test_care_at_home_on_the_day_of_the_journey_does_not(engine: Engine, membership: int) -> None:
    away(engine, membership, 0, "SN")
    away(engine, membership, 0)
    away(engine, membership, 95, "SN")
    assert flagged(engine, away(engine, membership, 95))


def test_claims_that_come_in_another_order_show_the_same(engine: Engine, membership: int) -> None:
    late = away(engine, membership, 95)
    assert not flagged(engine, late)
    assert flagged(engine, away(engine, membership, 0))
    pay(engine)  # judges the other again
    assert flagged(engine, late)


def test_the_same_country_every_summer_is_no_stay(engine: Engine, membership: int) -> None:
    away(engine, membership, -85)
    assert not flagged(engine, away(engine, membership, 96))


def test_several_countries_outside_the_zone_are_one_stay(engine: Engine, membership: int) -> None:
    away(engine, membership, 0, "CA")
    assert flagged(engine, away(engine, membership, 95, "JP"))


def test_one_long_line_shows_a_stay_by_itself(engine: Engine, membership: int) -> None:
    last = START + timedelta(days=89)
    assert flagged(engine, away(engine, membership, 0, care="ambulatory.auxiliary", last_day=last))


def test_a_short_stay_that_was_declared_is_flagged_all_the_same(engine: Engine, membership: int) -> None:
    away(engine, membership, 0, stay_days=14)
    assert flagged(engine, away(engine, membership, 95, stay_days=14))


def test_a_return_to_france_has_the_same_limit(engine: Engine, membership: int) -> None:
    away(engine, membership, 0, "FR", cause="illness")
    away(engine, membership, 50)  # another stay: no return to France
    assert not flagged(engine, away(engine, membership, 95, "FR", cause="illness"))
    line = away(engine, membership, 100, "RE", cause="illness")
    assert not flagged(engine, line)
    other = insure(engine, "B")
    away(engine, other, 0, "FR", cause="illness")
    line = away(engine, other, 95, "FR", cause="illness")
    assert flagged(engine, line)
    step = next(s for s in trace(engine, line)["steps"] if "shown" in s["looked_at"])
    assert step["rule"] == "UNO-TERR-2"
    assert "soignée en France du" in explain_flag("possible_long_stay", step, "fr").text


def test_a_line_refused_as_a_duplicate_shows_nothing(engine: Engine, membership: int) -> None:
    away(engine, membership, 0, invoice="F1")
    assert stands(engine, away(engine, membership, 0, invoice="F1", provider="x"))[1] == "duplicate"
    with transaction(engine) as session:
        session.execute(LINE.update().where(LINE.c.id == 1001).values(reasons="duplicate", status="refused"))
    assert not flagged(engine, away(engine, membership, 95))


def test_the_length_that_a_person_finds_stands_before_what_was_declared(engine: Engine, membership: int) -> None:
    away(engine, membership, 0)
    line = away(engine, membership, 95)
    assert review(engine, line, 96) == "refused"
    assert stands(engine, line) == ("refused", "stay_too_long", "")
    step = trace(engine, line)["steps"][-1]
    assert "lasted 96 days in a row" in explain(step, "en").sentence.replace("\u00a0", " ")
    assert explain(step, "en").sentence.endswith("The reviewer's reason: The tickets show one journey.")
    assert review(engine, line, 30, "a second ticket") == "accepted"
    assert stands(engine, line) == ("accepted", "", "")


def test_several_stays_clear_the_flag_of_the_line_and_of_those_after_it(engine: Engine, membership: int) -> None:
    away(engine, membership, 0)
    line = away(engine, membership, 95)
    assert review(engine, line, None) == "accepted"
    assert not flagged(engine, line)
    assert not flagged(engine, away(engine, membership, 97))
    pay(engine)
    assert not flagged(engine, away(engine, membership, 99))
    assert flagged(engine, away(engine, membership, 95 + 89))


def test_several_stays_stand_before_a_long_one_that_was_declared(engine: Engine, membership: int) -> None:
    line = away(engine, membership, 0, stay_days=120)
    assert stands(engine, line)[1] == "stay_too_long"
    assert review(engine, line, None) == "accepted"


def test_a_finding_that_cannot_be_right_changes_nothing(engine: Engine, membership: int) -> None:
    away(engine, membership, 0)
    line = away(engine, membership, 95)
    for days in (0, -1, 10**9):
        with pytest.raises(BadInput, match="stay_days"):
            review(engine, line, days)
    with pytest.raises(BadInput, match="why: is empty"):
        review(engine, line, 30, "")
    assert flagged(engine, line)
    pay(engine)
    with pytest.raises(Conflict, match="is paid"):
        review(engine, line, None)


def test_decisions_about_stays_replay(engine: Engine, membership: int) -> None:
    away(engine, membership, 0)
    line = away(engine, membership, 95)
    for days in (96, None, 20):
        review(engine, line, days)
    pay(engine)
    with transaction(engine) as session:
        for key in session.execute(select(DECISION.c.id)).scalars().all():
            before, after = replayed(session, key)
            assert before == after


# --- what it costs ---


def test_a_claim_from_outside_the_zone_asks_nothing_more_and_reads_few_lines(engine: Engine, membership: int) -> None:
    for n in range(5):
        away(engine, membership, n % 2, "US" if n % 2 else "SN", provider=str(n))
    many = [visit(1, "9.00 EUR", country="SN", first_day=START, invoice=f"i{n}") for n in range(300)]
    with transaction(engine) as session:
        submit(session, membership, NewClaim(many, START, "many"), AT, SOURCES)
    with counted(engine) as home:
        away(engine, membership, 3, "SN")
    with counted(engine) as abroad:
        away(engine, membership, 4)
    assert abroad == home
    with transaction(engine) as session:
        dossiers = load(session, [membership])
        mine = [x for x in unpaid_lines(session, [membership], ("accepted",)) if x.first_day == START + timedelta(4)]
        assert len(load_related(session, dossiers, mine).of(1)) <= 8
