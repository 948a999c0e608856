"""applications: who asks to join, with papers, declarations and the answer.

What it does to data: up, nothing. Down, what the new tables hold goes.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import expat.db
from expat.guards import append_only, kept

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "application_consent",
    "application_document",
    "application_event",
    "debit_mandate",
    "health_declaration",
    "named_exclusion",
)


def upgrade() -> None:
    op.create_table(
        "application",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("account_id", expat.db.Id, nullable=False),
        sa.Column("plan", sa.String(length=40), nullable=False),
        sa.Column("content", expat.db.Json(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", expat.db.Instant(), nullable=False),
        sa.Column("changed_at", expat.db.Instant(), nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_application_account_id")),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_application_membership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
    )
    _indices("application", "account_id", "membership_id")

    op.create_table(
        "application_event",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("application_id", expat.db.Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("once", sa.String(length=40), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("detail", expat.db.Json(), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        _of_application("application_event"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_event")),
        sa.UniqueConstraint("application_id", "once", name=op.f("uq_application_event_application_id_once")),
    )

    op.create_table(
        "health_declaration",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("application_id", expat.db.Id, nullable=False),
        sa.Column("person", sa.String(length=40), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("questions", sa.Date(), nullable=False),
        sa.Column("signed_by", sa.Text(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        _of_application("health_declaration"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health_declaration")),
    )
    with op.batch_alter_table("health_declaration", schema=None) as batch_op:
        batch_op.create_index("ix_health_declaration_application", ["application_id", "person"], unique=False)

    op.create_table(
        "application_document",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("application_id", expat.db.Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("person", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("medical", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        _of_application("application_document"),
        sa.ForeignKeyConstraint(["sha256"], ["document.sha256"], name=op.f("fk_application_document_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_document")),
        sa.UniqueConstraint(
            "application_id",
            "kind",
            "person",
            "sha256",
            name=op.f("uq_application_document_application_id_kind_person_sha256"),
        ),
    )
    _indices("application_document", "sha256")

    op.create_table(
        "application_consent",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("application_id", expat.db.Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        _of_application("application_consent"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_consent")),
    )
    _indices("application_consent", "application_id")

    op.create_table(
        "debit_mandate",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("application_id", expat.db.Id, nullable=False),
        sa.Column("reference", sa.String(length=35), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("iban", sa.String(length=34), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        _of_application("debit_mandate"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debit_mandate")),
        sa.UniqueConstraint("reference", name=op.f("uq_debit_mandate_reference")),
    )
    _indices("debit_mandate", "application_id")

    op.create_table(
        "named_exclusion",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("person_id", expat.db.Id, nullable=False),
        sa.Column("care", expat.db.Json(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("holds_from", sa.Date(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["insured_person.id"], name=op.f("fk_named_exclusion_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_named_exclusion")),
    )
    _indices("named_exclusion", "person_id")
    append_only(APPEND_ONLY)
    kept("application", ("id", "account_id", "plan", "made_at"))


def downgrade() -> None:
    for table in (
        "named_exclusion",
        "debit_mandate",
        "application_consent",
        "application_document",
        "health_declaration",
        "application_event",
        "application",
    ):
        op.drop_table(table)


def _of_application(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f(f"fk_{table}_application_id"))


def _indices(table: str, *columns: str) -> None:
    with op.batch_alter_table(table, schema=None) as batch_op:
        for column in columns:
            batch_op.create_index(batch_op.f(f"ix_{table}_{column}"), [column], unique=False)
