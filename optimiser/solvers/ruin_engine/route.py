"""What a route carries, whether it can be kept, and what it costs; compiled."""

from optimiser.solvers.ruin_engine.compiled import compiled, small
from optimiser.solvers.ruin_engine.data import FAR, LATE, State, World
from optimiser.solvers.ruin_engine.legs import arrival, leg
from optimiser.solvers.ruin_engine.timing import (
    backward,
    departs,
    forward,
    home,
    home_if_left,
    leave_by,
)

NEVER = 1e30
"""Money that no route costs."""


@small
def link(w: World, s: State, r: int, i: int) -> None:
    """Work out the leg to call i anew."""
    s.at[r, i].m, s.at[r, i].plain = leg(w.legs, s.at[r, i - 1].c, s.at[r, i].c)


@compiled
def refresh(w: World, s: State, r: int, first: int, top: int) -> bool:
    """What is known of a route, anew, if its calls from `first` on are new and the latest
    arrivals after call `top` are not; whether it can be kept.

    Sums of the day are made anew from call 1 on only; else who changed calls has changed them.
    """
    if first == 1:
        s.run[r].stops, s.run[r].grams, s.run[r].ml = 0, 0, 0
        for i in range(1, s.run[r].ln + 1):
            if s.at[r, i].c < w.n:
                count_in(w, s, r, s.at[r, i].c)
    sound = carry(w, s, r, first)
    if not w.timed:
        return sound
    departs(w, s, r, w.truck[r].leave_from)
    if forward(w, s, r, first) >= LATE:
        sound = False
    backward(w, s, r, s.run[r].ln + 1 if w.bounded else top)
    return sound


@compiled
def refresh_all(w: World, s: State, r: int) -> bool:
    """What is known of a route, all anew; whether it can be kept."""
    return refresh(w, s, r, 1, s.run[r].ln + 1)


@small
def count_in(w: World, s: State, r: int, v: int) -> None:
    """Add a stop to the sums of a route's day."""
    run, call = s.run[r], w.call[v]
    run.stops += call.visits
    run.grams += call.grams
    run.ml += call.ml


@compiled
def carry(w: World, s: State, r: int, first: int) -> bool:
    """Loads and metres from call `first` on; whether loads and daily limits are kept."""
    run, truck = s.run[r], w.truck[r]
    kind, last, wide = truck.kind, run.ln + 1, 2 * w.holds
    if first == 1:
        begin_empty(w, s, r)
    board, way, sound = s.at[r, first - 1].board, s.at[r, first - 1].way, True
    for i in range(first, last):
        at = s.at[r, i]
        c = at.c
        for x in range(wide):
            s.load[r, i, x] = s.load[r, i - 1, x]
        if c < w.n:
            s.where[c].route, s.where[c].place = r, i
            hold, grams = 2 * w.fit[c, kind].hold, w.call[c].grams
            s.load[r, i, hold] += grams
            s.load[r, i, hold + 1] += w.fit[c, kind].taken
            if (
                s.load[r, i, hold] > w.capacity[r, hold]
                or s.load[r, i, hold + 1] > w.capacity[r, hold + 1]
            ):
                sound = False
            board += grams
        else:
            mask = w.fit[c, kind].mask
            for h in range(w.holds):
                if (mask >> h) & 1:
                    board -= s.load[r, i, 2 * h]
                    s.load[r, i, 2 * h], s.load[r, i, 2 * h + 1] = 0, 0
        way += at.m
        at.board, at.way = board, way
    way += s.at[r, last].m
    s.at[r, last].way = way
    next_emptied(w, s, r)
    for x in range(wide):
        sound = sound and s.load[r, last - 1, x] == 0
    return (
        sound
        and run.stops <= truck.most_stops
        and way <= truck.most_m
        and run.grams <= truck.most_g
        and run.ml <= truck.most_ml
    )


@small
def begin_empty(w: World, s: State, r: int) -> None:
    """What a truck has on board at its start, which is nothing unless it is out already."""
    board = 0
    for x in range(2 * w.holds):
        s.load[r, 0, x] = w.on_board[r, x]
        board += w.on_board[r, x] if x % 2 == 0 else 0
    s.at[r, 0].board, s.at[r, 0].way = board, 0


