"""Tiny named problems for tests: one street of places 1 km apart, and what is needed on it."""

from datetime import date
from typing import Any

from optimiser.domain.fleet import Compartment, Depot, DisposalSite, Shift, Truck
from optimiser.domain.places import PlanarPoint
from optimiser.domain.problem import Problem, Visit
from optimiser.domain.solution import Action, Solution, TruckOrder
from optimiser.domain.travel import Planar

DAY = date(2026, 11, 24)
KM_PER_MINUTE = Planar(kind="manhattan", speed_kmh=60)
"""One kilometre takes one minute, so that times can be checked in the head."""


def at(km: float, north_km: float = 0.0) -> PlanarPoint:
    return PlanarPoint(x_m=km * 1000, y_m=north_km * 1000)


def a_truck(**changes: Any) -> Truck:
    """Truck T of depot D: one compartment for residual, 1,000 kg, 06:00-14:00."""
    fields: dict[str, Any] = {
        "id": "T",
        "start_depot_id": "D",
        "end_depot_id": "D",
        "compartments": (Compartment(fractions=frozenset({"residual"}), capacity_kg=1000),),
        "shift": Shift(starts="06:00", ends="14:00"),
        "cost_fixed_eur": 100,
        "cost_per_km_eur": 1,
        "cost_per_hour_eur": 60,
        "cost_per_overtime_hour_eur": 120,
    }
    return Truck(**{**fields, **changes})


def a_visit(ident: str, km: float, **changes: Any) -> Visit:
    """A visit at `km`: residual, 100 kg, 1,000 l, 10 minutes, required."""
    fields: dict[str, Any] = {
        "id": ident,
        "place": at(km),
        "fraction": "residual",
        "volume_l": 1000,
        "mass_kg": 100,
        "service_s": 600,
    }
    return Visit(**{**fields, **changes})


def a_problem(*visits: Visit, **changes: Any) -> Problem:
    """Depot D at km 0, site S at km 10 (unloading takes 20 minutes), truck T."""
    fields: dict[str, Any] = {
        "service_date": DAY,
        "depots": (Depot(id="D", place=at(0)),),
        "disposal_sites": (
            DisposalSite(id="S", place=at(10), fractions=frozenset({"residual"}), unload_s=1200),
        ),
        "trucks": (a_truck(),),
        "visits": visits,
        "travel": KM_PER_MINUTE,
    }
    return Problem(**{**fields, **changes})


def order(*refs: str, truck: str = "T") -> Solution:
    """One truck's order; refs beginning with S are disposal sites."""
    actions = tuple(Action("unload" if ref.startswith("S") else "visit", ref) for ref in refs)
    return Solution((TruckOrder(truck, actions),))
