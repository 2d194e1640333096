"""What a solution is truly worth: its times and money under the problem's own traffic and loads."""

from collections.abc import Callable
from dataclasses import dataclass

from optimiser.domain.plan import Route
from optimiser.domain.problem import Problem
from optimiser.domain.solution import Solution, TruckOrder
from optimiser.schedule.itinerary import itinerary
from optimiser.schedule.money import plan_cost
from optimiser.schedule.route import make_route
from optimiser.schedule.timing import best_timing
from optimiser.solvers.index import IndexModel
from optimiser.solvers.tours import solution_of
from optimiser.travel import TravelClock, TravelMatrix


@dataclass(frozen=True, slots=True, order=True)
class Worth:
    """Less is better, in this order. `late` says that some time or limit is not kept, or that
    a truck does not begin with what it does first.
    """

    late: bool
    required_left: int
    cost_eur: float


class Judge:
    """Judges solutions of one problem."""

    def __init__(self, problem: Problem, travel: TravelMatrix) -> None:
        self._problem, self._travel = problem, travel
        self._clock = TravelClock(problem)
        self._required = {visit.id for visit in problem.visits if visit.required}
        self._out = [TruckOrder(t.id, ()) for t in problem.trucks if t.present is not None]
        self._first = [truck for truck in problem.trucks if truck.first]
        self._known: dict[TruckOrder, tuple[bool, Route]] = {}

    def worth(self, solution: Solution) -> Worth:
        """Worth of a solution that knows only ids of this problem."""
        listed = {order.truck_id for order in solution.orders}
        orders = [*solution.orders, *(each for each in self._out if each.truck_id not in listed)]
        self._known = {order: self._known.get(order) or self._driven(order) for order in orders}
        driven = [self._known[order] for order in orders]
        begun = {order.truck_id: order.actions for order in orders}
        done = {action.ref for order in solution.orders for action in order.actions}
        return Worth(
            any(late for late, _ in driven)
            or any(begun.get(each.id, ())[: len(each.first)] != each.first for each in self._first),
            len(self._required - done),
            plan_cost(self._problem, [route for _, route in driven]).total_eur,
        )

    def _driven(self, order: TruckOrder) -> tuple[bool, Route]:
        stops = itinerary(self._problem, self._travel, order)
        timing = best_timing(stops, self._clock)
        route = make_route(self._problem, stops, timing)
        limits = stops.truck.limits
        over = any(
            most is not None and found > most
            for most, found in (
                (limits.duration_s, route.duration_s),
                (limits.driving_s, route.driving_s),
                (limits.distance_m, route.distance_m),
                (stops.truck.energy.range_m, route.distance_m),
            )
        )
        return timing.late_s > 0 or over, route


class Best:
    """The best solution so far by true cost and lateness, over all searches of one solve."""

    def __init__(self, model: IndexModel, on_solution: Callable[[Solution], None]) -> None:
        self._model = model
        self._judge = Judge(model.problem, model.travel)
        self._on_solution = on_solution
        self._known: tuple[Worth, Solution] | None = None

    @property
    def solution(self) -> Solution | None:
        return None if self._known is None else self._known[1]

    def offer(self, solution: Solution) -> None:
        """Judge a solution, and hand it on if it is better."""
        worth = self._judge.worth(solution)
        if self._known is None or worth < self._known[0]:
            self._known = worth, solution
            self._on_solution(solution)

    def final(self) -> Solution:
        """The best solution; leaving everything that can be left is one if there is no better."""
        if self._known is None:
            self.offer(solution_of(self._model, {}))
        return self._known[1] if self._known else Solution()
