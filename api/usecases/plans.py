"""Plans as those who ask for them see them; the plan's row is the queue."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, Literal, TypeVar

from sqlalchemy import Connection, Row

from api.store import plans as rows
from api.store.catalogue import DEPOTS, TRUCKS, existing_ids, fetch_all
from api.store.database import Database
from api.store.documents import dump, load
from api.store.ids import new_id
from api.usecases.errors import Conflict, FieldProblem, Invalid, NotFound
from api.usecases.idempotency import Once, once_only
from api.usecases.kept import Kept
from api.usecases.paging import Page, checked_limit, decode, page_of
from api.usecases.plan_request import PlanRequest
from api.usecases.trail import note
from optimiser.domain.calendar import WEEKDAYS
from optimiser.domain.fleet import Truck
from optimiser.domain.plan import Plan
from optimiser.domain.problem import Problem

PlanStatus = Literal["queued", "running", "done", "failed", "cancelled", "published", "superseded"]

V = TypeVar("V")

FARTHEST_DAYS = 366
"""A service date is at most so many days from today: beyond it nothing is forecast."""


@dataclass(frozen=True)
class PlanProgress:
    """How far a running solve is."""

    seconds: float
    solutions: int
    cost_eur: float | None


@dataclass(frozen=True)
class PlanRecord:
    """A plan without its routes. `error_code` and `error_detail` are set when it failed.

    Codes: those of PlanningFailed; `no_trucks`, `no_depots` if they went after it was asked
    for; `invalid_problem` if the catalogue's parts make no problem; `worker_lost` after three
    workers that went silent; `out_of_memory`; `internal`.
    A cancelled plan has routes (`has_plan`) if the solver had found some by then.
    `version` counts what was changed since the plan was asked for: edits and publishing.
    `base_plan_id`: the plan that a replan goes on from.
    """

    id: str
    status: PlanStatus
    service_date: date
    request: PlanRequest
    attempt: int
    progress: PlanProgress | None
    cost_eur: float | None
    has_plan: bool
    error_code: str | None
    error_detail: str | None
    created_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    published_at: datetime | None
    version: int
    base_plan_id: str | None


def request_plan(
    db: Database,
    request: PlanRequest,
    *,
    created_by: str,
    now: datetime,
    max_seconds: float = 600.0,
    once: Once | None = None,
) -> PlanRecord:
    """Queue a plan.

    Raises Invalid: `no_depots`, `no_trucks` (none there, or none of those named drives on
    that date), unknown `truck_ids`, too many seconds, a next date that is not after the date.
    """
    check_dates_and_time(request, now, max_seconds)

    with db.write() as tx:
        queue = partial(queue_plan, tx, request, created_by=created_by, now=now)
        plan_id = once_only(tx, once, str, queue, now=now)
        return record_of(required_plan(rows.fetch(tx, plan_id), plan_id))


def queue_plan(
    tx: Connection,
    request: PlanRequest,
    *,
    created_by: str,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
) -> str:
    """The id of a new plan in the queue; `detail` goes into its record. Raises as `request_plan`,
    but does not look at dates and seconds.
    """
    if not existing_ids(tx, DEPOTS):
        raise Invalid("there is no depot: put one before asking for a plan", code="no_depots")
    trucks_of(tx, request)
    plan_id = new_id(now)
    rows.add(
        tx,
        plan_id=plan_id,
        service_date=request.service_date,
        request=dump(PlanRequest, request),
        created_by=created_by,
        now=now,
    )
    note(tx, plan_id, "queued", by=created_by, now=now, detail=detail)
    return plan_id


def trucks_of(tx: Connection, request: PlanRequest) -> tuple[Truck, ...]:
    """The trucks that a plan may use. Raises Invalid if there are none, or one is unknown."""
    trucks = fetch_all(tx, TRUCKS)
    if request.truck_ids is not None:
        unknown = sorted(set(request.truck_ids) - {each.id for each in trucks})
        if unknown:
            raise _wrong("truck_ids", f"there is no truck {unknown[0]!r}", unknown[0])
        trucks = tuple(each for each in trucks if each.id in request.truck_ids)
    if not trucks:
        raise Invalid("there is no truck: put one before asking for a plan", code="no_trucks")
    weekday = WEEKDAYS[request.service_date.weekday()]
    if not any(weekday in each.shift.days for each in trucks):
        raise Invalid(f"none of the {len(trucks)} trucks drives on a {weekday}", code="no_trucks")
    return trucks


def get_plan(db: Database, plan_id: str) -> PlanRecord:
    """One plan's state. Raises NotFound."""
    with db.read() as tx:
        return record_of(required_plan(rows.fetch(tx, plan_id), plan_id))


def plan_document(db: Database, plan_id: str) -> Plan:
    """The routes. Raises NotFound; Conflict with code `plan_not_done`."""
    return plan_and_version(db, plan_id)[0]


