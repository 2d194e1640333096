"""Times of a route: earliest with and without its break, and latest; compiled.

Travel is FIFO, so the earliest departure from each call is best, once with the break still to
come (a) and once after it (b). Going backward the same holds for the latest arrival.
"""

from optimiser.solvers.ruin_engine.compiled import compiled, small
from optimiser.solvers.ruin_engine.data import LATE, State, World
from optimiser.solvers.ruin_engine.legs import arrival, departure


@small
def begin(w: World, c: int, arrive: int) -> int:
    """First second from `arrive` on at which call c may begin; LATE if none."""
    call = w.call[c]
    if call.windows == 1:
        return max(arrive, call.opens) if arrive <= call.closes else LATE
    for x in range(call.window, call.window + call.windows):
        if arrive <= w.windows[x, 1]:
            return max(arrive, w.windows[x, 0])
    return LATE


@small
def latest(w: World, c: int, start_by: int) -> int:
    """Last second up to `start_by` at which call c may begin; -LATE if none."""
    call = w.call[c]
    if call.windows == 1:
        return min(start_by, call.closes) if call.opens <= start_by else -LATE
    for x in range(call.window + call.windows - 1, call.window - 1, -1):
        if w.windows[x, 0] <= start_by:
            return min(start_by, w.windows[x, 1])
    return -LATE


@small
def drive(w: World, r: int, a: int, b: int, plain: int) -> tuple[int, int]:
    """Earliest arrivals after a leg: break still to come, and break taken (perhaps on this leg).

    A leg that is too long to be driven without a rest never ends.
    """
    truck = w.truck[r]
    there_b = arrival(w.traffic, plain, b)
    if there_b - b > truck.drive_most:
        there_b = LATE
    if a >= LATE:
        return LATE, there_b
    there_a = arrival(w.traffic, plain, a)
    if there_a - a > truck.drive_most:
        return LATE, there_b
    if a <= truck.lunch_until:
        rested = max(a, truck.lunch_from) + truck.lunch_s
        there_b = min(there_b, arrival(w.traffic, plain, rested))
        if there_a <= truck.lunch_until:
            there_b = min(there_b, max(there_a, truck.lunch_from) + truck.lunch_s)
    return there_a, there_b


@small
def serve(w: World, c: int, arrive: int) -> int:
    """Earliest departure from call c; LATE if it cannot begin."""
    if arrive >= LATE:
        return LATE
    start = begin(w, c, arrive)
    if start >= LATE:
        return LATE
    return start + w.call[c].service


@compiled
def departs(w: World, s: State, r: int, leave: int) -> None:
    """The times of call 0 for a truck that leaves at `leave`."""
    lunch = w.truck[r].lunch_s >= 0 and leave < w.truck[r].lunch_until
    start = s.at[r, 0]
    start.free_a = leave if lunch else LATE
    start.free_b = LATE if lunch else leave
    start.come_a, start.come_b = start.free_a, start.free_b


@compiled
def forward(w: World, s: State, r: int, first: int) -> int:
    """Fill in the earliest times from call `first` on; when it is home, or LATE if never."""
    last = s.run[r].ln + 1
    a, b = s.at[r, first - 1].free_a, s.at[r, first - 1].free_b
    for i in range(first, last + 1):
        at = s.at[r, i]
        a, b = drive(w, r, a, b, at.plain)
        at.come_a, at.come_b = a, b
        if i < last:
            a, b = serve(w, at.c, a), serve(w, at.c, b)
            at.free_a, at.free_b = a, b
    return home(w, r, a, b)


@compiled
def home_if_left(w: World, s: State, r: int, leave: int) -> int:
    """When a truck that leaves at `leave` is home; LATE if never. Nothing is filled in."""
    last = s.run[r].ln + 1
    lunch = w.truck[r].lunch_s >= 0 and leave < w.truck[r].lunch_until
    a, b = (leave, LATE) if lunch else (LATE, leave)
    for i in range(1, last + 1):
        at = s.at[r, i]
        a, b = drive(w, r, a, b, at.plain)
        if i < last:
            a, b = serve(w, at.c, a), serve(w, at.c, b)
    return home(w, r, a, b)


@small
def home(w: World, r: int, a: int, b: int) -> int:
    """When a truck that arrives at `a` without or `b` with its break is home; LATE if too late."""
    truck = w.truck[r]
    at = min(a, b) if a <= truck.lunch_from else b
    at = max(at, truck.home_from)
    return at if at <= truck.home_until else LATE


@small
def before(w: World, r: int, due_a: int, due_b: int, plain: int) -> tuple[int, int]:
    """Latest departures (break to come, break taken) on a leg that must arrive by due_a, due_b."""
    leave_b = departure(w.traffic, plain, due_b)
    leave_a = departure(w.traffic, plain, due_a)
    truck = w.truck[r]
    if truck.lunch_s >= 0:
        if leave_b - truck.lunch_s >= truck.lunch_from:
            leave_a = max(leave_a, min(truck.lunch_until, leave_b - truck.lunch_s))
        if due_b - truck.lunch_s >= truck.lunch_from:
            by = min(truck.lunch_until, due_b - truck.lunch_s)
            leave_a = max(leave_a, departure(w.traffic, plain, by))
    return leave_a, leave_b


@compiled
def unload_due(w: World, s: State, r: int, i: int) -> int:
    """By when the unloading at call i must begin for the sake of what it empties."""
    kind, due = w.truck[r].kind, LATE
    mask = w.fit[s.at[r, i].c, kind].mask
    for j in range(i - 1, 0, -1):
        c = s.at[r, j].c
        if c < w.n and w.call[c].unload_by < due:
            hold = w.fit[c, kind].hold
            if (mask >> hold) & 1 and s.emptied[r, j, hold] == i:
                due = w.call[c].unload_by
    return due


@small
def due_before(w: World, s: State, r: int, i: int, a: int, b: int) -> tuple[int, int]:
    """Latest arrivals at call i - 1 (latest departures from call 0) for those at call i."""
    a, b = before(w, r, a, b, s.at[r, i].plain)
    if i == 1:
        return a, b
    c = s.at[r, i - 1].c
    a, b = a - w.call[c].service, b - w.call[c].service
    if w.bounded and c >= w.n:
        by = unload_due(w, s, r, i - 1)
        a, b = min(a, by), min(b, by)
    return latest(w, c, a), latest(w, c, b)


@compiled
def backward(w: World, s: State, r: int, top: int) -> None:
    """Fill in the latest arrivals up to call `top`; those of later calls are known."""
    last = s.run[r].ln + 1
    if top >= last:
        top = last
        truck = w.truck[r]
        s.at[r, last].due_a = truck.lunch_from if truck.lunch_s >= 0 else -LATE
        s.at[r, last].due_b = truck.home_until
    a, b = s.at[r, top].due_a, s.at[r, top].due_b
    for i in range(top, 1, -1):
        a, b = due_before(w, s, r, i, a, b)
        s.at[r, i - 1].due_a, s.at[r, i - 1].due_b = a, b


@compiled
def leave_by(w: World, s: State, r: int, home_by: int) -> int:
    """The latest departure that is home by `home_by`."""
    truck = w.truck[r]
    a = min(truck.lunch_from, home_by) if truck.lunch_s >= 0 else -LATE
    b = home_by
    for i in range(s.run[r].ln + 1, 0, -1):
        a, b = due_before(w, s, r, i, a, b)
    if truck.lunch_s >= 0 and b < truck.lunch_until:
        b = a
    return min(max(a, b), truck.leave_until)
