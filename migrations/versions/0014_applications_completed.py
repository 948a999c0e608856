"""applications completed: options with their first day, whom an employer invited, declarations and offers on changes.

What it does to data: up, every premium that is there becomes one for health. Down, what the new tables hold goes, and
which premiums were for prévoyance.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import expat.db
from expat.guards import append_only

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "amendment_declaration",
    "amendment_offer",
    "chosen_option",
    "declaration_link",
    "invited_application",
)


def upgrade() -> None:
    op.add_column("premium", sa.Column("covers", sa.String(length=40), nullable=False, server_default="health"))
    op.create_table(
        "chosen_option",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("person_id", expat.db.Id, nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("terms", expat.db.Json(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("yearly", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        _key("chosen_option", "membership_id", "membership.id"),
        _key("chosen_option", "person_id", "insured_person.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chosen_option")),
        sa.UniqueConstraint(
            "membership_id", "kind", "first_day", name=op.f("uq_chosen_option_membership_id_kind_first_day")
        ),
    )
    op.create_table(
        "invited_application",
        sa.Column("joiner_id", expat.db.Id, nullable=False),
        sa.Column("application_id", expat.db.Id, nullable=False),
        sa.Column("invited_at", expat.db.Instant(), nullable=False),
        _key("invited_application", "joiner_id", "announced_joiner.id"),
        _key("invited_application", "application_id", "application.id"),
        sa.PrimaryKeyConstraint("joiner_id", name=op.f("pk_invited_application")),
    )
    op.create_table(
        "amendment_declaration",
        sa.Column("amendment_id", expat.db.Id, nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("questions", sa.Date(), nullable=False),
        sa.Column("signed_by", sa.Text(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        _key("amendment_declaration", "amendment_id", "amendment.id"),
        sa.PrimaryKeyConstraint("amendment_id", name=op.f("pk_amendment_declaration")),
    )
    op.create_table(
        "amendment_offer",
        sa.Column("amendment_id", expat.db.Id, nullable=False),
        sa.Column("surcharge", expat.db.Exact(), nullable=True),
        sa.Column("care", expat.db.Json(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("offered_on", sa.Date(), nullable=False),
        sa.Column("offered_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        _key("amendment_offer", "amendment_id", "amendment.id"),
        sa.PrimaryKeyConstraint("amendment_id", name=op.f("pk_amendment_offer")),
    )
    op.create_table(
        "declaration_link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("application_id", expat.db.Id, nullable=False),
        sa.Column("person", sa.String(length=40), nullable=False),
        sa.Column("made_at", expat.db.Instant(), nullable=False),
        sa.Column("expires_at", expat.db.Instant(), nullable=False),
        _key("declaration_link", "application_id", "application.id"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_declaration_link")),
    )
    op.create_index(op.f("ix_chosen_option_membership_id"), "chosen_option", ["membership_id"])
    for table in ("declaration_link", "invited_application"):
        op.create_index(op.f(f"ix_{table}_application_id"), table, ["application_id"])
    append_only(APPEND_ONLY)


def downgrade() -> None:
    for table in APPEND_ONLY:
        op.drop_table(table)
    op.drop_column("premium", "covers")


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))
