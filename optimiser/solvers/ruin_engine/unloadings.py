"""Bringing unloadings to where, and to the sites, that make a route shortest; compiled."""

from optimiser.solvers.ruin_engine.compiled import compiled
from optimiser.solvers.ruin_engine.data import State, World
from optimiser.solvers.ruin_engine.insertion import narrow, widen
from optimiser.solvers.ruin_engine.legs import metres
from optimiser.solvers.ruin_engine.route import refresh_all


@compiled
def move_unloadings(w: World, s: State, r: int) -> None:
    """Move each unloading of a route to the gap, and the site, that saves most."""
    for i in range(s.run[r].ln - 1, s.run[r].fix, -1):
        if i < s.run[r].ln and s.at[r, i].c >= w.n:
            move_one(w, s, r, i)


@compiled
def move_one(w: World, s: State, r: int, i: int) -> None:
    """Move the unloading at call i; it stays where the route could not be kept."""
    c = s.at[r, i].c
    mask = w.fit[c, w.truck[r].kind].mask
    saved = s.at[r, i].m + s.at[r, i + 1].m - metres(w.legs, s.at[r, i - 1].c, s.at[r, i + 1].c)
    best, to, site = 0, -1, c
    for direction in (-1, 1):
        j = i + direction
        while True:
            gap = j - 1 if direction < 0 else j
            if gap < s.run[r].fix or gap >= s.run[r].ln or not movable(w, s, r, i, j, mask):
                break
            extra, other = cheapest_site(w, s, r, gap, mask)
            if saved - extra > best:
                best, to, site = saved - extra, gap, other
            j += direction
    if to < 0:
        return
    narrow(w, s, r, i)
    place = to + 1 if to < i else to
    widen(w, s, r, place, site)
    if not refresh_all(w, s, r):
        narrow(w, s, r, place)
        widen(w, s, r, i, c)
        refresh_all(w, s, r)


@compiled
def cheapest_site(w: World, s: State, r: int, gap: int, mask: int) -> tuple[int, int]:
    """The least detour over a site that empties just these holds, after call `gap`; the site."""
    kind, before, after = w.truck[r].kind, s.at[r, gap].c, s.at[r, gap + 1].c
    best, at = 10**12, -1
    for site in range(w.n, w.n + w.sites):
        if w.fit[site, kind].mask == mask:
            extra = metres(w.legs, before, site) + metres(w.legs, site, after)
            if extra < best:
                best, at = extra, site
    return best - s.at[r, gap + 1].m, at


@compiled
def movable(w: World, s: State, r: int, i: int, j: int, mask: int) -> bool:
    """Whether the unloading at call i may pass call j, all calls between them being passed."""
    if s.at[r, j].c >= w.n:
        return False
    for h in range(w.holds):
        if (mask >> h) & 1 and not hold_fits(w, s, r, i, j, h):
            return False
    return True


@compiled
def hold_fits(w: World, s: State, r: int, i: int, j: int, h: int) -> bool:
    """Whether hold h has room if the unloading at call i passes call j."""
    if j > i:
        for x in range(2 * h, 2 * h + 2):
            if s.load[r, i - 1, x] + s.load[r, j, x] > w.capacity[r, x]:
                return False
        return True
    coming = s.emptied[r, i, h]
    for x in range(2 * h, 2 * h + 2):
        moved = s.load[r, i - 1, x] - s.load[r, j - 1, x]
        if coming < 0 and moved != 0:
            return False
        if coming >= 0 and s.load[r, coming - 1, x] + moved > w.capacity[r, x]:
            return False
    return True
