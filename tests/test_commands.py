"""The commands, as a person types them: import, settle, bank files, ledger, members; one clear line on bad input."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from PIL import Image
from sqlalchemy import Engine, text
from sqlmodel import Session

from expat.cli import GROUPS, main
from expat.db import transaction
from expat.documents.keys import new_key
from expat.membership.changes import Acting, change_formula, grant_derogation
from expat.payments.account_records import keep_account
from expat.payments.references import end_to_end_id
from expat.settings import settings
from expat.terminal import database
from tests.documents.samples import pdf
from tests.payments.insured import (
    AT,
    DAY,
    FRENCH,
    SINGAPORE,
    SOURCES,
    claim,
    insure,
    member_of,
    pay,
    publish,
    statuses,
    url_of,
)  # fmt: skip

LATER = DAY + timedelta(days=3)


class Ran(NamedTuple):
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


OPERATOR = {
    "NAME": "Expat Demo Association",
    "IBAN": "FR7630006000011234567890189",
    "BIC": "AGRIFRPP",
    "TOWN": "Paris",
    "COUNTRY": "FR",
}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Iterator[Run]:
    """Runs `expat ...` with the settings of the environment; by default on a database without tables."""
    (tmp_path / "none.sqlite3").touch()
    monkeypatch.setenv("EXPAT_DATABASE_URL", f"sqlite:///{tmp_path / 'none.sqlite3'}")
    monkeypatch.setenv("EXPAT_BANK_FOLDER", str(tmp_path / "bank"))
    monkeypatch.setenv("EXPAT_DOCUMENT_FOLDER", str(tmp_path / "documents"))
    monkeypatch.setenv("EXPAT_DOCUMENT_KEY", new_key())
    for name, value in OPERATOR.items():
        monkeypatch.setenv(f"EXPAT_OPERATOR_{name}", value)
    settings.cache_clear()
    database.cache_clear()

    def invoke(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["expat", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return Ran(ended.value.code if isinstance(ended.value.code, int) else 0, printed.out, printed.err)

    yield invoke
    if database.cache_info().currsize:
        database().dispose()
    settings.cache_clear()
    database.cache_clear()


@pytest.fixture
def claimed(engine: Engine, run: Run, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Two members with a claim each, on the database of the settings."""
    monkeypatch.setenv("EXPAT_DATABASE_URL", url_of(engine))
    settings.cache_clear()
    publish(engine, SGD="1.4906")
    claim(engine, insure(engine, "M1", "EUR", FRENCH), "c1", "45.00 EUR", "12.00 SGD")
    claim(engine, insure(engine, "M2", "SGD"), "c2", "78.15 SGD", "3.000 KWD")
    return engine


@contextmanager
def past_the_triggers(engine: Engine, table: str) -> Iterator[Session]:
    """A transaction that does to a table what its triggers forbid."""
    with transaction(engine) as session:
        if engine.dialect.name == "postgresql":
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            yield session
            session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
        else:
            for (name,) in session.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                session.execute(text(f"DROP TRIGGER {name}"))
            yield session


def tidy(text: str) -> list[str]:
    """The lines, blanks between the cells of tables made one."""
    return [" ".join(line.split()) for line in text.splitlines()]


def test_help_knows_every_group(run: Run) -> None:
    listed = run("--help").out
    for name in GROUPS:
        assert re.search(rf"^  {name} ", listed, re.MULTILINE), name
        assert run(name, "--help").code == 0


# --- settle ----------------------------------------------------------------------------------------------------------


def test_settle_shows_what_was_paid_by_currency_and_what_waits(claimed: Engine, run: Run) -> None:
    ran = run("settle", "--on", DAY)
    assert ran.code == 0
    lines = tidy(ran.out)
    assert lines[0] == "Settlement 1 of 2025-08-04. 2 memberships looked at."
    assert lines[2:4] == [
        "EUR 1 2 53.05 53.05 1 EUR per EUR, euro, 2025-08-04",
        "SGD 1 1 78.15 52.43 1.4906 SGD per EUR, ecb, 2025-08-04",
    ]
    assert lines[4] == "1 lines wait for a rate of KWD: 2/2"
    assert "no rate for KWD" in lines[5]
    assert tidy(run("settle", "--on", DAY).out)[1] == "Nothing to pay."


