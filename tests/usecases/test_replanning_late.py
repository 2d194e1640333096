"""Replans late in the day: trucks out for too long come home, and what is done is no difference."""

from datetime import timedelta
from typing import Any

import pytest
from fake_planner import SETTINGS
from plan_scene import planned
from test_replanning import MIDDAY, ask, done, report

from api.store.database import Database
from api.usecases.comparing import compare_plans
from api.usecases.planning import run_plan
from api.usecases.plans import plan_document, plan_problem
from optimiser.domain.plan import Plan
from optimiser.domain.problem import Problem
from optimiser.domain.solution import Action, Solution, TruckOrder
from optimiser.planning import judge, make_plan
from optimiser.verifier import verify


@pytest.mark.parametrize("hours", [3.9, 4.5])
def test_a_truck_that_is_still_out_at_the_end_of_its_shift_comes_home_and_the_rest_is_left(
    sqlite_db: Database, hours: float
) -> None:
    plan_id = planned(sqlite_db)
    report(sqlite_db, plan_id, done(1))
    late = MIDDAY + timedelta(hours=hours)
    asked = ask(sqlite_db, plan_id, late)
    ended = run_plan(sqlite_db, asked.id, settings=SETTINGS, clock=lambda: late, planner=make_plan)
    assert ended.status == "done", ended.error_detail
    problem, plan = plan_problem(sqlite_db, asked.id), plan_document(sqlite_db, asked.id)
    assert verify(problem, plan) == ()
    (route,) = (each for each in plan.routes if each.truck_id == "truck-1")
    assert [each.kind for each in route.steps] == ["start", "unload", "end"]
    assert {each.visit_id for each in plan.left} == {f"bin-{n}" for n in (2, 3, 4, 5)}


def test_what_was_done_before_a_replan_is_no_stop_that_it_dropped(sqlite_db: Database) -> None:
    plan_id = planned(sqlite_db)
    report(sqlite_db, plan_id, done(1), done(2))
    second = _made(sqlite_db, ask(sqlite_db, plan_id, MIDDAY).id)
    for there, back in ((plan_id, second), (second, plan_id)):
        found = compare_plans(sqlite_db, there, back)
        assert [each.visit_id for each in found.settled] == ["bin-1", "bin-2"]
        assert [each.visit_id for each in (*found.added, *found.dropped)] == ["bin-4"]
        assert found.same == 1


def _made(db: Database, asked: str) -> str:
    """Solve a replan in which bin 3 is emptied and bin 4 is left; returns its id."""

    def planner(problem: Problem, **_: Any) -> Plan:
        order = TruckOrder("truck-1", (Action("visit", "bin-3"), Action("unload", "amager")))
        return judge(problem, Solution((order,)))[0]

    ended = run_plan(db, asked, settings=SETTINGS, clock=lambda: MIDDAY, planner=planner)
    assert ended.status == "done", ended.error_detail
    return asked
