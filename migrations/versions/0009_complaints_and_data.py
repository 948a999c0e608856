"""complaints and personal data: complaints, consents, requests about one's data, corrections and directives.

What it does to data: up, nothing. Down, what the new tables hold goes; a corrected name stays as it was corrected.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import expat.db
from expat import guards

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "complaint",
    "complaint_paper",
    "complaint_step",
    "consent",
    "data_answer",
    "data_directive",
    "data_request",
    "data_request_paper",
    "person_correction",
)


def upgrade() -> None:
    op.create_table(
        "consent",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("person_id", expat.db.Id, nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["insured_person.id"], name=op.f("fk_consent_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.create_index("ix_consent_person", ["person_id", "purpose"], unique=False)

    op.create_table(
        "data_directive",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("person_id", expat.db.Id, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["insured_person.id"], name=op.f("fk_data_directive_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_directive")),
    )
    with op.batch_alter_table("data_directive", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_data_directive_person_id"), ["person_id"], unique=False)

    op.create_table(
        "data_request",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("person_id", expat.db.Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=True),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_data_request_membership_id")),
        sa.ForeignKeyConstraint(["person_id"], ["insured_person.id"], name=op.f("fk_data_request_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_request")),
        sa.UniqueConstraint("key", name=op.f("uq_data_request_key")),
    )
    with op.batch_alter_table("data_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_data_request_membership_id"), ["membership_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_data_request_person_id"), ["person_id"], unique=False)

    op.create_table(
        "complaint",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("membership_id", expat.db.Id, nullable=False),
        sa.Column("person_id", expat.db.Id, nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("claim_id", expat.db.Id, nullable=True),
        sa.Column("request_id", expat.db.Id, nullable=True),
        sa.Column("reopens_id", expat.db.Id, nullable=True),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("written_by", sa.String(length=40), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("acknowledge_by", sa.Date(), nullable=False),
        sa.Column("acknowledge_limit", sa.Date(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_complaint_claim_id")),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_complaint_membership_id")),
        sa.ForeignKeyConstraint(["person_id"], ["insured_person.id"], name=op.f("fk_complaint_person_id")),
        sa.ForeignKeyConstraint(["reopens_id"], ["complaint.id"], name=op.f("fk_complaint_reopens_id")),
        sa.ForeignKeyConstraint(["request_id"], ["approval_request.id"], name=op.f("fk_complaint_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("key", name=op.f("uq_complaint_key")),
        sa.UniqueConstraint("reopens_id", name=op.f("uq_complaint_reopens_id")),
    )
    with op.batch_alter_table("complaint", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_complaint_membership_id"), ["membership_id"], unique=False)
        batch_op.create_index("ix_complaint_person", ["person_id"], unique=False)

    op.create_table(
        "data_answer",
        sa.Column("request_id", expat.db.Id, nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(length=40), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["data_request.id"], name=op.f("fk_data_answer_request_id")),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_data_answer")),
    )
    op.create_table(
        "data_request_paper",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("request_id", expat.db.Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["request_id"], ["data_request.id"], name=op.f("fk_data_request_paper_request_id")),
        sa.ForeignKeyConstraint(["sha256"], ["document.sha256"], name=op.f("fk_data_request_paper_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_request_paper")),
        sa.UniqueConstraint("request_id", "sha256", name=op.f("uq_data_request_paper_request_id_sha256")),
    )
    with op.batch_alter_table("data_request_paper", schema=None) as batch_op:
        batch_op.create_index("ix_data_request_paper_sha256", ["sha256"], unique=False)

    op.create_table(
        "person_correction",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("person_id", expat.db.Id, nullable=False),
        sa.Column("request_id", expat.db.Id, nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("corrected_by", sa.String(length=40), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["insured_person.id"], name=op.f("fk_person_correction_person_id")),
        sa.ForeignKeyConstraint(["request_id"], ["data_request.id"], name=op.f("fk_person_correction_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_correction")),
        sa.UniqueConstraint("request_id", name=op.f("uq_person_correction_request_id")),
    )
    with op.batch_alter_table("person_correction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_correction_person_id"), ["person_id"], unique=False)

    op.create_table(
        "complaint_paper",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("complaint_id", expat.db.Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_paper_complaint_id")),
        sa.ForeignKeyConstraint(["sha256"], ["document.sha256"], name=op.f("fk_complaint_paper_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_paper")),
        sa.UniqueConstraint("complaint_id", "sha256", name=op.f("uq_complaint_paper_complaint_id_sha256")),
    )
    with op.batch_alter_table("complaint_paper", schema=None) as batch_op:
        batch_op.create_index("ix_complaint_paper_sha256", ["sha256"], unique=False)

    op.create_table(
        "complaint_step",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("complaint_id", expat.db.Id, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("done_by", sa.String(length=40), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", expat.db.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_step_complaint_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_step")),
    )
    with op.batch_alter_table("complaint_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_complaint_step_complaint_id"), ["complaint_id"], unique=False)
    guards.append_only(APPEND_ONLY)


def downgrade() -> None:
    with op.batch_alter_table("complaint_step", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_complaint_step_complaint_id"))

    op.drop_table("complaint_step")
    with op.batch_alter_table("complaint_paper", schema=None) as batch_op:
        batch_op.drop_index("ix_complaint_paper_sha256")

    op.drop_table("complaint_paper")
    with op.batch_alter_table("person_correction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_correction_person_id"))

    op.drop_table("person_correction")
    with op.batch_alter_table("data_request_paper", schema=None) as batch_op:
        batch_op.drop_index("ix_data_request_paper_sha256")

    op.drop_table("data_request_paper")
    op.drop_table("data_answer")
    with op.batch_alter_table("complaint", schema=None) as batch_op:
        batch_op.drop_index("ix_complaint_person")
        batch_op.drop_index(batch_op.f("ix_complaint_membership_id"))

    op.drop_table("complaint")
    with op.batch_alter_table("data_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_data_request_person_id"))
        batch_op.drop_index(batch_op.f("ix_data_request_membership_id"))

    op.drop_table("data_request")
    with op.batch_alter_table("data_directive", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_data_directive_person_id"))

    op.drop_table("data_directive")
    with op.batch_alter_table("consent", schema=None) as batch_op:
        batch_op.drop_index("ix_consent_person")

    op.drop_table("consent")
