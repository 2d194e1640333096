"""A Kalman filter with state (level, rate) for each bin, one rank of events of all bins a step.

Between events the level rises by rate * deposit days. Deposits are Poisson, so the level's
variance grows with the volume expected, not with the clock; the rate wanders slowly.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from optimiser.forecast.arrays import FloatArray, IntArray
from optimiser.forecast.timeline import Rank

EMPTY_LEVEL, EMPTY_SD = 0.02, 0.03
"""What is left in a bin when a driver says it was emptied (general knowledge of the field)."""
UNKNOWN_LEVEL, UNKNOWN_SD = 0.5, 0.3
"""A bin of which nothing was ever heard is anywhere from empty to full."""
DROP, LOW = 0.3, 0.2
"""A fall of more than 30 points to under 20 % is an emptying (general knowledge of the field)."""
_STILL_DOWN = DROP / 2
_GATE = 3.5
"""A reading further off than this many standard deviations is a spike."""
_TOO_MANY_SPIKES = 3
"""So many spikes on end are no spikes: the filter is wrong and starts again from the reading."""
_TOP = (0.99, 1.0)
"""Many sensors cannot see above full: such a reading never lowers a level."""
_LEAST_RATE, _MOST_RATE = 0.002, 5.0


@dataclass(frozen=True, slots=True)
class Nature:
    """What the filter takes as given of each bin, shape (bins,).

    `deposit_share` is variance per fill deposited, `drift` the variance that the rate gains a
    deposit day.
    """

    deposit_share: FloatArray
    drift: FloatArray

    def where(self, rows: IntArray | slice) -> Self:
        return type(self)(self.deposit_share[rows], self.drift[rows])


@dataclass(frozen=True, slots=True)
class Belief:
    """Level and rate with covariance, and what telling spikes from emptyings needs, (bins,).

    `trusted` is the level after the last event that was believed (minus infinity before the
    first), `spikes` the number of readings rejected since, `emptied_s` the last emptying (NaN
    if none), `heard_s` the last reading believed.
    """

    level: FloatArray
    level_var: FloatArray
    rate: FloatArray
    rate_var: FloatArray
    covariance: FloatArray
    trusted: FloatArray
    spikes: IntArray
    emptied_s: FloatArray
    heard_s: FloatArray

    def where(self, rows: IntArray | slice) -> Self:
        return type(self)(*(getattr(self, field.name)[rows] for field in fields(self)))


def unknown(rate: FloatArray, rate_sd: FloatArray) -> Belief:
    """Before anything was heard of a bin: some level, and the rate of its kind."""
    count = len(rate)
    return Belief(
        level=np.full(count, UNKNOWN_LEVEL),
        level_var=np.full(count, UNKNOWN_SD**2),
        rate=rate.copy(),
        rate_var=rate_sd**2,
        covariance=np.zeros(count),
        trusted=np.full(count, -np.inf),
        spikes=np.zeros(count, dtype=np.int64),
        emptied_s=np.full(count, np.nan),
        heard_s=np.full(count, np.nan),
    )


def run(start: Belief, nature: Nature, ranks: Iterable[Rank]) -> Belief:
    """The belief after all events. `start`, `nature` and `ranks` hold bins in one order."""
    now = start.where(np.arange(len(start.level)))
    for rank in ranks:
        rows = slice(0, len(rank.time_s))
        after = _step(now.where(rows), nature.where(rows), rank)
        for field in fields(Belief):
            getattr(now, field.name)[rows] = getattr(after, field.name)
    return now


def predicted(belief: Belief, nature: Nature, elapsed: FloatArray) -> Belief:
    """The belief `elapsed` deposit days later."""
    rise_var = elapsed * (
        2 * belief.covariance + belief.rate_var * elapsed + nature.deposit_share * belief.rate
    )
    return Belief(
        level=belief.level + belief.rate * elapsed,
        level_var=belief.level_var + rise_var,
        rate=belief.rate,
        rate_var=belief.rate_var + nature.drift * elapsed,
        covariance=belief.covariance + belief.rate_var * elapsed,
        trusted=belief.trusted,
        spikes=belief.spikes,
        emptied_s=belief.emptied_s,
        heard_s=belief.heard_s,
    )


def _step(before: Belief, nature: Nature, rank: Rank) -> Belief:
    """One event of each bin: predict to its time, then judge it and learn from it."""
    now = predicted(before, nature, rank.elapsed)
    innovation = rank.fill - now.level
    spread = now.level_var + rank.fill_var
    read = ~rank.emptied
    fallen = read & (now.trusted - rank.fill > DROP) & (now.trusted - rank.next_fill > _STILL_DOWN)
    far = read & ~fallen & (innovation**2 > _GATE**2 * spread)
    lost = far & (now.spikes + 1 >= _TOO_MANY_SPIKES)
    spike = far & ~lost
    at_top = (rank.fill >= _TOP[0]) & (rank.fill <= _TOP[1]) & (innovation < 0)
    anew = fallen | lost
    believed = read & ~spike
    learns = believed & ~anew & ~at_top

    gain = np.where(learns, now.level_var / spread, 0.0)
    rate_gain = np.where(learns, now.covariance / spread, 0.0)
    level = np.maximum(now.level + gain * innovation, 0.0)
    level = np.where(anew, rank.fill, np.where(rank.emptied, EMPTY_LEVEL, level))
    level_var = np.where(anew, rank.fill_var, (1 - gain) * now.level_var)
    return Belief(
        level=level,
        level_var=np.where(rank.emptied, EMPTY_SD**2, level_var),
        rate=np.clip(now.rate + rate_gain * innovation, _LEAST_RATE, _MOST_RATE),
        rate_var=now.rate_var - rate_gain * now.covariance,
        covariance=np.where(anew | rank.emptied, 0.0, (1 - gain) * now.covariance),
        trusted=np.where(spike, now.trusted, level),
        spikes=np.where(spike, now.spikes + 1, 0),
        emptied_s=np.where(rank.emptied | (fallen & (rank.fill < LOW)), rank.time_s, now.emptied_s),
        heard_s=np.where(believed, rank.time_s, now.heard_s),
    )
