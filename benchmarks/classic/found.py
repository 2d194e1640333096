"""What a solver found in an instance, and how its cost came down to it."""

from dataclasses import dataclass

from benchmarks.classic.check import Tours

Point = tuple[float, int]
"""Seconds since the search began, and the cost of the best answer by then."""


class CannotState(Exception):  # noqa: N818  # it says what happened
    """A peer has no words for what an instance asks; the text says what."""


@dataclass(frozen=True, slots=True)
class Found:
    """The tours of an answer (None: there is none), and how the cost came down to it."""

    tours: Tours | None
    points: tuple[Point, ...] = ()
    note: str = ""
