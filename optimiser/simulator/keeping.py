"""Which bins one emptying a day can keep from overflowing, and how that was done.

Into a small bin at a busy place more comes on some days than it holds. No choice of bins helps
there, only a larger bin or a second round; so the service level is told with such bins and without.
Which they are is a matter of the world: it is the same for all policies of a seed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimiser.simulator.levels import FULL, Levels
from optimiser.simulator.world.world import World

HOURS = 24


@dataclass(frozen=True, slots=True)
class Kept:
    """Of the bins that one emptying a day can keep: how many, and their pickups, `late` those that
    found the bin over full. Bins over full at the end count as pickups that came too late.
    """

    bins: int
    pickups: int
    late: int


def can_be_kept(world: World, begin_s: float, end_s: float) -> NDArray[np.bool_]:
    """Whether no more than a full bin came in within any 24 hours, shape (bins,)."""
    first, last = (round((each - world.first_s) / 3600) for each in (begin_s, end_s))
    poured = world.poured[:, first : last + 1]
    if poured.shape[1] <= HOURS:
        return np.asarray(poured[:, -1] - poured[:, 0] <= FULL)
    return np.asarray((poured[:, HOURS:] - poured[:, :-HOURS]).max(axis=1) <= FULL)


def kept(levels: Levels, edges_s: Sequence[int]) -> Kept:
    """What was kept from the first edge to the last."""
    begin, end = edges_s[0], edges_s[-1]
    chosen = can_be_kept(levels.world, begin, end)
    every = np.arange(len(chosen))
    at_end = levels.at(every, np.full(len(every), end)) > FULL
    fills = [each.fill for each in levels.emptied if each.time_s >= begin and chosen[each.row]]
    late_at_end = int((at_end & chosen).sum())
    return Kept(
        bins=int(chosen.sum()),
        pickups=len(fills) + late_at_end,
        late=sum(each > FULL for each in fills) + late_at_end,
    )
