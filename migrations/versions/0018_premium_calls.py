"""premium calls: how memberships pay, when they are called, line by line; what was paid, and what goes back.

What it does to data: up, premiums that are there count as not called, and run their course as before. Down, the calls'
lines and what was paid of them go; the premiums stay.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import expat.db
from expat.guards import append_only, erasable, kept

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BLANKED = {
    "premium_mandate": ("holder", "iban", "original_iban"),
    "premium_contest": ("reason",),
    "premium_contest_answer": ("answer",),
}


def upgrade() -> None:
    op.add_column("premium", sa.Column("called_on", sa.Date(), nullable=True))
    op.create_table(
        "premium_terms",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("frequency", sa.String(length=40), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("payer", sa.String(length=40), nullable=False),
        sa.Column("holds_from", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_premium_terms_membership_id_membership")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_premium_terms")),
    )
    op.create_index(op.f("ix_premium_terms_membership_id"), "premium_terms", ["membership_id"])
    op.create_table(
        "premium_schedule",
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("next_from", sa.Date(), nullable=False),
        sa.Column("call_on", sa.Date(), nullable=True),
        sa.Column("facts_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_premium_schedule_membership_id_membership")
        ),
        sa.PrimaryKeyConstraint("membership_id", name=op.f("pk_premium_schedule")),
    )
    op.create_index(op.f("ix_premium_schedule_call_on"), "premium_schedule", ["call_on"])
    op.create_table(
        "premium_line",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("premium_id", expat.db.Id, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("computed", sa.BigInteger(), nullable=False),
        sa.Column("explained", expat.db.Json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_premium_line_membership_id_membership")
        ),
        sa.ForeignKeyConstraint(["premium_id"], ["premium.id"], name=op.f("fk_premium_line_premium_id_premium")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_premium_line")),
        sa.UniqueConstraint("premium_id", "position", name=op.f("uq_premium_line_premium_id_position")),
    )
    op.create_index(op.f("ix_premium_line_membership_id"), "premium_line", ["membership_id"])
    op.create_table(
        "premium_allocation",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("premium_id", expat.db.Id, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["premium_id"], ["premium.id"], name=op.f("fk_premium_allocation_premium_id_premium")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_premium_allocation")),
        sa.UniqueConstraint("premium_id", "source", name=op.f("uq_premium_allocation_premium_id_source")),
    )
    op.create_table(
        "premium_refund",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("premium_id", expat.db.Id, nullable=True),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("due_by", sa.Date(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_premium_refund_membership_id_membership")
        ),
        sa.ForeignKeyConstraint(["premium_id"], ["premium.id"], name=op.f("fk_premium_refund_premium_id_premium")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_premium_refund")),
        sa.UniqueConstraint("source", name=op.f("uq_premium_refund_source")),
    )
    op.create_index(op.f("ix_premium_refund_membership_id"), "premium_refund", ["membership_id"])
    op.create_table(
        "premium_open",
        sa.Column("premium_id", expat.db.Id, nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_premium_open_membership_id_membership")
        ),
        sa.ForeignKeyConstraint(["premium_id"], ["premium.id"], name=op.f("fk_premium_open_premium_id_premium")),
        sa.PrimaryKeyConstraint("premium_id", name=op.f("pk_premium_open")),
    )
    op.create_index(op.f("ix_premium_open_membership_id"), "premium_open", ["membership_id"])
    op.create_index(op.f("ix_premium_open_next_on"), "premium_open", ["next_on"])
    op.create_table(
        "premium_mandate",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("reference", sa.String(length=35), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("iban", sa.String(length=34), nullable=False),
        sa.Column("original_iban", sa.String(length=34), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("ends", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=True),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_premium_mandate_membership_id_membership")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_premium_mandate")),
    )
    op.create_index(op.f("ix_premium_mandate_membership_id"), "premium_mandate", ["membership_id"])
    op.create_table(
        "premium_contest",
        sa.Column("premium_id", expat.db.Id, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("contested_by", sa.String(length=40), nullable=False),
        sa.Column("contested_on", sa.Date(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["premium_id"], ["premium.id"], name=op.f("fk_premium_contest_premium_id_premium")),
        sa.PrimaryKeyConstraint("premium_id", name=op.f("pk_premium_contest")),
    )
    op.create_table(
        "premium_contest_answer",
        sa.Column("premium_id", expat.db.Id, nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(length=40), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["premium_id"],
            ["premium_contest.premium_id"],
            name=op.f("fk_premium_contest_answer_premium_id_premium_contest"),
        ),
        sa.PrimaryKeyConstraint("premium_id", name=op.f("pk_premium_contest_answer")),
    )
    append_only(("premium_contest", "premium_contest_answer"))
    append_only(("premium_mandate", "premium_terms", "premium_line", "premium_allocation", "premium_refund"))
    for table, columns in BLANKED.items():
        erasable(table, columns)
    kept("premium_schedule", ("membership_id",))
    kept("premium_open", ("premium_id", "membership_id"))


def downgrade() -> None:
    for table in (
        "premium_contest_answer",
        "premium_contest",
        "premium_mandate",
        "premium_open",
        "premium_refund",
        "premium_allocation",
        "premium_line",
        "premium_schedule",
        "premium_terms",
    ):
        op.drop_table(table)
    op.drop_column("premium", "called_on")
