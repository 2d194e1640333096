"""What PyVRP's engine is made of: tips, kinds, daily sums, tours there and back, mending."""

from dataclasses import replace

from solver_instances import FLAT, GLASS, LUNCH, RESIDUAL, SMALL, TWO_HOLDS, hours, site, truck

from optimiser.domain.fleet import Compartment, DailyLimits, Shift
from optimiser.domain.problem import Problem, Rates
from optimiser.domain.solution import Solution
from optimiser.schedule import build_plan
from optimiser.solvers import Stop
from optimiser.solvers.build import build_index
from optimiser.solvers.index import IndexModel
from optimiser.solvers.pyvrp_engine.answer import read_tours, write_tours
from optimiser.solvers.pyvrp_engine.engine import PyVrpEngine
from optimiser.solvers.pyvrp_engine.kinds import kinds_of
from optimiser.solvers.pyvrp_engine.layout import make_layout
from optimiser.solvers.pyvrp_engine.state import Stated, state_data
from optimiser.solvers.pyvrp_engine.tips import tours_of
from optimiser.solvers.sound import Mender
from optimiser.solvers.tours import Tour, solution_of, tours_from
from optimiser.travel import travel_matrix
from optimiser.verifier import verify
from tiny import a_problem, a_visit, order

GLASS_SITE = site("SG", 4, GLASS)
RESIDUAL_SITE = site("S", 10, RESIDUAL)


def index(problem: Problem) -> IndexModel:
    return build_index(problem, travel_matrix(problem), "mean")


def stated(problem: Problem) -> Stated:
    model = index(problem)
    return state_data(make_layout(model, kinds_of(model)), required=True)


def solved(problem: Problem, solutions: int = 100, warm_start: Solution | None = None) -> Solution:
    return PyVrpEngine().solve(
        problem, travel_matrix(problem), Stop(solutions=solutions), seed=1, warm_start=warm_start,
        on_solution=lambda _: None,
    )  # fmt: skip


def both_fractions(**changes: object) -> Problem:
    visits = (a_visit("r", 2), a_visit("g", 6, fraction="glass"))
    fields = {"disposal_sites": (RESIDUAL_SITE, GLASS_SITE), **changes}
    return a_problem(*visits, **{"trucks": (truck(compartments=TWO_HOLDS),), **fields})


def stops(*positions: int) -> Tour:
    return tuple(("stop", position) for position in positions)


def test_a_truck_that_one_site_empties_tips_there() -> None:
    everywhere = site("SB", 30, RESIDUAL | GLASS)
    model = index(both_fractions(disposal_sites=(RESIDUAL_SITE, GLASS_SITE, everywhere)))
    assert tours_of(model, 0) == ((2,),)


def test_a_truck_that_needs_two_sites_tips_at_one_after_the_other() -> None:
    assert tours_of(index(both_fractions()), 0) == ((0, 1), (1, 0))


def test_a_truck_with_nothing_to_unload_needs_no_tip() -> None:
    problem = a_problem(a_visit("v", 3, mass_kg=0, volume_l=0), disposal_sites=())
    assert tours_of(index(problem), 0) == ()


def test_equal_trucks_are_one_kind_and_others_are_not() -> None:
    trucks = (truck(), truck(id="T2"), truck(id="T3", cost_fixed_eur=7))
    kinds = kinds_of(index(a_problem(a_visit("v", 3), trucks=trucks)))
    assert [kind.trucks for kind in kinds] == [(0, 1), (2,)]


def test_trucks_are_told_apart_where_a_change_of_truck_costs() -> None:
    trucks = (truck(), truck(id="T2"))
    visit = a_visit("v", 3, published_truck_id="T2")
    kinds = kinds_of(index(a_problem(visit, trucks=trucks, rates=Rates(change_eur=1))))
    assert [kind.trucks for kind in kinds] == [(0,), (1,)]


def test_a_truck_comes_home_before_its_last_site_is_closed_too_long() -> None:
    early = site("S", 10, RESIDUAL, hours=hours("06:00", "08:00"))
    (kind,) = kinds_of(index(a_problem(a_visit("v", 3), disposal_sites=(early,))))
    unloaded_and_home_s = 1200 + 600
    assert kind.home[1] == 8 * 3600 + unloaded_and_home_s


def test_a_break_is_taken_off_the_day() -> None:
    (kind,) = kinds_of(index(a_problem(a_visit("v", 3), trucks=(truck(break_rule=LUNCH),))))
    assert kind.home[1] == 14 * 3600 - LUNCH.duration_s


def test_the_leg_home_goes_by_the_site() -> None:
    found = stated(a_problem(a_visit("v", 3), trucks=(truck(energy=FLAT),)))
    end = found.layout.first_end
    assert int(found.legs[0].seconds[0, end]) == (7 + 10) * 60 + 1200
    assert found.legs[0].way_home.tolist() == [0]


def test_trucks_with_equal_legs_share_their_matrices() -> None:
    trucks = (truck(), truck(id="T2", shift=Shift(starts="07:00", ends="15:00")))
    assert stated(a_problem(a_visit("v", 3), trucks=trucks)).data.num_profiles == 1


