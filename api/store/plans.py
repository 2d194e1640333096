"""Rows of plans, which are the queue too, and the documents that belong to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    column,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

from api.store.documents import dump, load
from api.store.scope import fleet_of
from api.store.tables import plan_documents, plans
from api.store.types import Document
from optimiser.domain.plan import Plan, Route
from optimiser.domain.problem import Problem

DocumentKind = Literal["problem", "plan"]

_PUBLISHING_LOCK = 0x7075_626C
"""First number of the locks that `hold_date` takes; the second is that of the fleet's date."""
_COLUMNS = plans.c
_HAS_PLAN = exists().where(plan_documents.c.plan_id == plans.c.id, plan_documents.c.kind == "plan")


@dataclass(frozen=True)
class Lease:
    """A claim on a plan's row. `token` is the row's as long as nobody claimed it since."""

    plan_id: str
    token: int


def add(
    tx: Connection,
    *,
    plan_id: str,
    service_date: date,
    request: Any,
    created_by: str,
    now: datetime,
    base_plan_id: str | None = None,
) -> None:
    """Queue a plan."""
    tx.execute(
        insert(plans).values(
            id=plan_id,
            service_date=service_date,
            request=request,
            status="queued",
            created_by=created_by,
            created_at=now,
            base_plan_id=base_plan_id,
        )
    )


def fetch(tx: Connection, plan_id: str, *, for_update: bool = False) -> Row[Any] | None:
    """A plan's row with `has_plan`, or None."""
    if not plan_id.isprintable():  # PostgreSQL refuses to look for such text
        return None
    if for_update:
        tx.execute(select(_COLUMNS.id).where(_COLUMNS.id == plan_id).with_for_update())
    return tx.execute(
        select(plans, _HAS_PLAN.label("has_plan")).where(_COLUMNS.id == plan_id)
    ).first()


def fetch_before(
    tx: Connection, last: str | None, limit: int, *, service_date: date | None, status: str | None
) -> Sequence[Row[Any]]:
    """The newest rows, or those older than the plan `last`."""
    statement = select(plans, _HAS_PLAN.label("has_plan")).order_by(_COLUMNS.id.desc())
    if last is not None:
        statement = statement.where(_COLUMNS.id < last)
    if service_date is not None:
        statement = statement.where(_COLUMNS.service_date == service_date)
    if status is not None:
        statement = statement.where(_COLUMNS.status == status)
    return tx.execute(statement.limit(limit)).all()


def hold_date(tx: Connection, service_date: date) -> None:
    """Be the only one who publishes a fleet's plan of this date until the transaction ends."""
    if tx.dialect.name == "postgresql":
        mine = func.hashtext(f"{service_date} {fleet_of(tx)}")
        tx.execute(select(func.pg_advisory_xact_lock(_PUBLISHING_LOCK, mine)))


def fetch_published(tx: Connection, service_date: date) -> Row[Any] | None:
    """The published plan of a date, which is the one that drivers see."""
    wanted = select(plans).where(
        _COLUMNS.service_date == service_date, _COLUMNS.status == "published"
    )
    return tx.execute(wanted).first()


@dataclass(frozen=True, slots=True)
class InForce:
    """Of a published plan what tells whether it is still the same."""

    id: str
    version: int
    finished_at: datetime


def fetch_in_force(tx: Connection, service_date: date) -> InForce | None:
    """As `fetch_published`, and only what changes: this is asked for at every look of a driver."""
    columns = (_COLUMNS.id, _COLUMNS.version, _COLUMNS.finished_at)
    wanted = select(*columns).filter_by(service_date=service_date, status="published")
    row = tx.execute(wanted).first()
    return None if row is None else InForce(*row)


def fetch_claimable(tx: Connection, now: datetime, plan_id: str | None) -> Row[Any] | None:
    """The oldest row that is queued, or running under a lease that is over; it is held."""
    statement = select(plans).where(_claimable(now)).order_by(_COLUMNS.id).limit(1)
    if plan_id is not None:
        statement = statement.where(_COLUMNS.id == plan_id)
    return tx.execute(statement.with_for_update(skip_locked=True)).first()


def fetch_claimable_ids(tx: Connection, now: datetime, limit: int) -> tuple[str, ...]:
    """The oldest of those that `fetch_claimable` would find; nothing is held."""
    statement = select(_COLUMNS.id).where(_claimable(now)).order_by(_COLUMNS.id).limit(limit)
    return tuple(tx.execute(statement).scalars())


def fetch_running(tx: Connection, now: datetime) -> tuple[tuple[Lease, str], ...]:
    """The leases that last, each with the name of the worker that has it."""
    columns = (_COLUMNS.id, _COLUMNS.token, _COLUMNS.worker)
    lasts = (_COLUMNS.status == "running") & (_COLUMNS.lease_until >= now)
    found = tx.execute(select(*columns).where(lasts).order_by(_COLUMNS.id))
    return tuple((Lease(row.id, row.token), row.worker or "") for row in found)


def _claimable(now: datetime) -> ColumnElement[bool]:
    return or_(
        _COLUMNS.status == "queued",
        (_COLUMNS.status == "running") & (_COLUMNS.lease_until < now),
    )


