"""What a truck carries after each action, and what it collects from where it starts."""

from dataclasses import dataclass

from optimiser.domain.fleet import Truck
from optimiser.domain.plan import Load
from optimiser.domain.problem import Problem
from optimiser.schedule.homeward import emptied
from optimiser.schedule.itinerary import Itinerary

NOTHING = Load(mass_kg=0.0, volume_l=0.0)


@dataclass(frozen=True, slots=True)
class Loads:
    """Load of each compartment after each call, and what the route collects (loose volume)."""

    after: tuple[tuple[Load, ...], ...]
    mass_kg: float
    volume_l: float
    lifts: int

    def mass_on_board(self, call: int) -> float:
        """Mass on the leg that leaves this call."""
        return sum(each.mass_kg for each in self.after[call])


def loads(problem: Problem, stops: Itinerary) -> Loads:
    """Follow the load of every compartment through a route."""
    now = _at_first(stops.truck)
    after, mass, volume, lifts = [], 0.0, 0.0, 0
    for call in stops.calls:
        if call.kind == "visit":
            visit = problem.visit_by_id[call.ref]
            now = _put(stops.truck, now, visit.fraction, visit.mass_kg, visit.volume_l)
            mass, volume, lifts = (
                mass + visit.mass_kg,
                volume + visit.volume_l,
                lifts + visit.lifts,
            )
        elif call.kind == "unload":
            empty = emptied(stops.truck, problem.site_by_id[call.ref])
            now = tuple(NOTHING if n in empty else load for n, load in enumerate(now))
        after.append(tuple(_short(load) for load in now))
    return Loads(tuple(after), mass, volume, lifts)


def _at_first(truck: Truck) -> tuple[Load, ...]:
    if truck.present is None:
        return (NOTHING,) * len(truck.compartments)
    return tuple(Load(mass_kg=e.mass_kg, volume_l=e.volume_l) for e in truck.present.load)


def _put(
    truck: Truck, now: tuple[Load, ...], fraction: str, mass_kg: float, volume_l: float
) -> tuple[Load, ...]:
    into = truck.compartment_of(fraction)
    if into is None:
        return now
    taken_up = volume_l / truck.compartments[into].compaction
    fuller = Load(
        mass_kg=now[into].mass_kg + mass_kg,
        volume_l=now[into].volume_l + taken_up,
    )
    return (*now[:into], fuller, *now[into + 1 :])


def _short(load: Load) -> Load:
    """A load as answers show it; sums go on with the unrounded one."""
    return Load(mass_kg=round(load.mass_kg, 6), volume_l=round(load.volume_l, 6))
