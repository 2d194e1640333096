"""What bins over full cost: one overflow for each 24 hours begun.

A bin's `overflow_cost_eur` is the complaint, the extra trip, the litter of one overflow. One that
nobody ends is complained about again the next day, so that leaving it is never free.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from optimiser.domain.bins import Bin
from optimiser.simulator.levels import Levels

DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Overflow:
    """By day, shape (days,): hours of bins over full, bins over full at any time, their cost."""

    hours: np.ndarray
    bins: np.ndarray
    cost_eur: np.ndarray


def overflow(levels: Levels, bins: Sequence[Bin], edges_s: Sequence[int]) -> Overflow:
    """Overflow between each edge and the next, (days + 1,) sorted seconds."""
    edges = np.array(edges_s, dtype=np.float64)
    days = len(edges) - 1
    hours, cost = np.zeros(days), np.zeros(days)
    over = np.zeros((len(bins), days), dtype=bool)
    for row, begun, end in levels.spells():
        within = np.minimum(end, edges[1:]) - np.maximum(begun, edges[:-1])
        hours += np.maximum(within, 0) / 3600
        over[row] |= within > 0
        charged = np.arange(begun, end, DAY_S)
        day = np.searchsorted(edges, charged, side="right") - 1
        kept = day[(day >= 0) & (day < days)]
        np.add.at(cost, kept, bins[row].overflow_cost_eur)
    return Overflow(hours, over.sum(axis=0), cost)
