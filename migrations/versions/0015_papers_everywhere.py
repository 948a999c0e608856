"""papers everywhere: papers of messages and of ends, what was made of them, and accounts of estates.

What it does to data: up, nothing. Down, what the new tables hold goes; an estate's account that was confirmed stays
among the accounts that are paid.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import expat.db
from expat import guards

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "message_paper",
    "message_paper_taken",
    "end_paper",
    "end_paper_answer",
    "estate_account",
    "estate_account_answer",
)


def upgrade() -> None:
    _messages()
    _ends()
    _estates()
    guards.append_only(APPEND_ONLY)


def _messages() -> None:
    op.create_table(
        "message_paper",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("message_id", expat.db.Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("medical", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_message_paper_message_id")),
        sa.ForeignKeyConstraint(["sha256"], ["document.sha256"], name=op.f("fk_message_paper_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_paper")),
        sa.UniqueConstraint("message_id", "sha256", name=op.f("uq_message_paper_message_id_sha256")),
    )
    with op.batch_alter_table("message_paper", schema=None) as batch_op:
        batch_op.create_index("ix_message_paper_sha256", ["sha256"], unique=False)
    op.create_table(
        "message_paper_taken",
        sa.Column("paper_id", expat.db.Id, nullable=False),
        sa.Column("taken_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["message_paper.id"], name=op.f("fk_message_paper_taken_paper_id")),
        sa.PrimaryKeyConstraint("paper_id", name=op.f("pk_message_paper_taken")),
    )


def _ends() -> None:
    op.create_table(
        "end_paper",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("change_id", expat.db.Id, nullable=False),
        sa.Column("person_id", expat.db.Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sent_by", sa.String(length=40), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["change_id"], ["membership_change.id"], name=op.f("fk_end_paper_change_id")),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_end_paper_membership_id")),
        sa.ForeignKeyConstraint(["person_id"], ["insured_person.id"], name=op.f("fk_end_paper_person_id")),
        sa.ForeignKeyConstraint(["sha256"], ["document.sha256"], name=op.f("fk_end_paper_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_end_paper")),
        sa.UniqueConstraint("change_id", "kind", "sha256", name=op.f("uq_end_paper_change_id_kind_sha256")),
    )
    with op.batch_alter_table("end_paper", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_end_paper_membership_id"), ["membership_id"], unique=False)
        batch_op.create_index("ix_end_paper_sha256", ["sha256"], unique=False)
    op.create_table(
        "end_paper_answer",
        sa.Column("paper_id", expat.db.Id, nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.String(length=40), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["paper_id"], ["end_paper.id"], name=op.f("fk_end_paper_answer_paper_id")),
        sa.PrimaryKeyConstraint("paper_id", name=op.f("pk_end_paper_answer")),
    )


def _estates() -> None:
    op.create_table(
        "estate_account",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("payee_is", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("account", expat.db.Json(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_estate_account_membership_id")),
        sa.ForeignKeyConstraint(["sha256"], ["document.sha256"], name=op.f("fk_estate_account_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_estate_account")),
    )
    with op.batch_alter_table("estate_account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_estate_account_membership_id"), ["membership_id"], unique=False)
        batch_op.create_index("ix_estate_account_sha256", ["sha256"], unique=False)
    op.create_table(
        "estate_account_answer",
        sa.Column("estate_id", expat.db.Id, nullable=False),
        sa.Column("account_id", expat.db.Id, nullable=True),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["payout_account.id"], name=op.f("fk_estate_account_answer_account_id")
        ),
        sa.ForeignKeyConstraint(["estate_id"], ["estate_account.id"], name=op.f("fk_estate_account_answer_estate_id")),
        sa.PrimaryKeyConstraint("estate_id", name=op.f("pk_estate_account_answer")),
    )


def downgrade() -> None:
    for table in reversed(APPEND_ONLY):
        op.drop_table(table)
