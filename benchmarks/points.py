"""How a cost came down: points of (seconds, cost of the best answer by then)."""

from collections.abc import Iterable, Sequence
from time import monotonic
from typing import TypeVar

from optimiser.planning import Progress

Cost = TypeVar("Cost", int, float)


class Watch:
    """Notes the progress of a search from the moment that it is asked for."""

    def __init__(self) -> None:
        self.points: list[tuple[float, float]] = []
        self._began = monotonic()

    @property
    def seconds(self) -> float:
        return round(monotonic() - self._began, 3)

    def __call__(self, progress: Progress) -> None:
        if progress.cost_eur is not None:
            self.points.append((self.seconds, progress.cost_eur))


def whole_plans(points: Sequence[tuple[float, Cost]]) -> tuple[tuple[float, Cost], ...]:
    """The points from the last rise on.

    A plan that leaves required visits is cheaper than one that serves more of them, and yet the
    worse: where the cost of the best plan rises, those before it had left some.
    """
    rises = (n for n in range(1, len(points)) if points[n][1] > points[n - 1][1])
    return falling(points[max(rises, default=0) :])


def falling(points: Iterable[tuple[float, Cost]]) -> tuple[tuple[float, Cost], ...]:
    """Only the points at which the cost came down."""
    kept: list[tuple[float, Cost]] = []
    for point in points:
        if not kept or point[1] < kept[-1][1]:
            kept.append(point)
    return tuple(kept)


def reached_s(points: Iterable[tuple[float, float]], cost: float) -> float | None:
    """When the cost was first no more than that; None if it never was."""
    return next((seconds for seconds, found in points if found <= cost), None)
