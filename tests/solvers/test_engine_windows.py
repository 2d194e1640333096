"""Sites that open too late for a truck to be home in time are not on its way home."""

import pytest

from optimiser.domain.calendar import Hours
from optimiser.domain.fleet import DisposalSite, Shift
from optimiser.schedule import build_plan
from optimiser.solvers import Stop
from optimiser.solvers.ortools_engine.engine import OrToolsEngine
from optimiser.travel import travel_matrix
from optimiser.verifier import verify
from tiny import a_problem, a_truck, a_visit, at


@pytest.mark.parametrize("opens", ["08:50", "09:00", "09:10"])
def test_a_site_that_opens_as_one_shift_ends_is_for_trucks_of_a_longer_one(opens: str) -> None:
    site = DisposalSite(
        id="S", place=at(10), fractions=frozenset({"residual"}), unload_s=1200,
        hours=(Hours(opens=opens, closes="18:00"),),
    )  # fmt: skip
    short, long = Shift(starts="06:00", ends="09:00"), Shift(starts="06:00", ends="14:00")
    trucks = (a_truck(id="short", shift=short), a_truck(id="long", shift=long))
    problem = a_problem(a_visit("A", 1), disposal_sites=(site,), trucks=trucks)
    travel = travel_matrix(problem)
    found = OrToolsEngine().solve(
        problem, travel, Stop(solutions=20), seed=1, warm_start=None, on_solution=lambda _: None
    )
    plan = build_plan(problem, travel, found)
    assert verify(problem, plan) == ()
    assert [each.truck_id for each in plan.routes] == ["long"]
