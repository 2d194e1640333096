"""When a truck is where: the earliest way home, the best pauses, then leaving as late as possible.

Two passes find that: one forward with the earliest second at each place, before and after the
break, and one back from the second home with the latest. Rests from driving are placed in the
same passes, which then keep several ways apart: earlier, or with less driven since the last rest.
"""

from dataclasses import replace
from itertools import pairwise

from optimiser.schedule.earliest import earliest_home
from optimiser.schedule.itinerary import Call, Itinerary, Lunch
from optimiser.schedule.latest import latest_leave
from optimiser.schedule.walk import Pause, Timing, overdriven, walk
from optimiser.travel import TravelClock

__all__ = ["Timing", "best_timing"]


def best_timing(stops: Itinerary, clock: TravelClock) -> Timing:
    """The timing that misses the least, then is home first, then leaves last.

    Only a truck that would need a break may instead leave after the break's last moment, if
    that takes less paid time. Where traffic changes over the day, rests from driving are placed
    at least as well as by resting before each leg that would be too much.
    """
    free = _best(replace(stops, rests=None) if stops.rests else stops, clock)
    if stops.rests is None:
        return free
    plain = walk(stops, clock, free.leave_s, free.pauses)
    if plain.late_s == free.late_s:
        return plain
    best, greedy = _best(stops, clock), _rested(stops, clock, plain)
    return min(best, greedy, key=Timing.outcome) if _has_its_break(stops, greedy) else best


def _has_its_break(stops: Itinerary, timing: Timing) -> bool:
    """Whether a timing has a break or needs none: rests may bring a truck home later."""
    return (
        stops.lunch is None
        or any(pause.lunch for pause in timing.pauses)
        or timing.home_s <= stops.lunch.earliest_s
        or timing.leave_s >= stops.lunch.latest_s
    )


def _best(stops: Itinerary, clock: TravelClock) -> Timing:
    first, lunch = stops.first_s, stops.lunch
    plain = _home_first(stops, clock, first)
    if lunch is None or _needs_none(stops, lunch, plain):
        return _last_to_leave(stops, clock, plain)
    way = earliest_home(stops, clock, first, breaks=True)
    if way is None:
        return _after_it(stops, clock, lunch)
    with_it = walk(stops, clock, first, way)
    if stops.under_way or (with_it.late_s == 0 and _too_much_after(stops, lunch)):
        return _last_to_leave(stops, clock, with_it, plain)
    after_it = _after_it(stops, clock, lunch)
    if with_it.late_s < after_it.late_s:
        return _last_to_leave(stops, clock, with_it, plain)
    return min(_last_to_leave(stops, clock, with_it, plain), after_it, key=Timing.rank)


def _needs_none(stops: Itinerary, lunch: Lunch, plain: Timing) -> bool:
    """Whether a truck is home before its break, or under way after it."""
    return plain.home_s <= lunch.earliest_s or (stops.under_way and plain.leave_s >= lunch.latest_s)


def _after_it(stops: Itinerary, clock: TravelClock, lunch: Lunch) -> Timing:
    """Leaving when the break's last moment is over, without one."""
    leave_s = max(stops.first_s, lunch.latest_s)
    return _last_to_leave(stops, clock, _home_first(stops, clock, leave_s))


def _home_first(stops: Itinerary, clock: TravelClock, leave_s: int) -> Timing:
    """The first way home without a break under the break rule."""
    if stops.rests is None:
        return walk(stops, clock, leave_s)
    return walk(stops, clock, leave_s, earliest_home(stops, clock, leave_s, breaks=False) or ())


def _too_much_after(stops: Itinerary, lunch: Lunch) -> bool:
    """Whether the work alone keeps a truck that leaves after the break's last moment too long."""
    windows = stops.calls[-1].windows
    work_s = sum(call.duration_s for call in stops.calls)
    return not windows or lunch.latest_s + work_s > windows[-1][1]


def _last_to_leave(
    stops: Itinerary, clock: TravelClock, timing: Timing, plain: Timing | None = None
) -> Timing:
    """Leave as late as possible without being home later or missing more.

    A timing with a break comes with the `plain` one without: where its window opens on the way,
    the break is rather taken as soon as it is open than before, of places that are as good.
    """
    if stops.under_way:
        return timing
    bounds = stops if timing.late_s == 0 else _as_late_as(stops, timing)
    eager = 0 if plain is None else _last_place_before(stops, plain)
    found = latest_leave(bounds, clock, timing.home_s, breaks=plain is not None, eager=eager)
    if found is None or found[0] <= timing.leave_s:
        return timing
    later = walk(stops, clock, *found)
    return later if later.outcome() <= timing.outcome() else _bisected(stops, clock, timing)


def _bisected(stops: Itinerary, clock: TravelClock, timing: Timing) -> Timing:
    """With the same pauses; traffic by the hour may make resting there too little, left later."""
    low, high = timing.leave_s, timing.home_s
    while low < high:
        middle = (low + high + 1) // 2
        tried = walk(stops, clock, middle, timing.pauses)
        if tried.outcome() <= timing.outcome():
            low, timing = max(middle, tried.leave_s), tried
        else:
            high = middle - 1
    return timing


def _last_place_before(stops: Itinerary, plain: Timing) -> int:
    """Number of the last place for a break that is reached before its window opens."""
    assert stops.lunch is not None  # noqa: S101  # asked only where there is a rule
    earliest, last = stops.lunch.earliest_s, 0
    for leg, (here, there) in enumerate(pairwise(plain.moments)):
        if here.departure <= earliest:
            last = 2 * leg
        if there.arrival <= earliest:
            last = 2 * leg + 1
    return last


def _as_late_as(stops: Itinerary, timing: Timing) -> Itinerary:
    """The itinerary with every bound moved to where a timing that is late has missed it."""
    calls = tuple(
        _moved(call, moment.begin) for call, moment in zip(stops.calls, timing.moments, strict=True)
    )
    return replace(stops, calls=calls, rests=None)


def _moved(call: Call, begin: int) -> Call:
    if not call.windows:
        return replace(call, windows=((-(10**9), 10**9),))
    missed = begin > call.windows[-1][1]
    windows = (*call.windows, (begin, begin)) if missed else call.windows
    return replace(call, windows=windows, due_s=max(call.due_s, begin))


def _rested(stops: Itinerary, clock: TravelClock, timing: Timing) -> Timing:
    """The timing with a rest before each leg that would be too much, from the first one on."""
    while True:
        over = next(overdriven(stops, timing.driving_s, timing.pauses), None)
        if over is None:
            return timing
        rest = Pause(over[0], after=False, lunch=False)
        if rest in timing.pauses:
            return timing  # one leg is too much by itself
        pauses = sorted((*timing.pauses, rest), key=lambda pause: pause[:2])
        timing = walk(stops, clock, timing.leave_s, pauses)
