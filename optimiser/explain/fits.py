"""What forbids a route that was tried: the first rule it breaks, and by how much."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from optimiser.domain.fleet import Truck
from optimiser.schedule.itinerary import Itinerary
from optimiser.schedule.load import Loads
from optimiser.schedule.route import Sums
from optimiser.schedule.walk import Timing, overdriven
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


def misfit(stops: Itinerary, timing: Timing, sums: Sums) -> Misfit | None:
    """The first of the other rules that a route breaks, or None if it keeps all."""
    return next(_misfits(stops, timing, sums), None)


def _misfits(stops: Itinerary, timing: Timing, sums: Sums) -> Iterator[Misfit]:
    yield from limits(stops.truck, sums)
    if timing.late_s:
        yield next(_late(stops, timing))


def _late(stops: Itinerary, timing: Timing) -> Iterator[Misfit]:
    """What is missed first, with all that is missed as the amount."""
    for call, moment in zip(stops.calls, timing.moments, strict=True):
        if not any(opens <= moment.begin <= closes for opens, closes in call.windows):
            missed_s = moment.begin - call.windows[-1][1] if call.windows else timing.late_s
            where = f"{_WHERE[call.kind]} {call.ref}".rstrip()
            yield Misfit(
                "no_time", f"it would be {minutes(missed_s)} too late {where}", timing.late_s
            )
        if moment.begin > call.due_s:
            missed_s = int(moment.begin - call.due_s)
            text = f"unloading would begin {minutes(missed_s)} too late at {call.ref}"
            yield Misfit("unload_by", text, timing.late_s)
    for _, seconds in overdriven(stops, timing.driving_s, timing.pauses):
        text = f"it would drive {minutes(seconds)} without a rest that is due"
        yield Misfit("no_rest", text, timing.late_s)
    yield Misfit("no_time", f"its break would be {minutes(timing.late_s)} too late", timing.late_s)


_WHERE = {"start": "to leave", "visit": "at bin", "unload": "at site", "end": "to be home at"}


def minutes(seconds: float) -> str:
    """Minutes for people, up to a whole one: nothing is 0 min late."""
    return f"{ceil(seconds / 60)} min"


def _capacity(stops: Itinerary, carried: Loads) -> Iterator[Misfit]:
    filled = [
        load for call, load in zip(stops.calls, carried.after, strict=True) if call.kind == "visit"
    ]
    for index, hold in enumerate(stops.truck.compartments):
        mass = max((load[index].mass_kg for load in filled), default=0.0)
        volume = max((load[index].volume_l for load in filled), default=0.0)
        if hold.capacity_kg is not None and mass > hold.capacity_kg + _NOISE:
            yield overfull(mass - hold.capacity_kg, "kg")
        if hold.capacity_l is not None and volume > hold.capacity_l + _NOISE:
            yield overfull(volume - hold.capacity_l, "l")


def overfull(over: float, unit: str) -> Misfit:
    """A compartment over its capacity by so much."""
    return Misfit("no_capacity", f"it would be {over:.0f} {unit} over its capacity", over)


def limits(truck: Truck, sums: Sums) -> Iterator[Misfit]:
    """What a route has more of than the truck may do in a day."""
    most = truck.limits
    limited = (
        ("stops", sums.stops, most.stops),
        ("metres", sums.distance_m, most.distance_m),
        ("metres", sums.distance_m, truck.energy.range_m),
        ("seconds of duty", sums.duration_s, most.duration_s),
        ("seconds of driving", sums.driving_s, most.driving_s),
        ("kg a day", sums.mass_kg, most.mass_kg),
        ("litres a day", sums.volume_l, most.volume_l),
    )
    for unit, found, allowed in limited:
        if allowed is not None and found > allowed + _NOISE:
            yield over_limit(unit, found, allowed)


def over_limit(unit: str, found: float, allowed: float) -> Misfit:
    """More than a daily limit or the range allows."""
    text = f"it would have {found:.0f} {unit}, its limit is {allowed:.0f}"
    return Misfit("daily_limit", text, found - allowed)
