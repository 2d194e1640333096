"""Fill states kept up to date reading by reading, the same as if all were filtered anew."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from optimiser.domain.bins import Bin
from optimiser.domain.readings import Emptying
from optimiser.forecast.arrays import (
    BoolArray,
    EmptyingArrays,
    IntArray,
    ReadingArrays,
    emptying_arrays,
    joined,
    row_by_id,
    sorted_once,
    usable,
)
from optimiser.forecast.belief import Belief
from optimiser.forecast.event import EMPTIED
from optimiser.forecast.ledger import nothing_heard, setting, told_states
from optimiser.forecast.pools import Pool
from optimiser.forecast.recent import (
    DEPTH,
    NOBODY,
    Recent,
    SensorRows,
    first_times,
    joined_emptyings,
)
from optimiser.forecast.sensing import Sensing, extended
from optimiser.forecast.state import FillState
from optimiser.forecast.timeline import Events, merge, run
from optimiser.forecast.told import nothing_told

KEPT = DEPTH // 2
"""So many of a bin's latest events lie after its safe point at least."""


@dataclass(frozen=True, slots=True)
class Updated:
    """What became of a batch: events taken in, and `behind`, the bins to which something came
    that is older than their safe point. None of a bin behind was taken in: give its whole history
    to `LiveStates.relearn`.
    """

    taken: int
    behind: IntArray


