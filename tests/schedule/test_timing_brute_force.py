"""The timing against every departure, break place and break start, on days of a few seconds."""

from collections.abc import Iterator
from dataclasses import dataclass

from hypothesis import example, given, settings
from hypothesis import strategies as st

from optimiser.schedule.itinerary import Call, Itinerary, Lunch, Window
from optimiser.schedule.timing import best_timing
from optimiser.travel import TravelClock
from tiny import a_problem, a_truck

CLOCK = TravelClock(a_problem())
DAY = 24
"""The truck may be out from second 0 to this one."""


@dataclass(frozen=True)
class Day:
    """Seconds of legs, then of work at each place in between, its windows, and the break."""

    legs: tuple[int, ...]
    work: tuple[int, ...]
    windows: tuple[tuple[Window, ...], ...]
    lunch: tuple[int, int, int]


def windows() -> st.SearchStrategy[tuple[Window, ...]]:
    """Open from the first to the second second, and from the third to the fourth, if any."""
    edges = st.lists(st.integers(0, DAY), min_size=2, max_size=4, unique=True).map(sorted)
    return edges.map(lambda each: tuple(zip(each[::2], each[1::2], strict=False)))


@st.composite
def days(draw: st.DrawFn) -> Day:
    places = draw(st.integers(1, 3))
    legs = draw(st.tuples(*[st.integers(0, 4)] * (places + 1)))
    work = draw(st.tuples(*[st.integers(0, 6)] * places))
    opens = draw(st.tuples(*[windows()] * places))
    earliest, latest = sorted(draw(st.tuples(st.integers(0, DAY), st.integers(0, DAY))))
    return Day(legs, work, opens, (draw(st.integers(1, 4)), earliest, latest))


def itinerary(day: Day) -> Itinerary:
    out = ((0, DAY),)
    calls = (
        Call("start", "D", 0, 0, out),
        *(
            Call("visit", f"V{index}", index, work, opens)
            for index, (work, opens) in enumerate(zip(day.work, day.windows, strict=True), 1)
        ),
        Call("end", "D", 0, 0, out),
    )
    return Itinerary(a_truck(), calls, day.legs, day.legs, Lunch(*day.lunch))


def into(second: int, opens: tuple[Window, ...]) -> int | None:
    """The first open second from this one on."""
    return next((max(second, first) for first, last in opens if second <= last), None)


def homes(day: Day, now: int, leg: int, *, paused: bool) -> Iterator[tuple[int, bool]]:
    """(second home, whether a break was taken) of every way to go on from a place."""
    duration, earliest, latest = day.lunch
    arrival = now + day.legs[leg]
    if not paused:
        for begin in range(max(now, earliest), latest + 1):
            yield from homes(day, begin + duration, leg, paused=True)
    last = leg == len(day.work)
    if not paused:
        for begin in range(max(arrival, earliest), latest + 1):
            yield from served(day, begin + duration, leg, paused=True, last=last)
    yield from served(day, arrival, leg, paused=paused, last=last)


def served(
    day: Day, arrival: int, leg: int, *, paused: bool, last: bool
) -> Iterator[tuple[int, bool]]:
    if last:
        if arrival <= DAY:
            yield arrival, paused
        return
    begin = into(arrival, day.windows[leg])
    if begin is not None:
        yield from homes(day, begin + day.work[leg], leg + 1, paused=paused)


def best(day: Day) -> tuple[int, int] | None:
    """Second home and seconds out: the earliest home, and with it the least time out.

    A truck that needs a break and can leave after it does so if it is then out for less.
    """
    _, earliest, latest = day.lunch
    ways = [
        (home, home - leave, paused, leave)
        for leave in range(DAY + 1)
        for home, paused in homes(day, leave, 0, paused=False)
    ]
    short = [way[:2] for way in ways if not way[2] and way[0] <= earliest]
    if short:
        return min(short)
    kinds = (
        [way[:2] for way in ways if way[2]],
        [way[:2] for way in ways if not way[2] and way[3] >= latest],
    )
    return min((min(kind) for kind in kinds if kind), key=lambda way: way[::-1], default=None)


LONG_WORK_THEN_A_WAIT = Day((1, 1, 0), (6, 1), (((0, DAY),), ((20, 22),)), (2, 12, 15))
"""The break before the work lets the truck leave later than the break while it waits."""


@settings(max_examples=300, deadline=None)
@given(day=days())
@example(day=LONG_WORK_THEN_A_WAIT)
def test_no_departure_and_no_break_does_better(day: Day) -> None:
    found = best_timing(itinerary(day), CLOCK)
    wanted = best(day)
    if wanted is None:
        assert found.late_s > 0
    else:
        assert (found.late_s, found.home_s, found.home_s - found.leave_s) == (0, *wanted)
