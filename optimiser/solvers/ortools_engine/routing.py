"""OR-Tools' model object with what our files need to add rules to it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ortools.constraint_solver import pywrapcp

from optimiser.solvers.ortools_engine.nodes import Nodes

Array = NDArray[np.int64]


@dataclass(frozen=True)
class Routing:
    """The routing model, its index manager and nodes; transits are registered once each.

    Transits are whole-number matrices and vectors, never Python callbacks: a callback that
    raises or gives a float would make a wrong optimum, and is called millions of times.
    """

    nodes: Nodes
    manager: Any
    model: Any
    _known: dict[bytes, int] = field(default_factory=dict)

    @property
    def trucks(self) -> range:
        return range(len(self.nodes.starts))

    def index(self, node: int) -> int:
        """OR-Tools' index of a stop or site node."""
        index: int = self.manager.NodeToIndex(node)
        return index

    def matrix(self, values: Array) -> int:
        """Register a transit matrix; an equal one is registered once."""
        return self._registered(values, self.model.RegisterTransitMatrix)

    def vector(self, values: Array) -> int:
        """Register what is added at each node on leaving it."""
        return self._registered(values, self.model.RegisterUnaryTransitVector)

    def add_dimension(
        self, name: str, transits: Sequence[int], slack: int, capacities: Sequence[int],
        *, from_zero: bool,
    ) -> Any:  # fmt: skip
        """Add a dimension with a transit and a capacity per truck; returns it."""
        self.model.AddDimensionWithVehicleTransitAndCapacity(
            list(transits), slack, list(capacities), from_zero, name
        )
        return self.model.GetDimensionOrDie(name)

    def _registered(self, values: Array, register: Any) -> int:
        key = values.shape.__repr__().encode() + values.tobytes()
        if key not in self._known:
            self._known[key] = register(values.tolist())
        return self._known[key]


def make_routing(nodes: Nodes) -> Routing:
    """An OR-Tools model with these nodes and no rules yet. Needs a truck and a stop at least."""
    manager = pywrapcp.RoutingIndexManager(
        len(nodes.all), len(nodes.starts), list(nodes.starts), list(nodes.ends)
    )
    return Routing(nodes, manager, pywrapcp.RoutingModel(manager))
