"""From readings and emptyings to fill states: this room's pipeline, readable in one screen."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from optimiser.domain.bins import Bin
from optimiser.domain.readings import Emptying, Reading
from optimiser.forecast.arrays import IntArray, ReadingArrays, reading_arrays
from optimiser.forecast.belief import Belief
from optimiser.forecast.history import History, history, pools_of
from optimiser.forecast.ledger import Setting, nothing_heard, setting, told_states
from optimiser.forecast.pools import Pool
from optimiser.forecast.sensing import Sensing
from optimiser.forecast.state import FillState
from optimiser.forecast.timeline import Events, merge, run
from optimiser.forecast.told import Told, nothing_told


def fill_states(
    bins: Sequence[Bin],
    readings: Sequence[Reading],
    emptyings: Sequence[Emptying],
    *,
    until: datetime,
    zone: ZoneInfo,
    pools: Mapping[str, Pool] | None = None,
) -> tuple[FillState, ...]:
    """The fill state of every bin at `until`, in the order of `bins`.

    Readings and emptyings may come in any order and repeated; those after `until` and those
    of unknown bins are ignored. `pools` by kind (or fraction) replaces learning them from these
    bins, which is what to do for a few bins of many. Raises ValueError if `until` has no offset.
    """
    return fill_states_from_arrays(
        bins, reading_arrays(bins, readings), emptyings, until=until, zone=zone, pools=pools
    )


def fill_states_from_arrays(
    bins: Sequence[Bin],
    readings: ReadingArrays,
    emptyings: Sequence[Emptying],
    *,
    until: datetime,
    zone: ZoneInfo,
    pools: Mapping[str, Pool] | None = None,
) -> tuple[FillState, ...]:
    """`fill_states` for readings that are arrays already: no object a reading."""
    past = history(bins, readings, emptyings, until=until, zone=zone)
    if not bins:
        return ()
    given = setting(bins, pools_of(past) if pools is None else pools, until=until, zone=zone)
    return _states(past, given)


def prior_states(bins: Sequence[Bin], *, at: datetime, zone: ZoneInfo) -> tuple[FillState, ...]:
    """States of bins of which nothing is known but their kind, in their order."""
    return fill_states(bins, (), (), until=at, zone=zone, pools={})


def _states(past: History, given: Setting) -> tuple[FillState, ...]:
    rows, sensors = sensor_rows(past.readings)
    belief, sensing, last = given.start(), nothing_heard(sensors), nothing_told(len(past.bins))
    take_in(past, given, rows, belief=belief, sensing=sensing, last=last)
    return told_states(given, belief, sensing, last, past.until)


def take_in(
    past: History,
    given: Setting,
    sensor_row: IntArray,
    *,
    belief: Belief,
    sensing: Sensing,
    last: Told,
) -> None:
    """Take readings and emptyings, all later than what is believed, into beliefs, in place.

    `sensor_row` (readings,) are the rows of their sensors in `sensing`, whose last is nobody's.
    """
    events = _events(past, given, sensor_row, len(sensing.fill) - 1)
    last.note(events, run(belief, sensing, given.nature, events))


def sensor_rows(readings: ReadingArrays) -> tuple[IntArray, int]:
    """A row for each sensor in each of its bins: that of each reading, and how many there are."""
    if len(readings.sensor) == 0:
        return np.zeros(0, dtype=np.int64), 0
    least = int(readings.sensor.min())
    key = readings.bin_index * (int(readings.sensor.max()) - least + 1) + readings.sensor - least
    known, row = np.unique(key, return_inverse=True)
    return row.astype(np.int64), len(known)


def _events(past: History, given: Setting, sensor_row: IntArray, nobody: int) -> Events:
    rows, told = past.readings, past.emptyings
    return merge(
        rows,
        sensor_row,
        given.time.days(past.number, given.profile_of[rows.bin_index]),
        told,
        given.deposit_days(told.bin_index, told.time_s),
        nobody=nobody,
    )
