"""Breaks of legs, times, breaks and hours."""

from dataclasses import replace

from verifier_anchor import BREAK_BEFORE_LEG
from verifier_anchor_problem import PLACE, matrix
from verifier_breaking import plan, problem
from verifier_edits import (
    later,
    whole_day_later,
    with_depot,
    with_route,
    with_site,
    with_step,
    with_steps,
    with_totals,
    with_truck,
    with_visit,
)

from optimiser.domain.calendar import Hours
from optimiser.domain.fleet import BreakRule, Shift
from optimiser.verifier import Code


def hours(*spans: str) -> tuple[Hours, ...]:
    return tuple(Hours(opens=each.split("-")[0], closes=each.split("-")[1]) for each in spans)


def not_tuesdays(opens: str, closes: str) -> tuple[Hours, ...]:
    return (Hours(opens=opens, closes=closes, days=frozenset({"mon", "wed"})),)


def lunch(duration_s: int, earliest: str, latest: str) -> BreakRule:
    return BreakRule(duration_s=duration_s, earliest=earliest, latest=latest)


LEGS_AND_TIMES = (
    problem(
        "the road is longer than stated",
        lambda p: with_depot(p, "E", place=replace(PLACE["E"], y_m=2)),
        Code.STEP_PLACE,
        Code.LEG_DISTANCE,
    ),
    plan(
        "a leg is stated two metres short, and the totals with it",
        lambda p: with_totals(
            with_route(with_step(p, 0, 1, distance_m=2998), 0, distance_m=31_998),
            distance_m=53_998,
        ),
        Code.LEG_DISTANCE,
        Code.ROUTE_ENERGY,
    ),
    problem(
        "traffic is slower than the plan thinks",
        lambda p: replace(
            p,
            travel=replace(p.travel, hour_factors=(1.0,) * 6 + (1.1,) + p.travel.hour_factors[7:]),
        ),
        Code.LEG_TIME,
    ),
    plan(
        "a leg is stated two seconds long",
        lambda p: with_step(p, 0, 3, driving_s=418),
        Code.LEG_TIME,
        Code.ARRIVAL,
        Code.ROUTE_TOTAL,
    ),
    problem(
        "the matrix has no way where the truck drives",
        lambda p: replace(p, travel=matrix({("a", "b"): None})),
        Code.LEG_UNREACHABLE,
    ),
    problem(
        "a one-way street makes the way there longer",
        lambda p: replace(p, travel=matrix({("a", "b"): (4500, 270)})),
        Code.LEG_DISTANCE,
        Code.LEG_TIME,
    ),
    plan(
        "a start has a leg",
        lambda p: with_step(p, 0, 0, distance_m=1),
        Code.LEG_DISTANCE,
        Code.ROUTE_TOTAL,
    ),
    plan(
        "after a break at the visit the leg is driven once more",
        lambda p: with_step(p, 0, 5, distance_m=5000),
        Code.LEG_DISTANCE,
        Code.ROUTE_TOTAL,
        Code.ROUTE_ENERGY,
        Code.ROUTE_COST,
    ),
    plan(
        "an arrival is a second early",
        lambda p: later(p, 0, 1, -1, "arrival"),
        Code.ARRIVAL,
        Code.ROUTE_TOTAL,
    ),
    plan(
        "emptying begins before the truck is there",
        lambda p: later(p, 0, 2, -1, "begin"),
        Code.BEGIN,
        Code.DEPARTURE,
        Code.ROUTE_TOTAL,
    ),
    problem(
        "emptying takes longer than stated",
        lambda p: with_visit(p, "b", service_s=301),
        Code.DEPARTURE,
        Code.ROUTE_TOTAL,
        Code.ROUTE_ENERGY,
    ),
    problem(
        "unloading takes longer than stated",
        lambda p: with_site(p, "S", unload_s=1201),
        Code.DEPARTURE,
        Code.ROUTE_TOTAL,
        Code.ROUTE_ENERGY,
    ),
    plan(
        "a truck lingers at the end depot",
        lambda p: later(p, 0, 7, 60, "departure"),
        Code.DEPARTURE,
    ),
    plan(
        "a truck is at its start before it leaves",
        lambda p: later(p, 1, 0, -60, "arrival"),
        Code.START_TIMES,
    ),
)

