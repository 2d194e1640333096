"""Deposit time: local days that run fast on busy weekdays and slowly at night.

A moment is told as a local day number with the share of that day's deposits already in:
739000.25 is the day of that number with a quarter of its waste. Day numbers are
`date.toordinal() - 1`, so that the number modulo 7 is the weekday, Monday 0.
A day of 23 or 25 hours is one day of deposits like any other.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np

from optimiser.domain.calendar import ServiceDay
from optimiser.forecast.arrays import FloatArray, IntArray

DAY_SHAPE = (("00:00", 0.0), ("06:00", 0.035), ("22:00", 0.985))
"""Share of a day's deposits in by a clock time: a twentieth falls between 22 and 6
(general knowledge of the field); straight lines between."""


@dataclass(frozen=True, slots=True)
class LocalDays:
    """Conversion between seconds since 1970 UTC and day numbers, within the span it was built
    for: `node_s` and `node_day` (nodes,) both rise, straight lines between.
    """

    node_s: FloatArray
    node_day: FloatArray

    def number(self, time_s: FloatArray) -> FloatArray:
        return np.interp(time_s, self.node_s, self.node_day)

    def seconds(self, number: FloatArray) -> FloatArray:
        return np.interp(number, self.node_day, self.node_s)


def local_days(first_s: float, last_s: float, timezone: str) -> LocalDays:
    """The conversion for times from first to last, in an IANA time zone."""
    first, last = (_utc_date(second) for second in (first_s, last_s))
    days = [first + timedelta(days=step) for step in range(-1, (last - first).days + 3)]
    nodes = [node for day in days for node in _day_nodes(day, timezone)]
    return LocalDays(
        node_s=np.array([second for second, _ in nodes]),
        node_day=np.array([number for _, number in nodes]),
    )


def _utc_date(second: float) -> date:
    return datetime.fromtimestamp(second, UTC).date()


def _day_nodes(day: date, timezone: str) -> list[tuple[float, float]]:
    service_day = ServiceDay(day, timezone)
    start_s = service_day.start.timestamp()
    number = day.toordinal() - 1
    return [(start_s + service_day.seconds(clock), number + share) for clock, share in DAY_SHAPE]


def deposit_days(number: FloatArray, profiles: FloatArray, which: IntArray) -> FloatArray:
    """Deposit days since day 0 at day numbers (n,), by weekday weights `profiles[which]`.

    `profiles` has shape (profiles, 7), `which` (n,). With weights of mean 1 a week is 7
    deposit days whatever the profile.
    """
    day = np.floor(number)
    week, weekday = np.divmod(day.astype(np.int64), 7)
    before = np.cumsum(profiles, axis=1) - profiles
    within = before[which, weekday] + profiles[which, weekday] * (number - day)
    return np.asarray(week * profiles.sum(axis=1)[which] + within)


def day_numbers(number: FloatArray, profiles: FloatArray, which: IntArray) -> FloatArray:
    """The inverse of `deposit_days`, for weights above 0."""
    week, rest = np.divmod(number, profiles.sum(axis=1)[which])
    through = np.cumsum(profiles, axis=1)[which]
    weekday = np.minimum((rest[:, None] >= through).sum(axis=1), 6)
    today = profiles[which, weekday]
    return np.asarray(
        7 * week + weekday + (rest - through[np.arange(len(rest)), weekday]) / today + 1
    )
