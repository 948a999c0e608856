"""looks: at what settlements would pay, taken in the background.

What it does to data: up, nothing. Down, the looks go; the orders that they made stay.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import expat.db
from expat.guards import kept

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "settlement_look",
        sa.Column("id", expat.db.Id, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("order_id", expat.db.Id, nullable=True),
        sa.Column("seen", sa.String(length=32), nullable=True),
        sa.Column("asked_by", sa.String(length=40), nullable=False),
        sa.Column("asked_at", expat.db.Instant(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("progressed_at", expat.db.Instant(), nullable=True),
        sa.Column("ended_at", expat.db.Instant(), nullable=True),
        sa.Column("made_id", expat.db.Id, nullable=True),
        sa.Column("changed", expat.db.Json(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_id"], ["settlement_order.id"], name=op.f("fk_settlement_look_made_id_settlement_order")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["settlement_order.id"], name=op.f("fk_settlement_look_order_id_settlement_order")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_look")),
    )
    kept("settlement_look", ("id", "day", "order_id", "seen", "asked_by", "asked_at"))


def downgrade() -> None:
    op.drop_table("settlement_look")
