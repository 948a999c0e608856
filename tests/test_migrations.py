"""The schema by revision: what the migrations make is what the models say, and data survives what should keep it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from click.testing import CliRunner, Result
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from expat import db_commands, migrate
from expat.db import open_engine
from expat.errors import BadInput
from expat.places import shipped
from tests.a_story import FRONT_DOORS, everything, tell

REVISIONS = [f"{number:04}" for number in range(1, 21)]
HEAD = REVISIONS[-1]
NEXT_NUMBER = f"{len(REVISIONS) + 1:04}"


def url_of(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


# --- what the migrations make ---


def test_the_models_and_the_migrations_agree(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


@pytest.mark.parametrize(
    ("engine", "bare_engine"),
    [("sqlite", "sqlite"), pytest.param("postgresql", "postgresql", marks=pytest.mark.postgresql)],
    indirect=True,
)
def test_the_models_checks_are_in_the_database(engine: Engine, bare_engine: Engine) -> None:
    # The comparison above does not see CHECK constraints.
    SQLModel.metadata.create_all(bare_engine)
    for table in SQLModel.metadata.tables:
        made, meant = (inspect(e).get_check_constraints(table) for e in (engine, bare_engine))
        assert sorted(map(str, made)) == sorted(map(str, meant)), table


def test_a_bare_database_is_brought_up_once(bare_engine: Engine) -> None:
    before = migrate.status(bare_engine)
    assert before.current is None
    assert [r.number for r in before.missing] == REVISIONS

    assert migrate.upgrade(bare_engine) == before.missing
    assert migrate.upgrade(bare_engine) == ()
    assert migrate.status(bare_engine) == migrate.Status(HEAD, HEAD, ())


# --- down and up with data in it ---


def test_before_the_front_doors_and_after_them_every_other_row_is_as_it_was(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(engine, tmp_path, monkeypatch)
    told = everything(engine)
    assert {name for name in FRONT_DOORS if not told[name]} == set()
    older = {name: rows for name, rows in told.items() if name not in FRONT_DOORS or name == "document"}

    try:
        assert [r.number for r in migrate.downgrade(engine, "0002")] == REVISIONS[:1:-1]
        left = everything(engine)
        assert set(left) <= set(older)
        assert left == {name: _cut(older[name], rows) for name, rows in left.items()}
    finally:
        migrate.upgrade(engine)
    again = everything(engine)
    assert {name: again[name] for name in left} == {name: older[name] for name in left}
    assert not any(rows for name, rows in again.items() if name not in left)
    guarded = ("line_document", "paper_request", "stay_review")
    assert {f"{name}_no_{act}" for name in guarded for act in ("update", "delete")} <= set(routines(engine))


def _cut(rows: list[Any], left: list[Any]) -> list[Any]:
    """The rows with the columns that are left of them."""
    return [{name: row[name] for name in kept} for row, kept in zip(rows, left, strict=True)]


def test_without_its_triggers_and_with_them_again_every_row_is_as_it_was(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(engine, tmp_path, monkeypatch)
    told = everything(engine)
    filled = {name for name, rows in told.items() if rows}
    assert filled >= {
        "claim_line",
        "line_decision",
        "payout",
        "ledger_entry",
        "recharge_use",
        "approval_answer",
        "rate",
    }

    try:
        migrate.downgrade(engine, "0002")
        told = everything(engine)
        assert [r.number for r in migrate.downgrade(engine, "0001")] == ["0002"]
        assert everything(engine) == told
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM ledger_entry"))  # nothing refuses it there
            connection.rollback()
        migrate.upgrade(engine, "0002")
        assert everything(engine) == told
        with engine.connect() as connection, pytest.raises(IntegrityError, match="append-only"):
            connection.execute(text("DELETE FROM ledger_entry"))
    finally:
        migrate.upgrade(engine)


def test_what_was_restricted_before_is_restricted_afterwards_and_what_was_refused_is_not(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(engine, tmp_path, monkeypatch)
    asked, answered = SQLModel.metadata.tables["data_request"], SQLModel.metadata.tables["data_answer"]
    told = everything(engine)
    with engine.begin() as connection:
        for number, outcome in enumerate(("partly", "refused"), 2):
            row = {**told["data_request"][0], "id": number, "key": str(number), "kind": "restriction", "field": None}
            connection.execute(asked.insert().values(row))
            connection.execute(answered.insert().values({**told["data_answer"][0], "request_id": number,
                                                         "outcome": outcome}))  # fmt: skip
    try:
        migrate.downgrade(engine, "0015")
        with engine.connect() as connection, pytest.raises(IntegrityError, match="append-only"):
            connection.execute(text("UPDATE message SET text = ''"))
    finally:
        migrate.upgrade(engine)
    kept = everything(engine)["restriction"]
    assert [(row["person_id"], row["request_id"], row["since"]) for row in kept] == [
        (1, 2, told["data_answer"][0]["answered_on"])
    ]
    assert everything(engine)["document"] == told["document"]


def test_down_to_nothing_and_up_again_with_a_story_in_it(
    bare_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate.upgrade(bare_engine)
    tell(bare_engine, tmp_path, monkeypatch)

    assert [r.number for r in migrate.downgrade(bare_engine, migrate.EMPTY)] == REVISIONS[::-1]
    assert set(inspect(bare_engine).get_table_names()) <= {"alembic_version"}
    assert routines(bare_engine) == []

    migrate.upgrade(bare_engine)
    assert not any(everything(bare_engine).values())
    # what an engine remembers of the rows that went is forgotten with it
    fresh = open_engine(url_of(bare_engine))
    tell(fresh, tmp_path, monkeypatch)
    fresh.dispose()


def routines(engine: Engine) -> list[str]:
    """Triggers and functions that are left in the database."""
    left = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if engine.dialect.name == "postgresql":
        left = (
            "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal UNION "
            "SELECT proname FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = 'public'"
        )
    with engine.connect() as connection:
        return list(connection.execute(text(left)).scalars())


# --- a migration that is still to be written ---


@pytest.fixture
def next_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file of one migration more, in a copy of the migrations."""
    folder = tmp_path / "migrations"
    shutil.copytree(shipped("migrations"), folder)
    monkeypatch.setattr(migrate, "shipped", lambda _name: folder)
    yield folder / "versions" / f"{NEXT_NUMBER}_next.py"


