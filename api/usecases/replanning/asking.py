"""A replan asked for: the problem of the rest of the day, made at once, and a plan in the queue."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass
from sqlalchemy import Connection

from api.store import events as event_rows
from api.store import plans as rows
from api.store.database import Database
from api.store.documents import dump, load
from api.store.ids import new_id
from api.usecases.driver.events import DriverEvent
from api.usecases.driver.state import in_order, recorded
from api.usecases.errors import Conflict, FieldProblem, Invalid
from api.usecases.idempotency import Once, once_only
from api.usecases.plan_request import PlanRequest
from api.usecases.plans import PlanRecord, get_plan, required_plan
from api.usecases.publishing import refuse_unless_usable
from api.usecases.replanning.rest import rest_of_day
from api.usecases.replanning.standing import Standing, settled_by, standing_of
from api.usecases.trail import note
from optimiser.domain.base import CONFIG, Euros, Id
from optimiser.domain.fleet import OnBoard
from optimiser.domain.places import GeoPoint
from optimiser.domain.plan import Plan
from optimiser.domain.problem import Problem
from optimiser.domain.readings import Instant


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class PinnedStop:
    """A stop that no other truck may have."""

    visit_id: Id
    truck_id: Id


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class TruckNow:
    """Where a truck is free to go on, from when, and what each of its compartments holds.

    What is left out follows from its driver's events, or else from the plan's clock.
    """

    truck_id: Id
    at: Instant | None = None
    place: GeoPoint | None = None
    load: Annotated[tuple[OnBoard, ...], Field(min_length=1, max_length=8)] | None = None


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class ReplanRequest:
    """Stops that begin before `freeze_until` stay as they are, none if it is null.

    `change_eur`: what it costs to give a stop to another truck than now, None for the plan's own
    rate. `trucks`: where they are, more exactly than the service knows by itself. The rest is
    as in `PlanRequest`.
    """

    freeze_until: Instant | None
    pinned: Annotated[tuple[PinnedStop, ...], Field(max_length=10_000)] = ()
    change_eur: Euros | None = None
    trucks: Annotated[tuple[TruckNow, ...], Field(max_length=2000)] = ()
    seconds: Annotated[float, Field(gt=0, le=86_400)] | None = None
    solutions: Annotated[int, Field(ge=1, le=10**9)] | None = None
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    publish: bool = False


def replan(
    db: Database,
    plan_id: str,
    asked: ReplanRequest,
    *,
    by: str,
    now: datetime,
    max_seconds: float,
    once: Once | None = None,
) -> PlanRecord:
    """Queue a plan of what is still to be done of this plan's day.

    Raises NotFound; Conflict (`plan_not_done`, `plan_cancelled`); Invalid (unknown trucks and
    stops, a time of another day, `no_trucks`).
    """
    if (asked.seconds or 0) > max_seconds:
        raise _wrong("seconds", f"a plan is solved for at most {max_seconds:g} seconds")
    with db.read() as tx:
        row = required_plan(rows.fetch(tx, plan_id), plan_id)
        refuse_unless_usable(row)
        plan, problem = rows.fetch_plan(tx, plan_id), rows.fetch_problem(tx, plan_id)
        found = [recorded(each) for each in event_rows.fetch_after(tx, row.service_date, 0)]
    if plan is None or problem is None:
        raise Conflict("the plan was made without bins; ask for another", code="plan_not_done")
    events = [each.event for each in in_order(found)]
    rest = _rest(problem, plan, asked, events, now)
    request = replace(
        load(PlanRequest, row.request),
        seconds=asked.seconds,
        solutions=asked.solutions,
        seed=asked.seed,
        publish=asked.publish,
    )

    def queue() -> str:
        return _queue(tx, plan_id, request=request, problem=rest, by=by, now=now)

    with db.write() as tx:
        new = once_only(tx, once, str, queue, now=now)
    return get_plan(db, new)


def _queue(
    tx: Connection,
    base: str,
    *,
    request: PlanRequest,
    problem: Problem,
    by: str,
    now: datetime,
) -> str:
    plan_id = new_id(now)
    rows.add(
        tx,
        plan_id=plan_id,
        service_date=request.service_date,
        request=dump(PlanRequest, request),
        created_by=by,
        now=now,
        base_plan_id=base,
    )
    rows.write_problem(tx, plan_id, problem)
    note(tx, plan_id, "queued", by=by, now=now, detail={"replan_of": base})
    return plan_id


def _rest(
    problem: Problem,
    plan: Plan,
    asked: ReplanRequest,
    events: Sequence[DriverEvent],
    now: datetime,
) -> Problem:
    _refuse_unknown(problem, asked)
    try:
        return rest_of_day(
            problem,
            plan,
            _standings(problem, plan, asked, events, now),
            settled=settled_by(events, now),
            now=now,
            freeze_until=asked.freeze_until,
            pinned={each.visit_id: each.truck_id for each in asked.pinned},
            change_eur=asked.change_eur,
        )
    except ValueError as error:  # the domain's own checks, in its own words
        raise Invalid(f"this makes no problem: {error}"[:1000]) from None


def _standings(
    problem: Problem,
    plan: Plan,
    asked: ReplanRequest,
    events: Sequence[DriverEvent],
    now: datetime,
) -> dict[str, Standing]:
    given = {each.truck_id: each for each in asked.trucks}
    found = {}
    for truck in problem.trucks:
        told = given.get(truck.id)
        own = [each for each in events if each.truck_id == truck.id]
        at = told.at if told is not None and told.at is not None else now
        standing = standing_of(problem, plan, truck, own, at=at, is_out=told is not None)
        if standing is not None:
            found[truck.id] = standing if told is None else _more_exact(standing, told)
    return found


def _more_exact(standing: Standing, told: TruckNow) -> Standing:
    return replace(
        standing,
        place=told.place if told.place is not None else standing.place,
        load=told.load if told.load is not None else standing.load,
    )


def _refuse_unknown(problem: Problem, asked: ReplanRequest) -> None:
    for index, each in enumerate(asked.pinned):
        if each.visit_id not in problem.visit_by_id:
            raise _wrong(f"pinned[{index}].visit_id", "the plan has no such visit")
        if each.truck_id not in problem.truck_by_id:
            raise _wrong(f"pinned[{index}].truck_id", "the plan has no such truck")
    for index, truck in enumerate(asked.trucks):
        if truck.truck_id not in problem.truck_by_id:
            raise _wrong(f"trucks[{index}].truck_id", "the plan has no such truck")


def _wrong(field: str, message: str) -> Invalid:
    return Invalid(message, [FieldProblem(field, message)])
