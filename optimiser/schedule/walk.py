"""One way of driving a route: it leaves at a given second and pauses in given places.

Everything begins as early as it may. Travel keeps the order of departures (FIFO), so being
somewhere earlier is never worse.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from optimiser.schedule.itinerary import Call, Itinerary, Window
from optimiser.travel import TravelClock


class Pause(NamedTuple):
    """A place for the break (`lunch`) or for a rest from driving: on the leg after call `leg`,
    before or after driving it.
    """

    leg: int
    after: bool
    lunch: bool


class Moment(NamedTuple):
    """Arrival, begin and departure of a call or pause, in seconds of the service day."""

    arrival: int
    begin: int
    departure: int


@dataclass(frozen=True, slots=True)
class Timing:
    """Moments of all calls, legs' driving times, pauses with their moments, and how late it is.

    `late_s` sums the seconds by which windows and deadlines are missed and those driven without
    a rest that was due: 0 means that everything is kept.
    """

    moments: tuple[Moment, ...]
    driving_s: tuple[int, ...]
    pauses: tuple[Pause, ...]
    paused: tuple[Moment, ...]
    late_s: int

    @property
    def home_s(self) -> int:
        return self.moments[-1].begin

    @property
    def leave_s(self) -> int:
        return self.moments[0].departure

    @property
    def waiting_s(self) -> int:
        return sum(each.begin - each.arrival for each in (*self.moments, *self.paused))

    @property
    def pause_s(self) -> int:
        return sum(each.departure - each.begin for each in self.paused)

    def outcome(self) -> tuple[int, int]:
        """What leaving later must not make worse."""
        return self.late_s, self.home_s

    def rank(self) -> tuple[int, int, int]:
        """Less late, then less paid time, then home earlier."""
        return self.late_s, self.home_s - self.leave_s, self.home_s


def walk(
    stops: Itinerary, clock: TravelClock, leave_s: int, pauses: Sequence[Pause] = ()
) -> Timing:
    """Drive a route that leaves at `leave_s`; `pauses` stand in the order they are taken."""
    begin, late = opening(leave_s, stops.calls[0].windows)
    moments, driving, paused = [Moment(begin, begin, begin)], [], []
    now, taken = begin, 0
    for leg, call in enumerate(stops.calls[1:]):
        for after in (False, True):
            if after:
                driving.append(clock.leg_s(stops.plain_s[leg], now))
                now += driving[-1]
            while taken < len(pauses) and pauses[taken][:2] == (leg, after):
                moment, missed = _pause(stops, now, pauses[taken])
                paused.append(moment)
                now, late, taken = moment.departure, late + missed, taken + 1
        begin, missed = service(call, now)
        moments.append(Moment(now, begin, begin + call.duration_s))
        now, late = begin + call.duration_s, late + missed
    late += sum(seconds for _, seconds in overdriven(stops, driving, pauses))
    return Timing(tuple(moments), tuple(driving), tuple(pauses), tuple(paused), late)


def overdriven(
    stops: Itinerary, driving_s: Sequence[int], pauses: Sequence[Pause]
) -> Iterator[tuple[int, int]]:
    """Legs on which a truck drives without a rest that is due, each with so many seconds."""
    rests = stops.rests
    if rests is None:
        return
    resting = {pause[:2] for pause in pauses if is_rest(stops, lunch=pause.lunch)}
    driven = rests.driven_s
    for leg, seconds in enumerate(driving_s):
        driven = 0 if (leg, False) in resting else driven
        over = min(seconds, driven + seconds - rests.most_s)
        if over > 0:
            yield leg, over
        driven = 0 if (leg, True) in resting else driven + seconds


def is_rest(stops: Itinerary, *, lunch: bool) -> bool:
    """Whether a pause is long enough to be a rest from driving."""
    if not lunch or stops.lunch is None or stops.rests is None:
        return not lunch
    return stops.lunch.duration_s >= stops.rests.rest_s


def opening(arrival: int, windows: tuple[Window, ...]) -> tuple[int, int]:
    """First second in a window from `arrival` on, and the lateness if there is none."""
    for opens, closes in windows:
        if arrival <= closes:
            return max(arrival, opens), 0
    return arrival, max(1, arrival - windows[-1][1]) if windows else 1


def service(call: Call, arrival: int) -> tuple[int, int]:
    """Second at which a call begins for a truck that arrives, and how late that is."""
    begin, late = opening(arrival, call.windows)
    return begin, late if begin <= call.due_s else late + int(begin - call.due_s)


def _pause(stops: Itinerary, now: int, pause: Pause) -> tuple[Moment, int]:
    if pause.lunch:
        assert stops.lunch is not None  # noqa: S101  # a lunch is placed only where there is a rule
        begin = max(now, stops.lunch.earliest_s)
        late = max(0, begin - stops.lunch.latest_s)
        return Moment(now, begin, begin + stops.lunch.duration_s), late
    assert stops.rests is not None  # noqa: S101  # and so is a rest
    return Moment(now, now, now + stops.rests.rest_s), 0
