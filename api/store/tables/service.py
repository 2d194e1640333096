"""Tables of who may ask, of who is told, and of the service itself."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from api.store.tables.base import FLEET, ID, SERIAL, instant, metadata, of_fleets, refers
from api.store.types import Document

fleets = Table(
    "fleets",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", String(200), nullable=False),
    instant("created_at"),
)
"""Those who share the service and see nothing of each other."""

workers = Table(
    "workers",
    metadata,
    Column("name", String(200), primary_key=True),
    instant("seen_at"),
)
"""Who looks for plans, and when it was last heard."""

webhooks = of_fleets(
    "webhooks",
    Column("id", ID, primary_key=True),
    Column("url", Text, nullable=False),
    Column("events", Document, nullable=False),
    Column("secret", String(64), nullable=False),
    Column("created_by", ID, nullable=False),
    instant("created_at"),
)
"""`secret` is kept as it is: signing needs it."""

deliveries = of_fleets(
    "deliveries",
    Column("id", ID, primary_key=True),
    Column("webhook_id", ID, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("body", Text, nullable=False),
    instant("created_at"),
    Column("state", String(16), nullable=False),
    Column("tries", Integer, nullable=False),
    instant("next_at", nullable=True),
    Column("status", Integer, nullable=True),
    Column("error", Text, nullable=True),
    refers("webhook_id", "webhooks", ondelete="CASCADE"),
    Index(None, FLEET, "webhook_id"),
    Index(None, FLEET, "next_at"),
)
"""The outbox: a row for each webhook that wants to know, written in the transaction that changed
the plan. `next_at` is when to send, null at the end; while one worker sends it is its lease."""

api_keys = of_fleets(
    "api_keys",
    Column("id", ID, primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("name", String(200), nullable=False),
    Column("truck_id", ID, nullable=True),
    Column("sensor_prefix", ID, nullable=True),
    Column("sensor_ids", Document, nullable=False),
    instant("created_at"),
    instant("revoked_at", nullable=True),
    instant("expires_at", nullable=True),
    Column("replaces", ID, nullable=True),
    ForeignKeyConstraint([FLEET], ["fleets.id"]),
    refers("truck_id", "trucks"),
    Index(None, FLEET, "truck_id"),
    CheckConstraint("role IN ('dispatcher', 'driver', 'sensor', 'monitor', 'admin')", name="role"),
    in_key=False,
)
"""The id alone is the key: whoever asks shows it, and its row says for which fleet."""

audit = of_fleets(
    "audit",
    Column("id", SERIAL, primary_key=True),
    instant("at"),
    Column("key_id", ID, nullable=False),
    Column("request_id", ID, nullable=False),
    Column("action", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("ref", ID, nullable=False),
    Column("detail", Document, nullable=False),
    Index(None, FLEET, "id"),
    Index(None, FLEET, "key_id"),
    Index(None, FLEET, "kind", "ref"),
    in_key=False,
)
"""Who changed what, written in the transaction of the change."""

idempotency = of_fleets(
    "idempotency",
    Column("principal", ID, primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("request_hash", String(64), nullable=False),
    Column("response", Document, nullable=False),
    instant("created_at"),
    Index(None, FLEET, "created_at"),
)
