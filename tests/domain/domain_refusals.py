"""Class, field and a value of it that must be refused; other fields are those of the sample."""

from dataclasses import replace
from datetime import datetime
from math import nan

from domain_samples import HOLD, UNDER_WAY

from optimiser.domain.bins import Bin
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
from optimiser.domain.plan import Left, Load, Plan, Route, Step, Violation
from optimiser.domain.problem import Evidence, Rates, Visit
from optimiser.domain.readings import Emptying, Reading
from optimiser.domain.solution import Action, TruckOrder
from optimiser.domain.travel import FLAT, GreatCircle, Matrix, Planar

NAIVE = datetime(2026, 11, 24, 11)  # noqa: DTZ001  # an instant without a zone is what is refused

REFUSED = [
    *((cls, "id", bad) for cls in (Bin, Depot, DisposalSite, Truck, Visit)
      for bad in ("", " a", "a b", "-a", "å", "a/b", "a\n", "x" * 65, 7, None)),
    *((cls, "name", bad) for cls in (Bin, Depot, DisposalSite, Truck, Visit, Left)
      for bad in ("a\x00b", "two\nlines", "x" * 201)),
    *((cls, "fraction", bad) for cls in (Bin, Visit)
      for bad in ("", "Residual", "20 03 01", "_x", "x" * 33)),
    *((cls, "access", frozenset({"Crane"})) for cls in (Bin, Visit)),
    *((cls, "place", bad) for cls in (Bin, Depot, DisposalSite, Present, Visit, Step)
      for bad in (None, {}, {"lon": 12.5}, {"x_m": 1}, {"lon": 12.5, "lat": 55, "alt": 3},
                  {"lon": 12.5, "lat": 55, "x_m": 1}, (12.5, 55.6), "12.5,55.6")),
    (GeoPoint, "lon", 180.0001),
    (GeoPoint, "lon", -180.0001),
    (GeoPoint, "lat", 90.0001),
    (GeoPoint, "lat", -90.0001),
    (PlanarPoint, "x_m", 1.1e8),
    (Bin, "volume_l", 0),
    (Bin, "containers", 0),
    (Bin, "service_s", 7 * 86_400 + 1),
    (Bin, "sensor_id", ""),
    (DisposalSite, "fractions", frozenset()),
    (Compartment, "fractions", frozenset()),
    (Compartment, "fractions", frozenset({"Glass"})),
    (Compartment, "compaction", 0.99),
    (Compartment, "compaction", 20.1),
    (Compartment, "capacity_kg", -1),
    (Compartment, "capacity_l", -1),
    (Shift, "ends", "06:00"),
    (Shift, "ends", "05:59"),
    (Shift, "days", frozenset({"someday"})),
    (BreakRule, "latest", "09:59"),
    (BreakRule, "earliest", "12:31"),
    (DrivingRule, "most_s", 0),
    (DrivingRule, "most_s", 7 * 86_400 + 1),
    (DrivingRule, "rest_s", 7 * 86_400 + 1),
    *((OnBoard, name, -0.1) for name in OnBoard.__dataclass_fields__),
    (Present, "at", "9:30"),
    (Present, "at", "48:00"),
    (Present, "load", ()),
    (Present, "load", (OnBoard(),) * 9),
    (Present, "driven_s", -1),
    *((DailyLimits, name, -1) for name in DailyLimits.__dataclass_fields__),
    (DailyLimits, "stops", 100_001),
    (Energy, "kind", "steam"),
    (Energy, "range_m", 0),
    (Energy, "per_km_full", 0.39),  # below per_km_empty
    (Energy, "per_km_empty", 0.50),  # above per_km_full
    (Truck, "compartments", ()),
    (Truck, "compartments", (HOLD,) * 9),
    (Truck, "compartments", (HOLD, HOLD)),
    (Truck, "start_depot_id", ""),
    (Truck, "abilities", frozenset({"Crane"})),
    (Truck, "shift", None),
    (Truck, "present", replace(UNDER_WAY.present, load=(OnBoard(),) * 2)),
    (Truck, "first", (Action("visit", "b-1"), "S1")),
    (Reading, "fill", 1.51),
    (Reading, "quality", 5),
    (Reading, "sequence", 2**62 + 1),
    (Emptying, "source", "gossip"),
    *((cls, "time", bad) for cls in (Reading, Emptying)
      for bad in (NAIVE, "2026-11-24T11:00", "yesterday", None)),
    (Evidence, "overflow_chance", 1.01),
    (Evidence, "level", 1.51),
    (Evidence, "level_sd", 11),
    (Evidence, "reliability", "certain"),
    (Evidence, "next_chance", NAIVE),
    (Evidence, "last_reading", -0.1),
    (Visit, "lifts", -1),
    (Visit, "lifts", 1001),
    (Visit, "published_truck_id", "a b"),
    (Visit, "pinned_truck_id", "a b"),
    (Visit, "unload_by", "noon"),
    (Visit, "prize_eur", 1e6 + 1),
    *((Rates, name, -0.01) for name in Rates.__dataclass_fields__),
    (GreatCircle, "detour", 0.99),
    (GreatCircle, "detour", 10.1),
    *((cls, "speed_kmh", bad) for cls in (GreatCircle, Planar) for bad in (0, 0.09, 201)),
    *((cls, "hour_factors", bad) for cls in (GreatCircle, Planar, Matrix)
      for bad in (FLAT[1:], (*FLAT, 1.0), (0.0, *FLAT[1:]), (nan, *FLAT[1:]), (20.1, *FLAT[1:]))),
    (Planar, "kind", "great_circle"),
    (Planar, "rounding", "up"),
    (Matrix, "distance_m", ((0, 5),)),
    (Matrix, "distance_m", ((0, 5), (5,))),
    (Matrix, "distance_m", ((0, -1), (5, 0))),
    (Matrix, "distance_m", ((0, 0.5), (5, 0))),
    (Matrix, "distance_m", ((0, 50_000_001), (5, 0))),
    (Matrix, "duration_s", ((0, 1),)),
    (Matrix, "duration_s", ((0, 1, 2), (2, 0, 2), (1, 1, 1))),
    (Matrix, "duration_s", ((0, nan), (2, 0))),
    (Action, "kind", "break"),
    (Action, "ref", ""),
    (TruckOrder, "truck_id", ""),
    (Load, "mass_kg", 1.1e12),
    (Step, "kind", "wait"),
    (Step, "break_at", "during_leg"),
    (Step, "distance_m", -1),
    (Step, "arrival", NAIVE),
    (Step, "why", "x" * 2001),
    (Route, "energy_unit", "gallons"),
    (Left, "code", "Too far"),
    (Plan, "timezone", "Copenhagen"),
    (Violation, "code", "Not a slug"),
]  # fmt: skip
