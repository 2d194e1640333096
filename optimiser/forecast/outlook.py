"""From fill states to the future: level at a time, chance of overflow by it, time when full."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import erfc, isnan, sqrt

import numpy as np
from pydantic.dataclasses import dataclass as checked_dataclass

from optimiser.domain.base import CONFIG
from optimiser.domain.readings import Instant
from optimiser.forecast.ahead import Ahead, ahead
from optimiser.forecast.arrays import FloatArray
from optimiser.forecast.state import FillState

FULL = 1.0
FARTHEST_S = 60 * 86_400
NINETY_SD = 1.645
"""Standard deviations either side of the mean that hold 90 % of a normal distribution."""
_HALVINGS = 40


@dataclass(frozen=True, slots=True)
class Forecast:
    """Expected level (1.0 = full, may be above) and its standard deviation, shape (states,)."""

    level: FloatArray
    sd: FloatArray


@checked_dataclass(frozen=True, slots=True, config=CONFIG, kw_only=True)
class FullAt:
    """When a bin is full if it is not emptied, and the 90 % interval of that instant.

    Each is None if it lies more than 60 days after the state's own instant.
    """

    earliest: Instant | None
    expected: Instant | None
    latest: Instant | None


def forecast(states: Sequence[FillState], at: datetime) -> Forecast:
    """Levels at an instant if no bin is emptied until then.

    For an instant before a state's own, that state as it is. Raises ValueError if `at` has no
    offset from UTC.
    """
    return levels_at(ahead(states), np.full(len(states), _seconds(at)))


def levels_at(now: Ahead, time_s: FloatArray) -> Forecast:
    """As `forecast`, of states as arrays, each at a time of its own in seconds since 1970."""
    days = now.days_until(time_s)
    return Forecast(now.mean(days), np.sqrt(now.variance(days)))


def overflow_chance(states: Sequence[FillState], by: datetime) -> FloatArray:
    """The chance that a bin rises above full at any time up to `by` if it is not emptied.

    Shape (states,). Never falls as `by` grows: waste does not leave by itself, so it is the
    greatest chance of any moment until then. Raises ValueError if `by` has no offset from UTC.
    """
    return chances_by(ahead(states), np.full(len(states), _seconds(by)))


def chances_by(now: Ahead, time_s: FloatArray) -> FloatArray:
    """As `overflow_chance`, of states as arrays, each by a time of its own, seconds since 1970."""
    return _chance(_score(now, now.days_until(time_s)))


def full_at(states: Sequence[FillState]) -> tuple[FullAt, ...]:
    """When each bin will be full: chance of overflow 5 % (earliest), 50 % and 95 % (latest)."""
    now = ahead(states)
    farthest = now.days_until(now.at_s + FARTHEST_S)
    columns = []
    for target in (-NINETY_SD, 0.0, NINETY_SD):
        days = _days_to_score(now, target, farthest)
        seconds = now.seconds_after(np.where(np.isnan(days), 0.0, days), FARTHEST_S)
        columns.append(np.where(np.isnan(days), np.nan, np.maximum(seconds, now.at_s)).tolist())
    return tuple(
        FullAt(earliest=_instant(first), expected=_instant(middle), latest=_instant(last))
        for first, middle, last in zip(*columns, strict=True)
    )


def _score(now: Ahead, days: FloatArray) -> FloatArray:
    """The greatest, from now to `days` ahead, of (mean - full) / standard deviation.

    That quotient has one turning point at most: where its derivative, linear in the days
    once the denominator is multiplied out, is zero.
    """
    above = now.level - FULL
    numerator = 2 * now.rate * now.level_var - above * now.slope_var
    denominator = 2 * now.rate_var * above - now.rate * now.slope_var
    flat = denominator == 0
    turn = np.where(flat, 0.0, numerator / np.where(flat, 1.0, denominator))
    times = (np.zeros_like(days), days, np.clip(turn, 0.0, days))
    scores = [(now.mean(each) - FULL) / np.sqrt(now.variance(each)) for each in times]
    return np.asarray(np.max(scores, axis=0))


def _chance(score: FloatArray) -> FloatArray:
    """The standard normal distribution function."""
    return np.array([erfc(-each / sqrt(2)) / 2 for each in score.tolist()], dtype=np.float64)


def _days_to_score(now: Ahead, target: float, farthest: FloatArray) -> FloatArray:
    """Deposit days until the score reaches a target, by halving; NaN if not by `farthest`."""
    low, high = np.zeros_like(farthest), farthest.copy()
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        there = _score(now, middle) >= target
        low, high = np.where(there, low, middle), np.where(there, middle, high)
    reached = _score(now, farthest) >= target
    return np.where(reached, np.where(_score(now, 0 * farthest) >= target, 0.0, high), np.nan)


def _seconds(at: datetime) -> float:
    if at.tzinfo is None:
        raise ValueError(f"{at} has no offset from UTC")
    return at.timestamp()


def _instant(second: float) -> datetime | None:
    return None if isnan(second) else datetime.fromtimestamp(second, UTC)
