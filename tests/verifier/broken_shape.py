"""Breaks of the plan as a document, of coverage and of the order of steps."""

from dataclasses import replace
from datetime import date

from verifier_anchor import PLAN
from verifier_anchor_problem import PLACE, PROBLEM, T
from verifier_breaking import Broken, plan, problem
from verifier_edits import (
    with_cost,
    with_load,
    with_route,
    with_step,
    with_steps,
    with_truck,
    without_step,
)

from optimiser.domain.plan import Made, Plan
from optimiser.domain.problem import Problem
from optimiser.verifier import Code


def left(p: Plan, *keep: int, **changes: object) -> Plan:
    entries = [p.left[index] for index in keep]
    if changes:
        entries[-1] = replace(entries[-1], **changes)
    return replace(p, left=tuple(entries))


def nan_in_a_load() -> tuple[Problem, Plan]:
    """Construction refuses NaN, so it is put in behind its back."""
    broken = with_load(PLAN, 0, 1, 0, mass_kg=300)
    object.__setattr__(broken.routes[0].steps[1].load[0], "mass_kg", float("nan"))
    return PROBLEM, broken


def made_in_nan_seconds() -> tuple[Problem, Plan]:
    made = Made(engine="ortools", seed=1, solve_s=2.0, solutions=3)
    object.__setattr__(made, "solve_s", float("nan"))
    broken = replace(PLAN)
    object.__setattr__(broken, "made", made)
    return PROBLEM, broken


def infinite_cost() -> tuple[Problem, Plan]:
    broken = with_cost(PLAN, total_eur=0)
    object.__setattr__(broken.cost, "total_eur", float("inf"))
    return PROBLEM, broken


DOCUMENT = (
    plan(
        "the plan is of the day before",
        lambda p: replace(p, service_date=date(2026, 11, 23)),
        Code.PLAN_DATE,
    ),
    plan("the plan is in another zone", lambda p: replace(p, timezone="UTC"), Code.PLAN_TIMEZONE),
    Broken("a load is NaN", nan_in_a_load, {Code.NOT_FINITE, Code.LOAD}),
    Broken("the solving took NaN seconds", made_in_nan_seconds, {Code.NOT_FINITE}),
    Broken("a cost is infinite", infinite_cost, {Code.NOT_FINITE, Code.PLAN_COST}),
)

COVERAGE = (
    plan(
        "a route's truck is unknown",
        lambda p: with_route(p, 1, truck_id="X"),
        Code.UNKNOWN_TRUCK,
        Code.PLAN_COST,
    ),
    problem(
        "the truck of both routes is one",
        lambda p: replace(p, trucks=(T,)),
        Code.UNKNOWN_TRUCK,
    ),
    plan(
        "a truck has two routes",
        lambda p: replace(p, routes=(*p.routes, p.routes[1])),
        Code.TRUCK_TWICE,
        Code.VISIT_TWICE,
        Code.PLAN_TOTAL,
        Code.PLAN_COST,
    ),
    plan(
        "a route starts at a depot that is none",
        lambda p: with_step(p, 0, 0, ref="X"),
        Code.UNKNOWN_DEPOT,
        Code.START_DEPOT,
    ),
    plan(
        "a step's visit is unknown",
        lambda p: with_step(p, 1, 1, ref="X"),
        Code.UNKNOWN_VISIT,
        Code.VISIT_MISSING,
        Code.STEP_FACTS,
        Code.LOAD,
        Code.ROUTE_TOTAL,
        Code.ROUTE_ENERGY,
        Code.ROUTE_COST,
        Code.PLAN_COST,
    ),
    plan(
        "a truck unloads at a site that is none",
        lambda p: with_step(p, 1, 2, ref="X"),
        Code.UNKNOWN_SITE,
        Code.LOAD,
        Code.NOT_EMPTY,
        Code.ROUTE_TOTAL,
        Code.ROUTE_ENERGY,
        Code.ROUTE_COST,
    ),
    problem(
        "a left visit is unknown",
        lambda p: replace(p, visits=tuple(each for each in p.visits if each.id != "q")),
        Code.UNKNOWN_VISIT,
    ),
    problem(
        "a visit is neither served nor left",
        lambda p: replace(p, visits=(*p.visits, replace(p.visits[-2], id="forgotten"))),
        Code.VISIT_MISSING,
    ),
    plan("a required visit left is not listed", lambda p: left(p, 1), Code.VISIT_MISSING),
    plan("a visit is listed as left twice", lambda p: left(p, 0, 0, 1), Code.LEFT_TWICE),
    plan(
        "a visit is served and left",
        lambda p: left(p, 0, 1, 0, visit_id="p", required=True),
        Code.SERVED_AND_LEFT,
    ),
    plan(
        "a visit is done twice",
        lambda p: with_steps(p, 1, (*p.routes[1].steps[:2], *p.routes[1].steps[1:])),
        Code.VISIT_TWICE,
        Code.LEG_DISTANCE,
        Code.LEG_TIME,
        Code.ARRIVAL,
        Code.LOAD,
        Code.ROUTE_TOTAL,
        Code.ROUTE_ENERGY,
        Code.ROUTE_COST,
    ),
    plan(
        "a left visit is said to be optional",
        lambda p: left(p, 1, 0, required=False),
        Code.LEFT_FACTS,
    ),
    plan(
        "a left visit's prize is another", lambda p: left(p, 0, 1, prize_eur=7.52), Code.LEFT_FACTS
    ),
)

