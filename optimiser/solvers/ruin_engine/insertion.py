"""What putting a stop into a gap of a route costs, and doing it; compiled.

Loads and windows are checked exactly, in a time that does not depend on the route's length; what
it adds to paid time is estimated by how much later the next call is reached.
"""

from optimiser.solvers.ruin_engine.compiled import compiled, inlined, small
from optimiser.solvers.ruin_engine.data import FAR, LATE, State, World
from optimiser.solvers.ruin_engine.legs import leg, metres
from optimiser.solvers.ruin_engine.route import NEVER, count_in, link, refresh, settle
from optimiser.solvers.ruin_engine.timing import drive, serve
from optimiser.solvers.ruin_engine.unload_by import unloads_in_time

DIRECT, SITE_BEFORE, SITE_AFTER, SITE_LAST = 0, 1, 2, 3
SITES_TRIED = 3
"""Sites, nearest first, that are tried for one more unloading."""
ROOM = 5
"""Calls that a row of a route must have room for."""


@small
def shift(w: World, s: State, r: int, i: int, x: int, y: int) -> int:
    """How much later call i + 1 is reached if x, and y unless negative, come before it.

    One of two is a site. LATE if that is too late.
    """
    here, coming = s.at[r, i], s.at[r, i + 1]
    a, b = drive(w, r, here.free_a, here.free_b, leg(w.legs, here.c, x)[1])
    a, b = serve(w, x, a), serve(w, x, b)
    at = x
    if y >= 0:
        a, b = drive(w, r, a, b, leg(w.legs, at, y)[1])
        a, b = serve(w, y, a), serve(w, y, b)
        at = y
    if a >= LATE and b >= LATE:
        return LATE
    a, b = drive(w, r, a, b, leg(w.legs, at, coming.c)[1])
    if w.bounded and not unloads_in_time(w, s, r, i, x, y, a, b):
        return LATE
    later = LATE
    free = w.bounded and y >= 0  # a new unloading can free later ones of their time
    if b <= coming.due_b or (free and b < LATE):
        later = b - coming.come_b if coming.come_b < LATE else 0
    if (a <= coming.due_a or (free and a < LATE)) and coming.come_a < LATE:
        later = min(later, a - coming.come_a)
    return later


@small
def time_price(w: World, s: State, r: int, seconds: int) -> float:
    """Price of being home so much later."""
    truck, last = w.truck[r], s.run[r].ln + 1
    at = min(s.at[r, last].come_a, s.at[r, last].come_b)
    if at + seconds > truck.shift_end:
        return truck.per_overtime_s * seconds
    return truck.per_s * seconds


@inlined
def within_day(w: World, s: State, r: int, v: int, extra_m: int) -> bool:
    """Whether the day's limits leave room for a stop and so many more metres."""
    run, truck, call = s.run[r], w.truck[r], w.call[v]
    return (
        run.stops + call.visits <= truck.most_stops
        and s.at[r, run.ln + 1].way + extra_m <= truck.most_m
        and run.grams + call.grams <= truck.most_g
        and run.ml + call.ml <= truck.most_ml
    )


@inlined
def stop_price(w: World, r: int, v: int) -> float:
    """What a stop costs wherever it is on a truck: work there, and change."""
    truck, call = w.truck[r], w.call[v]
    money = truck.per_work_s * call.service + truck.per_lift * call.lifts
    if call.published != -2 and call.published != r:
        money += w.change * call.visits
    return money