def test_every_window_of_a_visit_is_a_client_of_one_group() -> None:
    visit = a_visit("v", 2, hours=(*hours("06:00", "06:01"), *hours("12:00", "12:10")))
    found = stated(a_problem(visit, a_visit("w", 3)))
    assert found.clients == (0, 0, 1)
    assert found.data.num_groups == 1


def test_tours_come_back_as_they_went() -> None:
    problem = a_problem(
        *(a_visit(f"v{km}", km) for km in (2, 4, 6)), trucks=(truck(compartments=SMALL),)
    )
    found = stated(problem)
    tours = tours_from(found.layout.model, order("v6", "v4", "S", "v2", "S"))
    assert read_tours(found, write_tours(found, tours)) == tours


def test_an_unloading_for_nothing_is_left_out() -> None:
    model = index(a_problem(a_visit("v", 3)))
    assert tours_from(model, order("S", "v", "S", "S")) == {0: (("stop", 0), ("site", 0))}


def test_a_sum_over_all_trips_of_a_day_is_kept_by_the_search_itself() -> None:
    small = truck(compartments=SMALL, limits=DailyLimits(mass_kg=300), energy=FLAT)
    visits = [a_visit(f"v{km}", km) for km in range(1, 7)]
    problem = a_problem(*visits, trucks=(small, replace(small, id="T2")))
    found = stated(problem)
    six_on_one = {0: (*stops(0, 1), ("site", 0), *stops(2, 3), ("site", 0), *stops(4, 5))}
    three_each = {
        0: (*stops(0, 1), ("site", 0), *stops(2)),
        1: (*stops(3, 4), ("site", 0), *stops(5)),
    }
    assert write_tours(found, six_on_one).has_excess_distance()
    assert write_tours(found, three_each).is_feasible()


def test_mending_leaves_what_is_too_much_for_a_day() -> None:
    limited = truck(limits=DailyLimits(stops=2))
    visits = [
        a_visit("v", 1),
        a_visit("dear", 2, required=False, prize_eur=90),
        a_visit("cheap", 3, required=False, prize_eur=80),
    ]
    model = index(a_problem(*visits, trucks=(limited,)))
    mended = Mender(model).mend({0: (*stops(0, 2, 1), ("site", 0))})
    assert mended == {0: (*stops(0, 1), ("site", 0))}


def test_mending_leaves_what_does_not_go_in() -> None:
    model = index(
        a_problem(*(a_visit(f"v{n}", n) for n in (1, 2, 3)), trucks=(truck(compartments=SMALL),))
    )
    mended = Mender(model).mend({0: (*stops(0, 1, 2), ("site", 0))})
    assert mended == {0: (*stops(0, 1), ("site", 0))}


def test_mending_leaves_what_nobody_unloads() -> None:
    model = index(a_problem(a_visit("v", 1)))
    assert Mender(model).mend({0: stops(0)}) == {}


def test_mending_moves_a_late_stop_to_a_truck_that_is_in_time() -> None:
    late = a_visit("late", 2, hours=hours("06:00", "06:05"))
    problem = a_problem(a_visit("v", 9), late, a_visit("w", 1), trucks=(truck(), truck(id="T2")))
    model = index(problem)
    tours = {0: (*stops(0, 1), ("site", 0)), 1: (*stops(2), ("site", 0))}
    mended = Mender(model).mend(tours)
    assert sorted(mended[0] + mended[1]) == sorted([*stops(0, 1, 2), ("site", 0), ("site", 0)])
    plan = build_plan(problem, travel_matrix(problem), solution_of(model, mended))
    assert verify(problem, plan) == ()


def test_more_than_the_trucks_can_do_is_left_and_the_rest_is_done() -> None:
    visits = [a_visit(f"v{n}", n, service_s=7200) for n in range(1, 7)]
    problem = a_problem(*visits, trucks=(truck(),))
    plan = build_plan(problem, travel_matrix(problem), solved(problem))
    assert verify(problem, plan) == ()
    assert len(plan.left) == 3


def test_a_truck_that_needs_four_sites_stays_at_home() -> None:
    names = [f"f{n}" for n in range(4)]
    holds = tuple(Compartment(fractions=frozenset({name})) for name in names)
    sites = tuple(site(f"S{n}", 10, frozenset({name})) for n, name in enumerate(names))
    visits = [a_visit(f"v{n}", n + 1, fraction=name) for n, name in enumerate(names)]
    problem = a_problem(*visits, disposal_sites=sites, trucks=(truck(compartments=holds),))
    assert kinds_of(index(problem)) == ()
    assert solved(problem) == Solution()


def test_a_warm_start_is_handed_on_first() -> None:
    problem = a_problem(a_visit("v", 3), a_visit("w", 5), trucks=(truck(),))
    given, seen = order("w", "v", "S"), list[Solution]()
    PyVrpEngine().solve(
        problem, travel_matrix(problem), Stop(solutions=20), seed=1, warm_start=given,
        on_solution=seen.append,
    )  # fmt: skip
    assert seen[0] == given
    assert seen[-1] == order("v", "w", "S")
