from optimiser.domain.solution import Action, Solution, TruckOrder
from optimiser.schedule import build_plan
from optimiser.search.polish import groups_to_polish, polished
from optimiser.solvers import Stop
from optimiser.travel import travel_matrix
from tiny import a_problem, a_truck, a_visit

FAR_APART = (2, 3, 40, 41)
PROBLEM = a_problem(
    *(a_visit(f"V{km}", km) for km in FAR_APART), trucks=(a_truck(), a_truck(id="T2"))
)


def by(truck: str, *refs: str) -> TruckOrder:
    return TruckOrder(truck, tuple(Action("unload" if r == "S" else "visit", r) for r in refs))


CROSSED = Solution((by("T", "V2", "V40", "S"), by("T2", "V3", "V41", "S")))


def test_every_route_is_in_at_most_one_group() -> None:
    plan = build_plan(PROBLEM, travel_matrix(PROBLEM), CROSSED)
    groups = groups_to_polish(plan, seed=1)
    trucks = [truck for group in groups for truck in group]
    assert sorted(trucks) == ["T", "T2"]


def test_polishing_a_group_makes_its_routes_cheaper() -> None:
    travel = travel_matrix(PROBLEM)
    before = build_plan(PROBLEM, travel, CROSSED).cost.total_eur
    found = polished(
        PROBLEM,
        CROSSED,
        [("T", "T2")],
        Stop(solutions=50),
        seed=1,
        cancelled=lambda: False,
        memory_mb=2000,
    )
    assert min(build_plan(PROBLEM, travel, each).cost.total_eur for each in found) < before


def test_after_a_cancel_nothing_is_polished() -> None:
    found = polished(
        PROBLEM, CROSSED, [("T", "T2")], Stop(seconds=30), seed=1, cancelled=lambda: True,
        memory_mb=2000,
    )  # fmt: skip
    assert found in ([], [CROSSED])
