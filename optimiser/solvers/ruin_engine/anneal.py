"""The search: rounds of ruin and recreate under simulated annealing; compiled."""

from math import log

from optimiser.solvers.ruin_engine.absent import (
    ABSENT_TRIED,
    begin_route,
    bring_absent,
    find_missing,
    left_price,
)
from optimiser.solvers.ruin_engine.compiled import compiled
from optimiser.solvers.ruin_engine.data import State, World
from optimiser.solvers.ruin_engine.dice import below, chance
from optimiser.solvers.ruin_engine.exchange import exchange
from optimiser.solvers.ruin_engine.recreate import BLINK, arrange, recreate
from optimiser.solvers.ruin_engine.route import NEVER, link, refresh_all, settle
from optimiser.solvers.ruin_engine.ruin import mean_length, ruin
from optimiser.solvers.ruin_engine.shadow import copy_route, forget, go_back
from optimiser.solvers.ruin_engine.trade import cross, trade
from optimiser.solvers.ruin_engine.unloadings import move_unloadings
from optimiser.solvers.ruin_engine.walk import Best, Walk

BEGUN = 0.02
"""Chance that in a round an idle truck goes out for a stop that nobody serves: alone it may not
pay, but more of them near it may, ..."""
BEGUN_TRIED = 40
"""... of which so many are tried."""
GENEROUS = 0.1
"""Chance that in a round optional stops are put in for up to twice their prize."""
TUNED = 0.05
"""Chance that a changed route looks for a better departure."""
PERIOD = 100
"""Rounds after which the price of leaving a required stop adapts itself, ..."""
SHORT_LEAST, SHORT_MOST = 0.3, 0.6
"""... so that this part of them lacks one."""
EXCHANGED = 0.05
"""Chance of a round in which two trucks change routes, where trucks differ."""
TRADED = 0.05
"""Chance of a round in which two trucks trade trips."""
CROSSED = 0.1
"""Chance of a round in which two trucks trade the rest of their days, ..."""
TOO_LONG = 5.0
"""... which makes them longer by at most so many temperatures."""
MOVED = 0.3
"""Chance that a changed route's unloadings are moved."""


@compiled
def worth(w: World, s: State, walk: Walk) -> tuple[int, float]:
    """A crew's required stops left, and money of everything else, with all crews' imbalance."""
    left, money = 0, 0.0
    for v in range(w.n):
        if s.where[v].route < 0 and s.where[v].crew == walk.crew:
            left += w.call[v].required
            money += w.call[v].prize
    for r in range(w.trucks):
        if s.run[r].crew == walk.crew:
            money += s.run[r].cost
    return left, money + balance(w, s, walk)


@compiled
def balance(w: World, s: State, walk: Walk) -> float:
    """Cost of the longest route's excess over the mean of those driven."""
    if w.imbalance <= 0:
        return 0.0
    most, total, driven = walk.others[0], walk.others[1], walk.others[2]
    for r in range(w.trucks):
        if s.run[r].crew == walk.crew and (s.run[r].ln > 0 or w.truck[r].out):
            most = max(most, s.run[r].paid)
            total += s.run[r].paid
            driven += 1
    return w.imbalance * (most - total / driven) if driven else 0.0


@compiled
def remember(w: World, s: State, best: Best, crew: int, left: int, money: float) -> None:
    """Keep a crew's routes as its best."""
    best.left[0], best.money[0] = left, money
    for r in range(w.trucks):
        if s.run[r].crew == crew:
            copy_route(s, best.state, r)


@compiled
def settle_all(w: World, s: State) -> None:
    """Work out every route anew; those that cannot be kept are marked as no crew's (-1)."""
    for v in range(w.n):
        s.where[v].route = -1
    for r in range(w.trucks):
        settle_one(w, s, r)


@compiled
def settle_one(w: World, s: State, r: int) -> None:
    """Work out a route anew; if it cannot be kept it is marked as no crew's."""
    for i in range(1, s.run[r].ln + 2):
        link(w, s, r, i)
    sound = refresh_all(w, s, r)
    settle(w, s, r)
    if s.run[r].ln > 0 and (not sound or s.run[r].cost >= NEVER):
        s.run[r].crew = -1


@compiled
def tune(w: World, s: State, r: int) -> None:
    """Find a departure after the earliest that makes the route cheaper, if there is one."""
    truck = w.truck[r]
    if not w.paid or s.run[r].ln == 0 or truck.out or w.traffic.flat > 0:
        return
    s.run[r].later = 0
    best, when = settle(w, s, r), 0
    for x in range(len(w.moments)):
        leave = w.moments[x]
        if truck.leave_from < leave <= truck.leave_until:
            s.run[r].later = leave
            money = settle(w, s, r)
            if money < best:
                best, when = money, leave
    s.run[r].later = when
    settle(w, s, r)