def test_a_dry_run_says_that_nothing_was_kept(claimed: Engine, run: Run) -> None:
    ran = run("settle", "--on", DAY, "--dry-run")
    assert ran.out.startswith("Dry run for 2025-08-04: nothing was kept.")
    assert "78.15" in ran.out
    assert set(statuses(claimed)) == {"accepted"}


def test_the_log_is_added_to_a_file_or_said_on_standard_error(claimed: Engine, run: Run, tmp_path: Path) -> None:
    log = tmp_path / "settle.log"
    run("settle", "--on", DAY, "--batch", 1, "--log", log)
    lines = [
        "settlement 1: opened, memberships 0/2",
        "settlement 1: batch committed, memberships 1/2",
        "settlement 1: batch committed, memberships 2/2",
        "settlement 1: closing",
        "settlement 1: closed",
    ]
    assert log.read_text().splitlines() == lines
    said = run("settle", "--on", DAY, "--log", "-").err.splitlines()
    assert [line.partition(": ")[2].partition(",")[0] for line in said] == [
        "opened",
        "batch committed",
        "closing",
        "closed",
    ]
    assert run("settle", "--on", DAY, "--log", tmp_path).code == 2


def test_a_settlement_of_another_day_is_refused_in_one_line(claimed: Engine, run: Run) -> None:
    with pytest.raises(KeyboardInterrupt):
        pay(claimed, log=_stop)
    ran = run("settle", "--on", LATER)
    assert ran.code == 2
    assert ran.err == (
        "expat: on: the settlement of 2025-08-04 is still open; finish it first: expat settle --on 2025-08-04\n"
    )


def _stop(line: str) -> None:
    if "batch" in line:
        raise KeyboardInterrupt


# --- bank ------------------------------------------------------------------------------------------------------------


def test_bank_files_are_written_once_and_again_where_one_is_missing(claimed: Engine, run: Run, tmp_path: Path) -> None:
    pay(claimed)
    ran = run("bank", "files", "--on", LATER)
    file = tmp_path / "bank" / "EXP-20250807-1-SEPA.xml"
    assert tidy(ran.out) == [
        f"{file}: 1 payments, 53.05 EUR",
        "not paid: payout 2 of membership M2: account: there is none; the member's bank account",
    ]
    content = file.read_bytes()
    file.unlink()
    again = run("bank", "files", "--on", LATER)
    assert tidy(again.out)[:2] == [f"{file}: written again, it was not in the folder", "Nothing new to pay."]
    assert file.read_bytes() == content
    with transaction(claimed) as session:
        keep_account(session, SINGAPORE, AT, membership_id=2)
    assert "EXP-20250807-2-INTL.xml: 1 payments, 78.15 SGD" in run("bank", "files", "--on", LATER).out
    assert sorted(path.name for path in (tmp_path / "bank").iterdir()) == [
        "EXP-20250807-1-SEPA.xml",
        "EXP-20250807-2-INTL.xml",
    ]


def test_a_file_that_the_bank_confirmed_is_not_written_again(claimed: Engine, run: Run, tmp_path: Path) -> None:
    pay(claimed)
    run("bank", "files", "--on", LATER)
    file = tmp_path / "bank" / "EXP-20250807-1-SEPA.xml"
    assert run("bank", "confirm", file, "--on", LATER).out == "1 payments confirmed\n"
    again = run("bank", "confirm", file.name, "--on", LATER)
    assert (again.code, again.out) == (0, "0 payments confirmed; 1 had been confirmed before\n")
    file.unlink()
    run("bank", "files")
    assert not file.exists()


