"""`expat bank import` and `expat bank debits`, as a person types them."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Engine

from expat.settings import settings
from tests.bank.bank_says import message
from tests.collecting.paying import JOINED, QUARTER, Money, transfer
from tests.payments.insured import url_of
from tests.test_commands import Run, run

__all__ = ["run"]


def test_a_file_of_the_bank_is_read_once(
    engine: Engine, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    money = Money(engine)
    monkeypatch.setenv("EXPAT_DATABASE_URL", url_of(engine))
    settings.cache_clear()
    file = tmp_path / "s.xml"
    file.write_bytes(message(transfer(QUARTER, JOINED, 1), transfer(900, JOINED, text="rent")))
    ran = run("bank", "import", file)
    assert (ran.code, ran.out.strip()) == (0, f"{file}: 2 new movements: 1 premium; 1 wait for a person")
    assert "was read before" in run("bank", "import", file).out
    assert money.open() == 0
    file.write_bytes(b"<no/>")
    wrong = run("bank", "import", file)
    assert wrong.code != 0 and "s.xml, line 1" in wrong.err
    assert "cannot be read" in run("bank", "import", tmp_path / "none.xml").err


def test_direct_debits_are_shown_then_made_once(
    engine: Engine, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    money = Money(engine, "direct_debit")
    money.told(transfer(QUARTER, JOINED, 1))
    monkeypatch.setenv("EXPAT_DATABASE_URL", url_of(engine))
    settings.cache_clear()
    with pytest.MonkeyPatch.context() as once:
        once.setattr("tests.collecting.paying.JOBS", money_jobs())
        money.until(JOINED.replace(month=5, day=6))
    assert "premium 2: 293.25 EUR on 2025-05-12" in run("bank", "debits", "--on", "2025-05-06", "--dry-run").out
    assert "batch 1: 1 direct debits, 293.25 EUR" in run("bank", "debits", "--on", "2025-05-06").out
    assert "Nothing new to collect" in run("bank", "debits", "--on", "2025-05-06").out


def money_jobs() -> list[object]:
    """The jobs of a day but for the one that makes direct debits."""
    from tests.collecting.paying import JOBS

    return [job for job in JOBS if job.name != "premium.debits"]
