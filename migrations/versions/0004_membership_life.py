"""membership life: when it was concluded and how it was sold, the periods paid for, proofs that came, deaths.

What it does to data: up, nothing; of memberships and premiums that came before nothing more is known than before.
Down, what the new tables and columns hold goes.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import expat.db
from expat.guards import append_only

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NEW_TABLES = ("cover_proof", "cover_proof_answer", "death_report")


def upgrade() -> None:
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.add_column(sa.Column("concluded_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("sold", expat.db.Code, nullable=True))
    with op.batch_alter_table("premium", schema=None) as batch_op:
        batch_op.add_column(sa.Column("first_day", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("last_day", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("amount", sa.BigInteger(), nullable=True))

    op.create_table(
        "cover_proof",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("person_id", expat.db.Id, nullable=False),
        sa.Column("kind", expat.db.Code, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sent_by", expat.db.Code, nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant, nullable=False),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["insured_person.id"]),
        sa.ForeignKeyConstraint(["sha256"], ["document.sha256"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("person_id", "kind", "year", "sha256"),
    )
    with op.batch_alter_table("cover_proof", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cover_proof_membership_id"), ["membership_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cover_proof_sha256"), ["sha256"], unique=False)

    op.create_table(
        "cover_proof_answer",
        sa.Column("proof_id", expat.db.Id, nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("answered_by", expat.db.Code, nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant, nullable=False),
        sa.ForeignKeyConstraint(["proof_id"], ["cover_proof.id"]),
        sa.PrimaryKeyConstraint("proof_id"),
    )

    op.create_table(
        "death_report",
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("person_id", expat.db.Id, nullable=False),
        sa.Column("died_on", sa.Date(), nullable=False),
        sa.Column("told_by", sa.Text(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("contact_name", sa.Text(), nullable=False),
        sa.Column("contact_email", sa.Text(), nullable=True),
        sa.Column("contact_address", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("recorded_by", expat.db.Code, nullable=False),
        sa.Column("recorded_at", expat.db.Instant, nullable=False),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"]),
        sa.ForeignKeyConstraint(["person_id"], ["insured_person.id"]),
        sa.PrimaryKeyConstraint("membership_id"),
    )
    append_only(NEW_TABLES)


def downgrade() -> None:
    op.drop_table("death_report")
    op.drop_table("cover_proof_answer")
    op.drop_table("cover_proof")
    with op.batch_alter_table("premium", schema=None) as batch_op:
        batch_op.drop_column("amount")
        batch_op.drop_column("last_day")
        batch_op.drop_column("first_day")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_column("sold")
        batch_op.drop_column("concluded_on")
