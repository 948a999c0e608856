"""front doors: accounts and sign-ins, drafts, contests, approvals' files, messages, mail, orders to settle.

What it does to data: up, nothing; papers that came before are not confidential. Down, what the new tables hold goes.
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

import expat.db

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "answer_reason",
    "approval_document",
    "approval_file",
    "approval_question",
    "contest",
    "contest_answer",
    "discarded_proposal",
    "duplicate_review",
    "guarantee_letter",
    "message",
    "paper_request",
    "privacy_choice",
    "stay_review",
)
ORDER_KEPT = ("id", "day", "prepared_by", "prepared_at", "preview")


def _guards() -> Iterator[tuple[str, str, str, tuple[str, ...], str]]:
    """Name, table, act, guarded columns (none: any) and answer of each trigger; the function is revision 0002's."""
    for table in APPEND_ONLY:
        for act, done in (("UPDATE", "changed"), ("DELETE", "deleted")):
            yield f"{table}_no_{act.lower()}", table, act, (), f"{table} is append-only: no row is ever {done}"
    answer = f"settlement_order keeps what was written first: {', '.join(ORDER_KEPT)} never change"
    yield "settlement_order_kept", "settlement_order", "UPDATE", ORDER_KEPT, answer
    gone = "settlement_order keeps its rows: none is ever deleted"
    yield "settlement_order_no_delete", "settlement_order", "DELETE", (), gone