def test_a_bank_folder_that_cannot_be_written_to_is_told_and_nothing_is_lost(
    claimed: Engine, run: Run, tmp_path: Path
) -> None:
    pay(claimed)
    (tmp_path / "bank").write_text("a file stands here")
    ran = run("bank", "files", "--on", LATER)
    assert (ran.code, ran.err.splitlines()[0].partition(":")[2][:18]) == (2, " EXPAT_BANK_FOLDER")
    (tmp_path / "bank").unlink()
    assert "EXP-20250807-1-SEPA.xml" in run("bank", "files", "--on", LATER).out


def test_a_payment_is_found_by_its_reference_and_can_come_back(claimed: Engine, run: Run) -> None:
    pay(claimed)
    reference = end_to_end_id(1)
    assert "in no bank file yet" in run("bank", "find", reference).out
    run("bank", "files", "--on", LATER)
    found = run("bank", "find", reference).out.splitlines()
    assert found[0] == "payout 1 of membership M1, settled on 2025-08-04: 53.05 EUR to member"
    assert found[1].endswith("lines 1/1, 1/2")
    assert found[2] == "in EXP-20250807-1-SEPA.xml, not confirmed yet"
    back = ("bank", "returned", reference, "--on", LATER, "--reason", "AC04 closed account")
    assert run(*back).out == "payout 1 waits for another account\n"
    assert run(*back).out == "payout 1 waits for another account; that was noted before\n"
    assert "returned by the bank on 2025-08-07" in run("bank", "find", reference).out


def test_the_banks_own_rate_is_typed_with_the_confirmation(claimed: Engine, run: Run) -> None:
    with transaction(claimed) as session:
        keep_account(session, SINGAPORE, AT, membership_id=2)
    pay(claimed)
    run("bank", "files", "--on", LATER)
    confirm = ("bank", "confirm", "EXP-20250807-1-INTL.xml", "--on", LATER, "--debited")
    assert run(*confirm, "52,60").code == 2
    assert run(*confirm, f"{end_to_end_id(2)}=52.60").code == 0
    assert "exchange_differences EUR 0.17" in tidy(run("ledger", "balance").out)


# --- ledger ----------------------------------------------------------------------------------------------------------


def test_the_ledger_shows_balances_and_transactions(claimed: Engine, run: Run) -> None:
    assert run("ledger", "balance").out == "The ledger is empty.\n"
    pay(claimed)
    ran = run("ledger", "balance")
    assert ran.code == 0
    assert {"claims_expense EUR 105.48", "benefits_payable SGD -78.15"} <= set(tidy(ran.out))
    assert ran.out.endswith("Every transaction balances.\n")
    shown = tidy(run("ledger", "show", "settled:payout:2").out)
    assert shown[0] == "settled:payout:2, 2025-08-04, recorded 2025-08-04 12:00:00 UTC"
    assert shown[2:] == [
        "claims_expense EUR 52.43",
        "exchange EUR 52.43",
        "exchange SGD 78.15",
        "benefits_payable SGD 78.15",
    ]


def test_a_ledger_that_does_not_balance_ends_with_1(claimed: Engine, run: Run) -> None:
    pay(claimed)
    with past_the_triggers(claimed, "ledger_entry") as session:
        insert = "INSERT INTO ledger_entry (transaction_id, account, currency, amount) VALUES (1, 'bank', 'EUR', 1)"
        session.execute(text(insert))
    ran = run("ledger", "balance")
    assert (ran.code, ran.err) == (1, "settled:payout:1 does not sum to zero\n")


# --- claims and members ----------------------------------------------------------------------------------------------


