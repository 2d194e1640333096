"""Chance of the search: a small generator whose state belongs to one search; compiled.

xorshift64* (Vigna, "An experimental exploration of Marsaglia's xorshift generators, scrambled", ACM
Transactions on Mathematical Software 42(4), 2016). Numpy's own costs a call and a look-up of the
thread, which is more than a gap costs that is overlooked.
"""

import numpy as np
from numpy.typing import NDArray

from optimiser.solvers.ruin_engine.compiled import inlined

Dice = NDArray[np.uint64]


def make_dice(seed: int) -> Dice:
    """A generator for a whole number."""
    state = np.random.SeedSequence(abs(seed)).generate_state(1, np.uint64)
    return np.maximum(state, 1).astype(np.uint64)


@inlined
def chance(dice: Dice) -> float:
    """A number from 0 up to but not 1."""
    x = dice[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    dice[0] = x
    return float((x * np.uint64(2685821657736338717)) >> np.uint64(11)) / 9007199254740992.0


@inlined
def below(dice: Dice, most: float) -> int:
    """A whole number from 0 up to but not `most`."""
    return int(chance(dice) * most)
