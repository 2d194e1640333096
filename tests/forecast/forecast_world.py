"""Made-up bins whose true level and rate are known, and the readings that a sensor gives."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from optimiser.domain.bins import Bin
from optimiser.domain.places import GeoPoint
from optimiser.domain.readings import Emptying, Quality, Reading
from optimiser.forecast import FillState, ReadingArrays, fill_states

ZONE = ZoneInfo("Europe/Copenhagen")
START = datetime(2026, 6, 1, tzinfo=ZONE).astimezone(UTC)
"""A Monday midnight in Copenhagen."""


def bin_of(bin_id: str = "b1", *, fraction: str = "paper", volume_l: float = 2500) -> Bin:
    place = GeoPoint(lon=12.57, lat=55.68)
    return Bin(id=bin_id, place=place, fraction=fraction, volume_l=volume_l)


def at(days: float) -> datetime:
    """So many days of 24 hours after START."""
    return START + timedelta(days=days)


def reading(
    days: float,
    fill: float,
    *,
    bin_id: str = "b1",
    quality: Quality = Quality.UNCHECKED,
    sequence: int = 0,
    sensor: str | None = None,
) -> Reading:
    return Reading(
        sensor_id=sensor or f"s-{bin_id}",
        bin_id=bin_id,
        time=at(days),
        fill=fill,
        quality=quality,
        sequence=sequence,
    )


def emptying(days: float, *, bin_id: str = "b1") -> Emptying:
    return Emptying(bin_id=bin_id, time=at(days))


def rising(
    days: float,
    *,
    start: float = 0.1,
    rate: float = 0.1,
    first: float = 0.0,
    every: float = 0.25,
    bin_id: str = "b1",
) -> list[Reading]:
    """Readings of a level that rises evenly from `start`, every quarter of a day, no noise."""
    times = np.arange(first, days, every)
    fills = np.minimum(start + rate * (times - first), 1.5).round(4)
    return [
        reading(time, fill, bin_id=bin_id)
        for time, fill in zip(times.tolist(), fills.tolist(), strict=True)
    ]


def state_of(
    readings: Sequence[Reading],
    until: float,
    *,
    emptyings: Sequence[Emptying] = (),
    place: Bin | None = None,
) -> FillState:
    """The state of a single bin `until` so many days after START."""
    (state,) = fill_states([place or bin_of()], readings, emptyings, until=at(until), zone=ZONE)
    return state


class PoissonCity:
    """Bins that fill by Poisson deposits, emptied at 0.85, seen by noisy, lossy sensors.

    `rate` (bins,) is the true fill per day; `level` (bins, steps) the true level at every
    step of 2 hours from START; `risen` the same without any emptying.
    """

    STEP_DAYS = 1 / 12

    def __init__(
        self, seed: int, bins: int, days: int, weekdays: Sequence[float] = (1.0,) * 7
    ) -> None:
        rng = np.random.default_rng(seed)
        self.bins = [bin_of(f"b{index}") for index in range(bins)]
        self.rate = np.clip(rng.normal(0.11, 0.045, bins), 0.02, 0.3)
        steps = days * 12
        self.day = (np.arange(steps) + 1) * self.STEP_DAYS
        # deposits fall between 06 and 22 o'clock; June has no clock change
        hour = np.arange(steps) % 12 * 2
        share = np.where((hour >= 6) & (hour < 22), 1 / 8, 0.0)
        weights = np.asarray(weekdays)[(np.arange(steps) // 12) % 7]
        deposit = 33 / 2500
        counts = rng.poisson(self.rate[:, None] * share * weights / deposit, (bins, steps))
        self.risen = np.cumsum(counts * deposit, axis=1)
        self.level = self._emptied(rng.uniform(0, 0.8, bins))
        self._sense(rng)

    def _emptied(self, start: NDArray[np.float64]) -> NDArray[np.float64]:
        level = self.risen + start[:, None]
        for step in range(1, level.shape[1]):
            full = np.flatnonzero(level[:, step - 1] > 0.85)
            level[full, step:] -= level[full, step - 1 : step]
        return level

    def _sense(self, rng: np.random.Generator) -> None:
        self.noisy = self.level + rng.normal(0, 0.05, self.level.shape)
        spike = rng.random(self.level.shape) < 0.02
        self.noisy = np.where(spike, rng.uniform(0, 1.3, self.level.shape), self.noisy)
        self.noisy = self.noisy.clip(0, 1.5).round(2)
        # a reading every 4 hours, 4 % lost
        self.heard = (np.arange(len(self.day)) % 2 == 0) & (rng.random(self.level.shape) > 0.04)

    def arrays(self) -> ReadingArrays:
        index, step = np.nonzero(self.heard)
        return ReadingArrays(
            bin_index=index,
            time_s=START.timestamp() + self.day[step] * 86_400,
            fill=self.noisy[index, step],
            quality=np.zeros(len(index), dtype=np.int64),
            sensor=index,
            sequence=np.zeros(len(index), dtype=np.int64),
        )
