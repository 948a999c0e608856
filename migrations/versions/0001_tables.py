"""tables: everything that the first version keeps.

What it does to data: up, nothing; down, every table goes with what is in it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import expat.db

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("at", expat.db.Instant(), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("detail", expat.db.Json(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_subject"), ["subject"], unique=False)

    op.create_table(
        "bank_file",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", expat.db.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_file")),
        sa.UniqueConstraint("name", name=op.f("uq_bank_file_name")),
    )
    op.create_table(
        "document",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("stored_at", expat.db.Instant(), nullable=False),
        sa.Column("key_id", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_document")),
    )
    op.create_table(
        "ledger_transaction",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reverses_id", expat.db.Id, nullable=True),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["ledger_transaction.id"], name=op.f("fk_ledger_transaction_reverses_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_transaction")),
        sa.UniqueConstraint("reference", name=op.f("uq_ledger_transaction_reference")),
    )
    op.create_table(
        "member",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("street", sa.Text(), nullable=True),
        sa.Column("building", sa.Text(), nullable=True),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("town", sa.Text(), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
    )
    op.create_table(
        "plan_edition",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("plan", sa.String(length=40), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_plan_edition")),
    )
    op.create_table(
        "rate",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("value", expat.db.Exact(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("arrived_at", expat.db.Instant(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("length(currency) = 3", name=op.f("ck_rate_currency")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate")),
    )
    with op.batch_alter_table("rate", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_rate_currency_rate_published_on_rate_source"),
            ["currency", "published_on", "source"],
            unique=False,
        )

    op.create_table(
        "settlement",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("started_at", expat.db.Instant(), nullable=False),
        sa.Column("ended_at", expat.db.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement")),
    )
    with op.batch_alter_table("settlement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_settlement_day"), ["day"], unique=False)
        batch_op.create_index(
            "uq_settlement_open", ["open"], unique=True, sqlite_where=sa.text("open"), postgresql_where=sa.text("open")
        )

    op.create_table(
        "ledger_entry",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("transaction_id", expat.db.Id, nullable=False),
        sa.Column("account", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["transaction_id"], ["ledger_transaction.id"], name=op.f("fk_ledger_entry_transaction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
    )
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_entry_transaction_id"), ["transaction_id"], unique=False)

    op.create_table(
        "membership",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("member_id", expat.db.Id, nullable=False),
        sa.Column("plan", sa.String(length=40), nullable=False),
        sa.Column("joined", sa.Date(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.Column("facts_version", sa.Integer(), nullable=False),
        sa.Column("judged_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_membership_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("number", name=op.f("uq_membership_number")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_member_id"), ["member_id"], unique=False)

    op.create_table(
        "rate_proposal",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("value", expat.db.Exact(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.String(length=40), nullable=False),
        sa.Column("entered_at", expat.db.Instant(), nullable=False),
        sa.Column("confirmed_by", sa.String(length=40), nullable=True),
        sa.Column("confirmed_at", expat.db.Instant(), nullable=True),
        sa.Column("rate_id", expat.db.Id, nullable=True),
        sa.CheckConstraint("(rate_id IS NULL) = (confirmed_by IS NULL)", name=op.f("ck_rate_proposal_confirmed_whole")),
        sa.CheckConstraint(
            "confirmed_by IS NULL OR confirmed_by <> entered_by", name=op.f("ck_rate_proposal_four_eyes")
        ),
        sa.ForeignKeyConstraint(["rate_id"], ["rate.id"], name=op.f("fk_rate_proposal_rate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rate_proposal")),
    )
    op.create_table(
        "claim",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("idempotency_key", sa.String(length=100), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("submitted_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_claim_membership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("membership_id", "fingerprint", name=op.f("uq_claim_membership_id_fingerprint")),
        sa.UniqueConstraint("membership_id", "idempotency_key", name=op.f("uq_claim_membership_id_idempotency_key")),
    )
    op.create_table(
        "insured_person",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("born", sa.Date(), nullable=False),
        sa.Column("nationality", sa.String(length=2), nullable=True),
        sa.Column("covered_from", sa.Date(), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=True),
        sa.Column("married_on", sa.Date(), nullable=True),
        sa.Column("prior_cover_attested_on", sa.Date(), nullable=True),
        sa.Column("surcharge", expat.db.Exact(), nullable=True),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_insured_person_membership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insured_person")),
    )
    with op.batch_alter_table("insured_person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_insured_person_membership_id"), ["membership_id"], unique=False)

    op.create_table(
        "payout_account",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=True),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("iban", sa.String(length=34), nullable=True),
        sa.Column("number", sa.String(length=34), nullable=True),
        sa.Column("bic", sa.String(length=11), nullable=True),
        sa.Column("clearing_system", sa.String(length=5), nullable=True),
        sa.Column("clearing_member", sa.String(length=35), nullable=True),
        sa.Column("bank_name", sa.Text(), nullable=True),
        sa.Column("bank_town", sa.Text(), nullable=True),
        sa.Column("bank_country", sa.String(length=2), nullable=True),
        sa.Column("street", sa.Text(), nullable=True),
        sa.Column("building", sa.Text(), nullable=True),
        sa.Column("postcode", sa.Text(), nullable=True),
        sa.Column("town", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_payout_account_membership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_account")),
        sa.UniqueConstraint(
            "membership_id", "provider", "version", name=op.f("uq_payout_account_membership_id_provider_version")
        ),
    )
    with op.batch_alter_table("payout_account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payout_account_provider"), ["provider"], unique=False)

    op.create_table(
        "premium",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_premium_membership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_premium")),
    )
    with op.batch_alter_table("premium", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_premium_membership_id"), ["membership_id"], unique=False)

    op.create_table(
        "settled_membership",
        sa.Column("settlement_id", expat.db.Id, nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_settled_membership_membership_id")),
        sa.ForeignKeyConstraint(["settlement_id"], ["settlement.id"], name=op.f("fk_settled_membership_settlement_id")),
        sa.PrimaryKeyConstraint("settlement_id", "membership_id", name=op.f("pk_settled_membership")),
    )
    op.create_table(
        "approval_request",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("person_id", expat.db.Id, nullable=False),
        sa.Column("care", sa.String(length=40), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("emergency", sa.Boolean(), nullable=False),
        sa.Column("extends_id", expat.db.Id, nullable=True),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["extends_id"], ["approval_request.id"], name=op.f("fk_approval_request_extends_id")),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_approval_request_membership_id")),
        sa.ForeignKeyConstraint(["person_id"], ["insured_person.id"], name=op.f("fk_approval_request_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_request")),
    )
    with op.batch_alter_table("approval_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_approval_request_membership_id"), ["membership_id"], unique=False)

    op.create_table(
        "ceiling_use",
        sa.Column("person_id", expat.db.Id, nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("year_starts", sa.Date(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("own", sa.BigInteger(), nullable=False),
        sa.Column("carried", sa.BigInteger(), nullable=False),
        sa.Column("complication", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["insured_person.id"], name=op.f("fk_ceiling_use_person_id")),
        sa.PrimaryKeyConstraint("person_id", "category", "year_starts", name=op.f("pk_ceiling_use")),
    )
    op.create_table(
        "claim_line",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("claim_id", expat.db.Id, nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("person_id", expat.db.Id, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("care", sa.String(length=40), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("stay_days", sa.Integer(), nullable=True),
        sa.Column("invoice", sa.Text(), nullable=True),
        sa.Column("series", sa.Text(), nullable=True),
        sa.Column("treatment_started", sa.Date(), nullable=True),
        sa.Column("provider", sa.Text(), nullable=True),
        sa.Column("accepted_amount", sa.BigInteger(), nullable=True),
        sa.Column("accepted_why", sa.Text(), nullable=True),
        sa.Column("documents", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("flags", sa.Text(), nullable=False),
        sa.Column("covered", sa.Integer(), nullable=False),
        sa.Column("payee", sa.String(length=40), nullable=True),
        sa.Column("cents", sa.BigInteger(), nullable=True),
        sa.Column("payout", sa.BigInteger(), nullable=True),
        sa.Column("payout_currency", sa.String(length=3), nullable=True),
        sa.Column("payout_id", expat.db.Id, nullable=True),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_line_claim_id")),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_claim_line_membership_id")),
        sa.ForeignKeyConstraint(["person_id"], ["insured_person.id"], name=op.f("fk_claim_line_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_line")),
    )
    with op.batch_alter_table("claim_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claim_line_claim_id"), ["claim_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_line_membership_id"), ["membership_id"], unique=False)
        batch_op.create_index("ix_claim_line_open", ["status", "membership_id"], unique=False)
        batch_op.create_index("ix_claim_line_payout", ["payout_id"], unique=False)
        batch_op.create_index("ix_claim_line_person_care", ["person_id", "care"], unique=False)
        batch_op.create_index("ix_claim_line_person_day", ["person_id", "first_day"], unique=False)
        batch_op.create_index("ix_claim_line_person_series", ["person_id", "series"], unique=False)

    op.create_table(
        "membership_change",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("person_id", expat.db.Id, nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("refused", sa.String(length=40), nullable=True),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_membership_change_membership_id")),
        sa.ForeignKeyConstraint(["person_id"], ["insured_person.id"], name=op.f("fk_membership_change_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership_change")),
    )
    with op.batch_alter_table("membership_change", schema=None) as batch_op:
        batch_op.create_index("ix_membership_change_membership", ["membership_id", "kind"], unique=False)

    op.create_table(
        "payout",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("settlement_id", expat.db.Id, nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("payee", sa.String(length=40), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("eur_cents", sa.BigInteger(), nullable=False),
        sa.Column("rate_id", expat.db.Id, nullable=True),
        sa.Column("rate_note", sa.Text(), nullable=False),
        sa.Column("bank_file_id", expat.db.Id, nullable=True),
        sa.Column("account_id", expat.db.Id, nullable=True),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["payout_account.id"], name=op.f("fk_payout_account_id")),
        sa.ForeignKeyConstraint(["bank_file_id"], ["bank_file.id"], name=op.f("fk_payout_bank_file_id")),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_payout_membership_id")),
        sa.ForeignKeyConstraint(["settlement_id"], ["settlement.id"], name=op.f("fk_payout_settlement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout")),
        sa.UniqueConstraint(
            "settlement_id",
            "membership_id",
            "payee",
            "provider",
            "currency",
            name=op.f("uq_payout_settlement_id_membership_id_payee_provider_currency"),
        ),
    )
    with op.batch_alter_table("payout", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payout_bank_file_id"), ["bank_file_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payout_membership_id"), ["membership_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payout_settlement_id"), ["settlement_id"], unique=False)

    op.create_table(
        "premium_event",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("premium_id", expat.db.Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["premium_id"], ["premium.id"], name=op.f("fk_premium_event_premium_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_premium_event")),
    )
    with op.batch_alter_table("premium_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_premium_event_premium_id"), ["premium_id"], unique=False)

    op.create_table(
        "recharge",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("person_id", expat.db.Id, nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_recharge_membership_id")),
        sa.ForeignKeyConstraint(["person_id"], ["insured_person.id"], name=op.f("fk_recharge_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recharge")),
    )
    with op.batch_alter_table("recharge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recharge_membership_id"), ["membership_id"], unique=False)

    op.create_table(
        "approval_answer",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("request_id", expat.db.Id, nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("sessions", sa.Integer(), nullable=True),
        sa.Column("direct", sa.Boolean(), nullable=False),
        sa.Column("override", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["approval_request.id"], name=op.f("fk_approval_answer_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_answer")),
    )
    with op.batch_alter_table("approval_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_approval_answer_request_id"), ["request_id"], unique=False)

    op.create_table(
        "line_decision",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("line_id", expat.db.Id, nullable=False),
        sa.Column("settlement_id", expat.db.Id, nullable=True),
        sa.Column("judged_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("edition", sa.String(length=64), nullable=False),
        sa.Column("facts", expat.db.Json(), nullable=False),
        sa.Column("trace", expat.db.Json(), nullable=False),
        sa.ForeignKeyConstraint(["edition"], ["plan_edition.key"], name=op.f("fk_line_decision_edition")),
        sa.ForeignKeyConstraint(["line_id"], ["claim_line.id"], name=op.f("fk_line_decision_line_id")),
        sa.ForeignKeyConstraint(["settlement_id"], ["settlement.id"], name=op.f("fk_line_decision_settlement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_decision")),
    )
    with op.batch_alter_table("line_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_line_decision_line_id"), ["line_id"], unique=False)

    op.create_table(
        "line_document",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("line_id", expat.db.Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["claim_line.id"], name=op.f("fk_line_document_line_id")),
        sa.ForeignKeyConstraint(["sha256"], ["document.sha256"], name=op.f("fk_line_document_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_document")),
    )
    with op.batch_alter_table("line_document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_line_document_line_id"), ["line_id"], unique=False)

    op.create_table(
        "recharge_use",
        sa.Column("recharge_id", expat.db.Id, nullable=False),
        sa.Column("year_starts", sa.Date(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["recharge_id"], ["recharge.id"], name=op.f("fk_recharge_use_recharge_id")),
        sa.PrimaryKeyConstraint("recharge_id", "year_starts", name=op.f("pk_recharge_use")),
    )


def downgrade() -> None:
    op.drop_table("recharge_use")
    with op.batch_alter_table("line_document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_line_document_line_id"))

    op.drop_table("line_document")
    with op.batch_alter_table("line_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_line_decision_line_id"))

    op.drop_table("line_decision")
    with op.batch_alter_table("approval_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_approval_answer_request_id"))

    op.drop_table("approval_answer")
    with op.batch_alter_table("recharge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recharge_membership_id"))

    op.drop_table("recharge")
    with op.batch_alter_table("premium_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_premium_event_premium_id"))

    op.drop_table("premium_event")
    with op.batch_alter_table("payout", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payout_settlement_id"))
        batch_op.drop_index(batch_op.f("ix_payout_membership_id"))
        batch_op.drop_index(batch_op.f("ix_payout_bank_file_id"))

    op.drop_table("payout")
    with op.batch_alter_table("membership_change", schema=None) as batch_op:
        batch_op.drop_index("ix_membership_change_membership")

    op.drop_table("membership_change")
    with op.batch_alter_table("claim_line", schema=None) as batch_op:
        batch_op.drop_index("ix_claim_line_person_series")
        batch_op.drop_index("ix_claim_line_person_day")
        batch_op.drop_index("ix_claim_line_person_care")
        batch_op.drop_index("ix_claim_line_payout")
        batch_op.drop_index("ix_claim_line_open")
        batch_op.drop_index(batch_op.f("ix_claim_line_membership_id"))
        batch_op.drop_index(batch_op.f("ix_claim_line_claim_id"))

    op.drop_table("claim_line")
    op.drop_table("ceiling_use")
    with op.batch_alter_table("approval_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_approval_request_membership_id"))

    op.drop_table("approval_request")
    op.drop_table("settled_membership")
    with op.batch_alter_table("premium", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_premium_membership_id"))

    op.drop_table("premium")
    with op.batch_alter_table("payout_account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payout_account_provider"))

    op.drop_table("payout_account")
    with op.batch_alter_table("insured_person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_insured_person_membership_id"))

    op.drop_table("insured_person")
    op.drop_table("claim")
    op.drop_table("rate_proposal")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_membership_member_id"))

    op.drop_table("membership")
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_entry_transaction_id"))

    op.drop_table("ledger_entry")
    with op.batch_alter_table("settlement", schema=None) as batch_op:
        batch_op.drop_index("uq_settlement_open", sqlite_where=sa.text("open"), postgresql_where=sa.text("open"))
        batch_op.drop_index(batch_op.f("ix_settlement_day"))

    op.drop_table("settlement")
    with op.batch_alter_table("rate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rate_currency_rate_published_on_rate_source"))

    op.drop_table("rate")
    op.drop_table("plan_edition")
    op.drop_table("member")
    op.drop_table("ledger_transaction")
    op.drop_table("document")
    op.drop_table("bank_file")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entry_subject"))

    op.drop_table("audit_entry")
