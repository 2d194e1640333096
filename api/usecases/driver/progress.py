"""How far the trucks of a plan are, as dispatchers follow it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from api.store import events, plans
from api.store.database import Database
from api.store.plans import PlannedStop
from api.usecases.driver.access import plan_in_force
from api.usecases.driver.state import StopState, TruckPosition, recorded, truck_state
from api.usecases.errors import NotFound


@dataclass(frozen=True)
class TruckProgress:
    """One truck's way through its route; counts are of its stops in this plan.

    `stops` = `done` + `skipped` + `left`. `off_route`: stops that it made and the plan does not
    have. `late_s`: how much later than planned its latest stop was, negative when earlier; None
    before the first. `required_skipped`: bins that must be emptied and were not.
    """

    truck_id: str
    stops: int
    done: int
    skipped: int
    left: int
    off_route: int
    required_skipped: tuple[str, ...]
    unloads: int
    unloaded_kg: float
    problems: int
    late_s: int | None
    break_since: datetime | None
    position: TruckPosition | None
    last_event_at: datetime | None


@dataclass(frozen=True)
class DrivingProgress:
    """All trucks of a plan, and those that reported something without a route in it.

    `in_force`: whether it is the plan that drivers have now. `seq` is the number of the last
    event of the day that is counted in.
    """

    plan_id: str
    service_date: date
    in_force: bool
    seq: int
    stops: int
    done: int
    skipped: int
    left: int
    problems: int
    trucks: tuple[TruckProgress, ...]


def driving_progress(db: Database, plan_id: str) -> DrivingProgress:
    """How far a plan is. Raises NotFound. A plan without routes has no trucks under way."""
    with db.read() as tx:
        return progress_of(tx, plan_id)


def progress_of(tx: Connection, plan_id: str) -> DrivingProgress:
    """As `driving_progress`, within a transaction."""
    row = plans.fetch(tx, plan_id)
    if row is None:
        raise NotFound(f"there is no plan {plan_id!r}")
    routes = plans.fetch_planned_stops(tx, plan_id)
    seq = events.last_seq(tx, row.service_date)
    reporting = events.fetch_trucks(tx, row.service_date) if seq else set()
    trucks = tuple(
        _truck(tx, row.service_date, plan_id, truck_id, routes.get(truck_id, {}))
        for truck_id in sorted({*routes, *reporting})
    )
    current = plan_in_force(tx, row.service_date)
    return DrivingProgress(
        plan_id=plan_id,
        service_date=row.service_date,
        in_force=current is not None and current.id == plan_id,
        seq=seq,
        stops=sum(each.stops for each in trucks),
        done=sum(each.done for each in trucks),
        skipped=sum(each.skipped for each in trucks),
        left=sum(each.left for each in trucks),
        problems=sum(each.problems for each in trucks),
        trucks=trucks,
    )


def _truck(
    tx: Connection,
    service_date: date,
    plan_id: str,
    truck_id: str,
    visits: Mapping[str, PlannedStop],
) -> TruckProgress:
    happened = events.fetch_of_truck(tx, service_date, truck_id)
    seen = events.fetch_position(tx, service_date, truck_id)
    known = [recorded(each) for each in (*happened, *seen)]
    state = truck_state(known, plan_id=plan_id, visit_ids=visits)
    on_route = [each for each in state.stops if not each.off_route]
    done = sum(each.kind == "done" for each in on_route)
    skipped = [each for each in on_route if each.kind == "skipped"]
    return TruckProgress(
        truck_id=truck_id,
        stops=len(visits),
        done=done,
        skipped=len(skipped),
        left=len(visits) - len(on_route),
        off_route=len(state.stops) - len(on_route),
        required_skipped=tuple(e.visit_id for e in skipped if visits[e.visit_id].required),
        unloads=len(state.unloads),
        unloaded_kg=sum(each.mass_kg or 0.0 for each in state.unloads),
        problems=len(state.problems),
        late_s=_late_s(on_route, visits),
        break_since=state.break_since,
        position=state.position,
        last_event_at=state.last_event_at,
    )


def _late_s(on_route: list[StopState], visits: Mapping[str, PlannedStop]) -> int | None:
    """From the latest stop made: one is reported when it is over, so against its departure."""
    if not on_route:
        return None
    latest = max(on_route, key=lambda each: each.time)
    return round((latest.time - visits[latest.visit_id].departure).total_seconds())
