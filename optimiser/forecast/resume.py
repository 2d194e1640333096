"""Fill states from points to go on from and what came since: no history is read again.

Going on gives the state that filtering all from the beginning would give, to the last bit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from optimiser.domain.bins import Bin
from optimiser.domain.readings import Emptying
from optimiser.forecast.arrays import (
    NO_DEVICE,
    EmptyingArrays,
    IntArray,
    ReadingArrays,
    numbered,
)
from optimiser.forecast.belief import Belief
from optimiser.forecast.fill import take_in
from optimiser.forecast.history import history
from optimiser.forecast.ledger import Setting, nothing_heard, setting, told_states
from optimiser.forecast.points import Point, as_table, from_table
from optimiser.forecast.pools import Pool
from optimiser.forecast.sensing import Sensing
from optimiser.forecast.state import FillState
from optimiser.forecast.told import Told, nothing_told


@dataclass(frozen=True, slots=True)
class NamedReadings:
    """Readings whose sensors have names: that of number k is `sensors[k]`."""

    arrays: ReadingArrays
    sensors: Sequence[str]


@dataclass(frozen=True, slots=True)
class Resumed:
    """Fill states at an instant, and points from which to go on then; in the order of the bins."""

    states: tuple[FillState, ...]
    points: tuple[Point, ...]


def resume(
    bins: Sequence[Bin],
    starts: Sequence[Point | None],
    readings: NamedReadings,
    emptyings: Sequence[Emptying],
    *,
    until: datetime,
    zone: ZoneInfo,
    pools: Mapping[str, Pool],
) -> Resumed:
    """Go on from a point of each bin, or from nothing where it is None.

    `readings` and `emptyings` are all those after the points; earlier ones are in these already
    and are left out, as are all that `fill_states` ignores. `pools` are those that the points
    were made with. Raises ValueError if `until` has no offset from UTC.
    """
    if not bins:
        return Resumed((), ())
    through_s = np.array([each.through_s if each else -np.inf for each in starts])
    rows = readings.arrays
    past = history(
        bins, rows.where(rows.time_s > through_s[rows.bin_index]), emptyings, until=until, zone=zone
    )
    told = past.emptyings
    new = told.time_s > through_s[told.bin_index]
    past = replace(past, emptyings=EmptyingArrays(told.bin_index[new], told.time_s[new]))
    known = _sensors(starts, past.readings, readings.sensors)
    given = setting(bins, pools, until=until, zone=zone)
    belief, sensing, last = _restored(given, starts, known)
    take_in(past, given, known.of_readings, belief=belief, sensing=sensing, last=last)
    return Resumed(
        told_states(given, belief, sensing, last, until),
        _points(belief, sensing, last, known, until.timestamp()),
    )


@dataclass(frozen=True, slots=True)
class _Sensors:
    """A row for each sensor in each bin, by bin: those that points know, and those in readings.

    `names` and `first` are by row and by bin: a bin's rows begin at `first[bin]` and end at that
    of the next. `of_points` (all sensors of all points) and `of_readings` are rows.
    """

    names: Sequence[str]
    first: IntArray
    of_points: IntArray
    of_readings: IntArray


def _sensors(
    starts: Sequence[Point | None], readings: ReadingArrays, sensors: Sequence[str]
) -> _Sensors:
    old = [(row, name) for row, each in enumerate(starts) if each for name in each.sensors]
    number = numbered((*sensors, *(name for _, name in old)))
    # the last one is found by NO_DEVICE as well
    of_sensor = np.array([*(number[name] for name in sensors), NO_DEVICE])
    many = len(number)
    bin_index = np.array([row for row, _ in old], dtype=np.int64)
    which = np.array([number[name] for _, name in old], dtype=np.int64)
    key = np.concatenate([bin_index, readings.bin_index]) * many
    key += np.concatenate([which, of_sensor[readings.sensor]]) - NO_DEVICE
    known, row = np.unique(key, return_inverse=True)
    named = sorted(number, key=number.__getitem__)
    return _Sensors(
        names=[named[each] for each in (known % many).tolist()],
        first=np.searchsorted(known // many, np.arange(len(starts) + 1)),
        of_points=row[: len(old)],
        of_readings=row[len(old) :],
    )


def _restored(
    given: Setting, starts: Sequence[Point | None], known: _Sensors
) -> tuple[Belief, Sensing, Told]:
    belief, sensing = given.start(), nothing_heard(len(known.names))
    last = nothing_told(len(starts))
    bins = np.array([row for row, each in enumerate(starts) if each], dtype=np.int64)
    points = [each for each in starts if each]
    if not points:
        return belief, sensing, last
    belief.put(bins, from_table(belief, np.array([each.belief for each in points])))
    sensing.put(
        known.of_points,
        from_table(sensing, np.concatenate([each.sensing for each in points])),
    )
    counts = [len(each.sensors) for each in points]
    begins = np.cumsum([0, *counts])[:-1]
    for row, begin, each in zip(bins.tolist(), begins.tolist(), points, strict=True):
        if each.last >= 0:
            last.sensor_row[row] = known.of_points[begin + each.last]
        if each.device >= 0:
            last.device_row[row] = known.of_points[begin + each.device]
        last.quality[row] = each.quality
    return belief, sensing, last


def _points(
    belief: Belief, sensing: Sensing, last: Told, known: _Sensors, through_s: float
) -> tuple[Point, ...]:
    beliefs, sensings = as_table(belief), as_table(sensing)
    begins, ends = known.first[:-1].tolist(), known.first[1:].tolist()
    told = (each.tolist() for each in (last.sensor_row, last.device_row, last.quality))
    rows = zip(begins, ends, *told, strict=True)
    return tuple(
        Point(
            through_s=through_s,
            belief=numbers,
            sensors=tuple(known.names[begin:end]),
            sensing=sensings[begin:end],
            last=max(heard - begin, -1),
            device=max(device - begin, -1),
            quality=quality,
        )
        for numbers, (begin, end, heard, device, quality) in zip(beliefs, rows, strict=True)
    )
