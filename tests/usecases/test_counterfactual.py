"""What the fixed schedule would have driven stands beside a plan, and never in its way."""

from typing import Any

import pytest
from fake_planner import SETTINGS, FakePlanner, ask, run

from api.store.database import Database
from api.usecases.counterfactual import split
from api.usecases.edits.editing import edit_plan
from api.usecases.edits.kinds import Exclude
from api.usecases.plans import plan_document, plan_problem
from api.usecases.replanning.asking import ReplanRequest, replan
from optimiser.domain.plan import Counterfactual, Plan
from optimiser.domain.problem import Problem
from optimiser.domain.solution import Action, Solution, TruckOrder
from optimiser.planning import PlanningFailed, Stop, judge
from small_city import NOW, fill_city

BINS = 12


class Rounds:
    """A planner: one truck empties every bin of the problem, in their order."""

    def __init__(self, *then: Any) -> None:
        self.then, self.asked = then, list[tuple[Problem, dict[str, Any]]]()

    def __call__(self, problem: Problem, **options: Any) -> Plan:
        self.asked.append((problem, options))
        if len(self.asked) > 1 and self.then:
            return self.then[0](problem, options)  # type: ignore[no-any-return]
        visits = tuple(Action("visit", each.id) for each in problem.visits)
        order = TruckOrder("truck-1", (*visits, Action("unload", "amager")))
        plan, violations = judge(problem, Solution((order,) if visits else ()))
        assert violations == ()
        return plan


def planned(db: Database, planner: Any, settings: Any = SETTINGS, **asked: Any) -> str:
    fill_city(db, bins=BINS)
    plan_id = ask(db, **asked).id
    assert run(db, plan_id, planner, settings).status == "done"
    return plan_id


def beside(db: Database, plan_id: str) -> Counterfactual:
    found = plan_document(db, plan_id).counterfactual
    assert found is not None
    return found


def test_a_plan_carries_what_the_fixed_schedule_would_have_driven(db: Database) -> None:
    planner = Rounds()
    plan_id = planned(db, planner, seed=5)
    (own, own_options), (usual, usual_options) = planner.asked
    plan, found = plan_document(db, plan_id), beside(db, plan_id)
    assert own == plan_problem(db, plan_id)
    assert (usual.trucks, usual.rates, usual.travel) == (own.trucks, own.rates, own.travel)
    assert 0 < found.bins == len(usual.visits) < BINS
    assert all(each.required for each in usual.visits)
    assert 0 < found.distance_m < plan.totals.distance_m
    assert found.saving.distance_m == found.distance_m - plan.totals.distance_m
    driving = sum(each.cost.total_eur for each in plan.routes)
    assert found.saving.cost_eur == pytest.approx(found.cost_eur - driving, abs=1e-3)
    assert found.saving.co2e_g == pytest.approx(found.co2e_g - plan.totals.co2e_g, abs=1e-3)
    assert own_options["seed"] == usual_options["seed"] == 5
    assert own_options["stop"].seconds + usual_options["stop"].seconds == SETTINGS.solve_seconds


def _no_plan(*_: Any) -> Plan:
    raise PlanningFailed("no_solution", "the search ended before it found any solution")


def _breaks(*_: Any) -> Plan:
    raise MemoryError


@pytest.mark.parametrize("fails", [_no_plan, _breaks])
def test_a_plan_stays_when_its_counterfactual_fails(sqlite_db: Database, fails: Any) -> None:
    plan_id = planned(sqlite_db, Rounds(fails))
    plan = plan_document(sqlite_db, plan_id)
    assert plan.totals.stops == BINS
    assert plan.counterfactual is None


def test_a_search_for_it_is_told_to_stop_when_its_time_is_over(
    sqlite_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []

    def stuck(_problem: Problem, options: dict[str, Any]) -> Plan:
        told.append(options["cancelled"]())
        monkeypatch.setattr("api.usecases.counterfactual.monotonic", lambda: float("inf"))
        told.append(options["cancelled"]())
        raise PlanningFailed("solver_stuck", "killed")

    plan_id = planned(sqlite_db, Rounds(stuck))
    assert told == [False, True]
    assert plan_document(sqlite_db, plan_id).counterfactual is None


@pytest.mark.parametrize("asked", [{"counterfactual": False}, {"seconds": 9}])
def test_a_plan_that_must_be_quick_has_none(sqlite_db: Database, asked: dict[str, Any]) -> None:
    planner = FakePlanner()
    planned(sqlite_db, planner, **asked)
    ((_, options),) = planner.asked
    assert options["stop"].seconds == asked.get("seconds", SETTINGS.solve_seconds)


def test_a_share_of_nothing_turns_it_off(sqlite_db: Database) -> None:
    planner = FakePlanner()
    planned(sqlite_db, planner, SETTINGS.model_copy(update={"counterfactual_share": 0.0}))
    assert len(planner.asked) == 1


@pytest.mark.parametrize(
    ("stop", "own", "rest"),
    [
        (Stop(10), Stop(8), Stop(2)),
        (Stop(60), Stop(54), Stop(6)),
        (Stop(600), Stop(590), Stop(10)),
        (Stop(None, 40), Stop(None, 40), Stop(None, 4)),
        (Stop(5, 40), Stop(5, 40), None),
    ],
)
def test_its_time_is_taken_from_the_plan_s_own(stop: Stop, own: Stop, rest: Stop | None) -> None:
    assert split(stop, 0.1) == (own, rest)


def test_an_edit_keeps_it_and_counts_the_saving_anew(sqlite_db: Database) -> None:
    plan_id = planned(sqlite_db, Rounds())
    before = beside(sqlite_db, plan_id)
    edits = [Exclude(kind="exclude", visit_id="bin-12"), Exclude(kind="exclude", visit_id="bin-11")]
    plan, _ = edit_plan(sqlite_db, plan_id, edits, expected="any", by="k", now=NOW)
    after = beside(sqlite_db, plan_id)
    assert after.distance_m == before.distance_m == after.saving.distance_m + plan.totals.distance_m
    assert after.saving.distance_m > before.saving.distance_m


def test_a_replan_has_none_for_it_is_not_of_the_whole_day(sqlite_db: Database) -> None:
    plan_id = planned(sqlite_db, Rounds())
    new = replan(
        sqlite_db, plan_id, ReplanRequest(freeze_until=None), by="k", now=NOW, max_seconds=60
    )
    planner = Rounds()
    assert run(sqlite_db, new.id, planner).status == "done"
    assert len(planner.asked) == 1
    assert plan_document(sqlite_db, new.id).counterfactual is None
