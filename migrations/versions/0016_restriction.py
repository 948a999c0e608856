"""restriction: restrictions of the use of somebody's data; erasing what is past its time, append-only or not.

What it does to data: up, every request to restrict that was agreed to becomes a restriction from the day of the answer
on. Down, what the new tables hold goes: restrictions stand as their answered requests, as before; what was erased stays
blank.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import expat.db
from expat import guards

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

APPEND_ONLY = ("restriction", "restriction_use", "restriction_end", "erasure", "erased_membership")
NEWEST_FIRST = ("erased_membership", "erasing", "erasure", "restriction_end", "restriction_use", "restriction")

# The columns that an erasure may blank, of tables that are kept as they were written.
BLANKED = {
    "amendment": ("content", "medical"),
    "amendment_answer": ("text",),
    "amendment_declaration": ("answers", "signed_by"),
    "amendment_document": ("name",),
    "amendment_offer": ("words", "text"),
    "announced_change": ("content",),
    "announced_joiner": ("first_name", "last_name", "born", "nationality", "email", "residence"),
    "announcement_step": ("why",),
    "answer_reason": ("reason",),
    "application_document": ("name",),
    "application_event": ("detail", "told", "reason"),
    "approval_answer": ("override",),
    "approval_document": ("name",),
    "approval_file": ("medical", "provider"),
    "approval_question": ("text",),
    "audit_entry": ("actor", "subject", "detail"),
    "claim_line": ("invoice", "provider", "accepted_why"),
    "complaint": ("text",),
    "complaint_paper": ("name",),
    "complaint_step": ("text",),
    "contest": ("reason",),
    "contest_answer": ("answer",),
    "cover_proof": ("name",),
    "cover_proof_answer": ("why",),
    "data_answer": ("text",),
    "data_directive": ("text",),
    "data_request": ("value", "text"),
    "data_request_paper": ("name",),
    "death_report": ("told_by", "contact_name", "contact_email", "contact_address"),
    "debit_mandate": ("holder", "iban", "text"),
    "difference": ("trace",),
    "duplicate_review": ("why",),
    "end_paper": ("name",),
    "end_paper_answer": ("why",),
    "estate_account": ("account", "name"),
    "estate_account_answer": ("why",),
    "health_declaration": ("answers", "signed_by"),
    "line_decision": ("facts", "trace"),
    "line_document": ("sha256",),
    "mandate": ("name", "born", "street", "postcode", "town", "email"),
    "mandate_paper": ("name",),
    "mandate_step": ("why",),
    "message": ("text",),
    "message_paper": ("name",),
    "named_exclusion": ("words",),
    "paper_request": ("why",),
    "payout_account": (
        "holder", "iban", "number", "bic", "clearing_system", "clearing_member", "bank_name", "bank_town", "street",
        "building", "postcode", "town",
    ),
    "person_correction": ("before", "after"),
    "postal_address": ("street", "building", "postcode", "town"),
    "recovery": ("reason",),
    "recovery_event": ("text",),
    "restriction_end": ("why",),
    "restriction_use": ("why",),
    "screening_answer": ("why",),
    "screening_hit": ("name", "born"),
    "set_off": ("reason",),
    "set_off_event": ("text",),
    "stay_review": ("why",),
    "suspicion": ("facts",),
    "suspicion_answer": ("why",),
}  # fmt: skip
# Of these whole rows go.
DROPPED = ("consent",)

RESTRICTED_BEFORE = """
INSERT INTO restriction (person_id, membership_id, request_id, since, recorded_at)
SELECT r.person_id, r.membership_id, r.id, a.answered_on, a.recorded_at
FROM data_request r JOIN data_answer a ON a.request_id = r.id
WHERE r.kind = 'restriction' AND a.outcome <> 'refused' ORDER BY r.id
"""

# An erasure ends only once its trail is written.
TRAIL_ON_SQLITE = """
CREATE TRIGGER erasing_no_delete BEFORE DELETE ON erasing FOR EACH ROW
WHEN NOT EXISTS (SELECT 1 FROM erasure WHERE erasure.key = OLD.key)
BEGIN SELECT RAISE(ABORT, 'an erasure leaves a trail: its row of erasure comes first'); END
"""
TRAIL_FUNCTION = """
CREATE FUNCTION refuse_without_trail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM erasure WHERE erasure.key = OLD.key) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'an erasure leaves a trail: its row of erasure comes first'
        USING ERRCODE = 'restrict_violation', TABLE = 'erasing';
END $$
"""
TRAIL_ON_POSTGRESQL = """
CREATE TRIGGER erasing_no_delete BEFORE DELETE ON erasing FOR EACH ROW EXECUTE FUNCTION refuse_without_trail()
"""


def upgrade() -> None:
    _restrictions()
    _erasures()
    op.add_column("document", sa.Column("erased_at", expat.db.Instant(), nullable=True))
    op.execute(RESTRICTED_BEFORE)
    guards.append_only(APPEND_ONLY)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(TRAIL_ON_SQLITE)
    else:
        for statement in (guards.REFUSE_UNLESS_ERASED, TRAIL_FUNCTION, TRAIL_ON_POSTGRESQL):
            op.execute(statement)
    for table, columns in BLANKED.items():
        guards.erasable(table, columns)
    for table in DROPPED:
        guards.erasable(table, ())


def _restrictions() -> None:
    op.create_table(
        "restriction",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("person_id", expat.db.Id, nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("request_id", expat.db.Id, nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_restriction_membership_id")),
        sa.ForeignKeyConstraint(["person_id"], ["insured_person.id"], name=op.f("fk_restriction_person_id")),
        sa.ForeignKeyConstraint(["request_id"], ["data_request.id"], name=op.f("fk_restriction_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restriction")),
        sa.UniqueConstraint("request_id", name=op.f("uq_restriction_request_id")),
    )
    op.create_index(op.f("ix_restriction_membership_id"), "restriction", ["membership_id"], unique=False)
    op.create_index(op.f("ix_restriction_person_id"), "restriction", ["person_id"], unique=False)
    op.create_table(
        "restriction_use",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("person_id", expat.db.Id, nullable=False),
        sa.Column("ground", sa.String(length=40), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("used_by", sa.String(length=40), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["insured_person.id"], name=op.f("fk_restriction_use_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_restriction_use")),
    )
    op.create_index("ix_restriction_use_person", "restriction_use", ["person_id", "used_on"], unique=False)
    op.create_table(
        "restriction_end",
        sa.Column("restriction_id", expat.db.Id, nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("told_by", sa.String(length=40), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["restriction_id"], ["restriction.id"], name=op.f("fk_restriction_end_restriction_id")),
        sa.PrimaryKeyConstraint("restriction_id", name=op.f("pk_restriction_end")),
    )


def _erasures() -> None:
    op.create_table(
        "erasure",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("counts", expat.db.Json(), nullable=False),
        sa.Column("erased_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("key", name=op.f("uq_erasure_key")),
    )
    op.create_table(
        "erasing",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_erasing")),
    )
    op.create_table(
        "erased_membership",
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_erased_membership_membership_id")),
        sa.PrimaryKeyConstraint("membership_id", "what", name=op.f("pk_erased_membership")),
    )


def downgrade() -> None:
    for table in BLANKED:
        if not table.startswith("restriction_"):
            guards.never_erasable(table)
    for table in DROPPED:
        guards.never_erasable(table, rows=True)
    for table in NEWEST_FIRST:
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_without_trail")
        op.execute("DROP FUNCTION refuse_unless_erased")
    with op.batch_alter_table("document") as batch:
        batch.drop_column("erased_at")
