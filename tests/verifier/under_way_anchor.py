"""A plan of a truck under way, worked out by hand like verifier_anchor's.

One kilometre along the axes takes 60 s at any hour. Truck W is free at 09:00 at P, 5 km from its
depot D, with 200 kg and 300 l on board, and has driven 600 s since its last rest. It may drive
1,500 s without one, which takes 1,200 s. First it does a, then unloads at S:
  P->a  3 km, 09:03, 5 min of work, 500 kg and 700 l on board; driven 780 s
  a->S  2 km, 09:10, 20 min, empty at 09:30; driven 900 s
  S->b  6 km, 09:36, 10 min, 100 kg and 200 l; driven 1,260 s: 360 more would be too much
  rest at b until 10:06
  b->S  6 km, 10:12, 20 min; b must be unloaded from 10:20 on at the latest
  S->D  10 km, home 10:42.
Energy: 3 x 0.42 + 2 x 0.45 + 6 x 0.4 + 6 x 0.41 + 10 x 0.4 = 11.02 l of driving, 55 min of work
  at 6 l/h = 5.5, two lifts = 0.2: 16.72 l, 50,160 g, 5.016 EUR. Its fixed cost is spent.
"""

from dataclasses import replace
from datetime import date

from verifier_anchor import local

from optimiser.domain.fleet import (
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
from optimiser.domain.places import PlanarPoint
from optimiser.domain.plan import Load, Plan, PlanCost, Route, RouteCost, Step, Totals
from optimiser.domain.problem import Problem, Rates, Visit
from optimiser.domain.solution import Action
from optimiser.domain.travel import Planar

RESIDUAL = frozenset({"residual"})
PLACE = {
    name: PlanarPoint(x_m=x * 1000, y_m=y * 1000)
    for name, (x, y) in {"D": (0, 0), "P": (5, 0), "S": (10, 0), "a": (8, 0), "b": (10, 6)}.items()
}

W = Truck(
    id="W",
    start_depot_id="D",
    end_depot_id="D",
    compartments=(Compartment(fractions=RESIDUAL, capacity_kg=1000, capacity_l=1000),),
    shift=Shift(starts="10:00", ends="14:00"),
    driving_rule=DrivingRule(most_s=1500, rest_s=1200),
    present=Present(
        place=PLACE["P"], at="09:00", load=(OnBoard(mass_kg=200, volume_l=300),), driven_s=600
    ),
    first=(Action("visit", "a"), Action("unload", "S")),
    energy=Energy(
        per_km_empty=0.4, per_km_full=0.5, per_standing_h=6, per_lift=0.1, co2e_g_per_unit=3000
    ),
    cost_fixed_eur=100,
    cost_per_km_eur=1,
    cost_per_hour_eur=60,
)


def visit(ident: str, mass_kg: float, volume_l: float, service_s: int, **more: object) -> Visit:
    return Visit(
        id=ident,
        place=PLACE[ident],
        fraction="residual",
        mass_kg=mass_kg,
        volume_l=volume_l,
        service_s=service_s,
        **more,
    )


UNDER_WAY = Problem(
    service_date=date(2026, 11, 24),
    depots=(Depot(id="D", place=PLACE["D"]),),
    disposal_sites=(DisposalSite(id="S", place=PLACE["S"], fractions=RESIDUAL, unload_s=1200),),
    trucks=(W,),
    visits=(
        visit("a", 300, 400, 300),
        visit("b", 100, 200, 600, pinned_truck_id="W", unload_by="10:20"),
    ),
    travel=Planar(kind="manhattan", speed_kmh=60),
    rates=Rates(carbon_eur_per_t=100),
)


def step(
    kind: str, ref: str, where: str, times: str, leg: tuple[int, int], *on_board: float
) -> Step:
    """One step; `times` are arrival and departure, `on_board` kg and l after it."""
    arrival, departure = (local(each) for each in times.split())
    return Step(
        kind=kind,
        ref=ref,
        place=PLACE[where],
        arrival=arrival,
        begin=arrival,
        departure=departure,
        distance_m=leg[0],
        driving_s=leg[1],
        load=(Load(mass_kg=on_board[0], volume_l=on_board[1]),),
    )


ROUTE = Route(
    truck_id="W",
    steps=(
        step("start", "", "P", "09:00:00 09:00:00", (0, 0), 200, 300),
        step("visit", "a", "a", "09:03:00 09:08:00", (3000, 180), 500, 700),
        step("unload", "S", "S", "09:10:00 09:30:00", (2000, 120), 0, 0),
        step("visit", "b", "b", "09:36:00 09:46:00", (6000, 360), 100, 200),
        replace(
            step("break", "", "b", "09:46:00 10:06:00", (0, 0), 100, 200), break_at="before_leg"
        ),
        step("unload", "S", "S", "10:12:00 10:32:00", (6000, 360), 0, 0),
        step("end", "D", "D", "10:42:00 10:42:00", (10_000, 600), 0, 0),
    ),
    stops=2,
    lifts=2,
    distance_m=27_000,
    duration_s=6120,
    driving_s=1620,
    service_s=3300,
    waiting_s=0,
    break_s=1200,
    overtime_s=0,
    mass_kg=400,
    volume_l=600,
    energy=16.72,
    energy_unit="l",
    co2e_g=50_160,
    cost=RouteCost(
        fixed_eur=0, distance_eur=27, time_eur=102, overtime_eur=0, co2e_eur=5.016,
        total_eur=134.016,
    ),
)  # fmt: skip
WAY_HOME = Plan(
    service_date=date(2026, 11, 24),
    timezone="Europe/Copenhagen",
    routes=(ROUTE,),
    cost=PlanCost(distance_eur=27, time_eur=102, co2e_eur=5.016, total_eur=134.016),
    totals=Totals(
        trucks=1,
        stops=2,
        lifts=2,
        unloads=2,
        distance_m=27_000,
        duration_s=6120,
        mass_kg=400,
        volume_l=600,
        co2e_g=50_160,
    ),
)
