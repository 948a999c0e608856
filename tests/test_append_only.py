"""What is kept is never changed: the database itself refuses, in plain SQL, whoever asks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Boolean, Column, Date, Engine, Integer, Table, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel

from expat.db import Instant
from expat.ledger.post import Entry, Transaction, Unbalanced, post
from tests.a_story import tell
from tests.test_migrations import routines

APPEND_ONLY = (
    "amendment",
    "amendment_answer",
    "amendment_declaration",
    "amendment_document",
    "amendment_offer",
    "announced_change",
    "announced_joiner",
    "announcement_step",
    "answer_reason",
    "application_consent",
    "application_document",
    "application_event",
    "approval_answer",
    "approval_document",
    "approval_file",
    "approval_question",
    "audit_entry",
    "bank_entry",
    "bank_message",
    "bank_part",
    "chosen_option",
    "complaint",
    "complaint_paper",
    "complaint_step",
    "consent",
    "contest",
    "contest_answer",
    "cover_proof",
    "cover_proof_answer",
    "data_answer",
    "data_directive",
    "data_request",
    "data_request_paper",
    "death_report",
    "declaration_link",
    "debit_mandate",
    "difference",
    "discarded_proposal",
    "duplicate_review",
    "employer_pays",
    "end_paper",
    "end_paper_answer",
    "erased_membership",
    "erasure",
    "estate_account",
    "estate_account_answer",
    "guarantee_letter",
    "health_declaration",
    "invited_application",
    "ledger_entry",
    "ledger_transaction",
    "line_decision",
    "line_document",
    "looked_again",
    "mandate",
    "mandate_account",
    "mandate_paper",
    "mandate_payee",
    "mandate_payout",
    "mandate_right",
    "mandate_step",
    "looked_over",
    "membership_change",
    "message",
    "message_paper",
    "message_paper_taken",
    "money_decision",
    "money_proposal",
    "named_exclusion",
    "paper_request",
    "payout_account",
    "payout_part",
    "person_correction",
    "plan_edition",
    "postal_address",
    "postal_batch",
    "postal_letter",
    "posted_letter",
    "premium_allocation",
    "premium_contest",
    "premium_contest_answer",
    "premium_event",
    "premium_line",
    "premium_mandate",
    "premium_payment",
    "premium_payment_undone",
    "premium_refund",
    "premium_terms",
    "privacy_choice",
    "rate",
    "recovery",
    "recovery_event",
    "recovery_instalment",
    "recovery_line",
    "restriction",
    "restriction_end",
    "restriction_use",
    "sanctions_list",
    "screening_answer",
    "screening_hit",
    "screening_run",
    "set_off",
    "set_off_event",
    "stay_review",
    "suspicion",
    "suspicion_answer",
)

# What follows later events; every other column keeps what was written first. A new column is to be put here, or among
# those that its table's trigger guards.
MOVING = {
    "application": {"content", "version", "changed_at", "membership_id"},
    "claim_line": {
        "accepted_amount", "accepted_why", "documents", "status", "reasons", "flags", "covered", "payee", "cents",
        "payout", "payout_currency", "payout_id",
    },
    "payout": {"bank_file_id", "account_id", "confirmed_on", "returned_on", "set_off"},
    "settlement": {"open", "started_at", "ended_at"},
    "premium_open": {"due_on", "step", "next_on"},
    "premium_schedule": {"next_from", "call_on", "facts_version"},
    "debit_batch": {
        "looked_by", "looked_at", "released_by", "released_at", "withdrawn_by", "withdrawn_at", "name", "sha256",
        "content",
    },
    "debit_item": {"group_id", "dropped", "payment_id", "returned_on", "returned_code"},
    "job_day": {"completed_at"},
    "job_item": {"day", "done_at", "effect", "attempts", "error", "failed_at", "retry_at"},
    "job_run": {"ended_at", "done", "failed", "skipped"},
    "settlement_look": {"done", "total", "progressed_at", "ended_at", "made_id", "changed", "problem"},
    "settlement_order": {
        "released_by", "released_at", "withdrawn_at", "settlement_id", "memberships", "progressed_at", "problem",
    },
}  # fmt: skip
KEPT = [
    (table, column.name)
    for table, moving in MOVING.items()
    for column in SQLModel.metadata.tables[table].columns
    if column.name not in moving
]


@pytest.fixture
def told(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """A database with a row in each of these tables."""
    tell(engine, tmp_path, monkeypatch)
    return engine


def refused(engine: Engine, statement: str) -> str:
    """What the database answers to a statement that it refuses."""
    with engine.connect() as connection, pytest.raises(IntegrityError) as refusal:
        connection.execute(text(statement))
    return str(refusal.value.orig)


def count(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def other(column: Column[object]) -> str:
    """SQL for a value that the column does not have."""
    if isinstance(column.type, Integer):
        return f"coalesce({column.name}, 0) + 1"
    if isinstance(column.type, Boolean):
        return f"NOT {column.name}"
    if isinstance(column.type, Date):
        return "'1999-09-09'"
    if isinstance(column.type, Instant):
        return "'1999-09-09 00:00:00+00:00'"
    return "'Z'"


def table(name: str) -> Table:
    return SQLModel.metadata.tables[name]


def test_what_is_append_only_is_neither_changed_nor_deleted(told: Engine) -> None:
    for name in APPEND_ONLY:
        assert count(told, name), name
        first = table(name).columns[0].name
        assert f"{name} is append-only: no row is ever changed" in refused(told, f"UPDATE {name} SET {first} = {first}")
        assert f"{name} is append-only: no row is ever deleted" in refused(told, f"DELETE FROM {name}")


def test_lines_payouts_and_settlements_are_never_deleted(told: Engine) -> None:
    for name in MOVING:
        assert count(told, name), name
        assert f"{name} keeps its rows: none is ever deleted" in refused(told, f"DELETE FROM {name}")


def test_what_was_written_first_stays(told: Engine) -> None:
    for name, column in KEPT:
        answer = refused(told, f"UPDATE {name} SET {column} = {other(table(name).columns[column])}")
        assert f"{name} keeps what was written first" in answer and column in answer, f"{name}.{column}: {answer}"


def test_what_follows_later_events_can_follow_them(told: Engine) -> None:
    for name, moving in MOVING.items():
        with told.connect() as connection:
            for column in sorted(moving):
                found = table(name).columns[column]
                value = "NULL" if found.foreign_keys else other(found)
                key = next(iter(table(name).primary_key)).name
                newest = f"{key} = (SELECT max({key}) FROM {name})"
                changed = connection.execute(text(f"UPDATE {name} SET {column} = {value} WHERE {newest}"))
                assert changed.rowcount == 1, f"{name}.{column}"
                connection.rollback()


def test_writing_the_same_again_is_no_change(told: Engine) -> None:
    for name, column in KEPT:
        with told.connect() as connection:
            connection.execute(text(f"UPDATE {name} SET {column} = {column}"))
            connection.rollback()


def test_every_guard_is_there(engine: Engine) -> None:
    # A migration that copies a table on SQLite loses its triggers: this is where it shows.
    meant = {f"{name}_no_{act}" for name in APPEND_ONLY for act in ("update", "delete")}
    meant |= {f"{name}_{guard}" for name in MOVING for guard in ("kept", "no_delete")}
    assert set(routines(engine)) >= meant


# --- the ledger ---

TRANSACTION = (
    "INSERT INTO ledger_transaction (id, reference, day, recorded_at) VALUES (1, 'x', '2026-01-01', '2026-01-01')"
)
ENTRY = "INSERT INTO ledger_entry (transaction_id, account, currency, amount) VALUES (1, '{}', '{}', {})"


# SQLite has no trigger that waits for the commit: there the ledger's verb alone checks, see the last test.
with_deferred_triggers = pytest.mark.parametrize(
    "engine", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)


@with_deferred_triggers
def test_a_transaction_may_be_out_of_balance_until_it_is_committed(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text(TRANSACTION))
        for account, currency, amount in (("bank", "EUR", -5), ("exchange", "EUR", 5), ("bank", "JPY", 700)):
            connection.execute(text(ENTRY.format(account, currency, amount)))
        connection.execute(text(ENTRY.format("exchange", "JPY", -700)))
    assert count(engine, "ledger_entry") == 4


@with_deferred_triggers
@pytest.mark.parametrize(
    ("entries", "answer"),
    [
        ([("bank", "EUR", -5), ("exchange", "EUR", 4)], "does not sum to zero: -1 minor units of EUR are left"),
        ([("bank", "EUR", -5), ("exchange", "JPY", 5)], "does not sum to zero: "),
    ],
)
def test_a_transaction_that_does_not_sum_to_zero_is_not_committed(
    engine: Engine, entries: list[tuple[str, str, int]], answer: str
) -> None:
    with pytest.raises(IntegrityError, match=answer), engine.begin() as connection:
        connection.execute(text(TRANSACTION))
        for entry in entries:
            connection.execute(text(ENTRY.format(*entry)))
    assert count(engine, "ledger_transaction") == 0


@with_deferred_triggers
def test_an_entry_cannot_be_added_to_a_transaction_afterwards(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text(TRANSACTION))
    with pytest.raises(IntegrityError, match="5 minor units of EUR"), engine.begin() as connection:
        connection.execute(text(ENTRY.format("bank", "EUR", 5)))


def test_the_ledgers_verb_refuses_on_both_databases(session: Session) -> None:
    wrong = Transaction("x", date(2026, 1, 1), (Entry("bank", "EUR", 5), Entry("exchange", "EUR", -4)))
    with pytest.raises(Unbalanced):
        post(session, [wrong], datetime(2026, 1, 1, tzinfo=UTC))
    assert session.connection().execute(text("SELECT count(*) FROM ledger_transaction")).scalar_one() == 0
