"""Stops that are on no route, and routes begun for them; compiled."""

from optimiser.solvers.ruin_engine.compiled import compiled
from optimiser.solvers.ruin_engine.data import Ints, State, World
from optimiser.solvers.ruin_engine.dice import below
from optimiser.solvers.ruin_engine.insertion import put
from optimiser.solvers.ruin_engine.recreate import idle_truck
from optimiser.solvers.ruin_engine.route import NEVER
from optimiser.solvers.ruin_engine.shadow import keep
from optimiser.solvers.ruin_engine.walk import Walk

NEAR_ABSENT = 30
"""So many nearest stops of a ruin's middle are looked at for ones that are on no route, ..."""
ABSENT_TRIED = 12
"""... and so many of these are tried at most."""


@compiled
def begin_route(w: World, s: State, walk: Walk, own: int) -> int:
    """Put an optional stop that is on no route on an idle truck, where `ruin` lets it stay.

    Which stop it is; -1 for none.
    """
    for _ in range(10):
        v = walk.own[below(walk.dice, own)]
        if s.where[v].route >= 0 or w.call[v].required:
            continue
        _, r, i, how, k = idle_truck(w, s, walk.crew, v, NEVER)
        if r < 0:
            return -1
        keep(s, walk.shadow, r)
        if not put(w, s, v, r, i, how, k):
            return -1
        s.where[v].held = 1
        return int(v)
    return -1


@compiled
def bring_absent(
    w: World, s: State, walk: Walk, seed: int, bag: Ints, count: int, lacking: int, most: int
) -> int:
    """Add stops that are on no route: required ones, and up to `most` near the seed."""
    taken = count
    for x in range(count):
        s.where[bag[x]].held = 1
    for _ in range(min(lacking, ABSENT_TRIED)):
        v = walk.bag.missing[below(walk.dice, lacking)]
        if s.where[v].route < 0 and not s.where[v].held:
            s.where[v].held = 1
            bag[count] = v
            count += 1
    if w.optional or lacking > 0:
        for x in range(-1, min(max(NEAR_ABSENT, most), w.near.shape[1])):
            v = seed if x < 0 else w.near[seed, x]
            absent = s.where[v].route < 0 and s.where[v].crew == walk.crew
            if absent and not s.where[v].held and count - taken < most:
                s.where[v].held = 1
                bag[count] = v
                count += 1
    for x in range(count):
        s.where[bag[x]].held = 0
    return count


@compiled
def find_missing(w: World, s: State, walk: Walk, own: int) -> int:
    """A crew's required stops that are on no route, in its bag; how many."""
    count = 0
    for x in range(own):
        v = walk.own[x]
        if s.where[v].route < 0 and w.call[v].required:
            walk.bag.missing[count] = v
            count += 1
    return count


@compiled
def left_price(w: World, s: State, stops: Ints, first: int, count: int) -> tuple[float, int]:
    """Prizes of those stops of the bag that are on no route, and how many are required."""
    total, missing = 0.0, 0
    for x in range(first, count):
        v = stops[x]
        if s.where[v].route < 0:
            missing += w.call[v].required
            total += w.call[v].prize
    return total, missing
