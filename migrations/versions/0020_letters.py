"""letters: letters that go by post, as they were sent, and the batches in which they were handed over.

What it does to data: up, nothing; no letter is made of what happened before. Down, letters and batches are forgotten;
the days of the formal notices stay, as events of their premiums.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import expat.db
from expat.guards import append_only, erasable

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TABLES = ("postal_letter", "postal_batch", "posted_letter")
BLANKED = {"postal_letter": ("facts",), "posted_letter": ("recipient",)}


def upgrade() -> None:
    op.create_table(
        "postal_letter",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("premium_id", expat.db.Id, nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("facts", expat.db.Json(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["premium_id"], ["premium.id"], name=op.f("fk_postal_letter_premium_id_premium")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_postal_letter_membership_id_membership")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postal_letter")),
        sa.UniqueConstraint("premium_id", "kind", "day", name=op.f("uq_postal_letter_premium_id_kind_day")),
    )
    op.create_index(op.f("ix_postal_letter_membership_id"), "postal_letter", ["membership_id"])
    op.create_table(
        "postal_batch",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=40), nullable=False),
        sa.Column("made_at", expat.db.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postal_batch")),
        sa.UniqueConstraint("day", "number", name=op.f("uq_postal_batch_day_number")),
    )
    op.create_table(
        "posted_letter",
        sa.Column("letter_id", expat.db.Id, nullable=False),
        sa.Column("batch_id", expat.db.Id, nullable=False),
        sa.Column("recipient", expat.db.Json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["postal_letter.id"], name=op.f("fk_posted_letter_letter_id_postal_letter")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["postal_batch.id"], name=op.f("fk_posted_letter_batch_id_postal_batch")),
        sa.PrimaryKeyConstraint("letter_id", name=op.f("pk_posted_letter")),
    )
    op.create_index(op.f("ix_posted_letter_batch_id"), "posted_letter", ["batch_id"])
    op.create_index(op.f("ix_outgoing_mail_to_address"), "outgoing_mail", ["to_address"])
    append_only(TABLES)
    for table, columns in BLANKED.items():
        erasable(table, columns)


def downgrade() -> None:
    op.drop_index(op.f("ix_outgoing_mail_to_address"), "outgoing_mail")
    for table in ("posted_letter", "postal_batch", "postal_letter"):
        op.drop_table(table)
