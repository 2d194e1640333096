"""What the bins of one kind have in common: usual fill rate, litres a deposit, and habits.

A bin with few readings borrows all from its pool, and a pool with few bins borrows from what
is generally known.
"""

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Annotated

import numpy as np
from pydantic import Field
from pydantic.dataclasses import dataclass

from optimiser.domain.base import CONFIG
from optimiser.domain.bins import Bin
from optimiser.forecast.arrays import BoolArray, FloatArray, IntArray
from optimiser.forecast.clock import LocalDays
from optimiser.forecast.growth import Growth, bin_rates, growth
from optimiser.forecast.habits import learned, of_kind, passed
from optimiser.forecast.kinds import kind_index, kind_of
from optimiser.forecast.profile import FLAT_WEEK, USUAL_HOURS, Profile
from optimiser.forecast.state import HourWeights, Summer, WeekdayWeights, Weight

_BORROWED_BINS = 3.0
"""General knowledge weighs as much as this many bins."""
_FEWEST_DAYS = 2.0
_LEAST_SPREAD = 0.2
_MIDDLE_EIGHTY = 2.563
"""Standard deviations between the tenth and the ninetieth percentile of a normal."""
_LAGS = (4, 24)
"""Readings apart, of pairs that tell deposits from noise: a day or more of most sensors."""
_FAR_OFF = 0.35
_BORROWED_DAYS = 15.0
"""General knowledge of deposits weighs as much as a tenth of a bin coming in so many times."""


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Pool:
    """Fill rate per day over the bins of a kind, mean and standard deviation; `deposit_l`,
    the variance of what comes in by litres that come in; `found_level` and `found_sd`: how full
    drivers find bins (general knowledge of the field); and the weights of weekdays (Monday
    to Sunday, mean 1), hours (mean 1), public holidays and the season, as in `Profile`.
    """

    rate_per_day: Annotated[float, Field(gt=0, le=10)]
    rate_sd: Annotated[float, Field(gt=0, le=10)]
    deposit_l: Annotated[float, Field(gt=0, le=1e4)] = 50.0
    found_level: Annotated[float, Field(gt=0, le=2)] = 0.75
    found_sd: Annotated[float, Field(gt=0, le=2)] = 0.3
    weekday_weights: WeekdayWeights = FLAT_WEEK
    hour_weights: HourWeights = USUAL_HOURS
    holiday_weight: Weight = 1.0
    summer: Summer = 0.0

    @property
    def profile(self) -> Profile:
        return Profile(self.weekday_weights, self.hour_weights, self.holiday_weight, self.summer)


GENERAL = Pool(rate_per_day=0.11, rate_sd=0.045)
"""491 paper igloos in Portugal: 11.0 % a day, standard deviation over bins 4.5. A deposit is
33 l (12-57 l, Groningen, n = 473), half as much again because they vary."""
LITTER = Pool(rate_per_day=0.5, rate_sd=0.25, deposit_l=2.5, summer=0.2)
"""Street litter bins: 20-100 % a day, with a summer peak (general knowledge of the field)."""


def general_pool(kind: str) -> Pool:
    """What is known of a kind without any reading."""
    fraction, _, size = kind.partition("/")
    return LITTER if fraction == "litter" or (fraction, size) == ("residual", "small") else GENERAL


def pool_for(each: Bin, pools: Mapping[str, Pool]) -> Pool:
    """A bin's pool: of its kind, else of its fraction, else what is generally known."""
    kind = kind_of(each)
    return pools.get(kind) or pools.get(each.fraction) or general_pool(kind)


def learn_pools(
    bins: Sequence[Bin],
    days: LocalDays,
    bin_index: IntArray,
    number: FloatArray,
    fill: FloatArray,
    *,
    emptied: BoolArray,
    noise: FloatArray,
) -> Mapping[str, Pool]:
    """A pool for each kind of the bins, from sorted readings without spikes, (readings,).

    `emptied`: a driver emptied the bin since the reading before; `noise` (bins,).
    """
    kinds, kind_of_bin = kind_index(bins)
    near, *far = (
        growth(bin_index, number, fill, emptied=emptied, noise=noise, lag=lag)
        for lag in (1, *_LAGS)
    )
    volume_l = np.array([each.volume_l for each in bins])
    before = np.flatnonzero(emptied) - 1
    before = before[(before >= 0) & (bin_index[before] == bin_index[before + 1])]
    return {
        kind: _pool(
            general_pool(kind),
            of_kind(near, kind_of_bin[near.bin_index] == row),
            [of_kind(each, kind_of_bin[each.bin_index] == row) for each in far],
            bins=np.flatnonzero(kind_of_bin == row),
            volume_l=volume_l,
            days=days,
            found=_found(general_pool(kind), fill[before][kind_of_bin[bin_index[before]] == row]),
        )
        for row, kind in enumerate(kinds)
    }