def test_claims_are_imported_and_bad_rows_named(claimed: Engine, run: Run, tmp_path: Path) -> None:
    file, folder = tmp_path / "keyed.csv", tmp_path / "scans"
    folder.mkdir()
    (folder / "a.pdf").write_bytes(pdf())
    file.write_text(
        "claim,membership,first_name,born,care,on,amount,currency,country,document\n"
        "k1,M1,Ada,1985-05-02,ambulatory.gp,2025-07-20,30.00,EUR,SN,a.pdf\n"
        "k2,M1,Ada,1985-05-02,ambulatory.gp,2025-07-21,30.00,EUR,SN,b.pdf\n"
    )
    ran = run("claim", "import", file, "--folder", folder, "--received", "2025-08-01")
    assert ran.code == 1
    assert ran.out == "1 claims with 1 lines handed in; 0 had been before; 1 left out for a bad row\n"
    assert ran.err.startswith("keyed.csv row 3, document: b.pdf cannot be read (No such file or directory)")
    assert run("claim", "import", file, "--folder", tmp_path / "none").code == 2


def test_a_claim_is_shown_with_its_trace_and_articles_in_both_languages(claimed: Engine, run: Run) -> None:
    claim(claimed, 1, "c3", "9.00 EUR", care="excluded.comfort")
    pay(claimed)
    shown = run("claim", "show", 1).out
    for words in ("Membership number: M1", "Line 2 of claim 1: Ada Lovelace", "Amount paid: 8.05", "UNO-FORCE-1 «"):
        assert words in shown.replace("\N{NO-BREAK SPACE}", " "), words
    refused = run("claim", "show", 3).out
    assert "✗ Not excluded: refused, 9.00" in refused.replace("\N{NO-BREAK SPACE}", " ")
    assert "(excluded)" in refused
    french = run("claim", "show", 3, "--language", "fr").out
    assert "Ligne 1 de la demande 3" in french
    assert "[UNO-EXCL-1 « Les risques non couverts »]" in french
    assert run("claim", "show", 99).err == "expat: claim: there is no claim 99\n"


def test_a_decision_is_judged_again(claimed: Engine, run: Run) -> None:
    assert run("claim", "replay", 1).out.splitlines()[0] == "line 1/1, decision 1: identical (accepted)"
    with past_the_triggers(claimed, "line_decision") as session:
        changed = """UPDATE line_decision SET trace = replace(trace, '"cents"\\:4500', '"cents"\\:4400')"""
        session.execute(text(changed))
    ran = run("claim", "replay", 1)
    assert ran.code == 1
    assert "line 1/1, decision 1: DIFFERENT" in ran.out
    assert "cents: kept 4400, judged again 4500" in ran.err
    assert run("claim", "replay", 99).code == 2


def test_members_are_listed_and_shown(claimed: Engine, run: Run) -> None:
    acting, person = Acting(date(2025, 7, 1), AT, SOURCES), member_of(claimed, 1)
    with transaction(claimed) as session:
        change_formula(session, 1, "3", True, acting)
        grant_derogation(session, 1, person, "FR", date(2025, 9, 1), date(2025, 9, 30), acting)
    pay(claimed)
    assert tidy(run("member", "list", "--limit", 1).out)[-1] == "1 of 2 memberships"
    assert tidy(run("member", "list", "--find", "m2").out)[-1] == "1 of 1 memberships"
    shown = tidy(run("member", "show", "M1", "--on", DAY).out)
    assert shown[0] == "M1, plan expat-uno, joined 2025-01-01; on 2025-08-04: active"
    assert shown[1] == "member Ada Lovelace (person 1), born 1985-05-02, covered from 2025-01-01 to 2050-06-30"
    assert "formula: 4 from 2025-01-01, 3 from 2026-01-01" in shown
    derogation = "derogation FR (person 1): asked for on 2025-07-01, from 2025-09-01 to 2025-09-30"
    assert derogation in shown
    assert "Ada ambulatory 15000.00 53.05 14946.95" in shown
    assert "Ada overall 1000000.00 53.05 999946.95" in shown
    assert run("member", "show", "M1", "--on", "2024-12-31").code == 0
    assert run("member", "show", "M9").code == 2


