"""Visits and places in a route put together one by one, and what would forbid each pair.

Everything is worked out for many pairs at once, and exactly: by how many seconds a pair would be
late somewhere, and by how much a compartment would be over full. What is left out is told by
`Room.sure`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimiser.domain.fleet import DisposalSite
from optimiser.domain.problem import Problem, Visit
from optimiser.schedule.slack import NEVER, Slack
from optimiser.travel import TravelClock

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Openings:
    """When visits may begin, and how long they take.

    `opens` and `closes` have shape (visits, windows); a window that is not there closes before
    all time.
    """

    opens: Ints
    closes: Ints
    service_s: Ints

    def begins(self, visits: Ints, arrival: Ints) -> tuple[Ints, Ints]:
        """First second in a window from arrival on, and the seconds by which all are missed."""
        begin, missed = arrival, np.maximum(0, arrival - self.closes[visits].max(axis=1))
        for window in reversed(range(self.opens.shape[1])):
            opens, closes = self.opens[visits, window], self.closes[visits, window]
            begin = np.where(arrival <= closes, np.maximum(arrival, opens), begin)
        return begin, missed


def openings(problem: Problem, visits: Sequence[Visit]) -> Openings:
    """The windows of visits, each of which has one today."""
    windows = [problem.day.windows(visit.hours) for visit in visits]
    return _openings(windows, [visit.service_s for visit in visits])


def site_openings(problem: Problem, site: DisposalSite) -> Openings:
    """The windows of a site that is open today."""
    return _openings([problem.day.windows(site.hours)], [site.unload_s])


def _openings(windows: Sequence[tuple[tuple[int, int], ...]], service_s: list[int]) -> Openings:
    most = max((len(each) for each in windows), default=1)
    padded = [(*each, *((NEVER, -NEVER),) * (most - len(each))) for each in windows]
    table = np.array(padded, dtype=np.int64).reshape(len(windows), most, 2)
    return Openings(table[..., 0], table[..., 1], np.array(service_s, dtype=np.int64))


@dataclass(frozen=True)
class Site:
    """A disposal site: its openings, and the plain seconds from there home."""

    opened: Openings
    home_s: int


@dataclass(frozen=True)
class Pairs:
    """Visits by their number, each with a place in the route: between call `at` and the next.

    `into_s` and `out_s` are the plain seconds of the two new legs; all arrays have one shape.
    """

    visits: Ints
    at: Ints
    into_s: Ints
    out_s: Ints


def late_s(pairs: Pairs, slack: Slack, opened: Openings, clock: TravelClock) -> Ints:
    """Seconds by which each pair would be late, at its visit or later; 0 if it is in time."""
    least = np.full(pairs.visits.shape, NEVER, dtype=np.int64)
    for way in slack.ways:
        leave, until = np.array(way.leave)[pairs.at], np.array(way.arrive)[pairs.at + 1]
        some = np.flatnonzero((leave < NEVER) & (until > -NEVER) & (least > 0))
        if some.size:
            part = Pairs(*(each[some] for each in _arrays(pairs)))
            if way.lunch:
                found = _late_with_lunch(part, (leave[some], until[some]), slack, opened, clock)
            else:
                arrival = leave[some] + clock.legs_s(part.into_s, leave[some])
                found = _late_from(part, arrival, until[some], opened, clock)
            least[some] = np.minimum(least[some], found)
    return least


def _arrays(pairs: Pairs) -> tuple[Ints, Ints, Ints, Ints]:
    return pairs.visits, pairs.at, pairs.into_s, pairs.out_s


def _late_with_lunch(
    pairs: Pairs, span: tuple[Ints, Ints], slack: Slack, opened: Openings, clock: TravelClock
) -> Ints:
    """With the break at the visit, before or after the work there."""
    (leave, until), lunch = span, slack.stops.lunch
    assert lunch is not None  # noqa: S101  # a way with a break has a rule for it
    arrival = leave + clock.legs_s(pairs.into_s, leave)
    paused = np.maximum(arrival, lunch.earliest_s) + lunch.duration_s
    before = _late_from(pairs, paused, until, opened, clock)
    before = before + np.maximum(0, arrival - lunch.latest_s)
    begin, missed = opened.begins(pairs.visits, arrival)
    done = begin + opened.service_s[pairs.visits]
    missed = missed + np.maximum(0, done - lunch.latest_s)
    paused = np.maximum(done, lunch.earliest_s) + lunch.duration_s
    after = missed + np.maximum(0, paused + clock.legs_s(pairs.out_s, paused) - until)
    least: Ints = np.minimum(before, after)
    return least


def trip_late_s(
    pairs: Pairs, site: Site, slack: Slack, opened: Openings, clock: TravelClock
) -> Ints:
    """Seconds by which trips at the end of a route, by a site, would be late at the least.

    Each pair's `out_s` leads to the site. The break is not placed in the trip but only left time
    for: 0 means that the trip may be in time.
    """
    least = np.full(pairs.visits.shape, NEVER, dtype=np.int64)
    for way in slack.ways:
        leave, until = way.leave[-1], way.arrive[-1]
        if leave >= NEVER or until <= -NEVER:
            continue
        start = np.full(pairs.visits.shape, leave, dtype=np.int64)
        begin, missed = opened.begins(pairs.visits, start + clock.legs_s(pairs.into_s, start))
        done = begin + opened.service_s[pairs.visits]
        one = np.zeros_like(pairs.visits)
        begin, shut = site.opened.begins(one, done + clock.legs_s(pairs.out_s, done))
        done = begin + site.opened.service_s[one]
        home = done + clock.legs_s(np.full_like(done, site.home_s), done)
        if way.lunch and slack.stops.lunch is not None:
            home = np.maximum(home, slack.stops.lunch.earliest_s + slack.stops.lunch.duration_s)
        least = np.minimum(least, missed + shut + np.maximum(0, home - until))
    return least


def _late_from(
    pairs: Pairs, arrival: Ints, until: Ints, opened: Openings, clock: TravelClock
) -> Ints:
    begin, missed = opened.begins(pairs.visits, arrival)
    done = begin + opened.service_s[pairs.visits]
    late: Ints = missed + np.maximum(0, done + clock.legs_s(pairs.out_s, done) - until)
    return late
