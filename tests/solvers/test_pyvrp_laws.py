"""Laws of PyVRP's engine on random small problems, also where its model is too coarse."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from solver_instances import AT_EIGHT, GLASS, LUNCH, RESIDUAL, TWO_HOLDS, hours, site, truck

from optimiser.domain.fleet import Compartment, DailyLimits
from optimiser.domain.plan import Plan
from optimiser.domain.problem import Problem, Rates
from optimiser.domain.solution import Solution
from optimiser.domain.travel import COPENHAGEN_TRAFFIC, Planar
from optimiser.schedule import build_plan
from optimiser.solvers import Stop, make_engine
from optimiser.travel import travel_matrix
from optimiser.verifier import verify
from tiny import a_problem, a_visit

BOTH = site("SB", 10, GLASS | RESIDUAL)
ONE_EACH = (site("S", 10, RESIDUAL, hours=hours("06:00", "11:00")), site("SG", 4, GLASS))
EARLY = (BOTH, site("SE", 2, RESIDUAL, hours=(*hours("06:00", "07:00"), *hours("09:00", "10:00"))))
VISITS = st.lists(
    st.fixed_dictionaries(
        {
            "km": st.integers(1, 20),
            "mass_kg": st.floats(0, 300),
            "volume_l": st.floats(0, 2000),
            "fraction": st.sampled_from(["residual", "residual", "glass"]),
            "hours": st.sampled_from(
                [(), hours("06:30", "07:30"), (*hours("05:00", "06:10"), *hours("10:00", "12:00"))]
            ),
            "service_s": st.sampled_from([60, 600, 3000]),
            "required": st.booleans(),
            "prize_eur": st.floats(0, 60),
            "access": st.sampled_from([frozenset(), frozenset(), frozenset({"narrow"})]),
            "published_truck_id": st.sampled_from([None, None, "T0"]),
        }
    ),
    max_size=12,
)
TRUCKS = st.lists(
    st.fixed_dictionaries(
        {
            "compartments": st.sampled_from(
                [
                    TWO_HOLDS,
                    (Compartment(fractions=RESIDUAL, capacity_kg=400),),
                    (Compartment(fractions=RESIDUAL | GLASS, capacity_l=900, compaction=3.0),),
                ]
            ),
            "break_rule": st.sampled_from([None, LUNCH, AT_EIGHT]),
            "abilities": st.sampled_from([frozenset(), frozenset({"narrow"})]),
            "limits": st.sampled_from(
                [
                    DailyLimits(),
                    DailyLimits(stops=4, duration_s=20_000),
                    DailyLimits(mass_kg=500, volume_l=4000),
                    DailyLimits(distance_m=40_000, driving_s=2000),
                ]
            ),
        }
    ),
    min_size=1,
    max_size=3,
)
SITES = st.sampled_from([(BOTH,), ONE_EACH, EARLY])
TRAFFIC = st.sampled_from([(1.0,) * 24, COPENHAGEN_TRAFFIC])


def problem_of(visits: Any, trucks: Any, sites: Any, traffic: Any) -> Problem:
    return a_problem(
        *(a_visit(f"v{n}", **each) for n, each in enumerate(visits)),
        disposal_sites=sites,
        trucks=tuple(truck(id=f"T{n}", **each) for n, each in enumerate(trucks)),
        travel=Planar(kind="manhattan", speed_kmh=60, hour_factors=traffic),
        rates=Rates(change_eur=3, imbalance_eur_per_h=10),
    )


def solve(
    problem: Problem, warm_start: Solution | None = None, engine: str = "pyvrp"
) -> tuple[Plan, list[Solution]]:
    travel = travel_matrix(problem)
    seen: list[Solution] = []
    found = make_engine(engine).solve(
        problem, travel, Stop(solutions=40), seed=1, warm_start=warm_start, on_solution=seen.append
    )
    assert seen[-1:] == [found]
    return build_plan(problem, travel, found), seen


def rank(plan: Plan) -> tuple[int, float]:
    return sum(left.required for left in plan.left), plan.cost.total_eur


@settings(max_examples=100, deadline=None)
@given(VISITS, TRUCKS, SITES, TRAFFIC, st.sampled_from(["pyvrp", "pyvrp-worst"]))
def test_everything_handed_on_passes_the_verifier(
    visits: Any, trucks: Any, sites: Any, traffic: Any, engine: str
) -> None:
    problem = problem_of(visits, trucks, sites, traffic)
    _, seen = solve(problem, engine=engine)
    travel = travel_matrix(problem)
    assert [verify(problem, build_plan(problem, travel, each)) for each in seen] == [()] * len(seen)


@settings(max_examples=40, deadline=None)
@given(VISITS, TRUCKS, SITES, TRAFFIC)
def test_an_answer_is_no_worse_than_its_warm_start(
    visits: Any, trucks: Any, sites: Any, traffic: Any
) -> None:
    problem = problem_of(visits, trucks, sites, traffic)
    plan, seen = solve(problem)
    again, _ = solve(problem, seen[-1])
    left, cost = rank(plan)
    assert rank(again) <= (left, cost + 0.01)


@settings(max_examples=15, deadline=None)
@given(VISITS, TRUCKS, SITES, TRAFFIC)
def test_the_same_seed_and_count_give_the_same_solutions(
    visits: Any, trucks: Any, sites: Any, traffic: Any
) -> None:
    problem = problem_of(visits, trucks, sites, traffic)
    assert solve(problem) == solve(problem)
