"""Laws of the schedule on random orders, judged by the independent verifier."""

from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.domain.calendar import Hours
from optimiser.domain.fleet import BreakRule
from optimiser.domain.travel import COPENHAGEN_TRAFFIC, Planar
from optimiser.schedule import build_plan
from optimiser.travel import travel_matrix
from optimiser.verifier import verify
from tiny import a_problem, a_truck, a_visit, order

TIMES = {"visit_window", "shift_end", "break_window", "break_missing", "depot_hours"}
"""Codes of orders that cannot be kept in time; everything else would be the schedule's fault."""

LUNCH = BreakRule(duration_s=1800, earliest="10:00", latest="10:40")
TRAFFIC = Planar(kind="manhattan", speed_kmh=20, hour_factors=COPENHAGEN_TRAFFIC)


@st.composite
def visits(draw: st.DrawFn) -> list[tuple[float, int, int]]:
    """Kilometre, opening hour and hours open of up to six visits."""
    one = st.tuples(st.floats(0, 20), st.integers(5, 12), st.integers(0, 8))
    return draw(st.lists(one, min_size=1, max_size=6))


@settings(max_examples=60, deadline=None)
@given(rows=visits())
def test_whatever_the_order_only_times_can_be_wrong(rows: list[tuple[float, int, int]]) -> None:
    stops = [
        a_visit(
            f"B{index}", km, hours=(Hours(opens=f"{opens:02}:00", closes=f"{opens + span:02}:00"),)
        )
        for index, (km, opens, span) in enumerate(rows)
    ]
    problem = a_problem(*stops, trucks=(a_truck(break_rule=LUNCH),), travel=TRAFFIC)
    plan = build_plan(problem, travel_matrix(problem), order(*(v.id for v in stops), "S"))
    assert {each.code for each in verify(problem, plan)} <= TIMES


@settings(max_examples=40, deadline=None)
@given(kms=st.lists(st.floats(0, 20), min_size=1, max_size=5))
def test_a_break_never_brings_a_truck_home_earlier(kms: list[float]) -> None:
    stops = [a_visit(f"B{index}", km) for index, km in enumerate(kms)]
    actions = order(*(v.id for v in stops), "S")
    ends = []
    for rule in (None, LUNCH):
        problem = a_problem(*stops, trucks=(a_truck(break_rule=rule),), travel=TRAFFIC)
        plan = build_plan(problem, travel_matrix(problem), actions)
        ends.append(plan.routes[0].steps[-1].arrival)
    assert ends[0] <= ends[1]
