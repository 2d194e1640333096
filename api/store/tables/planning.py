"""Tables of plans, of the days on which they are driven, and of what asks for them."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    text,
)

from api.store.tables.base import FLEET, ID, SERIAL, instant, of_fleets, refers, versioned
from api.store.types import Document, UtcInstant

plans = of_fleets(
    "plans",
    Column("id", ID, primary_key=True),
    Column("service_date", Date, nullable=False),
    Column("request", Document, nullable=False),
    Column("status", String(16), nullable=False),
    Column("attempt", Integer, nullable=False, server_default="0"),
    Column("token", Integer, nullable=False, server_default="0"),
    Column("worker", String(200), nullable=True),
    instant("lease_until", nullable=True),
    instant("heartbeat_at", nullable=True),
    Column("progress", Document, nullable=True),
    Column("cost_eur", Float, nullable=True),
    Column("error_code", String(64), nullable=True),
    Column("error_detail", Text, nullable=True),
    Column("created_by", ID, nullable=False),
    instant("created_at"),
    instant("started_at", nullable=True),
    instant("finished_at", nullable=True),
    Column("version", Integer, nullable=False, server_default="1"),
    instant("published_at", nullable=True),
    Column("base_plan_id", ID, nullable=True),
    refers("base_plan_id", "plans"),
    CheckConstraint(
        "status IN ('queued', 'running', 'done', 'failed', 'cancelled', 'published', 'superseded')",
        name="status",
    ),
    Index(None, FLEET, "service_date"),
    Index(None, FLEET, "status", "id"),
    Index(
        "uq_plans_published",
        FLEET,
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

plan_documents = of_fleets(
    "plan_documents",
    Column("plan_id", ID, primary_key=True),
    Column("kind", String(8), primary_key=True),
    Column("document", Document, nullable=False),
    refers("plan_id", "plans", ondelete="CASCADE"),
    CheckConstraint("kind IN ('problem', 'plan')", name="kind"),
)
"""The large documents of a plan, apart from the row that the queue touches all the time."""

plan_changes = of_fleets(
    "plan_changes",
    Column("id", SERIAL, primary_key=True),
    Column("plan_id", ID, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("key_id", ID, nullable=False),
    instant("at"),
    Column("detail", Document, nullable=False),
    refers("plan_id", "plans", ondelete="CASCADE"),
    Index(None, FLEET, "plan_id", "id"),
    in_key=False,
)
"""Who did what to a plan, written in the transaction that did it. `version` is the plan's after
it."""

driver_events = of_fleets(
    "driver_events",
    Column("id", String(36), primary_key=True),
    Column("service_date", Date, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("plan_id", ID, nullable=False),
    Column("truck_id", ID, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("visit_id", ID, nullable=True),
    Column("off_route", Boolean, nullable=False),
    Column("document", Document, nullable=False),
    instant("time"),
    instant("received_at"),
    Column("key_id", ID, nullable=False),
    refers("plan_id", "plans"),
    Index("uq_driver_events_fleet_id_service_date_seq", FLEET, "service_date", "seq", unique=True),
    Index(None, FLEET, "service_date", "truck_id"),
    Index(None, FLEET, "service_date", "visit_id"),
)
"""`seq` counts a day's events in the order in which they were recorded, without gaps: what came
since a number is what has a greater one. `document` is the event whole."""

driver_days = of_fleets(
    "driver_days",
    Column("service_date", Date, primary_key=True),
    Column("seq", Integer, nullable=False),
)
"""The last `seq` given out on a day. Whoever records holds the row, so that no number becomes
visible before a lower one."""

photos = of_fleets(
    "photos",
    Column("id", String(36), primary_key=True),
    Column("truck_id", ID, nullable=False),
    Column("key_id", ID, nullable=False),
    Column("media_type", String(16), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("data", LargeBinary, nullable=False),
    instant("received_at"),
    Index(None, FLEET, "truck_id", "received_at"),
)
"""Pictures that drivers took; `sha256` is that of the bytes as they were sent."""

schedules = versioned("schedules", Column("done_until", UtcInstant(), nullable=False))
"""When plans are asked for without anybody asking. Every run due until `done_until` is in
`schedule_runs`, or was due before the schedule was made or changed."""

schedule_runs = of_fleets(
    "schedule_runs",
    Column("schedule_id", ID, primary_key=True),
    Column("due_at", UtcInstant(), primary_key=True),
    Column("service_date", Date, nullable=False),
    Column("state", String(16), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("plan_id", ID, nullable=True),
    Column("error_code", String(64), nullable=True),
    instant("next_at", nullable=True),
    refers("schedule_id", "schedules", ondelete="CASCADE"),
    refers("plan_id", "plans"),
    Index(None, FLEET, "next_at"),
)
"""`plan_id` is the latest plan of the run; `next_at` is when to look at it again, null at its end.
"""