ORDER = (
    plan(
        "a route has no steps",
        lambda p: with_steps(p, 1, ()),
        Code.ROUTE_EMPTY,
        Code.VISIT_MISSING,
        Code.ROUTE_TOTAL,
        Code.ROUTE_ENERGY,
        Code.ROUTE_COST,
        Code.PLAN_TOTAL,
        Code.PLAN_COST,
    ),
    plan(
        "a route has no start",
        lambda p: without_step(p, 1, 0),
        Code.ROUTE_START,
        Code.LEG_DISTANCE,
        Code.LEG_TIME,
        Code.ROUTE_TOTAL,
        Code.ROUTE_ENERGY,
        Code.ROUTE_COST,
        Code.PLAN_COST,
    ),
    plan(
        "a route has no end",
        lambda p: without_step(p, 1, 3),
        Code.ROUTE_END,
        Code.ROUTE_TOTAL,
        Code.ROUTE_ENERGY,
        Code.ROUTE_COST,
        Code.PLAN_COST,
    ),
    plan(
        "a start stands in the middle",
        lambda p: with_steps(p, 1, (p.routes[1].steps[0], *p.routes[1].steps)),
        Code.STEP_ORDER,
    ),
    plan(
        "an end stands in the middle",
        lambda p: with_steps(
            p, 1, (*p.routes[1].steps, replace(p.routes[1].steps[-1], distance_m=0, driving_s=0))
        ),
        Code.STEP_ORDER,
    ),
    problem(
        "a truck starts at another depot than its own",
        lambda p: with_truck(p, "U", start_depot_id="E"),
        Code.START_DEPOT,
    ),
    problem(
        "a truck ends at another depot than its own",
        lambda p: with_truck(p, "U", end_depot_id="E"),
        Code.END_DEPOT,
    ),
    plan(
        "a step is stated at another place",
        lambda p: with_step(p, 0, 1, place=PLACE["b"]),
        Code.STEP_PLACE,
    ),
    plan(
        "a break after a leg is stated where the leg begins",
        lambda p: with_step(p, 0, 4, place=PLACE["S"]),
        Code.STEP_PLACE,
    ),
    plan(
        "a required visit is stated as optional",
        lambda p: with_step(p, 0, 1, required=False),
        Code.STEP_FACTS,
    ),
    plan(
        "a visit's prize is stated otherwise",
        lambda p: with_step(p, 0, 2, prize_eur=31),
        Code.STEP_FACTS,
    ),
)
