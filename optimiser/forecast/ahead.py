"""Fill states as arrays, and deposit days from each state's instant to a later time.

With d deposit days ahead the level is normal with mean `level + rate * d` and variance
`level_var + slope_var * d + rate_var * d^2`, the filter's own prediction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

import numpy as np

from optimiser.forecast.arrays import FloatArray, IntArray
from optimiser.forecast.clock import deposit_time, local_days
from optimiser.forecast.profile import Profile
from optimiser.forecast.state import FillState

_LEAST_VAR = 1e-6
_numbers = attrgetter(
    "level", "level_var", "rate_per_day", "rate_var", "covariance", "deposit_share"
)


@dataclass(frozen=True, slots=True)
class Ahead:
    """Fill states, all arrays (states,) but `timezones` and `profiles`, the different ones.

    `zone_of` is the row of a state's zone in `timezones`, `profile_of` that of its profile.
    """

    at_s: FloatArray
    level: FloatArray
    level_var: FloatArray
    slope_var: FloatArray
    rate: FloatArray
    rate_var: FloatArray
    timezones: tuple[str, ...]
    zone_of: IntArray
    profiles: tuple[Profile, ...]
    profile_of: IntArray

    def mean(self, days: FloatArray) -> FloatArray:
        return self.level + self.rate * days

    def variance(self, days: FloatArray) -> FloatArray:
        return self.level_var + self.slope_var * days + self.rate_var * days**2

    def days_until(self, time_s: FloatArray) -> FloatArray:
        """Deposit days from each state's instant until `time_s` (states,), at least 0."""
        days = np.zeros(len(self.at_s))
        for zone, timezone in enumerate(self.timezones):
            rows = np.flatnonzero(self.zone_of == zone)
            since, until = self.at_s[rows], np.maximum(time_s, self.at_s)[rows]
            local = local_days(timezone, until.max())
            time, profile = deposit_time(self.profiles, local), self.profile_of[rows]
            days[rows] = time.days(local.number(until), profile)
            days[rows] -= time.days(local.number(since), profile)
        return days

    def seconds_after(self, days: FloatArray, within_s: float) -> FloatArray:
        """When `days` (states,) have passed, in seconds since 1970; all within `within_s`."""
        time_s = np.zeros(len(self.at_s))
        for zone, timezone in enumerate(self.timezones):
            rows = np.flatnonzero(self.zone_of == zone)
            since = self.at_s[rows]
            local = local_days(timezone, since.max() + within_s)
            time, profile = deposit_time(self.profiles, local), self.profile_of[rows]
            now = time.days(local.number(since), profile)
            time_s[rows] = local.seconds(time.numbers(now + days[rows], profile))
        return time_s


def ahead(states: Sequence[FillState]) -> Ahead:
    """The arrays of some fill states."""
    table = np.array([_numbers(each) for each in states]).reshape(len(states), 6)
    level, level_var, rate, rate_var, covariance, deposit_share = table.T
    zones: dict[str, int] = {}
    profiles: dict[Profile, int] = {}
    zone_of = [zones.setdefault(each.timezone, len(zones)) for each in states]
    profile_of = [profiles.setdefault(each.profile, len(profiles)) for each in states]
    return Ahead(
        at_s=np.array([each.at.timestamp() for each in states]),
        level=level,
        level_var=np.maximum(level_var, _LEAST_VAR),
        slope_var=2 * covariance + deposit_share * rate,
        rate=rate,
        rate_var=rate_var,
        timezones=tuple(zones),
        zone_of=np.array(zone_of, dtype=np.int64),
        profiles=tuple(profiles),
        profile_of=np.array(profile_of, dtype=np.int64),
    )