def _add_triggers() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, table, act, columns, answer in _guards():
        differ = "IS NOT" if sqlite else "IS DISTINCT FROM"
        differs = " OR ".join(f"OLD.{column} {differ} NEW.{column}" for column in columns)
        when = f"WHEN ({differs})" if differs else ""
        does = (
            f"BEGIN SELECT RAISE(ABORT, '{answer}'); END" if sqlite else f"EXECUTE FUNCTION refuse_change('{answer}')"
        )
        op.execute(f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW {when} {does}")


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", expat.db.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index("ix_attempt_subject", ["subject", "kind", "at"], unique=False)

    op.create_table(
        "outgoing_mail",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("to_address", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_at", expat.db.Instant(), nullable=False),
        sa.Column("taken_at", expat.db.Instant(), nullable=True),
        sa.Column("sent_at", expat.db.Instant(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_mail")),
        sa.UniqueConstraint("key", name=op.f("uq_outgoing_mail_key")),
    )
    with op.batch_alter_table("outgoing_mail", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outgoing_mail_sent_at"), ["sent_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_outgoing_mail_taken_at"), ["taken_at"], unique=False)

    op.create_table(
        "document_reading",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("found", expat.db.Json(), nullable=False),
        sa.Column("asked_at", expat.db.Instant(), nullable=False),
        sa.Column("taken_at", expat.db.Instant(), nullable=True),
        sa.Column("read_at", expat.db.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["sha256"], ["document.sha256"], name=op.f("fk_document_reading_sha256")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_document_reading")),
    )
    with op.batch_alter_table("document_reading", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_reading_state"), ["state"], unique=False)

    op.create_table(
        "discarded_proposal",
        sa.Column("proposal_id", expat.db.Id, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("discarded_by", sa.String(length=40), nullable=False),
        sa.Column("discarded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["rate_proposal.id"], name=op.f("fk_discarded_proposal_proposal_id")),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_discarded_proposal")),
    )
    op.create_table(
        "settlement_order",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("prepared_by", sa.String(length=40), nullable=False),
        sa.Column("prepared_at", expat.db.Instant(), nullable=False),
        sa.Column("preview", expat.db.Json(), nullable=False),
        sa.Column("released_by", sa.String(length=40), nullable=True),
        sa.Column("released_at", expat.db.Instant(), nullable=True),
        sa.Column("withdrawn_at", expat.db.Instant(), nullable=True),
        sa.Column("settlement_id", expat.db.Id, nullable=True),
        sa.Column("memberships", sa.Integer(), nullable=False),
        sa.Column("progressed_at", expat.db.Instant(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["settlement_id"], ["settlement.id"], name=op.f("fk_settlement_order_settlement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_order")),
    )
    op.create_table(
        "account",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("person_id", expat.db.Id, nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("totp_step", sa.Integer(), nullable=False),
        sa.Column("made_at", expat.db.Instant(), nullable=False),
        sa.Column("closed_at", expat.db.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["insured_person.id"], name=op.f("fk_account_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_person_id"), ["person_id"], unique=False)

    op.create_table(
        "privacy_choice",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("person_id", expat.db.Id, nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["insured_person.id"], name=op.f("fk_privacy_choice_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_choice")),
    )
    with op.batch_alter_table("privacy_choice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_privacy_choice_person_id"), ["person_id"], unique=False)

    op.create_table(
        "approval_document",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("request_id", expat.db.Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["approval_request.id"], name=op.f("fk_approval_document_request_id")),
        sa.ForeignKeyConstraint(["sha256"], ["document.sha256"], name=op.f("fk_approval_document_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_document")),
        sa.UniqueConstraint("request_id", "sha256", name=op.f("uq_approval_document_request_id_sha256")),
    )
    with op.batch_alter_table("approval_document", schema=None) as batch_op:
        batch_op.create_index("ix_approval_document_sha256", ["sha256"], unique=False)

    op.create_table(
        "approval_file",
        sa.Column("request_id", expat.db.Id, nullable=False),
        sa.Column("submitted_by", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("sessions", sa.Integer(), nullable=True),
        sa.Column("medical", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["approval_request.id"], name=op.f("fk_approval_file_request_id")),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_approval_file")),
        sa.UniqueConstraint("key", name=op.f("uq_approval_file_key")),
    )
    op.create_table(
        "approval_question",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("request_id", expat.db.Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["approval_request.id"], name=op.f("fk_approval_question_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_question")),
    )
    with op.batch_alter_table("approval_question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_approval_question_request_id"), ["request_id"], unique=False)

    op.create_table(
        "claim_draft",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("account_id", expat.db.Id, nullable=False),
        sa.Column("content", expat.db.Json(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", expat.db.Instant(), nullable=False),
        sa.Column("changed_at", expat.db.Instant(), nullable=False),
        sa.Column("claim_id", expat.db.Id, nullable=True),
        sa.Column("dropped_at", expat.db.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_claim_draft_account_id")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_draft_claim_id")),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_claim_draft_membership_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_claim_draft")),
    )
    with op.batch_alter_table("claim_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claim_draft_account_id"), ["account_id"], unique=False)

    op.create_table(
        "duplicate_review",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("line_id", expat.db.Id, nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("same_as", sa.String(length=40), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("reviewed_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["claim_line.id"], name=op.f("fk_duplicate_review_line_id")),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_duplicate_review_membership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_review")),
    )
    with op.batch_alter_table("duplicate_review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duplicate_review_line_id"), ["line_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_duplicate_review_membership_id"), ["membership_id"], unique=False)

    op.create_table(
        "mailed_link",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", expat.db.Id, nullable=False),
        sa.Column("made_at", expat.db.Instant(), nullable=False),
        sa.Column("expires_at", expat.db.Instant(), nullable=False),
        sa.Column("used_at", expat.db.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_mailed_link_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailed_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_mailed_link_token_hash")),
    )
    with op.batch_alter_table("mailed_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mailed_link_account_id"), ["account_id"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("person_id", expat.db.Id, nullable=False),
        sa.Column("claim_id", expat.db.Id, nullable=True),
        sa.Column("account_id", expat.db.Id, nullable=False),
        sa.Column("from_staff", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_message_account_id")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_message_claim_id")),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_message_membership_id")),
        sa.ForeignKeyConstraint(["person_id"], ["insured_person.id"], name=op.f("fk_message_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_membership_id"), ["membership_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_message_person_id"), ["person_id"], unique=False)

    op.create_table(
        "sign_in",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", expat.db.Id, nullable=False),
        sa.Column("second_factor", sa.Boolean(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("opened_at", expat.db.Instant(), nullable=False),
        sa.Column("seen_at", expat.db.Instant(), nullable=False),
        sa.Column("ended_at", expat.db.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sign_in_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_account_id"), ["account_id"], unique=False)

    op.create_table(
        "stay_review",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("line_id", expat.db.Id, nullable=False),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("reviewed_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["claim_line.id"], name=op.f("fk_stay_review_line_id")),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_stay_review_membership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stay_review")),
    )
    with op.batch_alter_table("stay_review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stay_review_line_id"), ["line_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_stay_review_membership_id"), ["membership_id"], unique=False)

    op.create_table(
        "answer_reason",
        sa.Column("answer_id", expat.db.Id, nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["approval_answer.id"], name=op.f("fk_answer_reason_answer_id")),
        sa.PrimaryKeyConstraint("answer_id", name=op.f("pk_answer_reason")),
    )
    op.create_table(
        "contest",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("line_id", expat.db.Id, nullable=False),
        sa.Column("decision_id", expat.db.Id, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("contested_by", sa.String(length=40), nullable=False),
        sa.Column("contested_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["line_decision.id"], name=op.f("fk_contest_decision_id")),
        sa.ForeignKeyConstraint(["line_id"], ["claim_line.id"], name=op.f("fk_contest_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest")),
    )
    with op.batch_alter_table("contest", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contest_line_id"), ["line_id"], unique=False)

    op.create_table(
        "draft_document",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("draft_key", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("added_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["draft_key"], ["claim_draft.key"], name=op.f("fk_draft_document_draft_key")),
        sa.ForeignKeyConstraint(["sha256"], ["document.sha256"], name=op.f("fk_draft_document_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_document")),
        sa.UniqueConstraint("draft_key", "sha256", name=op.f("uq_draft_document_draft_key_sha256")),
    )
    with op.batch_alter_table("draft_document", schema=None) as batch_op:
        batch_op.create_index("ix_draft_document_sha256", ["sha256"], unique=False)

    op.create_table(
        "guarantee_letter",
        sa.Column("answer_id", expat.db.Id, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("made_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["approval_answer.id"], name=op.f("fk_guarantee_letter_answer_id")),
        sa.PrimaryKeyConstraint("answer_id", name=op.f("pk_guarantee_letter")),
        sa.UniqueConstraint("code", name=op.f("uq_guarantee_letter_code")),
    )
    op.create_table(
        "message_seen",
        sa.Column("person_id", expat.db.Id, nullable=False),
        sa.Column("by_staff", sa.Boolean(), nullable=False),
        sa.Column("message_id", expat.db.Id, nullable=False),
        sa.Column("at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_message_seen_message_id")),
        sa.ForeignKeyConstraint(["person_id"], ["insured_person.id"], name=op.f("fk_message_seen_person_id")),
        sa.PrimaryKeyConstraint("person_id", "by_staff", name=op.f("pk_message_seen")),
    )
    op.create_table(
        "paper_request",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("line_id", expat.db.Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("after_document", expat.db.Id, nullable=True),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["after_document"], ["line_document.id"], name=op.f("fk_paper_request_after_document")),
        sa.ForeignKeyConstraint(["line_id"], ["claim_line.id"], name=op.f("fk_paper_request_line_id")),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_paper_request_membership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_request")),
    )
    with op.batch_alter_table("paper_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_request_line_id"), ["line_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_paper_request_membership_id"), ["membership_id"], unique=False)

    op.create_table(
        "contest_answer",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("contest_id", expat.db.Id, nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(length=40), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contest.id"], name=op.f("fk_contest_answer_contest_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest_answer")),
        sa.UniqueConstraint("contest_id", name=op.f("uq_contest_answer_contest_id")),
    )
    with op.batch_alter_table("claim_line", schema=None) as batch_op:
        batch_op.create_index("ix_claim_line_amount", ["amount", "currency"], unique=False)
        batch_op.create_index("ix_claim_line_invoice", ["invoice", "amount", "currency"], unique=False)
        batch_op.create_index("ix_claim_line_person_claim", ["person_id", "claim_id"], unique=False)

    # Not in batch mode: a copied table would lose its triggers.
    op.add_column("line_document", sa.Column("confidential", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("ix_line_document_sha256", "line_document", ["sha256"])

    with op.batch_alter_table("recharge", schema=None) as batch_op:
        batch_op.add_column(sa.Column("form_key", sa.String(length=40), nullable=True))
        batch_op.create_index(batch_op.f("ix_recharge_form_key"), ["form_key"], unique=True)

    _add_triggers()


def downgrade() -> None:
    with op.batch_alter_table("recharge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recharge_form_key"))
        batch_op.drop_column("form_key")

    op.drop_index("ix_line_document_sha256", "line_document")
    op.drop_column("line_document", "confidential")

    with op.batch_alter_table("claim_line", schema=None) as batch_op:
        batch_op.drop_index("ix_claim_line_person_claim")
        batch_op.drop_index("ix_claim_line_invoice")
        batch_op.drop_index("ix_claim_line_amount")

    op.drop_table("contest_answer")
    with op.batch_alter_table("paper_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_request_membership_id"))
        batch_op.drop_index(batch_op.f("ix_paper_request_line_id"))

    op.drop_table("paper_request")
    op.drop_table("message_seen")
    op.drop_table("guarantee_letter")
    with op.batch_alter_table("draft_document", schema=None) as batch_op:
        batch_op.drop_index("ix_draft_document_sha256")

    op.drop_table("draft_document")
    with op.batch_alter_table("contest", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contest_line_id"))

    op.drop_table("contest")
    op.drop_table("answer_reason")
    with op.batch_alter_table("stay_review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_stay_review_membership_id"))
        batch_op.drop_index(batch_op.f("ix_stay_review_line_id"))

    op.drop_table("stay_review")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_account_id"))

    op.drop_table("sign_in")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_person_id"))
        batch_op.drop_index(batch_op.f("ix_message_membership_id"))

    op.drop_table("message")
    with op.batch_alter_table("mailed_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mailed_link_account_id"))

    op.drop_table("mailed_link")
    with op.batch_alter_table("duplicate_review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_duplicate_review_membership_id"))
        batch_op.drop_index(batch_op.f("ix_duplicate_review_line_id"))

    op.drop_table("duplicate_review")
    with op.batch_alter_table("claim_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_claim_draft_account_id"))

    op.drop_table("claim_draft")
    with op.batch_alter_table("approval_question", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_approval_question_request_id"))

    op.drop_table("approval_question")
    op.drop_table("approval_file")
    with op.batch_alter_table("approval_document", schema=None) as batch_op:
        batch_op.drop_index("ix_approval_document_sha256")

    op.drop_table("approval_document")
    with op.batch_alter_table("privacy_choice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_privacy_choice_person_id"))

    op.drop_table("privacy_choice")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_person_id"))

    op.drop_table("account")
    op.drop_table("settlement_order")
    op.drop_table("discarded_proposal")
    with op.batch_alter_table("document_reading", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_reading_state"))

    op.drop_table("document_reading")
    with op.batch_alter_table("outgoing_mail", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outgoing_mail_taken_at"))
        batch_op.drop_index(batch_op.f("ix_outgoing_mail_sent_at"))

    op.drop_table("outgoing_mail")
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_attempt_subject")

    op.drop_table("attempt")
