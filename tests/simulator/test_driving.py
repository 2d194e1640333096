"""A day as it is driven: full trucks, late trucks, and bins that are empty afterwards."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from optimiser.domain.calendar import ServiceDay
from optimiser.domain.fleet import Compartment, Depot, DisposalSite, Shift, Truck
from optimiser.domain.places import GeoPoint
from optimiser.domain.plan import Plan
from optimiser.domain.problem import Problem, Visit
from optimiser.domain.solution import Action, Solution, TruckOrder
from optimiser.planning import judge
from optimiser.simulator.driving import Driven, Luck, drive
from optimiser.simulator.driving.luck import LEGS
from optimiser.simulator.levels import Levels
from optimiser.simulator.world.sensors import Signals
from optimiser.simulator.world.world import World

TODAY = ServiceDay(date(2026, 11, 24), "UTC")
BINS = ("a", "b", "c")
VOLUME_L = 1000.0
STEADY = Luck(np.ones((1, LEGS)), np.ones((1, LEGS)), np.ones(len(BINS)))


def a_world(levels: Mapping[str, float], fill_per_day: float = 0.0) -> Levels:
    """Bins that start the day at these levels and fill evenly."""
    start_s = round(TODAY.start.timestamp())
    hours = np.arange(24 * 3 + 1) * fill_per_day / 24
    nothing = np.zeros(0, dtype=np.int64)
    silent = Signals(*(nothing for _ in Signals.__slots__))
    world = World(
        seed=1,
        start_s=start_s,
        end_s=start_s + 3 * 86_400,
        first_s=start_s,
        volume_l=np.full(len(BINS), VOLUME_L),
        level=np.array([levels[each] for each in BINS]),
        poured=np.tile(hours, (len(BINS), 1)),
        signals=silent,
    )
    return Levels(world)


def a_problem(capacity_l: float = 10_000, ends: str = "14:00") -> Problem:
    """Three bins expected half full, a depot, and a site between them."""
    hold = Compartment(fractions=frozenset({"residual"}), capacity_l=capacity_l)
    truck = Truck(
        id="t",
        start_depot_id="d",
        end_depot_id="d",
        compartments=(hold,),
        shift=Shift(starts="06:00", ends=ends),
    )
    site = DisposalSite(id="s", place=GeoPoint(12.56, 55.68), fractions=frozenset({"residual"}))
    visits = [
        Visit(
            id=each,
            place=GeoPoint(12.55 + 0.01 * number, 55.69),
            fraction="residual",
            volume_l=500,
            mass_kg=50,
            service_s=300,
        )
        for number, each in enumerate(BINS)
    ]
    return Problem(
        service_date=TODAY.service_date,
        timezone="UTC",
        depots=(Depot(id="d", place=GeoPoint(12.55, 55.70)),),
        disposal_sites=(site,),
        trucks=(truck,),
        visits=tuple(visits),
    )


def a_plan(problem: Problem, bins: str = "abc") -> Plan:
    actions = [Action("visit", each) for each in bins]
    plan, broken = judge(problem, Solution((TruckOrder("t", (*actions, Action("unload", "s"))),)))
    assert not broken
    return plan


def driven(problem: Problem, levels: Levels, luck: Luck = STEADY) -> Driven:
    rows = {each: row for row, each in enumerate(BINS)}
    (found,) = drive(problem, a_plan(problem), levels, rows, luck)
    return found


def test_without_chance_a_day_goes_as_planned() -> None:
    problem = a_problem()
    (route,) = a_plan(problem).routes
    found = driven(problem, a_world(dict.fromkeys(BINS, 0.5)))

    assert (found.distance_m, found.duration_s) == (route.distance_m, route.duration_s)
    assert found.cost == route.cost
    assert (found.stops, found.unloads, found.missed) == (3, 1, ())
    assert found.volume_l == pytest.approx(3 * 500)


def test_an_emptied_bin_is_empty_and_fills_again() -> None:
    levels = a_world(dict.fromkeys(BINS, 0.5), fill_per_day=0.24)
    driven(a_problem(), levels)

    for each in levels.emptied:
        assert levels.one(each.row, each.time_s) == 0
        assert levels.one(each.row, each.time_s + 3600) == pytest.approx(0.01)
        assert each.fill == pytest.approx(levels.one(each.row, each.time_s - 1), abs=1e-3)


def test_a_full_truck_unloads_and_comes_back() -> None:
    levels = a_world({"a": 0.9, "b": 0.9, "c": 0.9})
    found = driven(a_problem(capacity_l=2000), levels)

    assert (found.stops, found.detours, found.missed) == (3, 1, ())
    assert found.unloads == 2
    assert found.volume_l == pytest.approx(2700)


def test_a_full_truck_leaves_bins_if_it_would_come_home_too_late() -> None:
    problem = a_problem(capacity_l=2000)
    (route,) = a_plan(problem).routes
    home = (route.steps[-1].arrival - timedelta(minutes=5)).strftime("%H:%M")
    late = replace(
        problem, trucks=(replace(problem.trucks[0], shift=Shift(starts="06:00", ends=home)),)
    )
    levels = a_world({"a": 0.9, "b": 0.9, "c": 0.9})
    rows = {each: row for row, each in enumerate(BINS)}
    (found,) = drive(late, a_plan(problem), levels, rows, STEADY)

    assert [(each.visit_id, each.why) for each in found.missed] == [("c", "full")]
    assert levels.one(2, levels.world.end_s) == pytest.approx(0.9)
    assert found.volume_l == pytest.approx(1800)


def test_a_bin_larger_than_the_empty_truck_is_left() -> None:
    found = driven(a_problem(capacity_l=1500), a_world({"a": 0.5, "b": 1.6, "c": 0.5}))

    assert [(each.visit_id, each.why) for each in found.missed] == [("b", "full")]
    assert found.detours == 0


def test_a_truck_that_is_slow_leaves_what_it_cannot_reach_in_time() -> None:
    slow = replace(STEADY, service=np.full(len(BINS), 60.0))
    problem = a_problem(ends="12:00")
    levels = a_world(dict.fromkeys(BINS, 0.5))
    found = driven(problem, levels, slow)

    assert found.missed
    assert {each.why for each in found.missed} == {"late"}
    assert found.unloads == 1


def test_levels_tell_every_time_over_full() -> None:
    levels = a_world({"a": 0.5, "b": 1.2, "c": 0.0}, fill_per_day=0.5)
    noon = levels.world.start_s + 12 * 3600
    levels.empty(1, noon)
    day = levels.world.start_s

    spells = [(row, begun - day, end - day) for row, begun, end in levels.spells()]
    assert spells == [
        (0, pytest.approx(86_400), 3 * 86_400),
        (1, 0, 12 * 3600),
        (1, pytest.approx(12 * 3600 + 2 * 86_400), 3 * 86_400),
        (2, pytest.approx(2 * 86_400), 3 * 86_400),
    ]
