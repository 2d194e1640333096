"""States the whole model to OR-Tools: every rule and price."""

from optimiser.solvers.ortools_engine.breaks import add_breaks
from optimiser.solvers.ortools_engine.costs import add_costs
from optimiser.solvers.ortools_engine.deadlines import add_deadlines
from optimiser.solvers.ortools_engine.fleet import add_compatibility
from optimiser.solvers.ortools_engine.nodes import Nodes
from optimiser.solvers.ortools_engine.reach import add_reach
from optimiser.solvers.ortools_engine.routing import Routing, make_routing
from optimiser.solvers.ortools_engine.unloading import add_daily_sums, add_loads
from optimiser.solvers.ortools_engine.windows import add_time


def state_model(nodes: Nodes) -> Routing:
    """OR-Tools' model of the problem."""
    routing = make_routing(nodes)
    time = add_time(routing)
    add_breaks(routing, time)
    add_loads(routing)
    add_deadlines(routing, time)
    add_daily_sums(routing)
    add_reach(routing)
    add_compatibility(routing)
    add_costs(routing, time)
    return routing
