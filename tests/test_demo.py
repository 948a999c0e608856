"""The demo, run small: as a command, twice, on a folder of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from expat.db import open_engine, reading, table_of
from expat.demo import desk
from expat.demo.portfolio import portfolio
from expat.documents.kinds import media_type
from expat.mail.tables import OutgoingMail
from expat.payments.accounts import check_account

SECTIONS = (
    "The portfolio, through the verbs",
    "The invoices on paper",
    "The settlement",
    "Checks",
    "One invoice, from paper to payout",
    "gate by gate",
    "Every line, by outcome and reason",
    "Payouts by currency",
    "The ledger's balance by currency and account",
    "Where the bank files lie",
    "What waits, and who acts next",
    "What to try next",
)
ON = date(2026, 10, 30)


def run(folder: Path, *more: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command, with a database in the environment that it must leave alone."""
    elsewhere = {"EXPAT_DATABASE_URL": f"sqlite:///{folder / 'not-mine.sqlite3'}"}
    command = [sys.executable, "-c", "from expat.cli import main; main()", "demo"]
    options = ["--memberships", "12", "--seed", "2", "--folder", str(folder / "demo"), *more]
    return subprocess.run(
        [*command, *options], capture_output=True, text=True, timeout=240, check=False,
        env={**os.environ, **elsewhere, **environment},
    )  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def first(folder: Path) -> subprocess.CompletedProcess[str]:
    return run(folder, "--port", "8123")


def payouts_table(said: str) -> str:
    found = re.search(r"Payouts by currency.*?\n(.*?)\n\n", said, re.S)
    assert found
    return found[1]


def test_the_demo_shows_every_section_and_ends_well(first: subprocess.CompletedProcess[str]) -> None:
    assert (first.returncode, first.stderr) == (0, "")
    assert [section for section in SECTIONS if section not in first.stdout] == []
    assert "✗" not in first.stdout.split("One invoice, from paper to payout")[0]


def test_what_it_prints_into_a_file_is_plain_and_narrow(first: subprocess.CompletedProcess[str]) -> None:
    assert "\x1b" not in first.stdout
    assert max(len(line) for line in first.stdout.splitlines()) <= 100


def test_it_leaves_the_database_of_the_environment_alone(first: subprocess.CompletedProcess[str], folder: Path) -> None:
    assert not (folder / "not-mine.sqlite3").exists()
    assert (folder / "demo" / "expat.sqlite3").exists()


def test_its_mails_name_the_port_that_was_asked_for(first: subprocess.CompletedProcess[str], folder: Path) -> None:
    with reading(open_engine(f"sqlite:///{folder / 'demo' / 'expat.sqlite3'}")) as session:
        bodies = " ".join(session.execute(select(table_of(OutgoingMail).c.body)).scalars())
    assert set(re.findall(r"http://127\.0\.0\.1:(\d+)", bodies)) == {"8123"}


def test_invoices_are_pdf_files_and_photographs_that_the_store_accepts(
    first: subprocess.CompletedProcess[str], folder: Path
) -> None:
    files = [path for path in (folder / "demo" / "invoices").iterdir() if path.suffix not in (".csv", ".json")]
    kinds = {media_type(path.read_bytes()) for path in files}
    assert kinds >= {"application/pdf", "image/jpeg", "image/heic"}


def test_a_second_run_pays_the_same_and_uses_the_invoices_that_are_there(
    first: subprocess.CompletedProcess[str], folder: Path
) -> None:
    invoices = {path: path.stat().st_mtime_ns for path in (folder / "demo" / "invoices").glob("*.pdf")}
    second = run(folder)
    assert second.returncode == 0
    assert payouts_table(second.stdout) == payouts_table(first.stdout)
    assert invoices == {path: path.stat().st_mtime_ns for path in invoices}


def test_it_speaks_french(first: subprocess.CompletedProcess[str], folder: Path) -> None:
    said = run(folder, EXPAT_LANGUAGE="fr")
    assert said.returncode == 0
    assert "Versements par devise" in said.stdout


def test_a_day_without_rates_is_refused_and_nothing_is_removed(
    first: subprocess.CompletedProcess[str], folder: Path
) -> None:
    said = run(folder, "--on", "2035-01-02")
    assert said.returncode == 2
    assert "--on: the history that Expat ships with has no rates for 2035-01-02" in said.stderr
    assert (folder / "demo" / "expat.sqlite3").exists()


def test_what_it_says_to_try_next_works(first: subprocess.CompletedProcess[str], folder: Path) -> None:
    commands = re.findall(r"^  ((?:\. |expat ).*)$", first.stdout.split("What to try next")[1], re.M)
    assert len(commands) >= 6
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    for command in commands[1:]:
        done = subprocess.run(
            ["/bin/sh", "-c", f"{commands[0]} && {command}"], capture_output=True, text=True, timeout=60, check=False,
            env={**os.environ, "PATH": path},
        )  # fmt: skip
        assert done.returncode == 0, (command, done.stdout, done.stderr)


def test_the_same_seed_makes_the_same_portfolio_and_a_smaller_one_is_its_beginning() -> None:
    assert portfolio(3, 40, ON) == portfolio(3, 40, ON)
    assert portfolio(3, 30, ON) == portfolio(3, 40, ON)[:30]
    assert portfolio(4, 40, ON) != portfolio(3, 40, ON)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_account_of_the_portfolio_can_be_paid(seed: int) -> None:
    for house in portfolio(seed, 120, ON):
        assert check_account(house.account, house.paid_in).holder == house.name(0)


def test_the_default_portfolio_is_as_large_as_it_says() -> None:
    houses = portfolio(1, 200, ON)
    sheets = desk.sheets(houses)
    assert 250 <= len(sheets) <= 300
    assert 450 <= sum(len(sheet.invoice.items) for sheet in sheets) <= 600
    assert len({house.residence for house in houses}) >= 30
    assert {house.formula for house in houses} == {"1", "2", "3", "4"}
    assert {house.zone for house in houses} == {"A", "B", "C"}
