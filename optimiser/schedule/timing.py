"""When a truck is where: the earliest way home, the best break, then leaving as late as possible.

Travel keeps the order of departures (FIFO), so being somewhere earlier is never worse: a
greedy pass is optimal for a given departure and break slot. Breaks that would begin long
before their window only make the truck wait, so the slots worth trying are those from the
last one reached before the window opens to the last one reached before it closes.
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

    def is_better_than(self, other: "Timing | None") -> bool:
        return other is None or self.rank() < other.rank()

    def rank(self) -> tuple[int, int, int]:
        """Less late, then less paid time, then home earlier."""
        return self.late_s, self.home_s - self.leave_s, self.home_s


def best_timing(stops: Itinerary, clock: TravelClock) -> Timing:
    """The timing that misses the least, and of those the one with least paid time found."""
    first = stops.calls[0].windows[0][0] if stops.calls[0].windows else 0
    plain = run(stops, clock, first, None)
    lunch = stops.lunch
    if lunch is None or plain.home_s <= lunch.earliest_s:
        return _leave_late(stops, clock, plain)
    best: Timing | None = None
    for slot in _slots(stops, plain):
        timing = run(stops, clock, first, slot)
        if best is None or (timing.late_s, timing.home_s) < (best.late_s, best.home_s):
            best = timing
    best = best and _leave_late(stops, clock, best)
    after_it = run(stops, clock, max(first, lunch.latest_s), None)
    if after_it.is_better_than(best):
        best = _leave_late(stops, clock, after_it)
    return best or plain


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


def _slots(stops: Itinerary, plain: Timing) -> list[Slot]:
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
    before = [entry for entry in reached if entry[0] <= lunch.earliest_s][-1:]
    within = [entry for entry in reached if lunch.earliest_s < entry[0] <= lunch.latest_s]
    return [slot for _, slot in (*before, *within)]


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
