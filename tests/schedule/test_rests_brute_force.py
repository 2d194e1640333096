"""Rests from driving, deadlines and trucks under way: the timing against every way of driving."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import inf

from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_timing_brute_force import CLOCK, DAY, into, windows

from optimiser.schedule.itinerary import Call, Itinerary, Lunch, Rests, Window
from optimiser.schedule.timing import best_timing
from tiny import a_truck

State = tuple[int, int, bool]
"""Second, seconds driven since the last rest, whether the break was taken."""


@dataclass(frozen=True)
class Day:
    """Seconds of legs, then of work at each place in between, its windows and deadline; the
    break (duration, earliest, latest) if any; the rule (most, rest, driven); when it must leave.
    """

    legs: tuple[int, ...]
    work: tuple[int, ...]
    windows: tuple[tuple[Window, ...], ...]
    due: tuple[float, ...]
    lunch: tuple[int, int, int] | None
    rests: tuple[int, int, int]
    leaves: int | None


@st.composite
def days(draw: st.DrawFn) -> Day:
    places = draw(st.integers(1, 3))
    legs = draw(st.tuples(*[st.integers(0, 4)] * (places + 1)))
    work = draw(st.tuples(*[st.integers(0, 3)] * places))
    opens = draw(st.tuples(*[windows()] * places))
    due = draw(st.tuples(*[st.just(inf) | st.integers(3, DAY)] * places))
    earliest, latest = sorted(draw(st.tuples(st.integers(0, DAY), st.integers(0, DAY))))
    lunch = draw(st.none() | st.just((draw(st.integers(1, 4)), earliest, latest)))
    rests = draw(st.tuples(st.integers(2, 8), st.integers(0, 4), st.integers(0, 3)))
    return Day(legs, work, opens, due, lunch, rests, draw(st.none() | st.integers(0, 8)))


def itinerary(day: Day) -> Itinerary:
    start = (0, DAY) if day.leaves is None else (day.leaves, day.leaves)
    places = zip(day.work, day.windows, day.due, strict=True)
    calls = (
        Call("start", "D", 0, 0, (start,)),
        *(
            Call("unload", f"S{index}", index, work, opens, due)
            for index, (work, opens, due) in enumerate(places, 1)
        ),
        Call("end", "D", 0, 0, ((0, DAY),)),
    )
    return Itinerary(
        a_truck(),
        calls,
        day.legs,
        day.legs,
        day.lunch and Lunch(*day.lunch),
        Rests(*day.rests),
        under_way=day.leaves is not None,
    )


def pausing(day: Day, states: set[State]) -> set[State]:
    """All that can come of states at one place by resting and taking the break there."""
    _, rest_s, _ = day.rests
    reached, new = set(states), set(states)
    while new:
        new = {each for state in new for each in pauses(day, rest_s, state)} - reached
        reached |= new
    return reached


def pauses(day: Day, rest_s: int, state: State) -> Iterator[State]:
    now, driven, paused = state
    if driven and now <= DAY:
        yield now + rest_s, 0, paused
    if day.lunch and not paused:
        duration, earliest, latest = day.lunch
        for begin in range(max(now, earliest), latest + 1):
            yield begin + duration, 0 if duration >= rest_s else driven, True


def homes(day: Day, leave: int) -> set[tuple[int, bool]]:
    """(second home, whether the break was taken) of every way that keeps all rules."""
    most, _, driven = day.rests
    states: set[State] = {(leave, driven, False)}
    for leg, seconds in enumerate(day.legs):
        driving = {
            (now + seconds, driven + seconds, paused)
            for now, driven, paused in pausing(day, states)
            if driven + seconds <= most or not seconds
        }
        states = pausing(day, driving)
        if leg < len(day.work):
            begins = {(into(now, day.windows[leg]), *rest) for now, *rest in states}
            states = {
                (begin + day.work[leg], driven, paused)
                for begin, driven, paused in begins
                if begin is not None and begin <= day.due[leg]
            }
    return {(now, paused) for now, _, paused in states if now <= DAY}


def best(day: Day) -> tuple[int, int] | None:
    """Second home and seconds out: the earliest home, and with it the least time out.

    A truck that needs a break and can leave after it does so if it is then out for less.
    """
    _, earliest, latest = day.lunch or (0, DAY, DAY)
    leaves = range(DAY + 1) if day.leaves is None else [day.leaves]
    ways = [(home, home - leave, paused) for leave in leaves for home, paused in homes(day, leave)]
    free = [way[:2] for way in ways if not way[2] and (day.lunch is None or way[0] <= earliest)]
    if free:
        return min(free)
    kinds = (
        [way[:2] for way in ways if way[2]],
        [way[:2] for way in ways if not way[2] and way[0] - way[1] >= latest],
    )
    if day.leaves is not None and day.leaves >= latest:
        return min(kinds[1], default=None)
    return min((min(kind) for kind in kinds if kind), key=lambda way: way[::-1], default=None)


RESTS_WHILE_IT_WAITS = Day(
    (4, 4, 1), (0, 0), (((12, 20),), ((0, DAY),)), (inf, inf), None, (8, 3, 0), None
)
"""Resting before the first place costs nothing, resting before the leg that is too much does."""

TOO_EARLY_A_BREAK = Day(
    (3, 3, 3), (1, 1), (((0, DAY),),) * 2, (inf, inf), (2, 0, 9), (6, 2, 0), None
)
"""The break is a rest if it is taken in the middle of the driving."""

RESTED_BEFORE_ANYTHING = Day(
    (0, 0, 0, 1), (0, 0, 0), (((0, 1),),) * 3, (inf,) * 3, (1, 1, 2), (2, 1, 3), None
)
"""More is driven already than may be, and the break mends that before the truck drives on."""


@settings(max_examples=400, deadline=None)
@given(day=days())
@example(day=RESTS_WHILE_IT_WAITS)
@example(day=TOO_EARLY_A_BREAK)
@example(day=RESTED_BEFORE_ANYTHING)
@example(day=replace(TOO_EARLY_A_BREAK, lunch=(1, 0, 9)))
@example(day=replace(RESTS_WHILE_IT_WAITS, leaves=2))
@example(day=replace(RESTS_WHILE_IT_WAITS, rests=(3, 3, 0)))
def test_no_departure_break_and_rests_do_better(day: Day) -> None:
    found = best_timing(itinerary(day), CLOCK)
    wanted = best(day)
    if wanted is None:
        assert found.late_s > 0
    else:
        assert (found.late_s, found.home_s, found.home_s - found.leave_s) == (0, *wanted)


@settings(max_examples=200, deadline=None)
@given(day=days())
def test_a_truck_under_way_leaves_when_it_must(day: Day) -> None:
    day = replace(day, leaves=day.leaves or 3)
    assert best_timing(itinerary(day), CLOCK).leave_s == day.leaves
