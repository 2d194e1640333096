"""When a truck is where: the earliest way home, the best break, then leaving as late as possible.

Travel keeps the order of departures (FIFO), so being somewhere earlier is never worse: a
greedy pass is optimal for a given departure and break slot. A break reached before its window
opens makes the truck wait, so of those slots the last is home first; earlier ones are tried
only as long as they are home as early, since with them the truck may leave later.
"""

from dataclasses import dataclass, replace

from optimiser.schedule.itinerary import Itinerary, Window
from optimiser.travel import TravelClock


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for the break: on the leg after call `leg`, before or after driving it."""

    leg: int
    after: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """Arrival, begin and departure of a call or break, in seconds of the service day."""

    arrival: int
    begin: int
    departure: int


@dataclass(frozen=True, slots=True)
class Timing:
    """Moments of all calls, legs' driving times, the break if any, and how late it all is.

    `late_s` sums the seconds by which windows are missed: 0 means that everything is kept.
    """

    moments: tuple[Moment, ...]
    driving_s: tuple[int, ...]
    slot: Slot | None
    pause: Moment | None
    late_s: int

    @property
    def home_s(self) -> int:
        return self.moments[-1].begin

    @property
    def leave_s(self) -> int:
        return self.moments[0].departure

    @property
    def waiting_s(self) -> int:
        pauses = (self.pause,) if self.pause else ()
        return sum(each.begin - each.arrival for each in (*self.moments, *pauses))

    def outcome(self) -> tuple[int, int]:
        """What leaving later must not make worse."""
        return self.late_s, self.home_s

    def rank(self) -> tuple[int, int, int]:
        """Less late, then less paid time, then home earlier."""
        return self.late_s, self.home_s - self.leave_s, self.home_s


def best_timing(stops: Itinerary, clock: TravelClock) -> Timing:
    """The timing that misses the least, then is home first, then leaves last.

    Only a truck that would need a break may instead leave after the break's last moment, if
    that takes less paid time.
    """
    first = stops.calls[0].windows[0][0] if stops.calls[0].windows else 0
    plain = run(stops, clock, first, None)
    lunch = stops.lunch
    if lunch is None or plain.home_s <= lunch.earliest_s:
        return _leave_late(stops, clock, plain)
    after_it = run(stops, clock, max(first, lunch.latest_s), None)
    tied = _best_breaks(stops, clock, first, plain)
    if tied and tied[0].late_s < after_it.late_s:
        return _last_to_leave(stops, clock, tied)
    after_it = _leave_late(stops, clock, after_it)
    if not tied:
        return after_it
    return min(_last_to_leave(stops, clock, tied), after_it, key=Timing.rank)


def _best_breaks(stops: Itinerary, clock: TravelClock, first: int, plain: Timing) -> list[Timing]:
    """Of all breaks those that miss least and are home first, leaving at `first`."""
    before, within = _slots(stops, plain)
    tried = [run(stops, clock, first, slot) for slot in (*before[-1:], *within)]
    least = min((each.outcome() for each in tried), default=None)
    tied = [each for each in tried if each.outcome() == least]
    if before and tied[0].slot == before[-1]:
        for slot in reversed(before[:-1]):
            earlier = run(stops, clock, first, slot)
            if earlier.outcome() != least:
                break  # and so is every break still earlier
            tied.append(earlier)
    return tied


def _last_to_leave(stops: Itinerary, clock: TravelClock, tied: list[Timing]) -> Timing:
    best = _leave_late(stops, clock, tied[0])
    for each in tied[1:]:
        if each.waiting_s <= best.leave_s - each.leave_s:
            continue  # only waiting can be slept off
        later = run(stops, clock, best.leave_s + 1, each.slot)
        if later.outcome() <= best.outcome():
            best = _leave_late(stops, clock, later)
    return best


def run(stops: Itinerary, clock: TravelClock, leave_s: int, slot: Slot | None) -> Timing:
    """One greedy pass for a given departure and break slot."""
    begin, late = _begin(leave_s, stops.calls[0].windows)
    moments, driving = [Moment(begin, begin, begin)], []
    now, pause = begin, None
    for leg, call in enumerate(stops.calls[1:]):
        taken = slot if slot is not None and slot.leg == leg else None
        if taken and not taken.after:
            pause, now, late = _pause(stops, now, late)
        driving.append(clock.leg_s(stops.plain_s[leg], now))
        now += driving[-1]
        if taken and taken.after:
            pause, now, late = _pause(stops, now, late)
        begin, missed = _begin(now, call.windows)
        moments.append(Moment(now, begin, begin + call.duration_s))
        now, late = begin + call.duration_s, late + missed
    return Timing(tuple(moments), tuple(driving), slot, pause, late)


def _pause(stops: Itinerary, now: int, late: int) -> tuple[Moment, int, int]:
    lunch = stops.lunch
    assert lunch is not None  # noqa: S101  # a slot exists only where there is a rule
    begin = max(now, lunch.earliest_s)
    end = begin + lunch.duration_s
    return Moment(now, begin, end), end, late + max(0, begin - lunch.latest_s)


def _begin(arrival: int, windows: tuple[Window, ...]) -> tuple[int, int]:
    """First second in a window from `arrival` on, and the lateness if there is none."""
    for opens, closes in windows:
        if arrival <= closes:
            return max(arrival, opens), 0
    return arrival, max(1, arrival - windows[-1][1]) if windows else 1


def _slots(stops: Itinerary, plain: Timing) -> tuple[list[Slot], list[Slot]]:
    """Slots reached before the break's window opens, and those reached while it is open."""
    lunch = stops.lunch
    assert lunch is not None  # noqa: S101  # asked only where there is a rule
    reached = [
        (time, Slot(leg, after))
        for leg in range(len(stops.plain_s))
        for after, time in (
            (False, plain.moments[leg].departure),
            (True, plain.moments[leg + 1].arrival),
        )
    ]
    before = [slot for time, slot in reached if time <= lunch.earliest_s]
    within = [slot for time, slot in reached if lunch.earliest_s < time <= lunch.latest_s]
    return before, within


def _leave_late(stops: Itinerary, clock: TravelClock, timing: Timing) -> Timing:
    """Leave as late as possible without being home later or missing more (bisection)."""
    low, high = timing.leave_s, timing.home_s
    best = timing
    while low < high:
        middle = (low + high + 1) // 2
        tried = run(stops, clock, middle, timing.slot)
        if tried.home_s <= timing.home_s and tried.late_s <= timing.late_s:
            low, best = max(middle, tried.leave_s), tried
        else:
            high = middle - 1
    return replace(best, slot=timing.slot)
