"""Whatever edits are made, what comes out is a plan that the verifier passes, or nothing."""

from hypothesis import given, settings
from hypothesis import strategies as st

from api.usecases.edits.apply import applied
from api.usecases.edits.draft import draft_of
from api.usecases.edits.editing import judged, tidied
from api.usecases.edits.kinds import Add, Close, Edit, Exclude, Lock, Move, Pin
from api.usecases.errors import Invalid, Violates
from optimiser.domain.fleet import Compartment
from optimiser.domain.solution import Solution
from optimiser.planning import explain, judge
from optimiser.verifier import verify
from tiny import a_problem, a_truck, a_visit

HOLD = (Compartment(fractions=frozenset({"residual"}), capacity_kg=250),)
PROBLEM = a_problem(
    *(a_visit(f"V{n}", n, required=n % 2 == 0, prize_eur=20.0) for n in range(1, 6)),
    trucks=(a_truck(id="T1", compartments=HOLD), a_truck(id="T2", compartments=HOLD)),
)
VISITS = st.sampled_from([f"V{n}" for n in range(1, 7)])
TRUCKS = st.sampled_from(["T1", "T2", "T3"])
POSITIONS = st.none() | st.integers(0, 6)
EDITS: st.SearchStrategy[Edit] = st.one_of(
    st.builds(Move, kind=st.just("move"), visit_id=VISITS, truck_id=TRUCKS, position=POSITIONS),
    st.builds(Pin, kind=st.just("pin"), visit_id=VISITS, truck_id=st.none() | TRUCKS),
    st.builds(Lock, kind=st.just("lock"), truck_id=TRUCKS, stops=POSITIONS),
    st.builds(Exclude, kind=st.just("exclude"), visit_id=VISITS),
    st.builds(
        Add,
        kind=st.just("add"),
        bin_id=VISITS,
        truck_id=st.none() | TRUCKS,
        position=POSITIONS,
    ),
    st.builds(Close, kind=st.just("close"), truck_id=TRUCKS),
)


@settings(max_examples=150, deadline=None)
@given(edits=st.lists(EDITS, min_size=1, max_size=12))
def test_each_edit_is_refused_or_gives_a_plan_that_keeps_every_rule(edits: list[Edit]) -> None:
    plan = explain(PROBLEM, judge(PROBLEM, Solution())[0])
    draft = draft_of(PROBLEM, plan)
    for edit in edits:
        try:
            edited = tidied(applied(draft, [edit], lambda _: None), plan)
            draft, plan = edited, judged(edited, plan)
        except (Invalid, Violates):
            continue
        assert verify(draft.problem, plan) == ()
        on_routes = [each.ref for route in plan.routes for each in route.steps
                     if each.kind == "visit"]  # fmt: skip
        told = sorted([*on_routes, *(each.visit_id for each in plan.left)])
        assert told == sorted(draft.problem.visit_by_id)
        assert draft_of(draft.problem, plan).orders == {
            truck: actions for truck, actions in draft.orders.items() if actions
        }
