"""amendments: changes that members ask for, and what was decided; postal addresses in versions.

What it does to data: up, nothing. Down, what the new tables hold goes.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import expat.db
from expat.guards import append_only

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = ("amendment", "amendment_answer", "amendment_document", "postal_address")


def upgrade() -> None:
    op.create_table(
        "amendment",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("content", expat.db.Json(), nullable=False),
        sa.Column("needs_medical", sa.Boolean(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("medical", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_amendment_membership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment")),
        sa.UniqueConstraint("key", name=op.f("uq_amendment_key")),
    )
    with op.batch_alter_table("amendment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_amendment_membership_id"), ["membership_id"], unique=False)

    op.create_table(
        "amendment_answer",
        sa.Column("amendment_id", expat.db.Id, nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["amendment_id"], ["amendment.id"], name=op.f("fk_amendment_answer_amendment_id")),
        sa.PrimaryKeyConstraint("amendment_id", name=op.f("pk_amendment_answer")),
    )
    op.create_table(
        "amendment_document",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("amendment_id", expat.db.Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("medical", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["amendment_id"], ["amendment.id"], name=op.f("fk_amendment_document_amendment_id")),
        sa.ForeignKeyConstraint(["sha256"], ["document.sha256"], name=op.f("fk_amendment_document_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment_document")),
        sa.UniqueConstraint(
            "amendment_id", "kind", "sha256", name=op.f("uq_amendment_document_amendment_id_kind_sha256")
        ),
    )
    with op.batch_alter_table("amendment_document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_amendment_document_sha256"), ["sha256"], unique=False)

    op.create_table(
        "postal_address",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("member_id", expat.db.Id, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("street", sa.Text(), nullable=False),
        sa.Column("building", sa.Text(), nullable=True),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("town", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("amendment_id", expat.db.Id, nullable=True),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["amendment_id"], ["amendment.id"], name=op.f("fk_postal_address_amendment_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_postal_address_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postal_address")),
        sa.UniqueConstraint("member_id", "version", name=op.f("uq_postal_address_member_id_version")),
    )
    append_only(TABLES)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
