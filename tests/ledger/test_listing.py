"""The ledger's entries, page by page and as CSV."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from expat.db import transaction
from expat.ledger import listing
from expat.ledger.listing import Asked, csv_rows, entries
from expat.ledger.post import confirmed, post, settled

DAY = date(2025, 8, 4)
AT = datetime(2025, 8, 4, 12, tzinfo=UTC)


@pytest.fixture
def posted(engine: Engine) -> Engine:
    """Twenty payouts settled, of two currencies and as many days, and one confirmed."""
    made = [
        settled(f"settled:payout:{n}", DAY + timedelta(days=n), 10_00, "JPY" if n % 2 else "EUR", 1_500 + n)
        for n in range(1, 21)
    ]
    with transaction(engine) as session:
        post(session, made, AT)
        post(session, [confirmed("confirmed:payout:2:file:1", DAY, 10_00, "EUR", 1_502, None)], AT)
    return engine


def found(engine: Engine, **asked: object) -> list[listing.Listed]:
    with transaction(engine) as session:
        return entries(session, Asked(**asked), most=1000)  # type: ignore[arg-type]


def test_the_newest_stand_first_and_pages_follow_each_other(posted: Engine) -> None:
    whole = found(posted)
    assert [e.id for e in whole] == sorted((e.id for e in whole), reverse=True)
    with transaction(posted) as session:
        pages, last = [], None
        while page := entries(session, Asked(), last, 7):
            pages += page
            last = page[-1].id
    assert pages == whole


@pytest.mark.parametrize(
    ("reference", "matching"),
    [
        ("settled:payout:2", {"settled:payout:2"}),
        ("settled:payout:20", {"settled:payout:20"}),
        ("confirmed:payout:2", {"confirmed:payout:2:file:1"}),
        ("confirmed:", {"confirmed:payout:2:file:1"}),
        ("settled%", set()),
        ("none", set()),
    ],
)
def test_a_reference_names_itself_and_what_begins_with_it(posted: Engine, reference: str, matching: set[str]) -> None:
    assert {e.reference for e in found(posted, reference=reference)} == matching


def test_entries_are_found_by_account_currency_and_day(posted: Engine) -> None:
    assert {e.account for e in found(posted, account="bank")} == {"bank"}
    assert {e.currency for e in found(posted, currency="JPY")} == {"JPY"}
    days = {e.day for e in found(posted, first=DAY + timedelta(days=3), last=DAY + timedelta(days=5))}
    assert days == {DAY + timedelta(days=n) for n in (3, 4, 5)}
    assert found(posted, account="exchange", currency="JPY", last=DAY) == []


def test_csv_has_every_entry_with_the_currency_s_own_decimals(posted: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "SLICE", 7)
    with transaction(posted) as session:
        head, *rows = csv_rows(session, Asked())
    assert head == ("id", "reference", "day", "recorded_at", "account", "currency", "debit", "credit")
    assert len(rows) == len(found(posted))
    first = [row[1:] for row in rows if row[1] == "settled:payout:1"]
    when = ("settled:payout:1", "2025-08-05", "2025-08-04T12:00:00+00:00")
    assert first == [
        (*when, "claims_expense", "EUR", "10.00", ""),
        (*when, "exchange", "EUR", "", "10.00"),
        (*when, "exchange", "JPY", "1501", ""),
        (*when, "benefits_payable", "JPY", "", "1501"),
    ]
