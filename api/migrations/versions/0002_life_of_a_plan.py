"""Plans are published and superseded, have versions, and a record of who changed them."""

import sqlalchemy as sa
from alembic import op

from api.store.types import Document, UtcInstant

revision = "0002"
down_revision = "0001"

_ID = sa.String(64)
_BEFORE = "status IN ('queued', 'running', 'done', 'failed', 'cancelled')"
_SINCE = "status IN ('queued', 'running', 'done', 'failed', 'cancelled', 'published', 'superseded')"
_PUBLISHED = sa.text("status = 'published'")


def upgrade() -> None:
    """Add the two states, the version and the record of changes."""
    op.add_column("plans", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("plans", sa.Column("published_at", UtcInstant(), nullable=True))
    _allow(_SINCE)
    op.create_index(
        "uq_plans_published",
        "plans",
        ["service_date"],
        unique=True,
        postgresql_where=_PUBLISHED,
        sqlite_where=_PUBLISHED,
    )
    op.create_table(
        "plan_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("plan_id", _ID, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("key_id", _ID, nullable=False),
        sa.Column("at", UtcInstant(), nullable=False),
        sa.Column("detail", Document, nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["plans.id"], name="fk_plan_changes_plan_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_plan_changes"),
    )
    op.create_index("ix_plan_changes_plan_id_id", "plan_changes", ["plan_id", "id"])


def downgrade() -> None:
    """What was published is done again; the record of changes is lost."""
    op.drop_table("plan_changes")
    op.drop_index("uq_plans_published", "plans")
    op.execute("UPDATE plans SET status = 'done' WHERE status IN ('published', 'superseded')")
    _allow(_BEFORE)
    with op.batch_alter_table("plans") as plans:
        plans.drop_column("published_at")
        plans.drop_column("version")


def _allow(states: str) -> None:
    """SQLite changes a check by copying the table, which leaves checks of before behind."""
    name = op.f("ck_plans_status")
    if op.get_context().dialect.name == "sqlite":
        with op.batch_alter_table("plans", recreate="always") as plans:
            plans.create_check_constraint(name, states)
        return
    op.drop_constraint(name, "plans", type_="check")
    op.create_check_constraint(name, "plans", states)
