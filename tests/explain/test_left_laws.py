"""A bin is said to fit just if putting it somewhere gives a plan that the verifier passes."""

from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from test_room import LUNCHES, PRESENT, TRAFFIC

from optimiser.domain.calendar import Hours
from optimiser.domain.fleet import Compartment, DailyLimits, DrivingRule
from optimiser.domain.problem import Problem, Visit
from optimiser.domain.solution import Action, Solution, TruckOrder
from optimiser.explain import why_left
from optimiser.schedule import build_plan
from optimiser.travel import travel_matrix
from optimiser.verifier import verify
from tiny import a_problem, a_truck, a_visit, order


def visits(name: str, minutes: st.SearchStrategy[int]) -> st.SearchStrategy[list[Visit]]:
    """One to four visits, half of them with a window of two hours."""
    hours = st.just(()) | st.integers(6, 11).map(
        lambda opens: (Hours(opens=f"{opens:02}:00", closes=f"{opens + 2:02}:00"),)
    )
    rows = st.lists(st.tuples(st.floats(0, 12), minutes, hours), min_size=1, max_size=4)
    return rows.map(
        lambda found: [
            a_visit(f"{name}{n}", km, service_s=60 * busy, mass_kg=40 + busy, hours=hours)
            for n, (km, busy, hours) in enumerate(found)
        ]
    )


@st.composite
def plans(draw: st.DrawFn) -> tuple[Problem, tuple[Action, ...]]:
    """A problem and a route of it, with breaks, rests, promised stops, deadlines and limits."""
    on, left = draw(visits("A", st.integers(1, 20))), draw(visits("B", st.integers(1, 200)))
    refs, middle = [visit.id for visit in on], draw(st.integers(0, len(on)))
    actions = order(*refs[:middle], "S", *refs[middle:], "S").orders[0].actions
    limits = st.builds(
        DailyLimits,
        stops=st.sampled_from([None, len(on), len(on) + 1]),
        distance_m=st.none() | st.integers(50_000, 120_000),
        duration_s=st.none() | st.integers(15_000, 28_800),
    )
    hold = Compartment(
        fractions=frozenset({"residual"}), capacity_kg=draw(st.sampled_from([250, 1000]))
    )
    truck = a_truck(
        compartments=(hold,),
        break_rule=draw(LUNCHES),
        driving_rule=draw(
            st.none() | st.builds(DrivingRule, most_s=st.integers(4500, 9000), rest_s=st.just(900))
        ),
        present=draw(st.none() | st.just(PRESENT)),
        first=actions[: draw(st.integers(0, 2))],
        limits=draw(st.just(DailyLimits()) | limits),
    )
    due = draw(st.sampled_from([None, None, None, "10:00"]))
    stops = [replace(visit, unload_by=due) for visit in left]
    return a_problem(*on, *stops, trucks=(truck,), travel=TRAFFIC), actions


@settings(max_examples=150, deadline=None)
@given(plan=plans())
def test_a_bin_could_be_taken_just_if_a_plan_with_it_keeps_every_rule(
    plan: tuple[Problem, tuple[Action, ...]],
) -> None:
    problem, actions = plan
    assume(not broken(problem, actions))
    travel = travel_matrix(problem)
    made = build_plan(problem, travel, Solution((TruckOrder("T", actions),)))
    for left in why_left(problem, travel, made):
        could = any(not broken(problem, each) for each in with_it(problem, actions, left.visit_id))
        assert (left.code == "not_found_in_time") == could, (left.code, left.detail)


def with_it(problem: Problem, actions: tuple[Action, ...], ident: str) -> list[tuple[Action, ...]]:
    """Every order with the bin before a later unloading, or with a trip of its own at the end."""
    visit, trip = Action("visit", ident), (Action("visit", ident), Action("unload", "S"))
    begun = len(problem.trucks[0].first)
    inside = [(*actions[:at], visit, *actions[at:]) for at in range(begun, len(actions))]
    return [*inside, (*actions, *trip)]


def broken(problem: Problem, actions: tuple[Action, ...]) -> bool:
    solution = Solution((TruckOrder("T", actions),))
    return bool(verify(problem, build_plan(problem, travel_matrix(problem), solution)))
