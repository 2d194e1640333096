import pytest

from optimiser.domain.fleet import Compartment, Energy, Shift
from optimiser.domain.problem import Rates
from optimiser.domain.solution import Action, Solution, TruckOrder
from optimiser.schedule import build_plan
from optimiser.travel import travel_matrix
from optimiser.verifier import verify
from tiny import a_problem, a_truck, a_visit, order

CLEAN = Energy(per_km_empty=0.4, per_km_full=0.6, per_standing_h=6, per_lift=0.5)


def test_each_term_of_the_objective_has_its_own_line() -> None:
    problem = a_problem(
        a_visit("A", 10),
        a_visit("B", 3, required=False, prize_eur=7),
        trucks=(a_truck(energy=CLEAN),),
        rates=Rates(carbon_eur_per_t=1000),
    )
    plan = build_plan(problem, travel_matrix(problem), order("A", "S"))
    cost = plan.routes[0].cost
    assert cost.fixed_eur == 100
    assert cost.distance_eur == 20
    assert cost.time_eur == 50  # 20 min of driving, 10 of emptying, 20 of unloading
    assert cost.overtime_eur == 0
    # 10 km empty and 10 km home empty at 0.4 l; the site is where the bin is; 30 min standing
    assert plan.routes[0].energy == pytest.approx(4 + 4 + 3 + 0.5)
    assert cost.co2e_eur == pytest.approx(11.5 * 3.2)
    assert plan.cost.overflow_eur == 7
    assert plan.cost.total_eur == pytest.approx(100 + 20 + 50 + 36.8 + 7)
    assert verify(problem, plan) == ()


def test_a_leg_with_a_load_burns_more() -> None:
    problem = a_problem(a_visit("A", 0, mass_kg=500), trucks=(a_truck(energy=CLEAN),))
    plan = build_plan(problem, travel_matrix(problem), order("A", "S"))
    assert plan.routes[0].energy == pytest.approx(10 * 0.5 + 10 * 0.4 + 3 + 0.5)


def test_overtime_replaces_the_plain_rate() -> None:
    shift = Shift(starts="06:00", ends="06:20", overtime_s=3600)
    problem = a_problem(a_visit("A", 10), trucks=(a_truck(shift=shift),))
    plan = build_plan(problem, travel_matrix(problem), order("A", "S"))
    assert plan.routes[0].overtime_s == 1800
    assert plan.routes[0].cost.time_eur == 20
    assert plan.routes[0].cost.overtime_eur == 60
    assert verify(problem, plan) == ()


def test_imbalance_is_priced_by_the_longest_route_over_the_mean() -> None:
    problem = a_problem(
        a_visit("A", 10),
        a_visit("B", 10),
        a_visit("C", 10),
        trucks=(a_truck(), a_truck(id="U")),
        rates=Rates(imbalance_eur_per_h=60),
    )
    one = TruckOrder("T", (Action("visit", "A"), Action("visit", "B"), Action("unload", "S")))
    two = TruckOrder("U", (Action("visit", "C"), Action("unload", "S")))
    plan = build_plan(problem, travel_matrix(problem), Solution((one, two)))
    assert plan.cost.imbalance_eur == 5  # 60 and 50 minutes: 5 minutes above the mean
    assert verify(problem, plan) == ()


def test_a_visit_moved_from_its_published_truck_costs_the_price_of_a_change() -> None:
    problem = a_problem(
        a_visit("A", 10, published_truck_id="U"),
        a_visit("B", 10, published_truck_id="T"),
        trucks=(a_truck(), a_truck(id="U")),
        rates=Rates(change_eur=4),
    )
    plan = build_plan(problem, travel_matrix(problem), order("A", "B", "S"))
    assert plan.cost.change_eur == 4
    assert verify(problem, plan) == ()


def test_a_site_empties_only_compartments_whose_fractions_it_takes() -> None:
    holds = (
        Compartment(fractions=frozenset({"residual"}), compaction=4),
        Compartment(fractions=frozenset({"glass"})),
    )
    problem = a_problem(
        a_visit("A", 1), a_visit("G", 2, fraction="glass"), trucks=(a_truck(compartments=holds),)
    )
    plan = build_plan(problem, travel_matrix(problem), order("A", "G", "S"))
    loads = [tuple((hold.mass_kg, hold.volume_l) for hold in s.load) for s in plan.routes[0].steps]
    assert loads == [
        ((0, 0), (0, 0)),
        ((100, 250), (0, 0)),
        ((100, 250), (100, 1000)),
        ((0, 0), (100, 1000)),
        ((0, 0), (100, 1000)),
    ]
    assert "not_empty" in {each.code for each in verify(problem, plan)}


def test_an_empty_solution_leaves_every_visit_and_costs_their_prizes() -> None:
    problem = a_problem(a_visit("A", 1, prize_eur=3), a_visit("B", 1, prize_eur=4))
    plan = build_plan(problem, travel_matrix(problem), Solution())
    assert plan.routes == ()
    assert [left.visit_id for left in plan.left] == ["A", "B"]
    assert plan.cost.total_eur == 7
    assert verify(problem, plan) == ()
