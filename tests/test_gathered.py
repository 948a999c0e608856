"""Several tables in one round trip: the same rows as one query each, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, LargeBinary, bindparam, event, literal, select
from sqlalchemy import cast as sql_cast

from expat.audit import AuditEntry, record
from expat.currency.rates import NewRate, add_rates
from expat.currency.tables import PublishedRate
from expat.db import table_of, transaction
from expat.gathered import Gathered

AT = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC)
RATE, AUDIT = table_of(PublishedRate), table_of(AuditEntry)


@pytest.fixture
def kept(engine: Engine) -> Engine:
    values = ("1.000000000000000001", "12345678901234.5", "0.1")
    with transaction(engine) as session:
        add_rates(session, [NewRate("SGD", Decimal(v), "ecb", date(2026, 3, d + 1)) for d, v in enumerate(values)], AT)
        record(session, AT, 'it\'s "me" é', "rate.kept", "rate:1", said=[1, "ünï", None], big=2**60)
    return engine


def test_rows_are_the_same_as_one_query_each_brings(kept: Engine) -> None:
    rates = select(RATE).where(RATE.c.currency.in_(bindparam("codes", expanding=True))).order_by(RATE.c.published_on)
    told = select(AUDIT).order_by(AUDIT.c.id.desc()).limit(1)
    gathered = Gathered(rates=rates, told=told, none=select(RATE).where(RATE.c.id < 0))
    with transaction(kept) as session:
        found = gathered(session, {"codes": ["SGD", "EUR"]})
        for name, statement in (("rates", rates), ("told", told)):
            plain: list[Any] = [tuple(row) for row in session.execute(statement, {"codes": ["SGD", "EUR"]})]
            assert [tuple(row) for row in found[name]] == plain
    assert [str(row.value) for row in found["rates"]] == ["1.000000000000000001", "12345678901234.5", "0.1"]
    assert (found["told"][0].at, found["told"][0].detail["big"]) == (AT, 2**60)
    assert found["none"] == []


def test_it_is_one_statement(kept: Engine) -> None:
    sent = []
    event.listen(kept, "before_cursor_execute", lambda *seen: sent.append(seen[2]))
    with transaction(kept) as session:
        Gathered(one=select(RATE.c.id), two=select(AUDIT.c.id))(session, {})
    assert len([one for one in sent if "SELECT" in one]) == 1


def test_a_type_that_json_would_change_is_refused() -> None:
    with pytest.raises(TypeError, match="cannot be gathered"):
        Gathered(bad=select(sql_cast(literal("x"), LargeBinary).label("x")))