NEXT = """
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "{number}", "{head}", None, None

def upgrade():
    copied = "always" if op.get_bind().dialect.name == "sqlite" else "auto"
    with op.batch_alter_table("membership", recreate=copied) as t:
        t.add_column(sa.Column("channel", sa.String(10), nullable=False, server_default="paper"))
    {more}

def downgrade():
    with op.batch_alter_table("membership") as t:
        t.drop_column("channel")
"""


def test_a_table_that_others_refer_to_can_be_altered_with_its_rows(
    bare_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, next_migration: Path
) -> None:
    migrate.upgrade(bare_engine)
    tell(bare_engine, tmp_path, monkeypatch)
    told = everything(bare_engine)

    next_migration.write_text(NEXT.format(more="pass", number=NEXT_NUMBER, head=HEAD))
    assert [r.number for r in migrate.upgrade(bare_engine)] == [NEXT_NUMBER]
    with bare_engine.connect() as connection:
        assert connection.execute(text("SELECT channel FROM membership")).scalars().all() == ["paper"]
    with bare_engine.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(text("DELETE FROM member"))  # the references hold again

    migrate.downgrade(bare_engine, HEAD)
    assert everything(bare_engine) == told


def test_a_migration_that_fails_half_way_leaves_nothing(bare_engine: Engine, next_migration: Path) -> None:
    migrate.upgrade(bare_engine)
    next_migration.write_text(NEXT.format(more="raise RuntimeError('half-way')", number=NEXT_NUMBER, head=HEAD))

    with pytest.raises(RuntimeError, match="half-way"):
        migrate.upgrade(bare_engine)

    assert migrate.current_revision(bare_engine) == HEAD
    assert "channel" not in {column["name"] for column in inspect(bare_engine).get_columns("membership")}


# --- what is refused ---


def test_tables_that_no_migration_has_made_are_left_alone(bare_engine: Engine) -> None:
    with bare_engine.begin() as connection:
        connection.execute(text("CREATE TABLE member (id INTEGER)"))

    with pytest.raises(BadInput, match="has tables that no migration has made; an empty database"):
        migrate.upgrade(bare_engine)


def test_an_unknown_revision_is_named(bare_engine: Engine) -> None:
    for change in (migrate.upgrade, migrate.downgrade):
        with pytest.raises(BadInput, match="'0099'; `expat db status` names the revisions"):
            change(bare_engine, "0099")


def test_a_database_that_a_newer_version_has_made_is_not_guessed_at(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    try:
        for ask in (migrate.status, migrate.upgrade):
            with pytest.raises(BadInput, match="0099"):
                ask(engine)
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"UPDATE alembic_version SET version_num = '{HEAD}'"))


@pytest.mark.parametrize("url", ["sqlite:////no/such/folder/x.sqlite3", "postgresql://nobody@127.0.0.1:1/none"])
def test_a_database_that_cannot_be_reached_is_one_line(url: str) -> None:
    with pytest.raises(BadInput, match=r"^EXPAT_DATABASE_URL: cannot be reached; [^\n]+$"):
        migrate.status(open_engine(url))


# --- the commands ---


@pytest.fixture
def bare(bare_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """A bare database that the commands work on."""
    monkeypatch.setattr(db_commands, "make_room", lambda: bare_engine)
    return bare_engine


def run(*arguments: str) -> Result:
    return CliRunner().invoke(db_commands.db, arguments)


def test_the_commands_say_where_the_database_stands(bare: Engine) -> None:
    behind = run("status")
    assert behind.exit_code == 1
    assert behind.output.splitlines()[:2] == ["current  none", f"head     {HEAD}"]
    assert behind.output.endswith(f"The database is {len(REVISIONS)} behind: run `expat db upgrade`.\n")

    assert run("upgrade", "--to", "0001").output.startswith("added  0001 tables")
    assert f"The database is {len(REVISIONS) - 1} behind" in run("status").output
    assert run("upgrade").output.startswith("added  0002 append-only")
    assert run("upgrade").output == "Nothing to add: the database is up to date.\n"
    assert run("status").output.endswith("The database is up to date.\n")
    assert run("status").exit_code == 0


def test_going_back_asks_for_yes(bare: Engine) -> None:
    run("upgrade")
    asked = run("downgrade", "--to", "base")
    assert str(asked.exception) == "--yes: going back to base can lose data; make a copy, then add --yes"
    assert migrate.current_revision(bare) == HEAD

    done = run("downgrade", "--to", "base", "--yes").output.splitlines()
    assert [line[:13] for line in done] == [f"removed  {number}" for number in reversed(REVISIONS)]
    assert migrate.current_revision(bare) is None


def test_two_upgrades_at_once_make_the_tables_once(bare_engine: Engine) -> None:
    environment = {**os.environ, "EXPAT_DATABASE_URL": url_of(bare_engine)}
    command = [sys.executable, "-c", "from expat.cli import main; main()", "db", "upgrade"]
    both = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = sorted(process.communicate(timeout=60)[0] for process in both)

    assert [process.returncode for process in both] == [0, 0]
    assert migrate.status(bare_engine).missing == ()
    assert said[0].startswith("Nothing to add") or said[0] == said[1]
