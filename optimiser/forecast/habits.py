"""Habits of a kind of bins, learned from how they grew: weekdays, hours, holidays, season.

Ridge regressions, each drawn to what is generally known: rise = rate * weights * time.
"""

import numpy as np

from optimiser.forecast.arrays import BoolArray, FloatArray, IntArray
from optimiser.forecast.clock import LocalDays, deposit_time, is_holiday
from optimiser.forecast.growth import Growth
from optimiser.forecast.profile import Profile, summer

WEEKDAY_SD = 0.2
"""How far a weekday may be from the mean day: 968 Philadelphia litter bins show 0.19."""
HOUR_SD = 0.5
HOLIDAY_SD, SUMMER_SD = 0.3, 0.1
WEIGHT_LIMITS = (0.2, 3.0)
LEAST_HOUR = 0.03
MOST_PAIRS = 100_000
"""Enough of them; a kind of ten thousand bins has as many every other day."""
_ROUNDS = 2


def learned(grown: Growth, rate: FloatArray, start: Profile, days: LocalDays) -> Profile:
    """The profile of the bins in `grown`, whose rises per deposit day are `rate` (bins,).

    Pairs that span more than two local days are left out: they tell days badly apart.
    """
    near = np.flatnonzero(np.floor(grown.until) - np.floor(grown.since) <= 1)
    near = near[:: 1 + len(near) // MOST_PAIRS]
    if len(near) == 0:
        return start
    pairs = _Pairs(grown, near, rate, days)
    found = start
    for _ in range(_ROUNDS):
        found = Profile(pairs.weekdays(found, start), found.hours, found.holiday, found.summer)
        found = Profile(found.weekdays, pairs.hours(found, start), found.holiday, found.summer)
        found = Profile(found.weekdays, found.hours, pairs.holiday(found), found.summer)
        found = Profile(found.weekdays, found.hours, found.holiday, pairs.summer(found, start))
    return found


class _Pairs:
    """Rises of pairs, each split into its first and last local day, arrays (pairs,)."""

    def __init__(self, grown: Growth, rows: IntArray, rate: FloatArray, days: LocalDays) -> None:
        of_bin = grown.bin_index[rows]
        self.since, self.until = grown.since[rows], grown.until[rows]
        self.first, self.last = np.floor(self.since), np.floor(self.until)
        self.split = self.last > self.first
        self.rate, self.rise = rate[of_bin], grown.rise[rows]
        self.of_bin, self.bins = of_bin, len(rate)
        self.precision = 0.5 / (grown.noise[of_bin] ** 2 + 0.02 * self.rate)
        self.days = days
        self.free = tuple(is_holiday(days, day.astype(np.int64)) for day in (self.first, self.last))

    def _parts(self, profile: Profile) -> tuple[FloatArray, FloatArray]:
        """Shares of the first and the last day's deposits that lie in the pair."""
        through = np.cumsum((0.0, *profile.hours)) / sum(profile.hours)
        hours = np.arange(25) / 24
        since = np.interp(self.since - self.first, hours, through)
        until = np.interp(self.until - self.last, hours, through)
        return np.where(self.split, 1 - since, until - since), np.where(self.split, until, 0.0)

    def _days(self, profile: Profile) -> tuple[FloatArray, FloatArray]:
        """Weights of the first and the last day without their weekdays'."""
        return tuple(  # type: ignore[return-value]  # two of them
            np.where(free, profile.holiday, 1.0) * (1 + profile.summer * summer(day))
            for free, day in zip(self.free, (self.first, self.last), strict=True)
        )

    def _weekday(self, profile: Profile) -> tuple[FloatArray, FloatArray]:
        table = np.array(profile.weekdays)
        return table[self.first.astype(np.int64) % 7], table[self.last.astype(np.int64) % 7]

    def weekdays(self, profile: Profile, start: Profile) -> tuple[float, ...]:
        columns = np.zeros((len(self.rise), 7))
        rows = np.arange(len(self.rise))
        both = zip(self._parts(profile), self._days(profile), (self.first, self.last), strict=True)
        for part, weight, day in both:
            columns[rows, day.astype(np.int64) % 7] += self.rate * part * weight
        found = self._ridge(columns, np.array(start.weekdays), WEEKDAY_SD)
        found = np.clip(found, *WEIGHT_LIMITS)
        return tuple((found / found.mean()).tolist())

    def hours(self, profile: Profile, start: Profile) -> tuple[float, ...]:
        one, two = (a * b for a, b in zip(self._days(profile), self._weekday(profile), strict=True))
        hour = np.arange(24)
        since = np.clip((self.since - self.first)[:, None] * 24 - hour, 0, 1)
        until = np.clip((self.until - self.last)[:, None] * 24 - hour, 0, 1)
        split = self.split[:, None]
        first = np.where(split, 1 - since, until - since) * one[:, None]
        last = np.where(split, until, 0.0) * two[:, None]
        columns = self.rate[:, None] * (first + last) / 24
        found = self._ridge(columns, np.array(start.hours), HOUR_SD)
        found = np.maximum(found, LEAST_HOUR)
        return tuple((found / found.mean()).tolist())

    def _ridge(self, columns: FloatArray, prior: FloatArray, sd: float) -> FloatArray:
        heavy = columns * self.precision[:, None]
        ridge = np.eye(len(prior)) / sd**2
        moment = heavy.T @ self.rise + prior / sd**2
        return np.asarray(np.linalg.solve(heavy.T @ columns + ridge, moment))

    def holiday(self, profile: Profile) -> float:
        plain = Profile(profile.weekdays, profile.hours, 1.0, profile.summer)
        parts = zip(
            self._parts(plain), self._days(plain), self._weekday(plain), self.free, strict=True
        )
        free, rest = np.zeros_like(self.rise), np.zeros_like(self.rise)
        for part, weight, weekday, is_free in parts:
            each = self.rate * part * weight * weekday
            free += np.where(is_free, each, 0.0)
            rest += np.where(is_free, 0.0, each)
        found = _slope(free, self.rise - rest, self.precision, 1.0, HOLIDAY_SD)
        return float(np.clip(found, *WEIGHT_LIMITS))

    def summer(self, profile: Profile, start: Profile) -> float:
        """Only what changes within a bin's history tells of seasons, or its rate would."""
        calm = Profile(profile.weekdays, profile.hours, profile.holiday, 0.0)
        parts = zip(self._parts(calm), self._days(calm), self._weekday(calm), strict=True)
        plain = self.rate * sum(part * weight * day for part, weight, day in parts)
        wave = summer(self.first)
        counts = np.bincount(self.of_bin, minlength=self.bins)
        mean = np.bincount(self.of_bin, wave, minlength=self.bins) / np.maximum(counts, 1)
        centred = wave - mean[self.of_bin]
        found = _slope(plain * centred, self.rise - plain, self.precision, start.summer, SUMMER_SD)
        return float(np.clip(found, -0.6, 0.6))


def _slope(
    column: FloatArray, rise: FloatArray, precision: FloatArray, prior: float, sd: float
) -> float:
    """Ridge regression on one column."""
    gram = float((precision * column**2).sum()) + 1 / sd**2
    return (float((precision * column * rise).sum()) + prior / sd**2) / gram


def passed(grown: Growth, profile: Profile, days: LocalDays) -> FloatArray:
    """Deposit days of each pair, shape (pairs,)."""
    time, which = deposit_time([profile], days), np.zeros(len(grown.rise), dtype=np.int64)
    return np.asarray(time.days(grown.until, which) - time.days(grown.since, which))


def of_kind(grown: Growth, rows: BoolArray) -> Growth:
    """The pairs of some bins (pairs,)."""
    return Growth(
        grown.bin_index[rows],
        grown.since[rows],
        grown.until[rows],
        grown.rise[rows],
        grown.begins[rows],
        grown.noise,
        grown.spans,
    )
