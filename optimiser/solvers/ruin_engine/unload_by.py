"""Whether what must be unloaded by a time still is, if calls are put into a route; compiled.

The latest arrivals of a route hold for the trips it has. A new unloading empties what was taken
before it, which its old unloading then need not hurry for; so a trip is looked at call by call.
"""

from optimiser.solvers.ruin_engine.compiled import compiled
from optimiser.solvers.ruin_engine.data import LATE, State, World
from optimiser.solvers.ruin_engine.legs import leg
from optimiser.solvers.ruin_engine.timing import begin, drive, serve


@compiled
def unloads_in_time(w: World, s: State, r: int, i: int, x: int, y: int, a: int, b: int) -> bool:
    """Whether the hours of all later calls are kept if x, and y unless negative, follow call i.

    Call i + 1 is then reached at `a` with the break to come, at `b` after it. One of two is a site.
    """
    if y < 0:
        return trip_kept(w, s, r, i, a, b, x, 0)
    site = max(x, y)
    mask = w.fit[site, w.truck[r].kind].mask
    if reached(w, s, r, i, x, y) > min(due_on_board(w, s, r, i, mask, 0, 0), unload_by(w, x)):
        return False
    return trip_kept(w, s, r, i, a, b, y if site == x else -1, mask)


@compiled
def unload_by(w: World, c: int) -> int:
    """By when the unloading of a stop must begin; LATE for a site."""
    return int(w.call[c].unload_by) if c < w.n else LATE


@compiled
def reached(w: World, s: State, r: int, i: int, x: int, y: int) -> int:
    """When the unloading that is one of x and y, which follow call i, begins; LATE if never."""
    here = s.at[r, i]
    a, b = drive(w, r, here.free_a, here.free_b, leg(w.legs, here.c, x)[1])
    if x < w.n:
        a, b = serve(w, x, a), serve(w, x, b)
        a, b = drive(w, r, a, b, leg(w.legs, x, y)[1])
    earliest = min(a, b)
    return begin(w, max(x, y), earliest) if earliest < LATE else LATE


@compiled
def due_on_board(w: World, s: State, r: int, i: int, mask: int, since: int, empty: int) -> int:
    """By when what is in the holds of `mask` after call i must be unloaded.

    The holds of `empty` are taken to be empty after call `since`.
    """
    kind, due = w.truck[r].kind, LATE
    for h in range(w.holds):
        if not (mask >> h) & 1:
            continue
        first = since if (empty >> h) & 1 else 0
        for j in range(i, first, -1):
            c = s.at[r, j].c
            if c >= w.n:
                if (w.fit[c, kind].mask >> h) & 1:
                    break
            elif w.fit[c, kind].hold == h:
                due = min(due, w.call[c].unload_by)
    return due


@compiled
def trip_kept(w: World, s: State, r: int, i: int, a: int, b: int, v: int, mask: int) -> bool:
    """Whether all after call i is in time if call i + 1 is reached at `a` or `b`.

    Stop v, unless negative, is on board then, and the holds of `mask` are else empty.
    """
    kind, last, end = w.truck[r].kind, s.run[r].ln, i
    for h in range(w.holds):
        if (mask >> h) & 1:
            end = max(end, s.emptied[r, i, h])
    by_v, at_v = LATE, -1
    if v >= 0:
        by_v, at_v = w.call[v].unload_by, s.emptied[r, i, w.fit[v, kind].hold]
        end = max(end, at_v)
    for j in range(i + 1, min(end, last) + 1):
        c = s.at[r, j].c
        due = LATE
        if c >= w.n:
            due = due_on_board(w, s, r, j - 1, w.fit[c, kind].mask, i, mask)
            if j == at_v:
                due = min(due, by_v)
        a, b = in_time(w, c, a, due), in_time(w, c, b, due)
        if a >= LATE and b >= LATE:
            return False
        a, b = drive(w, r, a, b, s.at[r, j + 1].plain)
    coming = s.at[r, min(end, last) + 1]
    return a <= coming.due_a or b <= coming.due_b


@compiled
def in_time(w: World, c: int, arrive: int, due: int) -> int:
    """Earliest departure from call c; LATE if it cannot begin, or only after `due`."""
    done = serve(w, c, arrive)
    return LATE if done - w.call[c].service > due else done
