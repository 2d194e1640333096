"""What is believed of sensors: noise, steps, and whether one is stuck or tells anything (tilted).

A sensor counts apart in each bin it was in. Everything is learned reading by reading, so that
going on later is the same as having started over.
"""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from optimiser.forecast.arrays import BoolArray, FloatArray, IntArray

USUAL_NOISE = 0.05
"""Standard deviation of a reading: 3-8 % of the depth (general knowledge of the field)."""
NOISE_LIMITS = (0.01, 0.15)
STEPS = (0.05, 0.1, 0.2, 0.25)
"""Steps of fill in which coarse sensors report; the greatest that fits lately counts."""
FINEST = 0.01
"""The step of a sensor of which none is known."""
CHANGES_FOR_STEP = (6, 4, 3, 3)
"""So many new values in a row must fit each step: by chance hundredths do once in ten thousand."""
CHANGES_FOR_STUCK = 5
"""A sensor that has shown fewer values than this may be a coarse one."""
STUCK_RISE = 0.5
"""A sensor that repeats one value while its bin fills by this much is stuck, likely or not."""
UNLIKELY = 3.0
"""From these log odds on a sensor is taken to be stuck or tilted."""
STUCK_ODDS, TILTED_ODDS = -10.8, -9.2
"""Log odds that a sensor has begun to be so at a reading: 1-3 % a month (general knowledge)."""
_WORTH_READINGS = 15.0
_FORGET = 1 - 1 / 250
_USUAL_GAP_S = 6 * 3600.0


@dataclass(frozen=True, slots=True)
class Sensing:
    """Beliefs about sensors, all arrays (sensors,) but `fits` (sensors, steps).

    - `noise_sum` and `noise_n`: squared noise and how many readings it is of, old ones fading.
    - `fits`: new values in a row that fit each of `STEPS`; `changes`: new values ever;
      `highest` the highest fill yet.
    - `fill`, `time_s`, `gap_s`: the last reading, and how far readings are apart usually.
    - `run_day`: deposit day when the last value began to repeat itself; `stuck`, `doubt`: log
      odds that it is stuck, that it is tilted.
    - `faulty`: 0 fine, 1 stuck, 2 tilted. `readings`: how many were taken.
    """

    noise_sum: FloatArray
    noise_n: FloatArray
    fits: FloatArray
    changes: IntArray
    highest: FloatArray
    fill: FloatArray
    time_s: FloatArray
    gap_s: FloatArray
    run_day: FloatArray
    stuck: FloatArray
    doubt: FloatArray
    faulty: IntArray
    readings: IntArray

    def where(self, rows: IntArray | slice) -> Self:
        return type(self)(*(getattr(self, each.name)[rows] for each in fields(self)))

    def put(self, rows: IntArray | slice, other: Self) -> None:
        """Overwrite some rows in place."""
        for each in fields(self):
            getattr(self, each.name)[rows] = getattr(other, each.name)

    @property
    def noise_var(self) -> FloatArray:
        low, high = NOISE_LIMITS
        return np.clip(self.noise_sum / self.noise_n, low**2, high**2)

    @property
    def step(self) -> FloatArray:
        found = np.full(len(self.fill), FINEST)
        for column, step in enumerate(STEPS):
            found = np.where(self.fits[:, column] >= CHANGES_FOR_STEP[column], step, found)
        return found


def unheard(sensors: int) -> Sensing:
    """Sensors of which nothing was ever heard."""
    return Sensing(
        noise_sum=np.full(sensors, _WORTH_READINGS * USUAL_NOISE**2),
        noise_n=np.full(sensors, _WORTH_READINGS),
        fits=np.zeros((sensors, len(STEPS))),
        changes=np.zeros(sensors, dtype=np.int64),
        highest=np.zeros(sensors),
        fill=np.full(sensors, np.nan),
        time_s=np.full(sensors, np.nan),
        gap_s=np.full(sensors, _USUAL_GAP_S),
        run_day=np.zeros(sensors),
        stuck=np.full(sensors, STUCK_ODDS),
        doubt=np.full(sensors, TILTED_ODDS),
        faulty=np.zeros(sensors, dtype=np.int64),
        readings=np.zeros(sensors, dtype=np.int64),
    )


def fitting(fits: FloatArray, fill: FloatArray, new: BoolArray) -> FloatArray:
    """`fits` after a reading; only new values tell of steps."""
    found = fits.copy()
    for column, step in enumerate(STEPS):
        fit = np.abs(fill - np.rint(fill / step) * step) <= 1e-6
        found[:, column] = np.where(new, np.where(fit, fits[:, column] + 1, 0.0), fits[:, column])
    return found


def usual_gap(before: Sensing, time_s: FloatArray) -> FloatArray:
    """How far readings are apart, the last ten or so; gaps of more than four days are outages."""
    gap = time_s - before.time_s
    learned = np.where(before.readings <= 1, gap, before.gap_s + 0.1 * (gap - before.gap_s))
    return np.where((gap > 0) & (gap <= 4 * 86_400), learned, before.gap_s)


def faded(total: FloatArray, more: FloatArray) -> FloatArray:
    """A running total in which old readings fade."""
    return _FORGET * total + more


def extended(sensing: Sensing, sensors: int) -> Sensing:
    """With rows for so many sensors; the new ones were never heard."""
    more = sensors - len(sensing.fill)
    if more <= 0:
        return sensing
    new = unheard(more)
    pairs = ((getattr(sensing, each.name), getattr(new, each.name)) for each in fields(sensing))
    return Sensing(*(np.concatenate(pair) for pair in pairs))
