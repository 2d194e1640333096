"""Energy of a leg and of the work at a stop, in the truck's own unit (litres or kWh)."""

from optimiser.domain.fleet import Truck


def load_share(truck: Truck, mass_kg: float) -> float:
    """Mass on board as a share of what the truck can carry, 0..1; 0 where no limit is known."""
    capacity = sum(each.capacity_kg or 0.0 for each in truck.compartments)
    return min(1.0, max(0.0, mass_kg / capacity)) if capacity > 0 else 0.0


def leg_energy(truck: Truck, distance_m: int, mass_kg: float) -> float:
    """Energy of driving `distance_m` with `mass_kg` on board: linear from empty to full."""
    energy = truck.energy
    per_km = energy.per_km_empty + (energy.per_km_full - energy.per_km_empty) * load_share(
        truck, mass_kg
    )
    return per_km * distance_m / 1000


def work_energy(truck: Truck, standing_s: int, lifts: int) -> float:
    """Energy of standing at work (hydraulics, idling) and of lifting containers."""
    return truck.energy.per_standing_h * standing_s / 3600 + truck.energy.per_lift * lifts