def _pool(
    prior: Pool,
    near: Growth,
    far: Sequence[Growth],
    *,
    bins: IntArray,
    volume_l: FloatArray,
    days: LocalDays,
    found: tuple[float, float],
) -> Pool:
    profile = prior.profile
    for _ in range(2):  # rates need habits, habits need rates
        rate, variance, seen = bin_rates(near, passed(near, profile, days), len(volume_l))
        known = bins[seen[bins] >= _FEWEST_DAYS]
        mean, sd = _pooled_rate(prior, rate[known], variance[known])
        usual = np.where(seen >= _FEWEST_DAYS, rate, mean)
        profile = learned(near, usual, prior.profile, days)
    return Pool(
        rate_per_day=mean,
        rate_sd=sd,
        found_level=found[0],
        found_sd=found[1],
        deposit_l=_deposit_l(
            prior, near, far, rate=usual, volume_l=volume_l, profile=profile, days=days
        ),
        weekday_weights=profile.weekdays,  # type: ignore[arg-type]  # seven of them
        hour_weights=profile.hours,
        holiday_weight=profile.holiday,
        summer=profile.summer,
    )


def _pooled_rate(prior: Pool, rate: FloatArray, variance: FloatArray) -> tuple[float, float]:
    """Middle and spread of bins' rates, the noise of each taken off, drawn to the prior.

    The mean without its ends and the range of the middle four fifths, because a few sensors
    are always stuck or tilted.
    """
    if len(rate) == 0:
        return prior.rate_per_day, prior.rate_sd
    share = len(rate) / (len(rate) + _BORROWED_BINS)
    low, high = np.quantile(rate, (0.1, 0.9)).tolist()
    middle = float(np.clip(rate, *np.quantile(rate, (0.04, 0.96))).mean())
    spread = ((high - low) / _MIDDLE_EIGHTY) ** 2 - float(np.median(variance))
    mean = share * max(middle, 0.01) + (1 - share) * prior.rate_per_day
    within = share * max(spread, 0.0) + (1 - share) * prior.rate_sd**2
    between = share * (1 - share) * (middle - prior.rate_per_day) ** 2
    sd = sqrt(within + between)
    return mean, max(sd, _LEAST_SPREAD * mean)


def _found(prior: Pool, last: FloatArray) -> tuple[float, float]:
    """How full bins were at their last reading before a driver emptied them: middle and spread.

    A bin's emptyings resemble one another, so that the spread counts in full each time.
    """
    share = len(last) / (len(last) + 10 * _BORROWED_BINS)
    if not len(last):
        return prior.found_level, prior.found_sd
    low, middle, high = np.quantile(last, (0.1, 0.5, 0.9)).tolist()
    sd = max((high - low) / _MIDDLE_EIGHTY, 0.1)
    mean = share * max(middle, 0.05) + (1 - share) * prior.found_level
    return mean, share * sd + (1 - share) * prior.found_sd


def _deposit_l(
    prior: Pool,
    near: Growth,
    far: Sequence[Growth],
    *,
    rate: FloatArray,
    volume_l: FloatArray,
    profile: Profile,
    days: LocalDays,
) -> float:
    """Variance by litres deposited: what rises over many readings vary more than over one.

    Noise is in both alike. The prior weighs as much as some dozen bins seen for a day.
    """
    short = _off(near, rate, profile, days)
    gram = _BORROWED_DAYS * (0.1 / float(np.median(volume_l))) ** 2
    moment = gram * prior.deposit_l
    for each in far:
        # the short pair that begins with the same reading
        row = np.searchsorted(near.begins, each.begins)
        rise = rate[each.bin_index] * (passed(each, profile, days) - short[1][row])
        litres = np.maximum(rise, 0) / volume_l[each.bin_index]
        more = _off(each, rate, profile, days)[0] - short[0][row]
        gram += float((litres**2).sum())
        moment += float((litres * more).sum())
    return float(np.clip(moment / gram, 0.1 * prior.deposit_l, 4 * prior.deposit_l))


def _off(
    grown: Growth, rate: FloatArray, profile: Profile, days: LocalDays
) -> tuple[FloatArray, FloatArray]:
    """Squared surprise of each pair, cut for what no filter would believe, and its days."""
    time = passed(grown, profile, days)
    off = grown.rise - rate[grown.bin_index] * time
    return np.clip(off, -_FAR_OFF, _FAR_OFF) ** 2, time
