"""The weekday profile: which days of the week fill bins faster, over all bins of a fraction."""

import numpy as np

from optimiser.forecast.arrays import FloatArray, IntArray
from optimiser.forecast.growth import Growth

PRIOR_SD = 0.2
"""How far a weekday may be from the mean day: 968 Philadelphia litter bins show 0.19."""
WEIGHT_LIMITS = (0.2, 3.0)


def weekday_weights(
    grown: Growth,
    rate: FloatArray,
    fraction_of: IntArray,
    fractions: int,
) -> FloatArray:
    """Weights of Monday to Sunday by fraction, mean 1, shape (fractions, 7).

    Ridge regression drawn to a flat week: rise = rate * sum over weekdays (weight * days).
    `rate` (bins,) is the bins' own rise per day.
    Pairs that span more than two local days are left out: they tell weekdays badly apart.
    """
    first, last = np.floor(grown.since), np.floor(grown.until)
    near = last - first <= 1
    of_bin, first, last = grown.bin_index[near], first[near], last[near]
    since, until = grown.since[near], grown.until[near]
    split = last > first
    days_first = np.where(split, last - since, until - since)
    days_last = np.where(split, until - last, 0.0)
    scale = rate[of_bin]
    precision = 0.5 / grown.noise[of_bin] ** 2
    pool = fraction_of[of_bin]
    weekday_first, weekday_last = first.astype(np.int64) % 7, last.astype(np.int64) % 7
    gram, moment = np.zeros(fractions * 49), np.zeros(fractions * 7)
    parts = ((weekday_first, days_first), (weekday_last, days_last))
    for weekday, days in parts:
        into = precision * scale * days
        moment += np.bincount(pool * 7 + weekday, into * grown.rise[near], fractions * 7)
        for other, other_days in parts:
            cell = pool * 49 + weekday * 7 + other
            gram += np.bincount(cell, into * scale * other_days, fractions * 49)
    return _solved(gram.reshape(fractions, 7, 7), moment.reshape(fractions, 7))


def _solved(gram: FloatArray, moment: FloatArray) -> FloatArray:
    ridge = 1 / PRIOR_SD**2
    weights = np.linalg.solve(gram + ridge * np.eye(7), (moment + ridge)[..., None])[..., 0]
    weights = np.clip(weights, *WEIGHT_LIMITS)
    return np.asarray(weights / weights.mean(axis=1, keepdims=True))
