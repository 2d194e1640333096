"""Routes as they were before a round, to go back to; compiled."""

from typing import NamedTuple

from optimiser.solvers.ruin_engine.compiled import compiled
from optimiser.solvers.ruin_engine.data import Ints, State, World


class Shadow(NamedTuple):
    """`old` holds the routes saved in this round; `touched[:size[0]]` names them."""

    old: State
    touched: Ints
    size: Ints


@compiled
def keep(s: State, shadow: Shadow, r: int) -> None:
    """Save a route before it is changed for the first time in a round."""
    if s.run[r].kept:
        return
    copy_route(s, shadow.old, r)
    s.run[r].kept = 1
    shadow.touched[shadow.size[0]] = r
    shadow.size[0] += 1


@compiled
def copy_route(a: State, b: State, r: int) -> None:
    """Copy a route from one state to another, all but where its stops are."""
    b.run[r] = a.run[r]
    for i in range(a.run[r].ln + 2):
        b.at[r, i] = a.at[r, i]
        for x in range(a.load.shape[2]):
            b.load[r, i, x] = a.load[r, i, x]
        for h in range(a.emptied.shape[2]):
            b.emptied[r, i, h] = a.emptied[r, i, h]


@compiled
def forget(s: State, shadow: Shadow) -> None:
    """The round is over and what it changed stays."""
    for x in range(shadow.size[0]):
        s.run[shadow.touched[x]].kept = 0
    shadow.size[0] = 0


@compiled
def go_back(w: World, s: State, shadow: Shadow) -> None:
    """Undo the round."""
    for x in range(shadow.size[0]):
        r = shadow.touched[x]
        for i in range(1, s.run[r].ln + 1):
            if s.at[r, i].c < w.n:
                s.where[s.at[r, i].c].route = -1
    for x in range(shadow.size[0]):
        r = shadow.touched[x]
        copy_route(shadow.old, s, r)
        for i in range(1, s.run[r].ln + 1):
            c = s.at[r, i].c
            if c < w.n:
                s.where[c].route, s.where[c].place = r, i
    forget(s, shadow)
