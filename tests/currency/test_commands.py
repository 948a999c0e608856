"""`expat rates`, as a person types it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, text
from sqlmodel import Session, select

import expat.currency.commands as commands
from expat import terminal
from expat.audit import AuditEntry
from expat.currency.explain import why
from expat.currency.rates import Rate
from expat.db import open_engine
from expat.errors import BadInput, Conflict

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
RATES = "Date,USD,SGD,\n2026-04-02,1.16,1.50,\n2026-11-16,1.10,1.42,\n"
Run = Callable[..., Result]


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The settings that the commands see."""
    made = SimpleNamespace(language="en", rate_sources=("operator", "ecb", "parity", "forex-python"), forex_timeout=0.3)
    monkeypatch.setattr(commands, "settings", lambda: made)
    monkeypatch.setattr(commands, "now", lambda: NOW)
    return made


@pytest.fixture
def run(engine: Engine, chosen: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs `expat rates ...` on the test's database, into which a small file was imported."""
    monkeypatch.setattr(terminal, "database", lambda: engine)
    file = tmp_path / "eurofxref.csv"
    file.write_text(RATES)

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(commands.rates, arguments)

    assert "4 new rates" in invoke("import", str(file)).output
    return invoke


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (
            "2026-11-16",
            ["1 EUR = 1.10 USD", "published on 2026-11-16 (of that day)", "published on that day"],
        ),
        ("2026-04-06", ["1.16 USD", "2026-04-02 (4 days old)", "TARGET closing day (Easter Monday)"]),
        ("2026-04-05", ["1.16 USD", "2026-04-02 (3 days old)", "weekend day"]),
        ("2026-11-18", ["1.10 USD", "nothing was published for USD since"]),
    ],
)
def test_show_says_which_rate_and_why(run: Run, day: str, words: list[str]) -> None:
    shown = run("show", "USD", "--on", day)
    assert shown.exit_code == 0
    assert all(said in shown.output for said in ["Source: ecb", *words]), shown.output


def test_show_says_since_when_there_is_none(run: Run) -> None:
    shown = run("show", "usd", "--on", "2026-11-24")
    assert shown.exit_code == 1
    assert "no rate for USD" in shown.output
    assert "of 2026-11-16 and held 7 days: there has been none since 2026-11-24" in shown.output
    assert "None was ever published" in run("show", "KWD", "--on", "2026-11-20").output
    assert "follows the dollar" in run("show", "BHD", "--on", "2026-11-24").output


def test_show_speaks_french(run: Run, chosen: SimpleNamespace) -> None:
    chosen.language = "fr"
    assert "TARGET est fermé (Lundi de Pâques)" in run("show", "USD", "--on", "2026-04-06").output


@pytest.mark.parametrize(
    ("published_on", "day", "reason"),
    [
        ("2026-11-20", "2026-11-23", "not_yet"),  # today is Monday, Friday's is the last
        ("2026-11-19", "2026-11-23", "older"),
        ("2026-11-19", "2026-11-20", "older"),
        ("2026-11-20", "2026-11-22", "weekend"),
    ],
)
def test_what_is_late_is_told_from_what_is_missing(published_on: str, day: str, reason: str) -> None:
    rate = Rate("USD", 1, "ecb", date.fromisoformat(published_on), None, 1, "last_before")  # type: ignore[arg-type]
    assert why(rate, date.fromisoformat(day), today=date(2026, 11, 23)) == reason


def test_a_rate_typed_in_by_one_and_confirmed_by_another(run: Run) -> None:
    typed = run("propose", "KWD", "0.3551", "--on", "2026-11-20", "--reason", "CBK", "--by", "Anne")
    assert "expat rates confirm 1 --by NAME" in typed.output
    assert isinstance(run("confirm", "1", "--by", "Anne").exception, BadInput)
    assert "confirmed" in run("confirm", "1", "--by", "Paul").output
    assert "0.3551 KWD" in run("show", "KWD", "--on", "2026-11-21").output


def test_list_shows_corrections_beside_what_they_correct(run: Run, tmp_path: Path) -> None:
    (tmp_path / "again.csv").write_text("Date,USD\n2026-11-16,1.11\n")
    run("import", str(tmp_path / "again.csv"))
    first, second = run("list", "USD", "--from", "2026-11-01", "--to", "2026-11-30").output.splitlines()
    assert ("1.10 USD" in first, "corrected" in first) == (True, True)
    assert ("1.11 USD" in second, "corrected" in second) == (True, False)
    assert "No rates" in run("list", "KWD").output


def test_a_bad_file_keeps_nothing_of_it(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("Date,CHF\n2026-11-16,0.93\n2026-11-17,none\n")
    refused = run("import", str(tmp_path / "bad.csv")).exception
    assert isinstance(refused, BadInput)
    assert "line 3, column CHF" in str(refused)
    assert "No rates" in run("list", "CHF").output


def test_seed_and_import_are_in_the_audit_trail(run: Run, engine: Engine) -> None:
    assert "new rates" in run("seed", "--since", "2026-10-01").output
    assert run("seed", "--since", "2026-10-01").output.startswith("0 new rates")
    with Session(engine) as session:
        acts = [(act.action, act.detail.get("added")) for act in session.exec(select(AuditEntry))]
    assert acts[0] == ("rate.import", 4)
    assert [action for action, _added in acts] == ["rate.import", "rate.seed", "rate.seed"]


def test_seeding_does_not_undo_a_correction(run: Run, tmp_path: Path) -> None:
    run("seed", "--since", "2026-10-30")
    (tmp_path / "corrected.csv").write_text("Date,USD\n2026-10-30,1.1173\n")
    run("import", str(tmp_path / "corrected.csv"))
    assert run("seed", "--since", "2026-10-30").output.startswith("0 new rates")
    assert "1.1173 USD" in run("show", "USD", "--on", "2026-10-31").output


def test_fetch_that_fails_keeps_nothing(run: Run, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forex_python.converter.CurrencyRates._source_url", lambda _self: "http://127.0.0.1:9/")
    assert isinstance(run("fetch", "--on", "2026-11-20").exception, BadInput)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM rate")) == 4


def test_a_database_without_tables_is_one_clear_line(
    chosen: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "empty.sqlite3").touch()
    empty = open_engine(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    monkeypatch.setattr(terminal, "database", lambda: empty)
    for arguments in (
        ["show", "USD", "--on", "2026-11-20"],
        ["seed"],
        ["fetch"],
        ["confirm", "1", "--by", "A"],
    ):
        refused = CliRunner().invoke(commands.rates, arguments).exception
        assert str(refused) == 'EXPAT_DATABASE_URL: the database has no tables yet; run "expat db upgrade"'


def test_what_is_no_currency_or_no_number_is_refused(run: Run) -> None:
    assert "is no currency" in run("show", "XYZ", "--on", "2026-11-20").output
    typed = ["propose", "USD", "many", "--on", "2026-11-20", "--reason", "r", "--by", "A"]
    assert "is no number" in run(*typed).output


def test_a_typed_rate_is_discarded_with_a_reason(run: Run, chosen: SimpleNamespace) -> None:
    run("propose", "KWD", "0.3551", "--on", "2026-11-20", "--reason", "r", "--by", "Anne")
    chosen.language = "fr"
    done = run("discard", "1", "--reason", "A digit too many.", "--by", "Anne")
    assert (done.exit_code, done.output) == (0, "Proposition 1 écartée : elle ne peut plus être confirmée\n")
    assert isinstance(run("confirm", "1", "--by", "Paul").exception, Conflict)
    assert run("discard", "1", "--by", "Anne").exit_code == 2
