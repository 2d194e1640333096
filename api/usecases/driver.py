"""A driver's day: the route, and what happened at the stops."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import model_validator
from pydantic.dataclasses import dataclass as checked_dataclass
from sqlalchemy import Connection

from api.store import events, plans
from api.store.catalogue import BINS, TRUCKS, existing_ids, fetch
from api.store.database import Database
from api.store.readings import add_emptyings
from api.store.states import mark_stale
from api.usecases.drafts import ANCIENT, FUTURE
from api.usecases.errors import Forbidden, NotFound
from api.usecases.keys import Principal
from optimiser.domain.base import CONFIG, Id
from optimiser.domain.plan import Route
from optimiser.domain.readings import Instant

SkipReason = Literal[
    "blocked",
    "not_found",
    "locked",
    "contaminated",
    "too_heavy",
    "no_time",
    "vehicle_fault",
    "other",
]


@checked_dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class StopEvent:
    """A bin was emptied (`done`) or not (`skipped`, with a reason).

    `id` is made by the driver's device, so that an event sent twice is one event.
    """

    id: UUID
    plan_id: Id
    truck_id: Id
    visit_id: Id
    kind: Literal["done", "skipped"]
    reason: SkipReason | None = None
    time: Instant

    @model_validator(mode="after")
    def _reason_goes_with_skipped(self) -> Self:
        if (self.kind == "skipped") != (self.reason is not None):
            raise ValueError("a skipped stop needs a reason, a done one has none")
        return self


Outcome = Literal["recorded", "duplicate", "conflicting", "rejected"]


@dataclass(frozen=True)
class EventOutcome:
    """What became of one event.

    `conflicting`: another event with this id is there, which stays. `rejected`: in the future,
    or of an unknown plan; `detail` says so. `off_route`: kept, although the plan's route
    does not have this visit.
    """

    id: UUID
    outcome: Outcome
    off_route: bool = False
    detail: str = ""


@dataclass(frozen=True)
class StopState:
    """The latest event of a visit."""

    visit_id: str
    kind: Literal["done", "skipped"]
    reason: SkipReason | None
    time: datetime


@dataclass(frozen=True)
class DriverRoute:
    """A truck's route from the plan that is published, and how far it is.

    `route` is None when that plan leaves the truck at home.
    """

    plan_id: str
    service_date: date
    timezone: str
    finished_at: datetime
    truck_id: str
    route: Route | None
    states: tuple[StopState, ...]


def driver_route(
    db: Database, truck_id: str, service_date: date, *, principal: Principal
) -> DriverRoute:
    """The route of a truck on a date.

    Raises NotFound: no plan published for that date, no such truck, or a driver asks for a truck
    that is not theirs (nobody learns what else there is); Forbidden: a sensor key asks.
    """
    _check_bearer(principal, [truck_id])
    with db.read() as tx:
        if fetch(tx, TRUCKS, truck_id) is None:
            raise _no_truck(truck_id)
        row = plans.fetch_published(tx, service_date)
        plan = plans.fetch_plan(tx, row.id) if row is not None else None
        if row is None or plan is None:
            raise NotFound(f"no plan for {service_date} is published")
        latest = {each.visit_id: each for each in events.fetch_of_route(tx, row.id, truck_id)}
    return DriverRoute(
        plan_id=row.id,
        service_date=service_date,
        timezone=plan.timezone,
        finished_at=row.finished_at,
        truck_id=truck_id,
        route=next((each for each in plan.routes if each.truck_id == truck_id), None),
        states=tuple(
            StopState(visit_id, each.kind, each.reason, each.time)
            for visit_id, each in sorted(latest.items())
        ),
    )


def record_stop_events(
    db: Database, reported: Sequence[StopEvent], *, principal: Principal, now: datetime
) -> tuple[EventOutcome, ...]:
    """Keep events, an outcome for each, in one transaction; any order and repetition gives
    the same state. A `done` becomes an emptying of the bin.

    Raises NotFound if a driver reports for another truck, Forbidden for a sensor key.
    """
    _check_bearer(principal, [each.truck_id for each in reported])
    with db.write() as tx:
        routes: dict[str, set[tuple[str, str]] | None] = {
            plan_id: _routes(tx, plan_id) for plan_id in {each.plan_id for each in reported}
        }
        outcomes = tuple(
            _record(tx, each, routes[each.plan_id], principal, now) for each in reported
        )
        new = [
            each
            for each, outcome in zip(reported, outcomes, strict=True)
            if outcome.outcome == "recorded" and each.kind == "done"
        ]
        _empty(tx, new)
    return outcomes


def _check_bearer(principal: Principal, truck_ids: Sequence[str]) -> None:
    if principal.role == "sensor":
        raise Forbidden("a sensor's key is for readings only")
    for truck_id in truck_ids:
        if principal.role == "driver" and truck_id != principal.truck_id:
            raise _no_truck(truck_id)


def _no_truck(truck_id: str) -> NotFound:
    return NotFound(f"there is no truck {truck_id!r}")


def _routes(tx: Connection, plan_id: str) -> set[tuple[str, str]] | None:
    """(truck, visit) of every stop of a plan; None if there is no such plan."""
    if plans.fetch(tx, plan_id) is None:
        return None
    plan = plans.fetch_plan(tx, plan_id)
    return {
        (route.truck_id, step.ref)
        for route in (plan.routes if plan else ())
        for step in route.steps
        if step.kind == "visit"
    }


def _record(
    tx: Connection,
    event: StopEvent,
    stops: set[tuple[str, str]] | None,
    principal: Principal,
    now: datetime,
) -> EventOutcome:
    if stops is None:
        return EventOutcome(event.id, "rejected", detail=f"there is no plan {event.plan_id!r}")
    if not now - ANCIENT <= event.time <= now + FUTURE:
        side = "ahead of" if event.time > now else "far behind"
        text = f"its time {event.time.isoformat()} is {side} the service's clock; see the phone's"
        return EventOutcome(event.id, "rejected", detail=text)
    values = {
        "plan_id": event.plan_id,
        "truck_id": event.truck_id,
        "visit_id": event.visit_id,
        "kind": event.kind,
        "reason": event.reason,
        "time": event.time,
    }
    off_route = (event.truck_id, event.visit_id) not in stops
    more = {"off_route": off_route, "received_at": now, "key_id": principal.key_id}
    if events.add(tx, {"id": str(event.id), **values, **more}):
        return EventOutcome(event.id, "recorded", off_route)
    kept = events.fetch(tx, str(event.id))
    if all(getattr(kept, name) == value for name, value in values.items()):
        return EventOutcome(event.id, "duplicate", kept.off_route)
    text = "another event with this id is kept already"
    return EventOutcome(event.id, "conflicting", kept.off_route, text)


def _empty(tx: Connection, done: Sequence[StopEvent]) -> None:
    known = existing_ids(tx, BINS) if done else set()
    emptied = [each for each in done if each.visit_id in known]
    rows = {
        (each.visit_id, each.time): {
            "bin_id": each.visit_id,
            "time": each.time,
            "source": "driver",
        }
        for each in emptied
    }
    add_emptyings(tx, list(rows.values()))
    mark_stale(tx, {each.visit_id for each in emptied})
