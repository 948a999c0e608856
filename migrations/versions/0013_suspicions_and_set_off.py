"""suspicions and set off: what is asked back kept back of payouts, and what is odd about a line.

What it does to data: up, nothing is set off of the payouts that there are. Down, what the new tables hold goes.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import expat.db
from expat.guards import append_only, unchanging

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KEPT = ("set_off", "set_off_event", "payout_part", "looked_over", "suspicion", "suspicion_answer")
TAKEN = ("document_print", "document_mark")


def upgrade() -> None:
    op.add_column("payout", sa.Column("set_off", sa.BigInteger(), server_default="0", nullable=False))
    op.create_table(
        "set_off",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("recovery_id", expat.db.Id, nullable=False),
        sa.Column("form_key", sa.String(length=40), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("contest_until", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["recovery_id"], ["recovery.id"], name=op.f("fk_set_off_recovery_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_off")),
        sa.UniqueConstraint("form_key", name=op.f("uq_set_off_form_key")),
    )
    op.create_index(op.f("ix_set_off_recovery_id"), "set_off", ["recovery_id"], unique=False)
    op.create_table(
        "set_off_event",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("set_off_id", expat.db.Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["set_off_id"], ["set_off.id"], name=op.f("fk_set_off_event_set_off_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_off_event")),
        sa.UniqueConstraint("set_off_id", "kind", name=op.f("uq_set_off_event_set_off_id_kind")),
    )
    op.create_table(
        "payout_part",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("payout_id", expat.db.Id, nullable=False),
        sa.Column("recovery_id", expat.db.Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("eur_cents", sa.BigInteger(), nullable=False),
        sa.Column("moved", sa.BigInteger(), nullable=False),
        sa.Column("moved_cents", sa.BigInteger(), nullable=False),
        sa.Column("remains", sa.BigInteger(), nullable=False),
        sa.Column("rates", expat.db.Json(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["payout_id"], ["payout.id"], name=op.f("fk_payout_part_payout_id")),
        sa.ForeignKeyConstraint(["recovery_id"], ["recovery.id"], name=op.f("fk_payout_part_recovery_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_part")),
        sa.UniqueConstraint("payout_id", "recovery_id", "kind", name=op.f("uq_payout_part_payout_id_recovery_id_kind")),
    )
    op.create_index(op.f("ix_payout_part_payout_id"), "payout_part", ["payout_id"], unique=False)
    op.create_index(op.f("ix_payout_part_recovery_id"), "payout_part", ["recovery_id"], unique=False)
    op.create_table(
        "looked_over",
        sa.Column("claim_id", expat.db.Id, nullable=False),
        sa.Column("paper_id", expat.db.Id, nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_looked_over_claim_id")),
        sa.PrimaryKeyConstraint("claim_id", "paper_id", name=op.f("pk_looked_over")),
    )
    op.create_table(
        "suspicion",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("line_id", expat.db.Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("grave", sa.Boolean(), nullable=False),
        sa.Column("facts", expat.db.Json(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["claim_line.id"], name=op.f("fk_suspicion_line_id")),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_suspicion_membership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspicion")),
        sa.UniqueConstraint("mark", name=op.f("uq_suspicion_mark")),
    )
    op.create_index(op.f("ix_suspicion_line_id"), "suspicion", ["line_id"], unique=False)
    op.create_index(op.f("ix_suspicion_membership_id"), "suspicion", ["membership_id"], unique=False)
    op.create_table(
        "suspicion_answer",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("suspicion_id", expat.db.Id, nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(length=40), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["suspicion_id"], ["suspicion.id"], name=op.f("fk_suspicion_answer_suspicion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspicion_answer")),
    )
    op.create_index(op.f("ix_suspicion_answer_suspicion_id"), "suspicion_answer", ["suspicion_id"], unique=False)
    op.create_table(
        "document_print",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("words", expat.db.Json(), nullable=False),
        sa.Column("made", expat.db.Json(), nullable=False),
        sa.Column("taken_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["document.sha256"], name=op.f("fk_document_print_sha256")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_document_print")),
    )
    op.create_table(
        "document_mark",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("mark", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["sha256"], ["document.sha256"], name=op.f("fk_document_mark_sha256")),
        sa.PrimaryKeyConstraint("sha256", "mark", name=op.f("pk_document_mark")),
    )
    op.create_index(op.f("ix_document_mark_mark"), "document_mark", ["mark"], unique=False)
    append_only(KEPT)
    unchanging(TAKEN)


def downgrade() -> None:
    for table in ("document_mark", "document_print", "suspicion_answer", "suspicion", "looked_over", "payout_part",
                  "set_off_event", "set_off"):  # fmt: skip
        op.drop_table(table)
    op.drop_column("payout", "set_off")
