"""What forbids a route that was tried: the first rule it breaks, and by how much."""

from collections.abc import Iterator
from dataclasses import dataclass

from optimiser.domain.plan import Route
from optimiser.schedule.itinerary import Itinerary
from optimiser.schedule.load import Loads
from optimiser.schedule.timing import Timing
from optimiser.travel import UNREACHABLE

_NOISE = 1e-3


@dataclass(frozen=True, slots=True)
class Misfit:
    """A rule that a tried route breaks: code, sentence, and the amount in the rule's unit."""

    code: str
    detail: str
    amount: float


def timeless_misfit(stops: Itinerary, carried: Loads) -> Misfit | None:
    """The first rule that an order breaks at whatever time it is driven, or None."""
    if max(stops.plain_s, default=0) >= UNREACHABLE:
        return Misfit("unreachable", "there is no way to it", 1)
    return next(_capacity(stops, carried), None)


def misfit(stops: Itinerary, timing: Timing, route: Route) -> Misfit | None:
    """The first of the other rules that a route breaks, or None if it keeps all."""
    return next(_misfits(stops, timing, route), None)


def _misfits(stops: Itinerary, timing: Timing, route: Route) -> Iterator[Misfit]:
    yield from _limits(stops, route)
    if timing.late_s:
        text = f"windows, break or shift would be missed by {timing.late_s / 60:.0f} min in all"
        yield Misfit("no_time", text, timing.late_s)


def _capacity(stops: Itinerary, carried: Loads) -> Iterator[Misfit]:
    for index, hold in enumerate(stops.truck.compartments):
        mass = max(load[index].mass_kg for load in carried.after)
        volume = max(load[index].volume_l for load in carried.after)
        if hold.capacity_kg is not None and mass > hold.capacity_kg + _NOISE:
            over = mass - hold.capacity_kg
            yield Misfit("no_capacity", f"it would be {over:.0f} kg over its capacity", over)
        if hold.capacity_l is not None and volume > hold.capacity_l + _NOISE:
            over = volume - hold.capacity_l
            yield Misfit("no_capacity", f"it would be {over:.0f} l over its capacity", over)


def _limits(stops: Itinerary, route: Route) -> Iterator[Misfit]:
    limits = stops.truck.limits
    limited = (
        ("stops", route.stops, limits.stops),
        ("metres", route.distance_m, limits.distance_m),
        ("metres", route.distance_m, stops.truck.energy.range_m),
        ("seconds of duty", route.duration_s, limits.duration_s),
        ("seconds of driving", route.driving_s, limits.driving_s),
        ("kg a day", route.mass_kg, limits.mass_kg),
        ("litres a day", route.volume_l, limits.volume_l),
    )
    for unit, found, most in limited:
        if most is not None and found > most + _NOISE:
            text = f"it would have {found:.0f} {unit}, its limit is {most:.0f}"
            yield Misfit("daily_limit", text, found - most)
