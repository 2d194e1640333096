"""The engine: index model, nodes, rules, first solution, search, ids."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any

from optimiser.domain.problem import Problem
from optimiser.domain.solution import Solution
from optimiser.solvers.build import Traffic, build_index
from optimiser.solvers.index import IndexModel
from optimiser.solvers.ortools_engine.answer import Routes, to_routes
from optimiser.solvers.ortools_engine.breaks import add_breaks
from optimiser.solvers.ortools_engine.costs import add_costs
from optimiser.solvers.ortools_engine.fleet import add_compatibility
from optimiser.solvers.ortools_engine.keeper import Keeper
from optimiser.solvers.ortools_engine.nodes import Nodes, make_nodes
from optimiser.solvers.ortools_engine.reach import add_reach
from optimiser.solvers.ortools_engine.routing import Routing, make_routing
from optimiser.solvers.ortools_engine.search import search_parameters
from optimiser.solvers.ortools_engine.start import first_routes
from optimiser.solvers.ortools_engine.unloading import add_daily_sums, add_loads
from optimiser.solvers.ortools_engine.windows import add_time
from optimiser.solvers.protocol import Stop
from optimiser.travel import TravelMatrix


@dataclass(frozen=True)
class OrToolsEngine:
    """OR-Tools with the whole model.

    Travel times are plain times multiplied by one factor per truck: the mean of its shift's
    hours, or the worst of them (`traffic`). Energy is priced at half load; the schedule knows
    what it really is. So improvements are ranked by their true cost and lateness before they
    are handed on (see keeper.py).
    """

    name: str = "ortools"
    traffic: Traffic = "mean"

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
        """Solve; see `Engine`. Whole seconds count from here, building the model included."""
        began = monotonic()
        model = build_index(problem, travel, self.traffic)
        if not model.stops or not model.trucks:
            on_solution(Solution())
            return Solution()
        nodes = make_nodes(model, copies_needed(model), seed)
        routing = state_model(nodes)
        keeper = Keeper(routing, stop, on_solution)
        starts = _starts(nodes, warm_start)
        left_s = None if stop.seconds is None else stop.seconds - (monotonic() - began)
        _search(routing, keeper, starts, search_parameters(stop, left_s, len(model.stops)))
        return keeper.best()


def state_model(nodes: Nodes) -> Routing:
    """OR-Tools' model of the problem: every rule and price."""
    routing = make_routing(nodes)
    time = add_time(routing)
    add_breaks(routing, time)
    add_loads(routing)
    add_daily_sums(routing)
    add_reach(routing)
    add_compatibility(routing)
    add_costs(routing, time)
    return routing


def copies_needed(model: IndexModel) -> int:
    """Copies of each disposal site: about the trips there can be, and a few to choose from."""
    trips = 0
    for fraction in {stop.fraction for stop in model.stops}:
        stops = [stop for stop in model.stops if stop.fraction == fraction]
        holds = [t.holds[h] for t in model.trucks if (h := t.hold_of(fraction)) is not None]
        grams = min((h.capacity_g for h in holds if h.capacity_g), default=0)
        litres = min((h.capacity_ml for h in holds if h.capacity_ml), default=0)
        trips += max(
            -(-sum(stop.mass_g for stop in stops) // grams) if grams else 0,
            -(-sum(stop.volume_ml for stop in stops) // litres) if litres else 0,
        )
    return min(len(model.stops), trips + 1) + len(model.trucks)


def _starts(nodes: Nodes, warm_start: Solution | None) -> list[Routes]:
    warm = to_routes(nodes, warm_start) if warm_start is not None else None
    starts = [] if warm is None else [warm]
    return [*starts, first_routes(nodes, optional=False), first_routes(nodes, optional=True)]


def _search(routing: Routing, keeper: Keeper, starts: list[Routes], params: Any) -> None:
    """Search from the best of the starts that the model takes, else from OR-Tools' own."""
    routing.model.AddAtSolutionCallback(keeper)
    routing.model.CloseModelWithParameters(params)
    given = [
        (assignment.ObjectiveValue(), number)
        for number, routes in enumerate(starts)
        if (assignment := _assignment(routing, routes)) is not None
    ]
    if not given:
        routing.model.SolveWithParameters(params)
        return
    best = starts[min(given)[1]]
    keeper.offer(best)
    routing.model.SolveFromAssignmentWithParameters(_assignment(routing, best), params)


def _assignment(routing: Routing, routes: Routes) -> Any:
    indices = [[routing.index(node) for node in route] for route in routes]
    return routing.model.ReadAssignmentFromRoutes(indices, True)
