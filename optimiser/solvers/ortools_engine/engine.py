"""The engine: index model, nodes, rules, first solution, search, ids."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from time import monotonic

from optimiser.domain.problem import Problem
from optimiser.domain.solution import Solution
from optimiser.solvers.build import Traffic, build_index
from optimiser.solvers.index import IndexModel
from optimiser.solvers.judge import Best
from optimiser.solvers.ortools_engine.budget import Budget
from optimiser.solvers.ortools_engine.groups import (
    GROUP_STOPS,
    Group,
    group_around,
    one_round,
    part,
)
from optimiser.solvers.ortools_engine.keeper import Keeper, joined, others_of
from optimiser.solvers.ortools_engine.nodes import copies_needed, make_nodes
from optimiser.solvers.ortools_engine.resting import nodes_for
from optimiser.solvers.ortools_engine.search import choose_start, search
from optimiser.solvers.ortools_engine.state import state_model
from optimiser.solvers.ortools_engine.tour import Tour
from optimiser.solvers.protocol import Stop
from optimiser.solvers.sound import Mender
from optimiser.solvers.tours import solution_of, stops_in
from optimiser.travel import TravelMatrix


@dataclass(frozen=True)
class OrToolsEngine:
    """OR-Tools with the whole model.

    Travel times are plain times multiplied by one factor per truck: the mean of its shift's
    hours, or the worst of them (`traffic`). Energy is priced at half load; the schedule knows
    what it really is. So improvements are ranked by their true cost and lateness before they
    are handed on (see keeper.py). Problems of more than one and a half times `group_stops` are
    searched in groups of neighbouring routes, so that there are never nodes for all of them.

    What a truck under way has and does first, stops pinned to it and the loads that must be
    unloaded by a given time are in the model. Rests from driving have a form that is never too
    short (see rests.py). A start that breaks a rule is mended first. A truck that cannot keep the
    rules, whatever it does after what it does first, has only that and is left out of the search.
    """

    name: str = "ortools"
    traffic: Traffic = "mean"
    group_stops: int = GROUP_STOPS

    def solve(
        self,
        problem: Problem,
        travel: TravelMatrix,
        stop: Stop,
        *,
        seed: int,
        warm_start: Solution | None,
        on_solution: Callable[[Solution], None],
    ) -> Solution:
        """Solve; see `Engine`. Seconds count from here, building the model included."""
        budget = Budget(stop, monotonic())
        model = build_index(problem, travel, self.traffic)
        best = Best(model, on_solution)
        start = None if warm_start is None else Mender(model).kept(warm_start)
        model = without_stuck(model, best)
        if model.stops and model.trucks:
            if len(model.stops) > 1.5 * self.group_stops:
                search_in_groups(model, best, budget, start, seed, size=self.group_stops)
            else:
                search_part(model, best, budget, start, seed)
        return best.final()


def without_stuck(model: IndexModel, best: Best) -> IndexModel:
    """The model without the trucks that break a rule whatever they do. The least that they can
    do is offered, so that it is in every solution.
    """
    stuck = {t for t, own in enumerate(model.trucks) if own.drives_anyway and is_stuck(model, t)}
    if not stuck:
        return model
    best.offer(solution_of(model, {}))
    others = tuple(truck for truck in range(len(model.trucks)) if truck not in stuck)
    return part(model, Group(others, tuple(range(len(model.stops)))))


def is_stuck(model: IndexModel, truck: int) -> bool:
    """Whether a truck breaks a rule by no more than what it does in any case."""
    own = part(model, Group((truck,), tuple(stops_in(model.trucks[truck].first))))
    nodes = make_nodes(own, copies_needed(own), 0, resting=True)
    tour = Tour(nodes, 0, free=tuple(nodes.free_sites))
    return not tour.begun() or not tour.home_in_time()


def search_part(
    model: IndexModel, best: Best, budget: Budget, start: Solution | None, seed: int
) -> None:
    """Search a model, all of its stops at once, until the budget is spent."""
    routing = state_model(nodes_for(model, seed, start))
    keeper = Keeper(routing, best, others_of(model, best.solution), hasty=budget.by_time)
    search(routing, keeper, start, budget.parameters(len(model.stops)))
    keeper.flush()
    budget.spend(keeper.solutions)


def search_in_groups(
    model: IndexModel,
    best: Best,
    budget: Budget,
    warm_start: Solution | None,
    seed: int,
    *,
    size: int,
) -> None:
    """Search groups of neighbouring routes one after the other, with more time each round."""
    start = choose_start(model, warm_start, seed)
    best.offer(joined(model, start, others_of(model, best.solution)))
    random = Random(seed)  # noqa: S311  # a search needs no secret randomness
    slices = budget.first_slice(size)
    while best.final().orders and not budget.spent:
        for truck in one_round(model, best.final(), random):
            solution, group_seed = best.final(), random.randrange(10**6)
            group = group_around(model, solution, truck, size)
            if group.stops and not budget.spent:
                own = part(model, group)
                search_part(own, best, budget.slice(slices), solution, group_seed)
        slices *= 1.5
