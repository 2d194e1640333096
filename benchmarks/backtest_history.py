"""A city's own history as cases of a backtest: forecasts beside the readings that came true.

FOLDER holds `bins.csv`, `readings.csv` and, if there is any, `emptyings.csv`, in the form that
`binrounds import` takes (fixtures/README.md). Only readings of bins that nobody emptied meanwhile
are told against a forecast, and they carry their sensor's noise.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.backtest_city import MEMORY
from benchmarks.backtest_rivals import DROP, UNUSABLE, Rival
from optimiser.domain.bins import Bin
from optimiser.domain.places import GeoPoint
from optimiser.domain.readings import Emptying
from optimiser.forecast import FillState, ReadingArrays, fill_states_from_arrays
from optimiser.forecast.arrays import FloatArray, emptying_arrays, usable
from optimiser.forecast.backtest import HORIZONS_H, Cases, cases_of
from optimiser.forecast.sensors import noise_sd

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


def read_history(folder: Path) -> History:
    """The files of a folder. Raises ValueError if there is not a day more than the service's
    memory of readings, OSError and KeyError for files or columns that are missing.
    """
    bins = tuple(_bin(row) for row in _rows(folder / "bins.csv"))
    row_of = {each.sensor_id: row for row, each in enumerate(bins) if each.sensor_id}
    rows = [row for row in _rows(folder / "readings.csv") if row["sensor_id"] in row_of]
    index = np.array([row_of[row["sensor_id"]] for row in rows], dtype=np.int64)
    readings = ReadingArrays(
        bin_index=index,
        time_s=np.array([_time(row["time"]).timestamp() for row in rows]),
        fill=np.array([float(row["fill"]) for row in rows]),
        quality=np.array([int(row.get("quality") or 0) for row in rows], dtype=np.int64),
        sensor=index,
        sequence=np.array([int(row.get("sequence") or 0) for row in rows], dtype=np.int64),
    )
    told = folder / "emptyings.csv"
    emptyings = tuple(
        Emptying(bin_id=row["bin_id"], time=_time(row["time"]))
        for row in (_rows(told) if told.exists() else ())
    )
    days = np.ptp(readings.time_s) / 86_400 if rows else 0.0
    if days < 10:
        raise ValueError(f"{folder} has {days:.1f} days of readings; a backtest needs ten or more")
    last = datetime.fromtimestamp(readings.time_s.max(), UTC)
    return History(bins, usable(readings, len(bins), last), emptyings)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def _bin(row: dict[str, str]) -> Bin:
    return Bin(
        id=row["id"],
        place=GeoPoint(lon=float(row["lon"]), lat=float(row["lat"])),
        fraction=row["fraction"],
        volume_l=float(row["volume_l"]),
        containers=int(row.get("containers") or 1),
        sensor_id=row.get("sensor_id") or None,
    )


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def cases(past: History, zone: ZoneInfo, rivals: Sequence[Rival]) -> Iterator[Cases]:
    """Forecasts from instants of the history's latter part, evenly apart."""
    first_s, last_s = past.readings.time_s.min(), past.readings.time_s.max()
    begins_s = min(first_s + MEMORY.total_seconds(), first_s + 0.6 * (last_s - first_s))
    ends_s = last_s - max(HORIZONS_H) * 3600
    for at_s in np.linspace(begins_s, max(ends_s, begins_s), TIMES).tolist():
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
