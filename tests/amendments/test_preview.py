"""What a change would bring, seen beforehand: the same days, waits, ceilings and prices as once it is in effect."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from moneyed import Currency, Money
from sqlalchemy import Engine, func, select

from expat.amendments.kinds import Change, Formula, Joins, Move, Stay
from expat.amendments.preview import Preview, preview, yearly
from expat.amendments.tables import AmendmentAnswer
from expat.claims.intake import NewClaim, NewLine
from expat.claims.submit import submit
from expat.claims.tables import ClaimLine, LineDecision
from expat.db import table_of, transaction
from expat.periods import add_months
from tests.amendments.asked import BANGKOK, NEW_YORK, SINGAPORE, SPOUSE, agrees, asks, dossier, insured, rows
from tests.payments.insured import AT, SOURCES, publish

SOON = date(2025, 6, 10)
NEXT = date(2026, 3, 15)
CHILD = Joins("child", "Ann", "Lovelace", date(2025, 3, 10))


def seen(engine: Engine, membership: int, change: Change, day: date = SOON, **more: Any) -> Preview:
    with transaction(engine) as session:
        return preview(session, membership, change, day, SOURCES, **more)


def test_an_increase_is_told_with_what_stays_on_the_former_terms(engine: Engine) -> None:
    home = insured(engine)
    found = seen(engine, home, Formula("3"))
    assert (found.effect.effective, found.effect.needs_medical, found.before) == (NEXT, True, {"formula": "2"})
    waits = {wait.category: (wait.kind, wait.opens, wait.terms) for wait in found.waits}
    assert waits == {
        "hospitalisation": ("formula", date(2026, 6, 15), "2"),
        "ambulatory": ("formula", date(2026, 6, 15), "2"),
        "optical_dental": ("formula", date(2026, 9, 15), "2"),
        "appliances": ("formula", date(2026, 9, 15), "2"),
        "maternity": ("formula", date(2027, 1, 15), "2"),
    }
    ceilings = {one.category: (one.before, one.after, one.covered) for one in found.ceilings}
    assert ceilings[None] == (Decimal(350000), Decimal(500000), (True, True))
    assert ceilings["wellbeing"] == (None, Decimal(300), (False, True))
    assert ceilings["hospitalisation"] == (None, None, (True, True))
    assert found.answer_by == date(2025, 6, 24)


def test_what_the_former_formula_did_not_cover_waits_for_nothing(engine: Engine) -> None:
    home = insured(engine, formula="1")
    waits = {wait.category: wait.terms for wait in seen(engine, home, Formula("3")).waits}
    assert waits["hospitalisation"] == "1" and waits["maternity"] is None and waits["ambulatory"] is None


def test_a_decrease_waits_for_nobody_and_costs_less(engine: Engine) -> None:
    home = insured(engine, formula="3")
    found = seen(engine, home, Formula("2"))
    assert (found.effect.needs_medical, found.answer_by, found.waits) == (False, None, ())
    assert found.price is not None and found.price.after < found.price.before


@pytest.mark.parametrize(
    ("change", "zone", "waits"), [(Move(SINGAPORE), "B", 0), (Move(NEW_YORK), "C", 5)], ids=["B", "C"]
)
def test_only_zone_c_opens_waits_and_every_zone_has_its_price(
    engine: Engine, change: Change, zone: str, waits: int
) -> None:
    found = seen(engine, insured(engine), change)
    assert found.effect.values["zone"] == zone and len(found.waits) == waits
    assert {wait.kind for wait in found.waits} <= {"zone"}
    assert all(wait.opens > add_months(found.effect.effective, 2) for wait in found.waits)
    assert found.price is not None
    factor = {"B": Decimal("1.35"), "C": Decimal("2.1")}[zone]
    assert found.price.after == found.price.before * factor


def test_a_move_within_the_zone_changes_neither_price_nor_waits(engine: Engine) -> None:
    found = seen(engine, insured(engine), Move(BANGKOK))
    assert (found.price, found.waits, found.effect.needs_medical, found.effect.effective) == (None, (), False, SOON)


@pytest.mark.parametrize(("asked", "kept"), [(date(2025, 7, 30), True), (date(2025, 7, 31), False)])
def test_a_spouse_asked_for_within_three_months_of_the_marriage_waits_for_maternity_alone(
    engine: Engine, asked: date, kept: bool
) -> None:
    found = seen(engine, insured(engine), SPOUSE, asked)
    assert found.in_time is not None
    assert (found.in_time.since, found.in_time.by, found.in_time.kept) == (date(2025, 4, 30), date(2025, 7, 30), kept)
    assert ({wait.category for wait in found.waits} == {"maternity"}) is kept
    assert len(found.waits) == (1 if kept else 5)


@pytest.mark.parametrize(("asked", "kept"), [(date(2025, 6, 10), True), (date(2025, 6, 11), False)])
def test_a_newborn_asked_for_within_three_months_waits_for_nothing_of_3_and_6_months(
    engine: Engine, asked: date, kept: bool
) -> None:
    found = seen(engine, insured(engine), CHILD, asked)
    assert found.in_time is not None and (found.in_time.by, found.in_time.kept) == (date(2025, 6, 10), kept)
    assert found.effect.effective == (CHILD.born if kept else asked + timedelta(days=1))
    assert ({wait.category for wait in found.waits} <= {"maternity"}) is kept


def test_a_partner_who_is_not_married_has_no_date_to_keep(engine: Engine) -> None:
    pacs = replace(SPOUSE, tie="pacs", married_on=None)
    assert seen(engine, insured(engine), pacs).in_time is None


def test_a_family_is_priced_as_the_tariff_says(engine: Engine) -> None:
    found = seen(engine, insured(engine), SPOUSE)
    assert found.price is not None
    assert found.price.before == Decimal("1955.0") and found.price.after == 2 * found.price.before


def test_nothing_is_kept_by_looking(engine: Engine) -> None:
    home = insured(engine)
    before = dossier(engine, home).version
    seen(engine, home, SPOUSE)
    seen(engine, home, Move(NEW_YORK))
    after = dossier(engine, home)
    assert (after.version, len(after.people), after.on("zone", date(2030, 1, 1))) == (before, 1, "A")
    assert rows(engine, AmendmentAnswer) == []


@pytest.mark.parametrize(
    "change",
    [Formula("3"), Formula("1"), Move(SINGAPORE), Move(BANGKOK), Stay("US", SOON, date(2026, 1, 1)), SPOUSE, CHILD],
)
def test_what_was_shown_is_what_comes(engine: Engine, change: Change) -> None:
    home = insured(engine)
    shown = seen(engine, home, change)
    done = asks(engine, home, change, SOON)
    agrees(engine, done.id, date(2025, 7, 20))
    assert rows(engine, AmendmentAnswer)[0].effective_from == shown.effect.effective
    if shown.price is not None:
        assert yearly(dossier(engine, home), shown.effect.effective) == shown.price.after


def claimed(engine: Engine, membership: int, country: str, day: date) -> None:
    """A visit in a country that nothing but the zone keeps from being paid."""
    person = dossier(engine, membership).member.id
    line = NewLine(
        person=person, care="ambulatory.gp", first_day=day, amount=Money(Decimal(50), Currency("EUR")),
        country=country, invoice="F-1", documents=frozenset({"invoice"}),
    )  # fmt: skip
    with transaction(engine) as session:
        submit(session, membership, NewClaim([line], day, "c-1"), AT, SOURCES)


def test_unpaid_lines_that_would_be_judged_otherwise_are_told_and_stay_as_they_are(engine: Engine) -> None:
    publish(engine)
    home = insured(engine)
    claimed(engine, home, "SG", date(2025, 8, 1))
    asked = date(2025, 7, 10)
    with transaction(engine) as session:
        before = session.execute(select(func.count()).select_from(table_of(LineDecision))).scalar_one()
    found = seen(engine, home, Move(SINGAPORE), asked)
    assert [(one.claim, one.before, one.after) for one in found.touched] == [(1, "refused", "accepted")]
    assert seen(engine, home, Move(SINGAPORE), asked, shown=[]).touched == ()
    with transaction(engine) as session:
        assert session.execute(select(func.count()).select_from(table_of(LineDecision))).scalar_one() == before
    agrees(engine, asks(engine, home, Move(SINGAPORE), asked).id, date(2025, 8, 4))
    assert rows(engine, ClaimLine)[0].status == "accepted"
