"""How early and how late a truck may be along a route that misses nothing.

With these, whether one more call fits between two others is known without driving the whole
route: travel is FIFO, so it fits just if the truck, as early as it can be, is at the next call as
late as it may be. Rests from driving are left out of this.
"""

from dataclasses import dataclass
from typing import NamedTuple

from optimiser.schedule.itinerary import Call, Itinerary, Lunch
from optimiser.schedule.latest import closing
from optimiser.schedule.walk import service
from optimiser.travel import TravelClock

NEVER = 10**9
"""Second of an earliest time that does not exist; its negative of a latest one."""


class Way(NamedTuple):
    """Earliest departure from each call, and latest arrival at each, that belong together.

    If the truck is in between, with more to do, it must still take its break there if `lunch`.
    """

    leave: tuple[int, ...]
    arrive: tuple[int, ...]
    lunch: bool = False


@dataclass(frozen=True)
class Slack:
    """All ways of being in time: the break before, after, or between two calls, or none."""

    stops: Itinerary
    ways: tuple[Way, ...]


def slack(stops: Itinerary, clock: TravelClock) -> Slack:
    """The ways of an itinerary; a route that cannot be kept in time has none that is possible."""
    first, lunch = stops.first_s, stops.lunch
    home = stops.calls[-1].windows[-1][1] if stops.calls[-1].windows else -NEVER
    before, after = _earliest(stops, clock, first, lunch)
    free, due = _latest(stops, clock, home, lunch)
    if lunch is None:
        return Slack(stops, (Way(before, free),))
    short, _ = _latest(stops, clock, min(home, lunch.earliest_s), None)
    ways = [Way(after, free), Way(before, due), Way(before, free, lunch=True), Way(before, short)]
    if not stops.under_way or first >= lunch.latest_s:
        late, _ = _earliest(stops, clock, max(first, lunch.latest_s), None)
        ways.append(Way(late, free))
    return Slack(stops, tuple(ways))


def _earliest(
    stops: Itinerary, clock: TravelClock, leave_s: int, lunch: Lunch | None
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """First second of leaving each call but the last, without and with the break taken by then."""
    now = _served(stops.calls[0], leave_s)
    rested = _lunched(lunch, now, NEVER)
    before, after = [now], [rested]
    for leg, call in enumerate(stops.calls[1:-1]):
        plain_s = stops.plain_s[leg]
        now, rested = (
            each + clock.leg_s(plain_s, each) if each < NEVER else NEVER for each in (now, rested)
        )
        rested = _lunched(lunch, now, rested)
        now, rested = (_served(call, each) if each < NEVER else NEVER for each in (now, rested))
        rested = _lunched(lunch, now, rested)
        before.append(now)
        after.append(rested)
    return tuple(before), tuple(after)


def _served(call: Call, arrival: int) -> int:
    begin, late = service(call, arrival)
    return NEVER if late else begin + call.duration_s


def _lunched(lunch: Lunch | None, now: int, rested: int) -> int:
    if lunch is None or now > lunch.latest_s:
        return rested
    return min(rested, max(now, lunch.earliest_s) + lunch.duration_s)


def _latest(
    stops: Itinerary, clock: TravelClock, home_s: int, lunch: Lunch | None
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Last second of arriving at each call, without a break from then on and with one to take.

    The start has none; -NEVER stands there.
    """
    free, due = _begun(stops.calls[-1], home_s), -NEVER
    frees, dues = [free], [due := _due(lunch, free, due)]
    for leg in range(len(stops.plain_s) - 1, 0, -1):
        call, plain_s = stops.calls[leg], stops.plain_s[leg]
        free, due = (
            clock.leave_by(plain_s, each) if each > -NEVER else -NEVER for each in (free, due)
        )
        due = _due(lunch, free, due)
        free, due = (
            _begun(call, each - call.duration_s) if each > -NEVER else -NEVER
            for each in (free, due)
        )
        due = _due(lunch, free, due)
        frees.append(free)
        dues.append(due)
    return (-NEVER, *reversed(frees)), (-NEVER, *reversed(dues))


def _begun(call: Call, latest: int) -> int:
    begin = closing(latest, call)
    return -NEVER if begin is None else begin


def _due(lunch: Lunch | None, free: int, due: int) -> int:
    if lunch is None or free - lunch.duration_s < lunch.earliest_s:
        return due
    return max(due, min(lunch.latest_s, free - lunch.duration_s))
