"""Breaks of compatibility, loads, limits, sums and money."""

from dataclasses import replace

from verifier_anchor_problem import T, U, only
from verifier_breaking import plan, problem
from verifier_edits import (
    with_cost,
    with_limits,
    with_load,
    with_route,
    with_route_cost,
    with_saving_off,
    with_site,
    with_step,
    with_totals,
    with_truck,
    with_visit,
)

from optimiser.domain.fleet import Compartment
from optimiser.verifier import Code


def holds(kg: float | None = 1000, litres: float | None = 600) -> tuple[Compartment, ...]:
    """T's compartments with another capacity of the first."""
    return (replace(T.compartments[0], capacity_kg=kg, capacity_l=litres), T.compartments[1])


WHO_AND_LOADS = (
    problem(
        "no compartment takes a visit's fraction",
        lambda p: with_visit(p, "p", fraction="food"),
        Code.TRUCK_FRACTION,
        Code.LOAD,
        Code.ROUTE_ENERGY,
        Code.ROUTE_COST,
    ),
    problem(
        "a truck lacks an ability",
        lambda p: with_truck(p, "T", abilities=only("narrow")),
        Code.TRUCK_ACCESS,
    ),
    plan(
        "a stated mass is wrong",
        lambda p: with_load(p, 0, 2, 0, mass_kg=299.99),
        Code.LOAD,
    ),
    plan(
        "a stated volume is not compacted",
        lambda p: with_load(p, 0, 1, 0, volume_l=2000),
        Code.LOAD,
    ),
    plan(
        "a load is stated in the other compartment",
        lambda p: with_step(p, 0, 1, load=tuple(reversed(p.routes[0].steps[1].load))),
        Code.LOAD,
    ),
    plan(
        "a truck leaves its depot with something on board",
        lambda p: with_load(p, 0, 0, 1, mass_kg=5),
        Code.LOAD,
    ),
    plan(
        "a load is stated for one of two compartments",
        lambda p: with_step(p, 0, 1, load=p.routes[0].steps[1].load[:1]),
        Code.LOAD,
    ),
    problem(
        "a compartment is too light for what it holds",
        lambda p: with_truck(p, "U", compartments=(replace(U.compartments[0], capacity_kg=49.9),)),
        Code.CAPACITY_MASS,
        Code.ROUTE_ENERGY,
        Code.ROUTE_COST,
    ),
    problem(
        "a compartment is too small for what it holds, compacted",
        lambda p: with_truck(p, "T", compartments=holds(litres=499.9)),
        Code.CAPACITY_VOLUME,
    ),
    problem(
        "a site takes nothing of what the truck carries",
        lambda p: replace(
            p,
            disposal_sites=(replace(p.disposal_sites[0], fractions=only("residual", "glass")),),
        ),
        Code.SITE_REFUSES,
        Code.LOAD,
        Code.NOT_EMPTY,
        Code.ROUTE_ENERGY,
        Code.ROUTE_COST,
    ),
    problem(
        "a site takes one of two compartments",
        lambda p: with_site(p, "S", fractions=only("residual", "paper")),
        Code.LOAD,
        Code.NOT_EMPTY,
        Code.ROUTE_ENERGY,
        Code.ROUTE_COST,
    ),
    problem(
        "a site takes only one of two fractions mixed in a compartment",
        lambda p: with_truck(
            p,
            "U",
            compartments=(replace(U.compartments[0], fractions=only("paper", "food")),),
        ),
        Code.SITE_REFUSES,
        Code.LOAD,
        Code.NOT_EMPTY,
        Code.ROUTE_ENERGY,
        Code.ROUTE_COST,
    ),
)

