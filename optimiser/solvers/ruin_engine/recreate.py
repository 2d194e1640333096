"""Putting stops back, each where it costs least; compiled."""

from optimiser.solvers.ruin_engine.compiled import compiled, inlined, plain
from optimiser.solvers.ruin_engine.data import Floats, Ints, Legs, Records, State, World
from optimiser.solvers.ruin_engine.dice import Dice, below, chance
from optimiser.solvers.ruin_engine.insertion import ROOM, price, put, stop_price
from optimiser.solvers.ruin_engine.legs import metres
from optimiser.solvers.ruin_engine.route import NEVER
from optimiser.solvers.ruin_engine.shadow import keep
from optimiser.solvers.ruin_engine.walk import Walk

priced = compiled(plain(price))
"""`price` where it is called seldom: putting it into a caller takes seconds of compiling."""

OTHERWISE = 0.5
"""Chance that a gap is overlooked after the best one could not be kept."""
THOROUGH = 0.05
"""Chance that all gaps are tried for a required stop that fits beside no neighbour."""
NEW_TRIP = 0.1
"""Chance that also the gaps before all trips of all routes are tried."""
BLINK = 0.01
"""Chance that a gap is overlooked (Christiaens and Vanden Berghe 2020)."""
BOTH_SIDES = 12
"""For so many nearest stops the gap before them is tried too, not only that after them."""


@compiled
def arrange(
    w: World, s: State, dice: Dice, bag: Ints, count: int, keys: Floats, lacking: int
) -> None:
    """Sort the bag by a key drawn by chance.

    While required stops are lacking, those that often found no place come first.
    """
    which = below(dice, 11 + (4 if w.windowed else 0) + (2 if w.optional else 0))
    if which >= 11 and not w.windowed:
        which += 4
    home = w.truck[0].start
    for x in range(count):
        v = bag[x]
        call = w.call[v]
        if which < 4:
            key = chance(dice)
        elif which < 8:
            key = -float(call.grams + call.ml)
        elif which < 10:
            key = -float(metres(w.legs, home, v))
        elif which < 11:
            key = float(metres(w.legs, home, v))
        elif which < 13:
            key = float(call.closes - call.opens)
        elif which < 15:
            key = float(call.closes)
        else:
            key = -call.prize
        if lacking > 0 and s.where[v].missed > 0:
            key = -1e15 * s.where[v].missed
        keys[x] = key
    for x in range(1, count):
        v, key, y = bag[x], keys[x], x - 1
        while y >= 0 and keys[y] > key:
            bag[y + 1], keys[y + 1] = bag[y], keys[y]
            y -= 1
        bag[y + 1], keys[y + 1] = v, key


@inlined
def least(
    legs: Legs, truck: Records, before: int, v: int, coming: Records
) -> tuple[float, int, int]:
    """Price of the metres alone of a stop in a gap, and the metres to and from it."""
    if legs.kind == 0:
        into, out = int(legs.into[v, before, 0]), int(legs.out[v, coming.c, 0])
    else:
        into, out = metres(legs, before, v), metres(legs, v, coming.c)
    return truck.per_m * (into + out - coming.m), into, out


@compiled
def best_gap(
    w: World, s: State, crew: int, dice: Dice, v: int, most: float, blink: float
) -> tuple[float, int, int, int, int]:
    """Cheapest place for a stop: money, route, call before it, how, site; NEVER if none is below.

    Tried are the gaps beside its nearest stops, and one idle truck of each kind.
    """
    best, to, gap, how, site = idle_truck(w, s, crew, v, most)
    at, run, where, truck = s.at, s.run, s.where, w.truck
    for x in range(w.near.shape[1]):
        u = w.near[v, x]
        r, i = where[u].route, where[u].place
        if r < 0 or where[u].crew != crew or not w.allowed[v, r]:
            continue
        if run[r].ln + ROOM >= at.shape[1]:
            continue
        fix = run[r].fix
        basis = -1.0
        for j in range(i + 1, i - 2, -1):
            if j < fix or (j < i and x >= BOTH_SIDES and j > 0 and at[r, j].c < w.n):
                continue
            if j > i and (j > run[r].ln or at[r, j].c < w.n):
                continue  # after the next call only if that is an unloading
            rough, into, out = least(w.legs, truck[r], at[r, j].c, v, at[r, j + 1])
            if rough >= best or chance(dice) < blink:
                continue
            if basis < 0:
                basis = stop_price(w, r, v)
            money, way, k = price(w, s, v, r, j, into, out, basis, best)
            if money < best:
                best, to, gap, how, site = money, r, j, way, k
    if w.sites > 0 and chance(dice) < NEW_TRIP:
        money, r, i, way, k = trip_gap(w, s, crew, v, best)
        if r >= 0:
            best, to, gap, how, site = money, r, i, way, k
    if to < 0:
        return NEVER, -1, 0, 0, -1
    return best, to, gap, how, site