class LiveStates:
    """Fill states of bins, kept up to date in batches.

    Order and repetition have no effect: an event later than all of its bin's goes on from
    there, one among the latest `DEPTH` or so is put in its place and what follows is filtered
    again from the bin's safe point, and for one older still the caller brings the bin's history.
    Sensors' numbers in `ReadingArrays` must mean the same sensor in every batch.
    """

    def __init__(
        self, bins: Sequence[Bin], pools: Mapping[str, Pool], *, since: datetime, zone: ZoneInfo
    ) -> None:
        """Nothing heard yet. Raises ValueError if `since` has no offset from UTC."""
        if since.tzinfo is None:
            raise ValueError(f"since {since} has no offset from UTC")
        self._bins = bins
        self._given = setting(bins, pools, until=since, zone=zone)
        self._row_by_id = row_by_id(bins)
        self._rows = SensorRows(len(bins))
        self._recent = Recent(len(bins))
        self._now, self._sensing = self._given.start(), nothing_heard(0)
        self._safe, self._safe_sensing = self._given.start(), nothing_heard(0)
        self._safe_s = np.full(len(bins), -np.inf)
        self._next, self._next_sensing = self._given.start(), nothing_heard(0)
        self._next_after = np.zeros(len(bins), dtype=np.int64)
        self._last = nothing_told(len(bins))

    def update(
        self, readings: ReadingArrays, emptyings: Sequence[Emptying], *, until: datetime
    ) -> Updated:
        """Take in readings and emptyings up to `until`, in any order and repeated.

        Later ones are ignored, and so is all that `fill_states` ignores.
        """
        good = usable(readings, len(self._bins), until)
        told = emptying_arrays(self._row_by_id, emptyings, until)
        count = len(self._bins)
        first_s = np.minimum(
            first_times(good.bin_index, good.time_s, count),
            first_times(told.bin_index, told.time_s, count),
        )
        more = np.bincount(good.bin_index, minlength=count)
        more += np.bincount(told.bin_index, minlength=count)
        behind = (more > 0) & (first_s <= self._safe_s)
        plain = (first_s > self._recent.last_s) & ~behind
        self._make_room(np.flatnonzero(plain & (self._recent.count + more > DEPTH)))
        plain &= self._recent.count + more <= DEPTH
        rest = (more > 0) & ~plain & ~behind
        self._go_on(good.where(plain[good.bin_index]), _of(told, plain))
        if rest.any():
            again = np.flatnonzero(rest)
            old, old_told = self._recent.taken(again)
            self._restored(again, self._safe, self._safe_sensing)
            self._again(
                sorted_once(joined(old, good.where(rest[good.bin_index]))),
                joined_emptyings(old_told, _of(told, rest)),
            )
        return Updated(int(more[~behind].sum()), np.flatnonzero(behind))

    def relearn(
        self, bins: IntArray, readings: ReadingArrays, emptyings: Sequence[Emptying],
        *, until: datetime,
    ) -> None:  # fmt: skip
        """Forget what is known of some bins and learn it from their whole history."""
        mine = np.zeros(len(self._bins), dtype=bool)
        mine[bins] = True
        good = usable(readings, len(self._bins), until)
        told = _of(emptying_arrays(self._row_by_id, emptyings, until), mine)
        self._recent.taken(bins)
        self._safe_s[bins] = -np.inf
        self._last.forget(bins)
        self._restored(bins, self._given.start(), nothing_heard(len(self._rows)))
        self._again(good.where(mine[good.bin_index]), told)

    def states(self, at: datetime) -> tuple[FillState, ...]:
        """Fill states at an instant, which is not before any event taken in."""
        if not self._bins:
            return ()
        return told_states(self._given, self._now, self._sensing, self._last, at)

    def _make_room(self, bins: IntArray) -> None:
        """Move the safe points of bins on to the next ones, where there are such."""
        bins = bins[self._next_after[bins] > 0]
        if len(bins) == 0:
            return
        after, rows = self._next_after[bins], self._rows.in_bins(bins)
        self._safe.put(bins, self._next.where(bins))
        self._safe_sensing.put(rows, self._next_sensing.where(rows))
        self._safe_s[bins] = self._recent.time_s(bins, after - 1)
        self._recent.drop(bins, after)
        self._next_after[bins] = 0
        self._note_next(bins)

    def _note_next(self, bins: IntArray) -> None:
        """Keep what is believed now as the next safe point, once enough events lie before it."""
        bins = bins[(self._next_after[bins] == 0) & (self._recent.count[bins] >= KEPT)]
        if len(bins) == 0:
            return
        rows = self._rows.in_bins(bins)
        self._next.put(bins, self._now.where(bins))
        self._next_sensing.put(rows, self._sensing.where(rows))
        self._next_after[bins] = self._recent.count[bins]

    def _restored(self, bins: IntArray, belief: Belief, sensing: Sensing) -> None:
        """Bins and their sensors back to what was believed, which is their safe point now."""
        rows = self._rows.in_bins(bins)
        for mine, sensors in (
            (self._now, self._sensing),
            (self._safe, self._safe_sensing),
        ):
            mine.put(bins, belief.where(bins))
            sensors.put(rows, sensing.where(rows))
        self._next_after[bins] = 0

    def _again(self, readings: ReadingArrays, emptyings: EmptyingArrays) -> None:
        """Filter events of bins that are at their safe points, and move those on if there are
        more than can be kept.
        """
        events = self._events(readings, emptyings)
        counts = np.bincount(events.bin_index, minlength=len(self._bins))
        after = np.cumsum(counts)[events.bin_index] - np.arange(len(events.bin_index)) - 1
        old = (counts > DEPTH)[events.bin_index] & (after >= KEPT)
        if old.any():
            self._run(events.where(old))
            moved = np.unique(events.bin_index[old])
            rows = self._rows.in_bins(moved)
            self._safe.put(moved, self._now.where(moved))
            self._safe_sensing.put(rows, self._sensing.where(rows))
            np.maximum.at(self._safe_s, events.bin_index[old], events.time_s[old])
        self._run(events.where(~old))
        emptied = events.kind == EMPTIED  # both kept their own order when they were merged
        self._recent.add(readings.where(~old[~emptied]), _kept(emptyings, ~old[emptied]))

    def _go_on(self, readings: ReadingArrays, emptyings: EmptyingArrays) -> None:
        """Filter events of bins that are later than all of theirs."""
        self._run(self._events(readings, emptyings))
        self._recent.add(readings, emptyings)
        self._note_next(np.union1d(readings.bin_index, emptyings.bin_index))

    def _events(self, readings: ReadingArrays, emptyings: EmptyingArrays) -> Events:
        rows = self._rows.of(readings.bin_index, readings.sensor)
        self._sensing = extended(self._sensing, len(self._rows) + 1)
        self._safe_sensing = extended(self._safe_sensing, len(self._rows) + 1)
        self._next_sensing = extended(self._next_sensing, len(self._rows) + 1)
        given = self._given
        return merge(
            readings,
            rows,
            given.deposit_days(readings.bin_index, readings.time_s),
            emptyings,
            given.deposit_days(emptyings.bin_index, emptyings.time_s),
            nobody=NOBODY,
        )

    def _run(self, events: Events) -> None:
        quality = run(self._now, self._sensing, self._given.nature, events)
        self._last.note(events, quality)


def _of(emptyings: EmptyingArrays, bins: BoolArray) -> EmptyingArrays:
    """Those of some bins, a mask (bins,)."""
    return _kept(emptyings, bins[emptyings.bin_index])


def _kept(emptyings: EmptyingArrays, rows: BoolArray) -> EmptyingArrays:
    return EmptyingArrays(emptyings.bin_index[rows], emptyings.time_s[rows])
