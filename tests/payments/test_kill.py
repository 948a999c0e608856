"""`expat settle`, killed fifty times while it runs: nothing is paid twice, nothing is lost."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from moneyed import Currency, Money
from sqlalchemy import Engine, func, select

from expat.claims.intake import NewClaim, NewLine
from expat.claims.submit import submit
from expat.claims.tables import CeilingUse, ClaimLine, LineDecision
from expat.cli import main
from expat.currency.rates import NewRate, add_rates
from expat.db import table_of, transaction
from expat.ledger.post import balances, out_of_balance
from expat.ledger.tables import LedgerTransaction
from expat.membership.join import NewMembership, NewPerson, join
from expat.payments.tables import Payout, SettledMembership, Settlement
from tests.payments.insured import APART, in_environment, url_of

DAY = date(2026, 10, 30)
AT = datetime(2026, 10, 30, 12, tzinfo=UTC)
KILLS, MEMBERSHIPS, LINES = 50, 900, 2
LINE, PAYOUT, SETTLEMENT, SETTLED, USE = map(table_of, (ClaimLine, Payout, Settlement, SettledMembership, CeilingUse))


def _portfolio(engine: Engine) -> None:
    """Memberships with a claim of two lines of 30 SGD each, paid in full in SGD."""
    with transaction(engine) as session:
        add_rates(session, [NewRate("SGD", Decimal("1.4473"), "ecb", DAY)], AT)
        for number in range(MEMBERSHIPS):
            people = (NewPerson("member", date(1985, 5, 2)),)
            new = NewMembership(f"K{number}", "expat-uno", date(2024, 1, 1), "4", "A", "SN", people, "SGD")
            joined = join(session, new, AT)
            money = Money(Decimal("30.00"), Currency("SGD"))
            days = (date(2026, 9, 1), date(2026, 9, 2))
            lines = [NewLine(joined.people[0], "ambulatory.gp", day, money, "SN") for day in days]
            submit(session, joined.membership_id, NewClaim(lines, DAY, "k"), AT, ("ecb",))


def _start(engine: Engine, log: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "EXPAT_DATABASE_URL": url_of(engine)}
    command = [sys.executable, "-m", "expat", "settle", "--on", DAY.isoformat(), "--batch", "1", "--log", str(log)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def _settle(log: str) -> None:
    """The same command, in a process that need not import everything first."""
    sys.argv = ["expat", "settle", "--on", DAY.isoformat(), "--batch", "1", "--log", log]
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        main()


def _killed_in_the_middle(engine: Engine, log: Path, chance: random.Random) -> bool:
    """Start a run, wait for its first commit, kill it a moment later; whether that was before its last commit."""
    log.write_text("")
    environment = {**os.environ, "EXPAT_DATABASE_URL": url_of(engine)}
    process = APART.Process(target=in_environment, args=(environment, _settle, str(log)))
    process.start()
    deadline = time.monotonic() + 60
    while not log.read_text() and process.is_alive() and time.monotonic() < deadline:
        time.sleep(0.002)
    time.sleep(chance.randrange(0, 100) / 1000)
    process.kill()
    process.join()
    said = log.read_text()
    return "opened" in said and "closing" not in said


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_settlement_killed_fifty_times_pays_every_line_once(engine: Engine, tmp_path: Path) -> None:
    _portfolio(engine)
    chance = random.Random(7)
    engine.dispose()
    in_the_middle = sum(_killed_in_the_middle(engine, tmp_path / f"{n}.log", chance) for n in range(KILLS))
    assert in_the_middle >= 40, f"only {in_the_middle} of {KILLS} kills fell between the first and the last commit"
    with transaction(engine) as session:
        halfway = session.execute(select(func.count()).select_from(PAYOUT)).scalar_one()
    assert 0 < halfway < MEMBERSHIPS
    last = _start(engine, tmp_path / "last.log")
    _out, said = last.communicate(timeout=300)
    assert last.returncode == 0, said.decode()
    _check(engine)


def _check(engine: Engine) -> None:
    with transaction(engine) as session:
        lines = session.execute(select(LINE)).all()
        assert {(r.status, r.payout, r.payout_currency) for r in lines} == {("paid", 3000, "SGD")}
        assert len(lines) == LINES * MEMBERSHIPS
        payouts = session.execute(select(PAYOUT)).all()
        assert len(payouts) == len({p.membership_id for p in payouts}) == MEMBERSHIPS
        assert {p.amount for p in payouts} == {3000 * LINES}
        assert session.execute(select(SETTLEMENT.c.open)).scalars().all() == [False]
        assert session.execute(select(func.count()).select_from(SETTLED)).scalar_one() == MEMBERSHIPS
        decisions = table_of(LineDecision)
        paid = session.execute(select(func.count()).where(decisions.c.settlement_id.is_not(None))).scalar_one()
        assert paid == LINES * MEMBERSHIPS
        assert session.execute(select(func.sum(USE.c.paid))).scalar_one() == sum(r.cents for r in lines)
        posted = session.execute(select(func.count()).select_from(table_of(LedgerTransaction))).scalar_one()
        assert posted == MEMBERSHIPS
        assert out_of_balance(session) == []
        assert balances(session)["benefits_payable", "SGD"] == -3000 * LINES * MEMBERSHIPS
