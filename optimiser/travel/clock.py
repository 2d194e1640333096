"""Travel time at an hour of the day: plain seconds worked off at the pace of the traffic."""

from bisect import bisect_right
from functools import cached_property, lru_cache
from itertools import accumulate
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from optimiser.domain.calendar import ServiceDay
from optimiser.domain.problem import Problem
from optimiser.travel.matrix import UNREACHABLE

Ints = NDArray[np.int64]

_QUARTER_S = 900
"""Clocks change by whole quarters of an hour (by half an hour on Lord Howe Island)."""
_QUARTERS = range(-24 * 4, 14 * 24 * 4)
"""Around local midnight, those that are walked: the longest shift and overtime end before."""


class TravelClock:
    """Stretches plain travel times by the problem's factors for the local hour of day.

    Within an hour that has factor f, one second of clock time works off 1/f plain seconds.
    Who leaves later therefore never arrives earlier (Ichoua, Gendreau and Potvin 2003).
    """

    def __init__(self, problem: Problem) -> None:
        factors = problem.travel.hour_factors
        self._flat = factors[0] if len(set(factors)) == 1 else None
        self._starts, self._done, self._factors = _grid(problem.day, factors)

    def leg_s(self, plain_s: int, leave_s: int) -> int:
        """Seconds that a leg of `plain_s` takes if left `leave_s` after local midnight."""
        if plain_s <= 0 or plain_s >= UNREACHABLE:
            return plain_s
        if self._flat is not None:
            return ceil(plain_s * self._flat - 1e-6)
        starts, done, factors = self._starts, self._done, self._factors
        now = self._quarter(leave_s)
        goal = done[now] + (leave_s - starts[now]) / factors[now] + plain_s
        last, end = now, len(done) - 1
        while last < end and done[last + 1] <= goal:  # few legs last longer than a quarter
            last += 1
        arrive = starts[last] + (goal - done[last]) * factors[last]
        return ceil(arrive - leave_s - 1e-6)

    def legs_s(self, plain_s: Ints, leave_s: Ints) -> Ints:
        """`leg_s` for arrays of one shape."""
        no_way = plain_s >= UNREACHABLE
        if self._flat is not None:
            seconds = np.ceil(plain_s * self._flat - 1e-6)
        else:
            _, done, factors = self._arrays
            first, last = self._starts[0], len(done) - 1
            now = np.clip((leave_s - first) // _QUARTER_S, 0, last)
            begun = leave_s - (first + now * _QUARTER_S)
            goal = done[now] + begun / factors[now] + np.where(no_way, 0, plain_s)
            then = now
            while (further := (then < last) & (done[np.minimum(then + 1, last)] <= goal)).any():
                then = then + further
            arrive = first + then * _QUARTER_S + (goal - done[then]) * factors[then]
            seconds = np.ceil(arrive - leave_s - 1e-6)
        return np.where(no_way | (plain_s <= 0), plain_s, seconds).astype(np.int64)

    @cached_property
    def _arrays(self) -> tuple[int, NDArray[np.float64], NDArray[np.float64]]:
        return self.quarters()

    def leave_by(self, plain_s: int, arrive_s: int) -> int:
        """The last second at which a leg of `plain_s` may be left to be there by `arrive_s`."""
        if plain_s <= 0 or plain_s >= UNREACHABLE:
            return arrive_s - plain_s
        if self._flat is not None:
            return arrive_s - ceil(plain_s * self._flat - 1e-6)
        then = self._quarter(arrive_s)
        goal = self._done[then] + (arrive_s - self._starts[then]) / self._factors[then] - plain_s
        last = max(0, bisect_right(self._done, goal, 0, then + 1) - 1)
        leave = floor(self._starts[last] + (goal - self._done[last]) * self._factors[last] + 1e-6)
        if leave + self.leg_s(plain_s, leave) > arrive_s:  # noise: the second before is surely good
            return leave - 1
        return leave

    def quarters(self) -> tuple[int, NDArray[np.float64], NDArray[np.float64]]:
        """For compiled code: second at which the first quarter of an hour begins, plain seconds
        worked off before each quarter, and each quarter's factor; shapes (quarters,).
        """
        return self._starts[0], np.array(self._done), np.array(self._factors)

    def _quarter(self, second: int) -> int:
        quarter = (second - self._starts[0]) // _QUARTER_S
        last = len(self._starts) - 1
        return quarter if 0 <= quarter <= last else last if quarter > 0 else 0


@lru_cache(maxsize=32)
def _grid(
    day: ServiceDay, factors: tuple[float, ...]
) -> tuple[tuple[int, ...], tuple[float, ...], tuple[float, ...]]:
    """Of each quarter of an hour over days around the service date: the second at which it
    begins, plain seconds worked off before it, and its factor.

    Real time is walked, not clock time, so that a clock change repeats or skips some of it.
    Many plans of one day are made when orders are compared, and the walk takes milliseconds.
    """
    starts = tuple(quarter * _QUARTER_S for quarter in _QUARTERS)
    paces = tuple(factors[day.instant(start).astimezone(day.zone).hour] for start in starts)
    done = accumulate((_QUARTER_S / pace for pace in paces[:-1]), initial=0.0)
    return starts, tuple(done), paces
