"""append-only: what is kept is never changed, whoever asks.

What it does to data: nothing, up or down; it adds and removes triggers.

A table that SQLite alters by copying (batch mode) loses its triggers: the migration that does so puts them back.

Erasing a person's data at the end of its retention is the one exception that is to come. Its migration replaces these
triggers by ones that ask first whether an erasure is recorded as going on: on PostgreSQL in `refuse_change`, by a
setting that lasts as long as its transaction; on SQLite in the WHEN of each trigger, by a row of the erasures' table.
Until then nothing gets past them but the owner of the tables. TRUNCATE asks no trigger: the role that Expat runs as is
not given that right.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "approval_answer",
    "audit_entry",
    "ledger_entry",
    "ledger_transaction",
    "line_decision",
    "line_document",
    "membership_change",
    "payout_account",
    "plan_edition",
    "premium_event",
    "rate",
)

# Of these a part is kept as it was written; the other columns follow what happens later.
KEPT_COLUMNS = {
    "claim_line": (
        "id", "claim_id", "membership_id", "person_id", "position", "received_on", "care", "first_day", "last_day",
        "quantity", "amount", "currency", "country", "cause", "stay_days", "invoice", "series", "treatment_started",
        "provider",
    ),
    "payout": (
        "id", "settlement_id", "membership_id", "payee", "provider", "currency", "amount", "eur_cents", "rate_id",
        "rate_note",
    ),
    "settlement": ("id", "day"),
}  # fmt: skip

REFUSE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation', TABLE = TG_TABLE_NAME;
END $$
"""

# Deferred to the commit, once for each entry. SQLite has no deferred triggers: there `ledger.post`, the only writer,
# checks before it writes, as it does on PostgreSQL too.
BALANCED = """
CREATE FUNCTION refuse_unbalanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    SELECT currency, sum(amount) AS total INTO wrong FROM ledger_entry
    WHERE transaction_id = NEW.transaction_id GROUP BY currency HAVING sum(amount) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'ledger_transaction % does not sum to zero: % minor units of % are left',
            NEW.transaction_id, wrong.total, wrong.currency
            USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NULL;
END $$
"""
BALANCED_AT_COMMIT = """
CREATE CONSTRAINT TRIGGER ledger_entry_balanced AFTER INSERT ON ledger_entry
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_unbalanced()
"""


class Guard(NamedTuple):
    """A trigger: the act that it refuses, on which columns (none: any), and what it answers."""

    name: str
    table: str
    act: str
    columns: tuple[str, ...]
    answer: str


def guards() -> Iterator[Guard]:
    for table in APPEND_ONLY:
        for act, done in (("UPDATE", "changed"), ("DELETE", "deleted")):
            yield Guard(f"{table}_no_{act.lower()}", table, act, (), f"{table} is append-only: no row is ever {done}")
    for table, columns in KEPT_COLUMNS.items():
        answer = f"{table} keeps what was written first: {', '.join(columns)} never change"
        yield Guard(f"{table}_kept", table, "UPDATE", columns, answer)
        yield Guard(f"{table}_no_delete", table, "DELETE", (), f"{table} keeps its rows: none is ever deleted")


def on_sqlite(guard: Guard) -> str:
    differs = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in guard.columns)
    when = f"WHEN {differs}" if differs else ""
    return (
        f"CREATE TRIGGER {guard.name} BEFORE {guard.act} ON {guard.table} FOR EACH ROW {when} "
        f"BEGIN SELECT RAISE(ABORT, '{guard.answer}'); END"
    )


def on_postgresql(guard: Guard) -> str:
    differs = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in guard.columns)
    when = f"WHEN ({differs})" if differs else ""
    return (
        f"CREATE TRIGGER {guard.name} BEFORE {guard.act} ON {guard.table} FOR EACH ROW {when} "
        f"EXECUTE FUNCTION refuse_change('{guard.answer}')"
    )


def is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def upgrade() -> None:
    if is_postgresql():
        op.execute(REFUSE)
        op.execute(BALANCED)
        op.execute(BALANCED_AT_COMMIT)
    written = on_postgresql if is_postgresql() else on_sqlite
    for guard in guards():
        op.execute(written(guard))


def downgrade() -> None:
    for guard in guards():
        op.execute(f"DROP TRIGGER {guard.name}" + (f" ON {guard.table}" if is_postgresql() else ""))
    if is_postgresql():
        op.execute("DROP TRIGGER ledger_entry_balanced ON ledger_entry")
        op.execute("DROP FUNCTION refuse_unbalanced")
        op.execute("DROP FUNCTION refuse_change")