@compiled
def trip_gap(
    w: World, s: State, crew: int, v: int, most: float
) -> tuple[float, int, int, int, int]:
    """Cheapest of the gaps before a trip: a trip of its own fits where no neighbour is near."""
    best, to, gap, how, site = most, -1, 0, 0, -1
    for r in range(w.trucks):
        last = s.run[r].ln
        if s.run[r].crew != crew or last == s.run[r].fix or not w.allowed[v, r]:
            continue
        if last + ROOM >= s.at.shape[1]:
            continue
        for i in range(s.run[r].fix, last + 1):
            if i > s.run[r].fix and s.at[r, i].c < w.n:
                continue
            rough, into, out = least(w.legs, w.truck[r], s.at[r, i].c, v, s.at[r, i + 1])
            if rough < best:
                money, way, k = priced(w, s, v, r, i, into, out, stop_price(w, r, v), best)
                if money < best:
                    best, to, gap, how, site = money, r, i, way, k
    return best, to, gap, how, site


@compiled
def idle_truck(
    w: World, s: State, crew: int, v: int, most: float
) -> tuple[float, int, int, int, int]:
    """Cheapest of the trucks that do nothing but what they do first.

    One of each kind is tried, and that on which the stop was published.
    """
    best, to, gap, how, site, seen = most, -1, 0, 0, -1, -1
    for r in range(w.trucks):
        kind = w.truck[r].kind
        idle = s.run[r].ln == s.run[r].fix and s.run[r].crew == crew
        known = kind == seen and r != w.call[v].published
        if not idle or known or not w.allowed[v, r]:
            continue
        seen, i = kind, s.run[r].fix
        rough, into, out = least(w.legs, w.truck[r], s.at[r, i].c, v, s.at[r, i + 1])
        if rough < best:
            money, way, k = priced(w, s, v, r, i, into, out, stop_price(w, r, v), best)
            if money < best:
                best, to, gap, how, site = money, r, i, way, k
    return best, to, gap, how, site


@compiled
def any_gap(w: World, s: State, crew: int, v: int, most: float) -> tuple[float, int, int, int, int]:
    """Cheapest of all places of all routes."""
    best, to, gap, how, site = most, -1, 0, 0, -1
    for r in range(w.trucks):
        if s.run[r].crew != crew or not w.allowed[v, r]:
            continue
        if s.run[r].ln + ROOM >= s.at.shape[1]:
            continue
        for i in range(s.run[r].fix, s.run[r].ln + 1):
            rough, into, out = least(w.legs, w.truck[r], s.at[r, i].c, v, s.at[r, i + 1])
            if rough < best:
                money, way, k = priced(w, s, v, r, i, into, out, stop_price(w, r, v), best)
                if money < best:
                    best, to, gap, how, site = money, r, i, way, k
    if to < 0:
        return NEVER, -1, 0, 0, -1
    return best, to, gap, how, site


@compiled
def recreate(
    w: World, s: State, walk: Walk, bag: Ints, count: int, generous: float, blink: float
) -> None:
    """Put the stops of the bag back in order, those that are worth it.

    A stop may cost up to `generous` times its prize, or if it is required, what leaving it
    counts for.
    """
    crew, dice = walk.crew, walk.dice
    for x in range(count):
        v = bag[x]
        required = w.call[v].required
        most = (walk.soft[0] if required else w.call[v].prize) * generous
        _, r, i, how, k = best_gap(w, s, crew, dice, v, most, blink)
        if r < 0 and required and chance(dice) < THOROUGH:
            _, r, i, how, k = any_gap(w, s, crew, v, most)
        if r >= 0:
            keep(s, walk.shadow, r)
            if put(w, s, v, r, i, how, k):
                continue
            _, r, i, how, k = best_gap(w, s, crew, dice, v, most, OTHERWISE)
            if r >= 0:
                keep(s, walk.shadow, r)
                if put(w, s, v, r, i, how, k):
                    continue
        if required:
            s.where[v].missed += 1
