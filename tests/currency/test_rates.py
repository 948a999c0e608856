"""The rate of a day, on both databases (UNO-FX-2, UNO-FX-3)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import event
from sqlmodel import Session, select

from expat.currency.rates import NewRate, Rate, add_rates, rates_on
from expat.currency.tables import PublishedRate
from expat.errors import BadInput
from tests.currency.conftest import Publish

PREFERENCE = ("operator", "ecb", "parity", "forex-python")
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


def rate_of(session: Session, currency: str, day: str, *preference: str) -> Rate | None:
    return rates_on(session, [currency], date.fromisoformat(day), preference or PREFERENCE).get(currency)


def test_a_rate_of_seven_days_counts_and_one_of_eight_does_not(session: Session, publish: Publish) -> None:
    publish("KWD", "0.3470", "2025-05-05")
    seven = rate_of(session, "KWD", "2025-05-12")
    assert seven is not None
    assert (seven.value, seven.published_on) == (Decimal("0.3470"), date(2025, 5, 5))
    assert rate_of(session, "KWD", "2025-05-13") is None


def test_a_weekend_takes_friday_and_never_monday(session: Session, publish: Publish) -> None:
    publish("SGD", "1.50", "2025-08-01")
    publish("SGD", "1.60", "2025-08-04")
    assert [
        (rate.value, rate.basis)
        for day in ("2025-08-01", "2025-08-02", "2025-08-03", "2025-08-04")
        if (rate := rate_of(session, "SGD", day))
    ] == [
        (Decimal("1.50"), "published"),
        (Decimal("1.50"), "last_before"),
        (Decimal("1.50"), "last_before"),
        (Decimal("1.60"), "published"),
    ]


def test_no_rate_is_taken_from_a_later_day(session: Session, publish: Publish) -> None:
    publish("SGD", "1.60", "2025-08-04")
    assert rate_of(session, "SGD", "2025-08-03") is None


def test_the_euro_is_always_one(session: Session) -> None:
    euro = rate_of(session, "EUR", "2025-08-03")
    assert euro == Rate("EUR", Decimal(1), "euro", date(2025, 8, 3), None, None, "euro")


def test_a_correction_is_a_new_row_and_the_old_one_stays(session: Session, publish: Publish) -> None:
    publish("USD", "1.1", "2025-07-31")
    publish("USD", "1.2", "2025-07-31")
    publish("USD", "1.1", "2025-07-31")  # and back: a correction again, not a repetition
    rows = session.exec(select(PublishedRate).order_by("id")).all()
    assert [(row.value, row.source) for row in rows] == [
        (Decimal("1.1"), "ecb"),
        (Decimal("1.2"), "ecb"),
        (Decimal("1.1"), "ecb"),
    ]
    held = rate_of(session, "USD", "2025-07-31")
    assert held is not None
    assert held.id == rows[-1].id


def test_the_value_that_holds_already_is_not_kept_twice(session: Session, publish: Publish) -> None:
    assert [publish("USD", "1.10", "2025-07-31"), publish("USD", "1.1", "2025-07-31")] == [1, 0]


def test_between_sources_of_one_day_the_preference_decides(session: Session, publish: Publish) -> None:
    publish("USD", "1.1", "2025-07-31", "ecb")
    publish("USD", "1.2", "2025-07-31", "operator")
    first = rate_of(session, "USD", "2025-07-31", "operator", "ecb")
    second = rate_of(session, "USD", "2025-07-31", "ecb", "operator")
    assert first and second
    assert (first.source, second.source) == ("operator", "ecb")


def test_the_last_published_wins_over_the_preferred_source(session: Session, publish: Publish) -> None:
    publish("USD", "1.2", "2025-07-30", "operator")
    publish("USD", "1.1", "2025-07-31", "ecb")
    held = rate_of(session, "USD", "2025-08-01")
    assert held is not None
    assert held.source == "ecb"


def test_a_source_that_the_operator_left_out_is_not_used(session: Session, publish: Publish) -> None:
    publish("USD", "1.3", "2025-07-31", "forex-python")
    assert rate_of(session, "USD", "2025-07-31", "operator", "ecb") is None


def test_a_storys_own_source_ranks_first(session: Session, publish: Publish) -> None:
    publish("USD", "1.2", "2025-07-31", "operator")
    publish("USD", "1.0867", "2025-07-31", "story")
    held = rate_of(session, "USD", "2025-07-31")
    assert held is not None
    assert held.source == "story"


def test_all_currencies_of_a_day_take_one_query(session: Session, publish: Publish) -> None:
    publish("USD", "1.0867", "2025-07-31")
    asked: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *args: asked.append(args[2]))
    found = rates_on(session, ["EUR", "USD", "BHD", "XOF", "KWD"], date(2025, 8, 1), PREFERENCE)
    assert sorted(found) == ["BHD", "EUR", "USD", "XOF"]
    assert len([statement for statement in asked if statement.startswith("SELECT")]) == 1


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (NewRate("USD", Decimal(0), "ecb", date(2025, 7, 31)), "value"),
        (NewRate("USD", Decimal("-1.1"), "ecb", date(2025, 7, 31)), "value"),
        (NewRate("USD", Decimal("NaN"), "ecb", date(2025, 7, 31)), "value"),
        (NewRate("XYZ", Decimal(1), "ecb", date(2025, 7, 31)), "currency"),
        (NewRate("EUR", Decimal(1), "ecb", date(2025, 7, 31)), "currency"),
        (NewRate("USD", Decimal(1), "", date(2025, 7, 31)), "source"),
        (NewRate("USD", Decimal(1), "a source of more than 20", date(2025, 7, 31)), "source"),
        (NewRate("USD", Decimal(1), "ecb", date(2026, 11, 22)), "published_on"),
    ],
)
def test_what_cannot_be_a_rate_is_refused_by_row_and_field(session: Session, row: NewRate, field: str) -> None:
    good = NewRate("USD", Decimal("1.1"), "ecb", date(2025, 7, 31))
    with pytest.raises(BadInput, match=rf"rate 2 .*{field}"):
        add_rates(session, [good, row], NOW)
    assert session.exec(select(PublishedRate)).all() == []


@pytest.mark.parametrize("value", ["0.00000000000000000001", "98765432109876543210.12345678901234567891", "1.0867"])
def test_a_value_comes_back_to_the_last_digit(session: Session, publish: Publish, value: str) -> None:
    publish("IRR", value, "2025-07-31")
    session.expire_all()
    held = rate_of(session, "IRR", "2025-07-31")
    assert held is not None
    assert str(held.value) == str(Decimal(value))
    assert publish("IRR", value, "2025-07-31") == 0
