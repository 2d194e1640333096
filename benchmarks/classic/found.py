"""What a solver found in an instance, and how its cost came down to it."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.classic.check import Tours

Point = tuple[float, int]
"""Seconds since the search began, and the cost of the best answer by then."""


class CannotState(Exception):  # noqa: N818  # it says what happened
    """A peer has no words for what an instance asks; the text says what."""


@dataclass(frozen=True, slots=True)
class Found:
    """The tours of an answer, and how the cost came down to it."""

    tours: Tours
    points: tuple[Point, ...] = ()
    note: str = ""


def whole_plans(points: Sequence[Point]) -> tuple[Point, ...]:
    """The points from the last rise on.

    A plan that leaves required visits is cheaper than one that serves more of them, and yet the
    worse: where the cost of the best plan rises, those before it had left some.
    """
    rises = (n for n in range(1, len(points)) if points[n][1] > points[n - 1][1])
    return falling(points[max(rises, default=0) :])


def falling(points: Sequence[Point]) -> tuple[Point, ...]:
    """Only the points at which the cost came down."""
    kept: list[Point] = []
    for point in points:
        if not kept or point[1] < kept[-1][1]:
            kept.append(point)
    return tuple(kept)
