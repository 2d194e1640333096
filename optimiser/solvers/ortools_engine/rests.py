"""Rests from driving, in two forms, either of which keeps the rule.

Where a day has so little driving that nobody must rest, the rule is a limit on driving. Else every
second of driving takes a share of a rest with it: at any moment as much rest is then paid for as
the schedule can have taken until then. A break that would do as a rest is not counted as one.
OR-Tools' own rule (`SetBreakDistanceDurationOfVehicle`) counts all time as driving.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimiser.domain.units import whole_array
from optimiser.solvers.index import Driving, IndexModel, IndexTruck
from optimiser.travel import UNREACHABLE

Ints = NDArray[np.int64]


def without_rests(model: IndexModel) -> IndexModel:
    """The model in which nobody drives so long that a rest is due."""
    return replace(model, trucks=tuple(_limited(truck) for truck in model.trucks))


def _limited(truck: IndexTruck) -> IndexTruck:
    if truck.driving is None:
        return truck
    most = max(0, truck.driving.most_s - truck.driving.driven_s)
    known = truck.limits.driving_s
    limit = most if known is None else min(most, known)
    return replace(truck, limits=replace(truck.limits, driving_s=limit))


def with_rests(
    driving_s: Ints, total_s: Ints, starts: NDArray[np.bool_], rule: Driving, *, rests: bool
) -> Ints:
    """Times of legs under a rule: none of more driving than the rule allows in one go, and if
    `rests`, each with its share of a rest; legs from `starts` also with that of what is driven.

    Rests lie between legs, so stretches of driving end up to a leg too early.
    """
    real = driving_s < UNREACHABLE
    total = np.where(real & (driving_s > rule.most_s), 2 * UNREACHABLE, total_s)
    if not rests:
        return total
    longest = int(driving_s[real & (driving_s <= rule.most_s)].max(initial=0))
    share = rule.rest_s / max(rule.most_s - longest, rule.most_s / 2)
    before = np.where(starts, rule.driven_s, 0)[:, None]
    rest = whole_array(np.asarray((driving_s + before) * share, dtype=np.float64), "up")
    return np.where(real, total + rest, total)
