"""Schedules, and what became of each of their runs."""

import sqlalchemy as sa
from alembic import op

from api.store.types import Document, UtcInstant

revision = "0004"
down_revision = "0003"

_ID = sa.String(64)


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "schedules",
        sa.Column("id", _ID, nullable=False),
        sa.Column("done_until", UtcInstant(), nullable=False),
        sa.Column("document", Document, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcInstant(), nullable=False),
        sa.Column("updated_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_schedules"),
    )
    op.create_table(
        "schedule_runs",
        sa.Column("schedule_id", _ID, nullable=False),
        sa.Column("due_at", UtcInstant(), nullable=False),
        sa.Column("service_date", sa.Date(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("plan_id", _ID, nullable=True),
        sa.Column("error_code", sa.String(64), nullable=True),
        sa.Column("next_at", UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["schedule_id"],
            ["schedules.id"],
            name="fk_schedule_runs_schedule_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name="fk_schedule_runs_plan_id"),
        sa.PrimaryKeyConstraint("schedule_id", "due_at", name="pk_schedule_runs"),
    )
    op.create_index("ix_schedule_runs_next_at", "schedule_runs", ["next_at"])


def downgrade() -> None:
    """Drop both."""
    op.drop_table("schedule_runs")
    op.drop_table("schedules")
