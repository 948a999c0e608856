"""jobs: the days that they completed, the items that they did, and their runs.

What it does to data: up, nothing. Down, what the jobs did is forgotten; what came of it stays.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import expat.db
from expat.guards import kept

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job_day",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("completed_at", expat.db.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_day")),
        sa.UniqueConstraint("job", "day", name=op.f("uq_job_day_job_day")),
    )
    op.create_table(
        "job_item",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("job", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("row_key", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("done_at", expat.db.Instant(), nullable=True),
        sa.Column("effect", expat.db.Json(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("failed_at", expat.db.Instant(), nullable=True),
        sa.Column("retry_at", expat.db.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_item")),
        sa.UniqueConstraint("job", "key", name=op.f("uq_job_item_job_key")),
    )
    op.create_index("ix_job_item_open", "job_item", ["done_at", "retry_at"])
    op.create_table(
        "job_run",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("job_day_id", expat.db.Id, nullable=False),
        sa.Column("process", sa.Text(), nullable=False),
        sa.Column("started_at", expat.db.Instant(), nullable=False),
        sa.Column("ended_at", expat.db.Instant(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["job_day_id"], ["job_day.id"], name=op.f("fk_job_run_job_day_id_job_day")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_run")),
    )
    op.create_index(op.f("ix_job_run_job_day_id"), "job_run", ["job_day_id"])
    kept("job_day", ("id", "job", "day"))
    kept("job_item", ("id", "job", "key", "row_key"))
    kept("job_run", ("id", "job_day_id", "process", "started_at"))


def downgrade() -> None:
    op.drop_table("job_run")
    op.drop_table("job_item")
    op.drop_table("job_day")
