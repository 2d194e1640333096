"""Who may change which routes: crews that work on routes of their own, side by side.

Moves of ruin and recreate stay in one neighbourhood, so crews that share the routes out search as
one would with as many times the speed; where the borders lie changes all the time.
"""

import numpy as np

from optimiser.solvers.index import IndexModel
from optimiser.solvers.ruin_engine.data import State, World
from optimiser.solvers.ruin_engine.walk import Walk

FEWEST_ROUTES = 4
"""Routes that a crew of its own should have, ..."""
FEWEST_STOPS = 200
"""... and stops: for fewer, two whole searches find more than two halves (measured)."""


def share_out(
    model: IndexModel, world: World, state: State, crews: int, random: np.random.Generator
) -> None:
    """Give each crew the routes that lie at about the same distance from a random stop."""
    route = state.where["route"][: world.n]
    middle = model.stops[int(random.integers(world.n))].row
    away = model.travel.block([middle], [stop.row for stop in model.stops])[0][0]
    on = np.flatnonzero(route >= 0)
    stops = np.bincount(route[on], minlength=world.trucks)
    mean = np.bincount(route[on], weights=away[on], minlength=world.trucks) / np.maximum(1, stops)
    order = np.argsort(mean, kind="stable")
    before = np.cumsum(stops[order]) - stops[order] / 2
    state.run["crew"][order] = np.minimum(crews * before / max(1, len(on)), crews - 1).astype(int)
    _share_idle(world, state, crews, random)
    state.where["crew"][: world.n] = 0
    state.where["crew"][on] = state.run["crew"][route[on]]
    _share_absent(world, state)


def _share_idle(world: World, state: State, crews: int, random: np.random.Generator) -> None:
    """Idle trucks of each kind go to the crews in turn."""
    idle = np.flatnonzero(state.run["ln"] <= state.run["fix"])
    turn = int(random.integers(crews))
    for number, truck in enumerate(idle[np.argsort(world.truck["kind"][idle], kind="stable")]):
        state.run["crew"][truck] = (turn + number) % crews


def _share_absent(world: World, state: State) -> None:
    """Stops on no route belong to the crew of the nearest that is on one."""
    for stop in np.flatnonzero(state.where["route"][: world.n] < 0):
        near = world.near[stop]
        near = near[state.where["route"][near] >= 0]
        if len(near):
            state.where["crew"][stop] = state.where["crew"][near[0]]


def brief(state: State, walk: Walk, world: World) -> int:
    """Tell a crew which stops are its own, and what others are paid; how many stops it has."""
    own = np.flatnonzero(state.where["crew"][: world.n] == walk.crew)
    walk.own[: len(own)] = own
    driven = (state.run["ln"] > 0) | (world.truck["out"] > 0)
    paid = state.run["paid"][driven & (state.run["crew"] != walk.crew)]
    walk.others[:] = (paid.max(initial=0), paid.sum(), len(paid))
    return len(own)