@compiled
def rounds(
    w: World, s: State, walk: Walk, own: int, amount: int, heat: float, least: float, top: float
) -> int:
    """So many rounds of a crew that has `own` stops; how many of them found a new best.

    `heat` is the temperature; a required stop left counts for `least` to `top`.
    """
    _, money = worth(w, s, walk)
    even = balance(w, s, walk)
    lacking = find_missing(w, s, walk, own)
    mean, found, short, dice = mean_length(w, s, walk.crew), 0, 0, walk.dice
    for x in range(amount):
        soft = walk.soft[0]
        if w.mixed and chance(dice) < EXCHANGED:
            change, missing = exchange_round(w, s, walk), lacking
        elif w.timed and w.sites > 0 and chance(dice) < TRADED:
            change, missing = trade_round(w, s, walk, walk.own[below(dice, own)]), lacking
        elif chance(dice) < CROSSED:
            change, missing = cross_round(w, s, walk, own, TOO_LONG * heat), lacking
        else:
            whole = w.optional or least < top
            change, missing = plain_round(w, s, walk, own, mean, lacking, whole)
        evened = balance(w, s, walk)
        change += evened - even
        if change + soft * (missing - lacking) >= -heat * log(chance(dice) + 1e-300):
            go_back(w, s, walk.shadow)
        else:
            money, even = money + change, evened
            forget(s, walk.shadow)
            if lacking > 0 or missing > 0:
                lacking = find_missing(w, s, walk, own)
            left = walk.best.left[0]
            if lacking < left or (lacking == left and money < walk.best.money[0] - 1e-3):
                remember(w, s, walk.best, walk.crew, lacking, money)
                found += 1
        short += lacking > 0
        if x % PERIOD == PERIOD - 1:
            walk.soft[0] = softened(soft, short / PERIOD, least, top)
            short = 0
    return found


@compiled
def plain_round(
    w: World, s: State, walk: Walk, own: int, mean: float, lacking: int, whole: bool
) -> tuple[float, int]:
    """Take stops out and put them back, with others that are on no route; money that all costs more
    than before, and required stops that are on no route then.

    `mean` is the mean length of trips; `whole` routes may be taken out too.
    """
    dice, bag, alone, most = walk.dice, walk.bag.stops, -1, ABSENT_TRIED
    seed = walk.own[below(dice, own)]
    if lacking > 0 and chance(dice) < 0.5:
        seed = walk.bag.missing[below(dice, lacking)]
    if w.optional and chance(dice) < BEGUN:
        alone = begin_route(w, s, walk, own)
    if alone >= 0:
        seed, most, whole = alone, BEGUN_TRIED, False
    served = ruin(w, s, walk, seed, mean, whole, bag)
    count = bring_absent(w, s, walk, seed, bag, served, lacking, most)
    was_out, were_missing = left_price(w, s, bag, served, count)
    if alone >= 0:
        was_out += w.call[alone].prize
    arrange(w, s, dice, bag, count, walk.bag.keys, lacking)
    generous = 1.0
    if chance(dice) < GENEROUS:
        generous = 1.0 + chance(dice)
    recreate(w, s, walk, bag, count, generous, BLINK)
    is_out, are_missing = left_price(w, s, bag, 0, count)
    change = price_round(w, s, walk) + is_out - was_out
    return change, lacking + are_missing - were_missing


@compiled
def softened(soft: float, short: float, least: float, top: float) -> float:
    """What a required stop left counts for from now on, if a part `short` of rounds lacked one."""
    if short > SHORT_MOST:
        return min(top, soft * 1.2)
    if short < SHORT_LEAST:
        return max(least, soft * 0.95)
    return soft


@compiled
def exchange_round(w: World, s: State, walk: Walk) -> float:
    """Money that two trucks cost more after they change routes; NEVER if they cannot."""
    if not exchange(w, s, walk):
        return NEVER
    return price_round(w, s, walk)


@compiled
def trade_round(w: World, s: State, walk: Walk, seed: int) -> float:
    """Money that two trucks cost more after they trade trips; NEVER if they cannot."""
    if not trade(w, s, walk, seed):
        return NEVER
    return price_round(w, s, walk)


@compiled
def cross_round(w: World, s: State, walk: Walk, own: int, most: float) -> float:
    """Money that two trucks cost more after they trade the rest of their days; NEVER if none do."""
    if not cross(w, s, walk, own, most):
        return NEVER
    return price_round(w, s, walk)


@compiled
def price_round(w: World, s: State, walk: Walk) -> float:
    """Money that the changed routes cost more than before."""
    change, shadow = 0.0, walk.shadow
    for x in range(shadow.size[0]):
        r = shadow.touched[x]
        if w.sites > 0 and chance(walk.dice) < MOVED:
            move_unloadings(w, s, r)
        settle(w, s, r)
        if chance(walk.dice) < TUNED:
            tune(w, s, r)
        change += s.run[r].cost - shadow.old.run[r].cost
    return change
