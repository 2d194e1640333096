"""Engines that behave badly, each in its own way; makers must be importable in a child."""

import os
import time
from collections.abc import Callable
from typing import Any

from optimiser.domain.problem import Problem
from optimiser.domain.solution import Action, Solution, TruckOrder
from optimiser.solvers import Stop
from optimiser.travel import TravelMatrix


class Fake:
    """Streams a first solution with one visit, then does what its subclass does."""

    name = "fake"

    def solve(
        self,
        problem: Problem,
        travel: TravelMatrix,
        stop: Stop,
        *,
        seed: int,
        warm_start: Solution | None,
        on_solution: Callable[[Solution], None],
    ) -> Any:
        on_solution(first(problem))
        return self.then(problem)

    def then(self, problem: Problem) -> Any:
        return first(problem)


class Crashing(Fake):
    def then(self, problem: Problem) -> Any:
        time.sleep(0.2)
        os.abort()


class Hanging(Fake):
    def then(self, problem: Problem) -> Any:
        time.sleep(600)


class Hungry(Fake):
    def then(self, problem: Problem) -> Any:
        kept = []
        while True:
            kept.append(bytearray(os.urandom(2**20)) * 20)


class Raising(Fake):
    def then(self, problem: Problem) -> Any:
        raise ZeroDivisionError("by nothing")


class Quitting(Fake):
    def then(self, problem: Problem) -> Any:
        os._exit(3)


class WrongType(Fake):
    def then(self, problem: Problem) -> Any:
        return {"orders": []}


class WrongVisit(Fake):
    def then(self, problem: Problem) -> Any:
        return Solution((TruckOrder("T", (Action("visit", "nowhere"),)),))


class Nice(Fake):
    """Says with the truck's actions how low its priority is."""

    def then(self, problem: Problem) -> Any:
        again = (Action("unload", "S"),) * os.nice(0)
        return Solution((TruckOrder("T", (Action("visit", "v"), *again)),))


def first(problem: Problem) -> Solution:
    """The first visit and an unloading, by the first truck."""
    actions = (Action("visit", problem.visits[0].id), Action("unload", "S"))
    return Solution((TruckOrder(problem.trucks[0].id, actions),))
