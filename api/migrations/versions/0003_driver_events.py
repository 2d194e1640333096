"""Events of the driver's whole day, in place of those of stops only; photos."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from api.store.types import Document, UtcInstant

revision = "0003"
down_revision = "0002"

_ID = sa.String(64)
_SHARED: dict[str, Any] = {
    "id": sa.String(),
    "plan_id": _ID,
    "truck_id": _ID,
    "visit_id": _ID,
    "kind": sa.String(),
    "off_route": sa.Boolean(),
    "time": UtcInstant(),
    "received_at": UtcInstant(),
    "key_id": _ID,
}
_NEW = {"service_date": sa.Date(), "seq": sa.Integer(), "document": Document}


def _table(name: str, kinds: dict[str, Any]) -> sa.TableClause:
    return sa.table(name, *(sa.column(each, kind) for each, kind in kinds.items()))


_EVENT = _table("driver_events", _SHARED | _NEW)
_STOP_EVENT = _table("stop_events", _SHARED | {"reason": sa.String()})
_PLAN = sa.table("plans", sa.column("id", _ID), sa.column("service_date", sa.Date()))
_DAY = sa.table("driver_days", sa.column("service_date", sa.Date()), sa.column("seq", sa.Integer()))
_BATCH = 1000


def _needed(name: str, kind: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def upgrade() -> None:
    """Make the new tables, and carry over what drivers have said so far."""
    _make_driver_events()
    op.create_table(
        "driver_days",
        _needed("service_date", sa.Date()),
        _needed("seq", sa.Integer()),
        sa.PrimaryKeyConstraint("service_date", name="pk_driver_days"),
    )
    op.create_table(
        "photos",
        _needed("id", sa.String(36)),
        _needed("truck_id", _ID),
        _needed("key_id", _ID),
        _needed("media_type", sa.String(16)),
        _needed("width", sa.Integer()),
        _needed("height", sa.Integer()),
        _needed("sha256", sa.String(64)),
        _needed("data", sa.LargeBinary()),
        _needed("received_at", UtcInstant()),
        sa.PrimaryKeyConstraint("id", name="pk_photos"),
    )
    op.create_index("ix_photos_truck_id_received_at", "photos", ["truck_id", "received_at"])
    _carry_over()
    op.drop_table("stop_events")


def _make_driver_events() -> None:
    op.create_table(
        "driver_events",
        _needed("id", sa.String(36)),
        _needed("service_date", sa.Date()),
        _needed("seq", sa.Integer()),
        _needed("plan_id", _ID),
        _needed("truck_id", _ID),
        _needed("kind", sa.String(16)),
        sa.Column("visit_id", _ID, nullable=True),
        _needed("off_route", sa.Boolean()),
        _needed("document", Document),
        _needed("time", UtcInstant()),
        _needed("received_at", UtcInstant()),
        _needed("key_id", _ID),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name="fk_driver_events_plan_id"),
        sa.PrimaryKeyConstraint("id", name="pk_driver_events"),
    )
    op.create_index(
        "uq_driver_events_service_date_seq", "driver_events", ["service_date", "seq"], unique=True
    )
    for other in ("truck_id", "visit_id"):
        name = f"ix_driver_events_service_date_{other}"
        op.create_index(name, "driver_events", ["service_date", other])


def _carry_over() -> None:
    bind = op.get_bind()
    old = _STOP_EVENT.c
    dated = sa.select(_STOP_EVENT, _PLAN.c.service_date).join_from(
        _STOP_EVENT, _PLAN, _PLAN.c.id == old.plan_id
    )
    given: dict[Any, int] = {}
    events = []
    for row in bind.execute(dated.order_by(old.received_at, old.id)).mappings():
        seq = given[row["service_date"]] = given.get(row["service_date"], 0) + 1
        kept = {name: row[name] for name in (*_SHARED, "service_date")}
        events.append(kept | {"seq": seq, "document": _document(row)})
    for start in range(0, len(events), _BATCH):
        bind.execute(sa.insert(_EVENT), events[start : start + _BATCH])
    if given:
        days = [{"service_date": day, "seq": seq} for day, seq in given.items()]
        bind.execute(sa.insert(_DAY), days)


def _document(row: Any) -> dict[str, Any]:
    told = {name: row[name] for name in ("id", "plan_id", "truck_id", "visit_id", "kind")}
    more = {"reason": row["reason"]} if row["kind"] == "skipped" else {}
    return {**told, **more, "time": row["time"].isoformat()}


def downgrade() -> None:
    """Keep events of stops; the other kinds and the photos have no place in the old tables."""
    op.create_table(
        "stop_events",
        _needed("id", sa.String(36)),
        _needed("plan_id", _ID),
        _needed("truck_id", _ID),
        _needed("visit_id", _ID),
        _needed("kind", sa.String(16)),
        sa.Column("reason", sa.String(32), nullable=True),
        _needed("off_route", sa.Boolean()),
        _needed("time", UtcInstant()),
        _needed("received_at", UtcInstant()),
        _needed("key_id", _ID),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name="fk_stop_events_plan_id"),
        sa.PrimaryKeyConstraint("id", name="pk_stop_events"),
    )
    op.create_index("ix_stop_events_plan_id_truck_id", "stop_events", ["plan_id", "truck_id"])
    _carry_back()
    for table in ("photos", "driver_days", "driver_events"):
        op.drop_table(table)


def _carry_back() -> None:
    bind = op.get_bind()
    stops = sa.select(_EVENT).where(_EVENT.c.kind.in_(("done", "skipped")))
    old = [
        {name: row[name] for name in _SHARED} | {"reason": row["document"].get("reason")}
        for row in bind.execute(stops).mappings()
    ]
    for start in range(0, len(old), _BATCH):
        bind.execute(sa.insert(_STOP_EVENT), old[start : start + _BATCH])
