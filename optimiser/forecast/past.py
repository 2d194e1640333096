"""A city's own history as cases of a backtest: forecasts beside the readings that came true.

Only readings of bins that nobody emptied meanwhile are told against a forecast, and they carry
their sensor's noise.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from optimiser.domain.bins import Bin
from optimiser.domain.readings import Emptying
from optimiser.forecast.arrays import FloatArray, ReadingArrays, emptying_arrays, usable
from optimiser.forecast.backtest import HORIZONS_H, Cases, cases_of
from optimiser.forecast.baselines import DROP, UNUSABLE, Rival
from optimiser.forecast.fill import fill_states_from_arrays
from optimiser.forecast.sensors import noise_sd
from optimiser.forecast.state import FillState

MEMORY = timedelta(days=35)
"""What the service looks back on."""
FEWEST_DAYS = 10.0
NEAR_S = 3 * 3600
"""A reading within so long of the wanted time tells what came true."""
TIMES = 12
"""So many instants of the history are forecast from."""


@dataclass(frozen=True, slots=True)
class History:
    """What a city recorded: readings sorted by (bin, time)."""

    bins: tuple[Bin, ...]
    readings: ReadingArrays
    emptyings: tuple[Emptying, ...]


def make_history(
    bins: Sequence[Bin], readings: ReadingArrays, emptyings: Sequence[Emptying]
) -> History:
    """Readings in any order, of which those that nobody can use are left out.

    Raises ValueError if they span less than `FEWEST_DAYS`.
    """
    days = np.ptp(readings.time_s) / 86_400 if len(readings.time_s) else 0.0
    if days < FEWEST_DAYS:
        raise ValueError(
            f"there are {days:.1f} days of readings; a backtest needs {FEWEST_DAYS:.0f} or more"
        )
    last = datetime.fromtimestamp(readings.time_s.max(), UTC)
    return History(tuple(bins), usable(readings, len(bins), last), tuple(emptyings))


def cases(
    past: History, zone: ZoneInfo, rivals: Sequence[Rival], *, times: int = TIMES
) -> Iterator[Cases]:
    """Forecasts from so many instants of the history's latter part, evenly apart. From each only
    what was known by then is looked at.
    """
    first_s, last_s = past.readings.time_s.min(), past.readings.time_s.max()
    begins_s = min(first_s + MEMORY.total_seconds(), first_s + 0.6 * (last_s - first_s))
    ends_s = last_s - max(HORIZONS_H) * 3600
    for at_s in np.linspace(begins_s, max(ends_s, begins_s), times).tolist():
        yield _cases(past, datetime.fromtimestamp(at_s, UTC), zone, rivals)


def _cases(past: History, at: datetime, zone: ZoneInfo, rivals: Sequence[Rival]) -> Cases:
    since = at - MEMORY
    time_s = past.readings.time_s
    known = past.readings.where((time_s > since.timestamp()) & (time_s <= at.timestamp()))
    told = [each for each in past.emptyings if since < each.time <= at]
    states = fill_states_from_arrays(past.bins, known, told, until=at, zone=zone)
    others = {each.name: each.levels(known, told, past.bins, at, HORIZONS_H) for each in rivals}
    truth = {horizon: _came_true(past, at, horizon) for horizon in HORIZONS_H[1:]}
    return _with_noise(cases_of(states, truth, others), past, states, truth)


def _came_true(past: History, at: datetime, horizon_h: int) -> FloatArray:
    """The reading nearest the time, of bins that were not emptied until then, else NaN."""
    wanted_s = at.timestamp() + horizon_h * 3600
    readings, found = past.readings, np.full(len(past.bins), np.nan)
    told = emptying_arrays(past.bins, past.emptyings, at + timedelta(days=30))
    later = (told.time_s > at.timestamp()) & (told.time_s <= wanted_s + NEAR_S)
    span = (readings.time_s > at.timestamp() - 86_400) & (readings.time_s < wanted_s + 86_400)
    rows = readings.where(span & ~np.isin(readings.quality, UNUSABLE))
    fell = np.flatnonzero((np.diff(rows.fill) < -DROP) & (np.diff(rows.bin_index) == 0)) + 1
    emptied = np.zeros(len(past.bins), dtype=bool)
    emptied[told.bin_index[later]] = True
    emptied[rows.bin_index[fell]] = True
    apart = np.abs(rows.time_s - wanted_s)
    order = np.argsort(-apart, kind="stable")
    near = order[apart[order] <= NEAR_S]
    found[rows.bin_index[near]] = rows.fill[near]  # the nearest is written last
    found[emptied] = np.nan
    return found


def _with_noise(
    found: Cases, past: History, states: Sequence[FillState], truth: dict[int, FloatArray]
) -> Cases:
    """Intervals wide enough for a reading and not only for the level."""
    noise = noise_sd(past.readings.bin_index, past.readings.fill, len(states))
    told = np.concatenate([noise[~np.isnan(each)] for each in truth.values()])
    return replace(found, sd=np.sqrt(found.sd**2 + told**2))
