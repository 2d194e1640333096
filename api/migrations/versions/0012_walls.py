"""PostgreSQL itself shows a transaction the rows of its fleet, and no others."""

from alembic import op

revision = "0012"
down_revision = "0011"

_TABLES = (
    "depots", "disposal_sites", "trucks", "bins", "readings", "quarantine", "emptyings",
    "fill_states", "fill_news", "pools", "plans", "plan_documents", "plan_changes",
    "driver_events", "driver_days", "photos", "schedules", "schedule_runs", "webhooks",
    "deliveries", "api_keys", "audit", "idempotency",
)  # fmt: skip
_OWN = "current_setting('binrounds.fleet', true) IN (fleet_id, '*')"


def upgrade() -> None:
    """A second wall, for the owner of the tables too. `*` is all fleets: migrations and backups.
    SQLite has nothing of the kind.
    """
    if op.get_context().dialect.name == "sqlite":
        return
    for table in _TABLES:
        op.execute(f"CREATE POLICY own_fleet ON {table} USING ({_OWN}) WITH CHECK ({_OWN})")
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY shown_key ON api_keys FOR SELECT "
        "USING (id = current_setting('binrounds.key', true))"
    )


def downgrade() -> None:
    """Only the service keeps fleets apart again."""
    if op.get_context().dialect.name == "sqlite":
        return
    op.execute("DROP POLICY shown_key ON api_keys")
    for table in _TABLES:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
        op.execute(f"DROP POLICY own_fleet ON {table}")
