"""On which of the next days a truck of a kind goes out, and what a bin then costs if it is left.

Stops of one day share the cost of sending the truck out, so when a bin is best emptied depends
on its neighbours. That is joint replenishment: each set of days on which the truck may go is
tried, every bin is emptied on the best of them, again and again up to the end, and the cheapest
set is kept (for one bin that is the inventory routing of Coelho, Cordeau and Laporte,
Transportation Science 48, 2014; must-go and may-go days as in Mes, Schutten and Perez Rivera,
Computers in Industry 65, 2014).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2

import numpy as np

from optimiser.selection.ahead import Floats, Ints
from optimiser.selection.stops import BoolArray

MOST_SUMS = 150_000
"""Days with and without a trip are tried for so many bins times sets of days at the most."""
TIRED = 1.2
"""Waste left at the end counts as this many emptyings at the most; more is an overflow."""


@dataclass(frozen=True, slots=True)
class Bins:
    """Bins of one kind of truck, in money. k chances after today's, number 0; number k + 1 is
    the end.

    `left` (bins, k + 2): overflow until a chance if left from today on; `again`: the same for
    bins emptied at chance j, (bins, k + 2 - j). `stop` (bins,): a stop without the trip's start.
    `open` (bins, k + 1): whether the bin can be emptied at a chance. `end` (bins,) and
    `end_after` (bins, k + 1): what the waste at the end is worth, for bins left from today on,
    and for those emptied last at a chance.
    """

    left: Floats
    again: tuple[Floats, ...]
    stop: Floats
    open: BoolArray
    end: Floats
    end_after: Floats

    @property
    def chances(self) -> int:
        return int(self.left.shape[1]) - 2


@dataclass(frozen=True, slots=True)
class Outlook:
    """`until` (bins, k + 1): all that is to come if a bin is left until chance 1 ... k or the
    end, with a trip of its own where no truck goes, infinite where it cannot be emptied;
    `emptied` (bins,): the same if it is emptied today for nothing. `goes`: whether the truck
    should go out today. `first` (bins,): the chance at which each bin is best emptied, k + 1
    for none.
    """

    until: Floats
    emptied: Floats
    goes: bool
    first: Ints


def best_days(bins: Bins, start_eur: float, stops: float, *, today_anyway: bool) -> Outlook:
    """The best days for a truck whose trip costs `start_eur` before the first stop and makes so
    many `stops`; it may go out today anyway.

    Where more bins are best emptied today than one truck empties, trips are full: a bin that is
    left costs its share of a later one, not a trip of its own, so that a second truck goes out
    today only if it saves what it costs.
    """
    sets = _sets(len(bins.stop), bins.chances, free=start_eur <= 0)
    after = _after_emptying(bins, sets)
    wait = np.repeat(_end(bins)[None], len(sets), axis=0)
    for chance in range(1, bins.chances + 1):
        cost = _until(bins, chance, after[chance])
        rows = sets[:, chance - 1]
        wait[rows] = np.minimum(wait[rows], cost[rows])
    today = np.where(bins.open[:, 0], bins.stop + after[0], np.inf)
    trips = start_eur * sets.sum(axis=1)
    staying, going = trips + wait.sum(axis=1), trips + np.minimum(wait, today).sum(axis=1)
    goes = today_anyway or bool(going.min() + start_eur < staying.min())
    best = int(going.argmin() if goes else staying.argmin())
    plain = [_until(bins, each, after[each][best]) for each in range(1, bins.chances + 1)]
    now = today[best] if goes else np.full_like(bins.stop, np.inf)
    found = _options(bins, plain, ~sets[best], start_eur)
    due = int((now <= found.min(axis=1)).sum())
    if due > stops:
        found = _options(bins, plain, ~sets[best], start_eur / stops)
    first = np.where(now <= found.min(axis=1), 0, found.argmin(axis=1) + 1)
    return Outlook(found, after[0][best], goes, first)


def _options(bins: Bins, until: Sequence[Floats], alone: BoolArray, start_eur: float) -> Floats:
    """What it costs to leave each bin until each chance or the end, (bins, k + 1), where a trip
    is made for it on days on which none would go (`alone`, one a chance).
    """
    trips = [cost + start_eur * own for cost, own in zip(until, alone.tolist(), strict=True)]
    return np.stack([*trips, _end(bins)], axis=1)


def _sets(bins: int, chances: int, *, free: bool) -> BoolArray:
    """Sets of days with a trip, (sets, chances): all of them if few bins, else those that
    differ in the first days; only the set of all days if a trip costs nothing to start.
    """
    bits = 0 if free else min(chances, max(1, int(log2(max(2.0, MOST_SUMS / max(1, bins))))))
    numbers = np.arange(2**bits)[:, None]
    tried = (numbers >> np.arange(bits)[None]) & 1 == 1
    return np.concatenate([tried, np.ones((len(tried), chances - bits), dtype=bool)], axis=1)


def _after_emptying(bins: Bins, sets: BoolArray) -> list[Floats]:
    """What is to come of bins emptied at a chance, (sets, bins) for each chance."""
    chances = bins.chances
    after: list[Floats] = [np.zeros((0, 0))] * (chances + 1)
    for here in range(chances, -1, -1):
        again = bins.again[here]
        best = np.repeat((again[:, -1] + bins.end_after[:, here])[None], len(sets), axis=0)
        for later in range(here + 1, chances + 1):
            rows = sets[:, later - 1]
            cost = again[:, later - here] + bins.stop + after[later][rows]
            best[rows] = np.minimum(best[rows], np.where(bins.open[:, later], cost, np.inf))
        after[here] = best
    return after


def _until(bins: Bins, chance: int, after: Floats) -> Floats:
    cost = bins.left[:, chance] + bins.stop + after
    return np.asarray(np.where(bins.open[:, chance], cost, np.inf))


def _end(bins: Bins) -> Floats:
    return np.asarray(bins.left[:, -1] + bins.end)
