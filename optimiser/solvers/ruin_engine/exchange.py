"""Two trucks change what they do; compiled.

Stop by stop a day's work does not get from one truck to another that is cheaper for all of it.
"""

from optimiser.solvers.ruin_engine.compiled import compiled
from optimiser.solvers.ruin_engine.data import State, World
from optimiser.solvers.ruin_engine.dice import below
from optimiser.solvers.ruin_engine.route import link, refresh_all
from optimiser.solvers.ruin_engine.shadow import keep
from optimiser.solvers.ruin_engine.walk import Walk


@compiled
def exchange(w: World, s: State, walk: Walk) -> bool:
    """Let two of a crew's trucks change routes; False, and nothing changed, if they cannot."""
    a, b = below(walk.dice, w.trucks), below(walk.dice, w.trucks)
    if a == b or not free(w, s, walk.crew, a) or not free(w, s, walk.crew, b):
        return False
    if s.run[a].ln + s.run[b].ln == 0 or not (takes(w, s, a, b) and takes(w, s, b, a)):
        return False
    keep(s, walk.shadow, a)
    keep(s, walk.shadow, b)
    most = max(s.run[a].ln, s.run[b].ln)
    for i in range(1, most + 1):
        s.at[a, i].c, s.at[b, i].c = s.at[b, i].c, s.at[a, i].c
    s.run[a].ln, s.run[b].ln = s.run[b].ln, s.run[a].ln
    s.run[a].later, s.run[b].later = 0, 0
    return again(w, s, a) and again(w, s, b)


@compiled
def again(w: World, s: State, r: int) -> bool:
    """Work out a route with new calls; whether it can be kept."""
    s.at[r, s.run[r].ln + 1].c = w.truck[r].end
    for i in range(1, s.run[r].ln + 2):
        link(w, s, r, i)
    return refresh_all(w, s, r)


@compiled
def free(w: World, s: State, crew: int, r: int) -> bool:
    """Whether a truck is a crew's, at its depot, and has promised nothing."""
    return s.run[r].crew == crew and s.run[r].fix == 0 and not w.truck[r].out


@compiled
def takes(w: World, s: State, a: int, b: int) -> bool:
    """Whether truck a could take every stop of truck b."""
    for i in range(1, s.run[b].ln + 1):
        c = s.at[b, i].c
        if c < w.n and not w.allowed[c, a]:
            return False
    return True
