"""Workers say that they are there; keys for those who only watch."""

import sqlalchemy as sa
from alembic import op

from api.store.types import UtcInstant

revision = "0005"
down_revision = "0004"

_BEFORE = "role IN ('dispatcher', 'driver', 'sensor', 'admin')"
_SINCE = "role IN ('dispatcher', 'driver', 'sensor', 'monitor', 'admin')"


def upgrade() -> None:
    """Add the table of workers and the role `monitor`."""
    op.create_table(
        "workers",
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("seen_at", UtcInstant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_workers"),
    )
    _allow(_SINCE)


def downgrade() -> None:
    """Keys of the role `monitor` end: no other role fits them."""
    op.drop_table("workers")
    op.execute("DELETE FROM api_keys WHERE role = 'monitor'")
    _allow(_BEFORE)


def _allow(roles: str) -> None:
    """SQLite changes a check by copying the table, which leaves checks of before behind."""
    name = op.f("ck_api_keys_role")
    if op.get_context().dialect.name == "sqlite":
        with op.batch_alter_table("api_keys", recreate="always") as keys:
            keys.create_check_constraint(name, roles)
        return
    op.drop_constraint(name, "api_keys", type_="check")
    op.create_check_constraint(name, "api_keys", roles)