BREAKS = (
    plan("a break has a ref", lambda p: with_step(p, 0, 4, ref="S"), Code.BREAK_SHAPE),
    plan(
        "a break does not say where it is",
        lambda p: with_step(p, 0, 4, break_at=None),
        Code.BREAK_SHAPE,
        Code.STEP_PLACE,
        Code.LEG_DISTANCE,
        Code.LEG_TIME,
    ),
    plan(
        "a visit says that it is before a leg",
        lambda p: with_step(p, 0, 5, break_at="before_leg"),
        Code.BREAK_SHAPE,
    ),
    problem(
        "a truck needs a break and has none",
        lambda p: with_truck(p, "U", break_rule=lunch(600, "06:43", "07:00")),
        Code.BREAK_MISSING,
    ),
    problem(
        "a truck without a rule takes a break",
        lambda p: with_truck(p, "T", break_rule=None),
        Code.BREAK_UNASKED,
    ),
    plan(
        "a truck takes two breaks",
        lambda p: with_steps(
            p,
            0,
            (*p.routes[0].steps[:5], BREAK_BEFORE_LEG.routes[0].steps[4], *p.routes[0].steps[5:]),
        ),
        Code.BREAK_TWICE,
        Code.STEP_PLACE,
        Code.ARRIVAL,
        Code.ROUTE_TOTAL,
    ),
    problem(
        "a break is too short",
        lambda p: with_truck(p, "T", break_rule=lunch(2700, "08:00", "09:00")),
        Code.BREAK_DURATION,
    ),
    problem(
        "a break is too early",
        lambda p: with_truck(p, "T", break_rule=lunch(1800, "08:03", "09:00")),
        Code.BREAK_WINDOW,
    ),
    problem(
        "a break is too late",
        lambda p: with_truck(p, "T", break_rule=lunch(1800, "07:30", "08:01")),
        Code.BREAK_WINDOW,
    ),
)

HOURS = (
    problem(
        "emptying begins before the window opens",
        lambda p: with_visit(p, "a", hours=hours("07:11-07:40")),
        Code.VISIT_WINDOW,
    ),
    problem(
        "emptying begins after the window closes",
        lambda p: with_visit(p, "a", hours=hours("07:00-07:09:59")),
        Code.VISIT_WINDOW,
    ),
    problem(
        "emptying begins between two windows",
        lambda p: with_visit(p, "c", hours=hours("06:00-08:31:59", "08:32:01-09:00")),
        Code.VISIT_WINDOW,
    ),
    problem(
        "a bin is shut on this day of the week",
        lambda p: with_visit(p, "a", hours=not_tuesdays("00:00", "24:00")),
        Code.VISIT_WINDOW,
    ),
    problem(
        "a site closes before unloading begins",
        lambda p: with_site(p, "S", hours=hours("06:00-08:51:59")),
        Code.SITE_HOURS,
    ),
    problem(
        "a truck leaves before its depot opens",
        lambda p: with_depot(p, "D", hours=hours("06:00:01-20:00")),
        Code.DEPOT_HOURS,
    ),
    problem(
        "a truck comes home after its depot closes",
        lambda p: with_depot(p, "E", hours=hours("05:00-09:19")),
        Code.DEPOT_HOURS,
    ),
    problem(
        "a truck drives on its day off",
        lambda p: with_truck(
            p, "U", shift=Shift(starts="06:00", ends="14:00", days=frozenset({"sat"}))
        ),
        Code.TRUCK_OFF,
    ),
    problem(
        "a truck leaves before its shift",
        lambda p: with_truck(p, "U", shift=Shift(starts="06:00:01", ends="14:00")),
        Code.SHIFT_START,
    ),
    problem(
        "a truck is home after its shift and all overtime",
        lambda p: with_truck(p, "T", shift=Shift(starts="06:00", ends="09:00", overtime_s=1199)),
        Code.SHIFT_END,
    ),
    plan(
        "a whole route is moved before its shift",
        lambda p: replace(p, routes=(p.routes[0], whole_day_later(p.routes[1], -60))),
        Code.SHIFT_START,
    ),
)
