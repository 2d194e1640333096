"""Deposit time: local days that run fast on busy weekdays and slowly at night.

A moment is told as a local day number with the share of that day that is over: 739000.25 is
six o'clock on the day of that number. Day numbers are `date.toordinal() - 1`, so that the
number modulo 7 is the weekday, Monday 0. A day of 23 or 25 hours is one day like any other,
its hours a little shorter or longer.

Deposit days count from one fixed day, so that a moment has one number whoever asks, to the
last bit: what was filtered yesterday goes on today as if it had never been put aside.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from optimiser.forecast.arrays import FloatArray, IntArray
from optimiser.forecast.profile import Profile, public_holidays

ORIGIN = date(2000, 1, 1)
_DECADE = 10
_LAST_YEAR = 2190


@dataclass(frozen=True, slots=True)
class LocalDays:
    """Conversion between seconds since 1970 UTC and day numbers.

    `midnight_s` (days + 1,) is when each local day from `first` on begins; `timezone` its
    IANA name. Moments before or after are told as if the first or last day went on.
    """

    timezone: str
    first: int
    midnight_s: FloatArray

    def number(self, time_s: FloatArray) -> FloatArray:
        row = np.searchsorted(self.midnight_s, time_s, side="right") - 1
        row = np.clip(row, 0, len(self.midnight_s) - 2)
        begins = self.midnight_s[row]
        share = (time_s - begins) / (self.midnight_s[row + 1] - begins)
        return np.asarray(self.first + row + share)

    def seconds(self, number: FloatArray) -> FloatArray:
        row = np.clip(np.floor(number).astype(np.int64) - self.first, 0, len(self.midnight_s) - 2)
        begins = self.midnight_s[row]
        share = number - self.first - row
        return np.asarray(begins + share * (self.midnight_s[row + 1] - begins))


def local_days(timezone: str, last_s: float) -> LocalDays:
    """The conversion for a time zone, good from 2000 to some decades after `last_s`."""
    year = max(1970 + int(last_s / (365.2425 * 86_400)), ORIGIN.year)
    return _days(timezone, min(year // _DECADE * _DECADE + 2 * _DECADE, _LAST_YEAR))


@lru_cache(maxsize=8)
def _days(timezone: str, last_year: int) -> LocalDays:
    zone = ZoneInfo(timezone)
    count = (date(last_year, 1, 1) - ORIGIN).days + 1
    begins = datetime(ORIGIN.year, ORIGIN.month, ORIGIN.day, tzinfo=zone)
    # adding whole days to an aware datetime moves its calendar, not its clock
    midnights = [(begins + timedelta(days=each)).timestamp() for each in range(count)]
    return LocalDays(timezone, ORIGIN.toordinal() - 1, np.array(midnights))


@dataclass(frozen=True, slots=True)
class DepositTime:
    """Deposit days since the origin by profile.

    `weight` (profiles, days) is each day's, `before` (profiles, days + 1) those of all days
    before it, `through` (profiles, 25) the share of a day's deposits in by each hour.
    """

    first: int
    weight: FloatArray
    before: FloatArray
    through: FloatArray

    def days(self, number: FloatArray, which: IntArray) -> FloatArray:
        """Deposit days at day numbers (n,) by profile `which` (n,)."""
        row = np.clip(np.floor(number).astype(np.int64) - self.first, 0, self.weight.shape[1] - 1)
        hours = np.clip(number - self.first - row, 0.0, 1.0) * 24
        hour = np.minimum(hours.astype(np.int64), 23)
        begun = self.through[which, hour]
        share = begun + (self.through[which, hour + 1] - begun) * (hours - hour)
        return np.asarray(self.before[which, row] + self.weight[which, row] * share)

    def numbers(self, days: FloatArray, which: IntArray) -> FloatArray:
        """The inverse of `days`, for weights above 0."""
        found = np.empty(len(days))
        for profile in range(len(self.weight)):
            rows = np.flatnonzero(which == profile)
            before, through = self.before[profile], self.through[profile]
            day = np.searchsorted(before, days[rows], side="right") - 1
            day = np.clip(day, 0, len(before) - 2)
            share = (days[rows] - before[day]) / self.weight[profile, day]
            found[rows] = self.first + day + np.interp(share, through, np.arange(25) / 24)
        return found


def deposit_time(profiles: Sequence[Profile], days: LocalDays) -> DepositTime:
    """The deposit time of profiles in a time zone."""
    count = len(days.midnight_s) - 1
    free = _holidays(days.timezone, days.first, count)
    weight = np.array([each.day_weights(days.first, free) for each in profiles])
    weight = weight.reshape(len(profiles), count)
    hours = np.array([each.hours for each in profiles]).reshape(len(profiles), 24)
    through = np.cumsum(np.insert(hours, 0, 0.0, axis=1), axis=1)
    return DepositTime(
        first=days.first,
        weight=weight,
        before=np.cumsum(np.insert(weight, 0, 0.0, axis=1), axis=1),
        through=through / through[:, -1:],
    )


@lru_cache(maxsize=8)
def _holidays(timezone: str, first: int, count: int) -> np.ndarray:
    """Which of `count` days from day number `first` on are public holidays."""
    years = [date.fromordinal(first + 1 + each).year for each in (0, count - 1)]
    free = np.zeros(count, dtype=bool)
    for each in public_holidays(timezone, *years):
        row = each.toordinal() - 1 - first
        if 0 <= row < count:
            free[row] = True
    return free


def is_holiday(days: LocalDays, day: IntArray) -> np.ndarray:
    """Which day numbers are public holidays."""
    free = _holidays(days.timezone, days.first, len(days.midnight_s) - 1)
    return np.asarray(free[np.clip(day - days.first, 0, len(free) - 1)])
