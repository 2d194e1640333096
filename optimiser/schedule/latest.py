"""The last second at which a truck may leave and still be home by a given one, missing nothing.

A pass back from home that keeps the best ways on: later, or with less to drive until a rest.
"""

from operator import itemgetter
from typing import TypeAlias

from optimiser.schedule.itinerary import Call, Itinerary
from optimiser.schedule.walk import Pause, is_rest
from optimiser.travel import TravelClock

Link: TypeAlias = "tuple[Pause, Link] | None"
"""The pauses of a way on, the first one first."""

Way = tuple[int, int, Link]
"""Latest second of the day, negative; seconds to drive until a rest; pauses from here on."""

Place = tuple[int, bool]
"""Leg, and whether it is before or after it that a pause would be."""

_MEASURES = itemgetter(0, 1)


def latest_leave(
    stops: Itinerary, clock: TravelClock, home_s: int, *, breaks: bool, eager: int = 0
) -> tuple[int, tuple[Pause, ...]] | None:
    """Second of leaving and the pauses, or None if there is no way without missing something.

    With `breaks` one pause is the break of the break rule. Of places that are as good, it takes
    the first from place `eager` on, else the last before that; places are numbered leg by leg,
    one before and one after each.
    """
    home = closing(home_s, stops.calls[-1])
    free: list[Way] = [] if home is None else [(-home, 0, None)]
    due: list[Way] = []
    for leg in range(len(stops.plain_s) - 1, -1, -1):
        free, due = _paused(stops, (leg, True), free, due, breaks=breaks, eager=eager)
        free, due = (_driven(stops, clock, leg, each) for each in (free, due))
        free, due = _paused(stops, (leg, False), free, due, breaks=breaks, eager=eager)
        free, due = (_served(stops.calls[leg], each) for each in (free, due))
    most = max(0, stops.rests.most_s - stops.rests.driven_s) if stops.rests else 0
    starts = [way for way in (due if breaks else free) if way[1] <= most]
    if not starts:
        return None
    latest, _, link = min(starts, key=_MEASURES)
    return -latest, _pauses(link)


def closing(latest: int, call: Call) -> int | None:
    """The last second up to `latest` at which a call may begin, or None."""
    latest = int(min(latest, call.due_s))
    for opens, closes in reversed(call.windows):
        if opens <= latest:
            return min(latest, closes)
    return None


def _driven(stops: Itinerary, clock: TravelClock, leg: int, ways: list[Way]) -> list[Way]:
    plain_s, rests = stops.plain_s[leg], stops.rests
    back: list[Way] = []
    for latest, ahead, link in ways:
        leave = clock.leave_by(plain_s, -latest)
        if rests is None:
            back.append((-leave, 0, link))
        elif (ahead := ahead + clock.leg_s(plain_s, leave)) <= rests.most_s:
            back.append((-leave, ahead, link))
    return _best(back)


def _served(call: Call, ways: list[Way]) -> list[Way]:
    begins = (
        (closing(-latest - call.duration_s, call), ahead, link) for latest, ahead, link in ways
    )
    return [(-begin, ahead, link) for begin, ahead, link in begins if begin is not None]


def _paused(
    stops: Itinerary, place: Place, free: list[Way], due: list[Way], *, breaks: bool, eager: int
) -> tuple[list[Way], list[Way]]:
    """Ways on without and with the break ahead, with those that pause at this place."""
    if stops.rests is not None:
        free = _best([*free, *_rested(stops, place, free)])
    if breaks:
        taking = _lunching(stops, place, free)
        sooner = 2 * place[0] + place[1] >= eager
        due = _best([*taking, *due] if sooner else [*due, *taking])
    if stops.rests is not None:
        due = _best([*due, *_rested(stops, place, due)])
    return free, due


def _lunching(stops: Itinerary, place: Place, ways: list[Way]) -> list[Way]:
    lunch = stops.lunch
    assert lunch is not None  # noqa: S101  # asked only where there is a rule
    pause, resting = Pause(*place, lunch=True), is_rest(stops, lunch=True)
    begins = (
        (min(lunch.latest_s, -latest - lunch.duration_s), 0 if resting else ahead, link)
        for latest, ahead, link in ways
    )
    return [
        (-begin, ahead, (pause, link)) for begin, ahead, link in begins if begin >= lunch.earliest_s
    ]


def _rested(stops: Itinerary, place: Place, ways: list[Way]) -> list[Way]:
    pause, rest_s = Pause(*place, lunch=False), stops.rests.rest_s if stops.rests else 0
    return [(latest + rest_s, 0, (pause, link)) for latest, ahead, link in ways if ahead > 0]


def _best(ways: list[Way]) -> list[Way]:
    if len(ways) < 2:
        return ways
    kept: list[Way] = []
    for way in sorted(ways, key=_MEASURES):
        if not kept or way[1] < kept[-1][1]:
            kept.append(way)
    return kept


def _pauses(link: Link) -> tuple[Pause, ...]:
    found: list[Pause] = []
    while link is not None:
        pause, link = link
        found.append(pause)
    return tuple(found)
