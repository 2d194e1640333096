"""The whole pipeline with the real engine, in child processes, on small problems."""

from datetime import UTC, date, datetime

import pytest

from fixtures.busy_day import busy_day
from optimiser.domain.bins import Bin
from optimiser.domain.calendar import ServiceDay
from optimiser.domain.fleet import Compartment, Depot, DisposalSite, Shift, Truck
from optimiser.domain.places import GeoPoint
from optimiser.domain.problem import Rates
from optimiser.domain.readings import Reading
from optimiser.domain.solution import Solution
from optimiser.domain.travel import GreatCircle
from optimiser.forecast import fill_states
from optimiser.planning import PlanningFailed, Progress, Stop, make_plan, make_problem
from optimiser.search import Judge
from optimiser.selection import SelectionParams
from optimiser.travel import travel_matrix
from optimiser.verifier import verify
from tiny import a_problem, a_visit, order

SHORT = Stop(seconds=20, solutions=30)


def test_from_readings_to_a_verified_route() -> None:
    residual = frozenset({"residual"})
    home = GeoPoint(lon=12.5, lat=55.68)
    bins = [
        Bin(id=f"B{i}", place=GeoPoint(lon=12.5 + i / 100, lat=lat), fraction="residual",
            volume_l=240, sensor_id=f"s{i}")
        for i, lat in ((1, 55.68), (2, 55.71), (3, 55.68))  # the second is off the way
    ]  # fmt: skip
    fills = {1: 0.99, 2: 0.10, 3: 1.05}
    readings = [
        Reading(sensor_id=f"s{i}", bin_id=f"B{i}", fill=min(1.5, fill * hour / 47), sequence=hour,
                time=datetime(2026, 11, 22 + hour // 24, hour % 24, tzinfo=UTC))
        for i, fill in fills.items() for hour in range(0, 48, 4)
    ]  # fmt: skip
    days = [ServiceDay(date(2026, 11, d), "Europe/Copenhagen") for d in (24, 25)]
    until = datetime(2026, 11, 24, 3, tzinfo=UTC)
    problem = make_problem(
        days=days,
        depots=[Depot(id="D", place=home)],
        disposal_sites=[DisposalSite(id="S", place=home, fractions=residual)],
        trucks=[
            Truck(id="T", start_depot_id="D", end_depot_id="D",
                  compartments=(Compartment(fractions=residual, capacity_kg=1000),),
                  shift=Shift(starts="06:00", ends="14:00"))
        ],
        bins=bins,
        states=fill_states(bins, readings, [], until=until, zone=days[0].zone),
        params=SelectionParams(),
        travel=GreatCircle(),
        rates=Rates(),
    )  # fmt: skip
    plan = make_plan(problem, stop=SHORT)
    assert verify(problem, plan) == ()
    stops = {s.ref: s for route in plan.routes for s in route.steps if s.kind == "visit"}
    assert set(stops) == {"B1", "B3"}
    assert "% full" in stops["B3"].why
    assert [(left.visit_id, left.code) for left in plan.left] == [("B2", "not_worth_it")]


def test_no_bins_are_an_empty_plan_at_once() -> None:
    plan = make_plan(a_problem(), stop=Stop(seconds=60))
    assert plan.routes == ()
    assert plan.made is not None
    assert plan.made.solve_s < 60


def test_a_cancelled_search_without_a_plan_fails_by_its_code() -> None:
    with pytest.raises(PlanningFailed) as caught:
        make_plan(a_problem(a_visit("A", 2)), stop=Stop(seconds=30), cancelled=lambda: True)
    assert caught.value.code == "no_solution"


def test_the_same_seed_and_solution_limit_give_the_same_routes() -> None:
    problem = a_problem(*(a_visit(f"B{i}", (i * 7) % 11) for i in range(8)))
    first, second = (make_plan(problem, stop=Stop(solutions=20), seed=3) for _ in range(2))
    assert first.routes == second.routes


def test_a_solution_that_breaks_a_rule_is_never_kept() -> None:
    problem = a_problem(a_visit("A", 2), a_visit("B", 3))
    seen: list[Progress] = []
    judge = Judge(problem, travel_matrix(problem), seen.append)
    judge.offer(order("A", "B"), "careless")  # comes home with waste on board
    with pytest.raises(PlanningFailed) as caught:
        judge.verdict([])
    assert caught.value.code == "unverified"
    judge.offer(Solution(), "idle")
    judge.offer(order("A", "S"), "half")
    judge.offer(order("A", "B", "S"), "good")
    judge.offer(order("B", "S"), "worse")
    judge.offer(order("A", "B"), "careless")
    found = judge.verdict([])
    assert found.engine == "good"
    assert found.solutions == 6
    assert seen[0].cost_eur is None
    assert seen[-1].cost_eur == found.plan.cost.total_eur


def test_a_small_busy_day_has_a_plan_that_leaves_nothing_required() -> None:
    day = busy_day(1, 40)
    plan = make_plan(day, stop=Stop(seconds=3))
    assert verify(day, plan) == ()
    assert not [left for left in plan.left if left.required]