@inlined
def price(
    w: World, s: State, v: int, r: int, i: int, into: int, out: int, basis: float, below: float
) -> tuple[float, int, int]:  # fmt: skip
    """Cheapest way of putting stop v after call i: money, how, and with which site.

    `into` and `out` are the metres to and from it, `basis` is what the stop costs on that truck
    anyway. NEVER if there is no way cheaper than `below`.
    """
    truck = w.truck[r]
    was = s.at[r, i + 1].m
    if s.run[r].ln == 0 and not truck.out:
        basis += truck.fixed
        was = 0
    extra = into + out - was
    if basis + truck.per_m * extra >= below or not within_day(w, s, r, v, extra):
        return NEVER, 0, -1
    fit = w.fit[v, truck.kind]
    hold, grams = fit.hold, w.call[v].grams
    if grams == 0 and fit.taken == 0:
        return direct(w, s, v, r, i, extra, basis, 0.0, below)
    emptied = s.emptied[r, i, hold]
    if (
        emptied >= 0
        and s.load[r, emptied - 1, 2 * hold] + grams <= w.capacity[r, 2 * hold]
        and s.load[r, emptied - 1, 2 * hold + 1] + fit.taken <= w.capacity[r, 2 * hold + 1]
    ):
        carried = float(grams) * (out + s.at[r, emptied].way - s.at[r, i + 1].way)
        return direct(w, s, v, r, i, extra, basis, carried, below)
    return with_site(w, s, v, r, i, into, out, was, basis, below)


@inlined
def direct(
    w: World, s: State, v: int, r: int, i: int,
    extra: int, basis: float, carried: float, below: float,
) -> tuple[float, int, int]:  # fmt: skip
    """Price of a stop that needs no more unloading."""
    truck = w.truck[r]
    per_m = truck.per_m + truck.per_m_g * s.at[r, i].board
    money = basis + per_m * extra + truck.per_m_g * carried
    if money >= below:
        return NEVER, DIRECT, -1
    if w.timed:
        later = shift(w, s, r, i, v, -1)
        if later >= LATE:
            return NEVER, DIRECT, -1
        money += time_price(w, s, r, later)
    return money, DIRECT, -1


@compiled
def with_site(
    w: World, s: State, v: int, r: int, i: int,
    into: int, out: int, was: int, basis: float, below: float,
) -> tuple[float, int, int]:  # fmt: skip
    """Price of a stop with one more unloading, right before or after it, or last of all."""
    kind = w.truck[r].kind
    hold, grams, taken = w.fit[v, kind].hold, w.call[v].grams, w.fit[v, kind].taken
    before, after = s.at[r, i].c, s.at[r, i + 1].c
    emptied, best, how, where, tried = s.emptied[r, i, hold], below, 0, -1, 0
    top_g, top_ml = w.capacity[r, 2 * hold], w.capacity[r, 2 * hold + 1]
    now_g, now_ml = s.load[r, i, 2 * hold], s.load[r, i, 2 * hold + 1]
    fits_before = now_g + grams <= top_g and now_ml + taken <= top_ml
    fits_after = emptied >= 0 and (
        s.load[r, emptied - 1, 2 * hold] - now_g + grams <= top_g
        and s.load[r, emptied - 1, 2 * hold + 1] - now_ml + taken <= top_ml
        and now_g + now_ml > 0
    )
    for x in range(w.near_sites.shape[1]):
        k = w.near_sites[v, x]
        site = w.n + k
        if not (w.fit[site, kind].mask >> hold) & 1:
            continue
        if fits_before:
            extra = into + metres(w.legs, v, site) + metres(w.legs, site, after) - was
            money = site_price(w, s, v, r, i, site, extra, basis, best, SITE_AFTER)
            if money < best:
                best, how, where = money, SITE_AFTER, k
        if fits_after:
            extra = metres(w.legs, before, site) + metres(w.legs, site, v) + out - was
            money = site_price(w, s, v, r, i, site, extra, basis, best, SITE_BEFORE)
            if money < best:
                best, how, where = money, SITE_BEFORE, k
        if emptied < 0 and i < s.run[r].ln:
            money = last_price(w, s, v, r, i, site, into + out - was, basis, best)
            if money < best:
                best, how, where = money, SITE_LAST, k
        tried += 1
        if tried >= SITES_TRIED:
            break
    if where < 0:
        return NEVER, 0, -1
    return best, how, where


