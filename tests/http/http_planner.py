"""A planner for HTTP tests: the first truck empties every bin, in the order given."""

from collections.abc import Callable
from dataclasses import replace

from flask import Flask

from api.http.ports import Ports
from api.usecases.fleets import MAIN
from api.usecases.planning import run_plan
from optimiser.domain.plan import Plan
from optimiser.domain.problem import Problem
from optimiser.domain.solution import Action, Solution, TruckOrder
from optimiser.planning import Progress, Stop
from optimiser.schedule import build_plan
from optimiser.travel import travel_matrix


def take_all(
    problem: Problem,
    *,
    stop: Stop,
    seed: int = 0,
    on_progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    memory_mb: int = 4096,
) -> Plan:
    actions = [Action("visit", each.id) for each in problem.visits]
    actions += [Action("unload", each.id) for each in problem.disposal_sites[:1]]
    order = TruckOrder(problem.trucks[0].id, tuple(actions))
    return build_plan(problem, travel_matrix(problem), Solution((order,)))


def ports_of(app: Flask) -> Ports:
    """The app's, with the database for the main fleet."""
    found: Ports = app.extensions["binrounds"]
    return replace(found, db=found.db.of(MAIN))


def run(app: Flask, plan_id: str) -> None:
    """What a worker would do with a queued plan."""
    at = ports_of(app)
    run_plan(at.db, plan_id, settings=at.settings, clock=at.clock, planner=take_all)
