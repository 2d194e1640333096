"""A first look at readings without a filter: spikes, and how noisy a bin's readings are.

All functions take usable readings sorted by (bin, time).
"""

import numpy as np

from optimiser.forecast.arrays import BoolArray, FloatArray, IntArray
from optimiser.forecast.sensing import USUAL_NOISE

NOISE_LIMITS = (0.02, 0.15)
_SPIKE = 0.25
_WORTH_READINGS = 20.0


def spikes(bin_index: IntArray, fill: FloatArray) -> BoolArray:
    """Readings far from both neighbours in time, on the same side of them."""
    found = np.zeros(len(fill), dtype=bool)
    if len(fill) < 3:
        return found
    before, after = fill[1:-1] - fill[:-2], fill[1:-1] - fill[2:]
    one_bin = bin_index[2:] == bin_index[:-2]
    far = np.minimum(np.abs(before), np.abs(after)) > _SPIKE
    found[1:-1] = one_bin & far & (before * after > 0)
    return found


def noise_sd(bin_index: IntArray, fill: FloatArray, bins: int) -> FloatArray:
    """Standard deviation of each bin's readings around its level, shape (bins,).

    From second differences, in which steady filling cancels: for noise of deviation s their
    mean size is s * sqrt(6) * sqrt(2 / pi). Each is cut at 0.3, so that spikes and emptyings
    count little; few readings leave it near the usual noise.
    """
    second = np.abs(fill[2:] - 2 * fill[1:-1] + fill[:-2])
    one_bin = bin_index[2:] == bin_index[:-2]
    of_bin = bin_index[2:][one_bin]
    sizes = np.bincount(of_bin, np.minimum(second[one_bin], 0.3), minlength=bins)
    counts = np.bincount(of_bin, minlength=bins)
    seen = sizes / np.maximum(counts, 1) / np.sqrt(12 / np.pi)
    variance = counts * seen**2 + _WORTH_READINGS * USUAL_NOISE**2
    return np.asarray(np.clip(np.sqrt(variance / (counts + _WORTH_READINGS)), *NOISE_LIMITS))
