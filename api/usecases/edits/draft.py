"""A plan while it is being edited: its problem, and who does what in which order."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from optimiser.domain.plan import Plan, Route
from optimiser.domain.problem import Problem, Visit
from optimiser.domain.solution import Action, Solution, TruckOrder

Orders = Mapping[str, tuple[Action, ...]]
"""Truck id -> its actions between start and end."""


@dataclass(frozen=True)
class Draft:
    """Immutable: each edit makes another. A truck without actions stays at home."""

    problem: Problem
    orders: Orders

    @property
    def solution(self) -> Solution:
        """As the schedule takes it. A truck under way is listed even if it only comes home."""
        listed = {
            truck.id: self.orders.get(truck.id, ())
            for truck in self.problem.trucks
            if self.orders.get(truck.id) or truck.present is not None
        }
        return Solution(tuple(TruckOrder(truck, actions) for truck, actions in listed.items()))

    def truck_of(self, visit_id: str) -> str | None:
        """The truck that has a stop, or None."""
        stop = Action("visit", visit_id)
        return next((truck for truck, actions in self.orders.items() if stop in actions), None)

    def with_order(self, truck_id: str, actions: tuple[Action, ...]) -> "Draft":
        """The truck does this instead."""
        return replace(self, orders={**self.orders, truck_id: actions})

    def without_stop(self, visit_id: str) -> "Draft":
        """The stop is on no route any more. A truck that has no stop left stays at home."""
        truck_id = self.truck_of(visit_id)
        if truck_id is None:
            return self
        rest = tuple(each for each in self.orders[truck_id] if each != Action("visit", visit_id))
        idle = not any(each.kind == "visit" for each in rest)
        under_way = self.problem.truck_by_id[truck_id].present is not None
        return self.with_order(truck_id, () if idle and not under_way else rest)

    def with_visit(self, visit_id: str, **changes: Any) -> "Draft":
        """Facts of a visit are these from now on."""
        visits = tuple(
            replace(each, **changes) if each.id == visit_id else each
            for each in self.problem.visits
        )
        return replace(self, problem=replace(self.problem, visits=visits))

    def with_new(self, visit: Visit) -> "Draft":
        """There is one visit more, on no route."""
        visits = (*self.problem.visits, visit)
        return replace(self, problem=replace(self.problem, visits=visits))

    def with_truck(self, truck_id: str, **changes: Any) -> "Draft":
        """Facts of a truck are these from now on."""
        trucks = tuple(
            replace(each, **changes) if each.id == truck_id else each
            for each in self.problem.trucks
        )
        return replace(self, problem=replace(self.problem, trucks=trucks))


def draft_of(problem: Problem, plan: Plan) -> Draft:
    """A plan's own draft."""
    return Draft(problem, {route.truck_id: actions_of(route) for route in plan.routes})


def actions_of(route: Route) -> tuple[Action, ...]:
    """What a route's truck does, in order."""
    return tuple(
        Action("visit" if step.kind == "visit" else "unload", step.ref)
        for step in route.steps
        if step.kind in ("visit", "unload")
    )
