"""What the compiled search works on: the problem and its routes as arrays of records.

Places are numbers: stops 0..n-1, then sites n..n+S-1, then starts and ends of trucks. A route
is a row of calls: call 0 is its start, call `ln + 1` its end. Seconds of the service day, metres,
grams and millilitres are whole; money is in millionths of a euro.

Records keep together what is read together, and few arrays are few arguments: compiled functions
are handed every array of a tuple by value.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

FAR = 10**12
"""More than any load, and farther than any way; sums of it fit 64 bits."""
LATE = 10**9
"""Later than any second of a plan, and so never; sums of two fit 32 bits."""

Records = Any
"""An array of one of the record types below, or one record: numba gives fields as attributes."""
Ints = NDArray[np.int64]
Shorts = NDArray[np.int32]
Floats = NDArray[np.float64]
Flags = NDArray[np.uint8]

CALL = np.dtype(
    [
        ("service", "i4"), ("opens", "i4"), ("closes", "i4"), ("windows", "i4"), ("window", "i4"),
        ("unload_by", "i4"), ("visits", "i4"), ("lifts", "i4"), ("published", "i4"),
        ("required", "i4"), ("fixed", "i4"), ("grams", "i8"), ("ml", "i8"), ("prize", "f8"),
    ],
    align=True,
)  # fmt: skip
"""A stop or a site. `opens` and `closes` are the hull of its windows, of which there are `windows`
from `World.windows[window]` on. `published` is a truck, -1 one that stays, -2 none. A stop that is
`fixed` is among the first of its truck."""

FIT = np.dtype([("hold", "i4"), ("mask", "i4"), ("taken", "i8")], align=True)
"""A call and a kind of truck: hold and millilitres taken up of a stop; holds that a site empties,
hold h as bit h."""

TRUCK = np.dtype(
    [
        ("kind", "i4"), ("start", "i4"), ("end", "i4"), ("out", "i4"),
        ("leave_from", "i4"), ("leave_until", "i4"), ("home_from", "i4"), ("home_until", "i4"),
        ("shift_end", "i4"), ("lunch_s", "i4"), ("lunch_from", "i4"), ("lunch_until", "i4"),
        ("drive_most", "i8"), ("drive_rest", "i8"), ("driven", "i8"),
        ("most_stops", "i8"), ("most_m", "i8"), ("most_s", "i8"), ("most_driving", "i8"),
        ("most_g", "i8"), ("most_ml", "i8"),
        ("fixed", "f8"), ("per_m", "f8"), ("per_m_g", "f8"), ("per_s", "f8"),
        ("per_overtime_s", "f8"), ("per_work_s", "f8"), ("per_lift", "f8"),
    ],
    align=True,
)  # fmt: skip
"""A truck; `out`: it has a route in any case. `lunch_s` is -1 where it has no break."""

AT = np.dtype(
    [
        ("c", "i4"), ("m", "i4"), ("plain", "i4"),
        ("free_a", "i4"), ("free_b", "i4"), ("come_a", "i4"), ("come_b", "i4"),
        ("due_a", "i4"), ("due_b", "i4"), ("way", "i8"), ("board", "i8"),
    ],
    align=True,
)  # fmt: skip
"""A call of a route: its place; metres and plain seconds of the leg to it; earliest departures with
the break still to come (a) and after it (b), earliest arrivals, and latest arrivals that keep all
that is to come; metres since the start; grams on board after it."""

RUN = np.dtype(
    [
        ("ln", "i4"), ("fix", "i4"), ("later", "i4"), ("crew", "i4"), ("kept", "i4"),
        ("paid", "i8"), ("driving", "i8"), ("stops", "i8"), ("grams", "i8"), ("ml", "i8"),
        ("cost", "f8"),
    ],
    align=True,
)  # fmt: skip
"""A route: calls between its ends, how many of them come first and stay, a departure after the
earliest that may be cheaper (0: none), the crew that may change it, whether this round has changed
it, sums of the day, and its true cost."""

WHERE = np.dtype(
    [("route", "i4"), ("place", "i4"), ("missed", "i4"), ("held", "i4"), ("crew", "i4")],
    align=True,
)  # fmt: skip
"""Where a stop is; route -1 is nowhere. `missed`: how often it found no place though required.
`held` is a mark, `crew` who may move it."""


class Legs(NamedTuple):
    """Legs between places: `out[a, b]` and `into[b, a]` are metres and plain seconds from a to b,
    for given matrices; all legs of one place lie side by side. Places with coordinates `xyz` have
    no table: from 200 places on working a leg out takes a tenth of the time of fetching it from
    memory that is not in the processor's cache (measured).

    `kind`: 0 looked up, 1 great circle, 2 manhattan, 3 euclidean. `rounding`: 0 metres to the
    nearest and seconds up, 1 both to the nearest, 2 both down (see `optimiser.travel.Points`).
    """

    kind: int
    out: Shorts
    into: Shorts
    xyz: Floats
    detour: float
    speed: float
    rounding: int


class Traffic(NamedTuple):
    """Rows of `quarters`: plain seconds worked off until a quarter of an hour, and its factor.

    `flat` is the one factor of the whole day, or 0 if it changes; `first` when row 0 begins.
    """

    flat: float
    first: int
    quarters: Floats


class World(NamedTuple):
    """A problem. `holds` is the most of any truck; `timed` whether any time can bind or costs,
    `paid` whether time costs, `bounded` whether some stop must be unloaded by a time.

    `fit` and `empties` are (calls, kinds); `allowed` (stops, trucks); `capacity` and `on_board`
    (trucks, 2 * holds): grams and millilitres of each hold in turn. `near` and `near_sites` are
    the nearest stops and sites of each stop; `moments` departures worth a try. `windowed`: stops
    differ in their windows; `optional`: some may be left; `mixed`: trucks differ.
    """

    n: int
    sites: int
    trucks: int
    holds: int
    timed: bool
    paid: bool
    bounded: bool
    imbalance: float
    change: float
    legs: Legs
    traffic: Traffic
    call: Records
    windows: Ints
    fit: Records
    allowed: Flags
    near: Shorts
    near_sites: Shorts
    truck: Records
    capacity: Ints
    on_board: Ints
    moments: Ints
    windowed: bool
    optional: bool
    mixed: bool


class State(NamedTuple):
    """Routes. `at[r, i]` is call i of route r, `load[r, i]` what its holds have after it (as in
    `World.capacity`), `emptied[r, i, h]` the next call after it that empties hold h, or -1.

    Searches that share routes are crews: each changes routes and stops of its own number only.
    """

    at: Records
    load: Ints
    emptied: Shorts
    run: Records
    where: Records


def make_state(world: World, width: int) -> State:
    """Routes without calls, with room for `width` calls each."""
    trucks, holds = world.trucks, world.holds
    where = np.zeros(max(1, world.n), dtype=WHERE)
    where["route"] = -1
    return State(
        at=np.zeros((trucks, width), dtype=AT),
        load=np.zeros((trucks, width, 2 * holds), dtype=np.int64),
        emptied=np.zeros((trucks, width, holds), dtype=np.int32),
        run=np.zeros(trucks, dtype=RUN),
        where=where,
    )
