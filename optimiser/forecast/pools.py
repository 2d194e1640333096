"""What the bins of one fraction have in common: usual fill rate and weekday profile.

A bin with few readings borrows both from its pool, and a pool with few bins borrows from
what is generally known.
"""

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Annotated

import numpy as np
from pydantic import Field
from pydantic.dataclasses import dataclass

from optimiser.domain.base import CONFIG
from optimiser.domain.bins import Bin
from optimiser.forecast.arrays import FloatArray, IntArray
from optimiser.forecast.growth import Growth, bin_rates
from optimiser.forecast.state import FLAT_WEEK, Weight
from optimiser.forecast.weekdays import weekday_weights

_BORROWED_BINS = 3.0
"""General knowledge weighs as much as this many bins."""
_FEWEST_DAYS = 2.0
_LEAST_SPREAD = 0.2
_MIDDLE_EIGHTY = 2.563
"""Standard deviations between the tenth and the ninetieth percentile of a normal."""


@dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class Pool:
    """Fill rate per day over the bins of a fraction, mean and standard deviation, and the
    weekday weights, Monday to Sunday with mean 1.
    """

    rate_per_day: Annotated[float, Field(gt=0, le=10)]
    rate_sd: Annotated[float, Field(gt=0, le=10)]
    weekday_weights: tuple[Weight, Weight, Weight, Weight, Weight, Weight, Weight] = FLAT_WEEK


GENERAL = Pool(rate_per_day=0.11, rate_sd=0.045)
"""491 paper igloos in Portugal: 11.0 % a day, standard deviation over bins 4.5."""
LITTER = Pool(rate_per_day=0.5, rate_sd=0.25)
"""Street litter bins: 20-100 % a day (general knowledge of the field)."""


def general_pool(fraction: str) -> Pool:
    """What is known of a fraction without any reading."""
    return LITTER if fraction == "litter" else GENERAL


def fraction_index(bins: Sequence[Bin]) -> tuple[list[str], IntArray]:
    """The fractions of bins by name, and each bin's row among them, shape (bins,)."""
    fractions = sorted({each.fraction for each in bins})
    row = {fraction: index for index, fraction in enumerate(fractions)}
    return fractions, np.array([row[each.fraction] for each in bins], dtype=np.int64)


def learn_pools(bins: Sequence[Bin], growth: Growth) -> Mapping[str, Pool]:
    """A pool for each fraction of the bins, from how their levels grew."""
    fractions, fraction_of = fraction_index(bins)
    rate, variance, days = bin_rates(growth, len(bins))
    priors = [general_pool(fraction) for fraction in fractions]
    known = days >= _FEWEST_DAYS
    spreads = [
        _pooled_rate(prior, rate[rows], variance[rows])
        for index, prior in enumerate(priors)
        for rows in [known & (fraction_of == index)]
    ]
    usual = np.array([mean for mean, _ in spreads])[fraction_of] if len(bins) else rate
    weights = weekday_weights(growth, np.where(known, rate, usual), fraction_of, len(fractions))
    return {
        fraction: Pool(rate_per_day=mean, rate_sd=sd, weekday_weights=tuple(profile))
        for fraction, (mean, sd), profile in zip(fractions, spreads, weights.tolist(), strict=True)
    }


def _pooled_rate(prior: Pool, rate: FloatArray, variance: FloatArray) -> tuple[float, float]:
    """Middle and spread of bins' rates, the noise of each taken off, drawn to the prior.

    Median and the range of the middle four fifths, because a few sensors are always stuck or
    tilted, while a fraction can hold bins of quite different kinds.
    """
    if len(rate) == 0:
        return prior.rate_per_day, prior.rate_sd
    share = len(rate) / (len(rate) + _BORROWED_BINS)
    low, middle, high = np.quantile(rate, (0.1, 0.5, 0.9)).tolist()
    spread = ((high - low) / _MIDDLE_EIGHTY) ** 2 - float(np.median(variance))
    mean = share * max(middle, 0.01) + (1 - share) * prior.rate_per_day
    within = share * max(spread, 0.0) + (1 - share) * prior.rate_sd**2
    between = share * (1 - share) * (middle - prior.rate_per_day) ** 2
    sd = sqrt(within + between)
    return mean, max(sd, _LEAST_SPREAD * mean)
