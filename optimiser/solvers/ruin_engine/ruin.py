"""Taking neighbouring strings of stops out of routes; compiled."""

from optimiser.solvers.ruin_engine.compiled import compiled
from optimiser.solvers.ruin_engine.data import LATE, Ints, State, World
from optimiser.solvers.ruin_engine.dice import Dice, below, chance
from optimiser.solvers.ruin_engine.insertion import narrow
from optimiser.solvers.ruin_engine.route import link, refresh
from optimiser.solvers.ruin_engine.shadow import keep
from optimiser.solvers.ruin_engine.timing import unload_due
from optimiser.solvers.ruin_engine.walk import Walk

REMOVED = 10.0
"""Stops taken out on average (Christiaens and Vanden Berghe 2020)."""
LONGEST = 10.0
"""Stops of a string at most."""
SPLIT = 0.5
"""Chance that a string leaves some stops standing in its middle."""
WIDER = 0.01
"""Chance that one more stop is left standing."""
DISSOLVED = 0.01
"""Chance that instead of strings a whole route is taken out."""
MERGE = 0.3
"""Chance that an unloading in a touched route is taken out where the loads then still fit."""


@compiled
def mean_length(w: World, s: State, crew: int) -> float:
    """Mean stops of the trips that a crew drives; 0 if there are none."""
    trips, stops = 0, 0
    for r in range(w.trucks):
        if s.run[r].crew != crew:
            continue
        loaded = False
        for i in range(1, s.run[r].ln + 2):
            stop = i <= s.run[r].ln and s.at[r, i].c < w.n
            if stop:
                stops += 1
            elif loaded:
                trips += 1
            loaded = stop
    return stops / trips if trips else 0.0


@compiled
def ruin(w: World, s: State, walk: Walk, seed: int, mean: float, whole: bool, bag: Ints) -> int:
    """Take strings round a stop out of their trips; the stops taken out, in `bag`, and how many.

    `mean` is the mean length of trips; `whole` routes may be taken out too. What the literature
    has routes for are trips here: a truck's day has several, and each may lose a string.
    """
    dice, shadow = walk.dice, walk.shadow
    if whole and chance(dice) < DISSOLVED:
        return take_route(w, s, walk, s.where[seed].route, bag)
    longest = min(LONGEST, max(1.0, mean))
    strings = 1 + below(dice, 4 * REMOVED / (1 + longest) - 1)
    count, done = 0, 0
    for x in range(-1, w.near.shape[1]):
        if done >= strings:
            break
        v = seed if x < 0 else w.near[seed, x]
        r = s.where[v].route
        if r < 0 or w.call[v].fixed or s.where[v].held or s.where[v].crew != walk.crew:
            continue
        keep(s, shadow, r)
        length = hold_trip(w, s, r, s.where[v].place)
        size = 1 + below(dice, min(longest, float(length)))
        count = take_string(w, s, r, s.where[v].place, size, dice, bag, count)
        done += 1
    for x in range(count):
        s.where[bag[x]].held = 0
    for x in range(shadow.size[0]):
        r = shadow.touched[x]
        for i in range(1, s.run[r].ln + 1):
            if s.at[r, i].c < w.n:
                s.where[s.at[r, i].c].held = 0
        tidy(w, s, r, dice)
    return count


@compiled
def take_route(w: World, s: State, walk: Walk, r: int, bag: Ints) -> int:
    """Take all stops out of a route, but those that it does first; how many are in the bag."""
    if r < 0 or s.run[r].crew != walk.crew:
        return 0
    keep(s, walk.shadow, r)
    count, first = 0, s.run[r].fix + 1
    for i in range(first, s.run[r].ln + 1):
        c = s.at[r, i].c
        if c < w.n:
            s.where[c].route = -1
            bag[count] = c
            count += 1
        else:
            s.at[r, first] = s.at[r, i]
            first += 1
    s.at[r, first] = s.at[r, s.run[r].ln + 1]
    s.run[r].ln = first - 1
    for i in range(s.run[r].fix + 1, first + 1):
        link(w, s, r, i)
    tidy(w, s, r, walk.dice)
    return count


@compiled
def hold_trip(w: World, s: State, r: int, place: int) -> int:
    """Mark the stops between two unloadings round a place; how many they are."""
    first, last = place, place
    while s.at[r, first - 1].c < w.n:
        first -= 1
    while s.at[r, last + 1].c < w.n:
        last += 1
    for i in range(first, last + 1):
        s.where[s.at[r, i].c].held = 1
    return last - first + 1


@compiled
def take_string(
    w: World, s: State, r: int, at: int, size: int, dice: Dice, bag: Ints, count: int
) -> int:
    """Take `size` stops round a place out of a route; unloadings stay. How many are in the bag."""
    last, fix = s.run[r].ln, s.run[r].fix
    stay = 0
    if 1 < size < last - fix and chance(dice) < SPLIT:
        stay = 1
        while size + stay < last - fix and chance(dice) < WIDER:
            stay += 1
    span = min(size + stay, last - fix)
    first = max(fix + 1, at - below(dice, span))
    first = min(first, last - span + 1)
    gap = first + (below(dice, size) if stay else span)
    to, linked = first, False
    for j in range(first, last + 2):
        c = s.at[r, j].c
        inside = j < first + span and not gap <= j < gap + stay
        if inside and c < w.n:
            s.where[c].route = -1
            bag[count] = c
            count += 1
            linked = False
            continue
        if to < j:
            s.at[r, to] = s.at[r, j]
            if c < w.n:
                s.where[c].place = to
        if not linked:
            link(w, s, r, to)
            linked = True
        to += 1
    s.run[r].ln = to - 2
    return count


@compiled
def tidy(w: World, s: State, r: int, dice: Dice) -> None:
    """Take out unloadings that empty nothing, and by chance others that loads do not need."""
    refresh(w, s, r, 1, s.run[r].ln + 1)
    i = s.run[r].ln
    while i > s.run[r].fix:
        if s.at[r, i].c >= w.n and (
            idle(w, s, r, i) or (chance(dice) < MERGE and spare(w, s, r, i))
        ):
            narrow(w, s, r, i)
            refresh(w, s, r, 1, s.run[r].ln + 1)
        i -= 1


@compiled
def idle(w: World, s: State, r: int, i: int) -> bool:
    """Whether the unloading at call i empties nothing."""
    mask = w.fit[s.at[r, i].c, w.truck[r].kind].mask
    for h in range(w.holds):
        if (mask >> h) & 1 and s.load[r, i - 1, 2 * h] + s.load[r, i - 1, 2 * h + 1] > 0:
            return False
    return True


@compiled
def spare(w: World, s: State, r: int, i: int) -> bool:
    """Whether loads still fit, and are emptied later but in time, without the unloading at call i.

    That the later unloading comes sooner without this one is not counted on.
    """
    mask = w.fit[s.at[r, i].c, w.truck[r].kind].mask
    due = unload_due(w, s, r, i) if w.bounded else LATE
    for h in range(w.holds):
        if not (mask >> h) & 1:
            continue
        coming = s.emptied[r, i, h]
        if coming < 0 or min(s.at[r, coming].come_a, s.at[r, coming].come_b) > due:
            return False
        for x in range(2 * h, 2 * h + 2):
            if s.load[r, i - 1, x] + s.load[r, coming - 1, x] > w.capacity[r, x]:
                return False
    return True
