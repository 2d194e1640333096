"""Two trucks trade trips, or the rest of their days; compiled.

A longer trip delays all later ones of its truck. Stop by stop a plan does not get to where another
truck drives those instead: each stop on its own would need a trip of its own.
"""

from optimiser.solvers.ruin_engine.compiled import compiled
from optimiser.solvers.ruin_engine.data import State, World
from optimiser.solvers.ruin_engine.dice import Dice, below, chance
from optimiser.solvers.ruin_engine.exchange import again
from optimiser.solvers.ruin_engine.insertion import ROOM
from optimiser.solvers.ruin_engine.legs import leg, metres
from optimiser.solvers.ruin_engine.shadow import keep
from optimiser.solvers.ruin_engine.timing import drive
from optimiser.solvers.ruin_engine.walk import Walk

NEARBY = 0.7
"""Chance that the other truck has a stop near one of the first truck's."""
PAIRS = 12
"""Pairs of stops that are tried for trading the rest of two days."""
PARTNERS = 16
"""So many of a stop's nearest are partners in that."""


@compiled
def trade(w: World, s: State, walk: Walk, seed: int) -> bool:
    """Let the truck of a stop trade trips with another; False, and nothing done, if it cannot."""
    a = s.where[seed].route
    b = partner(w, s, walk.dice, seed)
    if a < 0 or b < 0 or a == b or s.run[a].crew != walk.crew or s.run[b].crew != walk.crew:
        return False
    a_from, a_to = part(w, s, walk.dice, a)
    b_from, b_to = part(w, s, walk.dice, b)
    size_a, size_b = a_to - a_from, b_to - b_from
    longest = max(s.run[a].ln - size_a + size_b, s.run[b].ln - size_b + size_a)
    whole = size_a == s.run[a].ln and size_b == s.run[b].ln and not w.mixed
    if size_a + size_b == 0 or whole or longest + ROOM >= s.at.shape[1]:
        return False
    if not (may_do(w, s, b, a, a_from, a_to) and may_do(w, s, a, b, b_from, b_to)):
        return False
    keep(s, walk.shadow, a)
    keep(s, walk.shadow, b)
    splice(s, walk.shadow.old, a, a_from, a_to, b, b_from, b_to)
    splice(s, walk.shadow.old, b, b_from, b_to, a, a_from, a_to)
    return again(w, s, a) and again(w, s, b)


@compiled
def partner(w: World, s: State, dice: Dice, seed: int) -> int:
    """A truck with a stop near this one, or any truck; -1 for none."""
    if w.near.shape[1] > 0 and chance(dice) < NEARBY:
        return int(s.where[w.near[seed, below(dice, w.near.shape[1])]].route)
    return below(dice, w.trucks)


@compiled
def part(w: World, s: State, dice: Dice, r: int) -> tuple[int, int]:
    """Trips of a route: those after its call `from` up to its call `to`; none if both are one."""
    fix, last = s.run[r].fix, s.run[r].ln
    first = fix + below(dice, last - fix + 1)
    while first > fix and s.at[r, first].c < w.n:
        first -= 1
    how = below(dice, 3)
    if how == 0 or first == last:
        return first, first
    if how == 1:
        return first, last
    to = first + 1
    while to < last and s.at[r, to].c < w.n:
        to += 1
    return first, to


@compiled
def may_do(w: World, s: State, r: int, other: int, first: int, to: int) -> bool:
    """Whether truck r may make the calls of another after `first` up to `to`."""
    for i in range(first + 1, to + 1):
        c = s.at[other, i].c
        if c < w.n:
            if not w.allowed[c, r]:
                return False
        elif w.fit[c, w.truck[r].kind].mask == 0:
            return False
    return True


@compiled
def splice(
    s: State, old: State, r: int, first: int, to: int, other: int, o_first: int, o_to: int
) -> None:
    """Put another route's calls where some of this one were; its legs are not worked out."""
    size = o_to - o_first
    for x in range(size):
        s.at[r, first + 1 + x].c = old.at[other, o_first + 1 + x].c
    for i in range(to + 1, old.run[r].ln + 1):
        s.at[r, i - to + first + size].c = old.at[r, i].c
    s.run[r].ln = old.run[r].ln - (to - first) + size
    s.run[r].later = 0


@compiled
def cross(w: World, s: State, walk: Walk, own: int, most: float) -> bool:
    """Let two trucks trade the rest of their days after stops that are near each other.

    Strings of stops are too short for that where routes are long. Tried are a few pairs, until one
    is in time, fits, and is not longer by more than `most` money; False if there is none, and
    nothing done.
    """
    dice, width = walk.dice, min(PARTNERS, w.near.shape[1])
    if width == 0:
        return False
    for _ in range(PAIRS):
        v = walk.own[below(dice, own)]
        a, i = s.where[v].route, s.where[v].place
        u = w.near[v, below(dice, width)]
        b, j = s.where[u].route, s.where[u].place - 1
        if a < 0 or b < 0 or a == b or s.run[b].crew != walk.crew:
            continue
        if i < s.run[a].fix or j < s.run[b].fix or longer(w, s, a, i, b, j) > most:
            continue
        if not (joins(w, s, a, i, b, j) and joins(w, s, b, j, a, i)):
            continue
        last_a, last_b = s.run[a].ln, s.run[b].ln
        if max(i + last_b - j, j + last_a - i) + ROOM >= s.at.shape[1]:
            continue
        if may_do(w, s, b, a, i, last_a) and may_do(w, s, a, b, j, last_b):
            keep(s, walk.shadow, a)
            keep(s, walk.shadow, b)
            splice(s, walk.shadow.old, a, i, last_a, b, j, last_b)
            splice(s, walk.shadow.old, b, j, last_b, a, i, last_a)
            return again(w, s, a) and again(w, s, b)
    return False


@compiled
def longer(w: World, s: State, a: int, i: int, b: int, j: int) -> float:
    """Money of the metres that two routes are longer by if they trade all after calls i and j."""
    joined = metres(w.legs, s.at[a, i].c, s.at[b, j + 1].c)
    joined += metres(w.legs, s.at[b, j].c, s.at[a, i + 1].c)
    return float(w.truck[a].per_m) * (joined - s.at[a, i + 1].m - s.at[b, j + 1].m)


@compiled
def joins(w: World, s: State, a: int, i: int, b: int, j: int) -> bool:
    """Whether all after call j of route b is in time and fits after call i of route a."""
    if w.timed:
        here, coming = s.at[a, i], s.at[b, j + 1]
        there = drive(w, a, here.free_a, here.free_b, leg(w.legs, here.c, coming.c)[1])
        if there[0] > coming.due_a and there[1] > coming.due_b:
            return False
    for h in range(w.holds):
        emptied = s.emptied[b, j, h]
        for x in range(2 * h, 2 * h + 2):
            more = s.load[b, emptied - 1, x] - s.load[b, j, x] if emptied >= 0 else 0
            if s.load[a, i, x] + more > w.capacity[a, x]:
                return False
    return True
