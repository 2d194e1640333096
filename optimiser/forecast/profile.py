"""When waste comes: the weights of weekdays, hours, public holidays and the season."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from holidays import country_holidays

from optimiser.forecast.arrays import BoolArray, FloatArray

FLAT_WEEK = (1.0,) * 7
USUAL_HOURS = (0.14,) * 6 + (1.425,) * 16 + (0.18,) * 2
"""A twentieth of a day's deposits falls between 22 and 6 (general knowledge of the field)."""
SUMMER_DAY = 196
"""15 July, the middle of the season (general knowledge of the field)."""
COUNTRY = {"Europe/Copenhagen": "DK"}
"""Whose public holidays a time zone keeps; of other zones none are known."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Deposits by time, as factors on those of a mean day.

    `weekdays` Monday to Sunday and `hours` 0 to 23 have mean 1, `holiday` comes on top on
    public holidays, and in mid-July `1 + summer` times the usual comes in, in mid-January
    `1 - summer` times.
    """

    weekdays: tuple[float, ...] = FLAT_WEEK
    hours: tuple[float, ...] = USUAL_HOURS
    holiday: float = 1.0
    summer: float = 0.0

    def day_weights(self, first: int, free: BoolArray) -> FloatArray:
        """Weights of successive days from day number `first` on; `free` (days,) are holidays."""
        day = first + np.arange(len(free))
        season = 1 + self.summer * summer(day)
        return np.asarray(
            np.array(self.weekdays)[day % 7] * np.where(free, self.holiday, 1.0) * season
        )


def summer(day: FloatArray | np.ndarray) -> FloatArray:
    """1 at day numbers in mid-July, -1 half a year later."""
    # day number 730119 is 1 January 2000
    return np.asarray(np.cos(2 * np.pi * (day - 730_118 - SUMMER_DAY) / 365.2425))


@lru_cache(maxsize=16)
def public_holidays(timezone: str, first_year: int, last_year: int) -> frozenset[date]:
    """Public holidays of the zone's country, none where it is not known."""
    country = COUNTRY.get(timezone)
    if country is None:
        return frozenset()
    return frozenset(country_holidays(country, years=range(first_year, last_year + 1)))
