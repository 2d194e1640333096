"""One good sample of every domain class, as the keyword arguments that make it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from optimiser.domain.bins import Bin
from optimiser.domain.calendar import Hours, ServiceDay
from optimiser.domain.fleet import (
    BreakRule,
    Compartment,
    DailyLimits,
    Depot,
    DisposalSite,
    DrivingRule,
    Energy,
    OnBoard,
    Present,
    Shift,
    Truck,
)
from optimiser.domain.places import GeoPoint, PlanarPoint
from optimiser.domain.plan import (
    Counterfactual,
    Left,
    Load,
    Made,
    Plan,
    PlanCost,
    Route,
    RouteCost,
    Saving,
    Step,
    Totals,
    Violation,
)
from optimiser.domain.problem import Evidence, Problem, Rates, Visit
from optimiser.domain.readings import Emptying, Quality, Reading
from optimiser.domain.solution import Action, Solution, TruckOrder
from optimiser.domain.travel import GreatCircle, Matrix, Planar

CITY = GeoPoint(12.57, 55.68)
NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)
RESIDUAL = frozenset({"residual"})
HOURS = (Hours(opens="06:00", closes="14:00", days=frozenset({"tue", "thu"})),)
HOLD = Compartment(fractions=RESIDUAL, capacity_kg=9000, capacity_l=20_000, compaction=4)
SHIFT = Shift(starts="06:00", ends="14:00", overtime_s=3600)
EVIDENCE = Evidence(
    level=0.8, level_sd=0.1, fill_per_day=0.2, overflow_chance=0.4, next_chance=NOON
)
TRUCK = Truck(
    id="T1",
    start_depot_id="D1",
    end_depot_id="D1",
    compartments=(HOLD,),
    shift=SHIFT,
    break_rule=BreakRule(duration_s=1800, earliest="10:00", latest="12:30"),
    abilities=frozenset({"crane"}),
)
UNDER_WAY = replace(
    TRUCK,
    driving_rule=DrivingRule(most_s=14_400, rest_s=1800),
    present=Present(
        place=GeoPoint(12.6, 55.7),
        at="09:30:15",
        load=(OnBoard(mass_kg=1234.5, volume_l=5000),),
        driven_s=3600,
    ),
    first=(Action("visit", "b-1"), Action("unload", "S1")),
)
DEPOT = Depot(id="D1", place=CITY, hours=HOURS)
SITE = DisposalSite(id="S1", place=GeoPoint(12.62, 55.684), fractions=RESIDUAL)
VISIT = Visit(
    id="b-1",
    place=GeoPoint(12.55, 55.7),
    name="Nørrebrogade 1 <b>",
    fraction="residual",
    volume_l=660.5,
    mass_kg=66.05,
    service_s=180,
    hours=HOURS,
    access=frozenset({"crane", "narrow"}),
    required=False,
    prize_eur=12.34,
    evidence=EVIDENCE,
    published_truck_id="T1",
    pinned_truck_id="T1",
    unload_by="13:30",
)
STEP = Step(
    kind="visit",
    ref="b-1",
    place=CITY,
    arrival=NOON,
    begin=NOON,
    departure=NOON,
    distance_m=1000,
    driving_s=150,
    load=(Load(mass_kg=66.05, volume_l=165.125),),
    required=False,
    prize_eur=12.34,
    evidence=EVIDENCE,
    why="Worth it.",
)
COST = RouteCost(
    fixed_eur=150, distance_eur=1.2, time_eur=45, overtime_eur=0, co2e_eur=0.1, total_eur=196.3
)
ROUTE = Route(
    truck_id="T1",
    steps=(STEP,),
    stops=1,
    lifts=1,
    distance_m=1000,
    duration_s=3600,
    driving_s=150,
    service_s=180,
    waiting_s=0,
    break_s=0,
    overtime_s=0,
    mass_kg=66.05,
    volume_l=660.5,
    energy=0.5,
    energy_unit="l",
    co2e_g=1600,
    cost=COST,
)
LEFT = Left(visit_id="b-2", required=True, prize_eur=0, code="too_far", detail="Far away.")

SAVING: dict[str, Any] = {"distance_m": -800, "cost_eur": 12.5, "co2e_g": 900.0}

SAMPLES: dict[type, dict[str, Any]] = {
    Hours: {"opens": "06:00", "closes": "14:00"},
    ServiceDay: {"service_date": date(2026, 11, 24), "timezone": "Europe/Copenhagen"},
    GeoPoint: {"lon": 12.57, "lat": 55.68},
    PlanarPoint: {"x_m": -10.5, "y_m": 20},
    Bin: {"id": "b-1", "place": CITY, "fraction": "glass", "volume_l": 2500},
    Depot: {"id": "D1", "place": CITY},
    DisposalSite: {"id": "S1", "place": CITY, "fractions": RESIDUAL},
    Compartment: {"fractions": RESIDUAL},
    Shift: {"starts": "06:00", "ends": "14:00"},
    BreakRule: {"duration_s": 1800, "earliest": "10:00", "latest": "12:30"},
    DrivingRule: {},
    OnBoard: {},
    Present: {"place": CITY, "at": "09:30", "load": (OnBoard(mass_kg=500, volume_l=1000),)},
    DailyLimits: {"stops": 100, "distance_m": 200_000},
    Energy: {},
    Truck: {
        "id": "T1",
        "start_depot_id": "D1",
        "end_depot_id": "D1",
        "compartments": (HOLD,),
        "shift": SHIFT,
    },
    Reading: {"sensor_id": "s-1", "bin_id": "b-1", "time": NOON, "fill": 0.5},
    Emptying: {"bin_id": "b-1", "time": NOON},
    Evidence: {
        "level": 0.8,
        "level_sd": 0.1,
        "fill_per_day": 0.2,
        "overflow_chance": 0.4,
        "next_chance": NOON,
    },
    Visit: {
        "id": "b-1",
        "place": CITY,
        "fraction": "residual",
        "volume_l": 660.5,
        "mass_kg": 66,
        "service_s": 180,
    },
    Rates: {},
    GreatCircle: {},
    Planar: {"kind": "manhattan", "speed_kmh": 60},
    Matrix: {"distance_m": ((0, 5), (None, 0)), "duration_s": ((0, 1), (2, 0))},
    Problem: {
        "service_date": date(2026, 11, 24),
        "depots": (DEPOT,),
        "disposal_sites": (SITE,),
        "trucks": (TRUCK,),
        "visits": (VISIT,),
    },
    Action: {"kind": "visit", "ref": "b-1"},
    TruckOrder: {"truck_id": "T1", "actions": (Action("unload", "S1"),)},
    Solution: {"orders": (TruckOrder("T1", (Action("visit", "b-1"),)),)},
    Load: {"mass_kg": 1.5, "volume_l": 0},
    Step: {
        "kind": "break",
        "ref": "",
        "place": CITY,
        "arrival": NOON,
        "begin": NOON,
        "departure": NOON,
        "distance_m": 0,
        "driving_s": 0,
        "load": (),
        "break_at": "after_leg",
    },
    RouteCost: {
        "fixed_eur": 150,
        "distance_eur": 1.2,
        "time_eur": 45,
        "overtime_eur": 0,
        "co2e_eur": 0.1,
        "total_eur": 196.3,
    },
    Route: {name: getattr(ROUTE, name) for name in Route.__dataclass_fields__},
    Left: {name: getattr(LEFT, name) for name in Left.__dataclass_fields__},
    PlanCost: {"total_eur": 196.3},
    Totals: {"trucks": 1, "distance_m": 1000},
    Saving: SAVING,
    Counterfactual: {
        "bins": 40,
        "left": 1,
        "trucks": 2,
        "distance_m": 61_000,
        "duration_s": 18_000,
        "cost_eur": 410.5,
        "co2e_g": 52_000.0,
        "engine": "ruin",
        "solve_s": 2.0,
        "saving": Saving(**SAVING),
    },
    Made: {"engine": "ortools", "seed": 1, "solve_s": 2.5, "solutions": 3},
    Plan: {
        "service_date": date(2026, 11, 24),
        "timezone": "Europe/Copenhagen",
        "routes": (ROUTE,),
        "left": (LEFT,),
    },
    Violation: {"code": "leg_time", "detail": "A leg is too short.", "truck_id": "T1", "step": 2},
}

RICH = [
    *(cls(**fields) for cls, fields in SAMPLES.items()),
    TRUCK,
    UNDER_WAY,
    VISIT,
    STEP,
    Reading(sensor_id="s", bin_id="b", time=NOON, fill=0, sequence=2**62, quality=Quality.ACCEPTED),
    Problem(
        service_date=date(2026, 3, 29),
        depots=(DEPOT,),
        trucks=(TRUCK,),
        travel=Matrix(distance_m=((0,),), duration_s=((0,),)),
    ),
    Problem(
        service_date=date(2026, 10, 25),
        depots=(Depot(id="D1", place=PlanarPoint(0, 1)),),
        trucks=(TRUCK,),
        travel=Planar(kind="euclidean", speed_kmh=36, rounding="down"),
    ),
    Problem(
        service_date=date(2026, 11, 24),
        depots=(DEPOT,),
        disposal_sites=(SITE,),
        trucks=(UNDER_WAY,),
        visits=(VISIT,),
    ),
]
"""Every sample, and some that are filled to the last field."""
