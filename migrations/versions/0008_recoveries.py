"""recoveries: what was paid and should not have been, or should have been more, and how it comes back.

What it does to data: up, nothing. Down, what the new tables hold goes.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import expat.db
from expat.guards import append_only

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NEW_TABLES = (
    "looked_again",
    "difference",
    "recovery",
    "recovery_line",
    "recovery_instalment",
    "recovery_event",
)


def upgrade() -> None:
    op.create_table(
        "looked_again",
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("facts_version", sa.Integer(), nullable=False),
        sa.Column("looked_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_looked_again_membership_id")),
        sa.PrimaryKeyConstraint("membership_id", "facts_version", name=op.f("pk_looked_again")),
    )
    op.create_table(
        "recovery",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("form_key", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("eur_cents", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("contest_until", sa.Date(), nullable=True),
        sa.Column("needs_release", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_recovery_membership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery")),
        sa.UniqueConstraint("form_key", name=op.f("uq_recovery_form_key")),
    )
    op.create_index("ix_recovery_membership", "recovery", ["membership_id"], unique=False)
    op.create_table(
        "recovery_event",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("recovery_id", expat.db.Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["recovery_id"], ["recovery.id"], name=op.f("fk_recovery_event_recovery_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_event")),
        sa.UniqueConstraint(
            "recovery_id", "kind", "reference", name=op.f("uq_recovery_event_recovery_id_kind_reference")
        ),
    )
    op.create_index(op.f("ix_recovery_event_recovery_id"), "recovery_event", ["recovery_id"], unique=False)
    op.create_table(
        "recovery_instalment",
        sa.Column("recovery_id", expat.db.Id, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["recovery_id"], ["recovery.id"], name=op.f("fk_recovery_instalment_recovery_id")),
        sa.PrimaryKeyConstraint("recovery_id", "position", name=op.f("pk_recovery_instalment")),
    )
    op.create_table(
        "difference",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("line_id", expat.db.Id, nullable=False),
        sa.Column("decision_id", expat.db.Id, nullable=False),
        sa.Column("paid_cents", sa.BigInteger(), nullable=False),
        sa.Column("due_cents", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("edition", sa.String(length=64), nullable=False),
        sa.Column("trace", expat.db.Json(), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["line_decision.id"], name=op.f("fk_difference_decision_id")),
        sa.ForeignKeyConstraint(["edition"], ["plan_edition.key"], name=op.f("fk_difference_edition")),
        sa.ForeignKeyConstraint(["line_id"], ["claim_line.id"], name=op.f("fk_difference_line_id")),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_difference_membership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_difference")),
    )
    op.create_index("ix_difference_line", "difference", ["line_id"], unique=False)
    op.create_index(op.f("ix_difference_membership_id"), "difference", ["membership_id"], unique=False)
    op.create_table(
        "recovery_line",
        sa.Column("recovery_id", expat.db.Id, nullable=False),
        sa.Column("line_id", expat.db.Id, nullable=False),
        sa.Column("difference_id", expat.db.Id, nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("eur_cents", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["difference_id"], ["difference.id"], name=op.f("fk_recovery_line_difference_id")),
        sa.ForeignKeyConstraint(["line_id"], ["claim_line.id"], name=op.f("fk_recovery_line_line_id")),
        sa.ForeignKeyConstraint(["recovery_id"], ["recovery.id"], name=op.f("fk_recovery_line_recovery_id")),
        sa.PrimaryKeyConstraint("recovery_id", "line_id", name=op.f("pk_recovery_line")),
    )
    op.create_index(op.f("ix_recovery_line_difference_id"), "recovery_line", ["difference_id"], unique=False)
    op.create_index(op.f("ix_recovery_line_line_id"), "recovery_line", ["line_id"], unique=False)
    append_only(NEW_TABLES)


def downgrade() -> None:
    for table in reversed(NEW_TABLES):
        op.drop_table(table)
