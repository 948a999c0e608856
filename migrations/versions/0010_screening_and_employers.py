"""screening and employers: lists of sanctions, hits, employers and their files.

What it does to data: up, nothing. Down, what the new tables hold goes.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import expat.db
from expat.guards import append_only

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "announced_change",
    "announced_joiner",
    "announcement_step",
    "employer_pays",
    "sanctions_list",
    "screening_answer",
    "screening_hit",
    "screening_run",
)
NEWEST_FIRST = (
    "screening_answer",
    "screening_hit",
    "screening_run",
    "sanctioned_name",
    "sanctions_list",
    "announcement_step",
    "announced_change",
    "announced_joiner",
    "employer_upload",
    "employer_pays",
    "employer_account",
    "employer",
)


def upgrade() -> None:
    op.create_table(
        "employer",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer")),
        sa.UniqueConstraint("number", name=op.f("uq_employer_number")),
    )
    op.create_table(
        "sanctions_list",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("names", sa.Integer(), nullable=False),
        sa.Column("imported_by", sa.String(length=40), nullable=False),
        sa.Column("imported_at", expat.db.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sanctions_list")),
        sa.UniqueConstraint("sha256", name=op.f("uq_sanctions_list_sha256")),
    )
    op.create_table(
        "employer_upload",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("employer_id", expat.db.Id, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("joiners", sa.Integer(), nullable=False),
        sa.Column("leavers", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("uploaded_by", sa.String(length=40), nullable=False),
        sa.Column("uploaded_at", expat.db.Instant(), nullable=False),
        sa.Column("confirmed_by", sa.String(length=40), nullable=True),
        sa.Column("confirmed_at", expat.db.Instant(), nullable=True),
        sa.Column("dropped_at", expat.db.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["employer_id"], ["employer.id"], name=op.f("fk_employer_upload_employer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer_upload")),
        sa.UniqueConstraint("employer_id", "sha256", name=op.f("uq_employer_upload_employer_id_sha256")),
    )
    op.create_table(
        "sanctioned_name",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("list_id", expat.db.Id, nullable=False),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("births", expat.db.Json(), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["sanctions_list.id"], name=op.f("fk_sanctioned_name_list_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sanctioned_name")),
    )
    op.create_index(op.f("ix_sanctioned_name_list_id"), "sanctioned_name", ["list_id"], unique=False)
    op.create_table(
        "screening_run",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("list_id", expat.db.Id, nullable=False),
        sa.Column("people", expat.db.Id, nullable=False),
        sa.Column("accounts", expat.db.Id, nullable=False),
        sa.Column("looked", sa.Integer(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("run_by", sa.String(length=40), nullable=False),
        sa.Column("run_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["sanctions_list.id"], name=op.f("fk_screening_run_list_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_run")),
    )
    op.create_table(
        "announced_change",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("upload_id", expat.db.Id, nullable=False),
        sa.Column("employer_id", expat.db.Id, nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("content", expat.db.Json(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["employer_id"], ["employer.id"], name=op.f("fk_announced_change_employer_id")),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_announced_change_membership_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["employer_upload.id"], name=op.f("fk_announced_change_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announced_change")),
        sa.UniqueConstraint("upload_id", "row", name=op.f("uq_announced_change_upload_id_row")),
    )
    op.create_index(op.f("ix_announced_change_employer_id"), "announced_change", ["employer_id"], unique=False)
    op.create_index(op.f("ix_announced_change_membership_id"), "announced_change", ["membership_id"], unique=False)
    op.create_table(
        "announced_joiner",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("upload_id", expat.db.Id, nullable=False),
        sa.Column("employer_id", expat.db.Id, nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("family", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("born", sa.Date(), nullable=False),
        sa.Column("nationality", sa.String(length=2), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("residence", sa.String(length=2), nullable=True),
        sa.Column("formula", sa.String(length=40), nullable=True),
        sa.Column("zone", sa.String(length=40), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["employer_id"], ["employer.id"], name=op.f("fk_announced_joiner_employer_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["employer_upload.id"], name=op.f("fk_announced_joiner_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announced_joiner")),
        sa.UniqueConstraint("upload_id", "row", name=op.f("uq_announced_joiner_upload_id_row")),
    )
    op.create_index("ix_announced_joiner_born", "announced_joiner", ["employer_id", "born"], unique=False)
    op.create_table(
        "employer_pays",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("employer_id", expat.db.Id, nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("pays", sa.Boolean(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["employer_id"], ["employer.id"], name=op.f("fk_employer_pays_employer_id")),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_employer_pays_membership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employer_pays")),
    )
    op.create_index("ix_employer_pays_employer", "employer_pays", ["employer_id", "membership_id"], unique=False)
    op.create_index(op.f("ix_employer_pays_membership_id"), "employer_pays", ["membership_id"], unique=False)
    op.create_table(
        "screening_hit",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("list_id", expat.db.Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=True),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("born", sa.Date(), nullable=True),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("listed", sa.Text(), nullable=False),
        sa.Column("births", expat.db.Json(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("found_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["sanctions_list.id"], name=op.f("fk_screening_hit_list_id")),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_screening_hit_membership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_hit")),
        sa.UniqueConstraint("mark", name=op.f("uq_screening_hit_mark")),
    )
    op.create_index(op.f("ix_screening_hit_membership_id"), "screening_hit", ["membership_id"], unique=False)
    op.create_index(op.f("ix_screening_hit_provider"), "screening_hit", ["provider"], unique=False)
    op.create_index("ix_screening_hit_subject", "screening_hit", ["kind", "key"], unique=False)
    op.create_table(
        "announcement_step",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("joiner_id", expat.db.Id, nullable=True),
        sa.Column("change_id", expat.db.Id, nullable=True),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("noted_by", sa.String(length=40), nullable=False),
        sa.Column("noted_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["change_id"], ["announced_change.id"], name=op.f("fk_announcement_step_change_id")),
        sa.ForeignKeyConstraint(["joiner_id"], ["announced_joiner.id"], name=op.f("fk_announcement_step_joiner_id")),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_announcement_step_membership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement_step")),
    )
    op.create_index(op.f("ix_announcement_step_change_id"), "announcement_step", ["change_id"], unique=False)
    op.create_index(op.f("ix_announcement_step_joiner_id"), "announcement_step", ["joiner_id"], unique=False)
    op.create_table(
        "screening_answer",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("hit_id", expat.db.Id, nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(length=40), nullable=False),
        sa.Column("answered_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["hit_id"], ["screening_hit.id"], name=op.f("fk_screening_answer_hit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_answer")),
    )
    op.create_index(op.f("ix_screening_answer_hit_id"), "screening_answer", ["hit_id"], unique=False)
    op.create_table(
        "employer_account",
        sa.Column("account_id", expat.db.Id, nullable=False),
        sa.Column("employer_id", expat.db.Id, nullable=False),
        sa.Column("bound_by", sa.String(length=40), nullable=False),
        sa.Column("bound_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_employer_account_account_id")),
        sa.ForeignKeyConstraint(["employer_id"], ["employer.id"], name=op.f("fk_employer_account_employer_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_employer_account")),
    )
    op.create_index(op.f("ix_employer_account_employer_id"), "employer_account", ["employer_id"], unique=False)

    append_only(APPEND_ONLY)


def downgrade() -> None:
    for table in NEWEST_FIRST:
        op.drop_table(table)
