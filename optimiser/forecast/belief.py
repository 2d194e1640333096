"""What is believed of bins: tracks, what is in doubt between them, and how large deposits are.

Each bin has a main track and, while something is in doubt, another: it was emptied after all,
or was not, or holds what nobody expected. Readings decide between the two. A third, the safe
one, leaves out readings since the first that may be a faulty sensor's; it comes back when the
sensor is found out.
"""

from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np

from optimiser.forecast.arrays import FloatArray, IntArray
from optimiser.forecast.track import Nature, Track

UNKNOWN_LEVEL, UNKNOWN_SD = 0.5, 0.3
"""A bin of which nothing was ever heard is anywhere from empty to full."""
NEVER = -np.inf
_IN_DOUBT = -3.0
_BORROWED_FILLS = 4.0
"""The kind's size of deposits weighs as much as a bin filled so many times."""


@dataclass(frozen=True, slots=True)
class Belief:
    """What is believed of bins, (bins,).

    - `main`, `other`, `safe`: tracks at deposit day `day` (NaN before any event); `odds` of the
      other against the main, minus infinity if there is none.
    - `emptied_s`, `other_emptied_s`: the last emptying as either track has it, NaN if none.
    - `heard_s`, `readings`: the last reading believed and how many were; `safe_heard_s` and
      `safe_readings` by the safe track. `clean`: believed readings in a row.
    - `deposits`, `deposited`: variance of what came in, and how much that was, in fills.
    """

    main: Track
    other: Track
    safe: Track
    day: FloatArray
    odds: FloatArray
    emptied_s: FloatArray
    other_emptied_s: FloatArray
    heard_s: FloatArray
    safe_heard_s: FloatArray
    readings: IntArray
    safe_readings: IntArray
    clean: IntArray
    deposits: FloatArray
    deposited: FloatArray

    @property
    def deposit_share(self) -> FloatArray:
        """Variance of the level per fill deposited, drawn to that of the kind."""
        return self.deposits / self.deposited

    @property
    def level_var(self) -> FloatArray:
        """That of the main track, and what is in doubt between it and the other."""
        apart = (self.main.level - self.other.level) ** 2
        doubt = np.where(self.odds > _IN_DOUBT, chance(self.odds) * apart, 0.0)
        return self.main.level_var + doubt

    def where(self, rows: IntArray | slice) -> Self:
        parts: dict[str, Any] = {each.name: getattr(self, each.name) for each in fields(self)}
        taken: dict[str, Any] = {
            name: each.where(rows) if isinstance(each, Track) else each[rows]
            for name, each in parts.items()
        }
        return type(self)(**taken)

    def put(self, rows: IntArray | slice, other: Self) -> None:
        """Overwrite some rows in place."""
        for each in fields(self):
            mine, theirs = getattr(self, each.name), getattr(other, each.name)
            if isinstance(mine, Track):
                mine.put(rows, theirs)
            else:
                mine[rows] = theirs


def unknown(rate: FloatArray, nature: Nature) -> Belief:
    """Before anything was heard of a bin: some level, and the rate of its kind."""
    count = len(rate)

    def track() -> Track:
        return Track(
            level=np.full(count, UNKNOWN_LEVEL),
            level_var=np.full(count, UNKNOWN_SD**2),
            rate=rate.copy(),
            rate_var=nature.most_rate_var.copy(),
            covariance=np.zeros(count),
        )

    return Belief(
        main=track(),
        other=track(),
        safe=track(),
        day=np.full(count, np.nan),
        odds=np.full(count, NEVER),
        emptied_s=np.full(count, np.nan),
        other_emptied_s=np.full(count, np.nan),
        heard_s=np.full(count, np.nan),
        safe_heard_s=np.full(count, np.nan),
        readings=np.zeros(count, dtype=np.int64),
        safe_readings=np.zeros(count, dtype=np.int64),
        clean=np.zeros(count, dtype=np.int64),
        deposits=_BORROWED_FILLS * nature.deposit_share,
        deposited=np.full(count, _BORROWED_FILLS),
    )


def predicted(belief: Belief, day: FloatArray, nature: Nature) -> Belief:
    """The belief at deposit days (bins,); a bin without any event stays as it is."""
    elapsed = np.where(np.isnan(belief.day), 0.0, np.maximum(day - belief.day, 0.0))
    share = belief.deposit_share
    return replace(
        belief,
        main=belief.main.after(elapsed, share, nature),
        other=belief.other.after(elapsed, share, nature),
        safe=belief.safe.after(elapsed, share, nature),
        day=day,
    )


def chance(odds: FloatArray) -> FloatArray:
    """The chance that goes with log odds, 0 for minus infinity."""
    return np.asarray(1 / (1 + np.exp(-odds)))
