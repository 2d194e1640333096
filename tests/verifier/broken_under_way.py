"""Breaks of what binds trucks under way, first and pinned stops, rests, and unloading in time."""

from collections.abc import Callable
from dataclasses import replace

from under_way_anchor import PLACE, UNDER_WAY, WAY_HOME, W
from verifier_anchor_problem import T
from verifier_breaking import Broken
from verifier_breaking import problem as of_the_other_plan
from verifier_edits import (
    later,
    with_cost,
    with_load,
    with_route_cost,
    with_step,
    with_truck,
    with_visit,
)

from optimiser.domain.fleet import BreakRule, DrivingRule
from optimiser.domain.plan import Plan
from optimiser.domain.problem import Problem
from optimiser.domain.solution import Action
from optimiser.verifier import Code


def plan(sentence: str, edit: Callable[[Plan], Plan], *codes: Code) -> Broken:
    return Broken(sentence, lambda: (UNDER_WAY, edit(WAY_HOME)), set(codes))


def problem(sentence: str, edit: Callable[[Problem], Problem], *codes: Code) -> Broken:
    return Broken(sentence, lambda: (edit(UNDER_WAY), WAY_HOME), set(codes))


def present(p: Problem, **changes: object) -> Problem:
    return with_truck(p, "W", present=replace(W.present, **changes))


def driving(p: Problem, **changes: object) -> Problem:
    return with_truck(p, "W", driving_rule=replace(W.driving_rule, **changes))


def first(*refs: str) -> tuple[Action, ...]:
    return tuple(Action("unload" if each == "S" else "visit", each) for each in refs)


def a_paid_fixed_cost(p: Plan) -> Plan:
    """Stated alike in the route and in the plan."""
    paid = with_route_cost(p, 0, fixed_eur=100, total_eur=234.016)
    return with_cost(paid, fixed_eur=100, total_eur=234.016)


TRUCKS_UNDER_WAY = (
    problem(
        "a truck under way has no route",
        lambda p: replace(p, trucks=(W, replace(W, id="X", first=()))),
        Code.ROUTE_MISSING,
    ),
    problem(
        "a truck with something to do first has no route",
        lambda p: replace(
            with_truck(p, "W", first=()),
            trucks=(replace(W, first=()), replace(W, id="X", present=None, first=first("a"))),
        ),
        Code.ROUTE_MISSING,
    ),
    problem(
        "a truck under way starts elsewhere",
        lambda p: present(p, place=replace(PLACE["P"], y_m=0.5)),
        Code.PRESENT_PLACE,
    ),
    problem("a truck under way starts too early", lambda p: present(p, at="09:00:01"),
            Code.PRESENT_TIME),
    problem("a truck under way starts too late", lambda p: present(p, at="08:59:59"),
            Code.PRESENT_TIME),
    plan(
        "a truck under way starts with nothing on board",
        lambda p: with_load(p, 0, 0, 0, mass_kg=0, volume_l=0),
        Code.PRESENT_LOAD,
    ),
    plan(
        "a truck under way starts at its depot",
        lambda p: with_step(p, 0, 0, ref="D"),
        Code.START_DEPOT,
    ),
    problem(
        "what is on board is forgotten after the first visit",
        lambda p: present(p, load=(replace(W.present.load[0], mass_kg=0),)),
        Code.PRESENT_LOAD,
        Code.LOAD,
        Code.ROUTE_ENERGY,
        Code.ROUTE_COST,
    ),
    plan("the fixed cost is paid once more", a_paid_fixed_cost, Code.ROUTE_COST),
)  # fmt: skip

FIRST_AND_PINNED = (
    problem(
        "what is to be done first is done second",
        lambda p: with_truck(p, "W", first=first("S", "a")),
        Code.FIRST_ACTIONS,
    ),
    problem(
        "what is to be done first is done last",
        lambda p: with_truck(p, "W", first=first("b")),
        Code.FIRST_ACTIONS,
    ),
    problem(
        "the last of the first actions is not done",
        lambda p: with_truck(p, "W", first=first("a", "S", "b", "S", "S")),
        Code.FIRST_ACTIONS,
    ),
    problem(
        "a visit is pinned to another truck",
        lambda p: with_visit(
            replace(p, trucks=(W, replace(W, id="X", present=None, first=()))),
            "b",
            pinned_truck_id="X",
        ),
        Code.TRUCK_PINNED,
    ),
    problem(
        "unloading begins a second too late",
        lambda p: with_visit(p, "b", unload_by="10:11:59"),
        Code.UNLOAD_LATE,
    ),
)

RESTS = (
    problem("too much is driven before the first rest", lambda p: driving(p, most_s=1259),
            Code.DRIVING_UNRESTED),
    problem("what was driven before counts", lambda p: present(p, driven_s=841),
            Code.DRIVING_UNRESTED),
    problem(
        "a rest is too short",
        lambda p: driving(p, rest_s=1201),
        Code.REST_SHORT,
        Code.DRIVING_UNRESTED,
    ),
    problem(
        "a rest at another time than the break's is no break",
        lambda p: with_truck(
            p, "W", break_rule=BreakRule(duration_s=1200, earliest="09:00", latest="09:45")
        ),
        Code.BREAK_MISSING,
    ),
    plan(
        "a rest takes longer than its step says",
        lambda p: later(p, 0, 4, -60, "departure"),
        Code.REST_SHORT,
        Code.DRIVING_UNRESTED,
        Code.ARRIVAL,
        Code.ROUTE_TOTAL,
    ),
    of_the_other_plan(
        "a break shorter than a rest is none",
        lambda p: with_truck(p, "T", driving_rule=DrivingRule(most_s=1200, rest_s=1801)),
        Code.DRIVING_UNRESTED,
    ),
    of_the_other_plan(
        "a break that is long enough is a rest just where it is",
        lambda p: with_truck(p, "T", driving_rule=DrivingRule(most_s=1199, rest_s=1800)),
        Code.DRIVING_UNRESTED,
    ),
)  # fmt: skip

ROUNDED_TRAVEL = (
    problem(
        "seconds are stated rounded up where the problem rounds to the nearest",
        lambda p: replace(p, travel=replace(p.travel, speed_kmh=60.2, rounding="nearest")),
        Code.LEG_TIME,
    ),
    problem(
        "metres are stated to the nearest where the problem rounds down",
        lambda p: replace(
            with_visit(p, "a", place=replace(PLACE["a"], x_m=7999.9)),
            travel=replace(p.travel, rounding="down"),
        ),
        Code.STEP_PLACE,
        Code.LEG_DISTANCE,
        Code.LEG_TIME,
    ),
)

UNDER_WAY_BROKEN = (*TRUCKS_UNDER_WAY, *FIRST_AND_PINNED, *RESTS, *ROUNDED_TRAVEL)
T_RESTED = DrivingRule(most_s=1200, rest_s=T.break_rule.duration_s)
"""A rule that truck T of the other plan just keeps, by its break after 1,200 s of driving."""
