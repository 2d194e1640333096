"""The engine on PyVRP."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

import pyvrp

from optimiser.domain.problem import Problem
from optimiser.domain.solution import Solution
from optimiser.solvers.build import Traffic, build_index
from optimiser.solvers.index import IndexModel
from optimiser.solvers.judge import Best
from optimiser.solvers.protocol import Stop
from optimiser.solvers.pyvrp_engine.ahead import ahead
from optimiser.solvers.pyvrp_engine.answer import read_tours, write_tours
from optimiser.solvers.pyvrp_engine.kinds import kinds_of
from optimiser.solvers.pyvrp_engine.layout import Layout, make_layout
from optimiser.solvers.pyvrp_engine.search import Spent, run
from optimiser.solvers.pyvrp_engine.state import state_data
from optimiser.solvers.sound import Mender
from optimiser.solvers.tours import Tours, solution_of, tours_from
from optimiser.travel import TravelMatrix

MOST_STOPS = 4000
"""More stops than this are not searched: two matrices of them take a quarter of a gigabyte."""


@dataclass(frozen=True)
class PyVrpEngine:
    """PyVRP's iterated local search (Wouda, Lan and Kool 2024, version 0.14).

    Whatever it finds is mended (see sound.py) and ranked by true cost before it is handed on.
    What PyVRP's model cannot say:

    - traffic by the hour, energy by the load: one factor a truck, and half load, as in OR-Tools;
    - a break: times are told by a clock that stands still in it; one that must begin within less
      time than the longest emptying takes off from the day what may be waited for it;
    - limits on a day's driving; on a day's stops, mass or volume: the tightest of these is
      stated where all trucks have it alike, at one price of a metre, with no limit on distance;
    - partial unloading: a truck always unloads everything, at two or three sites in turn if
      it must, and unloading for nothing is then taken out; trucks that need four are not used;
    - which site is on the way home when sites close before the trucks must be home: only that
      which is open last is, and the truck comes home by then;
    - several windows of a depot (the span of all of them is taken), overtime of a truck that
      does not leave as early as it may (less is counted), imbalance;
    - what an optional stop's emptying burns on each truck: that of the thriftiest is counted;
    - what a truck does first: its route begins where and when that is done, leaving early;
    - stops pinned to very many trucks of one kind (see kinds.py): the pins are kept afterwards;
    - unloading by a given time: only that the nearest site can still be reached then;
    - rests from driving: none are stated with mean traffic; with that of the worst hour each
      leg takes its share of a rest with it (see ortools_engine/rests.py).

    Every kind of legs has two dense matrices, so memory grows with the square of the stops. With
    more than `MOST_STOPS` the warm start, or what trucks do in any case, is the answer at once.
    """

    name: str = "pyvrp"
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
        """Solve; see `Engine`. Iterations count as solutions."""
        spent = Spent(stop, monotonic())
        model = build_index(problem, travel, self.traffic)
        desk = Desk(model, Best(model, on_solution))
        if warm_start is not None:
            desk.take_warm_start(warm_start)
        if 0 < len(model.stops) <= MOST_STOPS:
            begun = ahead(model)
            layout = make_layout(begun, kinds_of(begun), resting=self.traffic == "worst")
            if layout.kinds and _something_left(begun):
                search(layout, desk, spent, seed)
        return desk.best.final()


def _something_left(model: IndexModel) -> bool:
    """Whether there is a stop that no truck does first."""
    first = {place for truck in model.trucks for place in truck.first if place[0] == "stop"}
    return len(first) < len(model.stops)


class Desk:
    """Mends what is found and offers it; keeps the tours of the newest."""

    def __init__(self, model: IndexModel, best: Best) -> None:
        self.best = best
        self._model = model
        self._mender = Mender(model)

    def take_warm_start(self, given: Solution) -> None:
        """Offer a given solution, as it is if it keeps every rule."""
        self.best.offer(self._mender.kept(given))

    def offer(self, tours: Tours) -> None:
        """Mend tours and offer them."""
        self.best.offer(solution_of(self._model, self._mender.mend(tours)))

    @property
    def tours(self) -> Tours | None:
        """Tours of the best solution so far."""
        known = self.best.solution
        return None if known is None else tours_from(self._model, known)


def search(layout: Layout, desk: Desk, spent: Spent, seed: int) -> None:
    """Search with all required stops; if that is too much, again with a price on leaving them."""
    stated = state_data(layout, required=True)
    tours = desk.tours
    start = write_tours(stated, tours) if tours else None

    def offer(found: pyvrp.Solution) -> None:
        desk.offer(read_tours(stated, found))

    found = run(stated, spent, start, offer, seed=seed, gives_up=True)
    if found.is_feasible() or not any(stop.required for stop in layout.model.stops):
        return
    offer(found)
    stated = state_data(layout, required=False)
    known = desk.tours or {}
    run(stated, spent, write_tours(stated, known), offer, seed=seed, gives_up=False)
