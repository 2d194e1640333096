"""Plans of the scheduler, made by other arithmetic: the verifier finds no number wrong in them."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from optimiser.domain.calendar import Hours
from optimiser.domain.fleet import (
    BreakRule,
    Compartment,
    Depot,
    DisposalSite,
    DrivingRule,
    Energy,
    OnBoard,
    Present,
    Shift,
    Truck,
)
from optimiser.domain.places import GeoPoint
from optimiser.domain.plan import Plan
from optimiser.domain.problem import Problem, Rates, Visit
from optimiser.domain.solution import Action, Solution, TruckOrder
from optimiser.domain.travel import GreatCircle
from optimiser.schedule import build_plan
from optimiser.travel import travel_matrix
from optimiser.verifier import verify

SPRING, AUTUMN, PLAIN = date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 24)
MAY_FAIL = {
    "visit_window",
    "site_hours",
    "depot_hours",
    "shift_end",
    "break_window",
    "break_missing",
    "capacity_mass",
    "capacity_volume",
    "not_empty",
    "truck_pinned",
    "unload_late",
    "driving_unrested",
}
"""What a random order may break; every other code would be wrong arithmetic on one side."""


def only(*fractions: str) -> frozenset[str]:
    return frozenset(fractions)


def points() -> st.SearchStrategy[GeoPoint]:
    return st.builds(GeoPoint, lon=st.floats(12.45, 12.65), lat=st.floats(55.61, 55.73))


def spans() -> st.SearchStrategy[tuple[Hours, ...]]:
    one = st.tuples(st.integers(0, 14), st.integers(1, 12)).map(
        lambda hours: Hours(opens=f"{hours[0]:02}:00", closes=f"{sum(hours):02}:30")
    )
    return st.lists(one, max_size=2).map(tuple)


@st.composite
def visits(draw: st.DrawFn, number: int) -> tuple[Visit, ...]:
    return tuple(
        Visit(
            id=f"v{index}",
            place=draw(points()),
            fraction=draw(st.sampled_from(["residual", "glass"])),
            volume_l=draw(st.floats(0, 3000)),
            mass_kg=draw(st.floats(0, 700)),
            lifts=draw(st.integers(0, 4)),
            service_s=draw(st.integers(0, 900)),
            hours=draw(spans()),
            required=draw(st.booleans()),
            prize_eur=draw(st.floats(0, 60)),
            published_truck_id=draw(st.sampled_from([None, "T0", "T1"])),
            pinned_truck_id=draw(st.sampled_from([None, None, "T0", "T1"])),
            unload_by=draw(st.none() | st.sampled_from(["05:00", "08:00"])),
        )
        for index in range(number)
    )


def presents() -> st.SearchStrategy[Present]:
    on_board = st.builds(OnBoard, mass_kg=st.floats(0, 4000), volume_l=st.floats(0, 9000))
    return st.builds(
        Present,
        place=points(),
        at=st.sampled_from(["00:30", "03:00", "09:30"]),
        load=st.tuples(on_board, on_board),
        driven_s=st.integers(0, 4000),
    )


def truck(ident: str, starts: str, lunch: BreakRule | None, kind: str) -> Truck:
    return Truck(
        id=ident,
        start_depot_id="D",
        end_depot_id="E",
        compartments=(
            Compartment(fractions=only("residual"), capacity_kg=5000, compaction=4.0),
            Compartment(fractions=only("glass"), capacity_kg=3000, capacity_l=12_000),
        ),
        shift=Shift(starts=starts, ends="10:00", overtime_s=7200),
        break_rule=lunch,
        energy=Energy(kind=kind),
    )


@st.composite
def scenes(draw: st.DrawFn) -> tuple[Problem, Solution]:
    """A problem on a plain day or a clock-change night, and a random order for two trucks."""
    lunch = st.none() | st.builds(
        BreakRule,
        duration_s=st.integers(0, 3600),
        earliest=st.sampled_from(["02:00", "02:30", "06:00"]),
        latest=st.sampled_from(["06:30", "09:00"]),
    )
    rests = st.none() | st.builds(
        DrivingRule, most_s=st.integers(600, 7200), rest_s=st.integers(0, 3600)
    )
    number = draw(st.integers(0, 7))
    problem = Problem(
        service_date=draw(st.sampled_from([SPRING, AUTUMN, PLAIN])),
        depots=(Depot(id="D", place=draw(points())), Depot(id="E", place=draw(points()))),
        disposal_sites=(
            DisposalSite(id="S", place=draw(points()), fractions=only("residual", "glass")),
            DisposalSite(id="G", place=draw(points()), fractions=only("glass"), unload_s=600),
        ),
        trucks=(
            replace(
                truck("T0", "01:30", draw(lunch), "diesel"),
                driving_rule=draw(rests),
                present=draw(st.none() | presents()),
            ),
            replace(
                truck("T1", draw(st.sampled_from(["00:00", "05:00"])), draw(lunch), "electric"),
                driving_rule=draw(rests),
            ),
        ),
        visits=draw(visits(number)),
        travel=GreatCircle(
            detour=draw(st.floats(1, 2)),
            speed_kmh=draw(st.floats(10, 60)),
            hour_factors=tuple(draw(st.lists(st.floats(0.5, 3), min_size=24, max_size=24))),
        ),
        rates=Rates(carbon_eur_per_t=100, imbalance_eur_per_h=10, change_eur=3),
    )
    carriers = [draw(st.sampled_from([None, "T0", "T1"])) for _ in range(number)]
    return problem, _orders(carriers, draw(st.booleans()))


def _orders(carriers: list[str | None], glass_on_the_way: bool) -> Solution:
    orders = []
    for ident in ("T0", "T1"):
        mine = [
            Action("visit", f"v{index}") for index, each in enumerate(carriers) if each == ident
        ]
        middle = [Action("unload", "G")] if glass_on_the_way else []
        if mine:
            actions = (*mine[:2], *middle, *mine[2:], Action("unload", "S"))
            orders.append(TruckOrder(ident, actions))
    return Solution(tuple(orders))


def planned(problem: Problem, solution: Solution) -> Plan:
    return build_plan(problem, travel_matrix(problem), solution)


@given(scene=scenes())
@settings(max_examples=120, deadline=None)
def test_no_number_of_a_scheduled_plan_is_wrong(scene: tuple[Problem, Solution]) -> None:
    problem, solution = scene
    wrong = [
        each for each in verify(problem, planned(problem, solution)) if each.code not in MAY_FAIL
    ]
    assert wrong == []


def night(day: date) -> Problem:
    """One truck from 01:00 to 05:00, one bin to be emptied between 03:00 and 03:30."""
    at = GeoPoint(12.5, 55.65)
    residual = Visit(
        id="v",
        place=GeoPoint(12.55, 55.66),
        fraction="residual",
        volume_l=500,
        mass_kg=50,
        service_s=300,
        hours=(Hours(opens="03:00", closes="03:30"),),
    )
    driver = truck("T0", "01:00", None, "diesel")
    return Problem(
        service_date=day,
        depots=(Depot(id="D", place=at), Depot(id="E", place=at)),
        disposal_sites=(
            DisposalSite(id="S", place=GeoPoint(12.6, 55.68), fractions=only("residual")),
        ),
        trucks=(replace(driver, shift=Shift(starts="01:00", ends="05:00")),),
        visits=(residual,),
        travel=GreatCircle(),
    )


NIGHT_ORDER = Solution((TruckOrder("T0", (Action("visit", "v"), Action("unload", "S"))),))
HOURS_TO_THREE = {SPRING: 2, PLAIN: 3, AUTUMN: 4}


def test_on_clock_change_nights_windows_follow_the_clock() -> None:
    for day, hours in HOURS_TO_THREE.items():
        problem = night(day)
        plan = planned(problem, NIGHT_ORDER)
        assert verify(problem, plan) == ()
        begin_s = problem.day.elapsed(plan.routes[0].steps[1].begin)
        assert hours * 3600 <= begin_s <= hours * 3600 + 1800


def test_a_plan_made_as_if_no_clock_had_changed_is_caught() -> None:
    for day in (SPRING, AUTUMN):
        problem = night(day)
        plan = planned(problem, NIGHT_ORDER)
        steps = plan.routes[0].steps
        by = problem.day.instant(3 * 3600) - steps[1].begin
        moved = tuple(
            replace(
                each,
                arrival=each.arrival + by,
                begin=each.begin + by,
                departure=each.departure + by,
            )
            for each in steps
        )
        plan = replace(plan, routes=(replace(plan.routes[0], steps=moved),))
        assert "visit_window" in {each.code for each in verify(problem, plan)}
