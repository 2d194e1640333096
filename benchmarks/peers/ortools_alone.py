"""OR-Tools alone: a plain routing model of a classic set, guided local search, on one core.

Calls at the depot in mid-route are nodes of their own, as many as the load can need. A dimension
`left` carries the time at which a vehicle last left the depot: every customer wants it no earlier
than its release, and each departure no earlier than what is carried on from it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from time import monotonic
from typing import Any

from ortools.constraint_solver import pywrapcp, routing_enums_pb2
from ortools.util.optional_boolean_pb2 import BOOL_FALSE

from benchmarks.classic.check import apart
from benchmarks.classic.found import Found, Point
from benchmarks.classic.instance import Instance, Row
from benchmarks.points import falling

MUST = 10**8
"""Price of leaving a customer that must be served, so that there is always some answer."""
SPARE_CALLS = 1.3
"""Calls at the depot that a model has, in terms of those that the load needs at least."""
START = {
    "CVRP": routing_enums_pb2.FirstSolutionStrategy.LOCAL_CHEAPEST_INSERTION,
    "MTVRPTWR": routing_enums_pb2.FirstSolutionStrategy.PATH_CHEAPEST_ARC,
    "PCVRPTW": routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION,
}
"""The best of five starts after 12 s of guided local search, on one instance of each set."""

SLOW = (
    "use_global_cheapest_insertion_path_lns",
    "use_local_cheapest_insertion_path_lns",
    "use_relocate_path_global_cheapest_insertion_insert_unperformed",
)
"""Operators that take more time than they find; without them the rest is faster."""


@dataclass(frozen=True)
class Model:
    """OR-Tools' model; node 0 is the depot, then customers, then calls in mid-route."""

    instance: Instance
    nodes: tuple[Row, ...]
    manager: Any
    routing: Any

    @property
    def calls(self) -> range:
        return range(1 + len(self.instance.customers), len(self.nodes))

    def index(self, node: int) -> int:
        index: int = self.manager.NodeToIndex(node)
        return index

    def trips(self, next_of: Any) -> list[list[list[int]]]:
        """Numbers of customers between two calls at the depot, for each vehicle."""
        tours = []
        for vehicle in range(self.manager.GetNumberOfVehicles()):
            trips: list[list[int]] = [[]]
            index = next_of(self.routing.Start(vehicle))
            while not self.routing.IsEnd(index):
                node = self.manager.IndexToNode(index)
                if node in self.calls:
                    trips.append([])
                else:
                    trips[-1].append(self.nodes[node].number)
                index = next_of(index)
            tours.append([trip for trip in trips if trip])
        return [tour for tour in tours if tour]


def solve(instance: Instance, seconds: float, seed: int, *, ils: bool = False) -> Found:
    """Solve. OR-Tools has no seed for these searches, so `seed` changes nothing."""
    del seed
    model = state(instance)
    began = monotonic()
    points: list[Point] = []

    def seen() -> None:
        cost = model.routing.CostVar().Value()
        if cost < MUST:
            points.append((round(monotonic() - began, 3), cost))

    model.routing.AddAtSolutionCallback(seen)
    found = model.routing.SolveWithParameters(parameters(instance, seconds, ils=ils))
    if found is None:
        return Found(None, falling(points))
    return Found(
        model.trips(lambda index: found.Value(model.routing.NextVar(index))), falling(points)
    )


def parameters(instance: Instance, seconds: float, *, ils: bool) -> Any:
    """Guided local search, or iterated local search that ruins adjacent strings (SISR)."""
    params = pywrapcp.DefaultRoutingSearchParameters()
    params.first_solution_strategy = START[instance.set_name]
    params.time_limit.FromMilliseconds(int(seconds * 1000))
    for operator in SLOW:
        setattr(params.local_search_operators, operator, BOOL_FALSE)
    if not ils:
        params.local_search_metaheuristic = (
            routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
        )
        return params
    params.use_iterated_local_search = True
    own = params.iterated_local_search_parameters
    sisr = own.ruin_recreate_parameters.ruin_strategies.add().sisr
    sisr.max_removed_sequence_size, sisr.avg_num_removed_visits, sisr.bypass_factor = 10, 10, 0.01
    annealing = own.reference_solution_acceptance_strategy.simulated_annealing
    annealing.automatic_temperatures = True
    return params


