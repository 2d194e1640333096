"""How a bin's sensor behaves: its noise, its steps, its spikes, and whether it is stuck.

All functions take usable readings sorted by (bin, time).
"""

import numpy as np

from optimiser.forecast.arrays import BoolArray, FloatArray, IntArray, firsts

USUAL_NOISE = 0.05
"""Standard deviation of a reading: 3-8 % of the depth (general knowledge of the field)."""
NOISE_LIMITS = (0.02, 0.15)
STEPS = (0.05, 0.1, 0.2, 0.25)
"""Steps of fill in which coarse sensors report; the greatest that fits all readings counts."""
STUCK_RISE = 0.5
"""A sensor that repeats one value while bins of its kind fill by this much is stuck."""
_SPIKE = 0.25
_WORTH_READINGS = 20.0
_FEWEST_FOR_STEP = 5


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


def steps(bin_index: IntArray, fill: FloatArray, bins: int) -> FloatArray:
    """The step in which each bin's sensor reports, 0 where it is fine; shape (bins,)."""
    enough = np.bincount(bin_index, minlength=bins) >= _FEWEST_FOR_STEP
    found = np.zeros(bins)
    for step in STEPS:
        off = np.abs(fill - np.rint(fill / step) * step) > 1e-6
        misfits = np.bincount(bin_index[off], minlength=bins)
        found[enough & (misfits == 0)] = step
    return found


def reading_var(noise: FloatArray, step: FloatArray) -> FloatArray:
    """Variance of a reading. A step counts in full, not as 1/12: while the level is within
    one step, readings repeat the same error instead of averaging it out.
    """
    return np.asarray(noise**2 + step**2 / 4)


def stuck(bin_index: IntArray, fill: FloatArray, rise: FloatArray, step: FloatArray) -> BoolArray:
    """Readings that only repeat the first of a run of one value that is too long to be true.

    `rise` (readings,) is how far bins of the kind have filled by then, counted from any
    origin; `step` (bins,) lets a coarse sensor repeat itself for longer.
    """
    if len(fill) == 0:
        return np.zeros(0, dtype=bool)
    begins = firsts(bin_index)
    begins[1:] |= np.abs(np.diff(fill)) > 1e-9
    run = np.cumsum(begins) - 1
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(fill)) - 1
    too_long = rise[last] - rise[first] > STUCK_RISE + step[bin_index[first]]
    return np.asarray(too_long[run] & ~begins)
