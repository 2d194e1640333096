"""A planned day of truck-1 in the small city, and events of its driver."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from api.config import Settings
from api.store.database import Database
from api.usecases.driver.day import DriverDay, driver_day
from api.usecases.driver.events import DriverEvent, from_document
from api.usecases.driver.sync import EventOutcome, record_events
from api.usecases.keys import Principal
from api.usecases.plan_request import PlanRequest
from api.usecases.planning import run_plan
from api.usecases.plans import request_plan
from optimiser.domain.plan import Plan
from optimiser.domain.problem import Problem
from optimiser.domain.solution import Action, Solution, TruckOrder
from optimiser.schedule import build_plan
from optimiser.travel import travel_matrix
from small_city import NOW, fill_city

TUESDAY = date(2026, 11, 24)
DRIVER = Principal("k1", "driver", "Kim", truck_id="truck-1")
DISPATCHER = Principal("k2", "dispatcher", "Sam")
SETTINGS = Settings(heartbeat_s=0.02)


def taking(*bins: str) -> Any:
    """A planner that gives truck-1 these bins, and leaves the others."""

    def planner(problem: Problem, **_: Any) -> Plan:
        visits = tuple(Action("visit", each) for each in bins)
        solution = Solution((TruckOrder("truck-1", (*visits, Action("unload", "amager"))),))
        return build_plan(problem, travel_matrix(problem), solution)

    return planner


def planned(db: Database) -> str:
    """The id of a plan in which truck-1 has bins 1 and 2, and bin 3 is left."""
    fill_city(db, trucks=2)
    return plan_again(db, NOW)


def plan_again(db: Database, now: datetime, *bins: str) -> str:
    wanted = PlanRequest(service_date=TUESDAY, publish=True)
    asked = request_plan(db, wanted, created_by="k", now=now)
    planner = taking(*(bins or ("bin-1", "bin-2")))
    done = run_plan(db, asked.id, settings=SETTINGS, clock=lambda: now, planner=planner)
    assert done.status == "published", done.error_detail
    return asked.id


FIELDS: dict[str, dict[str, Any]] = {
    "done": {"visit_id": "bin-1"},
    "skipped": {"visit_id": "bin-1", "reason": "blocked"},
    "fill_seen": {"visit_id": "bin-1", "fill": 0.7},
    "unloaded": {"site_id": "amager", "mass_kg": 4200.0},
    "problem": {"visit_id": "bin-1", "code": "damaged"},
    "break": {"phase": "began"},
    "position": {"place": {"lon": 12.57, "lat": 55.68}},
}


def event(
    plan_id: str, number: int = 1, kind: str = "done", /, *, minutes_ago: float = 10, **changes: Any
) -> DriverEvent:
    told: dict[str, Any] = {
        "id": str(UUID(int=number)),
        "plan_id": plan_id,
        "truck_id": "truck-1",
        "kind": kind,
        "time": (NOW - timedelta(minutes=minutes_ago)).isoformat(),
    }
    return from_document(told | FIELDS[kind] | changes)


def report(db: Database, *events: DriverEvent, now: datetime = NOW) -> tuple[EventOutcome, ...]:
    return record_events(db, events, principal=DRIVER, now=now)


def day(db: Database, truck_id: str = "truck-1", principal: Principal = DRIVER) -> DriverDay:
    return driver_day(db, truck_id, TUESDAY, principal=principal)
