"""Level and rate of many bins with covariance: what was believed, a while later, after a reading.

Between events the level rises by rate * deposit days. Deposits are Poisson, so the level's
variance grows with the volume expected, not with the clock; the rate wanders slowly.
"""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from optimiser.forecast.arrays import BoolArray, FloatArray, IntArray

_LEAST_RATE, _MOST_RATE = 0.002, 5.0
_NODES, _NODE_WEIGHTS = np.polynomial.legendre.leggauss(12)
_FAR = 6.0
"""Standard deviations after which a normal distribution is taken to end."""
FINE = 0.025
"""Within steps up to this a reading may lie anywhere; wider ones are integrated over."""


@dataclass(frozen=True, slots=True)
class Nature:
    """What the filter takes as given of each bin, shape (bins,).

    `deposit_share` is variance per fill deposited, `drift` the variance that the rate gains a
    deposit day, up to `most_rate_var`. `found_level` and `found_sd` tell how full bins of the
    kind are when a driver empties them.
    """

    deposit_share: FloatArray
    drift: FloatArray
    most_rate_var: FloatArray
    found_level: FloatArray
    found_sd: FloatArray

    def where(self, rows: IntArray | slice) -> Self:
        return type(self)(*(getattr(self, each.name)[rows] for each in fields(self)))


@dataclass(frozen=True, slots=True)
class Seen:
    """A reading of each bin, shape (bins,): the level with the sensor's noise lies between
    `low` and `high`, ends that may be infinite; `fill` is the reading, `noise_var` the noise's.
    """

    fill: FloatArray
    low: FloatArray
    high: FloatArray
    noise_var: FloatArray


@dataclass(frozen=True, slots=True)
class Match:
    """How a reading suits a track: its likelihood (per unit of fill), and mean and variance of
    the noisy level it tells of, all (bins,); `spread` is the variance expected of that level.
    """

    likelihood: FloatArray
    mean: FloatArray
    var: FloatArray
    spread: FloatArray


@dataclass(frozen=True, slots=True)
class Track:
    """Level and rate per deposit day with covariance, shape (bins,)."""

    level: FloatArray
    level_var: FloatArray
    rate: FloatArray
    rate_var: FloatArray
    covariance: FloatArray

    def where(self, rows: IntArray | slice) -> Self:
        return type(self)(*(getattr(self, each.name)[rows] for each in fields(self)))

    def put(self, rows: IntArray | slice, other: Self) -> None:
        """Overwrite some rows in place."""
        for each in fields(self):
            getattr(self, each.name)[rows] = getattr(other, each.name)

    def unless(self, mask: BoolArray, other: Self) -> Self:
        """This, but `other` where the mask is set."""
        pairs = ((getattr(other, each.name), getattr(self, each.name)) for each in fields(self))
        return type(self)(*(np.where(mask, theirs, ours) for theirs, ours in pairs))

    def after(self, elapsed: FloatArray, deposit_share: FloatArray, nature: Nature) -> Self:
        """The track `elapsed` deposit days later, if deposits are so large (bins,)."""
        rise_var = elapsed * (
            2 * self.covariance + self.rate_var * elapsed + deposit_share * self.rate
        )
        wandered = np.maximum(
            np.minimum(self.rate_var + nature.drift * elapsed, nature.most_rate_var), self.rate_var
        )
        return type(self)(
            level=self.level + self.rate * elapsed,
            level_var=self.level_var + rise_var,
            rate=self.rate,
            rate_var=wandered,
            covariance=self.covariance + self.rate_var * elapsed,
        )

    def match(self, seen: Seen) -> Match:
        """How well a reading suits, and what it says of the noisy level."""
        spread = self.level_var + seen.noise_var
        width = seen.high - seen.low
        total = spread + np.where(width <= FINE, width**2 / 12, 0.0)
        off = seen.fill - self.level
        found = Match(
            likelihood=np.exp(-0.5 * off**2 / total) / np.sqrt(2 * np.pi * total),
            mean=seen.fill.copy(),
            var=width**2 / 12,
            spread=spread,
        )
        wide = np.flatnonzero(width > FINE)
        if len(wide):
            _integrate(found, wide, self.level[wide], spread[wide], seen)
        return found

    def told(self, match: Match, share: FloatArray) -> Self:
        """The track after a reading that is true with chance `share`, else says nothing."""
        gain, rate_gain = self.level_var / match.spread, self.covariance / match.spread
        off = match.mean - self.level
        # certainty won if it is true, doubt whether it is true
        less = share * (match.spread - match.var) - share * (1 - share) * off**2
        return type(self)(
            level=np.maximum(self.level + share * gain * off, 0.0),
            level_var=np.maximum(self.level_var - gain**2 * less, 1e-7),
            rate=np.clip(self.rate + share * rate_gain * off, _LEAST_RATE, _MOST_RATE),
            rate_var=np.maximum(self.rate_var - rate_gain**2 * less, 1e-10),
            covariance=self.covariance - gain * rate_gain * less,
        )


def _integrate(
    found: Match, rows: IntArray, level: FloatArray, spread: FloatArray, seen: Seen
) -> None:
    """Likelihood, mean and variance over a wide cell, by Gauss and Legendre's rule, in place.

    Summed node by node, so that a row's result does not depend on its neighbours.
    """
    sd = np.sqrt(spread)
    low = np.maximum(seen.low[rows], np.minimum(level, seen.fill[rows]) - _FAR * sd)
    high = np.minimum(seen.high[rows], np.maximum(level, seen.fill[rows]) + _FAR * sd)
    middle, half = (low + high) / 2, (high - low) / 2
    nearest = np.clip(level, low, high)
    best = (nearest - level) ** 2
    mass, first, second = np.zeros_like(sd), np.zeros_like(sd), np.zeros_like(sd)
    for node, weight in zip(_NODES.tolist(), _NODE_WEIGHTS.tolist(), strict=True):
        at = half * node
        part = weight * np.exp(-0.5 * ((middle + at - level) ** 2 - best) / spread)
        mass += part
        first += part * at
        second += part * at**2
    mean = first / mass
    found.mean[rows] = middle + mean
    found.var[rows] = np.maximum(second / mass - mean**2, 0.0)
    chance = half * mass * np.exp(-0.5 * best / spread) / np.sqrt(2 * np.pi * spread)
    # an open cell counts as a tenth wide, or a sure reading at its end would prove too much
    width = np.minimum(seen.high[rows] - seen.low[rows], 1e3)
    found.likelihood[rows] = np.minimum(chance, 1.0) / np.where(width > 1.0, 0.1, width)
