"""All tables. Their history is in api/migrations; a test holds the two together.

Domain objects are kept whole as JSON (`document`), with columns beside it for what is
searched or referred to. `version` counts edits from 1.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)

from api.store.types import Document, UtcInstant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID = String(64)
_SERIAL = BigInteger().with_variant(Integer(), "sqlite")


def _instant(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, UtcInstant(), nullable=nullable)


def _catalogue(name: str, *columns: Column[Any]) -> Table:
    return Table(
        name,
        metadata,
        Column("id", ID, primary_key=True),
        *columns,
        Column("document", Document, nullable=False),
        Column("version", Integer, nullable=False),
        _instant("created_at"),
        _instant("updated_at"),
    )


depots = _catalogue("depots")
disposal_sites = _catalogue("disposal_sites")
trucks = _catalogue(
    "trucks",
    Column("start_depot_id", ID, ForeignKey("depots.id"), nullable=False, index=True),
    Column("end_depot_id", ID, ForeignKey("depots.id"), nullable=False, index=True),
)
bins = _catalogue(
    "bins",
    Column("fraction", String(32), nullable=False, index=True),
    Column("sensor_id", ID, nullable=True, unique=True),
)

readings = Table(
    "readings",
    metadata,
    # Time first: new readings then go to one end of the tree. Keys that begin with the
    # device scatter them, and fall to a tenth of the speed at half a million rows.
    Column("time", UtcInstant(), primary_key=True),
    Column("sensor_id", ID, primary_key=True),
    Column("sequence", BigInteger, primary_key=True),
    Column("bin_id", ID, nullable=False),
    Column("fill", Float, nullable=False),
    Column("quality", SmallInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""`bin_id` refers to no row: history belongs to the place and outlives an edit."""

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", _SERIAL, primary_key=True),
    _instant("received_at"),
    Column("key_id", ID, nullable=False),
    Column("reason", String(32), nullable=False),
    Column("detail", Text, nullable=False),
    Column("raw", Text, nullable=False),
    Column("raw_hash", String(64), nullable=False),
    Index("uq_quarantine_raw", "raw_hash", "key_id", "reason", unique=True),
)
"""`raw` is ASCII JSON text, NaN and all. The same one sent again is kept once."""

emptyings = Table(
    "emptyings",
    metadata,
    Column("bin_id", ID, primary_key=True),
    Column("time", UtcInstant(), primary_key=True),
    Column("source", String(16), nullable=False),
)

