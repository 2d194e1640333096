"""The first tables."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from api.store.types import Document, UtcInstant

revision = "0001"
down_revision = None

_ID = sa.String(64)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, UtcInstant(), nullable=nullable)


def _needed(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _optional(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=True)


def _foreign(table: str, column: str, to: str, **options: Any) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=f"fk_{table}_{column}", **options)


def upgrade() -> None:
    """Make every table."""
    _make_catalogue()
    _make_history()
    _make_plans()
    _make_access()


def _catalogue_table(name: str, *parts: Any) -> None:
    op.create_table(
        name,
        _needed("id", _ID),
        *parts,
        _needed("document", Document),
        _needed("version", sa.Integer()),
        _instant("created_at"),
        _instant("updated_at"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    )


def _make_catalogue() -> None:
    _catalogue_table("depots")
    _catalogue_table("disposal_sites")
    _catalogue_table(
        "trucks",
        _needed("start_depot_id", _ID),
        _needed("end_depot_id", _ID),
        _foreign("trucks", "start_depot_id", "depots.id"),
        _foreign("trucks", "end_depot_id", "depots.id"),
    )
    op.create_index("ix_trucks_start_depot_id", "trucks", ["start_depot_id"])
    op.create_index("ix_trucks_end_depot_id", "trucks", ["end_depot_id"])
    _catalogue_table(
        "bins",
        _needed("fraction", sa.String(32)),
        _optional("sensor_id", _ID),
        sa.UniqueConstraint("sensor_id", name="uq_bins_sensor_id"),
    )
    op.create_index("ix_bins_fraction", "bins", ["fraction"])


def _make_history() -> None:
    op.create_table(
        "readings",
        _instant("time"),
        _needed("sensor_id", _ID),
        _needed("sequence", sa.BigInteger()),
        _needed("bin_id", _ID),
        _needed("fill", sa.Float()),
        _needed("quality", sa.SmallInteger()),
        sa.PrimaryKeyConstraint("time", "sensor_id", "sequence", name="pk_readings"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "quarantine",
        _needed("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite")),
        _instant("received_at"),
        _needed("key_id", _ID),
        _needed("reason", sa.String(32)),
        _needed("detail", sa.Text()),
        _needed("raw", sa.Text()),
        _needed("raw_hash", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_quarantine"),
    )
    op.create_index(
        "uq_quarantine_raw", "quarantine", ["raw_hash", "key_id", "reason"], unique=True
    )
    op.create_table(
        "emptyings",
        _needed("bin_id", _ID),
        _instant("time"),
        _needed("source", sa.String(16)),
        sa.PrimaryKeyConstraint("bin_id", "time", name="pk_emptyings"),
    )
    op.create_table(
        "fill_states",
        _needed("bin_id", _ID),
        _needed("changes", sa.Integer()),
        _needed("seen", sa.Integer()),
        _optional("state", Document),
        _instant("computed_at", nullable=True),
        _foreign("fill_states", "bin_id", "bins.id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("bin_id", name="pk_fill_states"),
    )
    op.create_table(
        "pools",
        _needed("fraction", sa.String(32)),
        _needed("pool", Document),
        _instant("learned_at"),
        sa.PrimaryKeyConstraint("fraction", name="pk_pools"),
    )


def _make_plans() -> None:
    op.create_table(
        "plans",
        _needed("id", _ID),
        _needed("service_date", sa.Date()),
        _needed("request", Document),
        _needed("status", sa.String(16)),
        sa.Column("attempt", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("token", sa.Integer(), nullable=False, server_default="0"),
        _optional("worker", sa.String(200)),
        _instant("lease_until", nullable=True),
        _instant("heartbeat_at", nullable=True),
        _optional("progress", Document),
        _optional("cost_eur", sa.Float()),
        _optional("error_code", sa.String(64)),
        _optional("error_detail", sa.Text()),
        _needed("created_by", _ID),
        _instant("created_at"),
        _instant("started_at", nullable=True),
        _instant("finished_at", nullable=True),
        sa.CheckConstraint(
            "status IN ('queued', 'running', 'done', 'failed', 'cancelled')",
            name=op.f("ck_plans_status"),
        ),
        sa.PrimaryKeyConstraint("id", name="pk_plans"),
    )
    op.create_index("ix_plans_service_date", "plans", ["service_date"])
    op.create_index("ix_plans_status_id", "plans", ["status", "id"])
    op.create_table(
        "plan_documents",
        _needed("plan_id", _ID),
        _needed("kind", sa.String(8)),
        _needed("document", Document),
        sa.CheckConstraint("kind IN ('problem', 'plan')", name=op.f("ck_plan_documents_kind")),
        _foreign("plan_documents", "plan_id", "plans.id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("plan_id", "kind", name="pk_plan_documents"),
    )
    op.create_table(
        "stop_events",
        _needed("id", sa.String(36)),
        _needed("plan_id", _ID),
        _needed("truck_id", _ID),
        _needed("visit_id", _ID),
        _needed("kind", sa.String(16)),
        _optional("reason", sa.String(32)),
        _needed("off_route", sa.Boolean()),
        _instant("time"),
        _instant("received_at"),
        _needed("key_id", _ID),
        _foreign("stop_events", "plan_id", "plans.id"),
        sa.PrimaryKeyConstraint("id", name="pk_stop_events"),
    )
    op.create_index("ix_stop_events_plan_id_truck_id", "stop_events", ["plan_id", "truck_id"])


def _make_access() -> None:
    op.create_table(
        "api_keys",
        _needed("id", _ID),
        _needed("hash", sa.String(64)),
        _needed("role", sa.String(16)),
        _needed("name", sa.String(200)),
        _optional("truck_id", _ID),
        _optional("sensor_prefix", _ID),
        _needed("sensor_ids", Document),
        _instant("created_at"),
        _instant("revoked_at", nullable=True),
        sa.CheckConstraint(
            "role IN ('dispatcher', 'driver', 'sensor', 'admin')", name=op.f("ck_api_keys_role")
        ),
        _foreign("api_keys", "truck_id", "trucks.id"),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.UniqueConstraint("hash", name="uq_api_keys_hash"),
    )
    op.create_index("ix_api_keys_truck_id", "api_keys", ["truck_id"])
    op.create_table(
        "idempotency",
        _needed("principal", _ID),
        _needed("key", sa.String(255)),
        _needed("request_hash", sa.String(64)),
        _needed("response", Document),
        _instant("created_at"),
        sa.PrimaryKeyConstraint("principal", "key", name="pk_idempotency"),
    )
    op.create_index("ix_idempotency_created_at", "idempotency", ["created_at"])


def downgrade() -> None:
    """Drop every table, those that refer to others first."""
    for table in (
        "idempotency",
        "api_keys",
        "stop_events",
        "plan_documents",
        "plans",
        "pools",
        "fill_states",
        "emptyings",
        "quarantine",
        "readings",
        "bins",
        "trucks",
        "disposal_sites",
        "depots",
    ):
        op.drop_table(table)
