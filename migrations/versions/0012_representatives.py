"""representatives: mandates of agents, legal representatives and brokers, and the payouts that go to agents.

What it does to data: up, nothing. Down, what the new tables hold goes; accounts that act for others stay, and open
nothing any more.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import expat.db
from expat.guards import append_only

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

NEWEST_FIRST = (
    "mandate_account",
    "mandate_payout",
    "mandate_payee",
    "mandate_paper",
    "mandate_step",
    "mandate_right",
    "mandate",
)


def upgrade() -> None:
    op.create_table(
        "mandate",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("person_id", expat.db.Id, nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("firm", sa.Boolean(), nullable=False),
        sa.Column("born", sa.Date(), nullable=True),
        sa.Column("street", sa.Text(), nullable=True),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("town", sa.Text(), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("form_key", sa.String(length=40), nullable=False),
        sa.Column("entered_by", sa.String(length=40), nullable=False),
        sa.Column("entered_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_mandate_membership_id")),
        sa.ForeignKeyConstraint(["person_id"], ["insured_person.id"], name=op.f("fk_mandate_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate")),
        sa.UniqueConstraint("membership_id", "form_key", name=op.f("uq_mandate_membership_id_form_key")),
    )
    op.create_index(op.f("ix_mandate_membership_id"), "mandate", ["membership_id"], unique=False)
    op.create_table(
        "mandate_right",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("mandate_id", expat.db.Id, nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandate.id"], name=op.f("fk_mandate_right_mandate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate_right")),
    )
    op.create_index("ix_mandate_right_mandate", "mandate_right", ["mandate_id", "what"], unique=False)
    op.create_table(
        "mandate_step",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("mandate_id", expat.db.Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.Column("noted_by", sa.String(length=40), nullable=False),
        sa.Column("noted_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandate.id"], name=op.f("fk_mandate_step_mandate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate_step")),
        sa.UniqueConstraint("mandate_id", "kind", name=op.f("uq_mandate_step_mandate_id_kind")),
    )
    op.create_table(
        "mandate_paper",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("mandate_id", expat.db.Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("sent_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandate.id"], name=op.f("fk_mandate_paper_mandate_id")),
        sa.ForeignKeyConstraint(["sha256"], ["document.sha256"], name=op.f("fk_mandate_paper_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandate_paper")),
        sa.UniqueConstraint("mandate_id", "sha256", name=op.f("uq_mandate_paper_mandate_id_sha256")),
    )
    op.create_index("ix_mandate_paper_sha256", "mandate_paper", ["sha256"], unique=False)
    op.create_table(
        "mandate_payee",
        sa.Column("mandate_id", expat.db.Id, nullable=False),
        sa.Column("account_id", expat.db.Id, nullable=False),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["payout_account.id"], name=op.f("fk_mandate_payee_account_id")),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandate.id"], name=op.f("fk_mandate_payee_mandate_id")),
        sa.PrimaryKeyConstraint("mandate_id", name=op.f("pk_mandate_payee")),
        sa.UniqueConstraint("account_id", name=op.f("uq_mandate_payee_account_id")),
    )
    op.create_table(
        "mandate_payout",
        sa.Column("payout_id", expat.db.Id, nullable=False),
        sa.Column("mandate_id", expat.db.Id, nullable=False),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandate.id"], name=op.f("fk_mandate_payout_mandate_id")),
        sa.ForeignKeyConstraint(["payout_id"], ["payout.id"], name=op.f("fk_mandate_payout_payout_id")),
        sa.PrimaryKeyConstraint("payout_id", name=op.f("pk_mandate_payout")),
    )
    op.create_index(op.f("ix_mandate_payout_mandate_id"), "mandate_payout", ["mandate_id"], unique=False)
    op.create_table(
        "mandate_account",
        sa.Column("mandate_id", expat.db.Id, nullable=False),
        sa.Column("account_id", expat.db.Id, nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("bound_by", sa.String(length=40), nullable=False),
        sa.Column("bound_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_mandate_account_account_id")),
        sa.ForeignKeyConstraint(["mandate_id"], ["mandate.id"], name=op.f("fk_mandate_account_mandate_id")),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_mandate_account_membership_id")),
        sa.PrimaryKeyConstraint("mandate_id", name=op.f("pk_mandate_account")),
    )
    op.create_index(op.f("ix_mandate_account_account_id"), "mandate_account", ["account_id"], unique=False)
    append_only(NEWEST_FIRST)


def downgrade() -> None:
    for table in NEWEST_FIRST:
        op.drop_table(table)