LIMITS = (
    problem("too many stops", lambda p: with_limits(p, "T", stops=2), Code.LIMIT_STOPS),
    problem("too far", lambda p: with_limits(p, "T", distance_m=31_999), Code.LIMIT_DISTANCE),
    problem("out too long", lambda p: with_limits(p, "T", duration_s=8399), Code.LIMIT_DURATION),
    problem("driven too long", lambda p: with_limits(p, "T", driving_s=2279), Code.LIMIT_DRIVING),
    problem("too much mass", lambda p: with_limits(p, "T", mass_kg=599.9), Code.LIMIT_MASS),
    problem("too much volume", lambda p: with_limits(p, "T", volume_l=2699.9), Code.LIMIT_VOLUME),
    problem(
        "farther than the battery lasts",
        lambda p: with_truck(p, "U", energy=replace(U.energy, range_m=21_999)),
        Code.RANGE,
    ),
)

_ROUTE_OFF = {
    "stops": 4,
    "lifts": 5,
    "distance_m": 32_001,
    "duration_s": 8399,
    "driving_s": 2281,
    "service_s": 0,
    "waiting_s": 419,
    "break_s": 1799,
    "overtime_s": 1201,
    "mass_kg": 600.01,
    "volume_l": 2699.99,
}
_ALSO_IN_THE_PLAN = {"stops", "lifts", "distance_m", "duration_s", "mass_kg", "volume_l"}
_PLAN_OFF = {
    "trucks": 3,
    "stops": 5,
    "lifts": 6,
    "unloads": 2,
    "distance_m": 54_001,
    "duration_s": 11_039,
    "mass_kg": 650.01,
    "volume_l": 3699.99,
    "co2e_g": 63_042,
}
_ROUTE_LINES = ("fixed_eur", "distance_eur", "time_eur", "overtime_eur", "co2e_eur")
_PLAN_LINES = (*_ROUTE_LINES, "overflow_eur", "imbalance_eur", "change_eur", "total_eur")

SUMS = (
    *(
        plan(
            f"a route's {name} is off",
            lambda p, name=name, value=value: with_route(p, 0, **{name: value}),
            Code.ROUTE_TOTAL,
            *((Code.PLAN_TOTAL,) if name in _ALSO_IN_THE_PLAN else ()),
        )
        for name, value in _ROUTE_OFF.items()
    ),
    plan("a route's energy is off", lambda p: with_route(p, 0, energy=20.05), Code.ROUTE_ENERGY),
    plan(
        "diesel is stated in kWh", lambda p: with_route(p, 0, energy_unit="kWh"), Code.ROUTE_ENERGY
    ),
    plan(
        "a route's CO2e is off",
        lambda p: with_route(p, 0, co2e_g=60_122),
        Code.ROUTE_ENERGY,
        Code.PLAN_TOTAL,
    ),
    *(
        plan(
            f"a route's cost line {name} is two cents off",
            lambda p, name=name: with_route_cost(
                p, 0, **{name: getattr(p.routes[0].cost, name) + 0.02}
            ),
            Code.ROUTE_COST,
            Code.PLAN_COST,
        )
        for name in _ROUTE_LINES
    ),
    plan(
        "a route's total cost is two cents off",
        lambda p: with_route_cost(p, 0, total_eur=298.032),
        Code.ROUTE_COST,
    ),
    *(
        plan(
            f"the plan's {name} is off",
            lambda p, name=name, value=value: with_totals(p, **{name: value}),
            Code.PLAN_TOTAL,
        )
        for name, value in _PLAN_OFF.items()
    ),
    *(
        plan(
            f"the plan's cost line {name} is two cents off",
            lambda p, name=name: with_cost(p, **{name: getattr(p.cost, name) - 0.02}),
            Code.PLAN_COST,
        )
        for name in _PLAN_LINES
    ),
    *(
        plan(
            f"the saving's {name} is off",
            lambda p, name=name: with_saving_off(p, name),
            Code.PLAN_SAVING,
        )
        for name in ("distance_m", "cost_eur", "co2e_g")
    ),
    problem(
        "a change against the published plan is not paid for",
        lambda p: with_visit(p, "a", published_truck_id="U"),
        Code.PLAN_COST,
    ),
    problem(
        "the prize of a visit left is not paid for",
        lambda p: with_visit(p, "q", prize_eur=12),
        Code.LEFT_FACTS,
        Code.PLAN_COST,
    ),
)