@compiled
def next_emptied(w: World, s: State, r: int) -> None:
    """For every call the next one that empties each hold."""
    kind, last = w.truck[r].kind, s.run[r].ln + 1
    for h in range(w.holds):
        coming = -1
        for i in range(last - 1, -1, -1):
            s.emptied[r, i, h] = coming
            c = s.at[r, i].c
            if i > 0 and c >= w.n and (w.fit[c, kind].mask >> h) & 1:
                coming = i


@compiled
def settle(w: World, s: State, r: int) -> float:
    """True cost of a refreshed route; NEVER if a limit of its day is not kept."""
    run, truck = s.run[r], w.truck[r]
    run.paid = 0
    if run.ln == 0 and not truck.out:
        run.cost = 0.0
        return 0.0
    total = truck.fixed + road_cost(w, s, r)
    if w.timed:
        total += time_cost(w, s, r)
    run.cost = total
    return total


@compiled
def road_cost(w: World, s: State, r: int) -> float:
    """Metres by load, work at the calls, and stops that are not where they were published."""
    truck, last = w.truck[r], s.run[r].ln + 1
    burnt, work_s, lifts, moved = 0.0, 0, 0, 0
    for i in range(1, last + 1):
        burnt += float(s.at[r, i - 1].board) * s.at[r, i].m
        c = s.at[r, i].c
        if i < last:
            work_s += w.call[c].service
            if c < w.n:
                lifts += w.call[c].lifts
                if w.call[c].published != -2 and w.call[c].published != r:
                    moved += w.call[c].visits
    return (
        truck.per_m * s.at[r, last].way
        + truck.per_m_g * burnt
        + truck.per_work_s * work_s
        + truck.per_lift * lifts
        + w.change * moved
    )


@compiled
def time_cost(w: World, s: State, r: int) -> float:
    """Paid time of the cheaper of two departures; NEVER if none keeps the day's limits."""
    last, truck = s.run[r].ln + 1, w.truck[r]
    at = home(w, r, s.at[r, last].come_a, s.at[r, last].come_b)
    cost, paid = departure_cost(w, s, r, truck.leave_from, at)
    later = s.run[r].later
    if later > truck.leave_from:
        other, seconds = departure_cost(w, s, r, later, home_if_left(w, s, r, later))
        if other < cost:
            cost, paid = other, seconds
    s.run[r].paid = paid
    return cost


@compiled
def departure_cost(w: World, s: State, r: int, leave: int, at: int) -> tuple[float, int]:
    """Cost of paid time, and its seconds, for being home at `at`, leaving at `leave` or later."""
    truck = w.truck[r]
    if at >= LATE:
        return NEVER, 0
    if truck.most_driving < FAR or truck.drive_most < FAR:
        driven, rests = driving(w, s, r)
        s.run[r].driving = driven
        at += rests * truck.drive_rest
        if driven > truck.most_driving or at > truck.home_until:
            return NEVER, 0
    if not w.paid:
        return 0.0, 0
    paid = at - max(leave, leave_by(w, s, r, at))
    if paid > truck.most_s:
        return NEVER, 0
    over = min(paid, max(0, at - truck.shift_end))
    return truck.per_s * (paid - over) + truck.per_overtime_s * over, paid


@compiled
def driving(w: World, s: State, r: int) -> tuple[int, int]:
    """Seconds of driving at the earliest times of a route, and the rests that they need.

    A rest is taken before the leg that would be too much; a break that is long enough spares one.
    """
    truck, total, rests = w.truck[r], 0, 0
    since = truck.driven
    for i in range(1, s.run[r].ln + 2):
        leave = min(s.at[r, i - 1].free_a, s.at[r, i - 1].free_b)
        taken = arrival(w.traffic, s.at[r, i].plain, leave) - leave
        if since + taken > truck.drive_most:
            rests, since = rests + 1, 0
        since += taken
        total += taken
    if truck.lunch_s >= truck.drive_rest:
        rests = max(0, rests - 1)
    return total, rests
