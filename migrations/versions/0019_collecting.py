"""collecting: premiums that were paid, direct debits, what banks told, and what people decided.

What it does to data: up, nothing that is there changes. Down, payments, direct debits and bank messages go; what was
counted towards premiums, and the ledger, stay.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import expat.db
from expat.guards import append_only, erasable, kept

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "premium_payment", "premium_payment_undone", "bank_message", "bank_entry", "bank_part", "money_proposal",
    "money_decision",
)  # fmt: skip
BLANKED = {
    "bank_entry": ("text",),
    "bank_part": ("remittance", "name", "iban", "end_to_end_id"),
    "money_proposal": ("reason",),
}
BATCH = ("id", "collect_on", "made_by", "made_at")
ITEM = (
    "id", "batch_id", "premium_id", "attempt", "membership_id", "mandate_id", "mandate", "sequence", "cents",
    "end_to_end_id",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "premium_payment",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("premium_id", expat.db.Id, nullable=True),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("entered_by", sa.String(length=40), nullable=False),
        sa.Column("confirmed_by", sa.String(length=40), nullable=True),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_premium_payment_membership_id_membership")
        ),
        sa.ForeignKeyConstraint(["premium_id"], ["premium.id"], name=op.f("fk_premium_payment_premium_id_premium")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_premium_payment")),
        sa.UniqueConstraint("source", name=op.f("uq_premium_payment_source")),
    )
    op.create_index(op.f("ix_premium_payment_membership_id"), "premium_payment", ["membership_id"])
    op.create_table(
        "premium_payment_undone",
        sa.Column("payment_id", expat.db.Id, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True),
        sa.Column("recorded_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["premium_payment.id"], name=op.f("fk_premium_payment_undone_payment_id_premium_payment")
        ),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_premium_payment_undone")),
    )
    op.create_table(
        "debit_batch",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("collect_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.String(length=40), nullable=False),
        sa.Column("made_at", expat.db.Instant(), nullable=False),
        sa.Column("looked_by", sa.String(length=40), nullable=True),
        sa.Column("looked_at", expat.db.Instant(), nullable=True),
        sa.Column("released_by", sa.String(length=40), nullable=True),
        sa.Column("released_at", expat.db.Instant(), nullable=True),
        sa.Column("withdrawn_by", sa.String(length=40), nullable=True),
        sa.Column("withdrawn_at", expat.db.Instant(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debit_batch")),
        sa.UniqueConstraint("name", name=op.f("uq_debit_batch_name")),
    )
    op.create_table(
        "debit_item",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("batch_id", expat.db.Id, nullable=False),
        sa.Column("premium_id", expat.db.Id, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("mandate_id", expat.db.Id, nullable=False),
        sa.Column("mandate", sa.String(length=35), nullable=False),
        sa.Column("sequence", sa.String(length=4), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("end_to_end_id", sa.String(length=35), nullable=False),
        sa.Column("group_id", sa.String(length=35), nullable=True),
        sa.Column("dropped", sa.String(length=40), nullable=True),
        sa.Column("payment_id", expat.db.Id, nullable=True),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("returned_code", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["debit_batch.id"], name=op.f("fk_debit_item_batch_id_debit_batch")),
        sa.ForeignKeyConstraint(["premium_id"], ["premium.id"], name=op.f("fk_debit_item_premium_id_premium")),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_debit_item_membership_id_membership")
        ),
        sa.ForeignKeyConstraint(
            ["mandate_id"], ["premium_mandate.id"], name=op.f("fk_debit_item_mandate_id_premium_mandate")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["premium_payment.id"], name=op.f("fk_debit_item_payment_id_premium_payment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debit_item")),
        sa.UniqueConstraint("end_to_end_id", name=op.f("uq_debit_item_end_to_end_id")),
        sa.UniqueConstraint("premium_id", "attempt", name=op.f("uq_debit_item_premium_id_attempt")),
    )
    op.create_index(op.f("ix_debit_item_batch_id"), "debit_item", ["batch_id"])
    op.create_index(op.f("ix_debit_item_group_id"), "debit_item", ["group_id"])
    op.create_index(op.f("ix_debit_item_mandate"), "debit_item", ["mandate"])
    op.create_index(op.f("ix_debit_item_membership_id"), "debit_item", ["membership_id"])
    op.create_table(
        "bank_message",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("statements", expat.db.Json(), nullable=False),
        sa.Column("imported_by", sa.String(length=40), nullable=False),
        sa.Column("imported_at", expat.db.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_message")),
        sa.UniqueConstraint("sha256", name=op.f("uq_bank_message_sha256")),
    )
    op.create_table(
        "bank_entry",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("bank_message_id", expat.db.Id, nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("account", sa.String(length=34), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("value_on", sa.Date(), nullable=True),
        sa.Column("bank_reference", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("details_of", expat.db.Id, nullable=True),
        sa.ForeignKeyConstraint(
            ["bank_message_id"], ["bank_message.id"], name=op.f("fk_bank_entry_bank_message_id_bank_message")
        ),
        sa.ForeignKeyConstraint(["details_of"], ["bank_entry.id"], name=op.f("fk_bank_entry_details_of_bank_entry")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_entry")),
        sa.UniqueConstraint("account", "key", name=op.f("uq_bank_entry_account_key")),
    )
    op.create_index(op.f("ix_bank_entry_bank_message_id"), "bank_entry", ["bank_message_id"])
    op.create_index(op.f("ix_bank_entry_booked_on"), "bank_entry", ["booked_on"])
    op.create_index(op.f("ix_bank_entry_details_of"), "bank_entry", ["details_of"])
    op.create_table(
        "bank_part",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("bank_entry_id", expat.db.Id, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("end_to_end_id", sa.Text(), nullable=True),
        sa.Column("remittance", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("iban", sa.Text(), nullable=True),
        sa.Column("returned_code", sa.String(length=40), nullable=True),
        sa.Column("matched", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=True),
        sa.Column("why", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["bank_entry_id"], ["bank_entry.id"], name=op.f("fk_bank_part_bank_entry_id_bank_entry")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_part")),
        sa.UniqueConstraint("bank_entry_id", "position", name=op.f("uq_bank_part_bank_entry_id_position")),
    )
    op.create_index(op.f("ix_bank_part_matched"), "bank_part", ["matched"])
    op.create_index(op.f("ix_bank_part_subject"), "bank_part", ["subject"])
    op.create_table(
        "money_proposal",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("part_id", expat.db.Id, nullable=True),
        sa.Column("premium_id", expat.db.Id, nullable=True),
        sa.Column("refund_id", expat.db.Id, nullable=True),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.String(length=40), nullable=False),
        sa.Column("proposed_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["part_id"], ["bank_part.id"], name=op.f("fk_money_proposal_part_id_bank_part")),
        sa.ForeignKeyConstraint(["premium_id"], ["premium.id"], name=op.f("fk_money_proposal_premium_id_premium")),
        sa.ForeignKeyConstraint(
            ["refund_id"], ["premium_refund.id"], name=op.f("fk_money_proposal_refund_id_premium_refund")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_money_proposal")),
    )
    op.create_index(op.f("ix_money_proposal_part_id"), "money_proposal", ["part_id"])
    op.create_index(op.f("ix_money_proposal_refund_id"), "money_proposal", ["refund_id"])
    op.create_table(
        "money_decision",
        sa.Column("proposal_id", expat.db.Id, nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=False),
        sa.Column("decided_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["money_proposal.id"], name=op.f("fk_money_decision_proposal_id_money_proposal")
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_money_decision")),
    )
    append_only(APPEND_ONLY)
    for table, columns in BLANKED.items():
        erasable(table, columns)
    kept("debit_batch", BATCH)
    kept("debit_item", ITEM)


def downgrade() -> None:
    for table in (
        "money_decision",
        "money_proposal",
        "bank_part",
        "bank_entry",
        "bank_message",
        "debit_item",
        "debit_batch",
        "premium_payment_undone",
        "premium_payment",
    ):
        op.drop_table(table)
