"""Asking for plans and running them, with a planner that answers at once."""

from datetime import date, datetime
from typing import Any

from api.config import Settings
from api.store.database import Database
from api.usecases.plan_request import PlanRequest
from api.usecases.planning import run_plan
from api.usecases.plans import PlanRecord, request_plan
from optimiser.domain.plan import Plan, PlanCost
from optimiser.domain.problem import Problem
from small_city import NOW

TUESDAY = date(2026, 11, 24)
SETTINGS = Settings(heartbeat_s=0.02)


def clock() -> datetime:
    return NOW


class FakePlanner:
    """Answers an empty plan, or does what `act` does, and remembers what it was asked."""

    def __init__(self, act: Any = None) -> None:
        self.act = act
        self.asked: list[tuple[Problem, dict[str, Any]]] = []

    def __call__(self, problem: Problem, **options: Any) -> Plan:
        self.asked.append((problem, options))
        if self.act is not None:
            self.act(problem, options)
        cost = PlanCost(total_eur=12.5)
        return Plan(service_date=problem.service_date, timezone=problem.timezone, cost=cost)


def ask(db: Database, now: datetime = NOW, **changes: Any) -> PlanRecord:
    request = PlanRequest(**({"service_date": TUESDAY} | changes))
    return request_plan(db, request, created_by="k1", now=now)


def run(db: Database, plan_id: str, planner: Any, settings: Settings = SETTINGS) -> PlanRecord:
    return run_plan(db, plan_id, settings=settings, clock=clock, planner=planner)
