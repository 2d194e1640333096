"""AutoETS of statsforecast as a rival; needs `pip install binrounds[bench]`.

ETS wants an even series without emptyings, so it is given one: the readings unwrapped to what
was ever thrown in, at every six hours, with the day as its season; or once a day with the week.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np
from statsforecast.models import AutoETS

from optimiser.domain.bins import Bin
from optimiser.domain.readings import Emptying
from optimiser.forecast.arrays import FloatArray, ReadingArrays, emptying_arrays
from optimiser.forecast.baselines import DROP, in_order
from optimiser.forecast.growth import emptied_before

FEWEST = 12
"""Grid points without which AutoETS has no answer."""


class Ets:
    """AutoETS of one bin at a time, for the first `most` bins: a second for some twenty."""

    def __init__(self, every_h: int, season: int, most: int) -> None:
        self.name = f"AutoETS, every {every_h} h, season {season}"
        self._every_s, self._season, self._most = every_h * 3600, season, most

    def levels(
        self,
        readings: ReadingArrays,
        emptyings: Sequence[Emptying],
        bins: Sequence[Bin],
        at: datetime,
        horizons_h: Sequence[int],
    ) -> Mapping[int, FloatArray]:
        """NaN for bins beyond the first `most` and those of hardly any readings."""
        rows = in_order(readings)
        told = emptying_arrays(bins, emptyings, at)
        emptied = emptied_before(rows.bin_index, rows.time_s, told)
        found = {each: np.full(len(bins), np.nan) for each in horizons_h}
        for index in range(min(self._most, len(bins))):
            mine = rows.bin_index == index
            times = at.timestamp() + np.array(horizons_h) * 3600.0
            after = told.time_s[told.bin_index == index]
            levels = self._of_bin(rows.time_s[mine], rows.fill[mine], emptied[mine], after, times)
            for horizon, level in zip(horizons_h, levels.tolist(), strict=True):
                found[horizon][index] = level
        return found

    def _of_bin(
        self,
        time_s: FloatArray,
        fill: FloatArray,
        emptied: np.ndarray,
        told_s: FloatArray,
        wanted_s: FloatArray,
    ) -> FloatArray:
        if len(time_s) < 2 or time_s[-1] - time_s[0] < FEWEST * self._every_s:
            return np.full(len(wanted_s), np.nan)
        rise = np.diff(fill)
        # a new start after each emptying; a spike up or down takes part as it is
        fell = emptied[1:] | (rise < -DROP) & (fill[1:] < 0.2)
        thrown = np.concatenate([[fill[0]], fill[0] + np.cumsum(np.where(fell, fill[1:], rise))])
        grid = np.arange(time_s[-1], time_s[0], -self._every_s)[::-1]
        series = np.interp(grid, time_s, thrown)
        ahead = int(np.ceil((wanted_s[-1] - grid[-1]) / self._every_s)) + 1
        model = AutoETS(season_length=self._season)
        said = np.asarray(model.forecast(y=series, h=ahead)["mean"])
        later = grid[-1] + self._every_s * np.arange(1, ahead + 1)
        path_s, path = np.append(grid[-1], later), np.append(series[-1], said)
        emptied_s = told_s[told_s > time_s[-1]]
        base = np.interp(emptied_s[-1], path_s, path) if len(emptied_s) else thrown[-1] - fill[-1]
        return np.asarray(np.interp(wanted_s, path_s, path) - base)