# --- what cannot be used ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ("settle", "--on", "2025-08-04"), ("bank", "files"), ("bank", "find", "EXP0000000001-32"),
        ("bank", "confirm", "x.xml", "--on", "2025-08-04"), ("ledger", "balance"), ("ledger", "show", "x"),
        ("claim", "show", "1"), ("claim", "replay", "1"), ("member", "list"), ("member", "show", "M1"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_database_without_tables_is_told_in_one_line(run: Run, arguments: tuple[str, ...]) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == 'expat: EXPAT_DATABASE_URL: the database has no tables yet; run "expat db upgrade"\n'


@pytest.mark.parametrize(
    "arguments",
    [
        ("settle",), ("settle", "--on", "4 August"), ("settle", "--on", "2025-08-04", "--batch", "0"),
        ("bank", "confirm", "x.xml"), ("claim", "show", "one"), ("claim", "show", "1", "--language", "de"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_what_is_typed_wrong_ends_with_2(run: Run, arguments: tuple[str, ...]) -> None:
    ran = run(*arguments)
    assert ran.code == 2
    assert "Error" in ran.err
    assert "Traceback" not in ran.err


def test_without_the_operators_account_no_file_is_made_and_the_setting_is_named(
    claimed: Engine, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EXPAT_OPERATOR_IBAN")
    settings.cache_clear()
    ran = run("bank", "files", "--on", LATER)
    assert ran.code == 2
    assert ran.err == "expat: EXPAT_OPERATOR_IBAN: is not set; bank files say whose account is debited\n"


def test_a_mistyped_path_makes_no_file(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EXPAT_DATABASE_URL", f"sqlite:///{tmp_path / 'typo' / 'x.sqlite3'}")
    settings.cache_clear()
    database.cache_clear()
    ran = run("member", "list")
    assert (ran.code, ran.err[:45]) == (2, "expat: EXPAT_DATABASE_URL: there is no file /")
    assert not (tmp_path / "typo").exists()


def test_a_day_that_has_not_come_is_not_settled(claimed: Engine, run: Run) -> None:
    ran = run("settle", "--on", "2999-01-01")
    assert ran.code == 2
    assert "has not come yet" in ran.err


def test_a_paper_that_came_later_and_an_account_are_entered(claimed: Engine, run: Run, tmp_path: Path) -> None:
    paper = tmp_path / "prescription.png"
    Image.new("RGB", (40, 40), "white").save(paper)
    said = run("claim", "papers", "1/1", paper, "--kind", "prescription", "--on", LATER)
    assert (said.code, said.out) == (0, "line 1/1: accepted\n")
    assert run("claim", "papers", "99/1", paper, "--kind", "invoice").err == "expat: line: there is no line 99001\n"
    assert "such as 207/1" in run("claim", "papers", "first", paper, "--kind", "invoice").err
    holder = ("--holder", "Ada Lovelace", "--town", "Paris", "--country", "FR")
    wrong = run("member", "account", "M1", "--currency", "EUR", "--iban", "FR7630006000011234567890188", *holder)
    assert wrong.code == 2
    assert wrong.err.startswith("expat: iban: ")
    done = run("member", "account", "M1", "--currency", "EUR", "--iban", "FR7630006000011234567890189", *holder)
    assert (done.code, done.out) == (0, "M1 is paid to this account from now on.\n")


def test_a_reviewer_accepts_a_part_of_a_cost(claimed: Engine, run: Run) -> None:
    why = ("--why", "twice the usual price", "--by", "ines")
    assert run("claim", "review", "1/1", "--accept", "10.00", *why).out == "line 1/1: accepted\n"
    assert run("claim", "review", "1/2", "--accept", "0.00", *why).out == "line 1/2: refused\n"
    assert "twice the usual price" in run("statement", "claim", 1).out
    assert run("claim", "review", "1/1", "--accept", "many", *why).err.startswith("expat: accept: 'many' is no amount")
    assert "from 0 to the amount invoiced" in run("claim", "review", "1/1", "--accept", "9999.00", *why).err