def state(instance: Instance) -> Model:
    """The model of an instance."""
    demand = sum(row.demand for row in instance.customers)
    least = ceil(demand / instance.capacity)
    calls = ceil(SPARE_CALLS * least) if instance.several_trips else 0
    vehicles = instance.vehicles or ceil(1.1 * least) + 2
    nodes = (instance.depot, *instance.customers, *[instance.depot] * calls)
    manager = pywrapcp.RoutingIndexManager(len(nodes), vehicles, 0)
    model = Model(instance, nodes, manager, pywrapcp.RoutingModel(manager))
    model.routing.SetArcCostEvaluatorOfAllVehicles(
        model.routing.RegisterTransitMatrix(_legs(instance, nodes, service=False))
    )
    _add_loads(model)
    if instance.depot.window is not None:
        _add_times(model)
    for node, row in enumerate(nodes[1:], 1):
        price = instance.scale * row.prize if row.prize else MUST
        if node in model.calls:
            model.routing.AddDisjunction([model.index(node)], 0)
        elif instance.depot.window is not None:  # without windows all can be served
            model.routing.AddDisjunction([model.index(node)], price)
    return model


def _legs(instance: Instance, nodes: Sequence[Row], *, service: bool) -> list[list[int]]:
    """Distances, or the seconds of serving one node and driving to the next."""
    work = [instance.scale * row.service if service else 0 for row in nodes]
    return [[work[n] + apart(instance, a, b) for b in nodes] for n, a in enumerate(nodes)]


def _add_loads(model: Model) -> None:
    """What was delivered since the depot was left; a call in mid-route takes it all off."""
    capacity, routing = model.instance.capacity, model.routing
    loads = [row.demand for row in model.nodes]
    for node in model.calls:
        loads[node] = -capacity
    slack = capacity if model.calls else 0
    routing.AddDimension(routing.RegisterUnaryTransitVector(loads), slack, capacity, True, "load")
    load = routing.GetDimensionOrDie("load")
    for node in range(1, len(model.nodes)):
        if slack and node not in model.calls:
            load.SlackVar(model.index(node)).SetValue(0)


def _add_times(model: Model) -> None:
    instance, routing = model.instance, model.routing
    assert instance.depot.window is not None
    scale = instance.scale
    opens, closes = (scale * time for time in instance.depot.window)
    legs = routing.RegisterTransitMatrix(_legs(instance, model.nodes, service=True))
    routing.AddDimension(legs, closes, closes, False, "time")
    time = routing.GetDimensionOrDie("time")
    for node, row in enumerate(model.nodes[1:], 1):
        first, last = (scale * each for each in row.window or instance.depot.window)
        time.CumulVar(model.index(node)).SetRange(first, min(last, closes))
    starts = [routing.Start(vehicle) for vehicle in range(model.manager.GetNumberOfVehicles())]
    for start in starts:
        time.CumulVar(start).SetRange(opens, closes)
    if not instance.several_trips:
        return
    routing.AddDimension(
        routing.RegisterUnaryTransitVector([0] * len(model.nodes)), closes, closes, False, "left"
    )
    left = routing.GetDimensionOrDie("left")
    for index in [*starts, *map(model.index, model.calls)]:
        carried = left.CumulVar(index) + left.SlackVar(index)
        routing.solver().Add(time.CumulVar(index) >= carried)
    for node, row in enumerate(instance.customers, 1):
        left.SlackVar(model.index(node)).SetValue(0)
        left.CumulVar(model.index(node)).SetMin(scale * row.release)
