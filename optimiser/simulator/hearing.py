"""What the planner hears of a run: readings that arrive, and what drivers write down.

It goes through `LiveStates` as a live service's would, so that a simulated day costs its own
readings only. What the bins of a kind have in common is learned anew once a week.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from optimiser.domain.readings import Emptying, Quality
from optimiser.forecast import FillState, LiveStates, ReadingArrays, history, pools_of
from optimiser.forecast.arrays import NO_DEVICE
from optimiser.simulator.city import City
from optimiser.simulator.levels import Emptied, Levels
from optimiser.simulator.world.randomness import Purpose, day_of, stream
from optimiser.simulator.world.sensors import MOST_FILL, shown

MEMORY = timedelta(days=35)
"""The service looks back so far when it learns what the bins of a kind have in common."""
LEARN_DAYS = 7
NOT_WRITTEN_DOWN = 0.03
"""Share of emptyings that no driver writes down (general knowledge of the field)."""
EYE_SD, EYE_STEP = 0.08, 0.25
"""A driver tells the level of a bin without a sensor in quarters (general knowledge)."""
JUST_BEFORE_S = 60


class Hearing:
    """The planner's knowledge of one run; `deaf` (bins,) are the bins without a sensor."""

    def __init__(self, city: City, levels: Levels, deaf: np.ndarray, start: datetime) -> None:
        self._city, self._levels, self._deaf = city, levels, deaf
        self._heard = [city.readings.where(~deaf[city.readings.bin_index])]
        self._told = list(city.emptyings)
        self._until, self._taken = start, 0
        self._learned = start
        self._learn(start)

    def listen(self, until: datetime) -> None:
        """Take in all that happened up to an instant."""
        begins, ends = (round(each.timestamp()) for each in (self._until, until))
        fresh = self._levels.emptied[self._taken :]
        self._taken += len(fresh)
        readings = _joined([self._sent(begins, ends), self._seen(fresh)])
        told = [self._emptying(each) for each in fresh if self._is_told(each)]
        self._until = until
        self._heard.append(readings)
        self._told += told
        if until - self._learned >= timedelta(days=LEARN_DAYS):
            self._learn(until)
        else:
            late = self._live.update(readings, told, until=until).behind
            if len(late):
                self._live.relearn(late, _joined(self._heard), self._told, until=until)

    def states(self) -> tuple[FillState, ...]:
        """Fill states of all bins at the instant last listened to, in the bins' order."""
        return self._live.states(self._until)

    def _learn(self, at: datetime) -> None:
        since_s = (at - MEMORY).timestamp()
        every = _joined(self._heard)
        self._heard = [every.where(every.time_s > since_s)]
        self._told = [each for each in self._told if each.time.timestamp() > since_s]
        bins, zone, readings = self._city.bins, self._city.zone, self._heard[0]
        past = history(bins, readings, self._told, until=at, zone=zone)
        self._live = LiveStates(bins, pools_of(past), since=at, zone=zone)
        self._live.update(readings, self._told, until=at)
        self._learned = at

    def _sent(self, begins: int, ends: int) -> ReadingArrays:
        """What sensors sent after the first instant and up to the last."""
        every = self._levels.world.signals
        first, last = np.searchsorted(every.time_s, [begins, ends], side="right")
        sent = every.where(slice(int(first), int(last)))
        sent = sent.where(~self._deaf[sent.row])
        return ReadingArrays(
            bin_index=sent.row,
            time_s=sent.time_s.astype(np.float64),
            fill=shown(sent, self._levels.at),
            quality=sent.quality,
            sensor=sent.row,
            sequence=sent.sequence,
        )

    def _seen(self, emptied: Sequence[Emptied]) -> ReadingArrays:
        """What drivers saw in bins without a sensor just before they emptied them."""
        rows = [each for each in emptied if self._deaf[each.row]]
        row = np.array([each.row for each in rows], dtype=np.int64)
        time_s = np.array([each.time_s for each in rows], dtype=np.float64) - JUST_BEFORE_S
        off = np.array([self._chance(each).standard_normal() for each in rows], dtype=np.float64)
        fill = np.array([each.fill for each in rows], dtype=np.float64) + EYE_SD * off
        return ReadingArrays(
            bin_index=row,
            time_s=time_s,
            fill=np.clip(np.rint(fill / EYE_STEP) * EYE_STEP, 0.0, MOST_FILL),
            quality=np.full(len(row), int(Quality.SUSPICIOUS)),
            sensor=np.full(len(row), NO_DEVICE),
            sequence=time_s.astype(np.int64),
        )

    def _emptying(self, each: Emptied) -> Emptying:
        time = datetime.fromtimestamp(each.time_s, UTC)
        return Emptying(bin_id=self._city.bins[each.row].id, time=time)

    def _is_told(self, each: Emptied) -> bool:
        rng = self._chance(each)
        rng.standard_normal()  # what the driver's eye takes
        return bool(rng.random() >= NOT_WRITTEN_DOWN)

    def _chance(self, each: Emptied) -> np.random.Generator:
        """Chance of the bin's and the day's own, whoever empties it."""
        return stream(self._levels.world.seed, each.row, Purpose.EYE, day_of(each.time_s))


def _joined(parts: Sequence[ReadingArrays]) -> ReadingArrays:
    names = ReadingArrays.__slots__
    return ReadingArrays(*(np.concatenate([getattr(p, name) for p in parts]) for name in names))
