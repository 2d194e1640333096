"""The index model of trucks under way, first and pinned stops, rests, and unloading in time."""

from solver_instances import RESIDUAL, TWO_HOLDS, hours, site, truck

from optimiser.domain.fleet import DrivingRule, OnBoard, Present
from optimiser.domain.problem import Problem
from optimiser.domain.solution import Action, Solution, TruckOrder
from optimiser.solvers.build import build_index
from optimiser.solvers.index import Driving, IndexModel
from optimiser.solvers.ortools_engine.groups import Group, part
from optimiser.solvers.tours import homeward, lean, solution_of
from optimiser.travel import travel_matrix
from tiny import a_problem, a_visit, at, order

NINE = Present(place=at(5), at="09:00", load=(OnBoard(mass_kg=300.5, volume_l=2000),))
EMPTY_AT_NINE = Present(place=at(5), at="09:00", load=(OnBoard(),))


def index(problem: Problem) -> IndexModel:
    return build_index(problem, travel_matrix(problem), "mean")


def visits(*refs: str) -> tuple[Action, ...]:
    return tuple(Action("unload" if ref.startswith("S") else "visit", ref) for ref in refs)


def test_a_truck_under_way_starts_where_and_when_it_is_with_what_it_has() -> None:
    own = index(a_problem(a_visit("v", 3), trucks=(truck(present=NINE),))).trucks[0]
    assert own.out
    assert own.leave == ((9 * 3600, 9 * 3600),)
    assert own.on_board == ((300_500, 2_000_000),)
    assert own.prices.fixed == 0
    problem = a_problem(a_visit("v", 3), trucks=(truck(present=NINE),))
    assert problem.places[index(problem).trucks[0].start_row] == at(5)


def test_a_truck_at_its_depot_has_nothing_on_board_and_its_price() -> None:
    own = index(a_problem(a_visit("v", 3), trucks=(truck(),))).trucks[0]
    assert (own.out, own.on_board, own.first, own.driving) == (False, ((0, 0),), (), None)
    assert own.prices.fixed > 0


def test_a_rule_of_rests_counts_from_what_is_driven_already() -> None:
    present = Present(place=at(5), at="09:00", load=(OnBoard(),), driven_s=600)
    rule = DrivingRule(most_s=3600, rest_s=900)
    trucks = (truck(driving_rule=rule), truck(id="T2", driving_rule=rule, present=present))
    model = index(a_problem(a_visit("v", 3), trucks=trucks))
    assert [own.driving for own in model.trucks] == [
        Driving(3600, 900, 0), Driving(3600, 900, 600)
    ]  # fmt: skip


def test_a_pinned_visit_has_only_its_truck() -> None:
    model = index(
        a_problem(a_visit("v", 3, pinned_truck_id="T2"), trucks=(truck(), truck(id="T2")))
    )
    assert model.stops[0].trucks == (1,)


def test_a_visit_that_is_first_on_a_truck_has_only_that_truck() -> None:
    trucks = (truck(), truck(id="T2", first=visits("w", "S", "v")))
    model = index(a_problem(a_visit("v", 3), a_visit("w", 3), a_visit("x", 3), trucks=trucks))
    assert [stop.trucks for stop in model.stops] == [(1,), (1,), (0, 1)]
    assert model.trucks[1].first == (("stop", 1), ("site", 0), ("stop", 0))


def test_a_first_visit_that_is_not_worth_its_prize_stays_and_keeps_its_position() -> None:
    poor = [a_visit(f"o{n}", n, required=False, prize_eur=0) for n in (1, 2, 3)]
    model = index(a_problem(*poor, trucks=(truck(first=visits("o3", "o2")),)))
    assert [stop.visits for stop in model.stops] == [("o2",), ("o3",)]
    assert model.trucks[0].first == (("stop", 1), ("stop", 0))


def test_what_cannot_be_done_is_not_among_what_a_truck_does_first() -> None:
    visit = a_visit("heavy", 3, mass_kg=5000)
    model = index(a_problem(visit, a_visit("v", 4), trucks=(truck(first=visits("heavy", "v")),)))
    assert model.trucks[0].first == (("stop", 0),)
    assert model.stops[0].visits == ("v",)


def test_a_group_keeps_what_its_trucks_do_first() -> None:
    trucks = (truck(), truck(id="T2", first=visits("w", "v")))
    model = index(a_problem(a_visit("x", 1), a_visit("v", 2), a_visit("w", 3), trucks=trucks))
    own = part(model, Group((1,), (2, 1)))
    assert own.trucks[0].first == (("stop", 0), ("stop", 1))
    assert [stop.visits for stop in own.stops] == [("w",), ("v",)]


def test_visits_at_one_place_are_one_stop_only_if_nothing_tells_them_apart() -> None:
    at_three = [
        a_visit("a", 3, mass_kg=50),
        a_visit("b", 3, mass_kg=50),
        a_visit("pinned", 3, pinned_truck_id="T"),
        a_visit("soon", 3, unload_by="10:00"),
        a_visit("first", 3),
    ]
    model = index(a_problem(*at_three, trucks=(truck(first=visits("first")),)))
    together = [stop.visits for stop in model.stops]
    assert together == [("a", "b"), ("pinned",), ("soon",), ("first",)]
    assert [stop.unload_by_s for stop in model.stops] == [None, None, 10 * 3600, None]


def test_unloading_for_nothing_stays_only_among_what_a_truck_does_first() -> None:
    model = index(a_problem(a_visit("v", 3), trucks=(truck(first=visits("S", "v")),)))
    places = (("site", 0), ("stop", 0), ("site", 0), ("site", 0))
    assert lean(model, 0, places) == places[:3]


def test_what_is_on_board_at_the_start_is_worth_an_unloading() -> None:
    model = index(a_problem(a_visit("v", 3), trucks=(truck(present=NINE),)))
    places = (("site", 0), ("stop", 0), ("site", 0))
    assert lean(model, 0, places) == places


def test_every_truck_under_way_has_an_order_and_comes_home_empty() -> None:
    trucks = (truck(), truck(id="T2", present=NINE), truck(id="T3", present=EMPTY_AT_NINE))
    model = index(a_problem(a_visit("v", 3), trucks=trucks))
    assert solution_of(model, {}) == Solution(
        (TruckOrder("T2", visits("S")), TruckOrder("T3", ()))
    )  # fmt: skip


def test_what_a_truck_does_first_is_done_even_where_nothing_else_is() -> None:
    model = index(a_problem(a_visit("v", 3), a_visit("w", 4), trucks=(truck(first=visits("w")),)))
    assert solution_of(model, {}) == order("w", "S")


def test_a_truck_comes_home_by_the_site_that_has_it_home_first_and_in_time() -> None:
    near = site("SN", 5, RESIDUAL, hours=hours("06:00", "08:59"))
    model = index(
        a_problem(
            a_visit("v", 3),
            disposal_sites=(near, site("S", 10, RESIDUAL), site("S2", 6, RESIDUAL)),
            trucks=(truck(present=NINE),),
        )
    )
    assert homeward(model, 0, ()) == (("site", 2),)


def test_holds_that_no_one_site_empties_take_two_sites() -> None:
    full = Present(place=at(5), at="09:00", load=(OnBoard(mass_kg=1), OnBoard(volume_l=1)))
    sites = (site("S", 2, RESIDUAL), site("SG", 6, frozenset({"glass"})))
    model = index(
        a_problem(
            a_visit("v", 3),
            disposal_sites=sites,
            trucks=(truck(present=full, compartments=TWO_HOLDS),),
        )
    )
    assert homeward(model, 0, ()) == (("site", 1), ("site", 0))
