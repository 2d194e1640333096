"""One seed's world: all that chance does to a city, drawn before any policy acts.

Policies of the same seed meet the same deposits, sensors, faults, traffic and times at bins.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from optimiser.simulator.world.deposits import Filling, Span, hourly_litres, span
from optimiser.simulator.world.randomness import Purpose, block_of, day_of, stream
from optimiser.simulator.world.sensors import (
    NEVER,
    Floats,
    Ints,
    Signals,
    device,
    fault,
    signals,
    uplinks,
)
from optimiser.simulator.world.truth import TrueBin


@dataclass(frozen=True, slots=True)
class World:
    """The true course of all bins if nobody emptied them, and what their sensors will send.

    `poured` (bins, hours + 1) is the fill that came in since `first_s`, at each full hour; `level`
    (bins,) the fill at `start_s`. Everything is known from `start_s` to `end_s`.
    """

    seed: int
    start_s: int
    end_s: int
    first_s: int
    volume_l: Floats
    level: Floats
    poured: Floats
    signals: Signals

    def poured_at(self, rows: Ints, time_s: Ints) -> Floats:
        """Fill that came in since `first_s` by instants, shapes alike."""
        hours = (time_s - self.first_s) / 3600
        hour = np.clip(np.floor(hours).astype(np.int64), 0, self.poured.shape[1] - 2)
        before = self.poured[rows, hour]
        return np.asarray(before + (self.poured[rows, hour + 1] - before) * (hours - hour))

    def reached_s(self, row: int, poured: float) -> float:
        """When so much fill has come into a bin; infinite if not within the world's time."""
        hours = self.poured[row]
        hour = int(np.searchsorted(hours, poured))
        if hour >= len(hours):
            return float("inf")
        if hour == 0:
            return float(self.first_s)
        share = (poured - hours[hour - 1]) / (hours[hour] - hours[hour - 1])
        return float(self.first_s + 3600 * (hour - 1 + share))


def draw_world(
    seed: int, bins: Sequence[TrueBin], *, start: datetime, end: datetime, zone: ZoneInfo
) -> World:
    """The world of a seed. Raises ValueError if it ends before it starts."""
    start_s, end_s = round(start.timestamp()), round(end.timestamp())
    if end_s <= start_s:
        raise ValueError(f"the end {end} is not after the start {start}")
    when = span(block_of(day_of(start_s)), block_of(day_of(end_s) + 1), zone)
    return World(
        seed=seed,
        start_s=start_s,
        end_s=end_s,
        first_s=when.first_s,
        volume_l=np.array([each.volume_l for each in bins]),
        level=np.array([each.level for each in bins]),
        poured=np.array([_poured(seed, each, when) for each in bins]),
        signals=_within(
            Signals.together([_signals(seed, n, when) for n in range(len(bins))]), start_s, end_s
        ),
    )


def _poured(seed: int, each: Filling, when: Span) -> Floats:
    return np.concatenate([[0.0], np.cumsum(hourly_litres(seed, each, when))]) / each.volume_l


def _signals(seed: int, row: int, when: Span) -> Signals:
    sensor = device(seed, row)
    blocks = range(when.first_block, when.first_block + when.blocks)
    # a device's own blocks are shifted to later days, so one from before reaches in
    drawn = (fault(seed, row, sensor, block) for block in (blocks[0] - 1, *blocks))
    faults = tuple(each for each in drawn if each)
    return Signals.together(
        [signals(row, sensor, uplinks(seed, row, sensor, block), faults) for block in blocks]
    )


def _within(sent: Signals, start_s: int, end_s: int) -> Signals:
    """Signals of that time. What stuck before it shows the level at its start: no earlier one
    is known.
    """
    kept = sent.where((sent.time_s > start_s) & (sent.time_s <= end_s))
    stuck = np.where(kept.frozen_s == NEVER, NEVER, np.maximum(kept.frozen_s, start_s))
    return replace(kept, frozen_s=stuck)


def sensors_taken(seed: int, bins: int, share: float) -> np.ndarray:
    """Which of the bins have no sensor in this seed, each with chance `share`; shape (bins,)."""
    chances = [stream(seed, row, Purpose.DEVICE, 1).random() for row in range(bins)]
    return np.array(chances) < share
