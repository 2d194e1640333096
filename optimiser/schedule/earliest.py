"""The pauses with which a truck is home first: a pass forward that keeps the best ways so far.

A way is no better than another that is less late, earlier and less driven since its last rest.
Where legs take as long at any hour that is exact: what is better somewhere stays so.
"""

from operator import itemgetter
from typing import TypeAlias

from optimiser.schedule.itinerary import Call, Itinerary, Lunch
from optimiser.schedule.walk import Pause, is_rest, opening, service
from optimiser.travel import TravelClock

Link: TypeAlias = "tuple[Pause, Link] | None"
"""The pauses of a way, the last one first."""

Way = tuple[int, int, int, Link]
"""Seconds late so far, second of the day, seconds driven since the last rest, pauses."""

Place = tuple[int, bool]
"""Leg, and whether it is before or after it that a pause would be."""

_MEASURES = itemgetter(0, 1, 2)


def earliest_home(
    stops: Itinerary, clock: TravelClock, leave_s: int, *, breaks: bool
) -> tuple[Pause, ...] | None:
    """Pauses of the way that is least late, then home first, for a truck that leaves then.

    With `breaks` one of them is the break of the break rule; None if there is no time for it.
    """
    begin, late = opening(leave_s, stops.calls[0].windows)
    before: list[Way] = [(late, begin, stops.rests.driven_s if stops.rests else 0, None)]
    after: list[Way] = []
    for leg, call in enumerate(stops.calls[1:]):
        before, after = _paused(stops, (leg, False), before, after, breaks=breaks)
        before, after = (_driven(stops, clock, leg, each) for each in (before, after))
        before, after = _paused(stops, (leg, True), before, after, breaks=breaks)
        before, after = ([_served(call, way) for way in each] for each in (before, after))
    ends = after if breaks else before
    return _pauses(min(ends, key=_MEASURES)[3]) if ends else None


def _driven(stops: Itinerary, clock: TravelClock, leg: int, ways: list[Way]) -> list[Way]:
    plain_s, rests = stops.plain_s[leg], stops.rests
    on: list[Way] = []
    for late, now, driven, link in ways:
        seconds = clock.leg_s(plain_s, now)
        if rests is None:
            on.append((late, now + seconds, 0, link))
        else:
            over = max(0, min(seconds, driven + seconds - rests.most_s))
            on.append((late + over, now + seconds, driven + seconds, link))
    return on


def _served(call: Call, way: Way) -> Way:
    late, now, driven, link = way
    begin, missed = service(call, now)
    return late + missed, begin + call.duration_s, driven, link


def _paused(
    stops: Itinerary, place: Place, before: list[Way], after: list[Way], *, breaks: bool
) -> tuple[list[Way], list[Way]]:
    """Ways before and after the break, with those that pause at this place."""
    if stops.rests is not None:
        before = _best([*before, *_rested(stops, place, before)])
    if breaks:
        assert stops.lunch is not None  # noqa: S101  # asked only where there is a rule
        before = [way for way in before if way[1] <= stops.lunch.latest_s]
        after = _best([*after, *_lunched(stops, stops.lunch, place, before)])
    if stops.rests is not None:
        after = _best([*after, *_rested(stops, place, after)])
    return before, after


def _lunched(stops: Itinerary, lunch: Lunch, place: Place, ways: list[Way]) -> list[Way]:
    pause, resting = Pause(*place, lunch=True), is_rest(stops, lunch=True)
    return [
        (late, max(now, lunch.earliest_s) + lunch.duration_s, 0 if resting else driven,
         (pause, link))
        for late, now, driven, link in ways
    ]  # fmt: skip


def _rested(stops: Itinerary, place: Place, ways: list[Way]) -> list[Way]:
    pause, rest_s = Pause(*place, lunch=False), stops.rests.rest_s if stops.rests else 0
    return [
        (late, now + rest_s, 0, (pause, link)) for late, now, driven, link in ways if driven > 0
    ]


def _best(ways: list[Way]) -> list[Way]:
    if len(ways) < 2:
        return ways
    kept: list[Way] = []
    for way in sorted(ways, key=_MEASURES):
        if not any(a[1] <= way[1] and a[2] <= way[2] for a in kept):  # sorted: none is later
            kept.append(way)
    return kept


def _pauses(link: Link) -> tuple[Pause, ...]:
    found: list[Pause] = []
    while link is not None:
        pause, link = link
        found.append(pause)
    return tuple(reversed(found))
