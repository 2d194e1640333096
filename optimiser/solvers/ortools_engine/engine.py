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
from optimiser.solvers.ortools_engine.groups import GROUP_STOPS, group_around, one_round, part
from optimiser.solvers.ortools_engine.keeper import Keeper
from optimiser.solvers.ortools_engine.nodes import copies_needed, make_nodes
from optimiser.solvers.ortools_engine.search import choose_start, search
from optimiser.solvers.ortools_engine.state import state_model
from optimiser.solvers.protocol import Stop
from optimiser.travel import TravelMatrix


@dataclass(frozen=True)
class OrToolsEngine:
    """OR-Tools with the whole model.

    Travel times are plain times multiplied by one factor per truck: the mean of its shift's
    hours, or the worst of them (`traffic`). Energy is priced at half load; the schedule knows
    what it really is. So improvements are ranked by their true cost and lateness before they
    are handed on (see keeper.py). Problems of more than one and a half times `group_stops` are
    searched in groups of neighbouring routes.
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
        if model.stops and model.trucks:
            if len(model.stops) > 1.5 * self.group_stops:
                search_in_groups(model, best, budget, warm_start, seed, size=self.group_stops)
            else:
                search_part(model, best, budget, warm_start, seed)
        return best.final()


def search_part(
    model: IndexModel, best: Best, budget: Budget, start: Solution | None, seed: int
) -> None:
    """Search a model, all of its stops at once, until the budget is spent."""
    routing = state_model(make_nodes(model, copies_needed(model), seed))
    own = {truck.id for truck in model.trucks}
    known = best.solution or Solution()
    others = tuple(order for order in known.orders if order.truck_id not in own)
    keeper = Keeper(routing, best, others, hasty=budget.by_time)
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
    best.offer(choose_start(make_nodes(model, copies_needed(model), seed), warm_start))
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