def claim(tx: Connection, row: Row[Any], *, worker: str, now: datetime, until: datetime) -> Lease:
    """Take a row that `fetch_claimable` holds."""
    values = {
        "status": "running",
        "attempt": row.attempt + 1,
        "token": row.token + 1,
        "worker": worker,
        "lease_until": until,
        "heartbeat_at": now,
        "started_at": row.started_at or now,
        "progress": None,
    }
    tx.execute(update(plans).where(_COLUMNS.id == row.id).values(values))
    return Lease(row.id, row.token + 1)


def change(tx: Connection, lease: Lease, **values: Any) -> bool:
    """Write to a running plan if the lease's token is still the row's; whether it was."""
    mine = update(plans).where(
        _COLUMNS.id == lease.plan_id, _COLUMNS.token == lease.token, _COLUMNS.status == "running"
    )
    return tx.execute(mine.values(values)).rowcount == 1


def end(tx: Connection, plan_id: str, *, status: str, now: datetime, **values: Any) -> None:
    """Put an end to a plan whose row is held."""
    statement = update(plans).where(_COLUMNS.id == plan_id)
    tx.execute(statement.values(status=status, finished_at=now, lease_until=None, **values))


def revise(tx: Connection, row: Row[Any], **values: Any) -> int:
    """Write to a plan whose row is held; its new version."""
    values |= {"version": row.version + 1}
    tx.execute(update(plans).where(_COLUMNS.id == row.id).values(values))
    return int(row.version) + 1


def price(tx: Connection, plan_id: str, cost_eur: float) -> None:
    """Note the cost of routes that were kept although the plan was stopped."""
    tx.execute(update(plans).where(_COLUMNS.id == plan_id).values(cost_eur=cost_eur))


def write_problem(tx: Connection, plan_id: str, problem: Problem) -> None:
    """Keep the problem of a plan, in place of that of an earlier attempt."""
    _write(tx, plan_id, "problem", dump(Problem, problem))


def write_plan(tx: Connection, plan_id: str, plan: Plan) -> None:
    """Keep the routes of a plan."""
    _write(tx, plan_id, "plan", dump(Plan, plan))


def fetch_problem(tx: Connection, plan_id: str) -> Problem | None:
    """The problem that is or was solved, None before it was built."""
    found = _read(tx, plan_id, "problem")
    return None if found is None else load(Problem, found)


def fetch_plan(tx: Connection, plan_id: str) -> Plan | None:
    """The routes, None while there are none."""
    found = _read(tx, plan_id, "plan")
    return None if found is None else load(Plan, found)


_ROUTES = {
    "sqlite": """
        SELECT route.value AS route FROM plan_documents, json_each(document, '$.routes') AS route
        WHERE fleet_id = :of_fleet AND plan_id = :plan_id AND kind = 'plan'
        AND json_extract(route.value, '$.truck_id') = :truck_id""",
    "postgresql": """
        SELECT route FROM plan_documents, jsonb_array_elements(document -> 'routes') AS route
        WHERE fleet_id = :of_fleet AND plan_id = :plan_id AND kind = 'plan'
        AND route ->> 'truck_id' = :truck_id""",
}


def fetch_route(tx: Connection, plan_id: str, truck_id: str) -> Route | None:
    """A truck's route, picked out by the database: a plan of a whole city is large."""
    statement = text(_ROUTES[tx.dialect.name]).columns(column("route", Document))
    found = tx.execute(statement, {"plan_id": plan_id, "truck_id": truck_id}).scalar()
    return None if found is None else load(Route, found)


@dataclass(frozen=True, slots=True)
class PlannedStop:
    """Of a visit on a route what progress is measured against."""

    required: bool
    departure: datetime


def fetch_planned_stops(tx: Connection, plan_id: str) -> dict[str, dict[str, PlannedStop]]:
    """By truck and visit, for every truck with a route. Nothing else of the plan is read: this
    is asked for every few seconds.
    """
    return {
        route["truck_id"]: {
            step["ref"]: PlannedStop(
                bool(step["required"]), datetime.fromisoformat(step["departure"])
            )
            for step in route["steps"]
            if step["kind"] == "visit"
        }
        for route in (_read(tx, plan_id, "plan") or {}).get("routes", ())
    }


def fetch_timezone(tx: Connection, plan_id: str) -> str:
    """The time zone of a plan that has routes."""
    columns = plan_documents.c
    wanted = select(columns.document["timezone"].as_string()).filter_by(kind="plan")
    return str(tx.execute(wanted.where(columns.plan_id == plan_id)).scalar_one())


def queue_state(tx: Connection) -> tuple[int, int, datetime | None]:
    """How many are queued and running, and when the oldest queued one was asked for."""

    def count(status: str) -> int:
        statement = select(func.count()).select_from(plans).where(_COLUMNS.status == status)
        return tx.execute(statement).scalar_one()

    oldest = select(_COLUMNS.created_at).where(_COLUMNS.status == "queued").order_by(_COLUMNS.id)
    return count("queued"), count("running"), tx.execute(oldest.limit(1)).scalar()


def _write(tx: Connection, plan_id: str, kind: DocumentKind, document: Any) -> None:
    columns = plan_documents.c
    tx.execute(delete(plan_documents).where(columns.plan_id == plan_id, columns.kind == kind))
    tx.execute(insert(plan_documents).values(plan_id=plan_id, kind=kind, document=document))


def _read(tx: Connection, plan_id: str, kind: DocumentKind) -> Any:
    columns = plan_documents.c
    wanted = select(columns.document).where(columns.plan_id == plan_id, columns.kind == kind)
    return tx.execute(wanted).scalar()