fill_states = Table(
    "fill_states",
    metadata,
    Column("bin_id", ID, ForeignKey("bins.id", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("state", Document, nullable=True),
    _instant("computed_at", nullable=True),
    Column("points", LargeBinary, nullable=True),
)
"""A row a bin. `version` counts how often `state` was written; `points` are what the next one goes
on from."""

fill_news = Table(
    "fill_news",
    metadata,
    Column("id", _SERIAL, primary_key=True),
    Column("bin_ids", Document, nullable=False),
    _instant("since", nullable=True),
)
"""Bins that something happened to which their states do not know, at `since` or later, null where
it has no time (the bin was edited): a row for each batch of readings, since marking each bin's own
row would cost more than writing the readings. Who computes the states
drops the rows that it saw: a reading that comes meanwhile is in a row of its own."""

pools = Table(
    "pools",
    metadata,
    Column("fraction", String(32), primary_key=True),
    Column("pool", Document, nullable=False),
    _instant("learned_at"),
)
"""What all bins of a kind (fraction and size) have in common: what a single bin's state is
computed with."""

plans = Table(
    "plans",
    metadata,
    Column("id", ID, primary_key=True),
    Column("service_date", Date, nullable=False, index=True),
    Column("request", Document, nullable=False),
    Column("status", String(16), nullable=False),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("token", Integer, nullable=False, server_default="0"),
    Column("worker", String(200), nullable=True),
    _instant("lease_until", nullable=True),
    _instant("heartbeat_at", nullable=True),
    Column("progress", Document, nullable=True),
    Column("cost_eur", Float, nullable=True),
    Column("error_code", String(64), nullable=True),
    Column("error_detail", Text, nullable=True),
    Column("created_by", ID, nullable=False),
    _instant("created_at"),
    _instant("started_at", nullable=True),
    _instant("finished_at", nullable=True),
    Column("version", Integer, nullable=False, server_default="1"),
    _instant("published_at", nullable=True),
    Column("base_plan_id", ID, ForeignKey("plans.id"), nullable=True),
    CheckConstraint(
        "status IN ('queued', 'running', 'done', 'failed', 'cancelled', 'published', 'superseded')",
        name="status",
    ),
    Index("ix_plans_status_id", "status", "id"),
    Index(
        "uq_plans_published",
        "service_date",
        unique=True,
        postgresql_where=text("status = 'published'"),
        sqlite_where=text("status = 'published'"),
    ),
)
"""The row is the queue: `lease_until`, `attempt`, and `token`, which grows with each claim and
fences off whoever claimed before. Cancelling sets the status at once; whoever is solving sees it
at the next heartbeat. A service date has one published plan at most. A plan with a
`base_plan_id` is a replan: its problem was made from that plan when it was asked for."""

workers = Table(
    "workers",
    metadata,
    Column("name", String(200), primary_key=True),
    _instant("seen_at"),
)
"""Who looks for plans, and when it was last heard."""

plan_documents = Table(
    "plan_documents",
    metadata,
    Column("plan_id", ID, ForeignKey("plans.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(8), primary_key=True),
    Column("document", Document, nullable=False),
    CheckConstraint("kind IN ('problem', 'plan')", name="kind"),
)
"""The large documents of a plan, apart from the row that the queue touches all the time."""

plan_changes = Table(
    "plan_changes",
    metadata,
    Column("id", _SERIAL, primary_key=True),
    Column("plan_id", ID, ForeignKey("plans.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("key_id", ID, nullable=False),
    _instant("at"),
    Column("detail", Document, nullable=False),
    Index("ix_plan_changes_plan_id_id", "plan_id", "id"),
)
"""Who did what to a plan, written in the transaction that did it. `version` is the plan's after
it."""

driver_events = Table(
    "driver_events",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("service_date", Date, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("plan_id", ID, ForeignKey("plans.id"), nullable=False),
    Column("truck_id", ID, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("visit_id", ID, nullable=True),
    Column("off_route", Boolean, nullable=False),
    Column("document", Document, nullable=False),
    _instant("time"),
    _instant("received_at"),
    Column("key_id", ID, nullable=False),
    Index("uq_driver_events_service_date_seq", "service_date", "seq", unique=True),
    Index("ix_driver_events_service_date_truck_id", "service_date", "truck_id"),
    Index("ix_driver_events_service_date_visit_id", "service_date", "visit_id"),
)
"""`seq` counts a day's events in the order in which they were recorded, without gaps: what came
since a number is what has a greater one. `document` is the event whole."""

driver_days = Table(
    "driver_days",
    metadata,
    Column("service_date", Date, primary_key=True),
    Column("seq", Integer, nullable=False),
)
"""The last `seq` given out on a day. Whoever records holds the row, so that no number becomes
visible before a lower one."""

photos = Table(
    "photos",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("truck_id", ID, nullable=False),
    Column("key_id", ID, nullable=False),
    Column("media_type", String(16), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("data", LargeBinary, nullable=False),
    _instant("received_at"),
    Index("ix_photos_truck_id_received_at", "truck_id", "received_at"),
)
"""Pictures that drivers took; `sha256` is that of the bytes as they were sent."""

schedules = _catalogue("schedules", Column("done_until", UtcInstant(), nullable=False))
"""When plans are asked for without anybody asking. Every run due until `done_until` is in
`schedule_runs`, or was due before the schedule was made or changed."""

schedule_runs = Table(
    "schedule_runs",
    metadata,
    Column("schedule_id", ID, ForeignKey("schedules.id", ondelete="CASCADE"), primary_key=True),
    Column("due_at", UtcInstant(), primary_key=True),
    Column("service_date", Date, nullable=False),
    Column("state", String(16), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("plan_id", ID, ForeignKey("plans.id"), nullable=True),
    Column("error_code", String(64), nullable=True),
    Column("next_at", UtcInstant(), nullable=True, index=True),
)
"""`plan_id` is the latest plan of the run; `next_at` is when to look at it again, null at its end.
"""

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", ID, primary_key=True),
    Column("url", Text, nullable=False),
    Column("events", Document, nullable=False),
    Column("secret", String(64), nullable=False),
    Column("created_by", ID, nullable=False),
    _instant("created_at"),
)
"""`secret` is kept as it is: signing needs it."""

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", ID, primary_key=True),
    Column(
        "webhook_id", ID, ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("kind", String(16), nullable=False),
    Column("body", Text, nullable=False),
    _instant("created_at"),
    Column("state", String(16), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_at", UtcInstant(), nullable=True, index=True),
    Column("status", Integer, nullable=True),
    Column("error", Text, nullable=True),
)
"""The outbox: a row for each webhook that wants to know, written in the transaction that changed
the plan. `next_at` is when to send, null at the end; while one worker sends it is its lease."""

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", ID, primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("name", String(200), nullable=False),
    Column("truck_id", ID, ForeignKey("trucks.id"), nullable=True, index=True),
    Column("sensor_prefix", ID, nullable=True),
    Column("sensor_ids", Document, nullable=False),
    _instant("created_at"),
    _instant("revoked_at", nullable=True),
    _instant("expires_at", nullable=True),
    Column("replaces", ID, nullable=True),
    CheckConstraint("role IN ('dispatcher', 'driver', 'sensor', 'monitor', 'admin')", name="role"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", _SERIAL, primary_key=True),
    _instant("at"),
    Column("key_id", ID, nullable=False, index=True),
    Column("request_id", ID, nullable=False),
    Column("action", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("ref", ID, nullable=False),
    Column("detail", Document, nullable=False),
    Index("ix_audit_kind_ref", "kind", "ref"),
)
"""Who changed what, written in the transaction of the change."""

idempotency = Table(
    "idempotency",
    metadata,
    Column("principal", ID, primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("request_hash", String(64), nullable=False),
    Column("response", Document, nullable=False),
    Column("created_at", UtcInstant(), nullable=False, index=True),
)
