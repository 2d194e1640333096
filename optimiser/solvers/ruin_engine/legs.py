"""Legs and traffic; compiled."""

from math import asin, ceil, floor, sqrt

from optimiser.solvers.ruin_engine.compiled import inlined, small
from optimiser.solvers.ruin_engine.data import LATE, Legs, Traffic

DIAMETER_M = 2 * 6_371_008.8
"""Twice the mean radius of the earth (IUGG)."""
QUARTER_S = 900
NO_WAY = 10**8
SHORT = 0.01
"""Half a chord of the unit sphere (127 km) up to which three terms of the arc sine's series are
right to a hundredth of a millimetre."""
NOISE = 1e-6
"""Below this a remainder is floating-point noise, as in optimiser.domain.units."""


@small
def leg(legs: Legs, a: int, b: int) -> tuple[int, int]:
    """Metres and plain seconds from place a to place b."""
    if legs.kind == 0:
        return int(legs.out[a, b, 0]), int(legs.out[a, b, 1])
    metres = apart(legs, a, b)
    seconds = metres / legs.speed
    if legs.rounding == 0:
        return int(floor(metres + 0.5)), int(ceil(seconds - NOISE))
    if legs.rounding == 1:
        return int(floor(metres + 0.5)), int(floor(seconds + 0.5))
    return int(floor(metres + NOISE)), int(floor(seconds + NOISE))


@inlined
def metres(legs: Legs, a: int, b: int) -> int:
    """Metres from place a to place b."""
    if legs.kind == 0:
        return int(legs.out[a, b, 0])
    if legs.rounding == 2:
        return int(floor(apart(legs, a, b) + NOISE))
    return int(floor(apart(legs, a, b) + 0.5))


@inlined
def apart(legs: Legs, a: int, b: int) -> float:
    """Metres between two places with coordinates, not rounded."""
    dx = legs.xyz[a, 0] - legs.xyz[b, 0]
    dy = legs.xyz[a, 1] - legs.xyz[b, 1]
    if legs.kind == 1:
        dz = legs.xyz[a, 2] - legs.xyz[b, 2]
        half = sqrt(dx * dx + dy * dy + dz * dz) / 2
        if half < SHORT:
            square = half * half
            way = DIAMETER_M * half * (1 + square / 6 * (1 + square * 9 / 20))
        else:
            way = DIAMETER_M * asin(min(1.0, half))
    elif legs.kind == 2:
        way = abs(dx) + abs(dy)
    else:
        way = sqrt(dx * dx + dy * dy)
    return way * legs.detour


@small
def arrival(traffic: Traffic, plain: int, leave: int) -> int:
    """When a leg of `plain` seconds begun at `leave` ends (see optimiser.travel.TravelClock)."""
    if leave >= LATE or plain >= NO_WAY:
        return LATE
    if traffic.flat > 0:
        return leave + int(ceil(plain * traffic.flat - NOISE))
    if plain <= 0:
        return leave
    quarters = traffic.quarters
    last = len(quarters) - 1
    now = min(max((leave - traffic.first) // QUARTER_S, 0), last)
    goal = quarters[now, 0] + plain
    goal += (leave - traffic.first - now * QUARTER_S) / quarters[now, 1]
    while now < last and quarters[now + 1, 0] <= goal:
        now += 1
    at = traffic.first + now * QUARTER_S + (goal - quarters[now, 0]) * quarters[now, 1]
    return int(ceil(at - NOISE))


@small
def departure(traffic: Traffic, plain: int, arrive: int) -> int:
    """The latest departure that is there by `arrive`; -LATE if there is none."""
    if arrive <= -LATE or plain >= NO_WAY:
        return -LATE
    if traffic.flat > 0:
        return arrive - int(ceil(plain * traffic.flat - NOISE))
    if plain <= 0:
        return arrive
    quarters = traffic.quarters
    last = len(quarters) - 1
    now = min(max((arrive - traffic.first) // QUARTER_S, 0), last)
    goal = quarters[now, 0] - plain
    goal += (arrive - traffic.first - now * QUARTER_S) / quarters[now, 1]
    while now > 0 and quarters[now, 0] > goal:
        now -= 1
    at = traffic.first + now * QUARTER_S + (goal - quarters[now, 0]) * quarters[now, 1]
    leave = int(floor(at + NOISE))
    while arrival(traffic, plain, leave) > arrive:
        leave -= 1
    return leave