@inlined
def site_price(
    w: World, s: State, v: int, r: int, i: int,
    site: int, extra: int, basis: float, below: float, how: int,
) -> float:  # fmt: skip
    """Price of a stop with an unloading right before or after it."""
    truck = w.truck[r]
    money = basis + truck.per_work_s * w.call[site].service
    money += (truck.per_m + truck.per_m_g * s.at[r, i].board) * extra
    if money >= below or s.at[r, s.run[r].ln + 1].way + extra > truck.most_m:
        return NEVER
    if w.timed:
        later = shift(w, s, r, i, v, site) if how == SITE_AFTER else shift(w, s, r, i, site, v)
        if later >= LATE:
            return NEVER
        money += time_price(w, s, r, later)
    return money


@compiled
def last_price(
    w: World, s: State, v: int, r: int, i: int,
    site: int, extra: int, basis: float, below: float,
) -> float:  # fmt: skip
    """Price of a stop whose hold is emptied at a site that is added on the way home."""
    truck, last = w.truck[r], s.run[r].ln
    fit = w.fit[v, truck.kind]
    x = 2 * fit.hold
    if (
        s.load[r, last, x] + w.call[v].grams > w.capacity[r, x]
        or s.load[r, last, x + 1] + fit.taken > w.capacity[r, x + 1]
    ):
        return NEVER
    way_in, way_on = leg(w.legs, s.at[r, last].c, site), leg(w.legs, site, truck.end)
    extra += way_in[0] + way_on[0] - s.at[r, last + 1].m
    money = basis + truck.per_work_s * w.call[site].service
    money += (truck.per_m + truck.per_m_g * s.at[r, i].board) * extra
    if money >= below or s.at[r, last + 1].way + extra > truck.most_m:
        return NEVER
    if w.timed:
        later = shift(w, s, r, i, v, -1)
        there = min(s.at[r, last].free_a, s.at[r, last].free_b) + later + way_in[1]
        if later >= LATE or there > w.call[v].unload_by:
            return NEVER
        money += time_price(w, s, r, later + w.call[site].service + way_in[1])
    return money


@compiled
def widen(w: World, s: State, r: int, place: int, c: int) -> None:
    """Put call c at a place of a route, before what is there."""
    for j in range(s.run[r].ln + 1, place - 1, -1):
        s.at[r, j + 1] = s.at[r, j]
    s.at[r, place].c = c
    s.run[r].ln += 1
    link(w, s, r, place)
    link(w, s, r, place + 1)


@compiled
def narrow(w: World, s: State, r: int, place: int) -> None:
    """Take the call at a place out of a route."""
    for j in range(place, s.run[r].ln + 1):
        s.at[r, j] = s.at[r, j + 1]
    s.run[r].ln -= 1
    link(w, s, r, place)


@compiled
def in_its_day(w: World, s: State, r: int) -> bool:
    """Whether a refreshed route keeps the limits of its day that only its cost shows."""
    truck = w.truck[r]
    if truck.most_s >= FAR and truck.most_driving >= FAR and truck.drive_most >= FAR:
        return True
    return settle(w, s, r) < NEVER


@compiled
def put(w: World, s: State, v: int, r: int, i: int, how: int, k: int) -> bool:
    """Put a stop in as priced; False, and all as before, if the route cannot be kept so."""
    site, top = w.n + k, i + 2
    if how == SITE_LAST:
        widen(w, s, r, s.run[r].ln + 1, site)
        top = s.run[r].ln + 2
    elif how == SITE_AFTER:
        widen(w, s, r, i + 1, site)
        top = i + 3
    widen(w, s, r, i + 1, v)
    count_in(w, s, r, v)
    if how == SITE_BEFORE:
        widen(w, s, r, i + 1, site)
        top = i + 3
    if refresh(w, s, r, i + 1, top) and in_its_day(w, s, r):
        return True
    if how == SITE_LAST:
        narrow(w, s, r, s.run[r].ln)
    elif how != DIRECT:
        narrow(w, s, r, i + 1)
    narrow(w, s, r, i + 1)
    s.where[v].route = -1
    refresh(w, s, r, 1, s.run[r].ln + 1)
    return False
