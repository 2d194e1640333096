"""What one crew of the search has for itself."""

from typing import NamedTuple

import numpy as np

from optimiser.solvers.ruin_engine.data import Floats, Ints, Shorts, State, World, make_state
from optimiser.solvers.ruin_engine.dice import Dice
from optimiser.solvers.ruin_engine.shadow import Shadow

SLACK = 24
"""Stops that may be in a bag besides all there are; calls that a route may grow by."""


class Bag(NamedTuple):
    """Scratch: stops to put back with their keys, and required stops on no route."""

    stops: Ints
    keys: Floats
    missing: Ints


class Best(NamedTuple):
    """The best routes of a crew: required stops left, and money (of everything else)."""

    state: State
    left: Ints
    money: Floats


class Walk(NamedTuple):
    """A crew: its number, its chance, and what it remembers. `own[:count]` are its stops;
    `others` are most, sum and number of the paid times of all other crews' routes. `soft[0]` is
    what a required stop that is left counts for: it adapts itself, so that the walk leads through
    plans that lack some, where a truck less is found.
    """

    crew: int
    dice: Dice
    shadow: Shadow
    best: Best
    bag: Bag
    own: Shorts
    others: Ints
    soft: Floats


def make_walk(world: World, crew: int, dice: Dice, width: int) -> Walk:
    """A crew without stops, for routes of up to `width` calls."""
    n = max(1, world.n)
    return Walk(
        crew=crew,
        dice=dice,
        shadow=Shadow(make_state(world, width), _longs(world.trucks), _longs(1)),
        best=Best(make_state(world, width), _longs(1), np.zeros(1)),
        bag=Bag(_longs(n + SLACK), np.zeros(n + SLACK), _longs(n)),
        own=np.zeros(n, dtype=np.int32),
        others=_longs(3),
        soft=np.zeros(1),
    )


def _longs(size: int) -> Ints:
    return np.zeros(size, dtype=np.int64)
