"""PyVRP's iterated local search, from a start or a random one, until a limit."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

import pyvrp
from pyvrp import IteratedLocalSearch, IteratedLocalSearchCallbacks, IteratedLocalSearchParams
from pyvrp.PenaltyManager import PenaltyManager, PenaltyParams
from pyvrp.search import OPERATORS, LocalSearch, compute_neighbours

from optimiser.solvers.protocol import Stop
from optimiser.solvers.pyvrp_engine.state import Stated

PATIENCE_S = 1.0
"""Judging costs time that the search could use: at most this often in a search by time, ..."""

JUDGING_SHARE = 0.1
"""... and at most this part of it, once the first ones are known."""

HOPELESS = 0.25, 0.5
"""Parts of a limit after which a search that has found nothing feasible is hopeless: the first
once it has had `FAIR` iterations, the second in any case."""

FAIR = 2000

Offer = Callable[[pyvrp.Solution], None]


@dataclass
class Spent:
    """How much of a limit is used: seconds since `began`, and iterations."""

    stop: Stop
    began: float
    iterations: int = 0

    @property
    def share(self) -> float:
        """1 or more: all of it."""
        used = 0.0
        if self.stop.seconds is not None:
            used = (monotonic() - self.began) / self.stop.seconds
        if self.stop.solutions is not None:
            used = max(used, self.iterations / self.stop.solutions)
        return used

    @property
    def is_hopeless(self) -> bool:
        """Whether what has not been found by now had its chance."""
        return self.share >= HOPELESS[0 if self.iterations >= FAIR else 1]


class Watcher(IteratedLocalSearchCallbacks):
    """Offers improvements; all at once, or in a search by time those of about a second."""

    def __init__(self, spent: Spent, offer: Offer) -> None:
        self._spent, self._offer = spent, offer
        self._waiting: pyvrp.Solution | None = None
        self._next_at = 0.0
        self.nearest: pyvrp.Solution | None = None

    def on_best(self, best: pyvrp.Solution) -> None:
        """PyVRP has a new best solution, which is feasible in its model."""
        self._waiting = best

    def on_iteration(
        self,
        current: pyvrp.Solution,
        candidate: pyvrp.Solution,  # noqa: ARG002  # PyVRP passes it
        best: pyvrp.Solution,  # noqa: ARG002  # PyVRP passes it
        cost_evaluator: pyvrp.CostEvaluator,  # noqa: ARG002  # PyVRP passes it
    ) -> None:
        """An iteration is over."""
        self._spent.iterations += 1
        self.nearest = current
        hasty = self._spent.stop.seconds is not None
        if not hasty or monotonic() > self._next_at:
            self.flush()

    def flush(self) -> None:
        """Offer what waits."""
        if self._waiting is not None:
            began = monotonic()
            self._offer(self._waiting)
            took_s = monotonic() - began
            self._waiting = None
            self._next_at = began + max(PATIENCE_S, took_s / JUDGING_SHARE)


def run(
    stated: Stated, spent: Spent, start: pyvrp.Solution | None, offer: Offer, *, seed: int,
    gives_up: bool,
) -> pyvrp.Solution:  # fmt: skip
    """Search until the limit, or if it `gives_up`, for a part of it while nothing is feasible.

    Returns the best solution of PyVRP's model, or the last one looked at if none was feasible.
    """
    rng = pyvrp.RandomNumberGenerator(seed=seed)
    local = LocalSearch(stated.data, rng, compute_neighbours(stated.near))
    for operator in OPERATORS:
        if operator.supports(stated.data):
            local.add_operator(operator(stated.data))
    penalties = _penalties(stated)
    if start is None:
        random = pyvrp.Solution.make_random(stated.data, rng)
        start = local(random, penalties.max_cost_evaluator(), exhaustive=True)
    watcher = Watcher(spent, offer)
    offer(start)
    found = [start.is_feasible()]

    def enough(best_cost: float) -> bool:
        found[0] = found[0] or best_cost < NO_COST
        return spent.share >= 1 or (gives_up and not found[0] and spent.is_hopeless)

    params = IteratedLocalSearchParams(callbacks=watcher)
    search = IteratedLocalSearch(stated.data, penalties, local, start, params)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it is hard to find a feasible solution
        result = search.run(enough, collect_stats=False)
    watcher.flush()
    best = result.best
    return best if best.is_feasible() else watcher.nearest or best


NO_COST = 2**62
"""PyVRP's cost of what is not feasible is above this."""


def _penalties(stated: Stated) -> PenaltyManager:
    """Penalties that begin high, at the scale of this problem's money, and adapt themselves."""
    types = stated.data.vehicle_types()
    hour = max(3600 * t.unit_duration_cost + 50_000 * t.unit_distance_cost for t in types)
    route = 4 * hour + min(max(t.fixed_cost for t in types), 20 * hour) + 1
    loads = [
        20 * route / max(1, *(t.capacity[n] for t in types))
        for n in range(stated.data.num_load_dimensions)
    ]
    metre = 20 * route / min(10**9, *(max(1, t.max_distance) for t in types))
    second = 20 * route / 3600
    params = PenaltyParams(max_penalty=1000 * max(second, metre, *loads))
    return PenaltyManager((loads, second, metre), params)
