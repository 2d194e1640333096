"""A plan of the small city made by hand: bins 1 to 4 on truck-1, the others left."""

from typing import Any

from fake_planner import SETTINGS, ask

from api.store.database import Database
from api.usecases.planning import run_plan
from optimiser.domain.plan import Plan
from optimiser.domain.problem import Problem
from optimiser.domain.solution import Action, Solution, TruckOrder
from optimiser.planning import explain, judge
from small_city import NOW, fill_city


def four_on_one(problem: Problem, **_: Any) -> Plan:
    """A planner."""
    visits = tuple(Action("visit", f"bin-{number}") for number in (1, 2, 3, 4))
    order = TruckOrder("truck-1", (*visits, Action("unload", "amager")))
    plan, violations = judge(problem, Solution((order,)))
    assert violations == ()
    return explain(problem, plan)


def planned(db: Database, *, bins: int = 5, trucks: int = 2) -> str:
    """The id of such a plan, which is done."""
    fill_city(db, bins=bins, trucks=trucks)
    return planned_again(db)


def planned_again(db: Database, planner: Any = four_on_one) -> str:
    """Another plan of the city as it is."""
    asked = ask(db)
    done = run_plan(db, asked.id, settings=SETTINGS, clock=lambda: NOW, planner=planner)
    assert done.status == "done", done.error_detail
    return asked.id