def plan_and_version(db: Database, plan_id: str) -> tuple[Plan, int]:
    """The routes and which version they are. Raises as `plan_document` does."""
    with db.read() as tx:
        row = required_plan(rows.fetch(tx, plan_id), plan_id)
        found = rows.fetch_plan(tx, plan_id)
    if found is None:
        raise _not_done(row)
    return found, row.version


def ready_plan(db: Database, plan_id: str, *, kept: Kept[V], make: Callable[[Plan, int], V]) -> V:
    """What `make` makes of the routes and their version, which is kept: nobody changes routes
    without giving them another version. Raises as `plan_document` does.
    """
    with db.read() as tx:
        row = required_plan(rows.fetch(tx, plan_id), plan_id)
        if not row.has_plan:
            raise _not_done(row)

        def made() -> V:
            found = rows.fetch_plan(tx, plan_id)
            if found is None:
                raise _not_done(row)
            return make(found, row.version)

        return kept.get_or_make((db.fleet_id, plan_id, row.version), made)


def plan_problem(db: Database, plan_id: str) -> Problem:
    """The problem that was solved, to solve or verify it elsewhere.

    Raises NotFound; Conflict with code `plan_not_done` before it was built.
    """
    with db.read() as tx:
        row = required_plan(rows.fetch(tx, plan_id), plan_id)
        found = rows.fetch_problem(tx, plan_id)
    if found is None:
        raise Conflict(f"the plan is {row.status} and has no problem yet", code="plan_not_done")
    return found


def list_plans(
    db: Database,
    *,
    service_date: date | None = None,
    status: PlanStatus | None = None,
    cursor: str | None = None,
    limit: int = 100,
) -> Page[PlanRecord]:
    """Plans, newest first. Raises Invalid."""
    last, limit = decode(cursor), checked_limit(limit)
    with db.read() as tx:
        found = rows.fetch_before(tx, last, limit + 1, service_date=service_date, status=status)
    return page_of([record_of(row) for row in found], limit, lambda each: each.id)


def cancel_plan(db: Database, plan_id: str, *, by: str, now: datetime) -> PlanRecord:
    """Stop a plan: it is `cancelled` at once; a solver at work ends soon after and leaves
    the best it had found. Again is the same.

    Raises NotFound; Conflict with code `plan_finished` when it is at its end.
    """
    with db.write() as tx:
        row = required_plan(rows.fetch(tx, plan_id, for_update=True), plan_id)
        if row.status in ("done", "failed", "published", "superseded"):
            raise Conflict(f"the plan is {row.status} already", code="plan_finished")
        if row.status != "cancelled":
            rows.end(tx, plan_id, status="cancelled", now=now)
            note(tx, plan_id, "cancelled", by=by, now=now, version=row.version)
        return record_of(required_plan(rows.fetch(tx, plan_id), plan_id))


def check_dates_and_time(request: PlanRequest, now: datetime, max_seconds: float) -> None:
    """Raises Invalid."""
    if abs((request.service_date - now.date()).days) > FARTHEST_DAYS:
        text = f"a service date is at most {FARTHEST_DAYS} days from today"
        raise _wrong("service_date", text, request.service_date)
    following = request.next_service_date
    if following is not None:
        ahead = (following - request.service_date).days
        if not 0 < ahead <= FARTHEST_DAYS:
            text = f"the next service date is 1 to {FARTHEST_DAYS} days after the service date"
            raise _wrong("next_service_date", text, following)
    if request.seconds is not None and request.seconds > max_seconds:
        text = f"a plan is solved for at most {max_seconds:g} seconds"
        raise _wrong("seconds", text, request.seconds)


def _not_done(row: Row[Any]) -> Conflict:
    return Conflict(f"the plan is {row.status} and has no routes", code="plan_not_done")


def _wrong(field: str, message: str, value: Any) -> Invalid:
    return Invalid(message, [FieldProblem(field, message, str(value))])


def required_plan(row: Row[Any] | None, plan_id: str) -> Row[Any]:
    """The row. Raises NotFound if there is none."""
    if row is None:
        raise NotFound(f"there is no plan {plan_id!r}")
    return row


def record_of(row: Row[Any]) -> PlanRecord:
    """A plan's row as those see it who asked for it."""
    return PlanRecord(
        id=row.id,
        status=row.status,
        service_date=row.service_date,
        request=load(PlanRequest, row.request),
        attempt=row.attempt,
        progress=PlanProgress(**row.progress) if row.progress else None,
        cost_eur=row.cost_eur,
        has_plan=row.has_plan,
        error_code=row.error_code,
        error_detail=row.error_detail,
        created_by=row.created_by,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        published_at=row.published_at,
        version=row.version,
        base_plan_id=row.base_plan_id,
    )
