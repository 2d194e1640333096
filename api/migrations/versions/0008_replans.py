"""Replans know which plan they go on from."""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the reference."""
    with op.batch_alter_table("plans") as plans:
        plans.add_column(sa.Column("base_plan_id", sa.String(64), nullable=True))
        plans.create_foreign_key("fk_plans_base_plan_id", "plans", ["base_plan_id"], ["id"])
        _keep_check(plans)


def downgrade() -> None:
    """Replans become plans like others."""
    with op.batch_alter_table("plans") as plans:
        plans.drop_constraint("fk_plans_base_plan_id", type_="foreignkey")
        plans.drop_column("base_plan_id")
        _keep_check(plans)


def _keep_check(plans: BatchOperations) -> None:
    """SQLite copies the table, and the copy has no checks of before."""
    if op.get_context().dialect.name == "sqlite":
        plans.create_check_constraint(
            op.f("ck_plans_status"),
            "status IN ('queued', 'running', 'done', 'failed', 'cancelled', 'published', "
            "'superseded')",
        )
