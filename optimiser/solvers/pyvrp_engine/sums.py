"""A limit on a day's sum (stops, mass or volume over all trips), stated as metres.

PyVRP forgets loads at every reload and has no other sum over a day but distance. So every leg
to a stop is made longer by a weight times the stop's share of the limit, and the longest
distance is the limit times the weight. What all of these metres cost is the same for every plan
that does the same stops; what it adds to an optional stop is added to its prize. This is exact
where all kinds of trucks have that limit and one price of a metre; elsewhere the limit is not
stated.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import gcd

from optimiser.domain.units import whole
from optimiser.solvers.index import IndexModel, IndexStop, Limits
from optimiser.solvers.pyvrp_engine.kinds import Kind

PARTS = 10_000
"""Parts that a limit is divided into, where no common measure divides it into about as few."""

WEIGHT_M = 300_000
"""Metres of a part. A truck that drives farther loses one part of its limit each time."""

Amount = Callable[[IndexStop], int]
LIMITED: tuple[tuple[Callable[[Limits], int | None], Amount], ...] = (
    (lambda limits: limits.stops, lambda stop: len(stop.visits)),
    (lambda limits: limits.mass_g, lambda stop: stop.mass_g),
    (lambda limits: limits.volume_ml, lambda stop: stop.volume_ml),
)


@dataclass(frozen=True, slots=True)
class DailySum:
    """Metres added to the legs to each stop, and to the longest distance."""

    metres: tuple[int, ...]
    most_m: int


def stated_sum(model: IndexModel, kinds: tuple[Kind, ...]) -> DailySum | None:
    """The tightest daily sum that can be stated, if any binds."""
    if len({whole(kind.truck.prices.per_m) for kind in kinds}) > 1:
        return None
    if any(kind.truck.limits.distance_m is not None for kind in kinds):
        return None
    trucks = sum(len(kind.trucks) for kind in kinds)
    tightest: tuple[float, DailySum] | None = None
    for limit_of, amount in LIMITED:
        limits = {limit_of(kind.truck.limits) for kind in kinds}
        total = sum(amount(stop) for stop in model.stops)
        most = limits.pop() if len(limits) == 1 else None
        if most is None or most <= 0 or total <= most:
            continue
        tightness = total / (most * trucks)
        if tightest is None or tightness > tightest[0]:
            tightest = tightness, _sum(model, amount, most)
    return None if tightest is None else tightest[1]


def _sum(model: IndexModel, amount: Amount, most: int) -> DailySum:
    measure = gcd(most, *(amount(stop) for stop in model.stops))
    parts = most // measure if most // measure <= 2 * PARTS else PARTS
    shares = (whole(amount(stop) * parts / most, "up") for stop in model.stops)
    return DailySum(tuple(share * WEIGHT_M for share in shares), (parts + 1) * WEIGHT_M - 1)
