"""What comes of bins that are left: overflows expected, from now and from an emptying.

Levels are normal (forecast/ahead.py), looked at each noon. An overflow costs once for each 24
hours begun, so that one that nobody ends is never free: leaving a bin from one noon to another
costs, in overflows, the sum of its chances of being over full at each noon after the first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from optimiser.domain.calendar import ServiceDay
from optimiser.forecast.ahead import Ahead

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

VISIT_CLOCK = "12:00"
"""A visit is taken to happen at noon, the middle of the usual rounds."""
DAYS_AHEAD = 7
"""So many chances to visit after today are looked at one by one."""
LONGEST_DAYS = 28
JUST_EMPTIED_VAR = 4e-4
"""A bin that was just emptied is empty, give or take 0.02."""


@dataclass(frozen=True, slots=True)
class Noons:
    """The noon of each calendar day from today on, in seconds since 1970, and which of them are
    chances to visit: `visits` (days + 1,), today's first, `days` the chances after it. The last
    noon is the end of what is looked at.
    """

    time_s: Floats
    visits: Ints
    days: tuple[ServiceDay, ...]


@dataclass(frozen=True, slots=True)
class Growth:
    """Levels of bins, shape (bins,), and deposit days from now to each noon, (bins, noons)."""

    level: Floats
    level_var: Floats
    slope_var: Floats
    rate: Floats
    rate_var: Floats
    deposit_share: Floats
    days: Floats


def noons(days: Sequence[ServiceDay]) -> Noons:
    """The noons from `days[0]` to the day after the last chance looked at.

    Where less than `DAYS_AHEAD` chances are told, calendar days go on after the last.
    Raises ValueError if there are less than two days, or one is not after the one before.
    """
    _check(days)
    known = list(days[: DAYS_AHEAD + 1])
    while len(known) <= DAYS_AHEAD:
        known.append(_after(known[-1], 1))
    first = known[0].service_date
    known = known[:2] + [
        each for each in known[2:] if (each.service_date - first).days < LONGEST_DAYS
    ]
    length = (known[-1].service_date - first).days + 1
    every = [_after(known[0], each) for each in range(length + 1)]
    return Noons(
        time_s=np.array([noon(each).timestamp() for each in every]),
        visits=np.array([(each.service_date - first).days for each in known]),
        days=tuple(known),
    )


def noon(day: ServiceDay) -> datetime:
    """The instant at which a visit of a day is taken to happen."""
    return day.instant(day.seconds(VISIT_CLOCK))


def growth(now: Ahead, deposit_share: Floats, time_s: Floats) -> Growth:
    """The growth of bins up to each of some instants."""
    days = np.stack([now.days_until(np.full(len(now.at_s), each)) for each in time_s], axis=1)
    return Growth(
        now.level, now.level_var, now.slope_var, now.rate, now.rate_var, deposit_share, days
    )


def left_alone(bins: Growth, visits: Ints) -> Floats:
    """Overflows from today's noon until each chance to visit and the end, (bins, chances + 2)."""
    days = bins.days
    mean = bins.level[:, None] + bins.rate[:, None] * days
    var = (
        bins.level_var[:, None] + bins.slope_var[:, None] * days + bins.rate_var[:, None] * days**2
    )
    chance = np.maximum.accumulate(normal((mean - 1) / np.sqrt(var)), axis=1)
    return _until(chance, visits)


def after_emptying(bins: Growth, visits: Ints, chance: int) -> Floats:
    """Overflows of bins emptied at a chance, until each later chance and the end."""
    first = visits[chance]
    days = bins.days[:, first:] - bins.days[:, first : first + 1]
    rate, share = bins.rate[:, None], bins.deposit_share[:, None]
    var = JUST_EMPTIED_VAR + share * rate * days + bins.rate_var[:, None] * days**2
    return _until(normal((rate * days - 1) / np.sqrt(var)), visits[chance:] - first)


def _until(chance: Floats, visits: Ints) -> Floats:
    sums = np.cumsum(chance, axis=1) - chance[:, :1]
    return np.concatenate([sums[:, visits], sums[:, -1:]], axis=1)


def normal(score: Floats) -> Floats:
    """The standard normal distribution function, to 1e-7.

    Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26.
    """
    size = np.abs(score) / np.sqrt(2)
    part = 1 / (1 + 0.3275911 * size)
    series = 1.421413741 + part * (-1.453152027 + part * 1.061405429)
    series = part * (0.254829592 + part * (-0.284496736 + part * series))
    tail = series * np.exp(-(size**2)) / 2
    return np.asarray(np.where(score > 0, 1 - tail, tail))


def _after(day: ServiceDay, days: int) -> ServiceDay:
    return ServiceDay(day.service_date + timedelta(days=days), day.timezone)


def _check(days: Sequence[ServiceDay]) -> None:
    if len(days) < 2:
        raise ValueError(f"the choice needs the day planned and the next, not {len(days)} day(s)")
    for before, after in pairwise(days):
        if after.service_date <= before.service_date:
            raise ValueError(
                f"the next day of service, {after.service_date}, is not after {before.service_date}"
            )
